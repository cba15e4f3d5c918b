#include "lib/policy/json_document.h"

#include <charconv>
#include <string>
#include <vector>

#include "lib/model/json.h"
#include "lib/model/refined.h"

namespace weir::policy {
namespace {

// Stands in the text for an unknown part, followed by its number and a semicolon: a code point that Unicode reserves for
// use inside a program (U+FDD0).
constexpr std::string_view kHole = "\xEF\xB7\x90";
constexpr int kDeepest = 100;

// The text of a document as it is put together from its parts.
struct Text {
  std::string json;
  bool quoted = false, escaped = false;
  size_t comma = std::string::npos;  // the last one, if only white space followed it

  void Add(std::string_view part) {
    for (const char c : part) {
      if (!quoted && (c == ']' || c == '}') && comma != std::string::npos) json[comma] = ' ';
      if (!quoted && c == ',') comma = json.size();
      else if (quoted || !(c == ' ' || c == '\t' || c == '\r' || c == '\n')) comma = std::string::npos;
      if (c == '"' && !escaped) quoted = !quoted;
      escaped = quoted && c == '\\' && !escaped;
      json += c;
    }
  }
  // Quoted where it stands outside quotes.
  void AddHole(size_t number) {
    const std::string hole = std::string(kHole) + std::to_string(number) + ";";
    comma = std::string::npos;
    json += quoted ? hole : "\"" + hole + "\"";
  }
};

// Puts the unknown parts back where their holes are.
struct Filler {
  Arena& arena;
  std::span<const Value* const> holes;

  const Value* Fill(const Value* v, int depth) {
    if (depth > kDeepest) return NewUnknown(arena, v->origin);
    if (v->kind == Kind::kString) {
      const size_t hole = v->text.find(kHole);
      return hole == std::string_view::npos ? v : FillText(*v, hole);
    }
    if (IsSequence(v->kind)) {
      std::vector<const Value*> items;
      for (const Value* item : v->items) items.push_back(Fill(item, depth + 1));
      return NewSequence(arena, v->kind, arena.Copy(items), v->origin);
    }
    if (!IsMapping(v->kind)) return v;
    std::vector<Entry> entries;
    for (const Entry& e : v->entries) {
      // Which element this is cannot be known, so neither can what the others are.
      if (e.key.find(kHole) != std::string_view::npos) return NewUnknown(arena, v->origin);
      entries.push_back({e.key, Fill(e.value, depth + 1), e.key_span});
    }
    return NewMapping(arena, v->kind, arena.Copy(entries), v->origin);
  }

  const Value* FillText(const Value& v, size_t hole) {
    const std::string_view number = v.text.substr(hole + kHole.size());
    size_t index = 0;
    const auto r = std::from_chars(number.data(), number.data() + number.size(), index);
    if (r.ec != std::errc() || index >= holes.size()) return NewUnknown(arena, v.origin);
    const Value* part = holes[index];
    const bool alone = hole == 0 && r.ptr + 1 == number.data() + number.size();
    if (alone) return part->structure != nullptr && !part->has(Value::kPartial) ? part->structure : part;
    Value* out = NewUnknown(arena, v.origin);
    out->flags = uint8_t((part->flags & (Value::kSensitive | Value::kEphemeral)) | Value::kPartial);
    out->provenance = part->provenance;
    out->text = v.text.substr(0, hole);
    out->structure = NewSequence(arena, Kind::kTuple, arena.Copy(PartsOf(v)), v.origin);
    return out;
  }

  // What stands between the holes of a text, and what they stand for.
  std::vector<const Value*> PartsOf(const Value& v) {
    std::vector<const Value*> parts;
    std::string_view rest = v.text;
    for (size_t hole = rest.find(kHole); hole != std::string_view::npos; hole = rest.find(kHole)) {
      parts.push_back(NewString(arena, rest.substr(0, hole), v.origin));
      rest.remove_prefix(hole + kHole.size());
      size_t index = 0;
      const auto r = std::from_chars(rest.data(), rest.data() + rest.size(), index);
      parts.push_back(r.ec == std::errc() && index < holes.size() ? holes[index] : NewUnknown(arena, v.origin));
      rest.remove_prefix(std::min(size_t(r.ptr - rest.data()) + 1, rest.size()));
    }
    parts.push_back(NewString(arena, rest, v.origin));
    return parts;
  }
};

const Value* Parse(const Value& value, Arena& arena) {
  constexpr size_t kMostParts = 4096;
  std::vector<const Value*> parts, holes;
  if (!PartsOf(value, kMostParts, parts)) return nullptr;
  Text text;
  for (const Value* part : parts) {
    if (part->kind != Kind::kString) {
      text.AddHole(holes.size());
      holes.push_back(part);
    } else if (part->text.find(kHole) != std::string_view::npos) {
      return nullptr;
    } else {
      text.Add(part->text);
    }
  }
  const auto document = ReadJson(arena.Copy(std::string_view(text.json)), value.origin, arena);
  if (!document.ok()) return nullptr;
  return holes.empty() ? *document : Filler{arena, holes}.Fill(*document, 0);
}

}  // namespace

const Value* ReadDocument(const Value& value, Arena& arena) {
  if (IsMapping(value.kind) || IsSequence(value.kind)) return &value;
  if (value.is_unknown() && value.has(Value::kOpen)) return nullptr;  // what else it holds is not known
  const bool partial = value.is_unknown() && value.has(Value::kPartial);
  if (value.structure != nullptr && !partial) return value.structure;
  if (value.kind == Kind::kString || (partial && value.structure != nullptr)) return Parse(value, arena);
  return nullptr;
}

}  // namespace weir::policy
