#include "lib/model/number.h"

#include <charconv>
#include <cmath>

namespace weir {

Number Number::FromDouble(double value) {
  if (std::floor(value) == value && value >= -9223372036854775808.0 && value < 9223372036854775808.0) return FromInt(int64_t(value));
  Number n;
  n.whole_ = false;
  n.real_ = value;
  return n;
}

std::optional<Number> Number::Parse(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.empty() || text.back() == '.' || text[0] == '.') return std::nullopt;
  int64_t whole = 0;
  const char* end = text.data() + text.size();
  if (const auto r = std::from_chars(text.data(), end, whole); r.ec == std::errc() && r.ptr == end) return FromInt(whole);
  double real = 0;
  const auto r = std::from_chars(text.data(), end, real);
  if (r.ec != std::errc() || r.ptr != end || !std::isfinite(real)) return std::nullopt;
  return FromDouble(real);
}

std::string Number::ToString() const {
  char buffer[400];
  const auto r = whole_ ? std::to_chars(buffer, buffer + sizeof buffer, integer_)
                        : std::to_chars(buffer, buffer + sizeof buffer, real_, std::chars_format::fixed);
  return {buffer, r.ptr};
}

Number Number::Add(Number a, Number b) {
  int64_t out;
  if (a.whole_ && b.whole_ && !__builtin_add_overflow(a.integer_, b.integer_, &out)) return FromInt(out);
  return FromDouble(a.AsDouble() + b.AsDouble());
}
Number Number::Subtract(Number a, Number b) {
  int64_t out;
  if (a.whole_ && b.whole_ && !__builtin_sub_overflow(a.integer_, b.integer_, &out)) return FromInt(out);
  return FromDouble(a.AsDouble() - b.AsDouble());
}
Number Number::Multiply(Number a, Number b) {
  int64_t out;
  if (a.whole_ && b.whole_ && !__builtin_mul_overflow(a.integer_, b.integer_, &out)) return FromInt(out);
  return FromDouble(a.AsDouble() * b.AsDouble());
}
std::optional<Number> Number::Divide(Number a, Number b) {
  if (b.AsDouble() == 0) return std::nullopt;
  if (a.whole_ && b.whole_ && b.integer_ != -1 && a.integer_ % b.integer_ == 0) return FromInt(a.integer_ / b.integer_);
  return FromDouble(a.AsDouble() / b.AsDouble());
}
std::optional<Number> Number::Modulo(Number a, Number b) {
  if (b.AsDouble() == 0) return std::nullopt;
  if (a.whole_ && b.whole_ && b.integer_ != -1) return FromInt(a.integer_ % b.integer_);
  return FromDouble(std::fmod(a.AsDouble(), b.AsDouble()));
}

int Compare(Number a, Number b) {
  if (a.whole_ && b.whole_) return a.integer_ < b.integer_ ? -1 : a.integer_ > b.integer_;
  const double x = a.AsDouble(), y = b.AsDouble();
  return x < y ? -1 : x > y;
}

}  // namespace weir
