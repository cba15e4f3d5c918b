#include "lib/git/repository.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "lib/git/index_view.h"
#include "lib/git/paths.h"
#include "lib/git/renames.h"
#include "lib/git/repository_base.h"
#include "lib/git/tree_diff.h"

namespace weir::git {

Result<std::unique_ptr<Repository>> Repository::Open(const std::string& path) {
  auto repository = OpenByLibgit2(path);
  if (repository.ok() || repository.status().code() == Code::kNotFound) return repository;
  return OpenByGit(path);
}

std::string Absolute(const std::string& path, const std::string& base) {
  std::error_code ignored;
  std::filesystem::path full = path;
  if (full.is_relative() && !base.empty()) full = std::filesystem::path(base) / full;
  full = std::filesystem::absolute(full, ignored).lexically_normal();
  std::string text = full.string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

RepositoryBase::RepositoryBase(Places places, std::shared_ptr<const Objects> objects,
                               std::shared_ptr<const Git> git)
    : places_(std::move(places)),
      objects_(std::move(objects)),
      reader_(std::make_shared<TreeReader>(objects_)),
      git_(std::move(git)) {}

Result<std::shared_ptr<const IndexEntries>> RepositoryBase::Entries() const {
  auto index = OpenIndex(places_.index, places_.id_size);
  if (index.ok() || index.status().code() != Code::kUnsupported) return index;
  return IndexByGit(*git_);
}

Result<ChangeSet> RepositoryBase::Staged() const {
  WEIR_ASSIGN_OR_RETURN(const ObjectId head, HeadTree());
  ChangeSet set;
  set.before = SnapshotOf(head);
  auto index = OpenIndex(places_.index, places_.id_size);
  if (index.ok()) {
    WEIR_RETURN_IF_ERROR(DiffTreeToIndex(*reader_, head, **index, set.changes));
  } else if (index.status().code() == Code::kUnsupported) {
    index = IndexByGit(*git_);
    if (!index.ok()) return index.status();
    WEIR_RETURN_IF_ERROR(StagedByGit(*git_, head, places_.id_size, set.changes));
  } else {
    return index.status();
  }
  set.after = NewIndexSnapshot(*index, objects_);
  DetectRenames(*objects_, set.changes);
  return set;
}

Result<ObjectId> RepositoryBase::TreeNamed(std::string_view revision) const {
  if (revision.empty()) return ObjectId{};
  WEIR_ASSIGN_OR_RETURN(const ObjectId id, Resolve(revision));
  return TreeOf(id);
}

Result<ChangeSet> RepositoryBase::Compare(const ObjectId& before, const ObjectId& after) const {
  ChangeSet set;
  WEIR_RETURN_IF_ERROR(DiffTrees(*reader_, before, after, "", set.changes));
  DetectRenames(*objects_, set.changes);
  set.before = SnapshotOf(before);
  set.after = SnapshotOf(after);
  return set;
}

Result<ChangeSet> RepositoryBase::Between(std::string_view before, std::string_view after) const {
  WEIR_ASSIGN_OR_RETURN(const ObjectId old_tree, TreeNamed(before));
  WEIR_ASSIGN_OR_RETURN(const ObjectId new_tree, TreeNamed(after));
  return Compare(old_tree, new_tree);
}

Result<ChangeSet> RepositoryBase::SinceFork(std::string_view before, std::string_view after) const {
  WEIR_ASSIGN_OR_RETURN(const ObjectId left, Resolve(before));
  WEIR_ASSIGN_OR_RETURN(const ObjectId right, Resolve(after));
  auto base = git_->Out({"merge-base", left.ToHex(), right.ToHex()});
  if (!base.ok() || base->empty())
    return {Code::kNotFound, std::string(before) + " and " + std::string(after) + " share no commit here; in a shallow clone: git fetch --unshallow, else compare them with two dots"};
  return Between(base->substr(0, base->find('\n')), after);
}

Result<ChangeSet> RepositoryBase::Pushed(const RefUpdate& update) const {
  if (update.new_id.is_null()) return Compare({}, {});
  if (!Has(update.new_id))
    return {Code::kInvalid, "the new tip of " + update.ref + ", " + update.new_id.ToHex() + ", is missing"};
  const auto tree = TreeOf(update.new_id);
  if (tree.status().code() == Code::kNotFound) return Compare({}, {});  // a blob: there is no file to judge
  if (!tree.ok()) return tree.status();
  const ObjectId after = *tree;
  // A client may not have what a forced push replaces; then the push is judged as a new branch is.
  ObjectId old = update.old_id;
  if (old.is_null() || !Has(old)) {
    WEIR_ASSIGN_OR_RETURN(old, Shared(update.new_id, update.ref));
  }
  if (old.is_null()) return Compare({}, after);
  const auto before = TreeOf(old);
  if (before.status().code() == Code::kNotFound) return Compare({}, after);
  if (!before.ok()) return before.status();
  return Compare(*before, after);
}

Result<ChangeSet> RepositoryBase::ChangedBy(const Commit& commit) const {
  WEIR_ASSIGN_OR_RETURN(const ObjectId after, TreeOf(commit.id));
  ObjectId before;
  if (!commit.parents.empty()) {
    WEIR_ASSIGN_OR_RETURN(before, TreeOf(commit.parents[0]));
  }
  ChangeSet set;
  WEIR_RETURN_IF_ERROR(DiffTrees(*reader_, before, after, "", set.changes));
  for (size_t i = 1; i < commit.parents.size(); ++i) {
    WEIR_ASSIGN_OR_RETURN(const ObjectId other, TreeOf(commit.parents[i]));
    std::vector<Change> differs;
    WEIR_RETURN_IF_ERROR(DiffTrees(*reader_, other, after, "", differs));
    std::ranges::sort(differs, {}, &Change::path);
    std::erase_if(set.changes, [&](const Change& c) { return !std::ranges::binary_search(differs, c.path, {}, &Change::path); });
  }
  DetectRenames(*objects_, set.changes);
  set.before = SnapshotOf(before);
  set.after = SnapshotOf(after);
  return set;
}

bool RepositoryBase::CountsAsShared(std::string_view ref, std::string_view updated) const {
  if (ref == updated) return false;
  const bool server = places_.work_tree.empty() || std::getenv("GIT_QUARANTINE_PATH") != nullptr;
  return server || ref.starts_with("refs/remotes/");
}

Result<std::shared_ptr<const Snapshot>> RepositoryBase::Tree(std::string_view revision) const {
  WEIR_ASSIGN_OR_RETURN(const ObjectId tree, TreeNamed(revision));
  return SnapshotOf(tree);
}

Result<std::shared_ptr<const Snapshot>> RepositoryBase::Index() const {
  WEIR_ASSIGN_OR_RETURN(auto entries, Entries());
  return NewIndexSnapshot(std::move(entries), objects_);
}

Status RepositoryBase::Stage(const std::vector<StagedFile>& files) {
  if (files.empty()) return {};
  WEIR_ASSIGN_OR_RETURN(const auto entries, Entries());
  std::string info;
  for (const StagedFile& file : files) {
    if (file.path.empty() || !IsCleanPath(file.path))
      return {Code::kUsage, "'" + file.path + "' is no path that can be staged"};
    const size_t at = entries->LowerBound(file.path);
    std::string mode = "100644";
    if (at < entries->size() && entries->Name(at) == file.path) {
      const IndexEntry entry = entries->Get(at);
      if (entry.stage != 0) return {Code::kUsage, file.path + " is in conflict; resolve it first"};
      if (entry.mode == kModeExecutable) mode = "100755";
      if (entry.mode == kModeSymlink || entry.mode == kModeSubmodule)
        return {Code::kUsage, file.path + " is a symbolic link or a submodule in the index"};
    }
    WEIR_ASSIGN_OR_RETURN(std::string id, git_->Out({"hash-object", "-w", "--stdin"}, file.content));
    while (!id.empty() && id.back() == '\n') id.pop_back();
    info += mode + ' ' + id + " 0\t" + file.path + '\0';
  }
  const auto updated = git_->Out({"update-index", "-z", "--index-info"}, info);
  if (updated.ok()) return {};
  const bool locked = updated.status().message().find(".lock'") != std::string::npos;
  return {locked ? Code::kIo : updated.status().code(), updated.status().message()};
}

namespace {

bool IsId(std::string_view hex) {
  return (hex.size() == 40 || hex.size() == 64) && hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Hands every line with its number to `read`, which says whether it is well-formed.
template <typename ReadLine>
Status EachLine(std::string_view text, std::string_view form, const ReadLine& read) {
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (!read(line)) return {Code::kInvalid, "line " + std::to_string(number) + " of standard input is not '" + std::string(form) + "'"};
  }
  return {};
}

}  // namespace

Result<std::vector<RefUpdate>> ParseRefUpdates(std::string_view text) {
  std::vector<RefUpdate> updates;
  const auto read = [&](std::string_view line) {
    const size_t first = line.find(' ');
    const size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos || second + 1 == line.size()) return false;
    const std::string_view old_id = line.substr(0, first), new_id = line.substr(first + 1, second - first - 1);
    if (!IsId(old_id) || !IsId(new_id)) return false;
    updates.push_back({ParseId(old_id), ParseId(new_id), std::string(line.substr(second + 1))});
    return true;
  };
  WEIR_RETURN_IF_ERROR(EachLine(text, "<old id> <new id> <reference>", read));
  return updates;
}

Result<std::vector<RefUpdate>> ParsePushLines(std::string_view text) {
  std::vector<RefUpdate> updates;
  // From the end: what stands first may be any revision that was typed.
  const auto read = [&](std::string_view line) {
    const size_t third = line.rfind(' ');
    const size_t second = third == std::string_view::npos || third == 0 ? std::string_view::npos : line.rfind(' ', third - 1);
    const size_t first = second == std::string_view::npos || second == 0 ? std::string_view::npos : line.rfind(' ', second - 1);
    if (first == std::string_view::npos) return false;
    const std::string_view local = line.substr(first + 1, second - first - 1), remote = line.substr(third + 1);
    if (!IsId(local) || !IsId(remote)) return false;
    updates.push_back({ParseId(remote), ParseId(local), std::string(line.substr(second + 1, third - second - 1))});
    return true;
  };
  WEIR_RETURN_IF_ERROR(EachLine(text, "<local reference> <local id> <remote reference> <remote id>", read));
  return updates;
}

std::vector<std::string> PushOptions() {
  std::vector<std::string> options;
  const char* count_text = std::getenv("GIT_PUSH_OPTION_COUNT");
  if (count_text == nullptr) return options;
  unsigned count = 0;
  const std::string_view digits = count_text;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  for (unsigned i = 0; i < count; ++i) {
    const char* option = std::getenv(("GIT_PUSH_OPTION_" + std::to_string(i)).c_str());
    if (option == nullptr) break;
    options.emplace_back(option);
  }
  return options;
}

}  // namespace weir::git
