// int(), uint(), double(), string(), bytes(), bool(): conversions as the specification's standard library has
// them.
#include <charconv>
#include <cmath>

#include "lib/base/text.h"
#include "lib/cel/functions.h"

namespace weir::cel {

std::string RealText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[400];
  // Plain decimals for ordinary magnitudes, an exponent beyond, as Go's 'g' has it.
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e21);
  const auto r = std::to_chars(buffer, buffer + sizeof buffer, value,
                               plain ? std::chars_format::fixed : std::chars_format::scientific);
  return {buffer, r.ptr};
}

namespace {

template <typename T>
bool Read(std::string_view text, T& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto r = std::from_chars(text.data(), end, out);
  return !text.empty() && r.ec == std::errc() && r.ptr == end;
}

Value ToInt(Args args, EvalContext&) {
  const Value& v = args[0];
  int64_t out = 0;
  switch (v.type) {
    case Type::kInt:
      return v;
    case Type::kUint:
      return v.natural <= uint64_t(INT64_MAX) ? Value::Int(int64_t(v.natural))
                                              : Value::Error("integer overflow");
    case Type::kDouble:
      if (v.real > -9223372036854775808.0 && v.real < 9223372036854775808.0)
        return Value::Int(int64_t(v.real));
      return Value::Error("integer overflow");
    case Type::kString:
      return Read(v.text, out) ? Value::Int(out) : Value::Error("int() of text that is no whole number");
    case Type::kTimestamp:
      return Value::Int(v.instant.seconds);
    case Type::kDuration:
      return Value::Int(v.integer / 1000000000);
    default:
      return NoOverload();
  }
}

Value ToUint(Args args, EvalContext&) {
  const Value& v = args[0];
  uint64_t out = 0;
  switch (v.type) {
    case Type::kUint:
      return v;
    case Type::kInt:
      return v.integer >= 0 ? Value::Uint(uint64_t(v.integer)) : Value::Error("unsigned integer overflow");
    case Type::kDouble:
      if (v.real >= 0 && v.real < 18446744073709551616.0) return Value::Uint(uint64_t(v.real));
      return Value::Error("unsigned integer overflow");
    case Type::kString:
      return Read(v.text, out) ? Value::Uint(out) : Value::Error("uint() of text that is no whole number");
    default:
      return NoOverload();
  }
}

Value ToDouble(Args args, EvalContext&) {
  const Value& v = args[0];
  double out = 0;
  switch (v.type) {
    case Type::kDouble:
      return v;
    case Type::kInt:
      return Value::Double(double(v.integer));
    case Type::kUint:
      return Value::Double(double(v.natural));
    case Type::kString:
      return Read(v.text, out) ? Value::Double(out) : Value::Error("double() of text that is no number");
    default:
      return NoOverload();
  }
}

Value ToString(Args args, EvalContext& context) {
  const Value& v = args[0];
  switch (v.type) {
    case Type::kString:
      return v;
    case Type::kBool:
      return Value::String(v.boolean ? "true" : "false");
    case Type::kInt:
      return Value::String(context.Keep(std::to_string(v.integer)));
    case Type::kUint:
      return Value::String(context.Keep(std::to_string(v.natural)));
    case Type::kDouble:
      return Value::String(context.Keep(RealText(v.real)));
    case Type::kBytes:
      return IsValidUtf8(v.text) ? Value::String(v.text)
                                 : Value::Error("string() of bytes that are no UTF-8");
    case Type::kTimestamp:
      return Value::String(context.Keep(TimestampText(v.instant)));
    case Type::kDuration:
      return Value::String(context.Keep(DurationText(v.integer)));
    case Type::kIp:
    case Type::kCidr:
      return Value::String(context.Keep(AddressText(*v.address, v.is(Type::kCidr))));
    default:
      return NoOverload();
  }
}

Value ToBytes(Args args, EvalContext&) {
  if (args[0].is(Type::kBytes)) return args[0];
  return args[0].is(Type::kString) ? Value::Bytes(args[0].text) : NoOverload();
}

Value ToBool(Args args, EvalContext&) {
  const Value& v = args[0];
  if (v.is(Type::kBool)) return v;
  if (!v.is(Type::kString)) return NoOverload();
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (v.text == yes) return Value::Bool(true);
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"})
    if (v.text == no) return Value::Bool(false);
  return Value::Error("bool() of text that is neither true nor false");
}

Value ToTimestamp(Args args, EvalContext&) {
  const Value& v = args[0];
  if (v.is(Type::kTimestamp)) return v;
  if (v.is(Type::kString)) return ParseTimestamp(v.text);
  if (!v.is(Type::kInt)) return NoOverload();
  if (v.integer < -62135596800 || v.integer > 253402300799) return Value::Error("timestamp out of range");
  return Value::Timestamp({v.integer, 0});
}

Value ToDuration(Args args, EvalContext&) {
  const Value& v = args[0];
  if (v.is(Type::kDuration)) return v;
  if (v.is(Type::kString)) return ParseDuration(v.text);
  int64_t nanos = 0;
  if (!v.is(Type::kInt)) return NoOverload();
  return __builtin_mul_overflow(v.integer, int64_t(1000000000), &nanos)
             ? Value::Error("duration out of range")
             : Value::Duration(nanos);
}

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Value Encode64(Args args, EvalContext& context) {
  if (!args[0].is(Type::kBytes)) return NoOverload();
  const std::string_view in = args[0].text;
  std::string out;
  for (size_t i = 0; i < in.size(); i += 3) {
    const size_t n = std::min<size_t>(3, in.size() - i);
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < n ? uint8_t(in[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return Value::String(context.Keep(out));
}

Value Decode64(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return NoOverload();
  std::string_view in = args[0].text;
  while (in.ends_with('=')) in.remove_suffix(1);
  std::string out;
  uint32_t bits = 0, count = 0;
  for (const char c : in) {
    const size_t digit = std::string_view(kDigits, 64).find(c);
    if (digit == std::string_view::npos) return Value::Error("base64.decode() of what is no base64");
    bits = bits << 6 | uint32_t(digit);
    if ((count += 6) < 8) continue;
    count -= 8;
    out += char(bits >> count & 255);
  }
  return count == 6 ? Value::Error("base64.decode() of what is no base64") : Value::Bytes(context.Keep(out));
}

constexpr Function kFunctions[] = {
    {"int", 1, 1, false, ToInt},
    {"uint", 1, 1, false, ToUint},
    {"double", 1, 1, false, ToDouble},
    {"string", 1, 1, false, ToString},
    {"bytes", 1, 1, false, ToBytes},
    {"bool", 1, 1, false, ToBool},
    {"timestamp", 1, 1, false, ToTimestamp},
    {"duration", 1, 1, false, ToDuration},
    {"base64.encode", 1, 1, false, Encode64},
    {"base64.decode", 1, 1, false, Decode64},
};

}  // namespace

std::span<const Function> ConversionFunctions() { return kFunctions; }

}  // namespace weir::cel
