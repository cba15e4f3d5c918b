// Numbers of configuration languages, as Terraform has them: binary floating point with 512 bits of precision, rounded to nearest
// even, printed as the shortest decimal that reads back as the same number
// (https://developer.hashicorp.com/terraform/language/expressions/types#numbers).
//
// A number that came from a 64-bit double (pow(), log()) keeps the 53 bits of precision that it has, which shows where it is printed.
// Division by zero gives an infinity.
//
// A Number is 16 bytes, immutable and trivially copyable. Whole numbers of 64 bits stand in it; any other lives in the arena that
// its maker was given, which must outlive it. A whole number that fits is always held as one, so that both forms never mean the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/arena.h"

namespace weir {

class Number {
 public:
  struct Big;  // sign, exponent and 512 bits

  constexpr Number() = default;
  static constexpr Number FromInt(int64_t value) { Number n; n.integer_ = value; return n; }
  /// With a double's precision.
  static Number FromDouble(double value, Arena& arena);
  /// Decimal with optional sign, fraction and exponent ("1e3", "-0.5"). Nothing where `text` is no number, or its exponent is beyond
  /// ±kMaxExponent.
  static std::optional<Number> Parse(std::string_view text, Arena& arena);
  /// A whole number in base 2 to 62: digits 0-9, a-z, A-Z (both cases are the same up to base 36), with an optional sign.
  static std::optional<Number> ParseInteger(std::string_view text, int base, Arena& arena);
  static constexpr int kMaxExponent = 20'000;

  /// The value where it is a whole number of 64 bits.
  std::optional<int64_t> AsInt() const { return whole_ ? std::optional(integer_) : std::nullopt; }
  double AsDouble() const;
  bool IsWhole() const;
  bool IsFinite() const;
  int Sign() const;  // -1, 0, 1
  /// Plain decimals, never an exponent.
  std::string ToString() const;
  /// As C's printf and Go's fmt do for the verbs e, E, f, g, G, with that many digits; -1: as few as read back.
  std::string Format(char verb, int precision) const;
  /// A whole number's digits in base 2, 8 or 16, with "-" in front of negative ones; fractions are cut off.
  std::string Digits(int base) const;

  static Number Add(Number a, Number b, Arena& arena);
  static Number Subtract(Number a, Number b, Arena& arena);
  static Number Multiply(Number a, Number b, Arena& arena);
  /// Nothing for zero by zero, and for the remainder of a division by zero. The remainder has the sign of `a`.
  static std::optional<Number> Divide(Number a, Number b, Arena& arena);
  static std::optional<Number> Modulo(Number a, Number b, Arena& arena);
  static Number Floor(Number a, Arena& arena);
  static Number Ceil(Number a, Arena& arena);

  friend int Compare(Number a, Number b);  // -1, 0, 1

 private:
  union {
    int64_t integer_ = 0;
    const Big* big_;
  };
  bool whole_ = true;  // integer_ holds it

  friend struct NumberAccess;
};

int Compare(Number a, Number b);
inline bool operator==(Number a, Number b) { return Compare(a, b) == 0; }
inline bool operator<(Number a, Number b) { return Compare(a, b) < 0; }

}  // namespace weir
