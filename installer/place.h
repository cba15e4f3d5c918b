// Where git looks for a repository's hooks, who said so, and which of them are to run weir.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/git/repository.h"

namespace weir::installer {

struct HookPlace {
  std::string folder;      // absolute: where git looks now
  std::string own;         // the repository's own folder: <common>/hooks
  std::string redirect;    // weir's folder where the own one is not in force: <common>/hooks.weir
  std::string configured;  // core.hooksPath as it stands; empty: not set
  std::string scope;       // who set it: "local", "global", "system", "worktree", "command"; empty: nobody
  /// Weir's scripts may stand in the folder itself: it is the repository's own, and no link to one that others track.
  bool in_place = true;
};

HookPlace PlaceOf(const git::Repository& repository);

/// The file that says what a team wants, committed at the root of a work tree: a hook a line, `#` begins a comment.
inline constexpr std::string_view kTeamFile = ".weir/hooks";

/// pre-receive in a bare repository; else what the team's file asks for; else pre-commit, pre-merge-commit and pre-push.
/// kUsage names file and line of what is no hook that weir runs.
Result<std::vector<std::string>> WantedHooks(const git::Repository& repository);

/// The text of a hook's file; empty where there is none or none that can be read.
std::string HookText(const std::string& path);

/// "a, b and c".
std::string Listed(const std::vector<std::string>& words);

}  // namespace weir::installer
