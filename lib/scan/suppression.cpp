#include "lib/scan/suppression.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "lib/model/document.h"
#include "lib/policy/exceptions.h"
#include "lib/scan/suppression_grammar.h"

namespace weir::scan {
namespace {

using Kind = SuppressionState::Kind;

// A suppression and where it was found.
struct Placed : Suppression {
  FileId file = kNoFile;
  const Resource* resource = nullptr;  // kResource
  size_t uses = 0;
  bool refused = false;
};

std::string_view TextOf(const Value* value) { return value != nullptr && value->kind == weir::Kind::kString ? value->text : std::string_view(); }

// What a resource's own metadata says: Kubernetes' annotations (also of its pod template), CloudFormation's Metadata, ARM's metadata.
class MetadataReader {
 public:
  MetadataReader(const Resource& resource, const SourceMap& sources, std::vector<Placed>& out) : resource_(resource), sources_(sources), out_(out) {}

  void Run() {
    const Value* body = resource_.body;
    for (int depth = 0; body != nullptr && IsMapping(body->kind) && depth < 4; ++depth) {
      for (const std::string_view key : {"metadata", "Metadata"})
        if (const Value* metadata = body->Get(key)) Metadata(*metadata);
      // Deployment: spec.template; CronJob: spec.jobTemplate.spec.template.
      const Value* spec = body->Get("spec");
      if (spec == nullptr || !IsMapping(spec->kind)) return;
      const Value* inner = spec->Get("template");
      body = inner != nullptr ? inner : spec->Get("jobTemplate");
    }
  }

 private:
  void Metadata(const Value& metadata) {
    if (!IsMapping(metadata.kind)) return;
    if (const Value* annotations = metadata.Get("annotations"); annotations != nullptr && IsMapping(annotations->kind))
      for (const Entry& e : annotations->entries) {
        Placed s;
        if (ParseAnnotation(e.key, TextOf(e.value), s)) Add(std::move(s), e.value->origin);
      }
    // checkov: {skip: [{id, comment}]}, or the list itself with texts "ID:reason"
    if (const Value* checkov = metadata.Get("checkov")) List(IsMapping(checkov->kind) ? checkov->Get("skip") : checkov, "comment", true);
    if (const Value* nag = metadata.Get("cfn_nag"); nag != nullptr && IsMapping(nag->kind)) List(nag->Get("rules_to_suppress"), "reason", true);
    if (const Value* own = metadata.Get("weir")) List(IsMapping(own->kind) ? own->Get("ignore") : own, "reason", false);
  }

  void List(const Value* list, std::string_view reason_key, bool skips) {
    if (list == nullptr || !IsSequence(list->kind)) return;
    for (const Value* item : list->items) {
      Placed s;
      s.skips = skips;
      if (item->kind == weir::Kind::kString) {
        if (skips) {
          const std::string_view id = item->text.substr(0, item->text.find(':'));
          s.ids.emplace_back(id);
          s.reason = item->text.substr(std::min(item->text.size(), id.size() + 1));
        } else {
          ParseOwn(item->text, s);
        }
        s.text = item->text;
      } else if (IsMapping(item->kind)) {
        if (const std::string_view id = TextOf(item->Get("id")); !id.empty()) s.ids.emplace_back(id);
        else s.problem = "it names no policy";
        s.reason = TextOf(item->Get(reason_key));
        if (!skips) s.until = TextOf(item->Get("until"));
        if (!s.until.empty() && !policy::IsDate(s.until)) s.problem = "'" + s.until + "' is no date; write 2027-01-31";
        s.text = "id: " + (s.ids.empty() ? "" : s.ids[0]);
      } else {
        continue;
      }
      Add(std::move(s), item->origin);
    }
  }

  void Add(Placed s, const Span& at) {
    s.reach = Reach::kResource;
    s.resource = &resource_;
    const Span& place = at.valid() ? at : resource_.block;
    if (!place.valid()) return;
    s.file = place.file;
    s.line = sources_.PositionOf(place.file, place.offset).line;
    out_.push_back(std::move(s));
  }

  const Resource& resource_;
  const SourceMap& sources_;
  std::vector<Placed>& out_;
};

class Suppressor {
 public:
  Suppressor(const Evaluation& evaluation, std::vector<Finding>& findings, const SuppressOptions& options)
      : sources_(evaluation.sources), evaluation_(evaluation), findings_(findings), options_(options) {}

  void Run() {
    for (FileId file = 0; file < sources_.size(); ++file)
      if (!sources_.hidden(file)) Read(file);
    std::set<FileId> with_metadata;
    for (FileId file = 0; file < sources_.size(); ++file)
      if (const std::string_view text = sources_.hidden(file) ? std::string_view() : sources_.text(file); text.find("skip") != std::string_view::npos || text.find("weir") != std::string_view::npos ||
                                                             text.find("checkov") != std::string_view::npos || text.find("rules_to_suppress") != std::string_view::npos)
        with_metadata.insert(file);
    if (!with_metadata.empty())
      for (const auto& document : evaluation_.documents)
        for (const Resource* resource : document->resources)
          if (resource->block.valid() && with_metadata.contains(resource->block.file)) MetadataReader(*resource, sources_, all_).Run();
    if (all_.empty()) return;
    for (size_t i = 0; i < all_.size(); ++i) (all_[i].resource != nullptr ? by_resource_[all_[i].resource] : by_file_[all_[i].file]).push_back(i);
    for (Finding& f : findings_) Apply(f);
    if (options_.states != nullptr) Tell();
  }

 private:
  void Read(FileId file) {
    const std::string_view source = sources_.text(file);
    if (!MayHoldSuppressions(source)) return;
    const CommentFormat format = FormatOf(sources_.path(file));
    const std::vector<CommentLine> comments = FindComments(source, format);
    std::set<uint32_t> comment_lines;
    for (const CommentLine& c : comments)
      if (c.alone) comment_lines.insert(c.line);
    Outline outline;
    for (const CommentLine& comment : comments)
      for (Suppression& parsed : ParseSuppressions(comment, format)) {
        Placed s;
        static_cast<Suppression&>(s) = std::move(parsed);
        s.file = file;
        if (s.reach == Reach::kThing || s.reach == Reach::kLine) {
          if (outline.last.empty()) outline = OutlineOf(source, format);
          Aim(s, comment, comment_lines, outline);
        }
        if (s.top_only && !AtTop(file, comment, comment_lines)) s.problem = "it counts only in the comments at the top of the file";
        // "Only these" with ids of another tool alone would leave nothing of weir's.
        if (s.all_but && options_.library != nullptr && std::ranges::none_of(s.ids, [&](const std::string& id) { return policy::NamesAny(id, *options_.library); }))
          s.problem = "none of its ids is a policy that weir knows";
        all_.push_back(std::move(s));
      }
  }

  // What a comment on its own line speaks of begins on the next line that is no comment.
  void Aim(Placed& s, const CommentLine& comment, const std::set<uint32_t>& comment_lines, const Outline& outline) const {
    s.from = comment.line;
    if (comment.alone || s.reach == Reach::kLine) {
      do ++s.from;
      while (comment_lines.contains(s.from) || sources_.Line(s.file, s.from) == "---");
    } else {
      s.from = outline.StartOf(comment.line);
    }
    s.to = s.reach == Reach::kLine ? s.from : std::max(outline.EndOf(s.from), comment.alone ? s.from : comment.line);
  }

  bool AtTop(FileId file, const CommentLine& comment, const std::set<uint32_t>& comment_lines) const {
    if (!comment.alone) return false;
    for (uint32_t line = 1; line < comment.line; ++line) {
      const std::string_view text = sources_.Line(file, line);
      const bool blank = text.find_first_not_of(" \t\r") == std::string_view::npos || text == "---" || text.starts_with("\xEF\xBB\xBF");
      if (!blank && !comment_lines.contains(line)) return false;
    }
    return true;
  }

  void Apply(Finding& f) {
    if (!f.span.valid()) return;
    // Whether a suppression names a policy is found out once: thousands of both may meet in a file.
    std::vector<int8_t>& named = named_.try_emplace(f.policy, all_.size(), int8_t(-1)).first->second;
    const auto consider = [&](const std::vector<size_t>& list) {
      for (const size_t i : list) {
        Placed& s = all_[i];
        if (!s.problem.empty() || named[i] == 0 || !Reaches(s, f)) continue;
        if (named[i] < 0) named[i] = Names(s, f) ? 1 : 0;
        if (named[i] == 0 || !Holds(s, f)) continue;
        if (f.verdict != Verdict::kFail && f.verdict != Verdict::kSuppressed && !s.skips) continue;
        if (!s.until.empty() && s.until < options_.today) continue;
        const std::string refusal = options_.rules != nullptr ? options_.rules->Refusal(f.severity, s.reason, s.until) : std::string();
        if (!refusal.empty()) {
          s.refused = true;
          f.refused = sources_.path(s.file) + ":" + std::to_string(s.line) + " does not accept it: " + refusal;
          continue;
        }
        ++s.uses;
        if (f.verdict != Verdict::kSuppressed) f.reason = s.reason;
        f.verdict = Verdict::kSuppressed;
      }
    };
    std::set<FileId> files = {f.span.file};
    if (f.block.valid()) files.insert(f.block.file);
    const std::vector<const Resource*> calls = Calls(f);
    for (const Resource* call : calls)
      if (call->block.valid()) files.insert(call->block.file);
    calls_ = &calls;
    for (const FileId file : files)
      if (const auto at = by_file_.find(file); at != by_file_.end()) consider(at->second);
    if (f.in != nullptr)
      if (const auto at = by_resource_.find(f.in); at != by_resource_.end()) consider(at->second);
    if (f.verdict == Verdict::kSuppressed) f.refused.clear();
  }

  static bool Names(const Suppression& s, const Finding& f) {
    const auto named = [&](const std::string& pattern) {
      if (f.rule == nullptr) return pattern == f.policy;
      return policy::NamesPolicy(pattern, f.policy) ||
             std::ranges::any_of(AliasesOf(f), [&](std::string_view alias) { return policy::NamesPolicy(pattern, alias); });
    };
    const bool any = std::ranges::any_of(s.ids, named);
    return s.all_but ? !any && f.rule != nullptr : any;
  }

  bool Reaches(const Placed& s, const Finding& f) const {
    const bool span_here = f.span.file == s.file, block_here = f.block.valid() && f.block.file == s.file;
    switch (s.reach) {
      case Reach::kResource:
        return true;  // found by its resource
      case Reach::kFile:
        return span_here || block_here;
      case Reach::kLine:
        return span_here && f.start.line == s.from;
      case Reach::kAround: {
        if (block_here && s.line >= f.block_start.line && s.line <= f.block_end.line) return true;
        if (s.beside && span_here && f.image != nullptr && f.rule != nullptr && f.image->Text(f.image->policies()[f.rule->policy].category) == "secrets" &&
            s.line + 1 >= f.start.line && s.line <= f.end.line + 1)
          return true;
        return std::ranges::any_of(*calls_, [&](const Resource* call) {
          return call->block.valid() && call->block.file == s.file && s.line >= LineOf(call->block.file, call->block.offset) &&
                 s.line <= LineOf(call->block.file, call->block.end());
        });
      }
      case Reach::kThing:
        break;
    }
    // What is blamed begins inside, or the whole resource or module call begins there.
    if (span_here && f.start.line >= s.from && f.start.line <= s.to) return true;
    if (block_here && f.block_start.line == s.from && f.block_end.line <= s.to) return true;
    return std::ranges::any_of(*calls_, [&](const Resource* call) {
      return call->block.valid() && call->block.file == s.file && LineOf(call->block.file, call->block.offset) == s.from;
    });
  }

  uint32_t LineOf(FileId file, uint32_t offset) const { return sources_.PositionOf(file, offset).line; }

  // [attribute=value]: of the innermost block around what is blamed that has the attribute, or the resource's.
  bool Holds(const Placed& s, const Finding& f) const {
    return std::ranges::all_of(s.conditions, [&](const auto& condition) {
      if (f.in == nullptr) return false;
      const std::string& path = condition.first;
      const std::string& wanted = condition.second;
      if (path == "each.key" || path == "count.index") return InstanceKey(f.resource) == wanted;
      const Value* at = f.in->body;
      std::vector<const Value*> around = {at};
      for (const std::string& key : f.blamed_keys) {
        if (key.size() > 2 && key[0] == '[' && IsSequence(at->kind)) {
          const size_t index = std::strtoul(key.c_str() + 1, nullptr, 10);
          at = index < at->items.size() ? at->items[index] : nullptr;
        } else {
          at = at->Get(key);
        }
        if (at == nullptr) break;
        around.push_back(at);
      }
      for (auto it = around.rbegin(); it != around.rend(); ++it) {
        if (!IsMapping((*it)->kind)) continue;
        const std::vector<const Value*> values = ValuesAt(**it, path);
        if (!values.empty()) return std::ranges::any_of(values, [&](const Value* v) { return Written(*v) == wanted; });
      }
      return false;
    });
  }
  static std::string Written(const Value& v) {
    switch (v.kind) {
      case weir::Kind::kString: return std::string(v.text);
      case weir::Kind::kNumber: return v.number.ToString();
      case weir::Kind::kBool: return v.boolean ? "true" : "false";
      default: return "\x01";  // nothing that could be written in brackets
    }
  }
  static std::string InstanceKey(std::string_view address) {
    if (!address.ends_with("]")) return {};
    size_t from = address.rfind('[');
    if (address.ends_with("\"]")) from = address.rfind("[\"");
    if (from == std::string_view::npos) return {};
    std::string_view key = address.substr(from + 1, address.size() - from - 2);
    if (key.size() >= 2 && key.front() == '"') key = key.substr(1, key.size() - 2);
    return std::string(key);
  }

  // The module calls that lead to the finding's resource.
  std::vector<const Resource*> Calls(const Finding& f) {
    std::vector<const Resource*> out;
    if (f.in == nullptr || f.in->module_path.empty() || f.document == nullptr) return out;
    const auto [at, fresh] = calls_of_.try_emplace(f.document);
    if (fresh)
      for (const Resource* r : f.document->resources)
        if (r->type == "module") at->second.emplace(r->address, r);
    const std::string_view path = f.in->module_path;
    for (size_t end = path.find('.'); end != std::string_view::npos || end == path.size();) {
      if (const auto call = at->second.find(path.substr(0, end)); call != at->second.end()) out.push_back(call->second);
      if (end == path.size()) break;
      const size_t next = path.find('.', end + 1);
      end = next == std::string_view::npos ? path.size() : next;
    }
    return out;
  }

  void Tell() {
    std::map<std::tuple<std::string, uint32_t, std::string>, SuppressionState> told;
    for (const Placed& s : all_) {
      SuppressionState state;
      state.file = sources_.path(s.file);
      state.line = s.line;
      state.text = s.text;
      state.findings = s.uses;
      std::string unknown;
      if (options_.library != nullptr)
        for (const std::string& id : s.ids)
          if (unknown.empty() && !policy::NamesAny(id, *options_.library)) unknown = id;
      if (!s.problem.empty()) {
        state.kind = Kind::kInvalid;
        state.note = s.problem;
      } else if (!s.until.empty() && s.until < options_.today) {
        state.kind = Kind::kExpired;
        state.note = "it ended on " + s.until;
      } else if (s.uses > 0) {
        state.kind = Kind::kHolds;
        state.note = "accepts " + std::to_string(s.uses) + (s.uses == 1 ? " finding" : " findings") + (s.reason.empty() ? ", without a reason" : ": " + s.reason);
        if (!unknown.empty()) state.note += "; there is no policy '" + unknown + "'";
      } else if (!unknown.empty()) {
        state.kind = Kind::kUnknownPolicy;
        const std::vector<std::string> near = policy::NearestPolicies(unknown, *options_.library);
        state.note = "there is no policy '" + unknown + "'" + (near.empty() ? "" : "; the nearest is '" + near[0] + "'");
      } else if (s.refused) {
        state.kind = Kind::kNotAllowed;
        state.note = "the configuration does not allow it";
      } else {
        state.kind = Kind::kUnused;
        state.note = "nothing that it reaches has such a finding";
      }
      // A file that several scopes read is there several times; what holds in one of them holds.
      const auto [at, fresh] = told.try_emplace({state.file, state.line, state.text}, state);
      if (!fresh && state.kind < at->second.kind) at->second = std::move(state);
    }
    for (auto& [place, state] : told) options_.states->push_back(std::move(state));
  }

  const SourceMap& sources_;
  const Evaluation& evaluation_;
  std::vector<Finding>& findings_;
  const SuppressOptions& options_;
  std::vector<Placed> all_;
  std::unordered_map<std::string_view, std::vector<int8_t>> named_;  // by policy, then suppression: 1 yes, 0 no, -1 not asked yet
  std::map<FileId, std::vector<size_t>> by_file_;
  std::unordered_map<const Resource*, std::vector<size_t>> by_resource_;
  std::map<const Document*, std::unordered_map<std::string_view, const Resource*>> calls_of_;
  const std::vector<const Resource*>* calls_ = nullptr;
};

}  // namespace

std::string_view SuppressionKindName(SuppressionState::Kind kind) {
  static constexpr std::string_view kNames[] = {"holds", "not allowed", "expired", "unused", "unknown policy", "invalid"};
  return kNames[size_t(kind)];
}

void Suppress(const Evaluation& evaluation, std::vector<Finding>& findings, const SuppressOptions& options) {
  if (!findings.empty() || options.states != nullptr) Suppressor(evaluation, findings, options).Run();
}

}  // namespace weir::scan
