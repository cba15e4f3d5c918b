#include "lib/fix/verify.h"

#include <algorithm>

#include "lib/fix/editor.h"

namespace weir::fix {
namespace {

using scan::Finding;

std::string ResourceKey(const Finding& f) { return std::string(f.policy).append(1, '\n').append(f.resource); }

std::string KeyOf(const Finding& f) {
  std::string key = ResourceKey(f);
  for (const std::string& path : f.blame) (key += '\n') += path;
  return key;
}

std::string BlockKey(std::string_view path, const Span& block, std::string_view type) { return std::string(path) + '\n' + std::to_string(block.offset) + '\n' + std::string(type); }

size_t Count(const std::map<std::string, size_t, std::less<>>& counts, const std::string& key) {
  const auto at = counts.find(key);
  return at == counts.end() ? 0 : at->second;
}

}  // namespace

void Tally::Add(const Finding& finding) {
  ++per_key[KeyOf(finding)];
  ++per_resource[ResourceKey(finding)];
}

const std::vector<const Resource*>& Judged::DeclaredBy(const Finding& finding) const {
  static const std::vector<const Resource*> none;
  const auto at = declared.find(BlockKey(finding.block_file(), finding.block, finding.in->type));
  return at == declared.end() ? none : at->second;
}

const std::set<ScopeKey>& ScopeIndex::Of(const std::string& file) {
  const std::lock_guard lock(mutex_);
  if (const auto at = scopes_.find(file); at != scopes_.end()) return at->second;
  std::set<ScopeKey> scopes;
  const std::vector<std::string> paths{file};
  // A template is told from other YAML by what it begins with.
  constexpr size_t kHead = 4096;
  const auto blob = snapshot_.Read(file, options_.config.limits.file_size);
  const std::string_view head = blob.ok() ? blob->text().substr(0, kHead) : std::string_view();
  for (const Language* language : Languages()) {
    if (!language->Claims(file, head)) continue;
    if (const auto found = language->ScopesOf(paths, snapshot_, cache_); found.ok())
      for (const std::string& scope : *found) scopes.insert({language, scope});
  }
  return scopes_.emplace(file, std::move(scopes)).first->second;
}

std::set<ScopeKey> ScopeIndex::Of(const Finding& finding) {
  std::set<ScopeKey> scopes;
  if (finding.block.valid()) scopes = Of(std::string(finding.block_file()));
  scopes.insert({FindLanguage(finding.language), std::string(finding.scope)});
  return scopes;
}

std::set<ScopeKey> ScopeIndex::Of(const Change& change) {
  std::set<ScopeKey> scopes{{FindLanguage(change.finding->language), std::string(change.finding->scope)}};
  for (const Edit& e : *change.edits) {
    const std::set<ScopeKey>& of_file = Of(e.file);
    scopes.insert(of_file.begin(), of_file.end());
  }
  return scopes;
}

Judged Verifier::Evaluate(const git::Snapshot& snapshot, const ScopeKey& scope, const Limits& limits) {
  Judged out;
  auto& document = *out.evaluation->documents.emplace_back(std::make_unique<Document>());
  scope.first->Evaluate(scope.second, snapshot, out.evaluation->sources, out.evaluation->arena, limits, document);
  out.document = &document;
  return out;
}

void Verifier::JudgeInto(Judged& out, const ScopeKey& scope, const Resources* only) const {
  std::vector<std::string> incomplete;
  const std::string_view path = out.evaluation->arena.Copy(std::string_view(scope.second));
  scan::JudgeDocument(out.evaluation, *out.document, path, {options_.library(), &options_.config, false, &incomplete, only, only == nullptr ? &out.questions : nullptr}, out.findings);
  out.complete = incomplete.empty();
  out.whole = only == nullptr;
  std::erase_if(out.findings, [](const Finding& f) { return f.verdict != scan::Verdict::kFail; });
  for (const Diagnostic& d : out.document->diagnostics) {
    if (d.kind == Diagnostic::Kind::kLimit) out.complete = false;
    const std::string file = d.span.valid() ? out.evaluation->sources.path(d.span.file) : std::string();
    out.problems.insert(std::string(d.summary) + " in " + file + ": " + std::string(d.detail));
  }
  if (!out.whole) return;
  const SourceMap& sources = out.evaluation->sources;
  out.influence = Influence(*out.document, sources, out.questions);
  for (const Resource* r : out.document->resources)
    if (r->block.valid()) out.declared[BlockKey(sources.path(r->block.file), r->block, r->type)].push_back(r);
  for (const Finding& f : out.findings) out.failing[std::string(f.policy)].insert(f.in);
}

const Judged& Verifier::Baseline(const ScopeKey& scope) {
  if (const auto at = baselines_.find(scope); at != baselines_.end()) return at->second;
  Judged out = Evaluate(*current_, scope, options_.config.limits);
  JudgeInto(out, scope, nullptr);
  return baselines_.emplace(scope, std::move(out)).first->second;
}

bool Verifier::InstancesAgree(const Finding& finding) {
  for (const ScopeKey& scope : index_->Of(finding)) {
    const Judged& side = Baseline(scope);
    const auto& declared = side.DeclaredBy(finding);
    if (declared.empty()) continue;
    const auto failing = side.failing.find(std::string(finding.policy));
    if (failing == side.failing.end() || !std::ranges::all_of(declared, [&](const Resource* r) { return failing->second.contains(r); })) return false;
  }
  return true;
}

std::string Verifier::Make(const std::vector<Edit>& edits, Files& files) const {
  for (const Edit& e : edits) {
    if (files.contains(e.file)) continue;
    const auto blob = current_->Read(e.file, options_.config.limits.file_size);
    if (!blob.ok()) return blob.status().message();
    if (!IsWellFormed(e.file, blob->text())) return e.file + " does not parse";
    auto text = Apply(blob->text(), e.file, edits);
    if (!text) return "its edits overlap";
    if (*text == blob->text()) return "it changes nothing";
    if (!IsWellFormed(e.file, *text)) return e.file + " would not parse";
    files.emplace(e.file, std::move(*text));
  }
  return {};
}

Status Verifier::Accept(const std::vector<Edit>& edits) {
  Files files;
  if (std::string why = Make(edits, files); !why.empty()) return {Code::kInvalid, why};
  std::set<ScopeKey> scopes;
  for (const auto& [path, text] : files) {
    scopes.insert(index_->Of(path).begin(), index_->Of(path).end());
    files_[path] = text;
  }
  overlay_ = git::NewOverlaySnapshot(base_, files_);
  current_ = overlay_.get();
  // Whatever has read one of the files says something else now, also where its language did not name it.
  for (const auto& [scope, side] : baselines_) {
    const SourceMap& sources = side.evaluation->sources;
    for (FileId i = 0; i < sources.size(); ++i)
      if (files.contains(sources.path(i))) scopes.insert(scope);
  }
  for (const ScopeKey& scope : scopes) baselines_.erase(scope);
  return {};
}

bool Verifier::Round::IsOpenFor(const Finding& finding) {
  for (const ScopeKey& scope : verifier_.index_->Of(finding)) {
    const auto taken = scopes_.find(scope);
    if (taken == scopes_.end()) continue;
    if (taken->second.whole) return false;
    for (const Resource* r : verifier_.Baseline(scope).DeclaredBy(finding))
      if (taken->second.around.contains(r)) return false;
  }
  return true;
}

bool Verifier::Round::Crosses(const std::vector<Edit>& edits) const {
  return std::ranges::any_of(edits, [&](const Edit& e) {
    const auto file = ranges_.find(e.file);
    if (file == ranges_.end()) return false;
    const auto after = file->second.lower_bound(e.start);
    if (after != file->second.end() && after->first <= e.end) return true;
    return after != file->second.begin() && std::prev(after)->second >= e.start;
  });
}

bool Verifier::Round::Admit(const Change& change) {
  if (std::ranges::any_of(edits_, [&](const std::vector<Edit>* known) { return *known == *change.edits; })) return true;
  const std::set<ScopeKey> scopes = verifier_.index_->Of(change);
  std::map<ScopeKey, Resources> around;
  for (const ScopeKey& scope : scopes) {
    const auto taken = scopes_.find(scope);
    if (taken != scopes_.end() && (!change.local || taken->second.whole)) return false;
    if (!change.local) continue;
    const Judged& was = verifier_.Baseline(scope);
    around[scope] = was.influence.Around(was.DeclaredBy(*change.finding));
    if (taken != scopes_.end() && std::ranges::any_of(around[scope], [&](const Resource* r) { return taken->second.around.contains(r); })) return false;
  }
  if (Crosses(*change.edits)) return false;
  for (const ScopeKey& scope : scopes) {
    scopes_[scope].whole |= !change.local;
    scopes_[scope].around.merge(around[scope]);
  }
  for (const Edit& e : *change.edits) ranges_[e.file][e.start] = e.end;
  edits_.push_back(change.edits);
  return true;
}

Verifier::Reasons Verifier::Refuses(std::span<const Change> changes, bool together, const std::function<bool()>& late) {
  std::vector<Unit> units;
  for (size_t i = 0; i < changes.size(); ++i) {
    auto unit = std::ranges::find_if(units, [&](const Unit& u) { return *changes[u.changes[0]].edits == *changes[i].edits; });
    if (unit == units.end()) unit = units.insert(units.end(), Unit{});
    unit->changes.push_back(i);
    unit->scopes.merge(index_->Of(changes[i]));
  }
  Reasons why(changes.size());
  Prove(changes, units, together, late, why);
  return why;
}

void Verifier::Prove(std::span<const Change> changes, std::span<const Unit> units, bool together, const std::function<bool()>& late, Reasons& why) {
  if (units.empty() || (late && late())) return;
  for (const Unit& unit : units)
    for (const size_t i : unit.changes) why[i].emplace();
  if (ProveTogether(changes, units, why)) return;
  for (const Unit& unit : units)
    for (const size_t i : unit.changes) why[i].reset();
  Prove(changes, units.first(units.size() / 2), together, late, why);
  if (!together) Prove(changes, units.subspan(units.size() / 2), together, late, why);
}

bool Verifier::ProveTogether(std::span<const Change> changes, std::span<const Unit> units, Reasons& why) {
  const auto all_refused = [&](const std::string& reason) {
    if (units.size() > 1) return false;
    for (const size_t i : units[0].changes) why[i] = reason;
    return true;
  };
  std::vector<Edit> edits;
  std::map<ScopeKey, std::vector<const Unit*>> scopes;
  for (const Unit& unit : units) {
    const std::vector<Edit>& own = *changes[unit.changes[0]].edits;
    edits.insert(edits.end(), own.begin(), own.end());
    for (const ScopeKey& scope : unit.scopes) scopes[scope].push_back(&unit);
  }
  std::ranges::sort(edits);
  Files files;
  if (const std::string reason = Make(edits, files); !reason.empty()) return all_refused(reason);
  const auto overlay = git::NewOverlaySnapshot(*current_, std::move(files));
  for (const auto& [scope, seen_by] : scopes)
    if (!ProveIn(scope, *overlay, changes, seen_by, why)) return false;
  return true;
}

bool Verifier::ProveIn(const ScopeKey& scope, const git::Snapshot& overlay, std::span<const Change> changes, std::span<const Unit* const> units, Reasons& why) {
  const Judged& was = Baseline(scope);
  Judged after = Evaluate(overlay, scope, options_.config.limits);
  std::vector<std::vector<const Resource*>> own(units.size());
  for (size_t u = 0; u < units.size(); ++u)
    for (const size_t i : units[u]->changes) {
      const auto& declared = was.DeclaredBy(*changes[i].finding);
      own[u].insert(own[u].end(), declared.begin(), declared.end());
    }
  const auto parts = was.influence.Of(*after.document, after.evaluation->sources, own);
  if (!parts) return false;
  std::unordered_map<const Resource*, size_t> part_of;
  Resources only;
  for (size_t u = 0; u < units.size(); ++u)
    for (const Resource* r : (*parts)[u]) part_of.emplace(r, u), only.insert(r);
  JudgeInto(after, scope, &only);

  const auto refuse = [&](const Unit& unit, const std::string& reason) {
    for (const size_t i : unit.changes)
      if (why[i]->empty()) why[i] = reason;
  };
  std::string wrong = was.complete && after.complete ? "" : "its evaluation exceeds a limit";
  for (const std::string& problem : after.problems)
    if (wrong.empty() && !was.problems.contains(problem)) wrong = "it would bring an error: " + problem;
  if (!wrong.empty() && units.size() > 1) return false;
  if (!wrong.empty()) return refuse(*units[0], wrong), true;

  std::vector<Tally> before(units.size()), now(units.size());
  for (const Finding& f : was.findings)
    if (const auto part = part_of.find(f.in); part != part_of.end()) before[part->second].Add(f);
  for (const Finding& f : after.findings) now[part_of.at(f.in)].Add(f);
  for (size_t u = 0; u < units.size(); ++u)
    for (const size_t i : units[u]->changes) {
      const Finding& finding = *changes[i].finding;
      if (scope.second != finding.scope || scope.first->name() != finding.language) continue;
      const std::string resource = ResourceKey(finding), gone = KeyOf(finding);
      const bool stays = Count(now[u].per_resource, resource) >= Count(before[u].per_resource, resource) ||
                         (now[u].per_key.contains(gone) && Count(now[u].per_key, gone) >= Count(before[u].per_key, gone));
      if (stays && why[i]->empty()) why[i] = "the finding would stay";
    }
  for (const Finding& f : after.findings) {
    const size_t u = part_of.at(f.in);
    if (before[u].per_key.contains(KeyOf(f))) continue;
    // A shorter list has its other findings at other places: that is none more.
    const std::string same = ResourceKey(f);
    if (Count(before[u].per_resource, same) > 0 && Count(now[u].per_resource, same) <= Count(before[u].per_resource, same)) continue;
    refuse(*units[u], "it would bring " + std::string(f.policy) + " on " + std::string(f.resource));
  }
  return true;
}

}  // namespace weir::fix
