#include "lib/cel/literals.h"

#include <bit>
#include <charconv>

#include "lib/base/text.h"

namespace weir::cel {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char At(std::string_view text, size_t at) { return at < text.size() ? text[at] : '\0'; }

Literal Wrong(size_t at, std::string_view problem) {
  Literal out;
  out.end = at;
  out.problem = problem;
  return out;
}

struct Prefix {
  bool raw = false, bytes = false;
  size_t length = 0;
};
Prefix PrefixOf(std::string_view text, size_t at) {
  Prefix out;
  for (; out.length < 2; ++out.length) {
    const char c = At(text, at + out.length);
    if ((c == 'r' || c == 'R') && !out.raw)
      out.raw = true;
    else if ((c == 'b' || c == 'B') && !out.bytes)
      out.bytes = true;
    else
      break;
  }
  return out;
}

// Reads the escape at text[at] == '\\' and moves past it; false where there is no such escape.
bool ReadEscape(std::string_view text, size_t& at, bool bytes, std::string& out) {
  ++at;
  const char c = At(text, at++);
  static constexpr std::string_view kFrom = "abfnrtv\\'\"`?", kTo = "\a\b\f\n\r\t\v\\'\"`?";
  if (const size_t i = kFrom.find(c); c != 0 && i != std::string_view::npos) {
    out += kTo[i];
    return true;
  }
  size_t digits = 0;
  if (c == 'x' || c == 'X')
    digits = 2;
  else if (c == 'u' && !bytes)
    digits = 4;
  else if (c == 'U' && !bytes)
    digits = 8;
  else if (c >= '0' && c <= '3')
    digits = 3;
  if (digits == 0) return false;
  if (digits == 3) --at;
  if (at + digits > text.size()) return false;
  uint32_t code = 0;
  const char* first = text.data() + at;
  if (std::from_chars(first, first + digits, code, digits == 3 ? 8 : 16).ptr != first + digits) return false;
  at += digits;
  if (bytes) {
    out += char(code);
    return true;
  }
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  AppendUtf8(out, code);
  return true;
}

}  // namespace

Literal ReadNumber(std::string_view text, size_t at) {
  const bool negative = At(text, at) == '-';
  const size_t digits = at + negative;
  Literal out;
  const bool hex = At(text, digits) == '0' && (At(text, digits + 1) == 'x' || At(text, digits + 1) == 'X');
  size_t end = hex ? digits + 2 : digits;
  bool real = false;
  if (!hex) {
    while (IsDigit(At(text, end))) ++end;
    if (At(text, end) == '.' && IsDigit(At(text, end + 1))) {
      real = true;
      for (++end; IsDigit(At(text, end));) ++end;
    }
    if (At(text, end) == 'e' || At(text, end) == 'E') {
      const size_t sign = At(text, end + 1) == '+' || At(text, end + 1) == '-';
      if (IsDigit(At(text, end + 1 + sign))) {
        real = true;
        for (end += 1 + sign; IsDigit(At(text, end));) ++end;
      }
    }
  }
  if (real) {
    double value = 0;
    if (std::from_chars(text.data() + at, text.data() + end, value).ec != std::errc()) {
      // Out of range: too small reads as 0, too large as infinity.
      const size_t e = text.substr(at, end - at).find_first_of("eE");
      const bool tiny = e != std::string_view::npos && At(text, at + e + 1) == '-';
      value = tiny ? 0.0 : __builtin_inf();
      if (negative) value = -value;
    }
    out.op = Op::kDouble;
    out.bits = std::bit_cast<uint64_t>(value);
    out.end = end;
    return out;
  }
  uint64_t value = 0;
  const auto [stop, ec] =
      std::from_chars(text.data() + (hex ? end : digits), text.data() + text.size(), value, hex ? 16 : 10);
  if (ec != std::errc()) return Wrong(at, "this number does not fit 64 bits");
  end = size_t(stop - text.data());
  out.end = end;
  if (At(text, end) == 'u' || At(text, end) == 'U') {
    if (negative) return Wrong(at, "an unsigned number has no sign");
    out.op = Op::kUint;
    out.bits = value;
    ++out.end;
    return out;
  }
  if (value > uint64_t(INT64_MAX) + (negative ? 1 : 0)) return Wrong(at, "this number does not fit 64 bits");
  out.op = Op::kInt;
  out.bits = negative ? uint64_t(0) - value : value;
  return out;
}

bool StartsText(std::string_view text, size_t at) {
  const char c = At(text, at + PrefixOf(text, at).length);
  return c == '"' || c == '\'';
}

Literal ReadText(std::string_view text, size_t at) {
  const size_t start = at;
  const Prefix prefix = PrefixOf(text, at);
  at += prefix.length;
  const char quote = text[at];
  const bool triple = At(text, at + 1) == quote && At(text, at + 2) == quote;
  const size_t width = triple ? 3 : 1;
  at += width;
  Literal out;
  out.op = prefix.bytes ? Op::kBytes : Op::kString;
  while (true) {
    if (at >= text.size()) return Wrong(start, "this text is not closed");
    const char c = text[at];
    if (c == quote && (!triple || (At(text, at + 1) == quote && At(text, at + 2) == quote))) break;
    if (!triple && (c == '\n' || c == '\r')) return Wrong(start, "this text is not closed on its line");
    if (c == '\\' && !prefix.raw) {
      const size_t escape = at;
      if (!ReadEscape(text, at, prefix.bytes, out.text))
        return Wrong(escape, "there is no such escape in a text; write \\\\ for a backslash");
    } else {
      out.text += c;
      ++at;
    }
  }
  out.end = at + width;
  return out;
}

}  // namespace weir::cel
