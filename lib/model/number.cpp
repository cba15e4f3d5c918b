#include "lib/model/number.h"

#include <mpfr.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

namespace weir {

namespace {
constexpr mpfr_prec_t kPrecision = 512;
constexpr size_t kLimbs = kPrecision / GMP_NUMB_BITS;
}  // namespace

struct Number::Big {
  int kind;  // MPFR's: regular number or infinity, with its sign
  mpfr_prec_t precision;
  mpfr_exp_t exponent;
  mp_limb_t limbs[kLimbs];
};

struct NumberAccess {
  static bool whole(Number n) { return n.whole_; }
  static int64_t integer(Number n) { return n.integer_; }
  static const Number::Big* big(Number n) { return n.big_; }
  static Number FromBig(const Number::Big* big) {
    Number n;
    n.whole_ = false;
    n.big_ = big;
    return n;
  }
};

namespace {

using Access = NumberAccess;

/// A number while it is calculated with, its digits on the stack.
struct Real {
  mpfr_t value;
  mp_limb_t limbs[kLimbs];
  mpfr_prec_t precision = kPrecision;  // of the number that it was made of

  Real() { Clear(); }
  explicit Real(Number n) {
    if (Access::whole(n)) {
      Clear();
      mpfr_set_sj(value, Access::integer(n), MPFR_RNDN);
    } else {
      const Number::Big& big = *Access::big(n);
      std::memcpy(limbs, big.limbs, sizeof limbs);
      precision = big.precision;
      mpfr_custom_init_set(value, big.kind, big.exponent, kPrecision, limbs);
    }
  }
  Real(const Real&) = delete;
  Real& operator=(const Real&) = delete;

  void Clear() {
    mpfr_custom_init(limbs, kPrecision);
    mpfr_custom_init_set(value, MPFR_ZERO_KIND, 0, kPrecision, limbs);
  }

  Number Done(Arena& arena, mpfr_prec_t result_precision = kPrecision) {
    if (mpfr_zero_p(value)) return Number();
    if (result_precision < kPrecision) {  // few bits: the rest become zeros
      mpfr_t few;
      mpfr_init2(few, result_precision);
      mpfr_set(few, value, MPFR_RNDN);
      mpfr_set(value, few, MPFR_RNDN);
      mpfr_clear(few);
    }
    if (mpfr_integer_p(value) && mpfr_fits_intmax_p(value, MPFR_RNDN)) return Number::FromInt(mpfr_get_sj(value, MPFR_RNDN));
    auto* big = arena.New<Number::Big>();
    big->kind = mpfr_custom_get_kind(value);
    big->precision = result_precision;
    big->exponent = mpfr_regular_p(value) ? mpfr_custom_get_exp(value) : 0;
    std::memcpy(big->limbs, limbs, sizeof limbs);
    return Access::FromBig(big);
  }
};

/// The fewest digits that read back as the same number: "314" and 1 for 3.14. `exponent`: where the point stands.
std::string ShortestDigits(const Real& real, long& exponent) {
  const auto digits_of = [&](size_t count, mpfr_exp_t& at) {
    std::string digits(count + 3, '\0');
    mpfr_get_str(digits.data(), &at, 10, count, real.value, MPFR_RNDN);
    digits.resize(std::strlen(digits.data()));
    return digits;
  };
  // A number of `n` digits that reads back also does with more; 157 digits always do.
  size_t low = 1, high = 157;
  mpfr_exp_t at = 0;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    std::string digits = digits_of(middle, at);
    const bool negative = digits[0] == '-';
    digits.insert(negative ? 1 : 0, "0.");
    digits += "e" + std::to_string(at);
    mpfr_t back;
    mpfr_init2(back, real.precision);
    mpfr_set_str(back, digits.c_str(), 10, MPFR_RNDN);
    if (mpfr_equal_p(back, real.value)) high = middle;
    else low = middle + 1;
    mpfr_clear(back);
  }
  std::string digits = digits_of(low, at);
  exponent = at;
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  return digits;
}

std::string Print(const char* format, int precision, const Real& real) {
  const int size = mpfr_snprintf(nullptr, 0, format, precision, real.value);
  std::string out(size_t(size) + 1, '\0');
  mpfr_snprintf(out.data(), out.size(), format, precision, real.value);
  out.resize(size_t(size));
  return out;
}

/// Digits with a point after `exponent` of them.
std::string Plain(std::string digits, long exponent) {
  std::string sign;
  if (digits[0] == '-') sign = "-", digits.erase(0, 1);
  if (exponent <= 0) return sign + "0." + std::string(size_t(-exponent), '0') + digits;
  if (size_t(exponent) >= digits.size()) return sign + digits + std::string(size_t(exponent) - digits.size(), '0');
  return sign + digits.substr(0, size_t(exponent)) + "." + digits.substr(size_t(exponent));
}

/// Digits with one in front of the point, and an exponent of at least two digits.
std::string Scientific(std::string digits, long exponent, char verb) {
  std::string sign;
  if (digits[0] == '-') sign = "-", digits.erase(0, 1);
  std::string out = sign + digits[0];
  if (digits.size() > 1) out += "." + digits.substr(1);
  const long power = exponent - 1;
  std::string number = std::to_string(power < 0 ? -power : power);
  if (number.size() < 2) number.insert(0, "0");
  return out + verb + (power < 0 ? "-" : "+") + number;
}

/// Sign, digits with at most one point between digits, and an exponent: what every reader below may be given.
bool IsDecimal(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++at;
  const size_t before = digits();
  size_t after = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    after = digits();
  }
  if (before + after == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const size_t from = at;
    if (digits() == 0 || at - from > 6) return false;
    int exponent = 0;
    std::from_chars(text.data() + from, text.data() + at, exponent);
    if (exponent > Number::kMaxExponent) return false;
  }
  return at == text.size() && text.size() <= size_t{4} * Number::kMaxExponent;
}

}  // namespace

Number Number::FromDouble(double value, Arena& arena) {
  Real out;
  mpfr_set_d(out.value, value, MPFR_RNDN);
  return out.Done(arena, 53);
}

std::optional<Number> Number::Parse(std::string_view text, Arena& arena) {
  int64_t whole = 0;
  const char* end = text.data() + text.size();
  if (const auto r = std::from_chars(text.data(), end, whole); r.ec == std::errc() && r.ptr == end) return FromInt(whole);
  if (!IsDecimal(text)) return std::nullopt;
  Real out;
  if (mpfr_set_str(out.value, std::string(text).c_str(), 10, MPFR_RNDN) != 0) return std::nullopt;
  return out.Done(arena);
}

std::optional<Number> Number::ParseInteger(std::string_view text, int base, Arena& arena) {
  std::string digits(text);
  if (!digits.empty() && (digits[0] == '+' || digits[0] == '-')) digits.erase(0, 1);
  const auto is_digit = [&](char c) {
    const int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? (base <= 36 ? c - 'A' + 10 : c - 'A' + 36) : 99;
    return value < base;
  };
  if (digits.empty() || digits.size() > size_t(kMaxExponent) || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  if (base > 36)  // the library counts upper case first
    for (char& c : digits) c = char(c >= 'a' ? c - 'a' + 'A' : c >= 'A' ? c - 'A' + 'a' : c);
  Real out;
  mpfr_set_str(out.value, digits.c_str(), base, MPFR_RNDN);
  if (text[0] == '-') mpfr_neg(out.value, out.value, MPFR_RNDN);
  return out.Done(arena);
}

double Number::AsDouble() const {
  if (whole_) return double(integer_);
  return mpfr_get_d(Real(*this).value, MPFR_RNDN);
}

bool Number::IsFinite() const { return whole_ || mpfr_number_p(Real(*this).value) != 0; }

bool Number::IsWhole() const { return whole_ || mpfr_integer_p(Real(*this).value) != 0; }

int Number::Sign() const {
  if (whole_) return integer_ < 0 ? -1 : integer_ > 0;
  return mpfr_sgn(Real(*this).value);
}

std::string Number::ToString() const {
  if (whole_) return std::to_string(integer_);
  if (!IsFinite()) return Sign() < 0 ? "-Inf" : "+Inf";
  long exponent = 0;
  std::string digits = ShortestDigits(Real(*this), exponent);
  return Plain(std::move(digits), exponent);
}

std::string Number::Format(char verb, int precision) const {
  if (!IsFinite()) return ToString();
  const Real real(*this);
  const char lower = verb | 0x20;
  if (precision >= 0) return Print(verb == 'e' ? "%.*Re" : verb == 'E' ? "%.*RE" : verb == 'g' ? "%.*Rg" : verb == 'G' ? "%.*RG" : "%.*Rf", precision, real);
  if (mpfr_zero_p(real.value)) return lower == 'e' ? std::string("0") + verb + "+00" : "0";
  long exponent = 0;
  std::string digits = ShortestDigits(real, exponent);
  // Go's rule for %g with as few digits as read back.
  const bool plain = lower == 'f' || (lower == 'g' && exponent - 1 >= -4 && exponent - 1 < 6);
  return plain ? Plain(std::move(digits), exponent) : Scientific(std::move(digits), exponent, lower == 'g' ? char(verb - 2) : verb);
}

std::string Number::Digits(int base) const {
  Real real(*this);
  mpfr_rint_trunc(real.value, real.value, MPFR_RNDN);
  if (mpfr_zero_p(real.value)) return "0";
  mpz_t integer;
  mpz_init(integer);
  mpfr_get_z(integer, real.value, MPFR_RNDN);
  std::vector<char> digits(mpz_sizeinbase(integer, base) + 2);
  mpz_get_str(digits.data(), base, integer);
  mpz_clear(integer);
  return digits.data();
}

Number Number::Add(Number a, Number b, Arena& arena) {
  int64_t out;
  if (a.whole_ && b.whole_ && !__builtin_add_overflow(a.integer_, b.integer_, &out)) return FromInt(out);
  Real x(a);
  const Real y(b);
  mpfr_add(x.value, x.value, y.value, MPFR_RNDN);
  return x.Done(arena, std::max(x.precision, y.precision));
}
Number Number::Subtract(Number a, Number b, Arena& arena) {
  int64_t out;
  if (a.whole_ && b.whole_ && !__builtin_sub_overflow(a.integer_, b.integer_, &out)) return FromInt(out);
  Real x(a);
  const Real y(b);
  mpfr_sub(x.value, x.value, y.value, MPFR_RNDN);
  return x.Done(arena, std::max(x.precision, y.precision));
}
Number Number::Multiply(Number a, Number b, Arena& arena) {
  int64_t out;
  if (a.whole_ && b.whole_ && !__builtin_mul_overflow(a.integer_, b.integer_, &out)) return FromInt(out);
  Real x(a);
  const Real y(b);
  mpfr_mul(x.value, x.value, y.value, MPFR_RNDN);
  return x.Done(arena, std::max(x.precision, y.precision));
}
std::optional<Number> Number::Divide(Number a, Number b, Arena& arena) {
  if (a.Sign() == 0 && b.Sign() == 0) return std::nullopt;
  if (a.whole_ && b.whole_ && b.integer_ != 0 && b.integer_ != -1 && a.integer_ % b.integer_ == 0) return FromInt(a.integer_ / b.integer_);
  Real x(a);
  const Real y(b);
  mpfr_div(x.value, x.value, y.value, MPFR_RNDN);
  return x.Done(arena, std::max(x.precision, y.precision));
}
std::optional<Number> Number::Modulo(Number a, Number b, Arena& arena) {
  if (b.Sign() == 0) return std::nullopt;
  if (a.whole_ && b.whole_) return FromInt(b.integer_ == -1 ? 0 : a.integer_ % b.integer_);
  Real x(a);
  mpfr_fmod(x.value, x.value, Real(b).value, MPFR_RNDN);
  return x.Done(arena);
}
Number Number::Floor(Number a, Arena& arena) {
  if (a.whole_) return a;
  Real x(a);
  mpfr_rint_floor(x.value, x.value, MPFR_RNDN);
  return x.Done(arena);
}
Number Number::Ceil(Number a, Arena& arena) {
  if (a.whole_) return a;
  Real x(a);
  mpfr_rint_ceil(x.value, x.value, MPFR_RNDN);
  return x.Done(arena);
}

int Compare(Number a, Number b) {
  if (a.whole_ && b.whole_) return a.integer_ < b.integer_ ? -1 : a.integer_ > b.integer_;
  const int order = mpfr_cmp(Real(a).value, Real(b).value);
  return order < 0 ? -1 : order > 0;
}

}  // namespace weir
