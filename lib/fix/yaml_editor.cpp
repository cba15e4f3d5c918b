#include "lib/fix/yaml_editor.h"

#include <algorithm>

#include "lib/base/arena.h"
#include "lib/fix/yaml_text.h"
#include "lib/syntax/yaml/yaml.h"

namespace weir::fix {
namespace {

using layout::IndexOf;
using layout::IsIndex;
using yaml::Node;
using yaml::Pair;
using NodeKind = yaml::Kind;
using Kind = NewValue::Kind;

class YamlEditor final : public Editor {
 public:
  using Editor::Editor;

 private:
  /// A node, and the pair or list that it is in.
  struct Place {
    const Node* node = nullptr;
    const Pair* pair = nullptr;    // whose value it is
    const Node* parent = nullptr;  // the mapping or sequence that it is in
  };

  // ---- Finding.

  Place Open() {
    arena_.Reset();
    tree_ = yaml::ParseEither("", text(), 0, arena_);
    style_.newline = layout::NewlineOf(text());
    style_.unit = layout::IndentUnit(text(), "  ");
    if (style_.unit.starts_with('\t')) style_.unit = "  ";
    style_.self = target().language == "cloudformation" ? target().name : target().self;
    for (const yaml::Document& document : tree_.documents)
      if (document.root != nullptr)
        if (const Place found = Find({document.root, nullptr, nullptr}); found.node != nullptr) {
          style_.json = tree_.json || (!document.root->pairs().empty() && document.root->style == yaml::Style::kFlow && document.root->pairs()[0].key->style == yaml::Style::kDoubleQuoted);
          return found;
        }
    return {};
  }

  // A resource is a key with its value, or a whole mapping (a manifest); a value is where it is written. Of mappings that begin
  // together (a section, and the first resource in it) the one that ends where the resource does is meant; once it is known
  // to be a key's, its end may move.
  Place Find(const Place& at) {
    const Node& node = *at.node;
    const uint32_t from = start();
    uint32_t to = end();
    // A resource may hold the blank lines behind it, or the whole file.
    while (target().kind == Target::Kind::kResource && to > from && std::string_view(" \t\r\n").find(text()[to - 1]) != std::string_view::npos) --to;
    if (target().kind == Target::Kind::kResource && at.parent == nullptr && from < node.span.offset && to >= node.span.end()) return at;
    if (node.span.end() < from || (at.pair != nullptr ? at.pair->key->span.offset : node.span.offset) > to) return {};
    const bool key = at.pair != nullptr && at.pair->key->span.offset == from;
    const auto inside = [&]() -> Place {
      for (const Node* item : node.items())
        if (const Place found = Find({item, nullptr, &node}); found.node != nullptr) return found;
      for (const Pair& pair : node.pairs())
        if (const Place found = Find({pair.value, &pair, &node}); found.node != nullptr) return found;
      return {};
    };
    if (target().kind == Target::Kind::kValue) {
      if (const Place found = inside(); found.node != nullptr) return found;
      return node.span.offset == from && node.span.end() == to ? at : Place();
    }
    const bool holds = node.kind == NodeKind::kMapping || IsNothing(node);
    if (found_ && !by_key_ && node.span.offset == from && holds) return at;  // the outermost
    if (const Place found = inside(); found.node != nullptr) return found;
    const bool ends = std::max(node.span.end(), key ? at.pair->key->span.end() : 0) == to;
    if (!holds || (found_ ? !key : !ends || (!key && node.span.offset != from))) return {};
    by_key_ = key;
    found_ = true;
    return at;
  }

  // What cannot be followed stays in `path`.
  static Place Follow(Place at, Path& path) {
    size_t used = 0;
    for (; used < path.size(); ++used) {
      Place next;
      if (IsIndex(path[used])) {
        const size_t index = IndexOf(path[used]);
        if (index < at.node->items().size()) next = {at.node->items()[index], nullptr, at.node};
      } else if (const Pair* pair = at.node->FindPair(path[used])) {
        next = {pair->value, pair, at.node};
      }
      if (next.node == nullptr) break;
      at = next;
    }
    path.erase(path.begin(), path.begin() + ptrdiff_t(used));
    return at;
  }

  /// A call of a function (`!If […]`, `{Fn::Sub: …}`): what is added to it would take its meaning away.
  static bool IsComputed(const Node& node) {
    if (node.kind == NodeKind::kAlias || (node.tag().starts_with('!') && node.tag().size() > 1)) return true;
    if (node.pairs().size() != 1) return false;
    const std::string_view key = node.pairs()[0].key->text;
    return key == "Ref" || key.starts_with("Fn::");
  }
  static bool IsNothing(const Node& node) { return node.kind == NodeKind::kScalar && node.span.length == 0; }
  static bool IsBlock(const Node& node) { return node.kind != NodeKind::kScalar && node.style == yaml::Style::kBlock; }

  // ---- Writing.

  std::string Spaces(uint32_t offset) const { return std::string(offset - layout::LineStart(text(), offset), ' '); }

  /// A line of its own behind the one on which `end` is.
  void AddLine(uint32_t end, std::string line) {
    const uint32_t at = layout::NextLine(text(), end > 0 ? end - 1 : 0);
    const bool open = at == text().size() && (text().empty() || text().back() != '\n');
    Change(at, at, open ? style_.newline + line : line + style_.newline);
  }

  /// `entry(indent)` as the last one of a flow collection whose elements begin at `first` and end at `last`.
  template <typename Entry>
  void AddToFlow(const Node& node, bool empty, uint32_t first, uint32_t last, Entry entry) {
    if (empty) return Change(node.content + 1, node.span.end() - 1, entry());
    const std::string indent = layout::IndentOf(text(), first);
    const bool own_line = layout::LineStart(text(), first) + indent.size() == first && layout::LineStart(text(), first) > node.content;
    Change(last, last, own_line ? "," + style_.newline + indent + entry() : ", " + entry());
  }

  bool AddPair(const Place& at, std::string_view name, const NewValue& value) {
    const Node& node = *at.node;
    if (IsComputed(node)) return false;
    if (IsNothing(node)) {
      // `key:` with nothing behind it: a mapping below.
      if (at.pair == nullptr || at.parent->style == yaml::Style::kFlow) return false;
      const std::string indent = Spaces(at.pair->key->span.offset) + style_.unit;
      Change(node.span.end(), node.span.end(), style_.newline + indent + PairText(name, value, indent, style_));
      return true;
    }
    if (node.kind != NodeKind::kMapping) return false;
    const auto pairs = node.pairs();
    if (node.style == yaml::Style::kFlow) {
      YamlStyle style = style_;
      style.json = style.json || (!pairs.empty() && pairs[0].key->style == yaml::Style::kDoubleQuoted);
      NewValue map;
      map.kind = Kind::kMap;
      map.members.emplace_back(std::string(name), value);
      const std::string braced = FlowText(map, style);
      AddToFlow(node, pairs.empty(), pairs.empty() ? 0 : pairs[0].key->span.offset, pairs.empty() ? 0 : pairs.back().value->span.end(),
                [&] { return braced.substr(1, braced.size() - 2); });
      return true;
    }
    const std::string indent = Spaces(pairs[0].key->span.offset);
    AddLine(std::max(pairs.back().value->span.end(), pairs.back().key->span.end()), indent + PairText(name, value, indent, style_));
    return true;
  }

  bool Overwrite(const Place& at, const NewValue& value) {
    const Node& node = *at.node;
    if (node.kind == NodeKind::kAlias || (!node.anchor().empty() && !node.tag().empty())) return false;
    const bool collection = value.is(Kind::kList) || value.is(Kind::kMap);
    const bool inside_flow = at.parent != nullptr && at.parent->style == yaml::Style::kFlow;
    if (at.pair != nullptr && !inside_flow && node.anchor().empty() && (IsNothing(node) || IsBlock(node) || (collection && !style_.json && node.style != yaml::Style::kFlow))) {
      // From behind the key's colon: what was below it may be on its line now, or the other way round.
      const uint32_t colon = uint32_t(text().find(':', at.pair->key->span.end()));
      Change(colon + 1, std::max(node.span.end(), colon + 1), BlockText(value, Spaces(at.pair->key->span.offset) + style_.unit, style_));
      return true;
    }
    if (IsNothing(node) || IsBlock(node)) return false;
    Change(node.tag().empty() ? node.content : node.span.offset, node.span.end(), FlowText(value, style_, node.style));
    return true;
  }

  void RemoveFromFlow(const Node& node, const std::vector<Span>& items, size_t index) {
    if (index > 0) Change(items[index - 1].end(), items[index].end(), "");
    else if (items.size() > 1) Change(items[0].offset, items[1].offset, "");
    else Change(node.content + 1, node.span.end() - 1, "");
  }

  /// Takes one of a block collection's elements out with its lines; `begins` is where its first line begins to belong to it.
  bool RemoveLines(const std::vector<Span>& items, size_t index) {
    const uint32_t line = layout::LineStart(text(), items[index].offset);
    const bool alone = text().find_first_not_of(' ', line) == items[index].offset;
    if (alone) Change(line, layout::NextLine(text(), items[index].end() - 1), "");
    else if (index + 1 < items.size()) Change(items[index].offset, items[index + 1].offset, "");  // `- key: …`: the next one moves up
    else return false;
    return true;
  }

  // ---- Operations.

  bool Set(const Path& path, const NewValue& value) override {
    Place at = Open();
    if (at.node == nullptr) return false;
    Path rest = path;
    at = Follow(at, rest);
    if (rest.empty()) return (!path.empty() || target().kind == Target::Kind::kValue) && Overwrite(at, value);
    if (at.node->items().size() == 1) at = {at.node->items()[0], nullptr, at.node};
    if (std::ranges::any_of(rest, [](const std::string& key) { return IsIndex(key); })) return false;
    return AddPair(at, rest[0], NewValue::Nested(std::span(rest).subspan(1), value));
  }

  bool Remove(const Path& path) override {
    Place at = Open();
    if (at.node == nullptr || path.empty()) return false;
    Path way(path.begin(), path.end() - 1);
    at = Follow(at, way);
    if (!way.empty()) return true;
    if (IsComputed(*at.node)) return false;
    std::vector<Span> items;
    size_t index = SIZE_MAX;
    if (IsIndex(path.back())) {
      index = IndexOf(path.back());
      for (const Node* item : at.node->items()) items.push_back(at.node->style == yaml::Style::kBlock ? WithDash(*item) : item->span);
    } else {
      for (const Pair& pair : at.node->pairs()) {
        if (pair.key->text == path.back()) index = items.size();
        items.push_back(Cover(pair.key->span, pair.value->span));
      }
    }
    if (index >= items.size()) return !IsIndex(path.back());
    if (at.node->style == yaml::Style::kFlow) return RemoveFromFlow(*at.node, items, index), true;
    // The last one takes the key along: an empty block is none.
    if (items.size() == 1) return path.size() > 1 && Remove(Path(path.begin(), path.end() - 1));
    return RemoveLines(items, index);
  }
  Span WithDash(const Node& item) const {
    const uint32_t dash = uint32_t(text().rfind('-', item.span.offset > 0 ? item.span.offset - 1 : 0));
    return {item.span.file, dash, item.span.end() - dash};
  }

  bool Append(const Path& path, const NewValue& value) override {
    Place at = Open();
    if (at.node == nullptr) return false;
    const NewValue list = value.is(Kind::kList) ? value : NewValue::List(value);
    Path rest = path;
    at = Follow(at, rest);
    if (!rest.empty() || IsNothing(*at.node)) return Set(path, list);
    const Node& node = *at.node;
    if (node.kind != NodeKind::kSequence || IsComputed(node)) return false;
    if (list.items.empty()) return true;
    const auto items = node.items();
    if (node.style == yaml::Style::kFlow) {
      const std::string bracketed = FlowText(list, style_);
      AddToFlow(node, items.empty(), items.empty() ? 0 : items[0]->span.offset, items.empty() ? 0 : items.back()->span.end(),
                [&] { return bracketed.substr(1, bracketed.size() - 2); });
      return true;
    }
    const std::string indent = Spaces(WithDash(*items[0]).offset);
    std::string lines;
    for (const NewValue& item : list.items) (lines += lines.empty() ? "" : style_.newline) += indent + ItemText(item, indent, style_);
    AddLine(node.span.end(), lines);
    return true;
  }

  bool Replace(const Path& path, const NewValue& old_to_new) override {
    Place at = Open();
    if (at.node == nullptr) return false;
    Path rest = path;
    at = Follow(at, rest);
    if (!rest.empty()) return false;
    std::vector<const Node*> candidates{at.node};
    if (at.node->kind == NodeKind::kSequence) candidates.assign(at.node->items().begin(), at.node->items().end());
    bool replaced = false;
    for (const Node* v : candidates) {
      const bool fixed = v->kind == NodeKind::kScalar && v->tag().empty() && v->anchor().empty();
      const NewValue* found = fixed ? old_to_new.Find(v->text) : nullptr;
      if (found == nullptr) continue;
      Change(v->content, v->span.end(), FlowText(*found, style_, v->style));
      replaced = true;
    }
    return replaced;
  }

  bool AddBlock(const Path& path, const NewValue& body) override {
    Place at = Open();
    if (at.node == nullptr || path.empty()) return false;
    Path rest = path;
    at = Follow(at, rest);
    if (!rest.empty()) return Set(path, body);
    return at.node->kind == NodeKind::kSequence && Append(path, NewValue::List(body));
  }

  // A resource of a template, behind the present one.
  bool AddResource(std::string_view type, std::string_view name, const NewValue& body) override {
    const Place at = Open();
    if (at.pair == nullptr || target().language != "cloudformation" || at.parent->style != yaml::Style::kBlock || at.parent->FindPair(name) != nullptr) return false;
    NewValue resource, kind;
    kind.kind = Kind::kText;
    kind.text = type;
    resource.kind = Kind::kMap;
    resource.members = {{"Type", std::move(kind)}, {"Properties", body}};
    const std::string indent = Spaces(at.pair->key->span.offset);
    AddLine(at.node->span.end(), indent + PairText(name, resource, indent, style_));
    return true;
  }

  bool Rename(const Path& path, std::string_view name) override {
    Place at = Open();
    if (at.node == nullptr || IsIndex(path.back())) return false;
    Path way(path.begin(), path.end() - 1);
    at = Follow(at, way);
    const Pair* pair = way.empty() && !IsComputed(*at.node) ? at.node->FindPair(path.back()) : nullptr;
    if (pair == nullptr || at.node->FindPair(name) != nullptr) return false;
    NewValue key;
    key.kind = Kind::kText;
    key.text = name;
    Change(pair->key->content, pair->key->span.end(), FlowText(key, style_, pair->key->style));
    return true;
  }

  Arena arena_;
  yaml::Tree tree_;
  YamlStyle style_;
  bool found_ = false, by_key_ = false;
};

}  // namespace

bool IsYaml(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".template") || path.ends_with(".cfn"); }

std::unique_ptr<Editor> NewYamlEditor(EditedText& text, Target target) { return std::make_unique<YamlEditor>(text, std::move(target)); }

bool IsWellFormedYaml(std::string_view text) {
  Arena arena;
  const yaml::Tree tree = yaml::ParseEither("", text, 0, arena);
  return tree.ok() && yaml::Print(tree) == text;
}

}  // namespace weir::fix
