// Bounded reading of policy files and configurations: what yaml-cpp is given is small, flat enough, and has no aliases. Internal to lib/policy/.
#pragma once

#include <string>
#include <vector>

#include "lib/policy/policy_document.h"

namespace weir::policy {

/// The documents of a file. A syntax error, nesting beyond what policies need, or an anchor or alias (a few bytes of them can
/// stand for gigabytes, or for themselves) is a problem, and gives none.
std::vector<YAML::Node> ReadDocuments(const std::string& text, Problems& problems);

}  // namespace weir::policy
