#include "lib/lang/kubernetes/unread.h"

#include <algorithm>
#include <vector>

#include "lib/base/text.h"
#include "lib/git/paths.h"
#include "lib/lang/yaml_value.h"

namespace weir::kubernetes {
namespace {

using yaml::Node;

constexpr std::string_view kTemplates = "templates";
constexpr std::string_view kKustomizations[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};
/// What a kustomization may say without changing the manifests that it names.
constexpr std::string_view kHarmless[] = {"apiVersion", "kind", "metadata", "resources", "bases", "crds", "buildMetadata", "sortOptions", "openapi", "configurations"};

bool IsRemote(std::string_view resource) {
  return resource.find("://") != std::string_view::npos || resource.starts_with("github.com/") || resource.find("?ref=") != std::string_view::npos || resource.starts_with("git@");
}

/// The files that a kustomization names below one of its keys.
template <typename Sink>
void ForEachPatch(const Node& root, Sink sink) {
  const auto scalar = [&](const Node* node) {
    if (node != nullptr && node->kind == yaml::Kind::kScalar && node->text.find('\n') == std::string_view::npos && !node->text.empty()) sink(node->text);
  };
  if (const Node* list = root.Find("patchesStrategicMerge"))
    for (const Node* item : list->items()) scalar(&item->Resolved());
  for (const std::string_view key : {"patches", "patchesJson6902"})
    if (const Node* list = root.Find(key))
      for (const Node* item : list->items()) scalar(item->Resolved().Find("path"));
}

}  // namespace

bool IsChartFile(std::string_view path) { return git::FileNameOf(path) == "Chart.yaml"; }

bool IsKustomization(std::string_view path) { return std::ranges::find(kKustomizations, git::FileNameOf(path)) != std::end(kKustomizations); }

std::optional<std::string> ChartOf(std::string_view path, const git::Snapshot& snapshot) {
  for (std::string_view folder = git::FolderOf(path); !folder.empty(); folder = git::FolderOf(folder)) {
    if (git::FileNameOf(folder) != kTemplates) continue;
    const std::string_view chart = git::FolderOf(folder);
    if (snapshot.Read(git::Join(chart, "Chart.yaml")).ok()) return std::string(chart);
  }
  return std::nullopt;
}

void NoteChart(std::string_view folder, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) {
  const std::string path = git::Join(folder, "Chart.yaml");
  const auto templates = snapshot.List(git::Join(folder, kTemplates));
  if (!templates.ok() || templates->empty()) return;
  const yaml::Tree* tree = ReadYaml(path, snapshot, sources, arena, limits, out);
  if (tree == nullptr || tree->documents.empty() || tree->documents[0].root == nullptr) return;
  const Node& root = tree->documents[0].root->Resolved();
  const yaml::Pair* name = root.FindPair("name");
  out.diagnostics.push_back({Diagnostic::Kind::kUnread, name != nullptr ? Cover(name->key->span, name->value->span) : Span{root.span.file, root.span.offset, 0}, "The templates of this chart are not rendered, and what they deploy is not judged", "Scan what helm template prints."});
}

std::set<std::string> PatchesOf(std::string_view path, const git::Snapshot& snapshot, const Limits& limits) {
  std::set<std::string> out;
  const auto blob = snapshot.Read(path, limits.file_size);
  if (!blob.ok() || blob->text().find("patches") == std::string_view::npos) return out;
  Arena arena;
  const yaml::Tree tree = yaml::Parse(blob->text(), 0, arena, limits);
  for (const yaml::Document& document : tree.documents)
    if (document.root != nullptr)
      ForEachPatch(document.root->Resolved(), [&](std::string_view file) {
        if (auto resolved = git::ResolveBeside(path, file)) out.insert(std::move(*resolved));
      });
  return out;
}

std::set<std::string> PatchesIn(std::string_view folder, const git::Snapshot& snapshot, const Limits& limits) {
  std::set<std::string> out;
  for (const std::string_view name : kKustomizations) {
    out.merge(PatchesOf(git::Join(folder, name), snapshot, limits));
    if (!folder.empty()) out.merge(PatchesOf(git::Join(git::FolderOf(folder), name), snapshot, limits));
  }
  return out;
}

void NoteKustomization(const std::string& path, const Blob& blob, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) {
  const yaml::Tree* tree = ParseYaml(path, blob, sources, arena, limits, out);
  for (const yaml::Document& document : tree->documents) {
    if (document.root == nullptr) continue;
    std::string keys;
    Span first;
    const auto add = [&](std::string_view what, Span span) {
      (keys += keys.empty() ? "" : ", ") += what;
      if (!first.valid()) first = span;
    };
    for (const yaml::Pair& pair : PairsOf(*document.root))
      if (std::ranges::find(kHarmless, pair.key->text) == std::end(kHarmless)) add(pair.key->text, pair.key->span);
    for (const std::string_view key : {"resources", "bases"})
      if (const Node* list = document.root->Resolved().Find(key))
        for (const Node* item : list->items())
          if (IsRemote(item->Resolved().text)) {
            add("resources from elsewhere", item->span);
            break;
          }
    if (keys.empty()) continue;
    out.diagnostics.push_back({Diagnostic::Kind::kUnread, first, arena.Copy("This kustomization is not built, and manifests are judged without it: " + keys), "Scan what kustomize build prints."});
  }
}

std::optional<size_t> FindPlaceholder(std::string_view text) {
  std::optional<size_t> found;
  ForEachLine(text, [&](std::string_view line) {
    if (found) return;
    char quote = 0;
    for (size_t i = 0; i + 1 < line.size(); ++i) {
      const char c = line[i];
      if (quote == 0 && c == '#' && (i == 0 || line[i - 1] == ' ')) return;
      if (quote == 0 && c == '{' && (line[i + 1] == '{' || line[i + 1] == '%')) return void(found = size_t(line.data() + i - text.data()));
      if (c == quote) quote = 0;
      else if (quote == 0 && (c == '"' || c == '\'') && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '[' || line[i - 1] == '{' || line[i - 1] == ',')) quote = c;
    }
  });
  return found;
}

}  // namespace weir::kubernetes
