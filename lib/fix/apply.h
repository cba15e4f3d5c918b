// Safe fixes written to the index and the work tree. Unstaged work is never lost.
#pragma once

#include <string>
#include <vector>

#include "lib/fix/fix.h"
#include "lib/git/repository.h"
#include "lib/scan/scan.h"

namespace weir::fix {

struct Applied {
  size_t fixed = 0;       // findings that are gone
  size_t left_alone = 0;  // findings whose fix a person must choose, or that have none
  std::vector<std::string> work_tree_differs;  // files whose work tree could not take the same edit
};

/// Applies the safe fixes of the report's findings one after another, each verified on the result of those before it, then
/// writes: with `staged` the index, and the work tree's files where their bytes around the edit are the same; without it
/// only the work tree.
Result<Applied> ApplySafe(const scan::Report& report, const git::Snapshot& snapshot, scan::Options& options, git::Repository& repository, bool staged);

/// The edit from `before` to `after` made in `other`, a version of `before` with changes of its own; nothing where the changed
/// lines are not there, or not only once.
std::optional<std::string> Transfer(std::string_view before, std::string_view after, std::string_view other);

}  // namespace weir::fix
