// What `weir fix` looks at: what is staged; where nothing is, what was changed since the last commit (a `git commit -a` that was
// blocked leaves it so); and files and folders that are named, or stand outside of git, whole.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/fix/apply.h"
#include "lib/git/change_set.h"

namespace weir::fix {

struct Source {
  enum class Kind : uint8_t { kIndex, kWorkTree, kTree };
  Kind kind = Kind::kTree;
  std::unique_ptr<git::Repository> repository;  // null outside of git
  git::ChangeSet change;                        // kTree: only `after`
  std::string root;                             // absolute
  std::vector<std::string> paths;               // those that were named, relative to root

  Place place() const { return {repository.get(), root}; }
};

/// `paths` are as a person types them, relative to the current folder; kUsage where one does not exist.
/// `staged`: the index and nothing else.
Result<Source> OpenSource(const std::vector<std::string>& paths, bool staged);

}  // namespace weir::fix
