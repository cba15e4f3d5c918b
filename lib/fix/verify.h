// Proof of a fix: what every scope that uses the changed files says before and after. Internal to lib/fix/.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/fix/edit.h"
#include "lib/fix/influence.h"
#include "lib/lang/language.h"
#include "lib/scan/judge.h"
#include "lib/scan/scan.h"

namespace weir::fix {

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
  std::set<std::string, std::less<>> problems;         // diagnostics
  bool complete = true;
  bool whole = true;  // every resource was judged
  scan::Questions questions;
  // Of a whole one:
  Influence influence;
  std::unordered_map<std::string, std::vector<const Resource*>> declared;  // by file, place and type of their block
  std::unordered_map<std::string, Resources> failing;                      // by policy

  /// The resources of this side that the finding's block declares.
  const std::vector<const Resource*>& DeclaredBy(const scan::Finding& finding) const;
};

/// A fix that is to be proven.
struct Change {
  const scan::Finding* finding;
  const std::vector<Edit>* edits;  // sorted by file and start, without overlap
  bool local;  // made in the finding's own block, or adds resources that refer to it
};

using ScopeKey = std::pair<const Language*, std::string>;

/// The scopes in which a change of a file is seen. Calls may come from several threads at once.
class ScopeIndex {
 public:
  ScopeIndex(const git::Snapshot& snapshot, const scan::Options& options) : snapshot_(snapshot), options_(options), cache_(options.cache) {}

  const git::Snapshot& snapshot() const { return snapshot_; }
  const scan::Options& options() const { return options_; }

  const std::set<ScopeKey>& Of(const std::string& file);
  /// Of a change in the finding's block; the finding's own scope is always among them.
  std::set<ScopeKey> Of(const scan::Finding& finding);
  std::set<ScopeKey> Of(const Change& change);

 private:
  const git::Snapshot& snapshot_;
  const scan::Options& options_;
  std::mutex mutex_;
  std::string cache_;  // what languages keep between calls
  std::map<std::string, std::set<ScopeKey>, std::less<>> scopes_;
};

class Verifier {
 public:
  using Files = std::map<std::string, std::optional<std::string>, std::less<>>;
  using Reasons = std::vector<std::optional<std::string>>;

  /// Of the index's snapshot. Several may share one index.
  explicit Verifier(std::shared_ptr<ScopeIndex> index) : base_(index->snapshot()), current_(&base_), options_(index->options()), index_(std::move(index)) {}

  /// Changes that one evaluation may prove: those of equal edits, and those that bear on nothing in common, as far as is known before it.
  class Round {
   public:
    explicit Round(Verifier& verifier) : verifier_(verifier) {}
    /// Whether a local change of this finding could still be taken.
    bool IsOpenFor(const scan::Finding& finding);
    /// Takes the change, or not.
    bool Admit(const Change& change);

   private:
    struct Taken {
      bool whole = false;
      Resources around;  // of the scope's side before
    };
    bool Crosses(const std::vector<Edit>& edits) const;

    Verifier& verifier_;
    std::vector<const std::vector<Edit>*> edits_;
    std::map<ScopeKey, Taken> scopes_;
    std::map<std::string, std::map<uint32_t, uint32_t>, std::less<>> ranges_;  // start to end, by file
  };

  /// For each change: empty where its edits remove the finding and do nothing else that can be seen; otherwise why not, as a clause. The
  /// changes are those of one Round. `together`: only what one evaluation proves, so that all of it can be accepted at once; nothing is
  /// said of the others, which are never the first, and of those that were not come to before it was `late`.
  Reasons Refuses(std::span<const Change> changes, bool together, const std::function<bool()>& late = {});

  /// Goes on from here: the edits (of the texts as they are now) are made, and everything that follows is judged with them.
  Status Accept(const std::vector<Edit>& edits);
  /// The files as they are now, where they differ from the snapshot.
  const Files& files() const { return files_; }
  const git::Snapshot& current() const { return *current_; }
  /// What a scope says now.
  const Judged& Now(std::string_view language, std::string_view scope) { return Baseline({FindLanguage(language), std::string(scope)}); }

  const std::shared_ptr<ScopeIndex>& index() const { return index_; }
  /// Whether every resource that the finding's block declares, in every scope, fails its policy.
  bool InstancesAgree(const scan::Finding& finding);

 private:
  // Changes of equal edits, by their numbers.
  struct Unit {
    std::vector<size_t> changes;
    std::set<ScopeKey> scopes;
  };

  const Judged& Baseline(const ScopeKey& scope);
  static Judged Evaluate(const git::Snapshot& snapshot, const ScopeKey& scope, const Limits& limits);
  void JudgeInto(Judged& out, const ScopeKey& scope, const Resources* only) const;
  // The texts that the edits leave, in `files`; empty, or why they cannot be made.
  std::string Make(const std::vector<Edit>& edits, Files& files) const;

  // Proves units by one evaluation, or in halves where it cannot tell them apart.
  void Prove(std::span<const Change> changes, std::span<const Unit> units, bool together, const std::function<bool()>& late, Reasons& why);
  // False where several units cannot be told apart.
  bool ProveTogether(std::span<const Change> changes, std::span<const Unit> units, Reasons& why);
  bool ProveIn(const ScopeKey& scope, const git::Snapshot& overlay, std::span<const Change> changes, std::span<const Unit* const> units, Reasons& why);

  const git::Snapshot& base_;
  const git::Snapshot* current_;
  std::unique_ptr<git::Snapshot> overlay_;
  Files files_;
  const scan::Options& options_;
  std::shared_ptr<ScopeIndex> index_;
  std::map<ScopeKey, Judged> baselines_;
};

}  // namespace weir::fix
