// Checkov's custom policies in YAML (https://www.checkov.io/3.Custom%20Policies/YAML%20Custom%20Policies.html): documents with
// `metadata:` and `definition:`. Internal to lib/policy/.
#pragma once

#include "lib/policy/policy_document.h"

namespace weir::policy {

bool IsCheckovPolicy(const YAML::Node& document);

/// The policy as one of weir's own. What is wrong goes to `problems`.
PolicyDocument ReadCheckovPolicy(const YAML::Node& document, Problems& problems);

}  // namespace weir::policy
