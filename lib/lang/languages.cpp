#include "lib/lang/language.h"

#include <algorithm>

#include "lib/base/parallel.h"
#include "lib/git/paths.h"
#include "lib/git/tree.h"
#include "lib/git/tree_diff.h"
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

Result<std::vector<std::string>> Language::AllScopes(const git::Snapshot& snapshot, std::string& cache) const {
  const Language* const self = this;
  WEIR_ASSIGN_OR_RETURN(auto files, FilesOf({&self, 1}, snapshot));
  return ScopesOf(files[this], snapshot, cache);
}

namespace {

/// The regular files of the snapshot.
Result<std::vector<std::string>> Walk(const git::Snapshot& snapshot) {
  std::vector<std::string> files;
  std::vector<std::pair<std::string, unsigned>> pending = {{"", 0}};
  while (!pending.empty()) {
    const auto [dir, depth] = std::move(pending.back());
    pending.pop_back();
    if (depth > git::kMaxTreeDepth) return git::TooDeep(dir);
    WEIR_ASSIGN_OR_RETURN(const auto entries, snapshot.List(dir));
    for (const git::DirEntry& entry : entries) {
      std::string path = git::Join(dir, entry.name);
      if (entry.kind == git::EntryKind::kDirectory) {
        if (entry.name != ".git" && entry.name != "node_modules" && entry.name != ".terraform") pending.emplace_back(std::move(path), depth + 1);
      } else if (entry.kind == git::EntryKind::kFile || entry.kind == git::EntryKind::kExecutable) {
        files.push_back(std::move(path));
      }
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

Result<std::map<const Language*, std::vector<std::string>>> FilesOf(std::span<const Language* const> languages, const git::Snapshot& snapshot) {
  WEIR_ASSIGN_OR_RETURN(std::vector<std::string> files, Walk(snapshot));
  constexpr size_t kWorthThreads = 512;
  std::vector<const Language*> found(files.size());
  std::vector<Status> failed(files.size());
  ForEach(files.size(), files.size() < kWorthThreads ? 1 : Processors(), [&](size_t i) {
    const auto language = LanguageIn(snapshot, files[i]);
    if (language.ok()) found[i] = *language;
    else failed[i] = language.status();
  });
  std::map<const Language*, std::vector<std::string>> out;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!failed[i].ok()) return failed[i];
    if (std::ranges::find(languages, found[i]) != languages.end()) out[found[i]].push_back(std::move(files[i]));
  }
  return out;
}

}  // namespace weir
