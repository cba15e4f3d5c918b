// jsonencode and its family. The text of jsonencode() keeps what was encoded (Value::structure), so that a policy can read a
// document that is known only in part.
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

bool WriteJson(const Value& v, Writer& out) {
  const auto text = [&](std::string_view s) { out.String(s.data(), rapidjson::SizeType(s.size())); };
  switch (v.kind) {
    case Kind::kNull: out.Null(); return true;
    case Kind::kBool: out.Bool(v.boolean); return true;
    case Kind::kNumber: {
      const std::string n = v.number.ToString();
      out.RawValue(n.data(), n.size(), rapidjson::kNumberType);
      return true;
    }
    case Kind::kString: text(v.text); return true;
    case Kind::kList: case Kind::kSet: case Kind::kTuple:
      out.StartArray();
      for (const Value* item : v.items)
        if (!WriteJson(*item, out)) return false;
      out.EndArray();
      return true;
    case Kind::kMap: case Kind::kObject:
      out.StartObject();
      for (const Entry& e : v.entries) {
        text(e.key);
        if (!WriteJson(*e.value, out)) return false;
      }
      out.EndObject();
      return true;
    case Kind::kUnknown: return false;
  }
  return false;
}

const Value* JsonEncode(Args a, FunctionCallSite& site) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  Value* out = WriteJson(*a[0], writer) ? NewString(site.context.arena, site.context.arena.Copy(std::string_view(buffer.GetString(), buffer.GetSize())), site.at)
                                        : NewUnknown(site.context.arena, site.at);
  out->structure = a[0];
  return out;
}

// Builds values from RapidJSON's events. Every node stands where the text stands.
struct Builder : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
  Arena& arena;
  Span at;
  struct Open {
    std::vector<const Value*> items;
    std::vector<std::string_view> keys;
  };
  std::vector<Open> open{{}};
  Builder(Arena& a, Span s) : arena(a), at(s) {}
  bool Add(const Value* v) { return open.back().items.push_back(v), true; }
  bool Null() { return Add(NewNull(arena, at)); }
  bool Bool(bool b) { return Add(NewBool(arena, b, at)); }
  bool RawNumber(const char* s, rapidjson::SizeType n, bool) {
    const auto number = Number::Parse({s, n});
    return number && Add(NewNumber(arena, *number, at));
  }
  bool String(const char* s, rapidjson::SizeType n, bool) { return Add(NewString(arena, arena.Copy(std::string_view(s, n)), at)); }
  bool Key(const char* s, rapidjson::SizeType n, bool) { return open.back().keys.push_back(arena.Copy(std::string_view(s, n))), true; }
  bool StartObject() { return Start(); }
  bool StartArray() { return Start(); }
  bool Start() { return open.size() < 200 && (open.emplace_back(), true); }
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

const Value* JsonDecode(Args a, FunctionCallSite& site) {
  std::string_view text;
  if (!TextOf(a[0], site, text)) return nullptr;
  Builder builder(site.context.arena, a[0]->origin);
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  const auto result = reader.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag>(stream, builder);
  if (result.IsError() || builder.open.front().items.empty()) return nullptr;
  return builder.open.front().items[0];
}

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const Value* Base64Encode(Args a, FunctionCallSite& site) {
  std::string_view s;
  if (!TextOf(a[0], site, s)) return nullptr;
  std::string out;
  for (size_t i = 0; i < s.size(); i += 3) {
    const auto byte = [&](size_t k) { return k < s.size() ? uint32_t(uint8_t(s[k])) : 0u; };
    const uint32_t v = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (int k = 0; k < 4; ++k) out += size_t(k) <= std::min<size_t>(s.size() - i, 3) ? kBase64[(v >> (18 - 6 * k)) & 63] : '=';
  }
  return MakeString(out, site);
}

const Value* Base64Decode(Args a, FunctionCallSite& site) {
  std::string_view s;
  if (!TextOf(a[0], site, s) || s.size() % 4 != 0) return nullptr;
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '=') {
      if (i + 2 < s.size()) return nullptr;
      continue;
    }
    const size_t digit = std::string_view(kBase64).find(s[i]);
    if (digit == std::string_view::npos) return nullptr;
    bits = bits << 6 | uint32_t(digit);
    if ((have += 6) >= 8) out += char(bits >> (have -= 8));
  }
  return MakeString(out, site);
}

const Value* UrlEncode(Args a, FunctionCallSite& site) {
  std::string_view s;
  if (!TextOf(a[0], site, s)) return nullptr;
  std::string out;
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : s) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-_.~").find(c) != std::string_view::npos) out += c;
    else if (c == ' ') out += '+';
    else ((out += '%') += kHex[uint8_t(c) >> 4]) += kHex[uint8_t(c) & 15];
  }
  return MakeString(out, site);
}

// Their value matters to no policy; that they depend on what they are given does.
const Value* Opaque(Args, FunctionCallSite& site) { return NewUnknown(site.context.arena, site.at); }
const Value* YamlEncode(Args a, FunctionCallSite& site) {
  Value* out = NewUnknown(site.context.arena, site.at);
  out->structure = a[0];
  return out;
}

constexpr BuiltIn kFunctions[] = {
    {"base64decode", 1, 1, kAny, Base64Decode},
    {"base64encode", 1, 1, kAny, Base64Encode},
    {"base64sha256", 1, 1, kAny, Opaque},
    {"base64sha512", 1, 1, kAny, Opaque},
    {"jsondecode", 1, 1, kAny, JsonDecode},
    {"jsonencode", 1, 1, kPartly, JsonEncode},
    {"md5", 1, 1, kAny, Opaque},
    {"sha1", 1, 1, kAny, Opaque},
    {"sha256", 1, 1, kAny, Opaque},
    {"sha512", 1, 1, kAny, Opaque},
    {"urlencode", 1, 1, kAny, UrlEncode},
    {"yamlencode", 1, 1, kPartly, YamlEncode},
};

}  // namespace

std::span<const BuiltIn> EncodingFunctions() { return kFunctions; }

}  // namespace weir::terraform
