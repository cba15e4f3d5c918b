// A folder of weir's scripts that stands before another folder of hooks, by core.hooksPath: for folders that are not weir's to
// write (tracked ones, those that a program makes anew, those of a whole machine).
//
// It holds a script for every hook of git that changes nothing by being there (script.h), so that whatever the other folder holds
// or will hold keeps running. Setting core.hooksPath is the one step that puts it in force.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"

namespace weir::installer {

struct Redirect {
  std::string folder;               // of weir's scripts
  std::string before;               // where git looked before; empty: in each repository's own folder
  std::vector<std::string> judged;  // hooks that run weir
  std::string binary;
  std::vector<std::string> others = {};  // hooks beyond the common ones that the other folder holds
};

/// Makes the folder, or makes it as it should be. Files that are right are left alone.
Status WriteRedirect(const Redirect& redirect);
/// What `before` was when the folder was made; nothing where there is no such folder.
std::optional<std::string> RedirectedFrom(const std::string& folder);
/// Removes what WriteRedirect made and nothing else.
Status RemoveRedirect(const std::string& folder);

}  // namespace weir::installer
