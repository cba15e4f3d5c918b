#include "lib/lang/kubernetes/kubernetes.h"

#include <set>

#include "lib/git/paths.h"
#include "lib/lang/kubernetes/manifest.h"
#include "lib/lang/kubernetes/recognise.h"
#include "lib/lang/kubernetes/unread.h"
#include "lib/lang/unreadable.h"

namespace weir::kubernetes {
namespace {

constexpr size_t kHead = 4096;

bool IsKnownByName(std::string_view path) { return IsChartFile(path) || IsKustomization(path); }

class KubernetesLanguage final : public Language {
 public:
  std::string_view name() const override { return "kubernetes"; }

  bool NeedsHead(std::string_view path) const override { return MayBeManifest(path) && !IsKnownByName(path); }
  bool Claims(std::string_view path, std::string_view head) const override { return IsKnownByName(path) || (MayBeManifest(path) && !head.empty() && LooksLikeManifest(head)); }

  bool JudgesByReferences() const override { return true; }
  bool Joins(const Resource& resource) const override { return resource.type != "Namespace"; }
  std::string_view WithoutName(std::string_view block) const override {
    const size_t spec = block.find("\nspec:");
    return spec == std::string_view::npos ? block : block.substr(spec);
  }

  // A file belongs to its folder, a template also to its chart's, and a kustomization to those of its patches as well.
  Result<std::vector<std::string>> ScopesOf(std::span<const std::string> paths, const git::Snapshot& snapshot, std::string&) const override {
    std::set<std::string> out;
    for (const std::string& path : paths) {
      out.emplace(git::FolderOf(path));
      if (const auto chart = ChartOf(path, snapshot)) out.insert(*chart);
      if (IsKustomization(path))
        for (const std::string& patch : PatchesOf(path, snapshot, {})) out.emplace(git::FolderOf(patch));
    }
    return std::vector<std::string>(out.begin(), out.end());
  }

  void Evaluate(std::string_view scope, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) const override {
    const auto entries = snapshot.List(scope);
    if (!entries.ok()) return;
    const std::set<std::string> patches = PatchesIn(scope, snapshot, limits);
    ManifestReader reader(sources, arena, limits, out);
    reader.set_in_chart(ChartOf(git::Join(scope, "x"), snapshot).has_value());
    for (const git::DirEntry& entry : *entries) {
      const std::string path = git::Join(scope, entry.name);
      if (entry.kind != git::EntryKind::kFile && entry.kind != git::EntryKind::kExecutable) continue;
      if (IsChartFile(path)) NoteChart(scope, snapshot, sources, arena, limits, out);
      if (IsChartFile(path) || patches.contains(path) || !(MayBeManifest(path) || IsKustomization(path))) continue;
      const auto blob = snapshot.Read(path, limits.file_size);
      if (!blob.ok()) {
        // Too large to be read; whether it is a manifest tells its beginning.
        const auto language = LanguageIn(snapshot, path);
        if (!language.ok() || *language == this) AddUnreadable(path, blob.status(), sources, arena, out);
      } else if (IsKustomization(path)) {
        NoteKustomization(path, *blob, sources, arena, limits, out);
      } else if (LanguageOf(path, blob->text().substr(0, kHead)) == this) {
        reader.Read(path, *blob);
      }
    }
    reader.Finish();
  }
};

}  // namespace

const Language& Kubernetes() {
  static const KubernetesLanguage language;
  return language;
}

}  // namespace weir::kubernetes
