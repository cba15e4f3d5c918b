// Snapshots that need no disk: a map of files, and edits laid over another snapshot.
#include <algorithm>
#include <set>

#include "lib/git/paths.h"
#include "lib/git/snapshot.h"

namespace weir::git {
namespace {

class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(std::map<std::string, std::string, std::less<>> files) {
    for (auto& [path, text] : files) files_.emplace(path, Blob(std::move(text)));
  }

  Result<std::vector<DirEntry>> List(std::string_view dir) const override {
    const std::string prefix = dir.empty() ? "" : std::string(dir) + "/";
    std::map<std::string, EntryKind> found;
    auto at = files_.lower_bound(prefix);
    while (at != files_.end() && at->first.starts_with(prefix)) {
      std::string_view rest = std::string_view(at->first).substr(prefix.size());
      const bool folder = rest.find('/') != std::string_view::npos;
      const std::string name(TakeComponent(rest));
      found.emplace(name, folder ? EntryKind::kDirectory : EntryKind::kFile);
      // '0' follows '/': the first path past everything in the folder.
      at = folder ? files_.lower_bound(prefix + name + '0') : std::next(at);
    }
    if (found.empty() && !dir.empty()) return NoSuchFolder(dir);
    std::vector<DirEntry> entries;
    for (auto& [name, kind] : found) entries.push_back({name, kind, {}});
    return entries;
  }

  Result<Blob> Read(std::string_view path, uint64_t max_bytes) const override {
    const auto file = files_.find(path);
    if (file == files_.end()) return NoSuchFile(path);
    if (file->second.text().size() > max_bytes) return TooLarge(path, max_bytes);
    return file->second;
  }

  ObjectId TreeId(std::string_view) const override { return {}; }

 private:
  std::map<std::string, Blob, std::less<>> files_;
};

class OverlaySnapshot final : public Snapshot {
 public:
  OverlaySnapshot(const Snapshot& base, std::map<std::string, std::optional<std::string>, std::less<>> edits)
      : base_(base) {
    for (auto& [path, text] : edits) {
      folders_.insert("");
      for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        folders_.insert(path.substr(0, slash));
        if (!text) shrunken_.insert(path.substr(0, slash));
      }
      edits_.emplace(path, text ? std::optional<Blob>(Blob(std::move(*text))) : std::nullopt);
    }
  }

  Result<std::vector<DirEntry>> List(std::string_view dir) const override {
    Result<std::vector<DirEntry>> listed = base_.List(dir);
    if (!folders_.contains(dir)) return listed;
    if (!listed.ok() && listed.status().code() != Code::kNotFound) return listed;
    std::map<std::string, DirEntry> merged;
    if (listed.ok())
      for (DirEntry& entry : *listed) merged.emplace(entry.name, entry);
    const std::string prefix = dir.empty() ? "" : std::string(dir) + "/";
    for (auto at = edits_.lower_bound(prefix); at != edits_.end() && at->first.starts_with(prefix); ++at) {
      std::string_view rest = std::string_view(at->first).substr(prefix.size());
      const bool folder = rest.find('/') != std::string_view::npos;
      const std::string name(TakeComponent(rest));
      const auto old = merged.find(name);
      if (folder) {
        if (at->second) {
          merged[name] = {name, EntryKind::kDirectory, {}};
        } else if (old != merged.end()) {
          old->second.id = {};
        }
      } else if (at->second) {
        const bool executable = old != merged.end() && old->second.kind == EntryKind::kExecutable;
        merged[name] = {name, executable ? EntryKind::kExecutable : EntryKind::kFile, {}};
      } else if (old != merged.end() && old->second.kind != EntryKind::kDirectory) {
        merged.erase(old);
      }
    }
    // A folder that lost its last file is gone, as in Git.
    std::vector<DirEntry> entries;
    for (auto& [name, entry] : merged) {
      const std::string path = prefix + name;
      if (entry.kind == EntryKind::kDirectory && folders_.contains(path)) {
        entry.id = {};
        if (shrunken_.contains(path) && !List(path).ok()) continue;
      }
      entries.push_back(entry);
    }
    if (entries.empty() && !dir.empty()) return NoSuchFolder(dir);
    return entries;
  }

  Result<Blob> Read(std::string_view path, uint64_t max_bytes) const override {
    const auto edit = edits_.find(path);
    if (edit == edits_.end()) return base_.Read(path, max_bytes);
    if (!edit->second) return NoSuchFile(path);
    if (edit->second->text().size() > max_bytes) return TooLarge(path, max_bytes);
    return *edit->second;
  }

  ObjectId TreeId(std::string_view dir) const override {
    return folders_.contains(dir) ? ObjectId{} : base_.TreeId(dir);
  }

  std::optional<ObjectId> FileId(std::string_view path) const override {
    return edits_.contains(path) ? std::nullopt : base_.FileId(path);
  }

 private:
  const Snapshot& base_;
  std::map<std::string, std::optional<Blob>, std::less<>> edits_;
  std::set<std::string, std::less<>> folders_;   // those with an edit somewhere inside
  std::set<std::string, std::less<>> shrunken_;  // those with a removal
};

}  // namespace

std::unique_ptr<Snapshot> NewMemorySnapshot(std::map<std::string, std::string, std::less<>> files) {
  return std::make_unique<MemorySnapshot>(std::move(files));
}

std::unique_ptr<Snapshot> NewOverlaySnapshot(
    const Snapshot& base, std::map<std::string, std::optional<std::string>, std::less<>> edits) {
  return std::make_unique<OverlaySnapshot>(base, std::move(edits));
}

}  // namespace weir::git
