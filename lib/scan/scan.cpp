#include "lib/scan/scan.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>

#include "lib/git/paths.h"
#include "lib/lang/language.h"
#include "lib/lang/tfplan/plan.h"
#include "lib/scan/affected.h"
#include "lib/scan/exceptions.h"
#include "lib/scan/fingerprint.h"
#include "lib/scan/judge.h"
#include "lib/scan/suppression.h"

namespace weir::scan {
namespace {

struct ScopeKey {
  const Language* language;
  std::string path;
  friend bool operator<(const ScopeKey& a, const ScopeKey& b) {
    return std::pair(a.language->name(), a.path) < std::pair(b.language->name(), b.path);
  }
};

// Syntax errors and the like as findings of weir's own.
void AddDiagnostics(const std::shared_ptr<Evaluation>& evaluation, const Document& document, std::string_view scope, std::string_view language, const policy::Config& config,
                    std::vector<Finding>& out, std::vector<std::string>& incomplete) {
  for (const Diagnostic& d : document.diagnostics) {
    const SourceMap& sources = evaluation->sources;
    const std::string_view file = d.span.valid() ? std::string_view(sources.path(d.span.file)) : scope;
    const Position at = d.span.valid() ? sources.PositionOf(d.span.file, d.span.offset) : Position{};
    if (d.kind == Diagnostic::Kind::kLimit) {
      if (d.span.valid() && config.Excludes(file)) continue;  // nobody asks for it; it lies beside what is judged
      incomplete.push_back(std::string(file) + ":" + std::to_string(at.line) + ": " + std::string(d.summary) + ". " + std::string(d.detail));
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
    out.push_back(std::move(f));
  }
}

// One side's findings, with what is needed to follow addresses that moved.
struct Side {
  std::shared_ptr<Evaluation> evaluation = std::make_shared<Evaluation>();
  std::vector<Finding> findings;
  std::map<std::string, std::string> moved;  // scope + '\0' + old address → new address
  size_t resources = 0;
};

const Document& Evaluate(const git::Snapshot& snapshot, const ScopeKey& scope, const Options& options, Side& side) {
  auto& document = *side.evaluation->documents.emplace_back(std::make_unique<Document>());
  scope.language->Evaluate(scope.path, snapshot, side.evaluation->sources, side.evaluation->arena, options.config.limits, document);
  return document;
}

void JudgeScope(const ScopeKey& scope, const Document& document, const std::unordered_set<const Resource*>* only, const Options& options, bool all_verdicts,
                Side& side, std::vector<std::string>& incomplete) {
  side.evaluation->own = options.own;
  const std::string_view path = side.evaluation->arena.Copy(std::string_view(scope.path));
  JudgeDocument(side.evaluation, document, path, {options.library(), &options.config, all_verdicts, &incomplete, only}, side.findings);
  AddDiagnostics(side.evaluation, document, path, scope.language->name(), options.config, side.findings, incomplete);
  for (const Moved& m : document.moved) side.moved[scope.path + '\0' + std::string(m.from)] = m.to;
  side.resources += document.resources.size();
}

void EvaluateScope(const git::Snapshot& snapshot, const ScopeKey& scope, const Options& options, bool all_verdicts, Side& side,
                   std::vector<std::string>& incomplete) {
  JudgeScope(scope, Evaluate(snapshot, scope, options, side), nullptr, options, all_verdicts, side, incomplete);
}

// For each scope the resources that the change can bear on; nothing where all are judged. What is asked for beyond the change needs all.
std::vector<std::optional<std::unordered_set<const Resource*>>> AffectedOf(const git::ChangeSet& change, const std::set<ScopeKey>& scopes, const Options& options,
                                                                           const Side& before, const Side& after) {
  std::vector<std::optional<std::unordered_set<const Resource*>>> out(scopes.size());
  if (options.all_verdicts || options.suppression_states || options.config.judge == policy::Judge::kAll) return out;
  std::set<std::string, std::less<>> files;
  for (const git::Change& c : change.changes) files.insert({c.path, c.old_path});
  size_t i = 0;
  for (const ScopeKey& scope : scopes) {
    if (scope.language->JudgesByReferences())
      out[i] = AffectedBy(*scope.language, files, {*before.evaluation->documents[i], before.evaluation->sources}, {*after.evaluation->documents[i], after.evaluation->sources});
    ++i;
  }
  return out;
}

// The same thing said twice (a module that several roots call, the instances of a for_each) is said once.
void Unite(std::vector<Finding>& findings) {
  std::set<std::tuple<std::string_view, std::string_view, uint32_t, std::string_view, uint32_t>> seen;
  std::erase_if(findings, [&](const Finding& f) {
    if (f.verdict != Verdict::kFail) return false;
    return !seen.emplace(f.policy, f.file, f.start.byte, f.block_file(), f.block.offset).second;
  });
}

// `containers[1].image` as `containers[web].image`: an element that has a name stays the same when another is put before it.
std::string ByNames(const Value& body, std::string_view path) {
  std::string out;
  const Value* at = &body;
  while (!path.empty()) {
    const bool index = path[0] == '[' && !path.starts_with("[\"");
    const size_t end = index ? std::min(path.find(']'), path.size() - 1) + 1 : std::min(path.find_first_of(".[", 1), path.size());
    const std::string_view step = path.substr(0, end);
    path.remove_prefix(end);
    const std::vector<const Value*> found = at != nullptr ? ValuesAt(*at, step) : std::vector<const Value*>();
    at = found.size() == 1 ? found[0] : nullptr;
    const Value* name = index && at != nullptr && IsMapping(at->kind) ? at->Get("name") : nullptr;
    if (name != nullptr && name->kind == Kind::kString) ((out += '[') += name->text) += ']';
    else out += step;
  }
  return out;
}

std::string BlameKey(const Finding& f) {
  std::string key;
  for (const std::string& path : f.blame) (key += f.in != nullptr ? ByNames(*f.in->body, path) : path) += '|';
  return key;
}

std::string_view BlockText(const Finding& f) { return f.block.valid() ? f.evaluation->sources.text(f.block) : std::string_view(); }

// The block without its header: what stays the same when a resource is only renamed.
std::string_view BlockBody(const Finding& f) {
  const Language* language = FindLanguage(f.language);
  return language != nullptr ? language->WithoutName(BlockText(f)) : BlockText(f);
}

// Decides what was introduced, what persisted and what was fixed.
class Difference {
 public:
  Difference(Side& before, Side& after, const git::ChangeSet& change) : before_(before), after_(after) {
    for (const git::Change& c : change.changes)
      if (!c.is_added() && c.is_renamed()) {
        files_[c.old_path] = c.path;
        dirs_.emplace(git::FolderOf(c.old_path), git::FolderOf(c.path));
      }
    for (const Finding& f : after.findings) after_scopes_.insert(f.scope);
  }

  void Run(std::vector<Finding>& out) {
    std::vector<Finding*> old, fresh;
    std::multimap<std::string, Finding*> by_key;
    for (Finding& f : before_.findings)
      if (f.verdict == Verdict::kFail || f.verdict == Verdict::kSuppressed) by_key.emplace(KeyBefore(f), &f);
    std::vector<Finding*> open;
    for (Finding& f : after_.findings)
      if (f.verdict == Verdict::kFail) open.push_back(&f);
    // An address may occur in several files of a folder (dev.yaml, prod.yaml): what was in the same file comes first.
    for (const bool same_file : {true, false})
      std::erase_if(open, [&](Finding* f) {
        const auto [first, last] = by_key.equal_range(Key(*f, f->scope, f->resource, f->file));
        const auto at = std::find_if(first, last, [&](const auto& old_one) { return !same_file || FileAfter(*old_one.second) == f->file; });
        if (at == last) return false;
        // A suppression that was taken away brings its finding back.
        f->status = at->second->verdict == Verdict::kSuppressed ? FindingStatus::kIntroduced : FindingStatus::kPersisting;
        by_key.erase(at);
        return true;
      });
    for (Finding* f : open) {
      f->status = FindingStatus::kIntroduced;
      fresh.push_back(f);
    }
    for (auto& [key, f] : by_key)
      if (f->verdict == Verdict::kFail) old.push_back(f);
    MatchByContent(old, fresh);
    for (Finding& f : after_.findings) out.push_back(std::move(f));
    for (Finding* f : old)
      if (f != nullptr) {
        f->status = FindingStatus::kFixed;
        out.push_back(std::move(*f));
      }
  }

 private:
  static std::string Key(const Finding& f, std::string_view scope, std::string_view address, std::string_view file) {
    std::string key(f.policy);
    for (const std::string_view part : {scope, address}) (key += '\n') += part;
    (key += '\n') += BlameKey(f);
    if (f.in == nullptr) (key += file) += f.message;  // a diagnostic has no address of its own
    return key;
  }
  std::string KeyBefore(const Finding& f) const {
    std::string scope(f.scope), address(f.resource);
    const std::string_view file = FileAfter(f);
    if (const auto at = dirs_.find(scope); at != dirs_.end() && !after_scope_exists(scope)) scope = at->second;
    if (const auto at = after_.moved.find(scope + '\0' + address); at != after_.moved.end()) address = at->second;
    return Key(f, scope, address, file);
  }
  std::string_view FileAfter(const Finding& f) const {
    const auto at = files_.find(f.file);
    return at == files_.end() ? f.file : std::string_view(at->second);
  }
  bool after_scope_exists(const std::string& scope) const { return after_scopes_.contains(scope); }

  // A block that was only renamed, or moved to another module: same policy, same text. What is blamed may be the block's header
  // (for what is absent), and a renamed block has another.
  static std::string ContentKey(const Finding& f) {
    std::string key(f.policy);
    (((key += '\n') += f.type) += '\n') += BlameKey(f);
    key += '\n';
    if (f.span != f.in->header) key += f.evaluation->sources.text(f.span);
    return (key += '\n') += BlockBody(f);
  }
  static void MatchByContent(std::vector<Finding*>& old, std::vector<Finding*>& fresh) {
    if (old.empty() || fresh.empty()) return;
    std::unordered_multimap<std::string, Finding**> by_content;
    for (auto at = old.rbegin(); at != old.rend(); ++at)
      if ((*at)->in != nullptr) by_content.emplace(ContentKey(**at), &*at);
    for (Finding* f : fresh) {
      if (f->in == nullptr) continue;
      const auto at = by_content.find(ContentKey(*f));
      if (at == by_content.end()) continue;
      f->status = FindingStatus::kPersisting;
      *at->second = nullptr;
      by_content.erase(at);
    }
  }

  Side& before_;
  Side& after_;
  std::map<std::string, std::string, std::less<>> files_, dirs_;
  std::set<std::string_view> after_scopes_;
};

// Comments, metadata and waivers. Both sides are asked the same: what was accepted before and after is neither new nor fixed.
void Accept(Side& side, const Options& options, std::vector<SuppressionState>* states, std::vector<bool>& expired) {
  expired.resize(options.config.waivers.size());
  if (!options.suppress) return;
  const policy::Library library = options.library();
  Suppress(*side.evaluation, side.findings, {options.today, &options.config.exceptions, &library, states});
  Waive(side.findings, options.config, options.today, expired);
}

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
void MarkKnownOfChange(Report& report, const std::map<uint64_t, size_t>& were, const git::ChangeSet& change, const Options& options) {
  if (!options.use_baseline || options.baseline.entries.empty()) return;
  const auto old = LoadBaseline(*change.before);
  MarkKnown(report.findings, options.baseline, [&](uint64_t id) {
    const size_t now = options.baseline.Count(id), then = old.ok() ? (*old).Count(id) : 0;
    const auto at = were.find(id);
    return (at != were.end() ? at->second : 0) + (now > then ? now - then : 0);
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
  // Findings are large: their order is found first, and each is moved once.
  std::vector<Finding*> order(report.findings.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = &report.findings[i];
  std::ranges::stable_sort(order, [](const Finding* a, const Finding* b) {
    return std::tie(b->severity, a->file, a->start.byte, a->policy) < std::tie(a->severity, b->file, b->start.byte, b->policy);
  });
  std::vector<Finding> sorted;
  sorted.reserve(order.size());
  for (Finding* f : order) sorted.push_back(std::move(*f));
  report.findings = std::move(sorted);
}

// Files that cannot be read whole are named; a scan without them is not complete.
void CheckSizes(const git::Snapshot& snapshot, const std::vector<std::string>& paths, const Options& options, std::vector<std::string>& incomplete) {
  for (const std::string& path : paths) {
    const auto blob = snapshot.Read(path, options.config.limits.file_size);
    if (!blob.ok() && blob.status().code() != Code::kNotFound) incomplete.push_back(blob.status().message());
  }
}

// The end of a scan that has no side before.
void Finish(Report& report, Side& side, const Options& options) {
  Unite(side.findings);
  report.findings = std::move(side.findings);
  for (Finding& f : report.findings) f.fingerprint = Fingerprint(f);
  if (options.use_baseline) MarkKnown(report.findings, options.baseline, [](uint64_t) { return SIZE_MAX; });
  AddExpired(report, options, std::vector<bool>(options.config.waivers.size(), true));
  Decide(report, options, nullptr);
}

}  // namespace

Result<policy::Baseline> LoadBaseline(const git::Snapshot& snapshot) {
  const auto blob = snapshot.Read(policy::kBaselinePath, 64u << 20);
  if (!blob.ok()) return blob.status().code() == Code::kNotFound ? Result<policy::Baseline>(policy::Baseline{}) : Result<policy::Baseline>(blob.status());
  return policy::ParseBaseline(policy::kBaselinePath, blob->text());
}

policy::Library Options::library() const {
  policy::Library out;
  if (image != nullptr) out.Add(*image);
  for (const auto& policies : own) out.Add(policies->image());
  return out;
}

Status LoadConfig(const git::Snapshot& snapshot, const std::string& cache, Options& options) {
  const auto blob = snapshot.Read(".weir.yaml", 1 << 20);
  if (!blob.ok() && blob.status().code() != Code::kNotFound) return blob.status();
  const std::string_view text = blob.ok() ? blob->text() : std::string_view();
  WEIR_ASSIGN_OR_RETURN(const auto paths, policy::CustomPaths(".weir.yaml", text));
  WEIR_ASSIGN_OR_RETURN(auto own, policy::LoadOwnPolicies({snapshot, paths}, options.image, cache));
  if (own != nullptr) options.own.push_back(std::move(own));
  if (!blob.ok()) return {};
  WEIR_ASSIGN_OR_RETURN(options.config, policy::ParseConfig(".weir.yaml", text, options.library()));
  return {};
}

std::vector<Finding> ScanScope(const git::Snapshot& snapshot, std::string_view language, std::string_view scope, const Options& options,
                               std::vector<std::string>& incomplete) {
  Side side;
  EvaluateScope(snapshot, {FindLanguage(language), std::string(scope)}, options, false, side, incomplete);
  return std::move(side.findings);
}

Report ScanChange(const git::ChangeSet& change, Options& options) {
  Report report;
  std::map<const Language*, std::vector<std::string>> before_paths, after_paths;
  std::set<std::string, std::less<>> touched;
  std::vector<std::string> to_read;
  // Recognised on each side by what it is there: a file can become one of another language, or stop being one.
  const auto language_in = [&](const git::Snapshot& snapshot, const std::string& path) -> const Language* {
    const auto language = LanguageIn(snapshot, path);
    if (!language.ok()) report.incomplete.push_back(language.status().message());
    return language.ok() && *language != nullptr && !options.config.LanguageOff((*language)->name()) ? *language : nullptr;
  };
  for (const git::Change& c : change.changes) {
    if (options.config.Excludes(c.path)) continue;
    if (!c.is_removed())
      if (const Language* language = language_in(*change.after, c.path)) {
        after_paths[language].push_back(c.path);
        touched.insert(c.path);
        to_read.push_back(c.path);
        // A file that is new on this side may have moved an address away from, or into, what was there before.
        before_paths[language].push_back(c.path);
      }
    if (!c.is_added())
      if (const Language* language = language_in(*change.before, c.old_path)) {
        before_paths[language].push_back(c.old_path);
        after_paths[language].push_back(c.old_path);
      }
  }
  report.summary.files = touched.size();
  if (before_paths.empty() && after_paths.empty()) return report;
  CheckSizes(*change.after, to_read, options, report.incomplete);

  if (change.before->TreeId("").is_null()) options.cache.clear();
  std::set<ScopeKey> scopes;
  for (const auto& [paths, snapshot] : {std::pair(&before_paths, change.before.get()), std::pair(&after_paths, change.after.get())})
    for (const auto& [language, list] : *paths) {
      const auto found = language->ScopesOf(list, *snapshot, options.cache);
      if (!found.ok()) {
        report.incomplete.push_back(found.status().message());
        continue;
      }
      for (const std::string& scope : *found) scopes.insert({language, scope});
    }
  Side before, after;
  std::vector<std::string> ignored;
  // The sides know nothing of each other. A commit's one or two scopes are done before a thread would have started.
  constexpr size_t kWorthAThread = 8;
  const auto both = [&](const auto& do_before, const auto& do_after) {
    std::thread beside;
    if (scopes.size() >= kWorthAThread) beside = std::thread(do_before);
    do_after();
    if (beside.joinable()) beside.join();
    else do_before();
  };
  const auto evaluate = [&](const git::Snapshot& snapshot, Side& side) {
    for (const ScopeKey& scope : scopes) Evaluate(snapshot, scope, options, side);
  };
  both([&] { evaluate(*change.before, before); }, [&] { evaluate(*change.after, after); });
  const auto affected = AffectedOf(change, scopes, options, before, after);
  const auto judge = [&](Side& side, bool all_verdicts, std::vector<std::string>& incomplete) {
    size_t i = 0;
    for (const ScopeKey& scope : scopes) {
      JudgeScope(scope, *side.evaluation->documents[i], affected[i] ? &*affected[i] : nullptr, options, all_verdicts, side, incomplete);
      ++i;
    }
  };
  both([&] { judge(before, false, ignored); }, [&] { judge(after, options.all_verdicts, report.incomplete); });
  report.summary.resources = after.resources;
  std::vector<bool> expired_before, expired;
  Accept(before, options, nullptr, expired_before);
  Accept(after, options, options.suppression_states ? &report.suppressions : nullptr, expired);
  std::erase_if(after.findings, [&](const Finding& f) { return options.config.Excludes(f.file); });
  Unite(before.findings);
  Unite(after.findings);
  std::map<uint64_t, size_t> were;
  if (!options.baseline.entries.empty())
    for (const Finding& f : before.findings)
      if (f.verdict == Verdict::kFail) ++were[Fingerprint(f)];
  Difference(before, after, change).Run(report.findings);
  for (Finding& f : report.findings) f.fingerprint = Fingerprint(f);
  MarkKnownOfChange(report, were, change, options);
  AddExpired(report, options, expired);
  Decide(report, options, &touched);
  return report;
}

Report ScanTree(const git::Snapshot& snapshot, const std::string& file, Options& options) {
  Report report;
  Side side;
  const auto evaluate = [&](const Language* language, const Result<std::vector<std::string>>& scopes) {
    if (!scopes.ok()) return report.incomplete.push_back(scopes.status().message());
    for (const std::string& scope : *scopes) EvaluateScope(snapshot, {language, scope}, options, options.all_verdicts, side, report.incomplete);
  };
  if (!file.empty()) {
    const auto language = LanguageIn(snapshot, file);
    if (!language.ok()) report.incomplete.push_back(language.status().message());
    else if (*language == nullptr) report.incomplete.push_back(file + " is nothing that weir reads");
    else if (!options.config.LanguageOff((*language)->name())) evaluate(*language, (*language)->ScopesOf({&file, 1}, snapshot, options.cache));
  } else {
    // One walk, and one look at each file, for all languages that only have to know their files.
    std::vector<const Language*> by_file;
    for (const Language* language : Languages())
      if (language->ScopesByFile() && !options.config.LanguageOff(language->name())) by_file.push_back(language);
    auto files = FilesOf(by_file, snapshot);
    if (!files.ok()) report.incomplete.push_back(files.status().message());
    for (const Language* language : Languages()) {
      if (options.config.LanguageOff(language->name())) continue;
      if (!language->ScopesByFile()) evaluate(language, language->AllScopes(snapshot, options.cache));
      else if (files.ok()) evaluate(language, language->ScopesOf((*files)[language], snapshot, options.cache));
    }
  }
  report.summary.resources = side.resources;
  std::vector<bool> expired;
  Accept(side, options, options.suppression_states ? &report.suppressions : nullptr, expired);
  std::erase_if(side.findings, [&](const Finding& f) { return options.config.Excludes(f.file) || (!file.empty() && f.file != file && f.block_file() != file); });
  for (Finding& f : side.findings) f.status = FindingStatus::kIntroduced;
  Finish(report, side, options);
  return report;
}

Report ScanPlan(const PlanInput& input, const git::Snapshot& snapshot, Options& options) {
  Report report;
  Side side;
  const Language& terraform = *FindLanguage("terraform");
  SourceMap& sources = side.evaluation->sources;
  const FileId file = sources.Add(input.path, *input.text, input.text);
  sources.Hide(file);
  const auto incomplete = [&](const Status& status) {
    report.incomplete.push_back(input.path + ": " + status.message());
    return report;
  };
  const auto text = tfplan::ReadPlanText(*input.text, file, side.evaluation->arena, options.config.limits);
  if (!text.ok()) return incomplete(text.status());
  if (text->errored) (void)incomplete({Code::kLimit, "Terraform stopped at an error; the plan does not hold all that would be done"});

  // The configuration that declares most of what is planned: beside the plan, in the root, or below it.
  const Document* configuration = nullptr;
  std::string scope;
  size_t most = 0;
  const auto attempt = [&](const std::string& candidate) {
    auto& document = *side.evaluation->documents.emplace_back(std::make_unique<Document>());
    terraform.Evaluate(candidate, snapshot, sources, side.evaluation->arena, options.config.limits, document);
    if (const size_t declared = tfplan::CountDeclared(*text, document); declared > most) most = declared, configuration = &document, scope = candidate;
  };
  attempt(input.beside);
  if (most == 0 && !input.beside.empty()) attempt("");
  constexpr size_t kMostModules = 50;
  if (most == 0)
    if (const auto all = terraform.AllScopes(snapshot, options.cache); all.ok() && all->size() <= kMostModules)
      for (const std::string& candidate : *all)
        if (candidate != input.beside && !candidate.empty()) attempt(candidate);

  Document& document = *side.evaluation->documents.emplace_back(std::make_unique<Document>());
  const auto plan = tfplan::MakeDocument(*text, configuration, side.evaluation->arena, options.config.limits, document);
  if (!plan.ok()) return incomplete(plan.status());
  side.evaluation->own = options.own;
  JudgeDocument(side.evaluation, document, side.evaluation->arena.Copy(std::string_view(scope)), {options.library(), &options.config, options.all_verdicts, &report.incomplete}, side.findings);
  report.summary.files = 1;
  report.summary.resources = document.resources.size();
  std::vector<bool> expired;
  Accept(side, options, options.suppression_states ? &report.suppressions : nullptr, expired);
  std::erase_if(side.findings, [&](const Finding& f) { return options.config.Excludes(f.file); });
  for (Finding& f : side.findings) f.status = plan->changed.contains(f.in) ? FindingStatus::kIntroduced : FindingStatus::kPersisting;
  Finish(report, side, options);
  return report;
}

}  // namespace weir::scan
