#include "lib/scan/exceptions.h"

#include <algorithm>
#include <map>

#include "lib/policy/exceptions.h"
#include "lib/scan/scan.h"

namespace weir::scan {
namespace {

bool Names(const policy::Waiver& waiver, const Finding& f) {
  return std::ranges::any_of(waiver.policies, [&](const std::string& pattern) {
    if (f.rule == nullptr) return pattern == f.policy;
    return policy::NamesPolicy(pattern, f.policy) || std::ranges::any_of(AliasesOf(f), [&](std::string_view alias) { return policy::NamesPolicy(pattern, alias); });
  });
}

bool Covers(const policy::Waiver& waiver, const Finding& f) {
  if (waiver.Covers(f.file, f.resource)) return true;
  if (f.in == nullptr || !f.block.valid()) return false;
  const std::string_view declared_in = f.block_file();
  return waiver.Covers(declared_in, f.resource) || waiver.Covers(declared_in, f.in->declared) || waiver.Covers(f.file, f.in->declared);
}

std::string PoliciesOf(const policy::Waiver& waiver) {
  std::string out;
  for (const std::string& name : waiver.policies) out += (out.empty() ? "" : ", ") + name;
  return out;
}

SuppressionState StateOf(const policy::Waiver& w, std::string_view today, bool accepts) {
  using Kind = SuppressionState::Kind;
  SuppressionState state{.kind = Kind::kUnused, .file = w.file, .line = uint32_t(w.line), .text = "waiver of " + PoliciesOf(w), .note = "nothing that was judged has such a finding"};
  if (w.ExpiredOn(today)) state.kind = Kind::kExpired, state.note = "it ended on " + w.until + " (" + w.owner + ")";
  else if (accepts) state.kind = Kind::kHolds, state.note = "accepts findings until " + w.until + ": " + w.reason + " (" + w.owner + ")";
  return state;
}

std::string Where(const policy::Waiver& w) { return w.file + ":" + std::to_string(w.line); }

}  // namespace

void Waive(std::vector<Finding>& findings, const policy::Config& config, std::string_view today, std::vector<bool>& expired, std::vector<SuppressionState>* states) {
  expired.resize(config.waivers.size());
  std::vector<bool> accepts(config.waivers.size());
  if (config.waivers.empty()) return;
  for (Finding& f : findings) {
    if (f.verdict != Verdict::kFail) continue;
    for (size_t i = 0; i < config.waivers.size(); ++i) {
      const policy::Waiver& w = config.waivers[i];
      if (!Names(w, f) || !Covers(w, f)) continue;
      if (w.ExpiredOn(today)) {
        expired[i] = true;
        f.refused = "the waiver at " + Where(w) + " ended on " + w.until + " (" + w.owner + ")";
        continue;
      }
      if (const std::string refusal = config.exceptions.Refusal(f.severity, w.reason, w.until); !refusal.empty()) {
        f.refused = "the waiver at " + Where(w) + " does not accept it: " + refusal;
        continue;
      }
      f.verdict = Verdict::kSuppressed;
      f.reason = w.reason + " (waived by " + w.owner + " until " + w.until + ")";
      f.refused.clear();
      accepts[i] = true;
      break;
    }
  }
  if (states == nullptr) return;
  for (size_t i = 0; i < accepts.size(); ++i) states->push_back(StateOf(config.waivers[i], today, accepts[i]));
}

Finding ExpiredWaiver(const policy::Waiver& waiver, const policy::Config& config) {
  const auto evaluation = std::make_shared<Evaluation>();
  Arena& arena = evaluation->arena;
  Finding f;
  f.policy = "waiver-expired";
  f.severity = policy::Severity::kMedium;
  if (const auto setting = config.For(f.policy, "", waiver.file, f.severity)) f.severity = setting->severity;
  const std::string policies = PoliciesOf(waiver);
  f.message = arena.Copy("The waiver of " + policies + " ended on " + waiver.until + "; " + waiver.owner + " renews it, or mends what it covered and removes it");
  f.file = arena.Copy(std::string_view(waiver.file));
  f.resource = arena.Copy(waiver.file + ":" + policies);
  f.start = f.end = f.block_start = f.block_end = Position{waiver.line, 1, 0};
  f.status = FindingStatus::kIntroduced;
  f.evaluation = evaluation;
  return f;
}

policy::Baseline BaselineOf(const Report& report) {
  policy::Baseline out;
  for (const Finding& f : report.findings)
    if (f.verdict == Verdict::kFail && f.status != FindingStatus::kFixed && f.policy != "waiver-expired") out.entries.push_back({f.fingerprint, std::string(f.policy), std::string(f.resource), std::string(f.file)});
  out.Index();
  return out;
}

policy::Baseline Shrunk(const policy::Baseline& old, const policy::Baseline& current) {
  std::map<uint64_t, std::vector<const policy::BaselineEntry*>> now;
  for (const policy::BaselineEntry& e : current.entries) now[e.fingerprint].push_back(&e);
  policy::Baseline out;
  for (auto& [fingerprint, entries] : now) {
    std::ranges::stable_sort(entries, {}, [&, id = fingerprint](const policy::BaselineEntry* e) { return !old.Names(id, e->file); });
    for (size_t i = 0; i < entries.size() && i < old.Count(fingerprint); ++i) out.entries.push_back(*entries[i]);
  }
  out.Index();
  return out;
}

void MarkKnown(std::vector<Finding>& findings, const policy::Baseline& baseline, const std::function<size_t(uint64_t)>& allowed) {
  if (baseline.entries.empty()) return;
  std::map<uint64_t, std::vector<Finding*>> by_fingerprint;
  for (Finding& f : findings)
    if (f.verdict == Verdict::kFail && f.status != FindingStatus::kFixed) by_fingerprint[f.fingerprint].push_back(&f);
  for (auto& [fingerprint, same] : by_fingerprint) {
    const size_t most = std::min(baseline.Count(fingerprint), allowed(fingerprint));
    std::ranges::stable_sort(same, {}, [&, id = fingerprint](const Finding* f) {
      return std::pair(f->status == FindingStatus::kIntroduced, !baseline.Names(id, f->file));
    });
    for (size_t i = 0; i < same.size() && i < most; ++i) same[i]->known = true;
  }
}

}  // namespace weir::scan
