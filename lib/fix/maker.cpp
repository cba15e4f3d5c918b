#include "lib/fix/maker.h"

#include <map>
#include <memory>
#include <tuple>

#include "lib/fix/editor.h"

namespace weir::fix {
namespace {

using scan::Finding;
using Op = Operation::Op;

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

// A value may come from elsewhere in its own block: each.value from for_each, a dynamic block's from its list.
bool CameFromElsewhere(const weir::Value& value) {
  for (const Hop* hop = value.provenance != nullptr ? value.provenance->hops : nullptr; hop != nullptr; hop = hop->next)
    if (hop->kind == Hop::Kind::kEach) return true;
  return false;
}

// The last value on the way that stands outside of the resource's block; `path` becomes the rest of the way. The block itself
// where there is none.
Span Origin(const Finding& finding, Path& path) {
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
std::string SelfOf(const Resource& in) { return in.language == "terraform" ? std::string(in.type) + "." + std::string(in.name) : std::string(in.name); }

}  // namespace

Made Make(const Finding& finding, const RuleFix& rule, Where where) {
  using Texts = std::map<std::string, std::unique_ptr<EditedText>, std::less<>>;
  using Editors = std::map<std::tuple<FileId, uint32_t, uint32_t>, std::unique_ptr<Editor>>;
  Made made;
  const auto refused = [](std::string why) { return Made{{}, std::move(why)}; };
  const SourceMap& sources = finding.evaluation->sources;
  const Resource& in = *finding.in;
  Target block{Target::Kind::kResource, finding.block.offset, finding.block.end(), std::string(in.language), std::string(in.type), std::string(in.name), SelfOf(in), {}};
  const bool repeated = in.address.ends_with("]");
  if (repeated) block.repetition = in.address.ends_with("\"]") ? "for_each" : "count";
  Texts texts;
  Editors editors;
  for (const Operation& operation : rule.operations) {
    Path path = ResolvePath(operation.target, finding);
    Span at = finding.block;
    Target target = block;
    if (operation.op != Op::kAddResource) {
      if (operation.target == "blamed" && path.empty() && finding.span.valid() && finding.span != in.header) {
        // The value stands in another resource, which the policy reached by related().
        at = finding.span;
      } else if (path.empty()) {
        return refused("nothing is blamed that could be changed");
      } else if (where == Where::kOrigin) {
        at = Origin(finding, path);
      }
      if (at != finding.block) {
        made.moved = true;
        target.kind = Target::Kind::kValue;
        target.start = at.offset;
        target.end = at.end();
      } else if (SharesText(in.body, path)) {
        return refused("a dynamic block makes several blocks of this one");
      }
    }
    made.in_block |= at == finding.block;
    auto& text = texts[sources.path(at.file)];
    if (text == nullptr) text = std::make_unique<EditedText>(sources.text(at.file));
    // One for all operations on a target: it knows the target again after the operation before has made it longer.
    auto& editor = editors[{at.file, at.offset, at.end()}];
    if (editor == nullptr) editor = NewEditor(sources.path(at.file), *text, target);
    if (editor == nullptr) return refused("files such as " + sources.path(at.file) + " are not edited");
    if (!editor->Do(operation.op, path, operation.value)) return refused("it cannot be made in " + sources.path(at.file));
  }
  for (const auto& [path, text] : texts)
    for (Edit& e : text->Edits(path)) made.edits.push_back(std::move(e));
  if (made.edits.empty()) made.why = "it changes nothing";
  return made;
}

}  // namespace weir::fix
