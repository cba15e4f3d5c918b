// Weir's scripts in a repository's own folder of hooks, and the earlier hooks beside it.
//
// An earlier hook moves to `hooks.before-weir/<hook>`, bytes, mode and time kept, and runs first. The folder is a sibling of
// `hooks` so that links that lead out of it hold, and links to the rest of `hooks` stand in it, because hooks look for their like
// by `$0`. One that comes later and takes weir's place is kept in `hooks.before-weir.2`, and so on. While `.pending` is in the
// first of them, every script runs only the earlier hooks: an installation that is interrupted anywhere changes nothing
// that git does, and running it again completes it.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"

namespace weir::installer {

/// `hooks`: absolute path of the folder. Makes `names` run `binary`.
Status InstallInPlace(const std::string& hooks, const std::vector<std::string>& names, const std::string& binary);

/// False where there was nothing of weir's. `left` names hooks that others have replaced meanwhile and that are kept as `<hook>.old`.
Result<bool> UninstallInPlace(const std::string& hooks, std::vector<std::string>& left);

/// The folder of kept hooks of the first, second … manager that was there (from 1).
std::string KeptFolder(const std::string& hooks, int slot);
/// Kept hooks of this name, in the order in which they run.
std::vector<std::string> KeptHooks(const std::string& hooks, const std::string& name);
/// An installation or its end was interrupted.
bool IsPending(const std::string& hooks);

}  // namespace weir::installer
