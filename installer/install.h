// Getting weir into one repository, and out again.
//
// Hooks that are there keep running, before weir, with their arguments, input and exit status. In the repository's own folder of
// hooks weir's scripts take their place (in_place.h); where core.hooksPath names another folder, nothing in that folder is touched:
// weir's own folder stands before it (redirect.h). Each way has one step that puts it in force, so that an interruption
// leaves what was or what is to be.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/git/repository.h"

namespace weir::installer {

/// Makes git run `binary`, an absolute path, in this repository (WantedHooks in place.h says in which hooks). Twice is the same as once,
/// and after another program has taken a hook over it mends that. The lines of the result say what was done.
Result<std::vector<std::string>> Install(const git::Repository& repository, const std::string& binary);
/// Everything as it was before, byte for byte. What weir did not write is left alone.
Result<std::vector<std::string>> Uninstall(const git::Repository& repository);

/// Writes the team's file, `.weir/hooks`, into the work tree, to be committed, unless it is there. Then installs here.
Result<std::vector<std::string>> InstallTeam(const git::Repository& repository, const std::string& binary);
/// Removes the team's file where it is as weir wrote it; else kUsage. Then uninstalls here.
Result<std::vector<std::string>> UninstallTeam(const git::Repository& repository);

}  // namespace weir::installer
