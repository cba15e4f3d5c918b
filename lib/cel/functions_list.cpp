// The list extension: sort, distinct, slice, flatten, first, last, lists.range.
#include <algorithm>

#include "lib/cel/functions.h"

namespace weir::cel {
namespace {

Value Sort(Args args, EvalContext& context) {
  const Value& list = args[0];
  if (!list.is(Type::kList)) return NoOverload();
  if (!context.Spend(list.size() * 4)) return EvalContext::Exhausted();
  auto items = context.NewList(list.size());
  for (size_t i = 0; i < items.size(); ++i) {
    items[i] = list.At(i);
    int order = 0;
    if (items[i].is_failure()) return items[i];
    if (!Compare(items[0], items[i], order) || items[0].type != items[i].type) return NoOverload();
  }
  std::stable_sort(items.begin(), items.end(), [](const Value& a, const Value& b) {
    int order = 0;
    return Compare(a, b, order) && order == -1;
  });
  return Value::List(items);
}

Value Distinct(Args args, EvalContext& context) {
  if (!args[0].is(Type::kList)) return NoOverload();
  std::vector<Value> out;
  for (size_t i = 0; i < args[0].size(); ++i) {
    const Value v = args[0].At(i);
    if (!context.Spend(out.size() + 1)) return EvalContext::Exhausted();
    if (std::none_of(out.begin(), out.end(), [&](const Value& o) { return Equal(o, v) == Truth::kTrue; }))
      out.push_back(v);
  }
  return Value::List(context.arena.Copy(out));
}

Value Slice(Args args, EvalContext& context) {
  if (!args[0].is(Type::kList) || !args[1].is(Type::kInt) || !args[2].is(Type::kInt)) return NoOverload();
  const int64_t from = args[1].integer, to = args[2].integer;
  if (from < 0 || from > to || uint64_t(to) > args[0].size()) return Value::Error("index out of range");
  if (!context.Spend(uint64_t(to - from))) return EvalContext::Exhausted();
  auto items = context.NewList(size_t(to - from));
  for (size_t i = 0; i < items.size(); ++i) items[i] = args[0].At(size_t(from) + i);
  return Value::List(items);
}

bool FlattenInto(const Value& list, int64_t depth, std::vector<Value>& out, EvalContext& context) {
  for (size_t i = 0; i < list.size(); ++i) {
    const Value v = list.At(i);
    if (!context.Spend(1)) return false;
    if (!v.is(Type::kList) || depth == 0)
      out.push_back(v);
    else if (!FlattenInto(v, depth - 1, out, context))
      return false;
  }
  return true;
}
Value Flatten(Args args, EvalContext& context) {
  if (!args[0].is(Type::kList) || (args.size() == 2 && !args[1].is(Type::kInt))) return NoOverload();
  const int64_t depth = args.size() == 2 ? args[1].integer : 1;
  if (depth < 0) return Value::Error("flatten() to a negative depth");
  std::vector<Value> out;
  if (!FlattenInto(args[0], std::min<int64_t>(depth, 200), out, context)) return EvalContext::Exhausted();
  return Value::List(context.arena.Copy(out));
}

Value Range(Args args, EvalContext& context) {
  if (!args[0].is(Type::kInt)) return NoOverload();
  if (args[0].integer < 0) return Value::Error("lists.range() of a negative number");
  if (!context.Spend(uint64_t(args[0].integer))) return EvalContext::Exhausted();
  auto items = context.NewList(size_t(args[0].integer));
  for (size_t i = 0; i < items.size(); ++i) items[i] = Value::Int(int64_t(i));
  return Value::List(items);
}

Value End(Args args, EvalContext& context, bool last) {
  if (!args[0].is(Type::kList)) return NoOverload();
  if (args[0].size() == 0) return Value::Optional(nullptr);
  return Value::Optional(context.arena.New<Value>(args[0].At(last ? args[0].size() - 1 : 0)));
}
Value First(Args args, EvalContext& context) { return End(args, context, false); }
Value Last(Args args, EvalContext& context) { return End(args, context, true); }

constexpr Function kFunctions[] = {
    {"sort", 1, 1, true, Sort},          {"distinct", 1, 1, true, Distinct}, {"slice", 3, 3, true, Slice},
    {"flatten", 1, 2, true, Flatten},    {"first", 1, 1, true, First},       {"last", 1, 1, true, Last},
    {"lists.range", 1, 1, false, Range},
};

}  // namespace

std::span<const Function> ListFunctions() { return kFunctions; }

}  // namespace weir::cel
