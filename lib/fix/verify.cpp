#include "lib/fix/verify.h"

#include <algorithm>

#include "lib/fix/editor.h"
#include "lib/scan/affected.h"

namespace weir::fix {
namespace {

using scan::Finding;

std::string ResourceKey(const Finding& f) { return std::string(f.policy).append(1, '\n').append(f.resource); }

std::string KeyOf(const Finding& f) {
  std::string key = ResourceKey(f);
  for (const std::string& path : f.blame) (key += '\n') += path;
  return key;
}

size_t Count(const std::map<std::string, size_t, std::less<>>& counts, const std::string& key) {
  const auto at = counts.find(key);
  return at == counts.end() ? 0 : at->second;
}

}  // namespace

void Tally::Add(const Finding& finding) {
  ++per_key[KeyOf(finding)];
  ++per_resource[ResourceKey(finding)];
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
  scan::JudgeDocument(out.evaluation, *out.document, path, {options_.library(), &options_.config, false, &incomplete, only}, out.findings);
  out.complete = incomplete.empty();
  out.whole = only == nullptr;
  std::erase_if(out.findings, [](const Finding& f) { return f.verdict != scan::Verdict::kFail; });
  for (const Finding& f : out.findings) out.tally.Add(f);
  for (const Diagnostic& d : out.document->diagnostics) {
    if (d.kind == Diagnostic::Kind::kLimit) out.complete = false;
    const std::string file = d.span.valid() ? out.evaluation->sources.path(d.span.file) : std::string();
    out.problems.insert(std::string(d.summary) + " in " + file + ": " + std::string(d.detail));
  }
}

Judged Verifier::Judge(const git::Snapshot& snapshot, const ScopeKey& scope) const {
  Judged out = Evaluate(snapshot, scope, options_.config.limits);
  JudgeInto(out, scope, nullptr);
  return out;
}

std::optional<Resources> Verifier::Narrow(const ScopeKey& scope, const Files& files, const Judged& before, const Judged& after, Tally& told) {
  if (!scope.first->JudgesByReferences()) return std::nullopt;
  std::set<std::string, std::less<>> paths;
  for (const auto& [path, text] : files) paths.insert(path);
  Resources only = scan::AffectedBy(*scope.first, paths, {*before.document, before.evaluation->sources}, {*after.document, after.evaluation->sources});
  for (const Finding& f : before.findings)
    if (only.contains(f.in)) told.Add(f);
  return only;
}

const Judged& Verifier::Baseline(const ScopeKey& scope) {
  const auto at = baselines_.find(scope);
  return at != baselines_.end() ? at->second : baselines_.emplace(scope, Judge(*current_, scope)).first->second;
}

std::set<Verifier::ScopeKey> Verifier::ScopesOf(const std::string& file) {
  if (const auto at = scopes_.find(file); at != scopes_.end()) return at->second;
  std::set<ScopeKey> scopes;
  const std::vector<std::string> paths{file};
  std::string cache = options_.cache;
  // A template is told from other YAML by what it begins with.
  constexpr size_t kHead = 4096;
  const auto blob = base_.Read(file, options_.config.limits.file_size);
  const std::string_view head = blob.ok() ? blob->text().substr(0, kHead) : std::string_view();
  for (const Language* language : Languages()) {
    if (!language->Claims(file, head)) continue;
    if (const auto found = language->ScopesOf(paths, base_, cache); found.ok())
      for (const std::string& scope : *found) scopes.insert({language, scope});
  }
  return scopes_.emplace(file, std::move(scopes)).first->second;
}

std::vector<const Judged*> Verifier::Using(std::string_view language, std::string_view scope, const std::string& file) {
  std::set<ScopeKey> scopes = ScopesOf(file);
  scopes.insert({FindLanguage(language), std::string(scope)});
  std::vector<const Judged*> out;
  for (const ScopeKey& key : scopes) out.push_back(&Baseline(key));
  return out;
}

bool Verifier::InstancesAgree(const Finding& finding) {
  const std::string_view file = finding.block_file();
  for (const Judged* side : Using(finding.language, finding.scope, std::string(file))) {
    const SourceMap& sources = side->evaluation->sources;
    std::set<std::string_view> failing;
    for (const Finding& f : side->findings)
      if (f.policy == finding.policy) failing.insert(f.in->address);
    for (const Resource* r : side->document->resources)
      if (r->block.valid() && r->block.offset == finding.block.offset && r->type == finding.in->type && sources.path(r->block.file) == file && !failing.contains(r->address))
        return false;
  }
  return true;
}

std::string Verifier::Make(const std::vector<Edit>& edits, Files& files, std::set<ScopeKey>& scopes) {
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
    scopes.merge(std::set<ScopeKey>(ScopesOf(e.file)));
  }
  return {};
}

Status Verifier::Accept(const std::vector<Edit>& edits) {
  Files files;
  std::set<ScopeKey> scopes;
  if (std::string why = Make(edits, files, scopes); !why.empty()) return {Code::kInvalid, why};
  for (const auto& [path, text] : files) files_[path] = text;
  overlay_ = git::NewOverlaySnapshot(base_, files_);
  current_ = overlay_.get();
  const bool known = tried_ == edits;
  // Whatever has read one of the files says something else now, also where its language did not name it.
  for (const auto& [scope, side] : baselines_) {
    const SourceMap& sources = side.evaluation->sources;
    for (FileId i = 0; i < sources.size(); ++i)
      if (files.contains(sources.path(i))) scopes.insert(scope);
  }
  for (const ScopeKey& scope : scopes) {
    baselines_.erase(scope);
    if (const auto tried = tried_scopes_.find(scope); known && tried != tried_scopes_.end() && tried->second.whole) baselines_.emplace(scope, std::move(tried->second));
  }
  tried_.clear();
  tried_scopes_.clear();
  return {};
}

std::string Verifier::Refuses(const Finding& finding, const std::vector<Edit>& edits) {
  Files files = {};
  std::set<ScopeKey> scopes{{FindLanguage(finding.language), std::string(finding.scope)}};
  if (std::string why = Make(edits, files, scopes); !why.empty()) return why;
  Files all = files_;
  for (const auto& [path, text] : files) all[path] = text;
  tried_.clear();
  tried_scopes_.clear();
  const auto overlay = git::NewOverlaySnapshot(base_, std::move(all));
  const std::string gone = KeyOf(finding), resource = ResourceKey(finding);
  for (const ScopeKey& scope : scopes) {
    const Judged& was = Baseline(scope);
    Judged& after = tried_scopes_.emplace(scope, Evaluate(*overlay, scope, options_.config.limits)).first->second;
    Tally of_part;
    const std::optional<Resources> only = Narrow(scope, files, was, after, of_part);
    const Tally& before = only ? of_part : was.tally;
    JudgeInto(after, scope, only ? &*only : nullptr);
    if (!was.complete || !after.complete) return "its evaluation exceeds a limit";
    for (const std::string& problem : after.problems)
      if (!was.problems.contains(problem)) return "it would bring an error: " + problem;
    const bool own = scope.second == finding.scope && scope.first->name() == finding.language;
    if (own && Count(after.tally.per_resource, resource) >= Count(before.per_resource, resource)) return "the finding would stay";
    for (const Finding& f : after.findings) {
      const std::string key = KeyOf(f);
      if (own && key == gone && Count(after.tally.per_key, key) >= Count(before.per_key, key)) return "the finding would stay";
      if (before.per_key.contains(key)) continue;
      // A shorter list has its other findings at other places: that is none more.
      const std::string same = ResourceKey(f);
      if (Count(before.per_resource, same) > 0 && Count(after.tally.per_resource, same) <= Count(before.per_resource, same)) continue;
      return "it would bring " + std::string(f.policy) + " on " + std::string(f.resource);
    }
  }
  tried_ = edits;
  return {};
}

}  // namespace weir::fix
