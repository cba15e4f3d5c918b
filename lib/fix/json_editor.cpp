#include "lib/fix/json_editor.h"

#include <algorithm>

#include "lib/base/arena.h"
#include "lib/syntax/json/json.h"

namespace weir::fix {
namespace {

using json::Member;
using json::Value;
using layout::IndexOf;
using layout::IsIndex;
using Kind = NewValue::Kind;

class JsonEditor final : public Editor {
 public:
  using Editor::Editor;

 private:
  // ---- Finding.

  const Value* Open() {
    arena_.Reset();
    const json::Tree tree = json::Parse(text(), 0, arena_);
    if (!tree.errors.empty() || tree.root == nullptr) return nullptr;
    root_ = tree.root;
    newline_ = layout::NewlineOf(text());
    unit_ = layout::IndentUnit(text(), "  ");
    return Find(*tree.root);
  }

  // A resource's span ends with its object; a value's is its own, or lies between its quotes.
  const Value* Find(const Value& at) const {
    const uint32_t from = start(), to = end();
    if (target().kind == Target::Kind::kResource && at.kind == json::Kind::kObject && at.span.end() == to && at.span.offset >= from) return &at;
    if (target().kind == Target::Kind::kValue && ((at.span.offset == from && at.span.end() == to) ||
                                                  (at.kind == json::Kind::kString && at.span.offset + 1 == from && at.span.end() == to + 1)))
      return &at;
    for (const Value* item : at.items)
      if (Reaches(*item, from, to))
        if (const Value* found = Find(*item)) return found;
    for (const Member& m : at.members)
      if (Reaches(*m.value, from, to))
        if (const Value* found = Find(*m.value)) return found;
    return nullptr;
  }
  static bool Reaches(const Value& v, uint32_t from, uint32_t to) { return v.span.end() >= to && v.span.offset <= to && (v.span.offset >= from || v.span.end() >= from); }

  static const Member* FindMember(const Value& object, std::string_view key) {
    for (size_t i = object.members.size(); i-- > 0;)
      if (object.members[i].key == key) return &object.members[i];
    return nullptr;
  }

  // The value that `path` leads to from `at`; what cannot be followed stays in `path`. Where a block occurs once it may stand
  // without its list.
  static const Value* Follow(const Value* at, Path& path) {
    size_t used = 0;
    for (; used < path.size(); ++used) {
      const Value* next = nullptr;
      if (IsIndex(path[used])) {
        const size_t index = IndexOf(path[used]);
        if (at->kind == json::Kind::kArray) next = index < at->items.size() ? at->items[index] : nullptr;
        else if (at->kind == json::Kind::kObject && index == 0) next = at;
      } else {
        if (at->kind == json::Kind::kArray && at->items.size() == 1) at = at->items[0];
        if (at->kind == json::Kind::kObject)
          if (const Member* m = FindMember(*at, path[used])) next = m->value;
      }
      if (next == nullptr) break;
      at = next;
    }
    path.erase(path.begin(), path.begin() + ptrdiff_t(used));
    return at;
  }

  // ---- Writing.

  std::string_view Text(uint32_t from, uint32_t to) const { return std::string_view(text()).substr(from, to - from); }
  bool IsTerraform() const { return target().language == "terraform"; }

  std::string Quote(std::string_view raw) const {
    std::string out = "\"";
    for (size_t i = 0; i < raw.size(); ++i) {
      const char c = raw[i];
      if (c == '"' || c == '\\') (out += '\\') += c;
      else if (c == '\n') out += "\\n";
      else if (c == '\r') out += "\\r";
      else if (c == '\t') out += "\\t";
      else out += c;
      if (IsTerraform() && (c == '$' || c == '%') && i + 1 < raw.size() && raw[i + 1] == '{') out += c;
    }
    return out + "\"";
  }

  // Terraform's expressions stand in strings; other languages' are JSON themselves.
  std::string Expression(const std::string& expression) const {
    const std::string said = WithSelf(expression, self_.empty() ? target().self : self_);
    if (!IsTerraform()) return said;
    std::string out = "\"${";
    for (const char c : said) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + "}\"";
  }

  std::string Key(std::string_view name) const { return Quote(name.ends_with("=") ? name.substr(0, name.size() - 1) : name); }

  // `lines`: every element has its own, indented below `indent`.
  std::string Render(const NewValue& value, const std::string& indent, bool lines) const {
    switch (value.kind) {
      case Kind::kNull: return "null";
      case Kind::kBool:
      case Kind::kNumber: return value.text;
      case Kind::kText: return Quote(value.text);
      case Kind::kExpression: return Expression(value.text);
      case Kind::kList:
      case Kind::kMap: break;
    }
    const bool list = value.is(Kind::kList);
    const size_t size = list ? value.items.size() : value.members.size();
    if (size == 0) return list ? "[]" : "{}";
    std::string out = list ? "[" : "{";
    for (size_t i = 0; i < size; ++i) {
      if (i > 0) out += lines ? "," : comma_gap_;
      if (lines) out += std::string(newline_) + indent + unit_;
      out += list ? Render(value.items[i], indent + unit_, lines) : Key(value.members[i].first) + colon_ + Render(value.members[i].second, indent + unit_, lines);
    }
    if (lines) out += std::string(newline_) + indent;
    return out + (list ? "]" : "}");
  }

  bool SpansLines(const Value& container) const { return Text(container.span.offset, container.span.end()).find('\n') != std::string_view::npos; }

  // How this container and its neighbours are spaced.
  void LearnSpacing(const Value& container) {
    const Value* with = &container;
    if (container.members.empty() && root_->kind == json::Kind::kObject && !root_->members.empty()) with = root_;
    if (!with->members.empty()) {
      const Member& m = with->members[0];
      colon_ = Text(m.key_span.end(), m.value->span.offset);
      if (colon_.find('\n') != std::string::npos) colon_ = ": ";
    }
    comma_gap_ = colon_.ends_with(" ") ? ", " : ",";
  }

  // `entry(indent)` as the last element of an object or array whose elements' spans are `first` … `last`.
  template <typename Entry>
  void Add(const Value& container, bool empty, uint32_t first, uint32_t last_end, Entry entry) {
    const std::string outer = layout::IndentOf(text(), container.span.offset);
    if (empty) {
      // An empty one in a file of several lines is opened up.
      const bool lines = SpansLines(*root_) && container.kind == json::Kind::kObject;
      Change(container.span.offset + 1, container.span.end() - 1,
             lines ? std::string(newline_) + outer + unit_ + entry(outer + unit_, true) + std::string(newline_) + outer : entry(outer, false));
      return;
    }
    const bool lines = layout::LineStart(text(), first) + layout::IndentOf(text(), first).size() == first && SpansLines(container);
    const std::string indent = layout::IndentOf(text(), first);
    Change(last_end, last_end, lines ? "," + std::string(newline_) + indent + entry(indent, true) : comma_gap_ + entry(outer, false));
  }

  void AddMember(const Value& object, std::string_view name, const NewValue& value) {
    LearnSpacing(object);
    const bool empty = object.members.empty();
    Add(object, empty, empty ? 0 : object.members[0].key_span.offset, empty ? 0 : object.members.back().value->span.end(),
        [&](const std::string& indent, bool lines) { return Key(name) + colon_ + Render(value, indent, lines); });
  }

  // A call of one of CloudFormation's functions: what is added to it would take its meaning away.
  static bool IsComputed(const Value& object) {
    return object.members.size() == 1 && (object.members[0].key == "Ref" || object.members[0].key.starts_with("Fn::"));
  }
  static bool HasIndex(const Path& path) {
    return std::ranges::any_of(path, [](const std::string& key) { return IsIndex(key); });
  }

  // Takes one element out, with one of the commas around it.
  void RemoveItem(const std::vector<Span>& items, size_t index) {
    if (index > 0) Change(items[index - 1].end(), items[index].end(), "");
    else if (items.size() > 1) Change(items[0].offset, items[1].offset, "");
    else Change(Shrink(items[0].offset), Grow(items[0].end()), "");
  }
  uint32_t Shrink(uint32_t at) const {
    while (at > 0 && std::string_view(" \t\r\n").find(text()[at - 1]) != std::string_view::npos) --at;
    return at;
  }
  uint32_t Grow(uint32_t at) const {
    while (at < text().size() && std::string_view(" \t\r\n").find(text()[at]) != std::string_view::npos) ++at;
    return at;
  }

  // ---- Operations.

  bool Set(const Path& path, const NewValue& value) override {
    const Value* at = Open();
    if (at == nullptr) return false;
    Path rest = path;
    at = Follow(at, rest);
    if (rest.empty()) {
      if (path.empty() && target().kind == Target::Kind::kResource) return false;
      LearnSpacing(*at);
      Change(at->span.offset, at->span.end(), Render(value, layout::IndentOf(text(), at->span.offset), SpansLines(*at)));
      return true;
    }
    if (at->kind == json::Kind::kArray && at->items.size() == 1) at = at->items[0];
    if (at->kind != json::Kind::kObject || HasIndex(rest) || IsComputed(*at)) return false;
    AddMember(*at, rest[0], NewValue::Nested(std::span(rest).subspan(1), value));
    return true;
  }

  bool Remove(const Path& path) override {
    const Value* at = Open();
    if (at == nullptr || path.empty()) return false;
    Path way(path.begin(), path.end() - 1);
    at = Follow(at, way);
    if (!way.empty()) return true;
    std::vector<Span> items;
    size_t index = SIZE_MAX;
    if (IsIndex(path.back())) {
      for (const Value* item : at->items) items.push_back(item->span);
      index = IndexOf(path.back());
      // A block that stands without its list is removed with its name.
      if (at->kind == json::Kind::kObject && index == 0) return Remove(Path(path.begin(), path.end() - 1));
      if (index >= items.size()) return false;
    } else {
      if (at->kind == json::Kind::kArray && at->items.size() == 1) at = at->items[0];
      for (const Member& m : at->members) {
        if (m.key == path.back()) index = items.size();
        items.push_back(Cover(m.key_span, m.value->span));
      }
    }
    if (index < items.size()) RemoveItem(items, index);
    return true;
  }

  bool Append(const Path& path, const NewValue& value) override {
    const Value* at = Open();
    if (at == nullptr) return false;
    const NewValue list = value.is(Kind::kList) ? value : NewValue::List(value);
    Path rest = path;
    at = Follow(at, rest);
    if (!rest.empty()) return Set(path, list);
    if (at->kind != json::Kind::kArray) return false;
    if (list.items.empty()) return true;
    LearnSpacing(*root_);
    const bool empty = at->items.empty();
    Add(*at, empty, empty ? 0 : at->items[0]->span.offset, empty ? 0 : at->items.back()->span.end(), [&](const std::string& indent, bool lines) {
      std::string entries;
      for (const NewValue& item : list.items) {
        if (!entries.empty()) entries += lines ? "," + std::string(newline_) + indent : comma_gap_;
        entries += Render(item, indent, lines);
      }
      return entries;
    });
    return true;
  }

  bool Replace(const Path& path, const NewValue& old_to_new) override {
    const Value* at = Open();
    if (at == nullptr) return false;
    Path rest = path;
    at = Follow(at, rest);
    if (!rest.empty()) return false;
    std::vector<const Value*> candidates{at};
    if (at->kind == json::Kind::kArray) candidates.assign(at->items.begin(), at->items.end());
    bool replaced = false;
    for (const Value* v : candidates) {
      const bool scalar = v->kind == json::Kind::kString || v->kind == json::Kind::kNumber || v->kind == json::Kind::kBool;
      const NewValue* found = scalar ? old_to_new.Find(v->kind == json::Kind::kBool ? (v->boolean ? "true" : "false") : v->text) : nullptr;
      if (found == nullptr) continue;
      Change(v->span.offset, v->span.end(), Render(*found, "", false));
      replaced = true;
    }
    return replaced;
  }

  bool AddBlock(const Path& path, const NewValue& body) override {
    const Value* at = Open();
    if (at == nullptr || path.empty()) return false;
    Path rest = path;
    at = Follow(at, rest);
    if (!rest.empty()) return Set(path, body);
    // There is one already: the new one is another element.
    if (at->kind == json::Kind::kArray) return Append(path, NewValue::List(body));
    return false;
  }

  bool AddResource(std::string_view type, std::string_view name, const NewValue& body) override {
    if (Open() == nullptr || !IsTerraform() || root_->kind != json::Kind::kObject) return false;
    NewValue content = body;
    self_ = target().self;
    if (!target().repetition.empty()) {
      NewValue repeat;
      repeat.kind = Kind::kExpression;
      repeat.text = target().repetition == "count" ? "length(" + self_ + ")" : self_;
      content.members.insert(content.members.begin(), {target().repetition, std::move(repeat)});
      self_ += target().repetition == "count" ? "[count.index]" : "[each.key]";
    }
    Path rest{"resource", std::string(type), std::string(name)};
    const Value* at = Follow(root_, rest);
    const bool made = !rest.empty() && at->kind == json::Kind::kObject;
    if (made) AddMember(*at, rest[0], NewValue::Nested(std::span(rest).subspan(1), content));
    self_.clear();
    return made;
  }

  bool Rename(const Path& path, std::string_view name) override {
    const Value* at = Open();
    if (at == nullptr || IsIndex(path.back())) return false;
    Path way(path.begin(), path.end() - 1);
    at = Follow(at, way);
    if (!way.empty() || at->kind != json::Kind::kObject || FindMember(*at, name) != nullptr) return false;
    const Member* m = FindMember(*at, path.back());
    if (m == nullptr) return false;
    Change(m->key_span.offset, m->key_span.end(), Quote(name));
    return true;
  }

  Arena arena_;
  const Value* root_ = nullptr;
  std::string_view newline_ = "\n";
  std::string unit_, colon_ = ": ", comma_gap_ = ", ", self_;
};

}  // namespace

std::unique_ptr<Editor> NewJsonEditor(EditedText& text, Target target) { return std::make_unique<JsonEditor>(text, std::move(target)); }

bool IsWellFormedJson(std::string_view text) {
  Arena arena;
  return json::Parse(text, 0, arena).errors.empty();
}

}  // namespace weir::fix
