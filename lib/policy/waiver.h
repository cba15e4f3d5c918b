// Waivers: findings that somebody answers for, until a day (docs/configuration.md, "Waivers").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace weir::policy {

struct Waiver {
  std::vector<std::string> policies;  // ids, aliases or patterns
  std::string owner, reason, until;   // until: 2027-01-31, inclusive
  std::vector<std::string> paths, resources;  // globs; empty: everywhere
  std::string file;                   // the configuration that holds it, and its line there
  uint32_t line = 0;

  bool ExpiredOn(std::string_view today) const { return until < today; }
  /// By the file of a finding (or of its resource) and the resource's address.
  bool Covers(std::string_view path, std::string_view resource) const;
};

/// `text`, a `.weir.yaml`, with one waiver more; every other byte stays as it is. kUsage where `waivers:` is not written as a list of its own
/// lines. `text` may be empty.
Result<std::string> WithWaiver(std::string_view text, const Waiver& waiver);

}  // namespace weir::policy
