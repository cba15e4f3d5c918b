// + - * / % and the making of lists and maps.
#include <cmath>

#include "lib/cel/evaluator.h"

namespace weir::cel {
namespace {

// The years 1 to 9999, which a timestamp must stay in.
constexpr int64_t kFirst = -62135596800, kLast = 253402300799;

template <typename T>
Value Whole(Op op, T a, T b, Value (*make)(T)) {
  if ((op == Op::kDivide || op == Op::kModulo) && b == 0)
    return Value::Error(op == Op::kDivide ? "divide by zero" : "modulus by zero");
  if constexpr (std::is_signed_v<T>)
    if ((op == Op::kDivide || op == Op::kModulo) && a == INT64_MIN && b == -1)
      return Value::Error("integer overflow");
  T out = 0;
  bool overflow = false;
  switch (op) {
    case Op::kAdd:
      overflow = __builtin_add_overflow(a, b, &out);
      break;
    case Op::kSubtract:
      overflow = __builtin_sub_overflow(a, b, &out);
      break;
    case Op::kMultiply:
      overflow = __builtin_mul_overflow(a, b, &out);
      break;
    case Op::kDivide:
      out = a / b;
      break;
    default:
      out = a % b;
      break;
  }
  return overflow ? Value::Error("integer overflow") : make(out);
}

Value Moved(Instant t, int64_t nanos) {
  const __int128 total = static_cast<__int128>(t.seconds) * 1000000000 + t.nanos + nanos;
  __int128 seconds = total / 1000000000;
  int32_t rest = int32_t(total % 1000000000);
  if (rest < 0) rest += 1000000000, --seconds;
  if (seconds < kFirst || seconds > kLast) return Value::Error("timestamp out of range");
  return Value::Timestamp({int64_t(seconds), rest});
}

Value OfTime(Op op, const Value& a, const Value& b) {
  const bool da = a.is(Type::kDuration), db = b.is(Type::kDuration);
  int64_t out = 0;
  if (da && db &&
      (op == Op::kAdd ? !__builtin_add_overflow(a.integer, b.integer, &out)
                      : !__builtin_sub_overflow(a.integer, b.integer, &out)))
    return Value::Duration(out);
  if (da && db) return Value::Error("duration out of range");
  if (op == Op::kAdd && a.is(Type::kTimestamp) && db) return Moved(a.instant, b.integer);
  if (op == Op::kAdd && da && b.is(Type::kTimestamp)) return Moved(b.instant, a.integer);
  if (op == Op::kSubtract && a.is(Type::kTimestamp) && db && b.integer != INT64_MIN)
    return Moved(a.instant, -b.integer);
  if (op == Op::kSubtract && a.is(Type::kTimestamp) && b.is(Type::kTimestamp)) {
    const __int128 nanos = static_cast<__int128>(a.instant.seconds - b.instant.seconds) * 1000000000 +
                           a.instant.nanos - b.instant.nanos;
    if (nanos > INT64_MAX || nanos < INT64_MIN) return Value::Error("duration out of range");
    return Value::Duration(int64_t(nanos));
  }
  return Value::Error("no such overload: an operator does not take these values");
}

}  // namespace

Value Evaluator::Arithmetic(const Node& node) {
  const Value a = Eval(node.a), b = Eval(node.b);
  if (a.is_failure() || b.is_failure()) return a.is_failure() ? a : b;
  Arena& arena = context_.arena;
  if (a.is(Type::kInt) && b.is(Type::kInt)) return Whole(node.op, a.integer, b.integer, Value::Int);
  if (a.is(Type::kUint) && b.is(Type::kUint)) return Whole(node.op, a.natural, b.natural, Value::Uint);
  if (node.op == Op::kAdd && a.type == b.type && (a.is(Type::kString) || a.is(Type::kBytes))) {
    const size_t size = a.text.size() + b.text.size();
    if (size > (1u << 20) || !context_.Spend(size / 64)) return EvalContext::Exhausted();
    char* text = static_cast<char*>(arena.Allocate(size + 1, 1));
    if (!a.text.empty()) std::memcpy(text, a.text.data(), a.text.size());
    if (!b.text.empty()) std::memcpy(text + a.text.size(), b.text.data(), b.text.size());
    return a.is(Type::kString) ? Value::String({text, size}) : Value::Bytes({text, size});
  }
  const auto listy = [](const Value& v) { return v.is(Type::kList) || v.is_soft_null(); };
  if (node.op == Op::kAdd && listy(a) && listy(b) && (a.is(Type::kList) || b.is(Type::kList))) {
    const size_t n = a.size(), m = b.size();
    if (!context_.Spend(n + m)) return EvalContext::Exhausted();
    auto items = arena.NewArray<Value>(n + m);
    for (size_t i = 0; i < n + m; ++i) items[i] = i < n ? a.At(i) : b.At(i - n);
    return Value::List(items);
  }
  if (a.is_soft_null() || b.is_soft_null()) return Value::SoftNull();
  if (a.is(Type::kTimestamp) || a.is(Type::kDuration)) return OfTime(node.op, a, b);
  // A resource does not tell int from double: there the two mix.
  const auto real = [&](const Value& v) {
    return v.is(Type::kDouble) || (v.is(Type::kInt) && (a.soft || b.soft));
  };
  if (!real(a) || !real(b) || node.op == Op::kModulo)
    return Value::Error("no such overload: an operator does not take these values");
  const double x = a.is(Type::kInt) ? double(a.integer) : a.real,
               y = b.is(Type::kInt) ? double(b.integer) : b.real;
  switch (node.op) {
    case Op::kAdd:
      return Value::Double(x + y);
    case Op::kSubtract:
      return Value::Double(x - y);
    case Op::kMultiply:
      return Value::Double(x * y);
    default:
      return Value::Double(x / y);
  }
}

Value Evaluator::Make(const Node& node) {
  // Of an optional entry what it holds; false where it holds nothing.
  const auto unpack = [](Value& v, bool optional) {
    if (!optional || v.is_failure()) return true;
    if (!v.is(Type::kOptional)) {
      v = Value::Error("no such overload: '?' takes an optional value");
      return true;
    }
    if (v.held == nullptr) return false;
    v = *v.held;
    return true;
  };
  Arena& arena = context_.arena;
  size_t count = 0;
  if (node.op == Op::kList) {
    auto items = arena.NewArray<Value>(node.b);
    for (uint32_t i = 0; i < node.b; ++i) {
      const uint32_t entry = view_.lists[node.a + i];
      Value v = Eval(entry & ~kOptionalEntry);
      if (!unpack(v, (entry & kOptionalEntry) != 0)) continue;
      if (v.is(Type::kError)) return v;
      items[count++] = v;
    }
    return Value::List(items.first(count));
  }
  auto fields = arena.NewArray<MapEntry>(node.b / 2);
  for (uint32_t i = 0; i < node.b / 2; ++i) {
    const uint32_t entry = view_.lists[node.a + 2 * i];
    const Value key = Eval(entry & ~kOptionalEntry);
    if (key.is_failure()) return key;
    if (!key.is(Type::kString) && !key.is(Type::kInt) && !key.is(Type::kUint) && !key.is(Type::kBool))
      return Value::Error("unsupported key type: a map's keys are text, whole numbers or bools");
    Value v = Eval(view_.lists[node.a + 2 * i + 1] & ~kOptionalEntry);
    if (!unpack(v, (entry & kOptionalEntry) != 0)) continue;
    if (v.is(Type::kError)) return v;
    Value other;
    if (!context_.Spend(count)) return EvalContext::Exhausted();
    if (Value::Map(fields.first(count)).FindKey(key, other)) return Value::Error("a map repeats a key");
    fields[count++] = {key, v};
  }
  return Value::Map(fields.first(count));
}

}  // namespace weir::cel
