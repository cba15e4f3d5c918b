#include "lib/cel/evaluator.h"

#include <cmath>

#include "lib/model/refined.h"

namespace weir::cel {
namespace {

bool IsBlocked(const Value& v) { return v.is(Type::kUnknown) || v.is(Type::kError); }

// The one of two results that a conjunction or disjunction reports when neither operand decided it: unknown
// before error, as the specification's treatment of unknowns has it.
Value Weaker(const Value& a, const Value& b) {
  if (a.is(Type::kUnknown)) return a;
  if (b.is(Type::kUnknown)) return b;
  return a.is(Type::kError) ? a : b;
}

Value TooLong() { return EvalContext::Exhausted(); }

}  // namespace

Value AsCondition(const Value& v) {
  if (v.is(Type::kBool) || IsBlocked(v)) return v;
  if (v.is_true()) return Value::Bool(true);
  if (v.is_false()) return Value::Bool(false);
  return Value::Error("a condition is neither true nor false");
}

bool NotARange(const Value& range, Value& out) {
  if (range.is(Type::kList) || range.is(Type::kMap) || range.is_soft_null()) return false;
  out = IsBlocked(range) ? range : Value::Error("a macro ranges over what is neither a list nor a map");
  return true;
}

Value Evaluator::AsRange(const Value& value) {
  if (!value.soft || !value.is(Type::kString)) return value;
  auto one = context_.arena.NewArray<Value>(1);
  one[0] = value;
  return Value::List(one);
}

Evaluator::Evaluator(Program program, std::span<const Value> variables, EvalContext& context)
    : view_(program), context_(context), slots_(context.arena.NewArray<Value>(view_.header->slots)) {
  for (size_t i = 0; i < variables.size() && i < slots_.size(); ++i) slots_[i] = variables[i];
}

Value Evaluator::Eval(uint32_t index) {
  if (!context_.Spend(1)) return TooLong();
  const Node& node = view_.nodes[index];
  switch (node.op) {
    case Op::kNull:
      return Value::Null();
    case Op::kTrue:
      return Value::Bool(true);
    case Op::kFalse:
      return Value::Bool(false);
    case Op::kInt:
      return Value::Int(Constant<int64_t>(node));
    case Op::kUint:
      return Value::Uint(Constant<uint64_t>(node));
    case Op::kDouble:
      return Value::Double(Constant<double>(node));
    case Op::kString:
      return Value::String(view_.Text(node.a, node.b));
    case Op::kBytes:
      return Value::Bytes(view_.Text(node.a, node.b));
    case Op::kType:
      return Value::TypeName(view_.Text(node.a, node.b));
    case Op::kFail:
      return Value::Error(view_.Text(node.a, node.b));
    case Op::kVariable:
      return slots_[node.a];
    case Op::kSelect:
      return Select(node);
    case Op::kHas:
      return Has(node);
    case Op::kIndex:
      return Index(node);
    case Op::kNot: {
      const Value v = AsCondition(Eval(node.a));
      return v.is(Type::kBool) ? Value::Bool(!v.boolean) : v;
    }
    case Op::kNegate: {
      const Value v = Eval(node.a);
      if (v.is(Type::kInt) && v.integer != INT64_MIN) return Value::Int(-v.integer);
      if (v.is(Type::kDouble)) return Value::Double(-v.real);
      if (v.is(Type::kDuration) && v.integer != INT64_MIN) return Value::Duration(-v.integer);
      return IsBlocked(v) || v.is_soft_null() ? v : Value::Error("only a number has a negative");
    }
    case Op::kAnd:
      return And(node);
    case Op::kOr:
      return Or(node);
    case Op::kConditional: {
      const Value v = AsCondition(Eval(node.a));
      return v.is(Type::kBool) ? Eval(v.boolean ? node.b : node.c) : v;
    }
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return Relation(node);
    case Op::kIn:
      return In(node);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kModulo:
      return Arithmetic(node);
    case Op::kList:
    case Op::kMap:
      return Make(node);
    case Op::kCall:
      return Call(node);
    case Op::kAll:
    case Op::kExists:
    case Op::kExistsOne:
      return Quantify(node);
    case Op::kFilter:
    case Op::kMapTo:
      return Collect(node);
    case Op::kTransformList:
    case Op::kTransformMap:
    case Op::kTransformMapEntry:
      return Transform(node);
    case Op::kOptMap:
    case Op::kOptFlatMap:
    case Op::kOptOr:
    case Op::kOptOrValue:
      return OnOptional(node);
    case Op::kBind:
      slots_[node.c] = Eval(node.a);
      return Eval(node.b);
    case Op::kBlock:
      return Block(node);
  }
  return Value::Error("a broken program");
}

Value Evaluator::And(const Node& node) {
  const Value left = AsCondition(Eval(node.a));
  if (left.is_false()) return left;
  const Value right = AsCondition(Eval(node.b));
  if (right.is_false() || left.is_true()) return right;
  return right.is_true() ? left : Weaker(left, right);
}

Value Evaluator::Or(const Node& node) {
  const Value left = AsCondition(Eval(node.a));
  if (left.is_true()) return left;
  const Value right = AsCondition(Eval(node.b));
  if (right.is_true() || left.is_false()) return right;
  return right.is_false() ? left : Weaker(left, right);
}

// `operand.key` or `operand[key]`; `missing` is set where there is no such key, and the result is then what a
// read gives.
Value Evaluator::Read(const Value& operand, const Value& key, bool field, bool& missing) {
  Value found;
  missing = false;
  if (operand.is(Type::kUnknown) && operand.model != nullptr && key.is(Type::kString))
    if (const weir::Value* entry = KnownEntry(*operand.model, key.text)) return Value::FromModel(entry);
  if (IsBlocked(operand) || operand.is_soft_null()) return operand;
  if (IsBlocked(key)) return key;
  if (key.is(Type::kString) && operand.Find(key.text, found)) return found;
  if (operand.is(Type::kList)) {
    if (operand.soft &&
        (key.is(Type::kString) ? operand.model->has(weir::Value::kBlockList) : key.is_soft_null()))
      return Value::SoftNull();
    int64_t i = -1;
    if (key.is(Type::kInt))
      i = key.integer;
    else if (key.is(Type::kUint) && key.natural <= uint64_t(INT64_MAX))
      i = int64_t(key.natural);
    else if (key.is(Type::kDouble) && key.real >= 0 && key.real < 9e15 && key.real == std::floor(key.real))
      i = int64_t(key.real);
    else if (field || !(key.is(Type::kInt) || key.is(Type::kUint) || key.is(Type::kDouble)))
      return Value::Error("no such overload: a list takes a whole number as index");
    if (i >= 0 && uint64_t(i) < operand.size()) return operand.At(size_t(i));
    missing = true;
    return operand.soft ? Value::SoftNull() : Value::Error("index out of range");
  }
  if (operand.is(Type::kMap)) {
    if (!key.is(Type::kString) && operand.FindKey(key, found)) return found;
    missing = true;
    if (operand.soft && operand.model->has(weir::Value::kSoft)) return Value::SoftNull();
    return Value::Error("no such key");
  }
  return Value::Error("no such overload: only a map or a message has fields");
}

Value Evaluator::ReadThrough(const Value& operand, const Value& key, bool field, bool optional) {
  bool missing = false;
  if (operand.is(Type::kOptional)) {
    if (operand.held == nullptr) return operand;
    const Value v = Read(*operand.held, key, field, missing);
    if (missing) return Value::Optional(nullptr);
    return IsBlocked(v) ? v : Value::Optional(context_.arena.New<Value>(v));
  }
  const Value v = Read(operand, key, field, missing);
  if (!optional) return v;
  if (missing || v.is_soft_null()) return Value::Optional(nullptr);
  return IsBlocked(v) ? v : Value::Optional(context_.arena.New<Value>(v));
}

Value Evaluator::Select(const Node& node) {
  const Value operand = Eval(node.a);
  if (operand.soft) {  // the common way: an attribute of a resource
    Value found;
    if ((node.flags & Node::kOptional) == 0 && operand.Find(view_.Text(node.b, node.c), found)) return found;
  }
  return ReadThrough(operand, Value::String(view_.Text(node.b, node.c)), true,
                     (node.flags & Node::kOptional) != 0);
}

Value Evaluator::Index(const Node& node) {
  const Value operand = Eval(node.a);
  if (operand.is(Type::kError)) return operand;
  const Value key = Eval(node.b);
  if (IsBlocked(key)) return IsBlocked(operand) ? operand : key;
  return ReadThrough(operand, key, false, (node.flags & Node::kOptional) != 0);
}

// Dynamic blocks over nothing: none is there.
static bool IsLeftOut(const Value& v) {
  return v.is(Type::kList) && v.model != nullptr && v.model->has(weir::Value::kBlockList) && v.model->items.empty();
}

Value Evaluator::Has(const Node& node) {
  Value operand = Eval(node.a);
  if (operand.is(Type::kOptional)) {
    if (operand.held == nullptr) return Value::Bool(false);
    operand = *operand.held;
  }
  Value found;
  if (operand.is(Type::kUnknown) && operand.model != nullptr)
    if (const weir::Value* entry = KnownEntry(*operand.model, view_.Text(node.b, node.c))) return Value::Bool(!entry->is_null());
  if (IsBlocked(operand)) return operand;
  if (operand.Find(view_.Text(node.b, node.c), found)) return Value::Bool(!found.is_soft_null() && !IsLeftOut(found));
  if (operand.is(Type::kMap) || operand.soft) return Value::Bool(false);
  return Value::Error("has() asks for a field of what has none");
}

Value Evaluator::In(const Node& node) {
  const Value needle = Eval(node.a);
  if (IsBlocked(needle) && !IsUnknownText(needle)) return needle;
  const Value range = AsRange(Eval(node.b));
  Value blocked;
  if (range.is(Type::kUnknown) && range.model != nullptr && needle.is(Type::kString) && KnownEntry(*range.model, needle.text) != nullptr) return Value::Bool(true);
  if (NotARange(range, blocked)) return blocked;
  if (range.is(Type::kMap)) {
    if (IsBlocked(needle)) return needle;
    Value found;
    return Value::Bool(range.FindKey(needle, found));
  }
  bool unknown = false;
  for (size_t i = 0, n = range.size(); i < n; ++i) {
    if (++context_.steps > context_.limits.steps) return TooLong();
    const Truth same = Equal(needle, range.At(i));
    if (same == Truth::kTrue) return Value::Bool(true);
    unknown |= same == Truth::kUnknown;
  }
  return unknown ? Value::Unknown(range.model) : Value::Bool(false);
}

Value Evaluator::Relation(const Node& node) {
  const Value left = Eval(node.a), right = Eval(node.b);
  if (IsBlocked(left) || IsBlocked(right)) {
    // A text whose beginning is known differs from one that begins otherwise.
    if ((node.op == Op::kEqual || node.op == Op::kNotEqual) && !left.is(Type::kError) && !right.is(Type::kError) &&
        Equal(left, right) == Truth::kFalse)
      return Value::Bool(node.op == Op::kNotEqual);
    return IsBlocked(left) && IsBlocked(right) ? Weaker(left, right) : IsBlocked(left) ? left : right;
  }
  if (node.op == Op::kEqual || node.op == Op::kNotEqual) {
    const Truth same = Equal(left, right);
    return same == Truth::kUnknown ? Value::Unknown(left.model)
                                   : Value::Bool((same == Truth::kTrue) == (node.op == Op::kEqual));
  }
  if (left.is_soft_null() || right.is_soft_null()) return Value::Bool(false);
  int order = 0;
  if (!Compare(left, right, order)) return Value::Error("no such overload: these two have no order");
  if (order == 2) return Value::Bool(false);
  switch (node.op) {
    case Op::kLess:
      return Value::Bool(order < 0);
    case Op::kLessEqual:
      return Value::Bool(order <= 0);
    case Op::kGreater:
      return Value::Bool(order > 0);
    default:
      return Value::Bool(order >= 0);
  }
}

Value Evaluator::Call(const Node& node) {
  const Function* function = context_.functions.FindByHash(uint64_t(node.a) | uint64_t(node.b) << 32);
  if (function == nullptr) return Value::Error("no such function");
  const uint32_t count = view_.lists[node.c];
  if (count < function->min_args || count > function->max_args)
    return Value::Error("wrong number of arguments");
  Value few[4];
  Value* args = count <= 4 ? few : context_.arena.NewArray<Value>(count).data();
  uint64_t read = 0;
  for (uint32_t i = 0; i < count; ++i) {
    args[i] = Eval(view_.lists[node.c + 1 + i]);
    if (args[i].is(Type::kString) || args[i].is(Type::kBytes)) read += args[i].text.size() / 64;
    else if (args[i].is(Type::kList)) read += args[i].size() / 16;
    if (IsBlocked(args[i]) && !(function->takes_unknown && args[i].is(Type::kUnknown))) return args[i];
  }
  if (count != 0 && args[0].is_soft_null() && !function->takes_null) return args[0];
  return context_.Spend(read) ? function->call({args, count}, context_) : TooLong();
}

Value Evaluate(Program program, std::span<const Value> variables, EvalContext& context) {
  Evaluator evaluator(program, variables, context);
  return evaluator.Eval(evaluator.view().root());
}

}  // namespace weir::cel
