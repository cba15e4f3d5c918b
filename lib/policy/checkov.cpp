#include "lib/policy/checkov.h"

#include <yaml-cpp/yaml.h>

namespace weir::policy {

bool IsCheckovPolicy(const YAML::Node& document) { return document.IsMap() && document["metadata"] && document["definition"]; }

PolicyDocument ReadCheckovPolicy(const YAML::Node& document, Problems& problems) {
  problems.Add(document, "not yet");
  return {};
}

}  // namespace weir::policy
