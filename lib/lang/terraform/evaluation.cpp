#include <algorithm>

#include "lib/lang/terraform/expand.h"
#include "lib/lang/terraform/json_body.h"
#include "lib/lang/terraform/module.h"

namespace weir::terraform {
namespace {

/// Instances of one scope, all modules together, in units of limits.instances: nested repetition multiplies.
constexpr size_t kScopeFactor = 10;
constexpr uint32_t kMaxFolderDepth = 64;

/// Files beside the configuration, read from the same snapshot; nothing outside of it can be named.
class SnapshotFiles final : public FileReader {
 public:
  SnapshotFiles(const git::Snapshot& snapshot, std::string_view root, Arena& arena, const Limits& limits)
      : snapshot_(snapshot), root_(root), arena_(arena), limits_(limits) {}

  Result<std::string_view> Read(std::string_view path) const override {
    std::string full;
    if (path.starts_with('/') || !JoinPath(root_, path, full))
      return Status(Code::kNotFound, "the path leads out of what is scanned");
    WEIR_ASSIGN_OR_RETURN(const Blob blob, snapshot_.Read(full, limits_.file_size));
    return arena_.Copy(blob.text());
  }

  Result<std::vector<std::string>> ListRecursively(std::string_view dir) const override {
    std::string full;
    if (dir.starts_with('/') || !JoinPath(root_, dir, full))
      return Status(Code::kNotFound, "the path leads out of what is scanned");
    std::vector<std::string> out;
    WEIR_RETURN_IF_ERROR(Walk(full, "", 0, out));
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  Status Walk(const std::string& dir, const std::string& prefix, uint32_t depth,
              std::vector<std::string>& out) const {
    WEIR_ASSIGN_OR_RETURN(const auto entries, snapshot_.List(dir));
    for (const git::DirEntry& entry : entries) {
      if (out.size() > limits_.instances) return Status(Code::kLimit, "the folder holds too many files");
      if (entry.kind == git::EntryKind::kDirectory) {
        if (depth < kMaxFolderDepth)
          WEIR_RETURN_IF_ERROR(Walk(dir.empty() ? entry.name : dir + "/" + entry.name,
                                    prefix + entry.name + "/", depth + 1, out));
      } else if (entry.kind != git::EntryKind::kSubmodule && entry.kind != git::EntryKind::kSymlink) {
        out.push_back(prefix + entry.name);
      }
    }
    return {};
  }

  const git::Snapshot& snapshot_;
  std::string root_;
  Arena& arena_;
  const Limits& limits_;
};

}  // namespace

Evaluation::Evaluation(const git::Snapshot& snapshot_in, SourceMap& sources_in, Arena& arena_in,
                       const Limits& limits_in, Document& document_in, std::string_view root_dir_in)
    : document(document_in),
      arena(arena_in),
      limits(limits_in),
      root_dir(root_dir_in),
      load{snapshot_in, sources_in, arena_in, limits_in, document_in.diagnostics},
      files(std::make_unique<SnapshotFiles>(snapshot_in, root_dir_in, arena_in, limits_in)),
      eval{arena_in, limits_in, &document_in.diagnostics, files.get()} {}

const ModuleConfig* Evaluation::Load(std::string_view dir, bool root) {
  const auto found = configs_.find(dir);
  if (found != configs_.end()) return found->second.get();
  return configs_.emplace(std::string(dir), LoadModule(load, dir, root)).first->second.get();
}

std::string Evaluation::InstalledDir(std::string_view path) {
  if (!installed_read_) {
    installed_read_ = true;
    std::string manifest(root_dir);
    manifest += manifest.empty() ? ".terraform/modules/modules.json" : "/.terraform/modules/modules.json";
    const auto blob = load.snapshot.Read(manifest, limits.file_size);
    if (!blob.ok()) return {};
    const FileId file = load.sources.Add(manifest, blob->text(), blob->owner());
    const hcl::Tree tree = ParseJsonVariables(blob->text(), file, arena, limits);
    const hcl::Attribute* entries = tree.root->Find("Modules");
    const auto* list = entries != nullptr ? hcl::If<hcl::TupleCons>(entries->expr) : nullptr;
    if (list == nullptr) return {};
    for (const hcl::Expr* item : list->items) {
      const auto* object = hcl::If<hcl::ObjectCons>(item);
      if (object == nullptr) continue;
      std::string_view key, dir;
      for (const hcl::ObjectItem& property : object->items) {
        const auto* text = hcl::If<hcl::Template>(property.value);
        if (text == nullptr || text->literal() == nullptr) continue;
        if (property.key->literal_name == "Key") key = text->literal()->text;
        if (property.key->literal_name == "Dir") dir = text->literal()->text;
      }
      std::string full;
      if (!key.empty() && !dir.empty() && JoinPath(root_dir, dir, full)) installed_[std::string(key)] = full;
    }
  }
  const auto found = installed_.find(path);
  return found != installed_.end() ? found->second : std::string();
}

bool Evaluation::CountInstances(size_t more, Span at) {
  const size_t bound = size_t(limits.instances) * kScopeFactor;
  const bool before = instances_ <= bound;
  instances_ += more;
  if (instances_ <= bound) return true;
  if (before)
    document.diagnostics.push_back({Diagnostic::Kind::kLimit, at, "Too many instances",
                                    "The modules of this scope have more instances than weir expands."});
  return false;
}

}  // namespace weir::terraform
