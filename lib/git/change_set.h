// What a commit or a push would change: paths with the blob before and the blob after, and the two snapshots they are
// sides of.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/blob.h"
#include "lib/base/result.h"
#include "lib/git/snapshot.h"

namespace weir::git {

/// One path that differs. As `git diff --raw`: an added file has a null `old_id`, a removed one a null `new_id`; a rename
/// has both and `old_path`. Modes are Git's (0100644, 0100755, 0120000, 0160000).
struct Change {
  std::string path;      // the new path; the old one where the file was removed
  std::string old_path;  // differs from `path` only for renames
  ObjectId old_id, new_id;
  uint32_t old_mode = 0, new_mode = 0;

  bool is_added() const { return old_mode == 0; }
  bool is_removed() const { return new_mode == 0; }
  bool is_renamed() const { return old_path != path; }
};

/// Sorted by path. `before` and `after` are never null; `before` is an empty snapshot on an unborn branch.
struct ChangeSet {
  std::vector<Change> changes;
  std::shared_ptr<const Snapshot> before, after;
};

/// One line of pre-receive's standard input: what is to happen to a reference.
struct RefUpdate {
  ObjectId old_id, new_id;  // null: the reference is created, deleted
  std::string ref;
};

}  // namespace weir::git
