// Small helpers for paths inside a snapshot: '/' between components, "" is the root.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace weir::git {

/// "dir/name", or "name" in the root.
inline std::string Join(std::string_view dir, std::string_view name) {
  std::string path(dir);
  if (!path.empty()) path += '/';
  return path.append(name);
}

/// Removes and returns the first component of `path`.
inline std::string_view TakeComponent(std::string_view& path) {
  const size_t slash = path.find('/');
  const std::string_view first = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return first;
}

/// "a/b" of "a/b/c"; "" of what lies in the root.
inline std::string_view FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
/// "c" of "a/b/c".
inline std::string_view FileNameOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "../x/y" as it stands in the file at `base`, as a path of the snapshot; nothing where it leads out of it, or is absolute, a home or a URL.
std::optional<std::string> ResolveBeside(std::string_view base, std::string_view relative);

/// A path that a snapshot may be asked for: no leading, trailing or doubled '/', no "." or ".." component.
inline bool IsCleanPath(std::string_view path) {
  if (path.empty()) return true;
  if (path.back() == '/' || path.find('\0') != std::string_view::npos) return false;
  while (!path.empty()) {
    const std::string_view part = TakeComponent(path);
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

inline Status NoSuchFile(std::string_view path) {
  return {Code::kNotFound, "there is no file " + std::string(path)};
}
inline Status NoSuchFolder(std::string_view path) {
  return {Code::kNotFound, "there is no folder " + std::string(path.empty() ? "." : path)};
}
inline Status TooLarge(std::string_view path, uint64_t max_bytes) {
  return {Code::kLimit, std::string(path) + " is larger than " + std::to_string(max_bytes) + " bytes"};
}

}  // namespace weir::git
