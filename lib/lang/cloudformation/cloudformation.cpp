#include "lib/lang/cloudformation/cloudformation.h"

#include <algorithm>
#include <set>

#include "lib/git/paths.h"
#include "lib/lang/cloudformation/recognise.h"
#include "lib/lang/cloudformation/serverless.h"
#include "lib/lang/cloudformation/template.h"
#include "lib/lang/yaml_value.h"

namespace weir::cloudformation {
namespace {

constexpr size_t kHead = 4096;

/// The files that call others: nested stacks and `${file(…)}` name files beside or below the one that they stand in, so the callers
/// of a file are in its folder and those above.
class Callers {
 public:
  explicit Callers(const git::Snapshot& snapshot) : snapshot_(snapshot) {}

  Status AddOf(const std::string& path, std::set<std::string>& out) {
    const std::string_view name = git::FileNameOf(path);
    for (std::string folder(git::FolderOf(path));; folder = std::string(git::FolderOf(folder))) {
      WEIR_RETURN_IF_ERROR(Read(folder));
      for (const auto& [caller, text] : folders_[folder])
        if (caller != path && text.text().find(name) != std::string_view::npos) out.insert(caller);
      if (folder.empty()) return {};
    }
  }

 private:
  Status Read(const std::string& folder) {
    const auto [at, fresh] = folders_.try_emplace(folder);
    if (!fresh) return {};
    const auto entries = snapshot_.List(folder);
    if (!entries.ok()) return entries.status().code() == Code::kNotFound ? Status() : entries.status();
    for (const git::DirEntry& entry : *entries) {
      const std::string path = git::Join(folder, entry.name);
      if (entry.kind == git::EntryKind::kDirectory || !MayBeTemplate(path)) continue;
      const auto blob = snapshot_.Read(path);
      if (!blob.ok()) continue;
      const auto says = [&](std::string_view word) { return blob->text().find(word) != std::string_view::npos; };
      if (IsServerlessPath(path) ? says("file(") : LooksLikeTemplate(blob->text().substr(0, kHead)) && (says("TemplateURL") || says("Location"))) at->second.emplace_back(path, *blob);
    }
    return {};
  }

  const git::Snapshot& snapshot_;
  std::map<std::string, std::vector<std::pair<std::string, Blob>>> folders_;
};

void EvaluateFile(std::string_view scope, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) {
  const bool serverless = IsServerlessPath(scope);
  // Nothing is said of a file that is not, or no longer, of this language on this side.
  if (!serverless) {
    const auto blob = snapshot.Read(scope, limits.file_size);
    if (blob.ok() && !LooksLikeTemplate(blob->text().substr(0, kHead))) return;
  }
  const yaml::Tree* tree = ReadYaml(scope, snapshot, sources, arena, limits, out);
  if (tree == nullptr) return;
  const std::string path(scope);
  Context context{snapshot, sources, arena, limits, out};
  for (const yaml::Document& document : tree->documents) {
    if (document.root == nullptr) continue;
    if (serverless) {
      PublishServerlessFile(context, path, *document.root);
    } else if (IsTemplate(*document.root)) {
      Template one(context, path, *document.root, "", {}, {});
      one.Publish();
    }
  }
}

class Files : public Language {
 public:
  Result<std::vector<std::string>> ScopesOf(std::span<const std::string> paths, const git::Snapshot& snapshot, std::string&) const override {
    std::set<std::string> out(paths.begin(), paths.end());
    Callers callers(snapshot);
    for (const std::string& path : paths) WEIR_RETURN_IF_ERROR(callers.AddOf(path, out));
    return std::vector<std::string>(out.begin(), out.end());
  }
  void Evaluate(std::string_view scope, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) const override {
    EvaluateFile(scope, snapshot, sources, arena, limits, out);
  }
};

class CloudFormationLanguage final : public Files {
 public:
  std::string_view name() const override { return "cloudformation"; }
  bool NeedsHead(std::string_view path) const override { return MayBeTemplate(path); }
  bool Claims(std::string_view path, std::string_view head) const override { return MayBeTemplate(path) && !head.empty() && LooksLikeTemplate(head); }
};

class ServerlessLanguage final : public Files {
 public:
  std::string_view name() const override { return "serverless"; }
  bool Claims(std::string_view path, std::string_view) const override { return IsServerlessPath(path); }
};

}  // namespace

const Language& CloudFormation() {
  static const CloudFormationLanguage language;
  return language;
}

const Language& Serverless() {
  static const ServerlessLanguage language;
  return language;
}

}  // namespace weir::cloudformation
