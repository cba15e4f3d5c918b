// Numbers of configuration languages: whole numbers of 64 bits exactly, others as doubles.
//
// A Number is 16 bytes, immutable and trivially copyable. (Terraform calculates with 512 bits; what differs is beyond
// the fifteenth digit.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

class Number {
 public:
  constexpr Number() = default;
  static constexpr Number FromInt(int64_t value) { Number n; n.integer_ = value; return n; }
  /// A whole value within 64 bits becomes an integer. `value` must be finite.
  static Number FromDouble(double value);
  /// Decimal with optional sign, fraction and exponent ("1e3", "-0.5"). Nothing where `text` is no number.
  static std::optional<Number> Parse(std::string_view text);

  /// The value where it is a whole number of 64 bits.
  std::optional<int64_t> AsInt() const { return whole_ ? std::optional(integer_) : std::nullopt; }
  double AsDouble() const { return whole_ ? double(integer_) : real_; }
  /// As Terraform prints it: plain decimals, never an exponent.
  std::string ToString() const;

  static Number Add(Number a, Number b);
  static Number Subtract(Number a, Number b);
  static Number Multiply(Number a, Number b);
  /// Nothing for division by zero.
  static std::optional<Number> Divide(Number a, Number b);
  static std::optional<Number> Modulo(Number a, Number b);

  friend int Compare(Number a, Number b);  // -1, 0, 1

 private:
  union {
    int64_t integer_ = 0;
    double real_;
  };
  bool whole_ = true;
};

int Compare(Number a, Number b);
inline bool operator==(Number a, Number b) { return Compare(a, b) == 0; }
inline bool operator<(Number a, Number b) { return Compare(a, b) < 0; }

}  // namespace weir
