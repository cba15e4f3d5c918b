#include "lib/scan/scan.h"

#include <map>
#include <optional>
#include <set>

#include "lib/base/parallel.h"
#include "lib/lang/language.h"
#include "lib/scan/affected.h"
#include "lib/scan/difference.h"
#include "lib/scan/ending.h"
#include "lib/scan/side.h"
#include "lib/scan/verdict_cache.h"

namespace weir::scan {
namespace {

/// Which files changed, and to which language they belong on each side: a file can become one of another language, or stop being one.
struct ChangedFiles {
  std::map<const Language*, std::vector<std::string>> before, after;
  std::set<std::string, std::less<>> touched;  // those that are there after the change
};

ChangedFiles Recognise(const git::ChangeSet& change, const Options& options, std::vector<std::string>& incomplete) {
  // Each by itself first, in threads where there are many: some files must be read for it.
  struct Languages { const Language *before = nullptr, *after = nullptr; std::string problem; };
  std::vector<Languages> found(change.changes.size());
  constexpr size_t kFilesOfAScope = 8;
  ForEach(found.size(), ThreadsFor(found.size() / kFilesOfAScope, options), [&](size_t i) {
    const git::Change& c = change.changes[i];
    Languages& out = found[i];
    const auto language_in = [&](const git::Snapshot& snapshot, const std::string& path) -> const Language* {
      const auto language = LanguageIn(snapshot, path);
      if (!language.ok()) out.problem = language.status().message();
      return language.ok() && *language != nullptr && !options.config.LanguageOff((*language)->name()) ? *language : nullptr;
    };
    if (options.config.Excludes(c.path)) return;
    if (!c.is_removed()) out.after = language_in(*change.after, c.path);
    if (!c.is_added()) out.before = language_in(*change.before, c.old_path);
    if (out.after == nullptr || !out.problem.empty()) return;
    // Files that cannot be read whole are named; a scan without them is not complete.
    const auto blob = change.after->Read(c.path, options.config.limits.file_size);
    if (!blob.ok() && blob.status().code() != Code::kNotFound) out.problem = blob.status().message();
  });
  ChangedFiles out;
  for (size_t i = 0; i < found.size(); ++i) {
    const git::Change& c = change.changes[i];
    if (!found[i].problem.empty()) incomplete.push_back(std::move(found[i].problem));
    if (const Language* language = found[i].after) {
      out.after[language].push_back(c.path);
      out.touched.insert(c.path);
      // A file that is new on this side may have moved an address away from, or into, what was there before.
      out.before[language].push_back(c.path);
    }
    if (const Language* language = found[i].before) {
      out.before[language].push_back(c.old_path);
      out.after[language].push_back(c.old_path);
    }
  }
  return out;
}

std::vector<ScopeKey> ScopesOf(const git::ChangeSet& change, const ChangedFiles& files, Options& options, std::vector<std::string>& incomplete) {
  if (change.before->TreeId("").is_null()) options.cache.clear();
  std::set<ScopeKey> scopes;
  for (const auto& [paths, snapshot] : {std::pair(&files.before, change.before.get()), std::pair(&files.after, change.after.get())})
    for (const auto& [language, list] : *paths) {
      const auto found = language->ScopesOf(list, *snapshot, options.cache);
      if (!found.ok()) {
        incomplete.push_back(found.status().message());
        continue;
      }
      for (const std::string& scope : *found) scopes.insert({language, scope});
    }
  return {scopes.begin(), scopes.end()};
}

/// Both sides of a change. The side after comes first: names that moved are only known there.
class Sides {
 public:
  Sides(const git::ChangeSet& change, const Options& options, std::vector<ScopeKey> scopes)
      : change_(change), options_(options), scopes_(std::move(scopes)), before_(scopes_.size()), affected_(scopes_.size()), moves_(change) {
    for (const git::Change& c : change.changes) files_.insert({c.path, c.old_path});
    // A rule that asks for all resources of a type hangs on more than what refers to its own.
    for (const ScopeKey& scope : scopes_)
      if (scope.language->JudgesByReferences() && !by_references_.contains(scope.language)) by_references_[scope.language] = !options.library().Mentions(scope.language->name(), "declared");
    // A commit's few scopes are evaluated in less time than it takes to read what is kept of thousands.
    constexpr size_t kWorthTheCache = 32;
    if (options.brief && scopes_.size() >= kWorthTheCache) cache_ = options.verdicts.get();
    if (cache_ != nullptr) cache_->Begin(options);
    hash_ = cache_ != nullptr ? cache_->hash() : RandomHashKey();
  }

  Side After() {
    std::vector<ScopeVerdicts> verdicts = Each([&](size_t i) {
      Reads reads;
      const WatchedSnapshot watched(*change_.after, hash_, reads);
      const git::Snapshot& plain = *change_.after;
      const auto evaluation = EvaluateScope(Kept(scopes_[i]) ? watched : plain, scopes_[i], options_);
      if (ByReferences(scopes_[i])) {
        before_[i] = EvaluateScope(*change_.before, scopes_[i], options_);
        affected_[i] = AffectedBy(*scopes_[i].language, files_, {*before_[i]->documents.back(), before_[i]->sources}, {*evaluation->documents.back(), evaluation->sources});
      }
      ScopeVerdicts out = JudgeScope(evaluation, scopes_[i], options_, hash_, {.all_verdicts = options_.all_verdicts, .suppressions = options_.suppression_states, .fingerprints = Baseline(), .only = Only(i)});
      out.reads = std::move(reads);
      return out;
    });
    for (size_t i = 0; i < scopes_.size(); ++i) {
      if (!verdicts[i].findings.empty()) moves_.scopes_after.insert(scopes_[i].path);
      for (const auto& [from, to] : verdicts[i].moved) moves_.addresses[scopes_[i].path + '\0' + from] = to;
      if (Kept(scopes_[i])) cache_->Put(scopes_[i].language->name(), scopes_[i].path, verdicts[i]);
    }
    return Side(std::move(verdicts));
  }

  Side Before() {
    return Side(Each([&](size_t i) {
      if (auto known = Known(scopes_[i])) return std::move(*known);
      const auto evaluation = before_[i] != nullptr ? std::move(before_[i]) : EvaluateScope(*change_.before, scopes_[i], options_);
      return JudgeScope(evaluation, scopes_[i], options_, hash_, {.fingerprints = Baseline(), .keys_only = options_.brief, .only = Only(i), .moves = &moves_});
    }));
  }

 private:
  template <typename Judge>
  std::vector<ScopeVerdicts> Each(const Judge& judge) {
    std::vector<ScopeVerdicts> verdicts(scopes_.size());
    ForEach(scopes_.size(), ThreadsFor(scopes_.size(), options_), [&](size_t i) { verdicts[i] = judge(i); });
    return verdicts;
  }
  /// Whether what a scope says is kept for the next push: all of it must have been judged.
  bool Kept(const ScopeKey& scope) const { return cache_ != nullptr && !ByReferences(scope); }
  /// What a scope said before, where that is known without evaluating it.
  std::optional<ScopeVerdicts> Known(const ScopeKey& scope) const {
    if (!Kept(scope) || moves_.Concern(scope.path)) return std::nullopt;
    auto kept = cache_->Find(scope.language->name(), scope.path);
    if (!kept || kept->reads.Any(moves_.files) || !kept->reads.HoldIn(*change_.before, hash_)) return std::nullopt;
    return kept;
  }

  bool Baseline() const { return options_.use_baseline && !options_.baseline.entries.empty(); }
  /// Whether a scope is judged as far as the change can bear on it. What is asked for beyond the change needs all.
  bool ByReferences(const ScopeKey& scope) const {
    const auto at = by_references_.find(scope.language);
    return at != by_references_.end() && at->second && !options_.all_verdicts && !options_.suppression_states && options_.config.judge != policy::Judge::kAll;
  }
  const std::unordered_set<const Resource*>* Only(size_t i) const { return affected_[i] ? &*affected_[i] : nullptr; }

  const git::ChangeSet& change_;
  const Options& options_;
  const std::vector<ScopeKey> scopes_;
  std::set<std::string, std::less<>> files_;
  std::map<const Language*, bool> by_references_;  // of the languages whose resources are
  std::vector<std::shared_ptr<Evaluation>> before_;  // by scope, where it was needed for the side after
  std::vector<std::optional<std::unordered_set<const Resource*>>> affected_;
  Moves moves_;
  VerdictCache* cache_ = nullptr;
  HashKey hash_{};
};

}  // namespace

Result<policy::Baseline> LoadBaseline(const git::Snapshot& snapshot) {
  const auto blob = snapshot.Read(policy::kBaselinePath, 64u << 20);
  if (!blob.ok()) return blob.status().code() == Code::kNotFound ? Result<policy::Baseline>(policy::Baseline{}) : Result<policy::Baseline>(blob.status());
  return policy::ParseBaseline(policy::kBaselinePath, blob->text());
}

policy::Library Options::library() const {
  policy::Library out;
  if (image != nullptr) out.Add(*image);
  for (const auto& policies : own) out.Add(policies->image());
  return out;
}

Status LoadConfig(const git::Snapshot& snapshot, const std::string& cache, Options& options) {
  const auto blob = snapshot.Read(".weir.yaml", 1 << 20);
  if (!blob.ok() && blob.status().code() != Code::kNotFound) return blob.status();
  const std::string_view text = blob.ok() ? blob->text() : std::string_view();
  WEIR_ASSIGN_OR_RETURN(const auto paths, policy::CustomPaths(".weir.yaml", text));
  WEIR_ASSIGN_OR_RETURN(auto own, policy::LoadOwnPolicies({snapshot, paths}, options.image, cache));
  if (own != nullptr) options.own.push_back(std::move(own));
  if (!blob.ok()) return {};
  WEIR_ASSIGN_OR_RETURN(options.config, policy::ParseConfig(".weir.yaml", text, options.library()));
  return {};
}

Report ScanChange(const git::ChangeSet& change, Options& options) {
  Report report;
  const ChangedFiles files = Recognise(change, options, report.incomplete);
  report.summary.files = files.touched.size();
  if (files.before.empty() && files.after.empty()) return report;
  Sides sides(change, options, ScopesOf(change, files, options, report.incomplete));
  Side after = sides.After(), before = sides.Before();
  OldFindings old{&change, {}};
  if (!options.baseline.entries.empty())
    for (const MatchKey& key : before.keys)
      if (key.verdict == Verdict::kFail) ++old.failing[key.fingerprint];
  const std::vector<size_t> fixed = Compare(before.keys, after.keys, after.findings);
  if (options.brief) report.summary.fixed = fixed.size();
  else
    for (const size_t i : fixed) {
      before.findings[i].status = FindingStatus::kFixed;
      after.findings.push_back(std::move(before.findings[i]));
    }
  Finish(report, std::move(after), options, old, &files.touched);
  return report;
}

Report ScanTree(const git::Snapshot& snapshot, const std::string& file, Options& options) {
  Report report;
  std::vector<ScopeKey> scopes;
  const auto add = [&](const Language* language, const Result<std::vector<std::string>>& found) {
    if (!found.ok()) return report.incomplete.push_back(found.status().message());
    for (const std::string& scope : *found) scopes.push_back({language, scope});
  };
  if (!file.empty()) {
    const auto language = LanguageIn(snapshot, file);
    if (!language.ok()) report.incomplete.push_back(language.status().message());
    else if (*language == nullptr) report.incomplete.push_back(file + " is nothing that weir reads");
    else if (!options.config.LanguageOff((*language)->name())) add(*language, (*language)->ScopesOf({&file, 1}, snapshot, options.cache));
  } else {
    // One walk, and one look at each file, for all languages that only have to know their files.
    std::vector<const Language*> by_file;
    for (const Language* language : Languages())
      if (language->ScopesByFile() && !options.config.LanguageOff(language->name())) by_file.push_back(language);
    auto files = FilesOf(by_file, snapshot);
    if (!files.ok()) report.incomplete.push_back(files.status().message());
    for (const Language* language : Languages()) {
      if (options.config.LanguageOff(language->name())) continue;
      if (!language->ScopesByFile()) add(language, language->AllScopes(snapshot, options.cache));
      else if (files.ok()) add(language, language->ScopesOf((*files)[language], snapshot, options.cache));
    }
  }
  const HashKey hash = RandomHashKey();
  const ScopeOptions what{.all_verdicts = options.all_verdicts, .suppressions = options.suppression_states, .file = file};
  std::vector<ScopeVerdicts> verdicts(scopes.size());
  ForEach(scopes.size(), ThreadsFor(scopes.size(), options), [&](size_t i) { verdicts[i] = JudgeScope(EvaluateScope(snapshot, scopes[i], options), scopes[i], options, hash, what); });
  Side side(std::move(verdicts));
  for (Finding& f : side.findings) f.status = FindingStatus::kIntroduced;
  Finish(report, std::move(side), options, {}, nullptr);
  return report;
}

}  // namespace weir::scan
