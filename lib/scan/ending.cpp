#include "lib/scan/ending.h"

#include <algorithm>
#include <tuple>

#include "lib/scan/exceptions.h"
#include "lib/scan/fingerprint.h"

namespace weir::scan {
namespace {

void AddExpired(Report& report, const Options& options, const std::vector<bool>& expired) {
  for (size_t i = 0; i < options.config.waivers.size(); ++i) {
    const policy::Waiver& waiver = options.config.waivers[i];
    if (!expired[i] || !waiver.ExpiredOn(options.today)) continue;
    if (const auto setting = options.config.For("waiver-expired", "", waiver.file, policy::Severity::kMedium); setting && setting->off) continue;
    report.findings.push_back(ExpiredWaiver(waiver, options.config));
  }
}

// How many findings of a fingerprint the baseline may cover in what a change shows of the repository: as many as were there before, and
// as many as the change itself adds to the baseline. The rest of its count belongs to files that were not looked at.
void MarkKnownOfChange(Report& report, const OldFindings& old, const Options& options) {
  const auto then = LoadBaseline(*old.change->before);
  MarkKnown(report.findings, options.baseline, [&](uint64_t id) {
    const size_t now = options.baseline.Count(id), had = then.ok() ? (*then).Count(id) : 0;
    const auto at = old.failing.find(id);
    return (at != old.failing.end() ? at->second : 0) + (now > had ? now - had : 0);
  });
}

void Decide(Report& report, const Options& options, const std::set<std::string, std::less<>>* touched) {
  for (Finding& f : report.findings) {
    if (f.verdict == Verdict::kSuppressed) ++report.summary.suppressed;
    if (f.status == FindingStatus::kFixed) {
      ++report.summary.fixed;
      continue;
    }
    const bool unknown = f.verdict == Verdict::kUnknown && options.config.unknown != policy::OnUnknown::kIgnore;
    if (f.verdict != Verdict::kFail && !unknown) continue;
    if (f.known) {
      f.status = FindingStatus::kPersisting;
      ++report.summary.known;
      ++report.summary.persisting;
      continue;
    }
    const bool counts = f.status == FindingStatus::kIntroduced || options.config.judge == policy::Judge::kAll ||
                        (options.config.judge == policy::Judge::kTouched && touched != nullptr && (touched->contains(f.file) || touched->contains(f.block_file())));
    if (!counts) {
      ++report.summary.persisting;
      continue;
    }
    const bool block = unknown ? options.config.unknown == policy::OnUnknown::kBlock : f.severity >= options.config.BlockFor(f.language, f.file);
    f.action = block ? Action::kBlock : Action::kWarn;
    ++(block ? report.summary.blocking : report.summary.warnings);
  }
  // Findings are large: their order is found first, and each is moved once. What is only counted is not described to anybody who asked for
  // no more.
  std::vector<Finding*> order;
  order.reserve(report.findings.size());
  for (Finding& f : report.findings)
    if (!options.brief || f.action != Action::kNone) order.push_back(&f);
  std::ranges::stable_sort(order, [](const Finding* a, const Finding* b) {
    return std::tie(b->severity, a->file, a->start.byte, a->policy) < std::tie(a->severity, b->file, b->start.byte, b->policy);
  });
  std::vector<Finding> sorted;
  sorted.reserve(order.size());
  for (Finding* f : order) sorted.push_back(std::move(*f));
  report.findings = std::move(sorted);
}

}  // namespace

void Finish(Report& report, Side&& side, const Options& options, const OldFindings& old, const std::set<std::string, std::less<>>* touched) {
  report.summary.resources = side.resources;
  report.suppressions = std::move(side.suppressions);
  // Of a change, most of what waivers speak of was not judged.
  if (old.change != nullptr)
    std::erase_if(report.suppressions, [](const SuppressionState& s) { return s.kind == SuppressionState::Kind::kUnused && s.text.starts_with("waiver "); });
  std::ranges::move(side.incomplete, std::back_inserter(report.incomplete));
  report.findings = std::move(side.findings);
  const bool baseline = options.use_baseline && !options.baseline.entries.empty();
  if (baseline || !options.brief)
    for (Finding& f : report.findings)
      if (f.fingerprint == 0) f.fingerprint = Fingerprint(f);  // AddKeys made them where a side before is compared by them
  if (baseline && old.change != nullptr) MarkKnownOfChange(report, old, options);
  else if (baseline) MarkKnown(report.findings, options.baseline, [](uint64_t) { return SIZE_MAX; });
  AddExpired(report, options, old.change != nullptr ? side.expired : std::vector<bool>(options.config.waivers.size(), true));
  Decide(report, options, touched);
}

}  // namespace weir::scan
