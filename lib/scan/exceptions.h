// Waivers and the baseline, applied to what a scan found.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "lib/policy/baseline.h"
#include "lib/policy/config.h"
#include "lib/scan/finding.h"
#include "lib/scan/suppression.h"

namespace weir::scan {

struct Report;

/// Turns failing findings that a waiver of `config` covers into kSuppressed. Where one would cover but has expired, or is not allowed, the
/// finding stays and Finding::refused says why. `expired[i]` becomes true where config.waivers[i] has expired and would have covered one. `states`, where somebody
/// asks, gets one for each waiver.
void Waive(std::vector<Finding>& findings, const policy::Config& config, std::string_view today, std::vector<bool>& expired, std::vector<SuppressionState>* states = nullptr);

/// One finding, `waiver-expired`, for a waiver that has ended.
Finding ExpiredWaiver(const policy::Waiver& waiver, const policy::Config& config);

/// What a scan without baseline found, as a baseline.
policy::Baseline BaselineOf(const Report& report);
/// What is left of `old` where `current` is what is there now: never more of a fingerprint than `old` had, in the files where they are now.
policy::Baseline Shrunk(const policy::Baseline& old, const policy::Baseline& current);

/// Marks the failing findings that the baseline covers; no more of a fingerprint than `allowed` says. Those of the files that the baseline
/// names come first, then those that were there before the change. Fingerprints must be set.
void MarkKnown(std::vector<Finding>& findings, const policy::Baseline& baseline, const std::function<size_t(uint64_t)>& allowed);

}  // namespace weir::scan
