// Numbers of configuration languages: exact integers of 64 bits without allocation, and Terraform's arithmetic beyond
// (Go's big.Float with 512 bits of precision, rounding to nearest even).
//
// A Number is 16 bytes, immutable and trivially copyable. A large or fractional one points to a BigFloat in an arena, which must
// outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/arena.h"

namespace weir {

struct BigFloat;  // sign, 512-bit mantissa, binary exponent; defined in number.cpp

class Number {
 public:
  constexpr Number() = default;
  static constexpr Number FromInt(int64_t value) { Number n; n.integer_ = value; return n; }
  /// Exactly the binary value of `value`, which must be finite.
  static Number FromDouble(double value, Arena& arena);
  /// Decimal with optional sign, fraction and exponent ("1e3", "-0.5"), nearest 512-bit value. Nothing where `text` is no number.
  static std::optional<Number> Parse(std::string_view text, Arena& arena);

  /// The value where it is a whole number of 64 bits.
  std::optional<int64_t> AsInt() const;
  /// Nearest double; infinity where it is out of range.
  double AsDouble() const;
  bool is_integer() const;
  int sign() const;  // -1, 0, 1

  /// As Terraform prints it: "3", "0.1", "1e+100" never (plain decimals), shortest that reads back the same.
  std::string ToString() const;

  static Number Add(Number a, Number b, Arena& arena);
  static Number Subtract(Number a, Number b, Arena& arena);
  static Number Multiply(Number a, Number b, Arena& arena);
  /// Nothing for division by zero.
  static std::optional<Number> Divide(Number a, Number b, Arena& arena);
  static std::optional<Number> Modulo(Number a, Number b, Arena& arena);
  static Number Negate(Number a, Arena& arena);
  static Number Floor(Number a, Arena& arena);
  static Number Ceil(Number a, Arena& arena);

  friend int Compare(Number a, Number b);  // -1, 0, 1

 private:
  int64_t integer_ = 0;
  const BigFloat* big_ = nullptr;  // null: the value is integer_
};

int Compare(Number a, Number b);
inline bool operator==(Number a, Number b) { return Compare(a, b) == 0; }
inline bool operator<(Number a, Number b) { return Compare(a, b) < 0; }

}  // namespace weir
