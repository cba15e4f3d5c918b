#include "lib/scan/reads.h"

#include <algorithm>
#include <cstring>

namespace weir::scan {
namespace {

// Ids of entries are left out: a folder that is listed for the names in it is not read for their contents.
std::optional<ObjectId> NamesId(const Result<std::vector<git::DirEntry>>& entries, const HashKey& key) {
  if (!entries.ok()) return entries.status().code() == Code::kNotFound ? std::optional(ObjectId{}) : std::nullopt;
  std::string names;
  for (const git::DirEntry& e : *entries) ((names += e.name) += '\0') += char(e.kind);
  const uint64_t hash = KeyedHash(key, names);
  ObjectId id;
  std::memcpy(id.bytes.data(), &hash, sizeof hash);
  id.bytes[sizeof hash] = 1;  // not the null id
  return id;
}

std::optional<ObjectId> KnownTree(const git::Snapshot& snapshot, std::string_view dir) {
  const ObjectId id = snapshot.TreeId(dir);
  return id.is_null() ? std::nullopt : std::optional(id);
}

}  // namespace

bool Reads::Any(const std::map<std::string, std::string, std::less<>>& files) const {
  return !files.empty() && std::ranges::any_of(all_, [&](const Lookup& read) { return read.kind == Lookup::Kind::kFile && files.contains(read.path); });
}

bool Reads::HoldIn(const git::Snapshot& snapshot, const HashKey& key) const {
  return known_ && std::ranges::all_of(all_, [&](const Lookup& read) {
    const std::optional<ObjectId> now = read.kind == Lookup::Kind::kFile ? snapshot.FileId(read.path) : read.kind == Lookup::Kind::kTree ? KnownTree(snapshot, read.path) : NamesId(snapshot.List(read.path), key);
    return now == read.id;
  });
}

void Reads::Save(std::string& out) const {
  PutNumber(out, all_.size());
  for (const Lookup& read : all_) {
    out += char(read.kind);
    PutText(out, read.path);
    PutId(out, read.id);
  }
}

Reads Reads::Load(ByteReader& in) {
  Reads reads;
  for (uint64_t n = in.Number(); in.ok && n > 0; --n) {
    const uint64_t kind = in.Number();
    const std::string_view path = in.Text();
    const ObjectId id = in.Id();
    if (kind > uint64_t(Lookup::Kind::kTree)) in.ok = false;
    else reads.Add(Lookup::Kind(kind), path, id);
  }
  reads.known_ = in.ok;
  return reads;
}

Result<std::vector<git::DirEntry>> WatchedSnapshot::List(std::string_view dir) const {
  auto entries = base_.List(dir);
  reads_.Add(Lookup::Kind::kNames, dir, NamesId(entries, key_));
  return entries;
}

Result<Blob> WatchedSnapshot::Read(std::string_view path, uint64_t max_bytes) const {
  reads_.Add(Lookup::Kind::kFile, path, base_.FileId(path));
  return base_.Read(path, max_bytes);
}

ObjectId WatchedSnapshot::TreeId(std::string_view dir) const {
  const auto id = KnownTree(base_, dir);
  reads_.Add(Lookup::Kind::kTree, dir, id);
  return id.value_or(ObjectId{});
}

std::optional<ObjectId> WatchedSnapshot::FileId(std::string_view path) const {
  const auto id = base_.FileId(path);
  reads_.Add(Lookup::Kind::kFile, path, id);
  return id;
}

}  // namespace weir::scan
