// text.format(list) of the string extension: %s %d %f %e %b %o %x %X %%.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "lib/cel/functions.h"

namespace weir::cel {
namespace {

std::string Real(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return RealText(value);
}

// What %s makes of a value; false where it has no text. Depth is bounded by that of values.
bool Show(const Value& v, std::string& out, int depth) {
  if (depth > 64 || out.size() > (1u << 20)) return false;
  switch (v.type) {
    case Type::kNull:
      out += "null";
      return true;
    case Type::kBool:
      out += v.boolean ? "true" : "false";
      return true;
    case Type::kInt:
      out += std::to_string(v.integer);
      return true;
    case Type::kUint:
      out += std::to_string(v.natural);
      return true;
    case Type::kDouble:
      out += Real(v.real);
      return true;
    case Type::kString:
    case Type::kBytes:
    case Type::kType:
      out += v.text;
      return true;
    case Type::kTimestamp:
      out += TimestampText(v.instant);
      return true;
    case Type::kDuration:
      out += DurationText(v.integer);
      return true;
    case Type::kIp:
    case Type::kCidr:
      out += AddressText(*v.address, v.is(Type::kCidr));
      return true;
    case Type::kList:
      out += '[';
      for (size_t i = 0; i < v.size(); ++i) {
        if (i != 0) out += ", ";
        if (!Show(v.At(i), out, depth + 1)) return false;
      }
      out += ']';
      return true;
    case Type::kMap: {
      std::vector<std::pair<std::string, std::string>> entries(v.size());
      for (size_t i = 0; i < v.size(); ++i)
        if (!Show(v.At(i), entries[i].first, depth + 1) || !Show(v.EntryAt(i), entries[i].second, depth + 1))
          return false;
      std::sort(entries.begin(), entries.end());
      out += '{';
      for (size_t i = 0; i < entries.size(); ++i)
        out += (i == 0 ? "" : ", ") + entries[i].first + ": " + entries[i].second;
      out += '}';
      return true;
    }
    default:
      return false;
  }
}

// A whole number in another base; false where the value is none.
bool Whole(const Value& v, int base, bool upper, std::string& out) {
  char buffer[80];
  std::to_chars_result r{};
  if (v.is(Type::kInt))
    r = std::to_chars(buffer, buffer + sizeof buffer, v.integer, base);
  else if (v.is(Type::kUint))
    r = std::to_chars(buffer, buffer + sizeof buffer, v.natural, base);
  else
    return false;
  for (char* c = buffer; c != r.ptr; ++c) out += upper && *c >= 'a' ? char(*c - 32) : *c;
  return true;
}

bool Directive(char kind, int precision, const Value& v, std::string& out) {
  switch (kind) {
    case 's':
      return Show(v, out, 0);
    case 'd':
      if (v.is(Type::kDouble)) return out += Real(v.real), true;
      return Whole(v, 10, false, out);
    case 'b':
      if (v.is(Type::kBool)) return out += v.boolean ? '1' : '0', true;
      return Whole(v, 2, false, out);
    case 'o':
      return Whole(v, 8, false, out);
    case 'x':
    case 'X': {
      if (!v.is(Type::kString) && !v.is(Type::kBytes)) return Whole(v, 16, kind == 'X', out);
      const char* digits = kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
      for (const char c : v.text) out += digits[uint8_t(c) >> 4], out += digits[uint8_t(c) & 15];
      return true;
    }
    case 'f':
    case 'e': {
      double real = v.real;
      if (v.is(Type::kInt))
        real = double(v.integer);
      else if (v.is(Type::kUint))
        real = double(v.natural);
      else if (!v.is(Type::kDouble))
        return false;
      if (!std::isfinite(real)) return out += Real(real), true;
      char buffer[512];
      const auto r =
          std::to_chars(buffer, buffer + sizeof buffer, real,
                        kind == 'f' ? std::chars_format::fixed : std::chars_format::scientific, precision);
      out.append(buffer, r.ptr);
      return true;
    }
    default:
      return false;
  }
}

Value Format(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kList)) return NoOverload();
  const std::string_view text = args[0].text;
  std::string out;
  size_t next = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    if (++at < text.size() && text[at] == '%') {
      out += '%';
      continue;
    }
    int precision = 6;
    if (at < text.size() && text[at] == '.') {
      const auto r = std::from_chars(text.data() + at + 1, text.data() + text.size(), precision);
      if (r.ec != std::errc() || precision < 0 || precision > 100)
        return Value::Error("format(): no such precision");
      at = size_t(r.ptr - text.data());
    }
    if (at >= text.size()) return Value::Error("format(): the text ends in a directive");
    if (next >= args[1].size()) return Value::Error("format(): there are fewer values than directives");
    const Value v = args[1].At(next++);
    if (v.is(Type::kUnknown)) return v;
    if (!Directive(text[at], precision, v, out))
      return Value::Error("format(): a directive does not take this value");
    if (out.size() > (1u << 20)) return EvalContext::Exhausted();
  }
  return Value::String(context.Keep(out));
}

constexpr Function kFunctions[] = {{"format", 2, 2, true, Format}};

}  // namespace

std::span<const Function> FormatFunctions() { return kFunctions; }

}  // namespace weir::cel
