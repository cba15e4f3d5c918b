// The math extension: math.greatest, math.bitAnd, math.round, …
#include <cmath>

#include "lib/cel/functions.h"

namespace weir::cel {
namespace {

bool IsNumber(const Value& v) { return v.is(Type::kInt) || v.is(Type::kUint) || v.is(Type::kDouble); }

Value Extreme(Args args, int wanted) {
  const bool list = args.size() == 1 && args[0].is(Type::kList);
  const size_t n = list ? args[0].size() : args.size();
  if (n == 0) return Value::Error("the greatest or least of nothing");
  Value best;
  for (size_t i = 0; i < n; ++i) {
    const Value v = list ? args[0].At(i) : args[i];
    if (v.is_failure()) return v;
    if (!IsNumber(v)) return NoOverload();
    int order = 0;
    if (i == 0 || (Compare(v, best, order) && order == wanted)) best = v;
  }
  return best;
}
Value Greatest(Args args, EvalContext&) { return Extreme(args, 1); }
Value Least(Args args, EvalContext&) { return Extreme(args, -1); }

template <typename Change>
Value OfReal(Args args, Change change) {
  return args[0].is(Type::kDouble) ? Value::Double(change(args[0].real)) : NoOverload();
}
Value Ceil(Args args, EvalContext&) {
  return OfReal(args, [](double x) { return std::ceil(x); });
}
Value Floor(Args args, EvalContext&) {
  return OfReal(args, [](double x) { return std::floor(x); });
}
Value Round(Args args, EvalContext&) {
  return OfReal(args, [](double x) { return std::round(x); });
}
Value Trunc(Args args, EvalContext&) {
  return OfReal(args, [](double x) { return std::trunc(x); });
}

template <typename Test>
Value TestReal(Args args, Test test) {
  return args[0].is(Type::kDouble) ? Value::Bool(test(args[0].real)) : NoOverload();
}
Value IsNaN(Args args, EvalContext&) {
  return TestReal(args, [](double x) { return std::isnan(x); });
}
Value IsInf(Args args, EvalContext&) {
  return TestReal(args, [](double x) { return std::isinf(x); });
}
Value IsFinite(Args args, EvalContext&) {
  return TestReal(args, [](double x) { return std::isfinite(x); });
}

Value Abs(Args args, EvalContext&) {
  const Value& v = args[0];
  if (v.is(Type::kUint)) return v;
  if (v.is(Type::kDouble)) return Value::Double(std::fabs(v.real));
  if (!v.is(Type::kInt)) return NoOverload();
  return v.integer == INT64_MIN ? Value::Error("integer overflow")
                                : Value::Int(v.integer < 0 ? -v.integer : v.integer);
}
Value Sign(Args args, EvalContext&) {
  const Value& v = args[0];
  if (v.is(Type::kUint)) return Value::Uint(v.natural != 0);
  if (v.is(Type::kInt)) return Value::Int((v.integer > 0) - (v.integer < 0));
  if (v.is(Type::kDouble)) return std::isnan(v.real) ? v : Value::Double((v.real > 0) - (v.real < 0));
  return NoOverload();
}
Value Sqrt(Args args, EvalContext&) {
  const Value& v = args[0];
  if (!IsNumber(v)) return NoOverload();
  return Value::Double(std::sqrt(v.is(Type::kDouble) ? v.real
                                 : v.is(Type::kInt)  ? double(v.integer)
                                                     : double(v.natural)));
}

template <typename Combine>
Value Bits(Args args, Combine combine) {
  const Value &a = args[0], &b = args[1];
  if (a.is(Type::kInt) && b.is(Type::kInt))
    return Value::Int(int64_t(combine(uint64_t(a.integer), uint64_t(b.integer))));
  if (a.is(Type::kUint) && b.is(Type::kUint)) return Value::Uint(combine(a.natural, b.natural));
  return NoOverload();
}
Value BitAnd(Args args, EvalContext&) {
  return Bits(args, [](uint64_t a, uint64_t b) { return a & b; });
}
Value BitOr(Args args, EvalContext&) {
  return Bits(args, [](uint64_t a, uint64_t b) { return a | b; });
}
Value BitXor(Args args, EvalContext&) {
  return Bits(args, [](uint64_t a, uint64_t b) { return a ^ b; });
}
Value BitNot(Args args, EvalContext&) {
  if (args[0].is(Type::kInt)) return Value::Int(~args[0].integer);
  return args[0].is(Type::kUint) ? Value::Uint(~args[0].natural) : NoOverload();
}

// Both shifts are logical: a negative number shifted right gets zeros from the left.
Value Shift(Args args, bool left) {
  const Value &a = args[0], &by = args[1];
  if (!by.is(Type::kInt) || !(a.is(Type::kInt) || a.is(Type::kUint))) return NoOverload();
  if (by.integer < 0) return Value::Error("a shift by a negative number");
  const uint64_t bits = a.is(Type::kInt) ? uint64_t(a.integer) : a.natural;
  const uint64_t out = by.integer > 63 ? 0 : left ? bits << by.integer : bits >> by.integer;
  return a.is(Type::kInt) ? Value::Int(int64_t(out)) : Value::Uint(out);
}
Value ShiftLeft(Args args, EvalContext&) { return Shift(args, true); }
Value ShiftRight(Args args, EvalContext&) { return Shift(args, false); }

constexpr Function kFunctions[] = {
    {"math.greatest", 1, 255, false, Greatest},
    {"math.least", 1, 255, false, Least},
    {"math.ceil", 1, 1, false, Ceil},
    {"math.floor", 1, 1, false, Floor},
    {"math.round", 1, 1, false, Round},
    {"math.trunc", 1, 1, false, Trunc},
    {"math.isNaN", 1, 1, false, IsNaN},
    {"math.isInf", 1, 1, false, IsInf},
    {"math.isFinite", 1, 1, false, IsFinite},
    {"math.abs", 1, 1, false, Abs},
    {"math.sign", 1, 1, false, Sign},
    {"math.sqrt", 1, 1, false, Sqrt},
    {"math.bitAnd", 2, 2, false, BitAnd},
    {"math.bitOr", 2, 2, false, BitOr},
    {"math.bitXor", 2, 2, false, BitXor},
    {"math.bitNot", 1, 1, false, BitNot},
    {"math.bitShiftLeft", 2, 2, false, ShiftLeft},
    {"math.bitShiftRight", 2, 2, false, ShiftRight},
};

}  // namespace

std::span<const Function> MathFunctions() { return kFunctions; }

}  // namespace weir::cel
