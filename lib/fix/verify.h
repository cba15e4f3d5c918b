// Proof of a fix: what every scope that uses the changed files says before and after. Internal to lib/fix/.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "lib/fix/edit.h"
#include "lib/lang/language.h"
#include "lib/scan/judge.h"
#include "lib/scan/scan.h"

namespace weir::fix {

using Resources = std::unordered_set<const Resource*>;

/// How often each finding was made.
struct Tally {
  std::map<std::string, size_t, std::less<>> per_key;       // policy, resource, blamed path
  std::map<std::string, size_t, std::less<>> per_resource;  // policy and resource only
  void Add(const scan::Finding& finding);
};

/// A scope, evaluated and judged, with its diagnostics.
struct Judged {
  std::shared_ptr<scan::Evaluation> evaluation = std::make_shared<scan::Evaluation>();
  const Document* document = nullptr;
  std::vector<scan::Finding> findings;                 // failing ones
  Tally tally;
  std::set<std::string, std::less<>> problems;         // diagnostics
  bool complete = true;
  bool whole = true;  // every resource was judged
};

class Verifier {
 public:
  using Files = std::map<std::string, std::optional<std::string>, std::less<>>;

  Verifier(const git::Snapshot& snapshot, const scan::Options& options) : base_(snapshot), current_(&snapshot), options_(options) {}

  /// Empty where the edits remove the finding and do nothing else that can be seen; otherwise why not, as a clause.
  std::string Refuses(const scan::Finding& finding, const std::vector<Edit>& edits);

  /// Goes on from here: the edits (of the texts as they are now) are made, and everything that follows is judged with them.
  Status Accept(const std::vector<Edit>& edits);
  /// The files as they are now, where they differ from the snapshot.
  const Files& files() const { return files_; }
  const git::Snapshot& current() const { return *current_; }
  /// What a scope says now.
  const Judged& Now(std::string_view language, std::string_view scope) { return Baseline({FindLanguage(language), std::string(scope)}); }

  /// What the scopes that use `file` say now; each evaluated once. `scope` is always among them.
  std::vector<const Judged*> Using(std::string_view language, std::string_view scope, const std::string& file);
  /// Whether every resource that the finding's block declares, in every scope, fails its policy.
  bool InstancesAgree(const scan::Finding& finding);

 private:
  using ScopeKey = std::pair<const Language*, std::string>;
  std::set<ScopeKey> ScopesOf(const std::string& file);
  const Judged& Baseline(const ScopeKey& scope);
  Judged Judge(const git::Snapshot& snapshot, const ScopeKey& scope) const;
  // Where a change of `files` bears on a part of the scope alone: that part, of both sides, and what was said of it in `told`.
  static std::optional<Resources> Narrow(const ScopeKey& scope, const Files& files, const Judged& before, const Judged& after, Tally& told);
  static Judged Evaluate(const git::Snapshot& snapshot, const ScopeKey& scope, const Limits& limits);
  void JudgeInto(Judged& out, const ScopeKey& scope, const Resources* only) const;
  // The texts that the edits leave, in `files`, and the scopes that use them; empty, or why they cannot be made.
  std::string Make(const std::vector<Edit>& edits, Files& files, std::set<ScopeKey>& scopes);

  const git::Snapshot& base_;
  const git::Snapshot* current_;
  std::unique_ptr<git::Snapshot> overlay_;
  Files files_;
  const scan::Options& options_;
  std::map<ScopeKey, Judged> baselines_;
  std::map<std::string, std::set<ScopeKey>, std::less<>> scopes_;
  // What the edits that were verified last lead to.
  std::vector<Edit> tried_;
  std::map<ScopeKey, Judged> tried_scopes_;
};

}  // namespace weir::fix
