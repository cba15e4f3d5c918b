#include "lib/lang/language.h"

#include <algorithm>

#include "lib/git/paths.h"
#include "lib/lang/cloudformation/cloudformation.h"
#include "lib/lang/compose/compose.h"
#include "lib/lang/dockerfile/dockerfile.h"
#include "lib/lang/github_actions/github_actions.h"
#include "lib/lang/kubernetes/kubernetes.h"
#include "lib/lang/terraform/terraform.h"

namespace weir {

std::span<const Language* const> Languages() {
  static const Language* const all[] = {
      &terraform::Terraform(),
      &dockerfile::Dockerfile(),
      &compose::Compose(),
      &github_actions::GithubActions(),
      &cloudformation::Serverless(),
      &cloudformation::CloudFormation(),
      &kubernetes::Kubernetes(),
  };
  return all;
}

const Language* FindLanguage(std::string_view name) {
  for (const Language* language : Languages())
    if (language->name() == name) return language;
  return nullptr;
}

const Language* LanguageOf(std::string_view path, std::string_view head) {
  for (const Language* language : Languages())
    if (language->Claims(path, head)) return language;
  return nullptr;
}

Result<const Language*> LanguageIn(const git::Snapshot& snapshot, std::string_view path) {
  constexpr size_t kHead = 4096;
  // Larger than any file that deploys something; nothing of it would be judged anyway (limits.file_size).
  constexpr uint64_t kMostToRecognise = 64u << 20;
  if (const Language* language = LanguageOf(path, {})) return language;
  if (std::ranges::none_of(Languages(), [&](const Language* l) { return l->NeedsHead(path); })) return nullptr;
  const auto blob = snapshot.Read(path, kMostToRecognise);
  if (blob.ok()) return LanguageOf(path, blob->text().substr(0, kHead));
  if (blob.status().code() == Code::kNotFound || blob.status().code() == Code::kLimit) return nullptr;
  return blob.status();
}

namespace {

constexpr int kDeepestFolder = 64;

Status Walk(std::span<const Language* const> languages, const git::Snapshot& snapshot, const std::string& dir, int depth,
            std::map<const Language*, std::vector<std::string>>& out) {
  WEIR_ASSIGN_OR_RETURN(const auto entries, snapshot.List(dir));
  for (const git::DirEntry& entry : entries) {
    const std::string path = git::Join(dir, entry.name);
    if (entry.kind == git::EntryKind::kDirectory) {
      if (depth < kDeepestFolder && entry.name != ".git" && entry.name != "node_modules" && entry.name != ".terraform")
        WEIR_RETURN_IF_ERROR(Walk(languages, snapshot, path, depth + 1, out));
    } else if (entry.kind == git::EntryKind::kFile || entry.kind == git::EntryKind::kExecutable) {
      WEIR_ASSIGN_OR_RETURN(const Language* language, LanguageIn(snapshot, path));
      if (language != nullptr && std::ranges::find(languages, language) != languages.end()) out[language].push_back(path);
    }
  }
  return {};
}

}  // namespace

Result<std::map<const Language*, std::vector<std::string>>> FilesOf(std::span<const Language* const> languages, const git::Snapshot& snapshot,
                                                                    std::string_view root) {
  std::map<const Language*, std::vector<std::string>> out;
  const Status status = Walk(languages, snapshot, std::string(root), 0, out);
  // A path that names a file is scanned as one.
  if (status.code() == Code::kNotFound && !root.empty()) {
    WEIR_ASSIGN_OR_RETURN(const Language* language, LanguageIn(snapshot, root));
    if (language != nullptr && std::ranges::find(languages, language) != languages.end()) out[language].emplace_back(root);
  } else if (!status.ok()) {
    return status;
  }
  for (auto& [language, paths] : out) std::ranges::sort(paths);
  return out;
}

}  // namespace weir
