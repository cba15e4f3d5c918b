// Words, flags and JSON arrays of an instruction.
#include <algorithm>

#include "lib/base/text.h"
#include "lib/syntax/dockerfile/parser.h"

namespace weir::dockerfile {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool ReadHex4(std::string_view text, size_t& at, char32_t& out) {
  out = 0;
  if (at + 4 > text.size()) return false;
  for (int i = 0; i < 4; ++i) {
    const int digit = HexDigit(text[at++]);
    if (digit < 0) return false;
    out = out * 16 + char32_t(digit);
  }
  return true;
}

// A JSON text whose opening quote stands at `at`; moves behind the closing one.
bool ReadText(std::string_view text, size_t& at, std::string& out) {
  for (++at; at < text.size();) {
    const char c = text[at++];
    if (c == '"') return true;
    if (uint8_t(c) < 0x20) return false;
    if (c != '\\') {
      out += c;
      continue;
    }
    if (at >= text.size()) return false;
    const char e = text[at++];
    constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const size_t i = kFrom.find(e); i != std::string_view::npos) {
      out += kTo[i];
    } else if (e == 'u') {
      char32_t high = 0, low = 0;
      if (!ReadHex4(text, at, high)) return false;
      if (high >= 0xD800 && high < 0xDC00 && text.substr(at).starts_with("\\u")) {
        at += 2;
        if (!ReadHex4(text, at, low)) return false;
        high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
      }
      AppendUtf8(out, high);
    } else {
      return false;
    }
  }
  return false;
}

}  // namespace

std::vector<Word> SplitWords(const MappedText& text, char escape) {
  std::vector<Word> out;
  const std::string_view t = text.text;
  for (size_t at = 0; at < t.size();) {
    while (at < t.size() && IsBlank(t[at])) ++at;
    if (at == t.size()) break;
    const size_t begin = at;
    for (char quote = 0; at < t.size() && (quote != 0 || !IsBlank(t[at])); ++at) {
      if (quote == 0 && (t[at] == '"' || t[at] == '\'')) quote = t[at];
      else if (t[at] == quote) quote = 0;
      else if (t[at] == escape && quote != '\'' && at + 1 < t.size()) ++at;
    }
    out.push_back({t.substr(begin, at - begin), uint32_t(begin), uint32_t(at), text.SpanOf(uint32_t(begin), uint32_t(at))});
  }
  return out;
}

bool ReadTextArray(const MappedText& text, Arena& arena, std::vector<Word>& out) {
  const std::string_view t = text.text;
  size_t at = 0;
  const auto skip = [&] { while (at < t.size() && IsBlank(t[at])) ++at; };
  skip();
  if (at >= t.size() || t[at++] != '[') return false;
  skip();
  if (at < t.size() && t[at] == ']') {
    ++at;
    skip();
    return at == t.size();
  }
  for (;;) {
    skip();
    if (at >= t.size() || t[at] != '"') return false;
    const size_t begin = at;
    std::string value;
    if (!ReadText(t, at, value)) return false;
    const std::string_view plain = t.substr(begin + 1, at - begin - 2);
    out.push_back({plain == value ? plain : arena.Copy(std::string_view(value)), uint32_t(begin), uint32_t(at), text.SpanOf(uint32_t(begin), uint32_t(at))});
    skip();
    if (at >= t.size()) return false;
    if (t[at] == ']') break;
    if (t[at++] != ',') return false;
  }
  ++at;
  skip();
  return at == t.size();
}

}  // namespace weir::dockerfile
