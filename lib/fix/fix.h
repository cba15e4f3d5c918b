// Fixes: a policy's structural edits as byte edits, offered only where they were proven.
//
// A Proposer makes the rule's operations at the finding's resource (or where the value that is wrong was defined), applies them in
// memory, evaluates again every scope that uses the files it changed, and keeps the result only where the finding is gone, no other
// has come, and the files still are what their format wants. What a scope says without the fix is found out once, and changes that bear
// on nothing in common are proven together (influence.h): the fixes of five hundred manifests in a folder take some twenty evaluations.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/fix/edit.h"
#include "lib/git/snapshot.h"
#include "lib/scan/scan.h"

namespace weir::fix {

struct Fix {
  bool safe = false;   // verified, and nothing for a person to choose
  std::string reason;  // of a suggestion: what a person must choose
  std::vector<Edit> edits;  // sorted by file and start, without overlap
};

/// What came of one finding.
struct Proposal {
  size_t finding = 0;      // its number in the list
  std::optional<Fix> fix;  // verified
  std::string why;         // where there is none
};

/// The fixes of many findings.
struct Proposals {
  std::vector<Proposal> made;  // sorted by number
  size_t untried = 0;          // findings for which the time was too short
};

class Proposer {
 public:
  /// Whether the time is up. Asked before each step, from several threads.
  using Late = std::function<bool()>;

  /// Findings must be those of `snapshot`. Both arguments must outlive the proposer.
  Proposer(const git::Snapshot& snapshot, const scan::Options& options);
  ~Proposer();

  /// The verified fix of a failing finding, or nothing where the rule has none or it does not verify; `why` then says so. Costs the
  /// evaluation of the scopes that the fix touches, and once more for each of them at the first call.
  std::optional<Fix> Propose(const scan::Finding& finding, std::string* why = nullptr);
  /// The same for many, in a few threads. Once it is late no scope is evaluated any more.
  Proposals ProposeAll(const std::vector<const scan::Finding*>& findings, const Late& late = {});
  /// Of the findings, those whose fixes can all be accepted together, the first always among them: what came of each. Empty only where the
  /// list is.
  std::vector<Proposal> ProposeNext(const std::vector<const scan::Finding*>& findings);

  // Several fixes, one after the other: each is made for what those before it left.

  /// Empty where these edits, which a person may have changed, remove the finding and bring no other; otherwise why not.
  std::string Refuses(const scan::Finding& finding, const std::vector<Edit>& edits);
  /// Makes the edits: from now on findings are those of Findings(), and texts those of Read().
  Status Accept(const std::vector<Edit>& edits);
  /// The failing findings of a scope as things are now; valid until the next Accept.
  const std::vector<scan::Finding>& Findings(std::string_view language, std::string_view scope);
  Result<Blob> Read(std::string_view path) const;
  /// Files that were changed, as they are now.
  std::map<std::string, std::string> Changed() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// One fix; for more than one a Proposer is cheaper.
std::optional<Fix> Propose(const scan::Finding& finding, const git::Snapshot& snapshot, const scan::Options& options);

}  // namespace weir::fix
