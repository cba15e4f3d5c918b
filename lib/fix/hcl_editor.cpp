#include "lib/fix/hcl_editor.h"

#include <algorithm>
#include <charconv>

namespace weir::fix {
namespace {

bool IsIndex(const std::string& key) { return !key.empty() && key[0] == '['; }
size_t IndexOf(const std::string& key) {
  size_t i = SIZE_MAX;
  std::from_chars(key.data() + 1, key.data() + key.size(), i);
  return i;
}

bool IsIdentifier(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }) &&
         !(name[0] >= '0' && name[0] <= '9');
}

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else out += c;
    if ((c == '$' || c == '%') && i + 1 < text.size() && text[i + 1] == '{') out += c;
  }
  return out + "\"";
}

}  // namespace

uint32_t HclEditor::LineStart(uint32_t offset) const {
  const size_t at = offset == 0 ? std::string_view::npos : source_.rfind('\n', offset - 1);
  return at == std::string_view::npos ? 0 : uint32_t(at + 1);
}

std::string HclEditor::IndentOf(uint32_t offset) const {
  const uint32_t start = LineStart(offset);
  uint32_t end = start;
  while (end < source_.size() && (source_[end] == ' ' || source_[end] == '\t')) ++end;
  return std::string(source_.substr(start, end - start));
}

std::string HclEditor::Render(const rapidjson::Value& value, const std::string& indent) const {
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  if (value.IsString()) {
    const std::string_view text(value.GetString(), value.GetStringLength());
    if (text.empty() || text[0] != '=') return Quote(text);
    std::string out(text.substr(1));
    for (size_t at = out.find("self."); at != std::string::npos; at = out.find("self.", at + self_.size())) out.replace(at, 4, self_);
    return out;
  }
  if (value.IsArray()) {
    std::string out = "[";
    for (const auto& item : value.GetArray()) out += (out.size() > 1 ? ", " : "") + Render(item, indent);
    return out + "]";
  }
  if (value.IsObject()) {
    size_t width = 0;
    for (const auto& member : value.GetObject()) width = std::max<size_t>(width, member.name.GetStringLength());
    std::string out = "{" + newline_;
    for (const auto& member : value.GetObject()) {
      const std::string name = member.name.GetString(), key = IsIdentifier(name) ? name : Quote(name);
      out += indent + "  " + key + std::string(width - std::min(width, name.size()), ' ') + " = " + Render(member.value, indent + "  ") + newline_;
    }
    return out + indent + "}";
  }
  return "null";
}

std::string HclEditor::BodyText(const rapidjson::Value& body, const std::string& indent) const {
  if (!body.IsObject()) return {};
  std::string out;
  size_t width = 0;
  const auto is_attribute = [](const auto& m) { return !m.value.IsObject() && !(m.value.IsArray() && m.value.Size() > 0 && m.value[0].IsObject()); };
  const auto name_of = [](const auto& m) { std::string n = m.name.GetString(); if (n.ends_with("=")) n.pop_back(); return n; };
  for (const auto& m : body.GetObject())
    if (is_attribute(m) || std::string_view(m.name.GetString()).ends_with("=")) width = std::max(width, name_of(m).size());
  for (const auto& m : body.GetObject()) {
    const std::string name = name_of(m);
    if (is_attribute(m) || name != m.name.GetString()) {
      out += indent + name + std::string(width - name.size(), ' ') + " = " + Render(m.value, indent) + newline_;
      continue;
    }
    const auto block = [&](const rapidjson::Value& inner) {
      if (!out.empty()) out += newline_;
      out += indent + name + " {" + newline_ + BodyText(inner, indent + "  ") + indent + "}" + newline_;
    };
    if (m.value.IsObject()) block(m.value);
    else
      for (const auto& inner : m.value.GetArray()) block(inner);
  }
  return out;
}

// Follows the names of nested blocks as far as there are such blocks; `path` keeps what is left.
const hcl::Block* HclEditor::Descend(std::vector<std::string>& path) const {
  const hcl::Block* at = &block_;
  while (path.size() > 1) {
    const size_t index = IsIndex(path[1]) ? IndexOf(path[1]) : 0;
    size_t seen = 0;
    const hcl::Block* next = nullptr;
    for (const hcl::Block* b : at->body->blocks)
      if (b->type == path[0] && b->labels.empty() && seen++ == index) next = b;
    if (next == nullptr) break;
    path.erase(path.begin(), path.begin() + (IsIndex(path[1]) ? 2 : 1));
    at = next;
  }
  return at;
}

const hcl::Expr* HclEditor::Element(const hcl::Expr* expr, const std::vector<std::string>& path, size_t from) const {
  for (size_t i = from; i < path.size() && expr != nullptr; ++i) {
    if (const auto* tuple = hcl::If<hcl::TupleCons>(expr); tuple != nullptr && IsIndex(path[i])) {
      const size_t index = IndexOf(path[i]);
      expr = index < tuple->items.size() ? tuple->items[index] : nullptr;
    } else if (const auto* object = hcl::If<hcl::ObjectCons>(expr); object != nullptr && !IsIndex(path[i])) {
      expr = nullptr;
      for (const hcl::ObjectItem& item : object->items) {
        const auto* quoted = item.key->wrapped != nullptr ? hcl::If<hcl::Template>(item.key->wrapped) : nullptr;
        if (item.key->literal_name == path[i] || (quoted != nullptr && quoted->literal() != nullptr && quoted->literal()->text == path[i])) expr = item.value;
      }
    } else {
      return nullptr;
    }
  }
  return expr;
}

bool HclEditor::Set(std::vector<std::string> path, const rapidjson::Value& value) {
  if (path.empty()) return false;
  const hcl::Block* at = Descend(path);
  if (path.empty() || IsIndex(path[0])) return false;
  if (const hcl::Attribute* attribute = at->body->Find(path[0])) {
    const hcl::Expr* expr = Element(attribute->expr, path, 1);
    if (expr == nullptr) return false;
    Replace(expr->span, Render(value, IndentOf(attribute->span.offset)));
    return true;
  }
  for (const hcl::Block* b : at->body->blocks)
    if (b->type == path[0] || b->type == "dynamic") {
      if (b->type == path[0] || (!b->labels.empty() && b->labels[0].text == path[0])) return false;
    }
  if (path.size() == 1) {
    Insert(*at, path[0], Render(value, IndentOf(at->span.offset) + "  "));
    return true;
  }
  // The blocks on the way are made.
  std::string indent = IndentOf(at->span.offset) + "  ", open, close;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    if (IsIndex(path[i])) continue;
    open += indent + path[i] + " {" + newline_;
    close = indent + "}" + newline_ + close;
    indent += "  ";
  }
  InsertBlock(*at, open + indent + path.back() + " = " + Render(value, indent) + newline_ + close);
  return true;
}

void HclEditor::Insert(const hcl::Block& into, const std::string& name, const std::string& value) {
  const std::string outer = IndentOf(into.span.offset), indent = outer + "  ";
  const Span body = into.body_span;
  const std::string_view text = source_.substr(body.offset, body.length);
  if (text.find('\n') == std::string_view::npos) {
    // A block on one line holds at most one attribute: it is opened up.
    std::string inner;
    size_t width = name.size();
    for (const hcl::Attribute* a : into.body->attributes) width = std::max(width, a->name.size());
    for (const hcl::Attribute* a : into.body->attributes)
      inner += indent + std::string(a->name) + std::string(width - a->name.size(), ' ') + " = " + std::string(source_.substr(a->expr->span.offset, a->expr->span.length)) + newline_;
    Replace(body, "{" + newline_ + inner + indent + name + std::string(width - name.size(), ' ') + " = " + value + newline_ + outer + "}");
    return;
  }
  if (into.body->attributes.empty()) {
    uint32_t at = body.offset + 1;
    while (at < source_.size() && source_[at] != '\n') ++at;
    const std::string gap = into.body->blocks.empty() ? "" : newline_;
    out_.push_back({file_, at + 1, at + 1, indent + name + " = " + value + newline_ + gap});
    return;
  }
  // After the last attribute, in the group of lines that it belongs to; `=` stays in one column.
  const auto& attributes = into.body->attributes;
  const hcl::Attribute* last = attributes.back();
  const std::string own = IndentOf(last->span.offset);
  const auto single = [&](const hcl::Attribute* a) { return source_.substr(a->span.offset, a->span.length).find('\n') == std::string_view::npos; };
  std::vector<const hcl::Attribute*> group;
  for (size_t i = attributes.size(); i-- > 0 && single(attributes[i]);) {
    if (!group.empty()) {
      const std::string_view between = source_.substr(attributes[i]->span.end(), group.back()->span.offset - attributes[i]->span.end());
      if (std::ranges::count(between, '\n') != 1) break;
    }
    group.push_back(attributes[i]);
  }
  size_t width = 0;
  for (const hcl::Attribute* a : group) width = std::max<size_t>(width, a->equals_span.offset - a->span.offset - 1);
  if (name.size() > width && !group.empty()) {
    for (const hcl::Attribute* a : group)
      if (const size_t have = a->equals_span.offset - a->span.offset - 1; have < name.size() && have == width)
        out_.push_back({file_, a->equals_span.offset, a->equals_span.offset, std::string(name.size() - have, ' ')});
    width = name.size();
  }
  uint32_t end = last->span.end();
  while (end < source_.size() && source_[end] != '\n') ++end;  // a comment behind it stays with it
  std::string line = own + name + std::string(width > name.size() ? width - name.size() : 0, ' ') + " = " + value;
  if (end >= source_.size()) out_.push_back({file_, end, end, newline_ + line});
  else out_.push_back({file_, end + 1, end + 1, line + newline_});
}

void HclEditor::InsertBlock(const hcl::Block& into, const std::string& text) {
  const Span body = into.body_span;
  const std::string outer = IndentOf(into.span.offset);
  const std::string_view inner = source_.substr(body.offset, body.length);
  if (inner.find('\n') == std::string_view::npos) {
    std::string kept;
    for (const hcl::Attribute* a : into.body->attributes) kept += outer + "  " + std::string(source_.substr(a->span.offset, a->span.length)) + newline_;
    Replace(body, "{" + newline_ + kept + (kept.empty() ? "" : newline_) + text + outer + "}");
    return;
  }
  const uint32_t close = LineStart(body.end() - 1);
  const bool empty = into.body->attributes.empty() && into.body->blocks.empty();
  out_.push_back({file_, close, close, (empty ? "" : newline_) + text});
}

void HclEditor::DeleteLines(Span span) {
  uint32_t start = LineStart(span.offset), end = span.end();
  while (end < source_.size() && source_[end] != '\n') ++end;
  if (end < source_.size()) ++end;
  // Two empty lines that would meet become one.
  const auto blank_before = start >= 2 && source_[start - 1] == '\n' && source_[start - 2] == '\n';
  if (blank_before && end < source_.size() && source_[end] == '\n') ++end;
  out_.push_back({file_, start, end, ""});
}

bool HclEditor::Remove(std::vector<std::string> path) {
  if (path.empty()) return false;
  const hcl::Block* at = Descend(path);
  if (path.size() == 1 && IsIndex(path[0])) return DeleteLines(at->span), true;
  if (const hcl::Attribute* attribute = at->body->Find(path[0])) {
    if (path.size() == 1) return DeleteLines(attribute->span), true;
    const std::string last = path.back();
    path.pop_back();
    const auto* tuple = hcl::If<hcl::TupleCons>(Element(attribute->expr, path, 1));
    if (tuple == nullptr || !IsIndex(last) || IndexOf(last) >= tuple->items.size()) return false;
    const size_t i = IndexOf(last);
    // With the comma before it, or after it where it is the first.
    const uint32_t start = i > 0 ? tuple->items[i - 1]->span.end() : tuple->items[i]->span.offset;
    const uint32_t end = i > 0 ? tuple->items[i]->span.end() : tuple->items.size() > 1 ? tuple->items[1]->span.offset : tuple->items[i]->span.end();
    out_.push_back({file_, start, end, ""});
    return true;
  }
  if (path.size() != 1) return false;
  bool removed = false;
  for (const hcl::Block* b : at->body->blocks)
    if (b->type == path[0]) DeleteLines(b->span), removed = true;
  return removed;
}

bool HclEditor::Append(std::vector<std::string> path, const rapidjson::Value& value) {
  std::vector<std::string> whole = path;
  const hcl::Block* at = Descend(path);
  if (path.empty()) return false;
  const hcl::Attribute* attribute = at->body->Find(path[0]);
  if (attribute == nullptr) {
    rapidjson::Document list;
    list.SetArray();
    if (value.IsArray()) return Set(whole, value);
    list.PushBack(rapidjson::Value(value, list.GetAllocator()), list.GetAllocator());
    return Set(whole, list);
  }
  const auto* tuple = hcl::If<hcl::TupleCons>(Element(attribute->expr, path, 1));
  if (tuple == nullptr) return false;
  std::string text;
  const auto add = [&](const rapidjson::Value& v) { text += (text.empty() && tuple->items.empty() ? "" : ", ") + Render(v, ""); };
  if (value.IsArray()) for (const auto& v : value.GetArray()) add(v);
  else add(value);
  const uint32_t where = tuple->items.empty() ? tuple->span.offset + 1 : tuple->items.back()->span.end();
  out_.push_back({file_, where, where, text});
  return true;
}

bool HclEditor::Replace(std::vector<std::string> path, const rapidjson::Value& old_to_new) {
  const hcl::Block* at = Descend(path);
  const hcl::Attribute* attribute = path.empty() ? nullptr : at->body->Find(path[0]);
  if (attribute == nullptr || !old_to_new.IsObject()) return false;
  const hcl::Expr* expr = Element(attribute->expr, path, 1);
  std::vector<const hcl::Expr*> candidates;
  if (const auto* tuple = hcl::If<hcl::TupleCons>(expr)) candidates.assign(tuple->items.begin(), tuple->items.end());
  else if (expr != nullptr) candidates.push_back(expr);
  bool replaced = false;
  for (const hcl::Expr* e : candidates) {
    const auto* text = hcl::If<hcl::Template>(e);
    if (text == nullptr || text->literal() == nullptr) continue;
    const auto found = old_to_new.FindMember(std::string(text->literal()->text).c_str());
    if (found == old_to_new.MemberEnd()) continue;
    Replace(e->span, Render(found->value, ""));
    replaced = true;
  }
  return replaced;
}

bool HclEditor::AddBlock(std::vector<std::string> path, const rapidjson::Value& body) {
  if (path.empty()) return false;
  const hcl::Block* at = Descend(path);
  std::string indent = IndentOf(at->span.offset) + "  ", open, close;
  for (const std::string& name : path) {
    if (IsIndex(name)) return false;
    open += indent + name + " {" + newline_;
    close = indent + "}" + newline_ + close;
    indent += "  ";
  }
  InsertBlock(*at, open + BodyText(body, indent) + close);
  return true;
}

bool HclEditor::AddResource(const rapidjson::Value& value, std::string_view own_name) {
  if (!value.HasMember("type") || !value.HasMember("body")) return false;
  std::string name = value.HasMember("name") && value["name"].IsString() ? value["name"].GetString() : "self.name";
  if (name == "self.name" || name == "=self.name") name = own_name;
  uint32_t end = block_.span.end();
  while (end < source_.size() && source_[end] != '\n') ++end;
  const std::string text = "resource \"" + std::string(value["type"].GetString()) + "\" \"" + name + "\" {" + newline_ + BodyText(value["body"], "  ") + "}";
  if (end >= source_.size()) out_.push_back({file_, end, end, newline_ + newline_ + text + newline_});
  else out_.push_back({file_, end + 1, end + 1, newline_ + text + newline_});
  return true;
}

}  // namespace weir::fix
