// Git's index file, read in place (https://git-scm.com/docs/index-format): versions 2, 3 and 4, and the cache
// tree.
//
// The file is mapped, every entry is visited once to find where it stands (1 ms for 100,000), and nothing is
// copied but the names of version 4, which are stored as differences. The checksum at the end is not
// verified, as git does not either. Nothing outside the map is ever read, whatever the file says.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/blob.h"
#include "lib/base/result.h"

namespace weir::git {

/// What the index holds for one path. `name` lives as long as the index it came from.
struct IndexEntry {
  std::string_view name;
  uint32_t mode = 0;  // canonical
  ObjectId id;
  uint8_t stage = 0;           // 1 to 3: a conflict
  bool intent_to_add = false;  // `git add -N`: a commit would not contain it
};

/// A folder of the cache tree. Folders come before those inside them; `skip` is how many nodes, itself
/// included, stand before the next folder beside it.
struct CachedFolder {
  std::string_view name;
  int32_t entries = -1;  // index entries below it; negative: something changed, its id is not known
  uint32_t skip = 1;
  const uint8_t* id = nullptr;  // IndexEntries::FolderId reads it
};

/// Entries of an index in Git's order: by name, then stage.
class IndexEntries {
 public:
  virtual ~IndexEntries() = default;
  virtual size_t size() const = 0;
  virtual std::string_view Name(size_t i) const = 0;
  virtual IndexEntry Get(size_t i) const = 0;
  /// Preorder; empty where the index has no cache tree.
  const std::vector<CachedFolder>& folders() const { return folders_; }
  /// Tree id of folders()[i]; null where it is not known.
  ObjectId FolderId(size_t i) const;

  /// First entry at or after `from` whose name is not less than `name`.
  size_t LowerBound(std::string_view name, size_t from = 0) const;
  /// The first entry at or after `from` whose name does not start with `prefix`; entry `from` does.
  size_t EndOfPrefix(std::string_view prefix, size_t from) const;

 protected:
  std::vector<CachedFolder> folders_;
  uint8_t id_size_ = 20;
};

/// Opens the index file at `path`, of a repository whose ids have `id_size` bytes. A file that does not exist
/// is an empty index. kUnsupported for split and sparse indexes and for versions and required extensions that
/// are not known; kInvalid where the file is corrupt. Messages name the file.
Result<std::shared_ptr<const IndexEntries>> OpenIndex(const std::string& path, uint8_t id_size = 20);

/// The same from entries that something else has read (git's plumbing), already in order.
struct OwnedIndexEntry {
  std::string name;
  IndexEntry entry;  // its name is ignored
};
std::shared_ptr<const IndexEntries> NewIndexEntries(std::vector<OwnedIndexEntry> entries);

}  // namespace weir::git
