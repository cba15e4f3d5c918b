// The end of every scan: what is known already, what blocks, and in which order it is told.
#pragma once

#include <map>
#include <set>
#include <string>

#include "lib/scan/side.h"

namespace weir::scan {

/// What a change shows of the repository's old findings: how many failed before, by fingerprint.
struct OldFindings {
  const git::ChangeSet* change = nullptr;  // null: there is no side before, and the whole baseline counts
  std::map<uint64_t, size_t> failing;
};

/// Takes the findings of `side`, whose statuses are set, into `report`, with fingerprints, and decides about each. `touched` are the
/// files that the change touches; null where there is none.
void Finish(Report& report, Side&& side, const Options& options, const OldFindings& old, const std::set<std::string, std::less<>>* touched);

}  // namespace weir::scan
