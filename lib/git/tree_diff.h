// What differs between two trees: only folders whose ids differ are read.
#pragma once

#include <vector>

#include "lib/git/change_set.h"
#include "lib/git/tree.h"

namespace weir::git {

/// More changed paths than any hand or tool makes at once; a "git bomb" (trees that share subtrees) has
/// billions.
inline constexpr size_t kMaxChanges = 1'000'000;
inline constexpr size_t kMaxFolders = 2'000'000;

/// Appends what turns tree `before` into tree `after` (null ids: empty) below `prefix` ("" or "dir/"),
/// without renames and in no order that is promised. kLimit beyond kMaxChanges, kMaxFolders and
/// kMaxTreeDepth.
Status DiffTrees(const TreeReader& reader, const ObjectId& before, const ObjectId& after,
                 const std::string& prefix, std::vector<Change>& changes);

/// Change of one path; a null pointer where a side has no such file.
Change ChangeOf(std::string path, const TreeEntry* before, const TreeEntry* after);

Status TooManyChanges();
Status TooDeep(const std::string& prefix);

}  // namespace weir::git
