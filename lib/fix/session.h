// All the fixes of a scan, those that bear on nothing in common together, the rest one after another: each is proven on what those before it
// left, so that they cannot be in each other's way, and one that another has made unnecessary is not made.
//
//   Session session(report, snapshot, options, {});
//   const Session::Left left = session.ApplySafe();  // or Next and Accept, one by one
//   Write(session.Changes(), …);
//
// The order is that of the report, so equal inputs give equal files. A second run finds nothing to do.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/fix/fix.h"

namespace weir::fix {

/// Which of a report's findings are meant. Empty lists: all.
struct Filter {
  std::vector<std::string> policies;  // ids or aliases
  std::vector<std::string> paths;     // files or folders, relative to the snapshot's root

  bool Takes(const scan::Finding& finding) const;
};

/// A file before and after.
struct ChangedFile {
  std::string path, before, after;
};

class Session {
 public:
  /// Takes the findings that block or warn. All arguments must outlive the session.
  Session(const scan::Report& report, const git::Snapshot& snapshot, const scan::Options& options, const Filter& filter);

  /// The next finding that is still there, or null at the end. Valid until the next Accept.
  const scan::Finding* Next();
  /// The finding's verified fix, or nothing; then why() says so.
  const std::optional<Fix>& fix() const { return fix_; }
  const std::string& why() const { return why_; }
  /// Makes edits (the fix's own, or what a person made of them) and counts the finding as fixed.
  Status Accept(const std::vector<Edit>& edits);

  /// Makes the safe fixes of all findings that are left, and says how many have none or one that a person must choose. Those that bear on
  /// nothing in common are made together.
  struct Left {
    size_t suggested = 0, none = 0;
  };
  Left ApplySafe();

  /// Makes edits that accept the finding: it stays, and is not counted.
  Status Suppress(const std::vector<Edit>& edits) { return known_.clear(), proposer_.Accept(edits); }

  size_t number() const { return number_; }  // of the finding that Next gave, from 1
  size_t total() const { return wanted_.size(); }
  size_t fixed() const { return fixed_; }
  size_t unnecessary() const { return unnecessary_; }  // gone because of another fix
  Proposer& proposer() { return proposer_; }
  std::vector<ChangedFile> Changes() const;

 private:
  struct Wanted {
    std::string language, scope, policy, resource, identity;
  };
  // The failing findings of a scope, by what they are looked up by; made anew after each change.
  struct Known {
    std::unordered_map<std::string, std::vector<const scan::Finding*>> by_identity, by_resource;
  };
  const Known& FindingsOf(const Wanted& wanted);
  const scan::Finding* Find(const Wanted& wanted);

  const git::Snapshot& snapshot_;
  const scan::Options& options_;
  Proposer proposer_;
  std::vector<Wanted> wanted_;
  std::set<std::string, std::less<>> others_;  // identities of findings that are not meant
  std::set<std::string, std::less<>> meant_;   // identities of those that are
  std::set<std::string, std::less<>> seen_;
  std::map<std::pair<std::string, std::string>, Known> known_;
  std::optional<Fix> fix_;
  std::string why_;
  size_t number_ = 0, fixed_ = 0, unnecessary_ = 0;
};

}  // namespace weir::fix
