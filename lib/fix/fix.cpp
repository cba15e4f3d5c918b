#include "lib/fix/fix.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "lib/fix/editor.h"
#include "lib/fix/verify.h"

namespace weir::fix {
namespace {

using scan::Finding;
using Op = Operation::Op;

// Where in the source an operation is made.
enum class Where : uint8_t { kOrigin, kResource };

Path ResolvePath(std::string_view path, const Finding& finding) {
  if (path == "blamed") return finding.blamed_keys;
  if (path == "it") return finding.element_keys;
  if (!path.starts_with("it.")) return SplitPath(path);
  Path keys = finding.element_keys;
  for (std::string& key : SplitPath(path.substr(3))) keys.push_back(std::move(key));
  return keys;
}

// The values on the way along `keys` from `body`, each with the number of keys used; as far as the way goes.
std::vector<std::pair<const weir::Value*, size_t>> Walk(const weir::Value* body, const Path& keys) {
  std::vector<std::pair<const weir::Value*, size_t>> way{{body, 0}};
  for (size_t i = 0; i < keys.size(); ++i) {
    const weir::Value* v = way.back().first;
    if (keys[i][0] == '[') {
      const size_t index = layout::IndexOf(keys[i]);
      v = IsSequence(v->kind) && index < v->items.size() ? v->items[index] : nullptr;
    } else {
      if (v->has(weir::Value::kBlockList) && v->items.size() == 1) v = v->items[0];
      v = v->Get(keys[i]);
    }
    if (v == nullptr) break;
    way.emplace_back(v, i + 1);
  }
  return way;
}

// A dynamic block makes several blocks of one text: changing it for one changes all.
bool SharesText(const weir::Value* body, const Path& keys) {
  for (const auto& [value, used] : Walk(body, keys))
    if (value->has(weir::Value::kBlockList) && value->items.size() > 1 && used < keys.size() && keys[used][0] == '[') {
      const size_t index = layout::IndexOf(keys[used]);
      for (size_t i = 0; i < value->items.size(); ++i)
        if (i != index && index < value->items.size() && value->items[i]->origin == value->items[index]->origin) return true;
    }
  return false;
}

}  // namespace

class Proposer::Impl {
 public:
  Impl(const git::Snapshot& snapshot, const scan::Options& options) : verifier_(snapshot, options) {}

  std::optional<Fix> Propose(const Finding& finding, std::string& why) {
    if (finding.rule == nullptr || finding.in == nullptr || finding.verdict != scan::Verdict::kFail) return why = "there is nothing to fix", std::nullopt;
    if (finding.rule->fix.length == 0) return why = "the policy has no fix", std::nullopt;
    const auto rule = ReadRuleFix(finding.image->Text(finding.rule->fix));
    if (!rule || !finding.block.valid()) return why = "the place is not in a file", std::nullopt;
    Fix fix;
    fix.safe = !rule->suggest;
    fix.reason = rule->reason;
    // Where the value is defined first; where that does not verify, the attribute itself.
    for (const Where where : {Where::kOrigin, Where::kResource}) {
      moved_ = false;
      std::string reason = Build(finding, *rule, where, fix.edits);
      if (where == Where::kOrigin && !moved_) continue;  // the same as at the resource
      if (reason.empty()) reason = verifier_.Refuses(finding, fix.edits);
      if (reason.empty()) return fix;
      why = std::move(reason);
    }
    return std::nullopt;
  }

  Verifier& verifier() { return verifier_; }

 private:
  using Texts = std::map<std::string, std::unique_ptr<EditedText>, std::less<>>;
  using Editors = std::map<std::tuple<FileId, uint32_t, uint32_t>, std::unique_ptr<Editor>>;

  // Empty, or why the edits cannot be made.
  std::string Build(const Finding& finding, const RuleFix& rule, Where where, std::vector<Edit>& edits) {
    const SourceMap& sources = finding.evaluation->sources;
    const Resource& in = *finding.in;
    Target block{Target::Kind::kResource, finding.block.offset, finding.block.end(), std::string(in.language), std::string(in.type), std::string(in.name), SelfOf(in), {}};
    const bool repeated = in.address.ends_with("]");
    if (repeated) block.repetition = in.address.ends_with("\"]") ? "for_each" : "count";
    Texts texts;
    Editors editors;
    bool in_block = false;
    for (const Operation& operation : rule.operations) {
      Path path = ResolvePath(operation.target, finding);
      Span at = finding.block;
      Target target = block;
      if (operation.op != Op::kAddResource) {
        if (operation.target == "blamed" && path.empty() && finding.span.valid() && finding.span != in.header) {
          // The value stands in another resource, which the policy reached by related().
          at = finding.span;
        } else if (path.empty()) {
          return "nothing is blamed that could be changed";
        } else if (where == Where::kOrigin) {
          at = Origin(finding, path);
        }
        if (at != finding.block) {
          moved_ = true;
          target.kind = Target::Kind::kValue;
          target.start = at.offset;
          target.end = at.end();
        } else if (SharesText(in.body, path)) {
          return "a dynamic block makes several blocks of this one";
        }
      }
      in_block = in_block || at == finding.block;
      auto& text = texts[sources.path(at.file)];
      if (text == nullptr) text = std::make_unique<EditedText>(sources.text(at.file));
      // One for all operations on a target: it knows the target again after the operation before has made it longer.
      auto& editor = editors[{at.file, at.offset, at.end()}];
      if (editor == nullptr) editor = NewEditor(sources.path(at.file), *text, target);
      if (editor == nullptr) return "files such as " + sources.path(at.file) + " are not edited";
      if (!editor->Do(operation.op, path, operation.value)) return "it cannot be made in " + sources.path(at.file);
    }
    if (in_block && !verifier_.InstancesAgree(finding)) return "the block makes several resources, and not all of them need it";
    edits.clear();
    for (const auto& [path, text] : texts)
      for (Edit& e : text->Edits(path)) edits.push_back(std::move(e));
    return edits.empty() ? "it changes nothing" : "";
  }

  // A value may come from elsewhere in its own block: each.value from for_each, a dynamic block's from its list.
  static bool CameFromElsewhere(const weir::Value& value) {
    for (const Hop* hop = value.provenance != nullptr ? value.provenance->hops : nullptr; hop != nullptr; hop = hop->next)
      if (hop->kind == Hop::Kind::kEach) return true;
    return false;
  }

  // The last value on the way that stands outside of the resource's block; `path` becomes the rest of the way. The block itself
  // where there is none.
  static Span Origin(const Finding& finding, Path& path) {
    const auto way = Walk(finding.in->body, path);
    for (size_t i = way.size(); i-- > 1;) {
      const Span origin = way[i].first->origin;
      if (!origin.valid() || (finding.block.Contains(origin) && !CameFromElsewhere(*way[i].first))) continue;
      // What another resource says is not this one's to change.
      if (const Provenance* from = way[i].first->provenance; from != nullptr && !from->references.empty()) continue;
      path.erase(path.begin(), path.begin() + ptrdiff_t(way[i].second));
      return origin;
    }
    return finding.block;
  }

  // What an expression of the language calls the resource.
  static std::string SelfOf(const Resource& in) { return in.language == "terraform" ? std::string(in.type) + "." + std::string(in.name) : std::string(in.name); }

  Verifier verifier_;
  bool moved_ = false;
};

Proposer::Proposer(const git::Snapshot& snapshot, const scan::Options& options) : impl_(std::make_unique<Impl>(snapshot, options)) {}
Proposer::~Proposer() = default;

std::optional<Fix> Proposer::Propose(const Finding& finding, std::string* why) {
  std::string reason;
  auto fix = impl_->Propose(finding, reason);
  if (why != nullptr) *why = std::move(reason);
  return fix;
}

std::string Proposer::Refuses(const Finding& finding, const std::vector<Edit>& edits) { return impl_->verifier().Refuses(finding, edits); }
Status Proposer::Accept(const std::vector<Edit>& edits) { return impl_->verifier().Accept(edits); }
const std::vector<Finding>& Proposer::Findings(std::string_view language, std::string_view scope) { return impl_->verifier().Now(language, scope).findings; }
Result<Blob> Proposer::Read(std::string_view path) const { return impl_->verifier().current().Read(path); }

std::map<std::string, std::string> Proposer::Changed() const {
  std::map<std::string, std::string> out;
  for (const auto& [path, text] : impl_->verifier().files()) out.emplace(path, *text);
  return out;
}

std::optional<Fix> Propose(const Finding& finding, const git::Snapshot& snapshot, const scan::Options& options) { return Proposer(snapshot, options).Propose(finding); }

std::optional<std::string> Apply(std::string_view text, std::string_view file, const std::vector<Edit>& edits) {
  std::string out;
  size_t at = 0;
  for (const Edit& e : edits) {
    if (e.file != file) continue;
    if (e.start < at || e.end < e.start || e.end > text.size()) return std::nullopt;
    out += text.substr(at, e.start - at);
    out += e.text;
    at = e.end;
  }
  return out += text.substr(at);
}

}  // namespace weir::fix
