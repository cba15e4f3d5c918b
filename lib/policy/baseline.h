// The baseline: findings that were there when a team began, by fingerprint, so that only what is new counts.
//
// `.weir/baseline.json` has one finding a line, sorted, so that it merges and reads well in a review:
//
//   {"version": 1, "findings": [
//   {"fingerprint": "9c1f…", "policy": "aws-s3-public-acl", "resource": "aws_s3_bucket.site", "file": "site.tf"},
//   …
//   ]}
//
// The same fingerprint twice stands for two findings. `resource` and `file` are for people; where a fingerprint is there more often in the
// sources than here, those in the files named here are the known ones.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace weir::policy {

inline constexpr std::string_view kBaselinePath = ".weir/baseline.json";

struct BaselineEntry {
  uint64_t fingerprint = 0;
  std::string policy, resource, file;
};

struct Baseline {
  std::vector<BaselineEntry> entries;

  /// How many findings of that fingerprint are known.
  size_t Count(uint64_t fingerprint) const;
  bool Names(uint64_t fingerprint, std::string_view file) const;
  /// Sorts the entries and makes the look-ups above fast; to be called after `entries` changed.
  void Index();

 private:
  std::multimap<uint64_t, size_t> by_fingerprint_;
};

/// kUsage with the file's name, the place and what to do where `text` is no baseline that this weir reads.
Result<Baseline> ParseBaseline(std::string_view path, std::string_view text);
std::string WriteBaseline(const Baseline& baseline);

/// 16 hexadecimal digits.
std::string FingerprintText(uint64_t fingerprint);

}  // namespace weir::policy
