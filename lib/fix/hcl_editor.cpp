#include "lib/fix/hcl_editor.h"

#include <algorithm>

#include "lib/base/arena.h"
#include "lib/fix/hcl_text.h"
#include "lib/syntax/hcl/lexer.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::fix {
namespace {

using hcl::Attribute;
using hcl::Block;
using hcl::Expr;
using hcl_text::Style;
using layout::IndexOf;
using layout::IsIndex;

const Block* BlockAt(const hcl::Body& body, uint32_t offset) {
  for (const Block* b : body.blocks) {
    if (b->span.offset == offset) return b;
    if (b->span.offset < offset && offset < b->span.end()) return BlockAt(*b->body, offset);
  }
  return nullptr;
}

bool KeyIs(const hcl::ObjectItem& item, std::string_view name) {
  if (item.key->literal_name == name) return true;
  const auto* quoted = hcl::If<hcl::Template>(item.key->wrapped);
  return quoted != nullptr && quoted->literal() != nullptr && quoted->literal()->text == name;
}

// Arguments that are maps in every provider; anything else that is missing on the way to an argument is a block.
bool IsMapArgument(std::string_view name) { return name == "tags" || name == "labels" || name == "annotations" || name == "tags_all"; }

class HclEditor final : public Editor {
 public:
  using Editor::Editor;

 private:
  // Where a path leads: a body of blocks and what is left of the path there, or an expression.
  struct Place {
    const Block* block = nullptr;
    const Expr* expr = nullptr;
    Path rest;
  };

  bool Open(Path path, Place& place) {
    arena_.Reset();
    place.rest = std::move(path);
    newline_ = layout::NewlineOf(text());
    if (target().kind == Target::Kind::kValue) {
      const auto parsed = hcl::ParseExpression(std::string_view(text()).substr(start(), end() - start()), 0, start(), arena_);
      place.expr = parsed.expr;
      return parsed.errors.empty();
    }
    const hcl::Tree tree = hcl::Parse(text(), 0, arena_);
    if (!tree.errors.empty()) return false;
    place.block = BlockAt(*tree.root, start());
    if (place.block == nullptr) return false;
    unit_ = UnitOf(*tree.root);
    Descend(place);
    if (place.rest.empty() || IsIndex(place.rest[0])) return true;
    if (const Attribute* attribute = place.block->body->Find(place.rest[0])) {
      place.expr = attribute->expr;
      place.rest.erase(place.rest.begin());
    }
    return true;
  }

  // Follows the names of nested blocks as far as there are such blocks; one key stays.
  static void Descend(Place& place) {
    while (place.rest.size() > 1) {
      const bool indexed = IsIndex(place.rest[1]);
      const size_t index = indexed ? IndexOf(place.rest[1]) : 0;
      const Block* next = nullptr;
      const Block* generated = nullptr;
      size_t seen = 0, dynamic = 0;
      for (const Block* b : place.block->body->blocks) {
        if (b->type == place.rest[0] && b->labels.empty() && seen++ == index) next = b;
        if (b->type == "dynamic" && !b->labels.empty() && b->labels[0].text == place.rest[0]) generated = b, ++dynamic;
      }
      // What a dynamic block makes is edited in its content; that all its blocks may be changed is the caller's to know.
      if (next == nullptr && seen == 0 && dynamic == 1)
        for (const Block* b : generated->body->blocks)
          if (b->type == "content") next = b;
      if (next == nullptr) return;
      // An index at the end means the block itself.
      if (indexed && place.rest.size() == 2) {
        place.rest = {place.rest[1]};
        place.block = next;
        return;
      }
      place.rest.erase(place.rest.begin(), place.rest.begin() + (indexed ? 2 : 1));
      place.block = next;
    }
  }

  std::string UnitOf(const hcl::Body& root) const {
    for (const Block* b : root.blocks) {
      const uint32_t child = !b->body->attributes.empty() ? b->body->attributes[0]->span.offset : !b->body->blocks.empty() ? b->body->blocks[0]->span.offset : 0;
      if (child == 0 || layout::LineStart(text(), child) == layout::LineStart(text(), b->span.offset)) continue;
      if (std::string unit = layout::IndentOf(text(), child); !unit.empty()) return unit[0] == '\t' ? "\t" : unit;
    }
    return "  ";
  }

  std::string_view Text(Span span) const { return std::string_view(text()).substr(span.offset, span.length); }
  static bool IsOneLine(std::string_view part) { return part.find('\n') == std::string_view::npos; }
  Style StyleAt(std::string indent) const { return {std::move(indent), unit_, std::string(newline_), target().self}; }
  Style StyleOf(uint32_t offset) const { return StyleAt(layout::IndentOf(text(), offset)); }
  Style Inside(const Block& block) const { return StyleAt(layout::IndentOf(text(), block.span.offset) + unit_); }

  // ---- Values.

  // The element of `expr` that `rest` leads to; what cannot be followed stays in `rest`.
  static const Expr* Follow(const Expr* expr, Path& rest) {
    size_t used = 0;
    for (; used < rest.size(); ++used) {
      const Expr* next = nullptr;
      while (const auto* parentheses = hcl::If<hcl::Parentheses>(expr)) expr = parentheses->inner;
      if (const auto* tuple = hcl::If<hcl::TupleCons>(expr); tuple != nullptr && IsIndex(rest[used])) {
        const size_t index = IndexOf(rest[used]);
        if (index < tuple->items.size()) next = tuple->items[index];
      } else if (const auto* object = hcl::If<hcl::ObjectCons>(expr); object != nullptr && !IsIndex(rest[used])) {
        for (const hcl::ObjectItem& item : object->items)
          if (KeyIs(item, rest[used])) next = item.value;
      }
      if (next == nullptr) break;
      expr = next;
    }
    rest.erase(rest.begin(), rest.begin() + ptrdiff_t(used));
    return expr;
  }

  bool SetValue(const Expr* expr, Path rest, const NewValue& value) {
    expr = Follow(expr, rest);
    if (rest.empty()) {
      Change(expr->span.offset, expr->span.end(), hcl_text::Expression(value, StyleOf(expr->span.offset)));
      return true;
    }
    const auto* object = hcl::If<hcl::ObjectCons>(expr);
    if (object == nullptr || std::ranges::any_of(rest, [](const std::string& key) { return IsIndex(key); })) return false;
    AddMember(*object, rest[0], NewValue::Nested(std::span(rest).subspan(1), value));
    return true;
  }

  // The byte past a comma that follows `at`, or 0.
  uint32_t CommaAfter(uint32_t at, uint32_t limit) const {
    while (at < limit && (text()[at] == ' ' || text()[at] == '\t')) ++at;
    return at < limit && text()[at] == ',' ? at + 1 : 0;
  }
  // Whether only white space stands before `offset` on its line.
  bool BeginsLine(uint32_t offset) const {
    return layout::LineStart(text(), offset) + layout::IndentOf(text(), offset).size() == offset;
  }

  // `entry` as the next element of a list or object whose last one is `last`.
  void AddAfter(Span container, Span first, Span last, const std::string& entry, bool commas) {
    const uint32_t comma = CommaAfter(last.end(), container.end());
    const bool lines = BeginsLine(first.offset) && layout::LineStart(text(), last.end()) != layout::LineStart(text(), container.end());
    if (!lines) {
      const uint32_t at = comma != 0 ? comma : last.end();
      Change(at, at, (comma != 0 ? " " : ", ") + entry);
      return;
    }
    if (commas && comma == 0) Change(last.end(), last.end(), ",");
    const uint32_t next = layout::NextLine(text(), last.end());
    Change(next, next, layout::IndentOf(text(), last.offset) + entry + (comma != 0 ? "," : "") + std::string(newline_));
  }

  void AddMember(const hcl::ObjectCons& object, const std::string& name, const NewValue& value) {
    const bool inline_object = IsOneLine(Text(object.span));
    if (object.items.empty() && inline_object) {
      NewValue map;
      map.kind = NewValue::Kind::kMap;
      map.members.emplace_back(name, value);
      Change(object.span.offset, object.span.end(), hcl_text::Expression(map, StyleOf(object.span.offset)));
      return;
    }
    if (object.items.empty()) {
      const uint32_t next = layout::NextLine(text(), object.span.offset);
      const Style style = StyleAt(layout::IndentOf(text(), object.span.offset) + unit_);
      Change(next, next, style.indent + hcl_text::Key(name) + " = " + hcl_text::Expression(value, style) + style.newline);
      return;
    }
    const hcl::ObjectItem& last = object.items.back();
    const auto item_span = [](const hcl::ObjectItem& i) { return Cover(i.key->span, i.value->span); };
    const std::string between(Text({0, last.key->span.end(), last.value->span.offset - last.key->span.end()}));
    const std::string sign = between.find(':') != std::string::npos ? between : between.starts_with(" ") || between.starts_with("\t") ? " = " : between;
    const bool quoted = text()[last.key->span.offset] == '"';
    const bool commas = CommaAfter(object.items[0].value->span.end(), object.span.end()) != 0;
    AddAfter(object.span, item_span(object.items[0]), item_span(last), (quoted ? hcl_text::Quote(name) : hcl_text::Key(name)) + sign + hcl_text::Expression(value, StyleOf(last.key->span.offset)), commas);
  }

  // Takes items[index] out of the list or object that they are in.
  void RemoveItem(const std::vector<Span>& items, size_t index, Span container) {
    const Span item = items[index];
    const bool last = index + 1 == items.size();
    const uint32_t comma = CommaAfter(item.end(), container.end());
    const uint32_t end = comma != 0 ? comma : item.end();
    const uint32_t line_end = layout::NextLine(text(), end);
    const std::string_view after = Text({0, end, layout::LineEnd(text(), end) - end});
    const size_t visible = after.find_first_not_of(" \t");
    if (BeginsLine(item.offset) && line_end <= container.end() && (visible == std::string_view::npos || after[visible] == '#' || after.substr(visible).starts_with("//"))) {
      Change(layout::LineStart(text(), item.offset), line_end, "");
      if (last && comma == 0 && index > 0)
        if (const uint32_t before = CommaAfter(items[index - 1].end(), container.end())) Change(before - 1, before, "");
      return;
    }
    if (index > 0) Change(items[index - 1].end(), item.end(), "");
    else if (!last) Change(item.offset, items[1].offset, "");
    else Change(item.offset, end, "");
  }

  // ---- Bodies.

  void DeleteLines(Span span, const Block& parent) {
    if (!BeginsLine(span.offset)) {  // a block of one line
      Change(parent.body_span.offset, parent.body_span.end(), "{}");
      return;
    }
    uint32_t from = layout::LineStart(text(), span.offset);
    uint32_t to = layout::NextLine(text(), span.end());
    const auto blank = [&](uint32_t at) { return at < text().size() && layout::LineEnd(text(), at) == at; };
    const uint32_t above = from > 0 ? layout::LineStart(text(), from - 1) : from;
    const bool closes = to <= parent.span.end() && to + layout::IndentOf(text(), to).size() + 1 == parent.span.end();
    // Two empty lines that would meet become one, and none is left before the brace.
    if (from > 0 && blank(above) && blank(to)) to = layout::NextLine(text(), to);
    else if (from > 0 && blank(above) && closes) from = above;
    Change(from, to, "");
  }

  void InsertAttribute(const Block& into, const std::string& name, const NewValue& value) {
    const Style style = Inside(into);
    const std::string line = name + " = " + hcl_text::Expression(value, style);
    const std::string_view body = Text(into.body_span);
    if (IsOneLine(body)) {
      std::string_view inner = body.substr(1, body.size() - 2);
      while (!inner.empty() && inner.front() == ' ') inner.remove_prefix(1);
      while (!inner.empty() && inner.back() == ' ') inner.remove_suffix(1);
      const std::string kept = inner.empty() ? "" : style.indent + std::string(inner) + style.newline;
      Change(into.body_span.offset, into.body_span.end(), "{" + style.newline + kept + style.indent + line + style.newline + layout::IndentOf(text(), into.span.offset) + "}");
      return;
    }
    const Attribute* anchor = Anchor(*into.body);
    if (anchor == nullptr) {
      const uint32_t at = layout::NextLine(text(), into.body_span.offset);
      Change(at, at, style.indent + line + style.newline + (into.body->blocks.empty() ? "" : style.newline));
      return;
    }
    const uint32_t at = layout::NextLine(text(), anchor->span.end());  // a comment behind it stays with it
    const bool apart = anchor->name == "count" || anchor->name == "for_each";
    Change(at, at, (apart ? style.newline : "") + layout::IndentOf(text(), anchor->span.offset) + line + style.newline);
  }

  // The attribute after which a new one goes: the last one before the nested blocks, not a meta-argument of the end.
  static const Attribute* Anchor(const hcl::Body& body) {
    const uint32_t first_block = body.blocks.empty() ? UINT32_MAX : body.blocks[0]->span.offset;
    const Attribute* anchor = nullptr;
    for (const Attribute* a : body.attributes)
      if (a->span.offset < first_block && (a->name != "depends_on" || anchor == nullptr)) anchor = a;
    return anchor != nullptr || body.attributes.empty() ? anchor : body.attributes.back();
  }

  void InsertBlock(const Block& into, std::span<const std::string> names, const NewValue& body) {
    Style style = Inside(into);
    NewValue nested = NewValue::Nested(names, body);
    const std::string lines = hcl_text::Body(nested, style);
    const std::string_view old = Text(into.body_span);
    const std::string outer = layout::IndentOf(text(), into.span.offset);
    if (IsOneLine(old)) {
      std::string_view inner = old.substr(1, old.size() - 2);
      while (!inner.empty() && inner.front() == ' ') inner.remove_prefix(1);
      while (!inner.empty() && inner.back() == ' ') inner.remove_suffix(1);
      const std::string kept = inner.empty() ? "" : style.indent + std::string(inner) + style.newline + style.newline;
      Change(into.body_span.offset, into.body_span.end(), "{" + style.newline + kept + lines + outer + "}");
      return;
    }
    const uint32_t close = layout::LineStart(text(), into.body_span.end() - 1);
    const bool empty = into.body->attributes.empty() && into.body->blocks.empty();
    const bool gap = !empty && close > 0 && layout::LineEnd(text(), layout::LineStart(text(), close - 1)) != layout::LineStart(text(), close - 1);
    Change(close, close, (gap ? style.newline : "") + lines);
  }

  // ---- Operations.

  bool Set(const Path& path, const NewValue& value) override {
    Place place;
    if (!Open(path, place)) return false;
    if (place.expr != nullptr) return SetValue(place.expr, place.rest, value);
    if (place.rest.empty() || std::ranges::any_of(place.rest, [](const std::string& key) { return IsIndex(key); })) return false;
    for (const Block* b : place.block->body->blocks)
      if (b->type == place.rest[0] || (b->type == "dynamic" && !b->labels.empty() && b->labels[0].text == place.rest[0])) return false;
    const std::span<const std::string> keys(place.rest);
    if (keys.size() == 1 || IsMapArgument(keys[0])) InsertAttribute(*place.block, keys[0], NewValue::Nested(keys.subspan(1), value));
    else {
      NewValue body;
      body.kind = NewValue::Kind::kMap;
      body.members.emplace_back(value.is(NewValue::Kind::kMap) ? keys.back() + "=" : keys.back(), value);
      InsertBlock(*place.block, keys.first(keys.size() - 1), body);
    }
    return true;
  }

  bool Remove(const Path& path) override {
    Place place;
    if (path.empty() || !Open(path, place)) return false;
    if (place.expr != nullptr && !place.rest.empty()) {
      const std::string last = place.rest.back();
      place.rest.pop_back();
      const Expr* in = Follow(place.expr, place.rest);
      if (!place.rest.empty()) return true;
      std::vector<Span> items;
      size_t at = SIZE_MAX;
      if (const auto* tuple = hcl::If<hcl::TupleCons>(in); tuple != nullptr && IsIndex(last)) {
        for (const Expr* item : tuple->items) items.push_back(item->span);
        at = IndexOf(last);
      } else if (const auto* object = hcl::If<hcl::ObjectCons>(in); object != nullptr) {
        for (const hcl::ObjectItem& item : object->items) {
          if (KeyIs(item, last)) at = items.size();
          items.push_back(Cover(item.key->span, item.value->span));
        }
      } else {
        return false;
      }
      if (at < items.size()) RemoveItem(items, at, in->span);
      return at < items.size() || !IsIndex(last);
    }
    if (place.expr != nullptr) {
      if (target().kind == Target::Kind::kValue) return false;
      DeleteLines(place.block->body->Find(path.back())->span, *place.block);
      return true;
    }
    if (IsIndex(place.rest[0])) {  // the block itself
      const hcl::Tree tree = hcl::Parse(text(), 0, arena_);
      const Block* parent = ParentOf(*tree.root, place.block->span.offset);
      if (parent == nullptr || place.block->type == "content") return false;
      DeleteLines(place.block->span, *parent);
      return true;
    }
    if (place.rest.size() > 1) return true;
    // Neighbours go together, with what is between them.
    std::vector<Span> runs;
    for (const Block* b : place.block->body->blocks) {
      if (b->type != place.rest[0] && !(b->type == "dynamic" && !b->labels.empty() && b->labels[0].text == place.rest[0])) continue;
      const uint32_t end = runs.empty() ? 0 : runs.back().end();
      const bool joined = !runs.empty() && Text({0, end, b->span.offset - end}).find_first_not_of(" \t\r\n") == std::string_view::npos;
      if (joined) runs.back() = Cover(runs.back(), b->span);
      else runs.push_back(b->span);
    }
    for (const Span& run : runs) DeleteLines(run, *place.block);
    return true;
  }

  static const Block* ParentOf(const hcl::Body& body, uint32_t offset) {
    for (const Block* b : body.blocks) {
      for (const Block* child : b->body->blocks)
        if (child->span.offset == offset) return b;
      if (b->span.offset < offset && offset < b->span.end()) return ParentOf(*b->body, offset);
    }
    return nullptr;
  }

  bool Append(const Path& path, const NewValue& value) override {
    Place place;
    if (!Open(path, place)) return false;
    const NewValue list = value.is(NewValue::Kind::kList) ? value : NewValue::List(value);
    if (place.expr == nullptr) return Set(path, list);
    const Expr* in = Follow(place.expr, place.rest);
    if (!place.rest.empty()) return Set(path, list);
    const auto* tuple = hcl::If<hcl::TupleCons>(in);
    if (tuple == nullptr) return false;
    const Style style = StyleOf(tuple->items.empty() ? tuple->span.offset : tuple->items.back()->span.offset);
    const bool lines = !tuple->items.empty() && BeginsLine(tuple->items[0]->span.offset);
    std::string entries;
    for (const NewValue& item : list.items) {
      if (!entries.empty()) entries += lines ? "," + std::string(newline_) + style.indent : ", ";
      entries += hcl_text::Expression(item, style);
    }
    if (entries.empty()) return true;
    if (tuple->items.empty()) Change(tuple->span.offset + 1, tuple->span.offset + 1, entries);
    else AddAfter(tuple->span, tuple->items[0]->span, tuple->items.back()->span, entries, true);
    return true;
  }

  bool Replace(const Path& path, const NewValue& old_to_new) override {
    Place place;
    if (!Open(path, place) || place.expr == nullptr) return false;
    const Expr* expr = Follow(place.expr, place.rest);
    if (!place.rest.empty()) return false;
    std::vector<const Expr*> candidates{expr};
    if (const auto* tuple = hcl::If<hcl::TupleCons>(expr)) candidates.assign(tuple->items.begin(), tuple->items.end());
    bool replaced = false;
    for (const Expr* e : candidates) {
      const auto* quoted = hcl::If<hcl::Template>(e);
      const auto* literal = quoted != nullptr ? quoted->literal() : hcl::If<hcl::LiteralValue>(e);
      const NewValue* found = literal == nullptr ? nullptr : old_to_new.Find(literal->type == hcl::LiteralType::kBool ? (literal->boolean ? "true" : "false") : literal->text);
      if (found == nullptr) continue;
      Change(e->span.offset, e->span.end(), hcl_text::Expression(*found, StyleOf(e->span.offset)));
      replaced = true;
    }
    return replaced;
  }

  bool AddBlock(const Path& path, const NewValue& body) override {
    Place place;
    if (!Open(path, place) || place.expr != nullptr || place.rest.empty()) return false;
    if (std::ranges::any_of(place.rest, [](const std::string& key) { return IsIndex(key); })) return false;
    InsertBlock(*place.block, place.rest, body);
    return true;
  }

  bool AddResource(std::string_view type, std::string_view name, const NewValue& body) override {
    Place place;
    if (target().kind == Target::Kind::kValue || !Open({}, place)) return false;
    Style style = StyleAt(unit_);
    std::string repeat;
    if (target().repetition == "count") {
      repeat = style.indent + "count = length(" + target().self + ")" + style.newline + style.newline;
      style.self += "[count.index]";
    } else if (target().repetition == "for_each") {
      repeat = style.indent + "for_each = " + target().self + style.newline + style.newline;
      style.self += "[each.key]";
    }
    const std::string lines = "resource \"" + std::string(type) + "\" \"" + std::string(name) + "\" {" + style.newline + repeat + hcl_text::Body(body, style) + "}";
    const uint32_t at = layout::NextLine(text(), place.block->span.end());
    // A file without a newline at its end stays without.
    if (at == text().size() && (text().empty() || text().back() != '\n')) Change(at, at, style.newline + style.newline + lines);
    else Change(at, at, style.newline + lines + style.newline + (at < text().size() && layout::LineEnd(text(), at) != at ? style.newline : ""));
    return true;
  }

  bool Rename(const Path& path, std::string_view name) override {
    Place place;
    if (!Open(path, place) || !hcl::IsIdentifier(name)) return false;
    if (place.expr != nullptr && place.rest.empty()) {
      if (target().kind == Target::Kind::kValue || place.block->body->Find(name) != nullptr) return false;
      const Span span = place.block->body->Find(path.back())->name_span;
      Change(span.offset, span.end(), std::string(name));
      return true;
    }
    if (place.expr != nullptr) {
      const std::string last = place.rest.back();
      place.rest.pop_back();
      const auto* object = hcl::If<hcl::ObjectCons>(Follow(place.expr, place.rest));
      if (object == nullptr || !place.rest.empty()) return false;
      for (const hcl::ObjectItem& item : object->items)
        if (KeyIs(item, last)) {
          Change(item.key->span.offset, item.key->span.end(), text()[item.key->span.offset] == '"' ? hcl_text::Quote(name) : std::string(name));
          return true;
        }
      return false;
    }
    if (IsIndex(place.rest[0])) {
      Change(place.block->type_span.offset, place.block->type_span.end(), std::string(name));
      return true;
    }
    bool renamed = false;
    for (const Block* b : place.block->body->blocks)
      if (place.rest.size() == 1 && b->type == place.rest[0]) Change(b->type_span.offset, b->type_span.end(), std::string(name)), renamed = true;
    return renamed;
  }

  void Settle(const std::string& before, const std::vector<Edit>& made) override { hcl_text::Align(edited(), before, made); }

  Arena arena_;
  std::string_view newline_ = "\n";
  std::string unit_ = "  ";
};

}  // namespace

std::unique_ptr<Editor> NewHclEditor(EditedText& text, Target target) { return std::make_unique<HclEditor>(text, std::move(target)); }

bool IsWellFormedHcl(std::string_view text) {
  Arena arena;
  const hcl::Tree tree = hcl::Parse(text, 0, arena);
  return tree.errors.empty() && hcl::Print(tree) == text;
}

}  // namespace weir::fix
