// Which removed and added files are one file that moved.
#pragma once

#include <vector>

#include "lib/git/change_set.h"
#include "lib/git/tree.h"

namespace weir::git {

/// Joins removals and additions into renames, and sorts by path. Equal content first (the same file name
/// preferred); then, for a bounded number of pairs with the same extension, at least half of the larger
/// file's lines in common. Files that cannot be read stay as they are: reading them again will tell why.
void DetectRenames(const Objects& objects, std::vector<Change>& changes);

}  // namespace weir::git
