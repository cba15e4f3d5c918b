// Encodings of texts: JSON, base 64, URLs, CSV, character sets. The text of jsonencode() keeps what was encoded (Value::structure), so that
// a policy can read a document that is known only in part.
#include <zlib.h>

#include <algorithm>

#include "lib/base/text.h"
#include "lib/lang/terraform/functions.h"
#include "lib/model/json.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;
using enum BuiltIn::Nulls;

const Value* NoText(FunctionCallSite& site) { return Fail(site, "a text is needed"); }
const Value* NotUtf8(FunctionCallSite& site) { return Fail(site, "the result is no UTF-8 text"); }

const Value* JsonEncode(Args a, FunctionCallSite& site) {
  std::string text;
  Value* out = nullptr;
  if (ContainsUnknown(*a[0])) out = NewUnknown(site.context.arena, site.at);
  else if (!WriteJson(*a[0], text)) return Fail(site, "an infinite number has no JSON text");
  else out = NewString(site.context.arena, site.context.arena.Copy(std::string_view(text)), site.at);
  out->structure = a[0];
  return out;
}

const Value* JsonDecode(Args a, FunctionCallSite& site) {
  std::string_view text;
  if (!TextOf(a[0], site, text)) return NoText(site);
  const auto value = ReadJson(text, a[0]->origin, site.context.arena);
  return value.ok() ? *value : Fail(site, value.status().message());
}

const Value* Base64Encode(Args a, FunctionCallSite& site) {
  std::string_view s;
  return TextOf(a[0], site, s) ? MakeString(ToBase64(s), site) : NoText(site);
}

const Value* Base64Decode(Args a, FunctionCallSite& site) {
  std::string_view s;
  std::string bytes;
  if (!TextOf(a[0], site, s)) return NoText(site);
  if (!FromBase64(s, bytes)) return Fail(site, "the text is no base 64");
  return IsValidUtf8(bytes) ? MakeString(bytes, site) : NotUtf8(site);
}

// What a compressor writes depends on the compressor: nothing that could be compared.
const Value* Base64Gzip(Args, FunctionCallSite& site) { return MakeUnknown(site); }

const Value* Base64Gunzip(Args a, FunctionCallSite& site) {
  std::string_view s;
  std::string packed, out;
  if (!TextOf(a[0], site, s)) return NoText(site);
  if (!FromBase64(s, packed)) return Fail(site, "the text is no base 64");
  z_stream stream{};
  constexpr int kGzip = 16 + MAX_WBITS;
  if (inflateInit2(&stream, kGzip) != Z_OK) return Fail(site, "there is no memory to unpack");
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = uInt(packed.size());
  int state = Z_OK;
  while (state == Z_OK && out.size() <= site.context.limits.file_size) {
    char buffer[16384];
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state == Z_OK) return Fail(site, "the text becomes too long");
  if (state != Z_STREAM_END) return Fail(site, "the text is no gzip archive");
  return IsValidUtf8(out) ? MakeString(out, site) : NotUtf8(site);
}

const Value* UrlEncode(Args a, FunctionCallSite& site) {
  std::string_view s;
  if (!TextOf(a[0], site, s)) return NoText(site);
  std::string out;
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : s) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-_.~").find(c) != std::string_view::npos) out += c;
    else if (c == ' ') out += '+';
    else ((out += '%') += kHex[uint8_t(c) >> 4]) += kHex[uint8_t(c) & 15];
  }
  return MakeString(out, site);
}

const Value* UrlDecode(Args a, FunctionCallSite& site) {
  std::string_view s;
  if (!TextOf(a[0], site, s)) return NoText(site);
  std::string out;
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '+') {
      out += ' ';
    } else if (s[i] == '%') {
      if (i + 2 >= s.size() || digit(s[i + 1]) < 0 || digit(s[i + 2]) < 0) return Fail(site, "'%' without two hexadecimal digits");
      out += char(digit(s[i + 1]) << 4 | digit(s[i + 2]));
      i += 2;
    } else {
      out += s[i];
    }
  }
  return IsValidUtf8(out) ? MakeString(out, site) : NotUtf8(site);
}

/// Records of RFC 4180: commas, quotes doubled inside quotes, line ends inside quotes. False, and the line, where a quote is misplaced.
bool ReadCsv(std::string_view text, std::vector<std::vector<std::string>>& records, size_t& line) {
  line = 1;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\n' || text.substr(at, 2) == "\r\n") {  // an empty line is none
      at += text[at] == '\n' ? 1 : 2;
      ++line;
      continue;
    }
    auto& record = records.emplace_back();
    for (bool more = true; more;) {
      std::string field;
      if (at < text.size() && text[at] == '"') {
        for (++at;; ++at) {
          if (at >= text.size()) return false;
          if (text[at] == '"' && text.substr(at, 2) != "\"\"") break;
          if (text[at] == '"') ++at;
          if (text[at] == '\n') ++line;
          field += text[at];
        }
        ++at;
        if (at < text.size() && text[at] != ',' && text[at] != '\n' && text.substr(at, 2) != "\r\n") return false;
      } else {
        while (at < text.size() && text[at] != ',' && text[at] != '\n' && text.substr(at, 2) != "\r\n") {
          if (text[at] == '"') return false;
          field += text[at++];
        }
      }
      record.push_back(std::move(field));
      more = at < text.size() && text[at] == ',';
      if (more) ++at;
    }
    if (at < text.size()) at += text[at] == '\n' ? 1 : 2, ++line;
  }
  return true;
}

const Value* CsvDecode(Args a, FunctionCallSite& site) {
  std::string_view s;
  if (!TextOf(a[0], site, s)) return NoText(site);
  std::vector<std::vector<std::string>> records;
  size_t line = 0;
  if (!ReadCsv(s, records, line)) return Fail(site, "a quotation mark is misplaced in line " + std::to_string(line));
  if (records.empty()) return Fail(site, "the header line is missing");
  std::vector<std::string_view> names;
  for (const std::string& name : records[0]) {
    if (std::ranges::find(names, name) != names.end()) return Fail(site, "the column '" + name + "' is there twice");
    names.push_back(site.context.arena.Copy(std::string_view(name)));
  }
  std::vector<const Value*> rows;
  for (size_t i = 1; i < records.size(); ++i) {
    if (records[i].size() != names.size()) return Fail(site, "line " + std::to_string(i + 1) + " has not as many fields as the header");
    if (!site.context.Spend(names.size(), site.at)) return MakeUnknown(site);
    std::vector<Entry> entries;
    for (size_t k = 0; k < names.size(); ++k) entries.push_back({names[k], MakeString(records[i][k], site), {}});
    rows.push_back(MakeObject(std::move(entries), site));
  }
  return MakeList(std::move(rows), site, Kind::kList);
}

enum class Charset { kUtf8, kUtf16Le, kUtf16Be, kLatin1, kAscii, kOther };
Charset CharsetOf(std::string_view name) {
  std::string upper;
  for (const char c : name) upper += c >= 'a' && c <= 'z' ? char(c - 32) : c;
  if (upper == "UTF-8" || upper == "UTF8") return Charset::kUtf8;
  if (upper == "UTF-16LE") return Charset::kUtf16Le;
  if (upper == "UTF-16BE" || upper == "UTF-16") return Charset::kUtf16Be;
  if (upper == "ISO-8859-1" || upper == "LATIN1" || upper == "ISO_8859-1" || upper == "L1") return Charset::kLatin1;
  if (upper == "US-ASCII" || upper == "ASCII") return Charset::kAscii;
  return Charset::kOther;
}
/// Character sets that the IANA registry names and that only a table could translate.
bool IsRegistered(std::string_view name) {
  for (const std::string_view start : {"windows-", "Windows-", "WINDOWS-", "ISO-8859-", "iso-8859-", "Shift_JIS", "EUC-", "GB", "Big5", "KOI8-", "IBM", "UTF-32", "macintosh", "ISO-2022-"})
    if (name.starts_with(start)) return true;
  return false;
}
const Value* OtherCharset(std::string_view name, FunctionCallSite& site) {
  return IsRegistered(name) ? MakeUnknown(site) : Fail(site, "there is no character set '" + std::string(name) + "'");
}

const Value* TextEncodeBase64(Args a, FunctionCallSite& site) {
  std::string_view s, name;
  if (!TextOf(a[0], site, s) || !TextOf(a[1], site, name)) return NoText(site);
  const Charset charset = CharsetOf(name);
  if (charset == Charset::kOther) return OtherCharset(name, site);
  std::string out;
  for (size_t at = 0; at < s.size();) {
    const size_t from = at;
    const char32_t c = DecodeUtf8(s, at);
    const auto unit = [&](uint32_t u) { (out += char(charset == Charset::kUtf16Le ? u : u >> 8)) += char(charset == Charset::kUtf16Le ? u >> 8 : u); };
    if (charset == Charset::kUtf8) {
      out += s.substr(from, at - from);
    } else if (charset == Charset::kLatin1 || charset == Charset::kAscii) {
      if (c > (charset == Charset::kLatin1 ? 0xFF : 0x7F)) return Fail(site, "the text has a character that '" + std::string(name) + "' has not");
      out += char(c);
    } else if (c >= 0x10000) {
      unit(0xD800 + ((c - 0x10000) >> 10));
      unit(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      unit(c);
    }
  }
  return MakeString(ToBase64(out), site);
}

const Value* TextDecodeBase64(Args a, FunctionCallSite& site) {
  std::string_view s, name;
  std::string bytes, out;
  if (!TextOf(a[0], site, s) || !TextOf(a[1], site, name)) return NoText(site);
  const Charset charset = CharsetOf(name);
  if (charset == Charset::kOther) return OtherCharset(name, site);
  if (!FromBase64(s, bytes)) return Fail(site, "the text is no base 64");
  if (charset == Charset::kUtf8) return IsValidUtf8(bytes) ? MakeString(bytes, site) : NotUtf8(site);
  if (charset == Charset::kLatin1 || charset == Charset::kAscii) {
    for (const char c : bytes) AppendUtf8(out, uint8_t(c));
    return MakeString(out, site);
  }
  const auto unit = [&](size_t i) { return uint32_t(uint8_t(bytes[i + (charset == Charset::kUtf16Le)])) << 8 | uint8_t(bytes[i + (charset != Charset::kUtf16Le)]); };
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    uint32_t c = unit(i);
    if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    AppendUtf8(out, c);
  }
  return MakeString(out, site);
}

constexpr BuiltIn kFunctions[] = {
    {"base64decode", 1, 1, kAny, Base64Decode},
    {"base64encode", 1, 1, kAny, Base64Encode},
    {"base64gunzip", 1, 1, kAny, Base64Gunzip},
    {"base64gzip", 1, 1, kAny, Base64Gzip},
    {"csvdecode", 1, 1, kAny, CsvDecode},
    {"jsondecode", 1, 1, kAny, JsonDecode},
    {"jsonencode", 1, 1, kSelf, JsonEncode, kAllowed},
    {"textdecodebase64", 2, 2, kAny, TextDecodeBase64},
    {"textencodebase64", 2, 2, kAny, TextEncodeBase64},
    {"urldecode", 1, 1, kAny, UrlDecode},
    {"urlencode", 1, 1, kAny, UrlEncode},
};

}  // namespace

std::string ToBase64(std::string_view s) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < s.size(); i += 3) {
    const auto byte = [&](size_t k) { return k < s.size() ? uint32_t(uint8_t(s[k])) : 0u; };
    const uint32_t v = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (int k = 0; k < 4; ++k) out += size_t(k) <= std::min<size_t>(s.size() - i, 3) ? kDigits[(v >> (18 - 6 * k)) & 63] : '=';
  }
  return out;
}

bool FromBase64(std::string_view text, std::string& bytes) {
  std::string s;
  for (const char c : text)
    if (c != '\n' && c != '\r') s += c;  // line ends are no part of it
  if (s.size() % 4 != 0) return false;
  uint32_t bits = 0;
  int have = 0;
  for (size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (c == '=') {
      if (i + 2 < s.size() || (i + 2 == s.size() && s.back() != '=')) return false;
      continue;
    }
    const int digit = c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' ? 62 : c == '/' ? 63 : -1;
    if (digit < 0) return false;
    bits = bits << 6 | uint32_t(digit);
    if ((have += 6) >= 8) bytes += char(bits >> (have -= 8));
  }
  return true;
}

std::span<const BuiltIn> EncodingFunctions() { return kFunctions; }

}  // namespace weir::terraform
