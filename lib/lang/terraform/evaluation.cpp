#include <algorithm>

#include "lib/lang/terraform/expand.h"
#include "lib/lang/terraform/files.h"
#include "lib/lang/terraform/json_body.h"
#include "lib/lang/terraform/module.h"

namespace weir::terraform {
namespace {

/// Instances of one scope, all modules together, in units of limits.instances: nested repetition multiplies.
constexpr size_t kScopeFactor = 10;

}  // namespace

Evaluation::Evaluation(const git::Snapshot& snapshot_in, SourceMap& sources_in, Arena& arena_in,
                       const Limits& limits_in, Document& document_in, std::string_view root_dir_in)
    : document(document_in),
      arena(arena_in),
      limits(limits_in),
      root_dir(root_dir_in),
      load{snapshot_in, sources_in, arena_in, limits_in, document_in.diagnostics},
      files(NewSnapshotFiles(snapshot_in, root_dir_in, arena_in, limits_in)),
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
