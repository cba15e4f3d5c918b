#include "lib/lang/compose/compose.h"

#include <algorithm>
#include <set>

#include "lib/git/paths.h"
#include "lib/lang/compose/project.h"

namespace weir::compose {
namespace {

// compose.yaml, docker-compose.yml, docker-compose.prod.yml, compose-dev.yaml, prod.compose.yml; not the Serverless Framework's
// serverless-compose.yml, whose services are folders.
bool IsComposeFile(std::string_view path) {
  std::string_view file = git::FileNameOf(path);
  if (file.ends_with(".yaml")) file.remove_suffix(5);
  else if (file.ends_with(".yml")) file.remove_suffix(4);
  else return false;
  if (file == "serverless-compose") return false;
  for (const std::string_view name : {"compose", "docker-compose"}) {
    if (file == name) return true;
    if (file.starts_with(name) && std::string_view(".-_").find(file[name.size()]) != std::string_view::npos) return true;
    if (file.ends_with(name) && std::string_view(".-_").find(file[file.size() - name.size() - 1]) != std::string_view::npos) return true;
  }
  return false;
}

// The main file that "compose.override.yaml" is read with; empty for any other file.
std::vector<std::string> MainFilesOf(std::string_view path) {
  std::vector<std::string> out;
  const std::string_view file = git::FileNameOf(path);
  for (const std::string_view name : {"compose", "docker-compose"})
    for (const std::string_view end : {".yaml", ".yml"})
      if (file == std::string(name) + ".override" + std::string(end))
        for (const std::string_view other : {".yaml", ".yml"}) out.push_back(git::Join(git::FolderOf(path), std::string(name) + std::string(other)));
  return out;
}

bool Exists(const git::Snapshot& snapshot, const std::string& path) { return snapshot.Read(path).ok(); }

class ComposeLanguage final : public Language {
 public:
  std::string_view name() const override { return "compose"; }

  bool Claims(std::string_view path, std::string_view) const override { return IsComposeFile(path); }

  // A file belongs to itself, an override to what it overrides, and both to the files beside them that name them.
  Result<std::vector<std::string>> ScopesOf(std::span<const std::string> paths, const git::Snapshot& snapshot, std::string&) const override {
    std::set<std::string> out;
    for (const std::string& path : paths) {
      bool overrides = false;
      for (const std::string& main : MainFilesOf(path))
        if (Exists(snapshot, main)) out.insert(main), overrides = true;
      if (!overrides) out.insert(path);
      const auto entries = snapshot.List(git::FolderOf(path));
      if (!entries.ok()) continue;
      for (const git::DirEntry& e : *entries) {
        const std::string other = git::Join(git::FolderOf(path), e.name);
        if (other == path || out.contains(other) || !IsComposeFile(other) || !MainFilesOf(other).empty()) continue;
        const auto blob = snapshot.Read(other);
        if (blob.ok() && blob->text().find(git::FileNameOf(path)) != std::string_view::npos) out.insert(other);
      }
    }
    return std::vector<std::string>(out.begin(), out.end());
  }

  void Evaluate(std::string_view scope, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) const override {
    std::string_view file = git::FileNameOf(scope);
    std::string beside;
    if (file == "compose.yaml" || file == "compose.yml" || file == "docker-compose.yaml" || file == "docker-compose.yml") {
      const std::string stem(file.substr(0, file.rfind('.')));
      for (const std::string_view end : {".yaml", ".yml"})
        if (const std::string path = git::Join(git::FolderOf(scope), stem + ".override" + std::string(end)); beside.empty() && Exists(snapshot, path)) beside = path;
    }
    Project(snapshot, sources, arena, limits, out).Read(std::string(scope), beside);
  }
};

}  // namespace

const Language& Compose() {
  static const ComposeLanguage language;
  return language;
}

}  // namespace weir::compose
