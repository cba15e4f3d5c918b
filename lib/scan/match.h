// What a finding is recognised by on the other side of a change: a few numbers, so that tens of thousands are compared at once, and the side
// before need not be kept to be compared.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/keyed_hash.h"
#include "lib/git/change_set.h"
#include "lib/scan/finding.h"

namespace weir::scan {

struct MatchKey {
  uint64_t key = 0;          // policy, scope, address, blamed paths
  uint64_t in_file = 0;      // the same, and the file: an address may occur in several files of a folder (dev.yaml, prod.yaml)
  uint64_t content = 0;      // policy, type, blamed paths and the block's text without its header: for what was renamed or moved
  uint64_t place = 0;        // policy, file, byte, block: what several scopes say of one place is said once
  uint64_t fingerprint = 0;  // fingerprint.h
  Verdict verdict = Verdict::kFail;
  bool diagnostic = false;   // it has no address of its own: its file and message are part of `key`, and its content does not count
};

/// Whether a finding takes part in the comparison.
inline bool IsMatched(Verdict verdict) { return verdict == Verdict::kFail || verdict == Verdict::kSuppressed; }

/// What moved between the sides.
struct Moves {
  explicit Moves(const git::ChangeSet& change);

  std::map<std::string, std::string, std::less<>> files, dirs;       // before → after; of renamed files and their folders
  std::map<std::string, std::string, std::less<>> addresses;         // scope + '\0' + old address → new address
  std::set<std::string, std::less<>> scopes_after;                   // those that say anything after the change
  /// Whether keys of what `scope` said before are to be made for other names than those of then.
  bool Concern(std::string_view scope) const;
};

class Matcher {
 public:
  explicit Matcher(const HashKey& hash) : hash_(hash) {}

  /// The numbers of a finding as it is; with `moves`, of one before the change as it would be called after it.
  MatchKey KeyOf(const Finding& finding, const Moves* moves = nullptr);

 private:
  uint64_t Content(const Finding& finding);
  uint64_t Hash() const { return KeyedHash(hash_, buffer_); }

  HashKey hash_;
  std::string buffer_, blame_;
  const Resource* last_ = nullptr;  // whose body was hashed last: a resource's findings stand side by side
  uint64_t body_ = 0;
};

}  // namespace weir::scan
