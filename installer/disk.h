// Moves of hook files that keep bytes, mode, time and kind, each one step that either happened or did not.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"

namespace weir::installer {

/// Something of that name is there, a symbolic link to nowhere too.
bool Exists(const std::string& path);
bool IsSymlink(const std::string& path);
bool IsFolder(const std::string& path);  // follows symbolic links
/// Names in a folder, sorted, without "." and ".."; none where it cannot be read.
std::vector<std::string> Names(const std::string& folder);

/// The same file (or symbolic link) under a second name, which must be free; a copy where the disk knows no hard links.
Status Duplicate(const std::string& from, const std::string& to);
/// Takes the place of what is at `to`.
Status Move(const std::string& from, const std::string& to);
/// Nothing there is success, in the three that follow.
Status Remove(const std::string& path);
Status MakeFolder(const std::string& path);
/// With its parents.
Status MakeFolders(const std::string& path);

}  // namespace weir::installer
