#include "lib/cel/evaluator.h"

#include <cmath>

namespace weir::cel {
namespace {

constexpr int64_t kMin = INT64_MIN;

bool IsBlocked(const Value& v) { return v.is(Type::kUnknown) || v.is(Type::kError); }

// What && and || make of an operand that is no bool: text "true" of a resource is one, all else is an error.
Value AsCondition(Value v) {
  if (v.is(Type::kBool) || IsBlocked(v)) return v;
  if (v.is(Type::kString) && v.model != nullptr && (v.text == "true" || v.text == "false")) return Value::Bool(v.text == "true");
  if (v.is(Type::kNull)) return Value::Bool(false);  // an absent flag is not set
  return Value::Error("a condition is neither true nor false");
}

// The one of two results that a conjunction or disjunction reports when neither operand decided it: unknown before error,
// as the specification's treatment of unknowns has it.
Value Weaker(const Value& a, const Value& b) {
  if (a.is(Type::kUnknown)) return a;
  if (b.is(Type::kUnknown)) return b;
  return a.is(Type::kError) ? a : b;
}

}  // namespace

bool NotARange(const Value& range, Value& out) {
  if (range.is(Type::kList) || range.is(Type::kMap) || range.is(Type::kNull)) return false;
  out = IsBlocked(range) ? range : Value::Error("a macro ranges over what is neither a list nor a map");
  return true;
}

Evaluator::Evaluator(Program program, std::span<const Value> variables, EvalContext& context)
    : view_(program), context_(context), slots_(context.arena.NewArray<Value>(view_.header->slots)) {
  for (size_t i = 0; i < variables.size() && i < slots_.size(); ++i) slots_[i] = variables[i];
}

Value Evaluator::Eval(uint32_t index) {
  if (++context_.steps > context_.limits.steps) return Value::Error("the expression takes too many steps");
  const Node& node = view_.nodes[index];
  switch (node.op) {
    case Op::kNull: return Value::Null();
    case Op::kTrue: return Value::Bool(true);
    case Op::kFalse: return Value::Bool(false);
    case Op::kInt: return Value::Int(Constant<int64_t>(node));
    case Op::kDouble: return Value::Double(Constant<double>(node));
    case Op::kString: return Value::String(view_.Text(node.a, node.b));
    case Op::kVariable: return slots_[node.a];
    case Op::kSelect: return Select(node);
    case Op::kHas: {
      const Value operand = Eval(node.a);
      Value found;
      if (IsBlocked(operand)) return operand;
      return Value::Bool(operand.Find(view_.Text(node.b, node.c), found) && !found.is(Type::kNull));
    }
    case Op::kIndex: return Index(node);
    case Op::kNot: {
      const Value v = AsCondition(Eval(node.a));
      return v.is(Type::kBool) ? Value::Bool(!v.boolean) : v;
    }
    case Op::kNegate: {
      const Value v = Eval(node.a);
      if (v.is(Type::kInt) && v.integer != kMin) return Value::Int(-v.integer);
      if (v.is(Type::kDouble)) return Value::Double(-v.real);
      return IsBlocked(v) ? v : Value::Error("only a number has a negative");
    }
    case Op::kAnd: return And(node);
    case Op::kOr: return Or(node);
    case Op::kConditional: {
      const Value v = AsCondition(Eval(node.a));
      return v.is(Type::kBool) ? Eval(v.boolean ? node.b : node.c) : v;
    }
    case Op::kEqual: case Op::kNotEqual: case Op::kLess: case Op::kLessEqual: case Op::kGreater: case Op::kGreaterEqual:
      return Relation(node);
    case Op::kIn: return In(node);
    case Op::kAdd: case Op::kSubtract: case Op::kMultiply: case Op::kDivide: case Op::kModulo: return Arithmetic(node);
    case Op::kList: case Op::kMap: return Make(node);
    case Op::kCall: return Call(node);
    case Op::kAll: case Op::kExists: case Op::kExistsOne: return Quantify(node);
    case Op::kFilter: case Op::kMapTo: return Collect(node);
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

Value Evaluator::Select(const Node& node) {
  const Value operand = Eval(node.a);
  Value found;
  if (operand.Find(view_.Text(node.b, node.c), found)) return found;
  switch (operand.type) {
    case Type::kUnknown: case Type::kError: case Type::kNull: return operand.is(Type::kNull) ? Value::Null() : operand;
    case Type::kMap:
      // Bodies and object literals of a resource read softly; a map that was made of data does not.
      if (operand.model == nullptr || operand.model->kind == Kind::kMap) break;
      return Value::Null();
    case Type::kList:
      if (operand.model != nullptr && operand.size() == 0) return Value::Null();
      if (operand.model != nullptr && operand.model->has(weir::Value::kBlockList)) return Value::Null();
      break;
    default: break;
  }
  if (operand.model != nullptr) return Value::Null();
  return Value::Error("no such field");
}

Value Evaluator::Index(const Node& node) {
  const Value operand = Eval(node.a);
  if (IsBlocked(operand)) return operand;
  const Value key = Eval(node.b);
  if (IsBlocked(key)) return key;
  if (operand.is(Type::kNull)) return operand;
  if (operand.is(Type::kList) && key.is(Type::kInt)) {
    if (key.integer >= 0 && uint64_t(key.integer) < operand.size()) return operand.At(size_t(key.integer));
    return operand.model != nullptr ? Value::Null() : Value::Error("the index is out of range");
  }
  Value found;
  if (key.is(Type::kString) && operand.Find(key.text, found)) return found;
  if (operand.is(Type::kMap) && operand.model != nullptr && operand.model->kind != Kind::kMap) return Value::Null();
  return Value::Error("no such key");
}

Value Evaluator::In(const Node& node) {
  const Value needle = Eval(node.a);
  if (IsBlocked(needle)) return needle;
  const Value range = Eval(node.b);
  Value blocked;
  if (NotARange(range, blocked)) return blocked;
  if (range.is(Type::kMap)) {
    Value found;
    return Value::Bool(needle.is(Type::kString) && range.Find(needle.text, found));
  }
  bool unknown = false;
  for (size_t i = 0, n = range.size(); i < n; ++i) {
    if (++context_.steps > context_.limits.steps) return Value::Error("the expression takes too many steps");
    const Truth same = Equal(needle, range.At(i));
    if (same == Truth::kTrue) return Value::Bool(true);
    unknown |= same == Truth::kUnknown;
  }
  return unknown ? Value::Unknown(range.model) : Value::Bool(false);
}

Value Evaluator::Relation(const Node& node) {
  const Value left = Eval(node.a), right = Eval(node.b);
  if (IsBlocked(left) || IsBlocked(right)) return IsBlocked(left) && IsBlocked(right) ? Weaker(left, right) : IsBlocked(left) ? left : right;
  if (node.op == Op::kEqual || node.op == Op::kNotEqual) {
    const Truth same = Equal(left, right);
    return same == Truth::kUnknown ? Value::Unknown(left.model) : Value::Bool((same == Truth::kTrue) == (node.op == Op::kEqual));
  }
  if (left.is(Type::kNull) || right.is(Type::kNull)) return Value::Bool(false);
  int order = 0;
  if (!Compare(left, right, order)) return Value::Error("these two have no order");
  switch (node.op) {
    case Op::kLess: return Value::Bool(order < 0);
    case Op::kLessEqual: return Value::Bool(order <= 0);
    case Op::kGreater: return Value::Bool(order > 0);
    default: return Value::Bool(order >= 0);
  }
}

Value Evaluator::Arithmetic(const Node& node) {
  const Value a = Eval(node.a), b = Eval(node.b);
  if (IsBlocked(a) || IsBlocked(b)) return IsBlocked(a) ? a : b;
  Arena& arena = context_.arena;
  if (node.op == Op::kAdd && a.is(Type::kString) && b.is(Type::kString)) {
    if (a.text.size() + b.text.size() > (1u << 20)) return Value::Error("the text grows too long");
    char* text = static_cast<char*>(arena.Allocate(a.text.size() + b.text.size() + 1, 1));
    std::memcpy(text, a.text.data(), a.text.size());
    std::memcpy(text + a.text.size(), b.text.data(), b.text.size());
    return Value::String({text, a.text.size() + b.text.size()});
  }
  const auto listy = [](const Value& v) { return v.is(Type::kList) || v.is(Type::kNull); };
  if (node.op == Op::kAdd && listy(a) && listy(b)) {
    const size_t n = a.size(), m = b.size();
    context_.steps += n + m;
    auto items = arena.NewArray<Value>(n + m);
    for (size_t i = 0; i < n + m; ++i) items[i] = i < n ? a.At(i) : b.At(i - n);
    return Value::List(items);
  }
  if (a.is(Type::kInt) && b.is(Type::kInt)) {
    int64_t out = 0;
    const bool zero = b.integer == 0 && (node.op == Op::kDivide || node.op == Op::kModulo);
    if (zero || (a.integer == kMin && b.integer == -1 && (node.op == Op::kDivide || node.op == Op::kModulo)))
      return Value::Error("division by zero or overflow");
    bool overflow = false;
    switch (node.op) {
      case Op::kAdd: overflow = __builtin_add_overflow(a.integer, b.integer, &out); break;
      case Op::kSubtract: overflow = __builtin_sub_overflow(a.integer, b.integer, &out); break;
      case Op::kMultiply: overflow = __builtin_mul_overflow(a.integer, b.integer, &out); break;
      case Op::kDivide: out = a.integer / b.integer; break;
      default: out = a.integer % b.integer; break;
    }
    return overflow ? Value::Error("the number overflows 64 bits") : Value::Int(out);
  }
  const auto number = [](const Value& v) { return v.is(Type::kInt) || v.is(Type::kDouble); };
  if (!number(a) || !number(b) || node.op == Op::kModulo) return Value::Error("no such operator for these values");
  const double x = a.is(Type::kInt) ? double(a.integer) : a.real, y = b.is(Type::kInt) ? double(b.integer) : b.real;
  switch (node.op) {
    case Op::kAdd: return Value::Double(x + y);
    case Op::kSubtract: return Value::Double(x - y);
    case Op::kMultiply: return Value::Double(x * y);
    default: return Value::Double(x / y);
  }
}

Value Evaluator::Make(const Node& node) {
  Arena& arena = context_.arena;
  if (node.op == Op::kList) {
    auto items = arena.NewArray<Value>(node.b);
    for (uint32_t i = 0; i < node.b; ++i) {
      items[i] = Eval(view_.lists[node.a + i]);
      if (items[i].is(Type::kError)) return items[i];
    }
    return Value::List(items);
  }
  auto fields = arena.NewArray<MapEntry>(node.b / 2);
  for (uint32_t i = 0; i < node.b / 2; ++i) {
    const Value key = Eval(view_.lists[node.a + 2 * i]);
    if (!key.is(Type::kString)) return IsBlocked(key) ? key : Value::Error("the keys of a map must be texts");
    fields[i] = {key.text, Eval(view_.lists[node.a + 2 * i + 1])};
    if (fields[i].value.is(Type::kError)) return fields[i].value;
  }
  return Value::Map(fields);
}

Value Evaluator::Call(const Node& node) {
  const Function* function = context_.functions.FindByHash(uint64_t(node.a) | uint64_t(node.b) << 32);
  if (function == nullptr) return Value::Error("a function of this program is not there");
  const uint32_t count = view_.lists[node.c];
  if (count > 8 || count < function->min_args || count > function->max_args) return Value::Error("wrong number of arguments");
  Value args[8];
  for (uint32_t i = 0; i < count; ++i) {
    args[i] = Eval(view_.lists[node.c + 1 + i]);
    if (IsBlocked(args[i])) return args[i];
  }
  return function->call({args, count}, context_);
}

Value Evaluator::Quantify(const Node& node) {
  const Value range = Eval(node.a);
  Value blocked;
  if (NotARange(range, blocked)) return blocked;
  int64_t satisfied = 0;
  Value undecided = Value::Null();
  for (size_t i = 0, n = range.size(); i < n; ++i) {
    slots_[node.c] = Element(range, i);
    const Value v = AsCondition(Eval(node.b));
    if (v.is(Type::kBool)) {
      if (node.op == Op::kAll && !v.boolean) return v;
      if (node.op == Op::kExists && v.boolean) return v;
      satisfied += v.boolean;
    } else {
      undecided = undecided.is(Type::kNull) ? v : Weaker(undecided, v);
    }
    if (context_.steps > context_.limits.steps) return Value::Error("the expression takes too many steps");
  }
  if (!undecided.is(Type::kNull)) return undecided;
  return Value::Bool(node.op == Op::kAll || (node.op == Op::kExistsOne && satisfied == 1));
}

Value Evaluator::Collect(const Node& node) {
  const Value range = Eval(node.a);
  Value blocked;
  if (NotARange(range, blocked)) return blocked;
  const size_t n = range.size();
  auto items = context_.arena.NewArray<Value>(n);
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) {
    const Value element = Element(range, i);
    slots_[node.c] = element;
    Value v = Eval(node.b);
    if (v.is(Type::kError)) return v;
    if (node.op == Op::kFilter) {
      v = AsCondition(v);
      if (!v.is(Type::kBool)) return v;
      if (v.boolean) items[count++] = element;
    } else {
      items[count++] = v;
    }
    if (context_.steps > context_.limits.steps) return Value::Error("the expression takes too many steps");
  }
  return Value::List(items.first(count));
}

Value Evaluate(Program program, std::span<const Value> variables, EvalContext& context) {
  Evaluator evaluator(program, variables, context);
  return evaluator.Eval(evaluator.view().root());
}

}  // namespace weir::cel
