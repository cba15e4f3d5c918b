#include "lib/lang/github_actions/github_actions.h"

#include <map>
#include <set>

#include "lib/git/paths.h"
#include "lib/lang/github_actions/workflow.h"

namespace weir::github_actions {
namespace {

bool IsYaml(std::string_view path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

// .github/workflows/ci.yml, also where Gitea and Forgejo look for them.
bool IsWorkflow(std::string_view path) {
  if (!IsYaml(path)) return false;
  const std::string_view dir = git::FolderOf(path);
  for (const std::string_view home : {".github/workflows", ".gitea/workflows", ".forgejo/workflows"})
    if (dir == home || (dir.ends_with(home) && dir[dir.size() - home.size() - 1] == '/')) return true;
  return false;
}

bool IsAction(std::string_view path) {
  const std::string_view file = git::FileNameOf(path);
  return file == "action.yml" || file == "action.yaml";
}

// .github/dependabot.yml of the repository.
bool IsDependabot(std::string_view path) { return path == ".github/dependabot.yml" || path == ".github/dependabot.yaml"; }

class ActionsLanguage final : public Language {
 public:
  std::string_view name() const override { return "github_actions"; }

  bool Claims(std::string_view path, std::string_view) const override { return IsWorkflow(path) || IsAction(path) || IsDependabot(path); }

  // A file by itself, and the workflows that call it. Only actions and workflows that say so can be called; for others no file is read that
  // did not change.
  Result<std::vector<std::string>> ScopesOf(std::span<const std::string> paths, const git::Snapshot& snapshot, std::string&) const override {
    std::set<std::string> out(paths.begin(), paths.end());
    std::map<std::string, std::vector<std::pair<std::string, Blob>>> workflows;  // by folder
    for (const std::string& path : paths) {
      const bool action = IsAction(path);
      if (const auto blob = action ? Result<Blob>(Blob()) : snapshot.Read(path); !blob.ok() || (!action && blob->text().find("workflow_call") == std::string_view::npos)) continue;
      const size_t home = path.find(".github/");
      const std::string root = home == std::string::npos ? std::string() : path.substr(0, home);
      const auto [folder, fresh] = workflows.try_emplace(root + ".github/workflows");
      if (fresh)
        if (const auto entries = snapshot.List(folder->first); entries.ok())
          for (const git::DirEntry& e : *entries)
            if (const std::string other = git::Join(folder->first, e.name); IsYaml(other))
              if (const auto blob = snapshot.Read(other); blob.ok()) folder->second.emplace_back(other, *blob);
      // "./.github/workflows/build.yml", or the folder of an action.
      std::string reference = "./" + path.substr(root.size());
      if (action) reference.erase(reference.rfind('/'));
      for (const auto& [other, blob] : folder->second)
        if (blob.text().find(reference) != std::string_view::npos) out.insert(other);
    }
    return std::vector<std::string>(out.begin(), out.end());
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
