#include "lib/model/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "lib/base/text.h"

namespace weir {
namespace {

/// Builds values from RapidJSON's events.
struct Builder : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
  static constexpr size_t kMaxDepth = 200;
  Arena& arena;
  Span at;
  struct Open {
    std::vector<const Value*> items;
    std::vector<std::string_view> keys;
  };
  std::vector<Open> open{{}};
  bool too_deep = false;

  Builder(Arena& a, Span s) : arena(a), at(s) {}
  bool Add(const Value* v) { return open.back().items.push_back(v), true; }
  bool Null() { return Add(NewNull(arena, at)); }
  bool Bool(bool b) { return Add(NewBool(arena, b, at)); }
  bool RawNumber(const char* s, rapidjson::SizeType n, bool) {
    const auto number = Number::Parse({s, n}, arena);
    return number && Add(NewNumber(arena, *number, at));
  }
  bool String(const char* s, rapidjson::SizeType n, bool) { return Add(NewString(arena, arena.Copy(std::string_view(s, n)), at)); }
  bool Key(const char* s, rapidjson::SizeType n, bool) { return open.back().keys.push_back(arena.Copy(std::string_view(s, n))), true; }
  bool StartObject() { return Start(); }
  bool StartArray() { return Start(); }
  bool Start() {
    too_deep = open.size() > kMaxDepth;
    if (!too_deep) open.emplace_back();
    return !too_deep;
  }
  bool EndArray(rapidjson::SizeType) {
    const Value* list = NewSequence(arena, Kind::kTuple, arena.Copy(open.back().items), at);
    open.pop_back();
    return Add(list);
  }
  bool EndObject(rapidjson::SizeType) {
    std::vector<Entry> entries;
    for (size_t i = 0; i < open.back().keys.size(); ++i) entries.push_back({open.back().keys[i], open.back().items[i], {}});
    open.pop_back();
    return Add(NewMapping(arena, Kind::kObject, arena.Copy(entries), at));
  }
};

}  // namespace

void WriteJsonText(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else if (uint8_t(c) < 0x20 || c == '<' || c == '>' || c == '&') ((out += "\\u00") += kHex[uint8_t(c) >> 4]) += kHex[uint8_t(c) & 15];
    else if (text.substr(i, 3) == "\xe2\x80\xa8" || text.substr(i, 3) == "\xe2\x80\xa9") out += text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029", i += 2;
    else out += c;
  }
  out += '"';
}

bool WriteJson(const Value& v, std::string& out) {
  switch (v.kind) {
    case Kind::kNull: out += "null"; return true;
    case Kind::kBool: out += v.boolean ? "true" : "false"; return true;
    case Kind::kNumber: out += v.number.ToString(); return v.number.IsFinite();
    case Kind::kString: WriteJsonText(v.text, out); return true;
    case Kind::kList: case Kind::kSet: case Kind::kTuple:
      out += '[';
      for (size_t i = 0; i < v.items.size(); ++i) {
        if (i > 0) out += ',';
        if (!WriteJson(*v.items[i], out)) return false;
      }
      out += ']';
      return true;
    case Kind::kMap: case Kind::kObject:
      out += '{';
      for (size_t i = 0; i < v.entries.size(); ++i) {
        if (i > 0) out += ',';
        WriteJsonText(v.entries[i].key, out);
        out += ':';
        if (!WriteJson(*v.entries[i].value, out)) return false;
      }
      out += '}';
      return true;
    case Kind::kUnknown: return false;
  }
  return false;
}

Result<const Value*> ReadJson(std::string_view text, Span at, Arena& arena) {
  Builder builder(arena, at);
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  const auto result = reader.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(stream, builder);
  if (builder.too_deep) return Status(Code::kLimit, "the JSON text is nested deeper than 200");
  if (result.IsError() || builder.open.front().items.empty())
    return Status(Code::kInvalid, "no JSON text: " + std::string(rapidjson::GetParseError_En(result.Code())) + " (byte " + std::to_string(result.Offset()) + ")");
  return builder.open.front().items[0];
}

}  // namespace weir
