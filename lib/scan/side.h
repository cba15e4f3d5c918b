// One side of a change, scope by scope: evaluated, judged, and what is accepted marked. Scopes know nothing of each other, so that a few
// threads share them; what comes out is in the order of the scopes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "lib/lang/language.h"
#include "lib/scan/match.h"
#include "lib/scan/reads.h"
#include "lib/scan/scan.h"

namespace weir::scan {

struct ScopeKey {
  const Language* language;
  std::string path;
  friend bool operator<(const ScopeKey& a, const ScopeKey& b) { return std::pair(a.language->name(), a.path) < std::pair(b.language->name(), b.path); }
};

struct ScopeOptions {
  bool all_verdicts = false;
  bool suppressions = false;                                  // fill ScopeVerdicts::suppressions
  bool fingerprints = false;
  bool keys_only = false;                                     // what findings point to is not kept
  const std::unordered_set<const Resource*>* only = nullptr;  // the resources to judge; null: all
  std::string_view file = {};                                 // not empty: only what stands in it, or is wrong there
  const Moves* moves = nullptr;                               // keys are made for the names after the change
};

/// What one scope says.
struct ScopeVerdicts {
  std::vector<Finding> findings;
  std::vector<MatchKey> keys;                              // of `findings`
  std::vector<std::pair<std::string, std::string>> moved;  // old address, new one
  std::vector<std::string> incomplete;
  std::vector<SuppressionState> suppressions;
  std::vector<bool> expired;                               // waivers that would have accepted something
  size_t resources = 0;
  Reads reads;                                             // what was looked at; where it was asked for
};

/// Its last document is the scope's.
std::shared_ptr<Evaluation> EvaluateScope(const git::Snapshot& snapshot, const ScopeKey& scope, const Options& options);
ScopeVerdicts JudgeScope(const std::shared_ptr<Evaluation>& evaluation, const ScopeKey& scope, const Options& options, const HashKey& hash, const ScopeOptions& what);

/// Comments, metadata, waivers and excluded files, applied to what an evaluation says. Every side is asked the same: what was accepted before
/// and after is neither new nor fixed.
void Accept(const Evaluation& evaluation, const Options& options, const ScopeOptions& what, ScopeVerdicts& verdicts);
/// Fills `keys` (and fingerprints) of what is left.
void AddKeys(const HashKey& hash, const ScopeOptions& what, ScopeVerdicts& verdicts);

/// All scopes of a side, in their order.
struct Side {
  std::vector<Finding> findings;
  std::vector<MatchKey> keys;  // one for each finding, or, where findings are not kept, instead of them
  std::vector<std::string> incomplete;
  std::vector<SuppressionState> suppressions;  // in the order of file and line
  std::vector<bool> expired;
  size_t resources = 0;

  explicit Side(std::vector<ScopeVerdicts> scopes);

 private:
  void Add(ScopeVerdicts&& verdicts);
  /// The same thing said twice (a module that several roots call, the instances of a for_each) is said once.
  void Unite();
};

/// Threads that `count` scopes are worth: a commit's one or two are done before a thread would have started.
unsigned ThreadsFor(size_t count, const Options& options);

}  // namespace weir::scan
