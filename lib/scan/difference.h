// What a change introduced, what it left, and what it fixed.
#pragma once

#include <cstddef>
#include <vector>

#include "lib/scan/match.h"

namespace weir::scan {

/// Sets the status of the failing findings `after` (whose keys are `after_keys`): persisting where one of `before` is the same, by name or else
/// by content, introduced otherwise. The result: which of `before` are fixed, by index.
std::vector<size_t> Compare(const std::vector<MatchKey>& before, const std::vector<MatchKey>& after_keys, std::vector<Finding>& after);

}  // namespace weir::scan
