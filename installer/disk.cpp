#include "installer/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

#include "lib/base/file.h"

namespace weir::installer {
namespace {

Status Refused(const std::string& what) {
  const bool rights = errno == EACCES || errno == EPERM || errno == EROFS;
  return {Code::kIo, what + ": " + std::strerror(errno) + (rights ? "\nrun this as somebody who may write there" : "")};
}

}  // namespace

bool Exists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

bool IsSymlink(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
}

bool IsFolder(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::vector<std::string> Names(const std::string& folder) {
  std::vector<std::string> names;
  DIR* open = opendir(folder.c_str());
  if (open == nullptr) return names;
  while (const dirent* entry = readdir(open))
    if (const std::string name = entry->d_name; name != "." && name != "..") names.push_back(name);
  closedir(open);
  std::ranges::sort(names);
  return names;
}

Status Duplicate(const std::string& from, const std::string& to) {
  if (linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0) return {};
  if (errno == EEXIST || errno == ENOENT || errno == EACCES) return Refused(from + " cannot be kept as " + to);
  if (IsSymlink(from)) {
    char target[PATH_MAX];
    const ssize_t length = readlink(from.c_str(), target, sizeof target - 1);
    if (length > 0 && symlink(std::string(target, size_t(length)).c_str(), to.c_str()) == 0) return {};
    return Refused(from + " cannot be kept as " + to);
  }
  struct stat info;
  if (stat(from.c_str(), &info) != 0) return Refused(from + " cannot be read");
  WEIR_ASSIGN_OR_RETURN(const Blob content, ReadFile(from, UINT64_MAX));
  WEIR_RETURN_IF_ERROR(WriteFileAtomically(to, content.text(), info.st_mode & 07777));
  const timespec times[] = {info.st_atim, info.st_mtim};
  (void)utimensat(AT_FDCWD, to.c_str(), times, 0);
  return {};
}

Status Move(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) {
    unlink(from.c_str());  // two names of one file: rename(2) leaves both
    return {};
  }
  return Refused(from + " cannot be renamed to " + to);
}

Status Remove(const std::string& path) {
  if (std::remove(path.c_str()) == 0 || errno == ENOENT) return {};
  return Refused(path + " cannot be removed");
}

Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0755) == 0 || (errno == EEXIST && IsFolder(path))) return {};
  return Refused("the folder " + path + " cannot be made");
}

Status MakeFolders(const std::string& path) {
  if (IsFolder(path)) return {};
  if (const size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0) WEIR_RETURN_IF_ERROR(MakeFolders(path.substr(0, slash)));
  return MakeFolder(path);
}

}  // namespace weir::installer
