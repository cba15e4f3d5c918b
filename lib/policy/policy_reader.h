// Reads weir's own form of a policy (policies/README.md) from YAML. Internal to lib/policy/.
#pragma once

#include <string_view>

#include "lib/policy/policy_document.h"

namespace weir::policy {

/// What is wrong goes to `problems`, all of it; the document then holds what could be read. What `options` demand must be there.
PolicyDocument ReadPolicy(const YAML::Node& document, const CompileOptions& options, Problems& problems);

/// The sentence of an unknown key, with the nearest known one.
std::string UnknownKey(std::string_view key, std::span<const std::string_view> known);

}  // namespace weir::policy
