// Comments that accept a finding: weir's own, and those of the tools that a team may have used before.
//
//   # weir:ignore <id>[, <id>] [until=2027-01-31] <reason>    on or above the line or the block
//   # checkov:skip=<id>:<reason>                              inside the block
//   # trivy:ignore:<id>   # tfsec:ignore:<id>                 on or above the line or the block
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/scan/finding.h"

namespace weir::scan {

struct Suppression {
  uint32_t line = 0;              // of the comment
  bool whole_block = false;       // reaches the block that it stands in
  std::vector<std::string> ids;   // "*" for every policy
  std::string reason, until;      // until: 2027-01-31, inclusive; empty: for ever
};

/// The suppressions of a source text. Linear.
std::vector<Suppression> FindSuppressions(std::string_view text);

/// Turns failing findings that a comment of their file accepts into kSuppressed. `today` is YYYY-MM-DD; what expired before
/// does not count.
void Suppress(std::vector<Finding>& findings, std::string_view today);

}  // namespace weir::scan
