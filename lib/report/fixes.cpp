#include <utility>

#include "lib/report/report.h"

namespace weir::report {

Fixes ProposeFixes(const scan::Report& report, const git::Snapshot& snapshot, const scan::Options& options, size_t most, std::chrono::steady_clock::time_point until) {
  std::vector<const scan::Finding*> findings;
  std::vector<size_t> numbers;
  for (size_t i = 0; i < report.findings.size() && findings.size() < most; ++i) {
    if (report.findings[i].action == scan::Action::kNone) continue;
    findings.push_back(&report.findings[i]);
    numbers.push_back(i);
  }
  fix::Proposals proposals = fix::Proposer(snapshot, options).ProposeAll(findings, [until] { return std::chrono::steady_clock::now() > until; });
  Fixes fixes;
  fixes.untried = proposals.untried;
  for (fix::Proposal& p : proposals.made)
    if (p.fix) fixes.emplace(numbers[p.finding], std::move(*p.fix));
  return fixes;
}

std::string UntriedNote(const Fixes& fixes) {
  if (fixes.untried == 0) return {};
  const bool one = fixes.untried == 1;
  return "the " + std::string(one ? "fix" : "fixes") + " of " + std::to_string(fixes.untried) + (one ? " finding was" : " findings were") + " not proven in time and " + (one ? "is" : "are") +
         " not offered here; weir fix PATH takes the time";
}

}  // namespace weir::report
