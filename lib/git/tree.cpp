#include "lib/git/tree.h"

#include <algorithm>
#include <cstring>

#include "lib/base/text.h"
#include "lib/git/paths.h"

namespace weir::git {
namespace {

/// Trees kept parsed; beyond it the cache starts anew, so that walking a huge repository stays in bounded
/// memory.
constexpr size_t kMaxCachedTrees = 20'000;

class TreeSnapshot final : public Snapshot {
 public:
  TreeSnapshot(std::shared_ptr<const TreeReader> reader, const ObjectId& root)
      : reader_(std::move(reader)), root_(root) {}

  Result<std::vector<DirEntry>> List(std::string_view dir) const override {
    WEIR_ASSIGN_OR_RETURN(const ObjectId id, Folder(dir));
    WEIR_ASSIGN_OR_RETURN(const auto tree, reader_->Read(id));
    std::vector<DirEntry> entries;
    entries.reserve(tree->entries.size());
    for (const TreeEntry& entry : tree->entries)
      entries.push_back({std::string(entry.name), KindOf(entry.mode), entry.id});
    std::sort(entries.begin(), entries.end(),
              [](const DirEntry& a, const DirEntry& b) { return a.name < b.name; });
    return entries;
  }

  Result<Blob> Read(std::string_view path, uint64_t max_bytes) const override {
    WEIR_ASSIGN_OR_RETURN(const ObjectId id, File(path));
    return id.is_null() ? Result<Blob>(NoSuchFile(path)) : reader_->objects().ReadBlob(id, path, max_bytes);
  }

  std::optional<ObjectId> FileId(std::string_view path) const override {
    const auto id = File(path);
    return id.ok() ? std::optional(*id) : std::nullopt;
  }

  ObjectId TreeId(std::string_view dir) const override {
    const auto id = Folder(dir);
    return id.ok() ? *id : ObjectId{};
  }

 private:
  static const TreeEntry* Find(const ParsedTree& tree, std::string_view name, bool directory) {
    const auto at = std::lower_bound(
        tree.entries.begin(), tree.entries.end(), name, [&](const TreeEntry& entry, std::string_view sought) {
          return CompareNames(entry.name, entry.is_directory(), sought, directory) < 0;
        });
    if (at == tree.entries.end() || at->name != name || at->is_directory() != directory) return nullptr;
    return &*at;
  }

  /// The null id where there is no regular file.
  Result<ObjectId> File(std::string_view path) const {
    const auto folder = Folder(FolderOf(path));
    if (!folder.ok()) return folder.status().code() == Code::kNotFound ? Result<ObjectId>(ObjectId{}) : folder.status();
    WEIR_ASSIGN_OR_RETURN(const auto tree, reader_->Read(*folder));
    const TreeEntry* entry = Find(*tree, FileNameOf(path), false);
    return entry != nullptr && (entry->mode == kModeFile || entry->mode == kModeExecutable) ? entry->id : ObjectId{};
  }

  Result<ObjectId> Folder(std::string_view dir) const {
    ObjectId at = root_;
    std::string_view rest = dir;
    while (!rest.empty()) {
      WEIR_ASSIGN_OR_RETURN(const auto tree, reader_->Read(at));
      const TreeEntry* entry = Find(*tree, TakeComponent(rest), true);
      if (entry == nullptr) return NoSuchFolder(dir);
      at = entry->id;
    }
    return at;
  }

  std::shared_ptr<const TreeReader> reader_;
  ObjectId root_;
};

}  // namespace

uint32_t CanonicalMode(uint32_t mode) {
  switch (mode & 0170000) {
    case 0100000:
      return (mode & 0100) != 0 ? kModeExecutable : kModeFile;
    case 0120000:
      return kModeSymlink;
    case 0040000:
      return kModeDirectory;
    default:
      return kModeSubmodule;
  }
}

EntryKind KindOf(uint32_t mode) {
  switch (mode) {
    case kModeFile:
      return EntryKind::kFile;
    case kModeExecutable:
      return EntryKind::kExecutable;
    case kModeSymlink:
      return EntryKind::kSymlink;
    case kModeDirectory:
      return EntryKind::kDirectory;
    default:
      return EntryKind::kSubmodule;
  }
}

int CompareNames(std::string_view a, bool a_is_directory, std::string_view b, bool b_is_directory) {
  const size_t common = std::min(a.size(), b.size());
  if (const int order = std::memcmp(a.data(), b.data(), common); order != 0) return order;
  const auto next = [&](std::string_view name, bool directory) -> int {
    if (name.size() > common) return uint8_t(name[common]);
    return directory ? '/' : 0;
  };
  if (a.size() == b.size() && a_is_directory == b_is_directory) return 0;
  const int x = next(a, a_is_directory), y = next(b, b_is_directory);
  if (x != y) return x - y;
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

Result<ParsedTree> ParseTree(Blob content, uint8_t id_size) {
  ParsedTree tree{std::move(content), {}};
  std::string_view rest = tree.content.text();
  constexpr size_t kUsualEntry = 36;  // mode, a short name and an id: one allocation for most trees
  tree.entries.reserve(rest.size() / kUsualEntry + 1);
  const Status broken(Code::kInvalid, "a tree object of the repository is broken; git fsck tells more");
  while (!rest.empty()) {
    uint32_t mode = 0;
    size_t at = 0;
    for (; at < rest.size() && rest[at] >= '0' && rest[at] <= '7' && at < 8; ++at)
      mode = mode * 8 + uint32_t(rest[at] - '0');
    if (at == 0 || at >= rest.size() || rest[at] != ' ') return broken;
    const size_t end = rest.find('\0', ++at);
    if (end == std::string_view::npos || end == at || rest.size() - end - 1 < id_size) return broken;
    TreeEntry entry{rest.substr(at, end - at), CanonicalMode(mode), {}};
    if (entry.name.find('/') != std::string_view::npos) return broken;
    // git writes names in order and each once. In a tree that is not so, a name could be found twice, and the one that is judged
    // need not be the one that is checked out.
    if (!tree.entries.empty() && CompareNames(tree.entries.back().name, tree.entries.back().is_directory(), entry.name, entry.is_directory()) >= 0)
      return {Code::kInvalid, "a tree object of the repository names '" + TerminalSafe(entry.name) + "' out of git's order, or twice; git fsck tells more"};
    entry.id.size = id_size;
    std::memcpy(entry.id.bytes.data(), rest.data() + end + 1, id_size);
    tree.entries.push_back(entry);
    rest.remove_prefix(end + 1 + id_size);
  }
  return tree;
}

Result<std::shared_ptr<const ParsedTree>> TreeReader::Read(const ObjectId& id) const {
  if (id.is_null()) return std::shared_ptr<const ParsedTree>(std::make_shared<ParsedTree>());
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = trees_.find(id); known != trees_.end()) return known->second;
  }
  WEIR_ASSIGN_OR_RETURN(Blob content, objects_->ReadTree(id));
  WEIR_ASSIGN_OR_RETURN(ParsedTree parsed, ParseTree(std::move(content), id.size));
  auto tree = std::make_shared<const ParsedTree>(std::move(parsed));
  const std::lock_guard lock(mutex_);
  if (trees_.size() >= kMaxCachedTrees) trees_.clear();
  trees_.emplace(id, tree);
  return std::shared_ptr<const ParsedTree>(std::move(tree));
}

std::shared_ptr<const Snapshot> NewTreeSnapshot(std::shared_ptr<const TreeReader> reader,
                                                const ObjectId& tree) {
  return std::make_shared<TreeSnapshot>(std::move(reader), tree);
}

}  // namespace weir::git
