#include "lib/lang/github_actions/github_actions.h"

#include <algorithm>
#include <set>

#include "lib/git/paths.h"
#include "lib/lang/github_actions/workflow.h"

namespace weir::github_actions {
namespace {

bool IsYaml(std::string_view path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

// .github/workflows/ci.yml, also where Gitea and Forgejo look for them.
bool IsWorkflow(std::string_view path) {
  if (!IsYaml(path)) return false;
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view dir = path.substr(0, slash);
  for (const std::string_view home : {".github/workflows", ".gitea/workflows", ".forgejo/workflows"})
    if (dir == home || (dir.ends_with(home) && dir[dir.size() - home.size() - 1] == '/')) return true;
  return false;
}

bool IsAction(std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  return file == "action.yml" || file == "action.yaml";
}

// .github/dependabot.yml of the repository.
bool IsDependabot(std::string_view path) { return path == ".github/dependabot.yml" || path == ".github/dependabot.yaml"; }

class ActionsLanguage final : public Language {
 public:
  std::string_view name() const override { return "github_actions"; }

  bool Claims(std::string_view path, std::string_view) const override { return IsWorkflow(path) || IsAction(path) || IsDependabot(path); }

  // A file by itself, and the workflows that call it.
  Result<std::vector<std::string>> ScopesOf(std::span<const std::string> paths, const git::Snapshot& snapshot, std::string&) const override {
    std::set<std::string> out(paths.begin(), paths.end());
    for (const std::string& path : paths) {
      const size_t home = path.find(".github/");
      const std::string root = home == std::string::npos ? std::string() : path.substr(0, home);
      const std::string dir = root + ".github/workflows";
      const auto entries = snapshot.List(dir);
      if (!entries.ok()) continue;
      // "./.github/workflows/build.yml", or the folder of an action.
      std::string reference = "./" + path.substr(root.size());
      if (IsAction(path)) reference.erase(reference.rfind('/'));
      for (const git::DirEntry& e : *entries) {
        const std::string other = git::Join(dir, e.name);
        if (out.contains(other) || !IsYaml(other)) continue;
        const auto blob = snapshot.Read(other);
        if (blob.ok() && blob->text().find(reference) != std::string_view::npos) out.insert(other);
      }
    }
    return std::vector<std::string>(out.begin(), out.end());
  }

  Result<std::vector<std::string>> AllScopes(const git::Snapshot& snapshot, std::string&) const override {
    const Language* const self = this;
    WEIR_ASSIGN_OR_RETURN(auto files, FilesOf({&self, 1}, snapshot, ""));
    return std::move(files[this]);
  }

  void Evaluate(std::string_view scope, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) const override {
    FileReader reader(snapshot, sources, arena, limits, out);
    if (IsDependabot(scope)) reader.ReadDependabot(std::string(scope));
    else if (IsWorkflow(scope)) reader.ReadWorkflow(std::string(scope));
    else reader.ReadAction(std::string(scope));
  }
};

}  // namespace

const Language& GithubActions() {
  static const ActionsLanguage language;
  return language;
}

}  // namespace weir::github_actions
