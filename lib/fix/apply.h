// Changes written to the index and the work tree. Unstaged work is never lost, and an interruption leaves the old state or the new one.
#pragma once

#include <string>
#include <vector>

#include "lib/fix/session.h"
#include "lib/git/repository.h"

namespace weir::fix {

/// Where files are: a repository with its work tree, or a folder.
struct Place {
  git::Repository* repository = nullptr;  // null: a folder without git
  std::string root;                       // absolute; what paths are relative to

  /// Of the file that remembers an unfinished write.
  std::string JournalPath() const;
};

struct Written {
  size_t files = 0;                            // in the work tree
  std::vector<std::string> work_tree_differs;  // files whose work tree could not take the same change: it differs there
};

/// Makes the changes on disk, and with `index` first in the index. What the index is to become is checked against what it is; a file
/// of the work tree takes the change where the lines around it are as they were, however else it differs. With `index`, a file that
/// cannot is left alone and told; without, that is all there is to do with it.
Result<Written> Write(const std::vector<ChangedFile>& changes, const Place& place, bool index);

/// Finishes or undoes what an interrupted Write left; says what it did. Cheap where there is nothing.
Result<std::string> Recover(const Place& place);

}  // namespace weir::fix
