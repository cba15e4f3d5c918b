// What an evaluation looked at, by the ids of what it found there: where another snapshot has the same, it would say the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/keyed_hash.h"
#include "lib/git/snapshot.h"

namespace weir::scan {

struct Lookup {
  enum class Kind : uint8_t { kFile, kNames, kTree } kind;  // a file's content, the names in a folder, all that is in a folder
  std::string path;
  ObjectId id;  // null: there is none. kNames: a hash of them
};

class Reads {
 public:
  /// False where something was read that has no id: nothing can be said then.
  bool known() const { return known_; }
  void Add(Lookup::Kind kind, std::string_view path, const std::optional<ObjectId>& id) {
    if (!id) known_ = false;
    else if (known_) all_.push_back({kind, std::string(path), *id});
  }

  /// Whether one of `files` was looked at.
  bool Any(const std::map<std::string, std::string, std::less<>>& files) const;
  /// Whether an evaluation in `snapshot` would find the same everywhere. Costs look-ups in trees; no file is read.
  bool HoldIn(const git::Snapshot& snapshot, const HashKey& key) const;

  void Save(std::string& out) const;
  static Reads Load(ByteReader& in);

 private:
  std::vector<Lookup> all_;
  bool known_ = true;
};

/// A snapshot that writes down what is asked of `base`. Not thread-safe.
class WatchedSnapshot final : public git::Snapshot {
 public:
  WatchedSnapshot(const git::Snapshot& base, const HashKey& key, Reads& reads) : base_(base), key_(key), reads_(reads) {}
  Result<std::vector<git::DirEntry>> List(std::string_view dir) const override;
  Result<Blob> Read(std::string_view path, uint64_t max_bytes) const override;
  ObjectId TreeId(std::string_view dir) const override;
  std::optional<ObjectId> FileId(std::string_view path) const override;

 private:
  const git::Snapshot& base_;
  const HashKey& key_;
  Reads& reads_;
};

}  // namespace weir::scan
