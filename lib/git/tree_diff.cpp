#include "lib/git/tree_diff.h"

namespace weir::git {

Change ChangeOf(std::string path, const TreeEntry* before, const TreeEntry* after) {
  Change change;
  change.old_path = path;
  change.path = std::move(path);
  if (before != nullptr) change.old_id = before->id, change.old_mode = before->mode;
  if (after != nullptr) change.new_id = after->id, change.new_mode = after->mode;
  return change;
}

Status TooManyChanges() {
  return {Code::kLimit, "more than " + std::to_string(kMaxChanges) + " files differ; scan a smaller range"};
}

Status TooDeep(const std::string& prefix) {
  return {Code::kLimit, "folders are nested more than " + std::to_string(kMaxTreeDepth) + " deep below " +
                            prefix.substr(0, 80)};
}

namespace {

Status Walk(const TreeReader& reader, const ObjectId& before, const ObjectId& after,
            const std::string& prefix, std::vector<Change>& changes, size_t& folders, unsigned depth) {
  if (before == after) return {};
  if (++folders > kMaxFolders) return TooManyChanges();
  if (depth > kMaxTreeDepth) return TooDeep(prefix);
  WEIR_ASSIGN_OR_RETURN(const auto old_tree, reader.Read(before));
  WEIR_ASSIGN_OR_RETURN(const auto new_tree, reader.Read(after));
  auto a = old_tree->entries.begin();
  auto b = new_tree->entries.begin();
  const auto a_end = old_tree->entries.end(), b_end = new_tree->entries.end();
  while (a != a_end || b != b_end) {
    const int order = a == a_end   ? 1
                      : b == b_end ? -1
                                   : CompareNames(a->name, a->is_directory(), b->name, b->is_directory());
    const TreeEntry* x = order <= 0 ? &*a : nullptr;
    const TreeEntry* y = order >= 0 ? &*b : nullptr;
    if (x != nullptr) ++a;
    if (y != nullptr) ++b;
    if (x != nullptr && y != nullptr && x->id == y->id && x->mode == y->mode) continue;
    const TreeEntry& one = x != nullptr ? *x : *y;
    std::string path = prefix + std::string(one.name);
    if (one.is_directory()) {
      path += '/';
      WEIR_RETURN_IF_ERROR(Walk(reader, x != nullptr ? x->id : ObjectId{}, y != nullptr ? y->id : ObjectId{},
                                path, changes, folders, depth + 1));
    } else {
      if (changes.size() >= kMaxChanges) return TooManyChanges();
      changes.push_back(ChangeOf(std::move(path), x, y));
    }
  }
  return {};
}

}  // namespace

Status DiffTrees(const TreeReader& reader, const ObjectId& before, const ObjectId& after,
                 const std::string& prefix, std::vector<Change>& changes) {
  size_t folders = 0;
  return Walk(reader, before, after, prefix, changes, folders, 0);
}

}  // namespace weir::git
