#include "lib/git/index_view.h"

#include <algorithm>

#include "lib/git/paths.h"
#include "lib/git/tree_diff.h"

namespace weir::git {
namespace {

constexpr size_t kNoFolder = SIZE_MAX;

/// The folders directly inside cache tree node `parent`, by name.
std::vector<std::pair<std::string_view, size_t>> FoldersInside(const IndexEntries& index, size_t parent) {
  std::vector<std::pair<std::string_view, size_t>> inside;
  if (parent == kNoFolder) return inside;
  const auto& folders = index.folders();
  const size_t end = parent + folders[parent].skip;
  for (size_t i = parent + 1; i < end; i += folders[i].skip) inside.emplace_back(folders[i].name, i);
  std::sort(inside.begin(), inside.end());
  return inside;
}

size_t FindFolder(const std::vector<std::pair<std::string_view, size_t>>& inside, std::string_view name) {
  const auto at = std::lower_bound(inside.begin(), inside.end(), std::pair(name, size_t(0)));
  return at != inside.end() && at->first == name ? at->second : kNoFolder;
}

class IndexDiff {
 public:
  IndexDiff(const TreeReader& reader, const IndexEntries& index, std::vector<Change>& changes)
      : reader_(reader), index_(index), changes_(changes) {}

  /// Entries [at, end) all start with `prefix`; `folder` is its cache tree node or kNoFolder.
  Status Folder(const std::string& prefix, size_t at, size_t end, size_t folder, const ObjectId& tree_id,
                unsigned depth) {
    if (depth > kMaxTreeDepth) return TooDeep(prefix);
    WEIR_ASSIGN_OR_RETURN(const auto tree, reader_.Read(tree_id));
    const auto inside = FoldersInside(index_, folder);
    auto t = tree->entries.begin();
    const auto t_end = tree->entries.end();
    while (at < end || t != t_end) {
      std::string_view name;
      bool is_folder = false;
      if (at < end) {
        name = index_.Name(at);
        // The search for a folder's end relies on the order; an index that lies about it must not lead us
        // astray.
        if (!name.starts_with(prefix))
          return {Code::kInvalid, "the index is corrupt: its names are not sorted"};
        name.remove_prefix(prefix.size());
        const size_t slash = name.find('/');
        is_folder = slash != std::string_view::npos;
        name = name.substr(0, slash);
      }
      const int order = at >= end    ? 1
                        : t == t_end ? -1
                                     : CompareNames(name, is_folder, t->name, t->is_directory());
      const TreeEntry* old = order >= 0 ? &*t : nullptr;
      if (old != nullptr) ++t;
      if (order > 0) {
        WEIR_RETURN_IF_ERROR(Removed(prefix, *old));
      } else if (is_folder) {
        const std::string path = prefix + std::string(name) + '/';
        const size_t node = FindFolder(inside, name);
        const size_t next = EndOfFolder(path, at, end, node);
        const bool same = old != nullptr && node != kNoFolder && index_.folders()[node].entries >= 0 &&
                          index_.FolderId(node) == old->id;
        if (!same)
          WEIR_RETURN_IF_ERROR(
              Folder(path, at, next, node, old != nullptr ? old->id : ObjectId{}, depth + 1));
        at = next;
      } else {
        WEIR_RETURN_IF_ERROR(File(at, end, old));
      }
    }
    return {};
  }

 private:
  Status Add(Change change) {
    if (changes_.size() >= kMaxChanges) return TooManyChanges();
    changes_.push_back(std::move(change));
    return {};
  }

  Status Removed(const std::string& prefix, const TreeEntry& old) {
    const std::string path = prefix + std::string(old.name);
    if (old.is_directory()) return DiffTrees(reader_, old.id, {}, path + '/', changes_);
    return Add(ChangeOf(path, &old, nullptr));
  }

  /// One path of the index, which has up to three entries while it is in conflict. Advances `at` past them.
  Status File(size_t& at, size_t end, const TreeEntry* old) {
    const IndexEntry entry = index_.Get(at++);
    while (at < end && index_.Name(at) == entry.name) ++at;
    const bool absent = entry.stage != 0 || entry.intent_to_add;
    if (absent && old == nullptr) return {};
    const TreeEntry now{entry.name, entry.mode, entry.id};
    if (!absent && old != nullptr && old->id == now.id && old->mode == now.mode) return {};
    return Add(ChangeOf(std::string(entry.name), old, absent ? nullptr : &now));
  }

  /// Where the entries of folder `path`, which begin at `at`, end. The cache tree's count is believed only
  /// where it fits.
  size_t EndOfFolder(const std::string& path, size_t at, size_t end, size_t node) const {
    const int64_t count = node != kNoFolder ? index_.folders()[node].entries : -1;
    if (count > 0 && size_t(count) <= end - at && index_.Name(at + size_t(count) - 1).starts_with(path) &&
        (at + size_t(count) == index_.size() || !index_.Name(at + size_t(count)).starts_with(path)))
      return at + size_t(count);
    return std::min(index_.EndOfPrefix(path, at), end);
  }

  const TreeReader& reader_;
  const IndexEntries& index_;
  std::vector<Change>& changes_;
};

class IndexSnapshot final : public Snapshot {
 public:
  IndexSnapshot(std::shared_ptr<const IndexEntries> index, std::shared_ptr<const Objects> objects)
      : index_(std::move(index)), objects_(std::move(objects)) {}

  Result<std::vector<DirEntry>> List(std::string_view dir) const override {
    const std::string prefix = dir.empty() ? "" : std::string(dir) + '/';
    std::vector<DirEntry> entries;
    for (size_t at = index_->LowerBound(prefix); at < index_->size();) {
      const std::string_view path = index_->Name(at);
      if (!path.starts_with(prefix)) break;
      const std::string_view rest = path.substr(prefix.size());
      const size_t slash = rest.find('/');
      if (slash != std::string_view::npos) {
        const std::string_view inside = path.substr(0, prefix.size() + slash + 1);
        const size_t next = index_->EndOfPrefix(inside, at);
        if (AnyPresent(at, next))
          entries.push_back({std::string(rest.substr(0, slash)), EntryKind::kDirectory, {}});
        at = next;
        continue;
      }
      const IndexEntry entry = index_->Get(at++);
      if (entry.stage == 0 && !entry.intent_to_add)
        entries.push_back({std::string(rest), KindOf(entry.mode), entry.id});
    }
    if (entries.empty() && !dir.empty()) return NoSuchFolder(dir);
    FillFolderIds(dir, entries);
    std::sort(entries.begin(), entries.end(),
              [](const DirEntry& a, const DirEntry& b) { return a.name < b.name; });
    return entries;
  }

  Result<Blob> Read(std::string_view path, uint64_t max_bytes) const override {
    const ObjectId id = *FileId(path);
    return id.is_null() ? Result<Blob>(NoSuchFile(path)) : objects_->ReadBlob(id, path, max_bytes);
  }

  std::optional<ObjectId> FileId(std::string_view path) const override {
    const size_t at = index_->LowerBound(path);
    if (at >= index_->size() || index_->Name(at) != path) return ObjectId{};
    const IndexEntry entry = index_->Get(at);
    const bool file = entry.stage == 0 && !entry.intent_to_add && (entry.mode == kModeFile || entry.mode == kModeExecutable);
    return file ? entry.id : ObjectId{};
  }

  ObjectId TreeId(std::string_view dir) const override {
    const size_t node = Node(dir);
    return node != kNoFolder ? index_->FolderId(node) : ObjectId{};
  }

 private:
  bool AnyPresent(size_t at, size_t end) const {
    for (; at < end; ++at) {
      const IndexEntry entry = index_->Get(at);
      if (entry.stage == 0 && !entry.intent_to_add) return true;
    }
    return false;
  }

  /// The cache tree's node of a folder, or kNoFolder.
  size_t Node(std::string_view dir) const {
    const auto& folders = index_->folders();
    if (folders.empty()) return kNoFolder;
    size_t node = 0;
    while (!dir.empty()) {
      const std::string_view name = TakeComponent(dir);
      const size_t end = node + folders[node].skip;
      size_t inside = node + 1;
      while (inside < end && folders[inside].name != name) inside += folders[inside].skip;
      if (inside >= end) return kNoFolder;
      node = inside;
    }
    return node;
  }

  void FillFolderIds(std::string_view dir, std::vector<DirEntry>& entries) const {
    const auto inside = FoldersInside(*index_, Node(dir));
    for (DirEntry& entry : entries) {
      if (entry.kind != EntryKind::kDirectory) continue;
      const size_t node = FindFolder(inside, entry.name);
      if (node != kNoFolder) entry.id = index_->FolderId(node);
    }
  }

  std::shared_ptr<const IndexEntries> index_;
  std::shared_ptr<const Objects> objects_;
};

}  // namespace

Status DiffTreeToIndex(const TreeReader& reader, const ObjectId& tree, const IndexEntries& index,
                       std::vector<Change>& changes) {
  const size_t root = index.folders().empty() ? kNoFolder : 0;
  if (root != kNoFolder && index.folders()[0].entries >= 0 && index.FolderId(0) == tree) return {};
  return IndexDiff(reader, index, changes).Folder("", 0, index.size(), root, tree, 0);
}

std::shared_ptr<const Snapshot> NewIndexSnapshot(std::shared_ptr<const IndexEntries> index,
                                                 std::shared_ptr<const Objects> objects) {
  return std::make_shared<IndexSnapshot>(std::move(index), std::move(objects));
}

}  // namespace weir::git
