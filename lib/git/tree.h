// Git's tree objects: reading them, and a snapshot over one.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/blob.h"
#include "lib/base/result.h"
#include "lib/git/snapshot.h"

namespace weir::git {

// Git's modes, as trees, the index and `git diff --raw` write them.
inline constexpr uint32_t kModeFile = 0100644;
inline constexpr uint32_t kModeExecutable = 0100755;
inline constexpr uint32_t kModeSymlink = 0120000;
inline constexpr uint32_t kModeSubmodule = 0160000;
inline constexpr uint32_t kModeDirectory = 0040000;

/// The mode that Git shows for one that an old version may have stored (0100664 is 0100644).
uint32_t CanonicalMode(uint32_t mode);
EntryKind KindOf(uint32_t canonical_mode);

/// No path of a file system has more components; deeper trees are made to hurt.
inline constexpr unsigned kMaxTreeDepth = 2048;

/// The object database, whoever reads it. Thread-safe.
class Objects {
 public:
  virtual ~Objects() = default;
  /// Content of a tree object. kInvalid where it is missing, broken or no tree.
  virtual Result<Blob> ReadTree(const ObjectId& id) const = 0;
  /// Content of a blob; `path` is for messages. kLimit (before it is read) where it is larger than
  /// `max_bytes`, kInvalid where it is missing, broken or no blob.
  virtual Result<Blob> ReadBlob(const ObjectId& id, std::string_view path, uint64_t max_bytes) const = 0;
};

/// One line of a tree object; `name` is a view into the tree.
struct TreeEntry {
  std::string_view name;
  uint32_t mode;
  ObjectId id;
  bool is_directory() const { return mode == kModeDirectory; }
};

/// Entries in Git's order (as if folders' names ended in '/').
struct ParsedTree {
  Blob content;
  std::vector<TreeEntry> entries;
};
/// Reads a tree object whose ids have `id_size` bytes. kInvalid where it does not follow the format.
Result<ParsedTree> ParseTree(Blob content, uint8_t id_size);

/// Git's order of names in a tree: negative, zero, positive.
int CompareNames(std::string_view a, bool a_is_directory, std::string_view b, bool b_is_directory);

/// Parsed trees, each read once however often it is asked for. Thread-safe.
class TreeReader {
 public:
  explicit TreeReader(std::shared_ptr<const Objects> objects) : objects_(std::move(objects)) {}
  /// The null id is the empty tree.
  Result<std::shared_ptr<const ParsedTree>> Read(const ObjectId& id) const;
  const Objects& objects() const { return *objects_; }

 private:
  std::shared_ptr<const Objects> objects_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<ObjectId, std::shared_ptr<const ParsedTree>> trees_;
};

/// The tree with this id; the null id is the empty tree.
std::shared_ptr<const Snapshot> NewTreeSnapshot(std::shared_ptr<const TreeReader> reader,
                                                const ObjectId& tree);

}  // namespace weir::git
