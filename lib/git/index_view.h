// What a commit of the index would hold: compared with a tree, and as a snapshot.
//
// As for `git diff --cached`: a path that is only intended to be added is absent; a path in conflict has no
// content.
#pragma once

#include <memory>
#include <vector>

#include "lib/git/change_set.h"
#include "lib/git/index_reader.h"
#include "lib/git/tree.h"

namespace weir::git {

/// Appends what turns `tree` (null: empty) into the index, without renames and unsorted. Folders whose cached
/// tree id equals the tree's are not looked at. A conflict is a removal.
Status DiffTreeToIndex(const TreeReader& reader, const ObjectId& tree, const IndexEntries& index,
                       std::vector<Change>& changes);

std::shared_ptr<const Snapshot> NewIndexSnapshot(std::shared_ptr<const IndexEntries> index,
                                                 std::shared_ptr<const Objects> objects);

}  // namespace weir::git
