// `weir debug changes`: a change set in the form of `git diff --raw -z --no-abbrev`, for comparison with git.
#pragma once

#include <string>

#include "lib/git/change_set.h"

namespace weir::git {

/// Sorted by path; a rename is written as the removal and the addition that it is without rename detection.
std::string DebugChanges(const ChangeSet& set);

}  // namespace weir::git
