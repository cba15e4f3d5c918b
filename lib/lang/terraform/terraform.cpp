#include "lib/lang/terraform/terraform.h"

#include <algorithm>
#include <set>

#include "lib/git/paths.h"
#include "lib/lang/terraform/call_graph.h"
#include "lib/lang/terraform/caller_index.h"
#include "lib/lang/terraform/module.h"

namespace weir::terraform {
namespace {

/// A module that is used ten times says the same thing ten times.
void DropRepeated(std::vector<Diagnostic>& diagnostics, size_t first) {
  std::set<std::pair<Span, std::string_view>> seen;
  const auto repeated = [&](const Diagnostic& d) { return !seen.emplace(d.span, d.summary).second; };
  diagnostics.erase(std::remove_if(diagnostics.begin() + ptrdiff_t(first), diagnostics.end(), repeated),
                    diagnostics.end());
}

class TerraformLanguage final : public Language {
 public:
  std::string_view name() const override { return "terraform"; }

  bool Claims(std::string_view path, std::string_view) const override {
    const std::string_view file = git::FileNameOf(path);
    if (path.find(".terraform/") != std::string_view::npos) return false;
    return IsConfigFile(file) || IsVariableFile(file);
  }

  Result<std::vector<std::string>> ScopesOf(std::span<const std::string> paths, const git::Snapshot& snapshot,
                                            std::string& cache) const override {
    std::set<std::string> dirs;
    for (const std::string& path : paths) dirs.emplace(git::FolderOf(path));
    // The index of the tree before the change answers for it, and for an index folder (which has no tree id) that differs
    // from it at `paths` only.
    const ObjectId root = snapshot.TreeId("");
    CallerIndex index;
    std::string_view rest;
    if (index.Open(cache, rest) && (root.is_null() || root == index.root()))
      return index.RootsOf(dirs, root.is_null() ? dirs : std::set<std::string>{}, snapshot);
    CallGraph graph;
    WEIR_RETURN_IF_ERROR(ReadGraph(graph, snapshot, cache));
    std::set<std::string> out;
    for (const std::string& dir : dirs)
      for (std::string& caller : graph.RootsOf(dir)) out.insert(std::move(caller));
    return std::vector<std::string>(out.begin(), out.end());
  }

  Result<std::vector<std::string>> AllScopes(const git::Snapshot& snapshot,
                                             std::string& cache) const override {
    CallGraph graph;
    WEIR_RETURN_IF_ERROR(ReadGraph(graph, snapshot, cache));
    return graph.Roots();
  }
  // A module is judged where it is called.
  bool ScopesByFile() const override { return false; }

  void Evaluate(std::string_view scope, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena,
                const Limits& limits, Document& out) const override {
    const size_t first = out.diagnostics.size();
    Evaluation evaluation(snapshot, sources, arena, limits, out, arena.Copy(scope));
    if (const ModuleConfig* config = evaluation.Load(scope, true)) {
      ModuleInstance root(evaluation, *config, nullptr, nullptr, {});
      root.Publish();
    }
    DropRepeated(out.diagnostics, first);
  }

 private:
  static Status ReadGraph(CallGraph& graph, const git::Snapshot& snapshot, std::string& cache) {
    CallerIndex index;
    std::string_view rest;
    index.Open(cache, rest);
    graph.Load(rest);
    WEIR_RETURN_IF_ERROR(graph.Read(snapshot, Limits{}));
    if (const ObjectId root = snapshot.TreeId(""); !root.is_null()) cache = CallerIndex::Save(root, graph) + graph.Save();
    else if (graph.changed()) cache = graph.Save();
    return {};
  }
};

}  // namespace

const Language& Terraform() {
  static const TerraformLanguage language;
  return language;
}

}  // namespace weir::terraform
