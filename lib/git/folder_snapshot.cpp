// A folder on disk. Every component is opened relative to the one before with O_NOFOLLOW, so that no symbolic
// link, not even one that appears while the scan runs, leads out of the root.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>

#include "lib/git/paths.h"
#include "lib/git/snapshot.h"

namespace weir::git {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Status SystemError(std::string_view path, int error) {
  const bool absent = error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG;
  return {absent ? Code::kNotFound : Code::kIo,
          "cannot read " + std::string(path.empty() ? "." : path) + ": " + std::strerror(error)};
}

class FolderSnapshot final : public Snapshot {
 public:
  explicit FolderSnapshot(Descriptor root) : root_(std::move(root)) {}

  // A scan asks for a folder once for each language and file in it.
  Result<std::vector<DirEntry>> List(std::string_view dir) const override {
    const std::lock_guard lock(mutex_);
    const auto known = listed_.find(dir);
    if (known != listed_.end()) return known->second;
    auto entries = ReadFolder(dir);
    if (entries.ok()) listed_.emplace(dir, *entries);
    return entries;
  }

  Result<Blob> Read(std::string_view path, uint64_t max_bytes) const override {
    if (path.empty() || !IsCleanPath(path)) return NoSuchFile(path);
    const std::string name(FileNameOf(path));
    if (name == ".git") return NoSuchFile(path);
    WEIR_ASSIGN_OR_RETURN(const Descriptor folder, OpenFolder(FolderOf(path), path));
    // O_NONBLOCK: a named pipe must not make the scan wait for a writer.
    const Descriptor file(openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    struct stat info;
    if (file.get() < 0 || fstat(file.get(), &info) != 0) return SystemError(path, errno);
    if (!S_ISREG(info.st_mode)) return NoSuchFile(path);
    if (uint64_t(info.st_size) > max_bytes) return TooLarge(path, max_bytes);
    std::string text(size_t(info.st_size), '\0');
    size_t size = 0;
    while (size < text.size()) {
      const ssize_t n = read(file.get(), text.data() + size, text.size() - size);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return SystemError(path, errno);
      if (n == 0) break;
      size += size_t(n);
    }
    text.resize(size);
    return Blob(std::move(text));
  }

  ObjectId TreeId(std::string_view) const override { return {}; }

 private:
  Result<std::vector<DirEntry>> ReadFolder(std::string_view dir) const {
    WEIR_ASSIGN_OR_RETURN(Descriptor folder, OpenFolder(dir, dir));
    const int fd = folder.Release();
    DIR* stream = fdopendir(fd);
    if (stream == nullptr) {
      const int error = errno;
      close(fd);
      return SystemError(dir, error);
    }
    std::vector<DirEntry> entries;
    while (const dirent* entry = readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || name == ".git") continue;
      struct stat info;
      if (fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone in the meantime
      EntryKind kind = EntryKind::kFile;
      if (S_ISDIR(info.st_mode)) {
        kind = EntryKind::kDirectory;
      } else if (S_ISLNK(info.st_mode)) {
        kind = EntryKind::kSymlink;
      } else if (!S_ISREG(info.st_mode)) {
        continue;  // sockets, pipes and devices are no files to Git either
      } else if ((info.st_mode & S_IXUSR) != 0) {
        kind = EntryKind::kExecutable;
      }
      entries.push_back({std::string(name), kind, {}});
    }
    closedir(stream);
    std::sort(entries.begin(), entries.end(),
              [](const DirEntry& a, const DirEntry& b) { return a.name < b.name; });
    return entries;
  }

  Result<Descriptor> OpenFolder(std::string_view dir, std::string_view asked) const {
    if (!IsCleanPath(dir)) return NoSuchFolder(asked);
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    Descriptor at(openat(root_.get(), ".", kFlags));
    if (at.get() < 0) return SystemError(asked, errno);
    while (!dir.empty()) {
      const std::string name(TakeComponent(dir));
      if (name == ".git") return NoSuchFolder(asked);
      Descriptor next(openat(at.get(), name.c_str(), kFlags));
      if (next.get() < 0) return SystemError(asked, errno);
      at = std::move(next);
    }
    return at;
  }

  Descriptor root_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::vector<DirEntry>, std::less<>> listed_;
};

}  // namespace

Result<std::unique_ptr<Snapshot>> OpenFolderSnapshot(const std::string& path) {
  Descriptor root(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0) return SystemError(path, errno);
  return std::unique_ptr<Snapshot>(std::make_unique<FolderSnapshot>(std::move(root)));
}

}  // namespace weir::git
