// One side of a change as a read-only tree of files: what a scan reads, and all that it can read.
//
// Implementations: a Git tree, the index, a folder on disk (`weir scan PATH`), a map in memory (tests), and an overlay of
// edited files on any of them (verification of fixes). None follows a symbolic link or leaves its root.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/blob.h"
#include "lib/base/limits.h"
#include "lib/base/result.h"

namespace weir::git {

enum class EntryKind : uint8_t { kFile, kExecutable, kSymlink, kDirectory, kSubmodule };

struct DirEntry {
  std::string name;  // bytes as Git stores them: no '/', any other byte, not necessarily UTF-8
  EntryKind kind;
  ObjectId id;       // null where the snapshot has none (folders on disk)
};

/// Paths are relative to the root, '/' between components, no leading or trailing one; "" is the root.
/// Calls may come from several threads at once.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  /// Entries of a directory sorted by name (bytes). kNotFound where there is no such directory.
  virtual Result<std::vector<DirEntry>> List(std::string_view dir) const = 0;

  /// Content of a regular file. kNotFound where there is none (a symlink or a submodule is no file), kLimit where it is
  /// larger than `max_bytes` (decided before it is read), kIo or kInvalid where it cannot be read.
  virtual Result<Blob> Read(std::string_view path, uint64_t max_bytes = Limits{}.file_size) const = 0;

  /// Id of a directory's tree where the snapshot knows it without work (Git trees; index folders whose cache tree is
  /// valid): equal ids are equal contents, so caches and comparisons need not look inside. Null id otherwise.
  virtual ObjectId TreeId(std::string_view dir) const = 0;

  /// The same for a regular file: equal ids are equal contents. The null id where there is no such file; nothing where the snapshot
  /// cannot tell.
  virtual std::optional<ObjectId> FileId(std::string_view) const { return std::nullopt; }
};

/// Files of a map, for tests and for input that is no repository. Keys are paths.
std::unique_ptr<Snapshot> NewMemorySnapshot(std::map<std::string, std::string, std::less<>> files);

/// `base` with the files of `edits` in place of its own (nullopt: removed). `base` must outlive the overlay.
std::unique_ptr<Snapshot> NewOverlaySnapshot(
    const Snapshot& base, std::map<std::string, std::optional<std::string>, std::less<>> edits);

/// A folder on disk, read on demand (each listing once); `.git` folders are left out. Symlinks are reported, never followed.
Result<std::unique_ptr<Snapshot>> OpenFolderSnapshot(const std::string& path);

}  // namespace weir::git
