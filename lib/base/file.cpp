#include "lib/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace weir {
namespace {

/// A file descriptor that is closed on every way out.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

Status SystemError(const std::string& what, const std::string& path) {
  const Code code = errno == ENOENT || errno == ENOTDIR ? Code::kNotFound : Code::kIo;
  return {code, "cannot " + what + " " + path + ": " + std::strerror(errno)};
}

Status WriteAll(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError("write", path);
    content.remove_prefix(size_t(n));
  }
  return {};
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// `own`: as ReadOwnFile.
Result<Blob> Read(const std::string& path, uint64_t max_bytes, bool own) {
  Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | (own ? O_NOFOLLOW | O_NONBLOCK : 0))};
  struct stat info;
  if (file.fd < 0 || fstat(file.fd, &info) != 0) return SystemError("read", path);
  if (own && (!S_ISREG(info.st_mode) || info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)) return {Code::kInvalid, path + " may have been written by others"};
  const std::string too_large = path + " is larger than " + std::to_string(max_bytes) + " bytes";
  if (S_ISREG(info.st_mode) && uint64_t(info.st_size) > max_bytes) return {Code::kLimit, too_large};

  std::string text;
  text.resize(S_ISREG(info.st_mode) ? size_t(info.st_size) + 1 : 65536);
  size_t size = 0;
  for (;;) {
    // A file may grow, and files of /proc and pipes tell no size: read until the end, not until st_size.
    if (size == text.size()) text.resize(text.size() * 2);
    const ssize_t n = read(file.fd, text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError("read", path);
    if (n == 0) break;
    size += size_t(n);
    if (size > max_bytes) return {Code::kLimit, too_large};
  }
  text.resize(size);
  return Blob(std::move(text));
}

}  // namespace

Result<Blob> ReadFile(const std::string& path, uint64_t max_bytes) { return Read(path, max_bytes, false); }
Result<Blob> ReadOwnFile(const std::string& path, uint64_t max_bytes) { return Read(path, max_bytes, true); }

Status WriteFileAtomically(const std::string& path, std::string_view content, uint32_t mode, Flush flush) {
  std::string temporary = path + ".XXXXXX";
  Descriptor file{mkostemp(temporary.data(), O_CLOEXEC)};
  if (file.fd < 0) return SystemError("write", path);
  const auto abandon = [&](Status status) {
    unlink(temporary.c_str());
    return status;
  };
  if (fchmod(file.fd, mode_t(mode & 07777)) != 0) return abandon(SystemError("set the mode of", path));
  if (Status status = WriteAll(file.fd, content, path); !status.ok()) return abandon(std::move(status));
  if (flush == Flush::kToDisk && fsync(file.fd) != 0) return abandon(SystemError("write", path));
  if (rename(temporary.c_str(), path.c_str()) != 0) return abandon(SystemError("replace", path));
  if (flush == Flush::kNotFlushed) return {};
  // The rename itself is durable once the folder is; a folder that cannot be flushed is no reason to fail.
  Descriptor folder{open(FolderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.fd >= 0) (void)fsync(folder.fd);
  return {};
}

}  // namespace weir
