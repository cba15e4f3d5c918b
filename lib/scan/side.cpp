#include "lib/scan/side.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "lib/base/parallel.h"
#include "lib/scan/exceptions.h"
#include "lib/scan/fingerprint.h"
#include "lib/scan/judge.h"

namespace weir::scan {
namespace {

// Syntax errors and the like as findings of weir's own.
void AddDiagnostics(const std::shared_ptr<Evaluation>& evaluation, std::string_view scope, std::string_view language, const policy::Config& config, ScopeVerdicts& out) {
  const Document& document = *evaluation->documents.back();
  for (const Diagnostic& d : document.diagnostics) {
    const SourceMap& sources = evaluation->sources;
    const std::string_view file = d.span.valid() ? std::string_view(sources.path(d.span.file)) : scope;
    const Position at = d.span.valid() ? sources.PositionOf(d.span.file, d.span.offset) : Position{};
    if (d.kind == Diagnostic::Kind::kLimit) {
      if (d.span.valid() && config.Excludes(file)) continue;  // nobody asks for it; it lies beside what is judged
      out.incomplete.push_back(std::string(file) + ":" + std::to_string(at.line) + ": " + std::string(d.summary) + ". " + std::string(d.detail));
      continue;
    }
    Finding f;
    const bool syntax = d.kind == Diagnostic::Kind::kSyntax;
    f.policy = syntax ? "syntax-error" : d.kind == Diagnostic::Kind::kUnread ? "not-read" : "evaluation-error";
    f.severity = syntax ? policy::Severity::kHigh : policy::Severity::kLow;
    f.message = evaluation->arena.Copy(std::string(d.summary) + (d.detail.empty() ? "" : ". " + std::string(d.detail)));
    f.language = language;
    f.scope = scope;
    f.file = file;
    f.resource = file;
    f.span = f.block = d.span;
    f.start = f.block_start = at;
    if (d.span.valid()) f.end = f.block_end = sources.PositionOf(d.span.file, d.span.end());
    f.evaluation = evaluation;
    f.document = &document;
    out.findings.push_back(std::move(f));
  }
}

}  // namespace

std::shared_ptr<Evaluation> EvaluateScope(const git::Snapshot& snapshot, const ScopeKey& scope, const Options& options) {
  auto evaluation = std::make_shared<Evaluation>();
  evaluation->own = options.own;
  auto& document = *evaluation->documents.emplace_back(std::make_unique<Document>());
  scope.language->Evaluate(scope.path, snapshot, evaluation->sources, evaluation->arena, options.config.limits, document);
  return evaluation;
}

ScopeVerdicts JudgeScope(const std::shared_ptr<Evaluation>& evaluation, const ScopeKey& scope, const Options& options, const HashKey& hash, const ScopeOptions& what) {
  ScopeVerdicts out;
  const std::string_view path = evaluation->arena.Copy(std::string_view(scope.path));
  const Document& document = *evaluation->documents.back();
  JudgeDocument(evaluation, document, path, {options.library(), &options.config, what.all_verdicts, &out.incomplete, what.only}, out.findings);
  AddDiagnostics(evaluation, path, scope.language->name(), options.config, out);
  for (const Moved& m : document.moved) out.moved.emplace_back(m.from, m.to);
  out.resources = document.resources.size();
  Accept(*evaluation, options, what, out);
  AddKeys(hash, what, out);
  if (what.keys_only) out.findings.clear();
  return out;
}

void Accept(const Evaluation& evaluation, const Options& options, const ScopeOptions& what, ScopeVerdicts& verdicts) {
  verdicts.expired.resize(options.config.waivers.size());
  if (options.suppress) {
    const policy::Library library = options.library();
    Suppress(evaluation, verdicts.findings, {options.today, &options.config.exceptions, &library, what.suppressions ? &verdicts.suppressions : nullptr});
    Waive(verdicts.findings, options.config, options.today, verdicts.expired, what.suppressions ? &verdicts.suppressions : nullptr);
  }
  std::erase_if(verdicts.findings, [&](const Finding& f) { return options.config.Excludes(f.file) || (!what.file.empty() && f.file != what.file && f.block_file() != what.file); });
}

void AddKeys(const HashKey& hash, const ScopeOptions& what, ScopeVerdicts& verdicts) {
  Matcher matcher(hash);
  verdicts.keys.reserve(verdicts.findings.size());
  for (Finding& f : verdicts.findings) {
    if (what.fingerprints) f.fingerprint = Fingerprint(f);
    verdicts.keys.push_back(IsMatched(f.verdict) ? matcher.KeyOf(f, what.moves) : MatchKey{.verdict = f.verdict});
  }
}

Side::Side(std::vector<ScopeVerdicts> scopes) {
  // Findings are large: each is moved once.
  size_t of_findings = 0, of_keys = 0;
  for (const ScopeVerdicts& one : scopes) of_findings += one.findings.size(), of_keys += one.keys.size();
  findings.reserve(of_findings);
  keys.reserve(of_keys);
  for (ScopeVerdicts& one : scopes) Add(std::move(one));
  Unite();
}

void Side::Add(ScopeVerdicts&& from) {
  std::ranges::move(from.findings, std::back_inserter(findings));
  std::ranges::move(from.keys, std::back_inserter(keys));
  std::ranges::move(from.incomplete, std::back_inserter(incomplete));
  resources += from.resources;
  expired.resize(std::max(expired.size(), from.expired.size()));
  for (size_t i = 0; i < from.expired.size(); ++i)
    if (from.expired[i]) expired[i] = true;
  // A file that several scopes read is there several times; what holds in one of them holds.
  const auto place = [](const SuppressionState& s) { return std::tie(s.file, s.line, s.text); };
  for (SuppressionState& state : from.suppressions) {
    const auto at = std::ranges::lower_bound(suppressions, state, [&](const auto& a, const auto& b) { return place(a) < place(b); });
    if (at == suppressions.end() || place(*at) != place(state)) suppressions.insert(at, std::move(state));
    else if (state.kind < at->kind) *at = std::move(state);
  }
}

void Side::Unite() {
  std::unordered_set<uint64_t> seen;
  seen.reserve(keys.size());
  size_t kept = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].verdict == Verdict::kFail && !seen.insert(keys[i].place).second) continue;
    if (kept != i) {
      keys[kept] = keys[i];
      if (!findings.empty()) findings[kept] = std::move(findings[i]);
    }
    ++kept;
  }
  keys.resize(kept);
  if (!findings.empty()) findings.erase(findings.begin() + ptrdiff_t(kept), findings.end());
}

unsigned ThreadsFor(size_t count, const Options& options) {
  constexpr size_t kWorthAThread = 8;
  if (count < kWorthAThread) return 1;
  return options.threads != 0 ? options.threads : Processors();
}

}  // namespace weir::scan
