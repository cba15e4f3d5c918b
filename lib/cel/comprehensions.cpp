// Macros that range over lists and maps, and those that bind names.
#include "lib/cel/evaluator.h"

namespace weir::cel {
namespace {

// Of two results that decide nothing the one that is reported: unknown before error.
const Value& Weaker(const Value& a, const Value& b) {
  return a.is(Type::kNull) || (b.is(Type::kUnknown) && !a.is(Type::kUnknown)) ? b : a;
}

}  // namespace

// One variable is a list's element or a map's key; two are index and element, or key and value.
void Evaluator::Bind(const Node& node, const Value& range, size_t i) {
  if (node.extra == Node::kNone) {
    slots_[node.c] = Element(range, i);
    return;
  }
  slots_[node.c] = range.is(Type::kMap) ? range.At(i) : Value::Int(int64_t(i));
  slots_[node.extra] = range.is(Type::kMap) ? range.EntryAt(i) : range.At(i);
}

Value Evaluator::Quantify(const Node& node) {
  Value range = AsRange(Eval(node.a));
  Value blocked, undecided = Value::Null();
  if (range.is(Type::kUnknown) && range.model != nullptr && range.model->has(weir::Value::kOpen)) {
    // The entries that are known may decide; those that are not leave it open.
    undecided = range;
    range = Value::FromModel(range.model->structure);
  }
  if (NotARange(range, blocked)) return blocked;
  int64_t satisfied = 0;
  for (size_t i = 0, n = range.size(); i < n; ++i) {
    Bind(node, range, i);
    const Value v = AsCondition(Eval(node.b));
    if (v.is(Type::kBool)) {
      if (node.op == Op::kAll && !v.boolean) return v;
      if (node.op == Op::kExists && v.boolean) return v;
      satisfied += v.boolean;
    } else if (node.op == Op::kExistsOne && v.is(Type::kError)) {
      return v;  // exists_one absorbs nothing (specification, Macros)
    } else {
      undecided = Weaker(undecided, v);
    }
    if (context_.steps > context_.limits.steps) return EvalContext::Exhausted();
  }
  if (node.op == Op::kExistsOne && satisfied > 1) return Value::Bool(false);
  if (!undecided.is(Type::kNull)) return undecided;
  return Value::Bool(node.op == Op::kAll || (node.op == Op::kExistsOne && satisfied == 1));
}

Value Evaluator::Collect(const Node& node) {
  const Value range = AsRange(Eval(node.a));
  Value blocked;
  if (NotARange(range, blocked)) return blocked;
  const size_t n = range.size();
  if (!context_.Spend(n)) return EvalContext::Exhausted();
  auto items = context_.arena.NewArray<Value>(n);
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) {
    Bind(node, range, i);
    const Value element = slots_[node.c];
    Value v = Eval(node.b);
    if (v.is(Type::kError)) return v;
    if (node.op == Op::kFilter) {
      v = AsCondition(v);
      if (!v.is(Type::kBool)) return v;
      if (v.boolean) items[count++] = element;
    } else {
      items[count++] = v;
    }
    if (context_.steps > context_.limits.steps) return EvalContext::Exhausted();
  }
  return Value::List(items.first(count));
}

Value Evaluator::Transform(const Node& node) {
  const Value range = Eval(node.a);
  Value blocked;
  if (NotARange(range, blocked)) return blocked;
  std::vector<Value> items;
  std::vector<MapEntry> fields;
  for (size_t i = 0, n = range.size(); i < n; ++i) {
    Bind(node, range, i);
    if (node.d != Node::kNoNode) {
      const Value keep = AsCondition(Eval(node.d));
      if (!keep.is(Type::kBool)) return keep;
      if (!keep.boolean) continue;
    }
    const Value v = Eval(node.b);
    if (v.is(Type::kError)) return v;
    if (node.op == Op::kTransformList) {
      items.push_back(v);
    } else if (node.op == Op::kTransformMap) {
      fields.emplace_back(slots_[node.c], v);
    } else {
      if (!v.is(Type::kMap))
        return v.is_failure() ? v : Value::Error("no such overload: transformMapEntry() takes a map");
      for (size_t k = 0; k < v.size(); ++k) {
        Value other;
        if (!context_.Spend(fields.size())) return EvalContext::Exhausted();
        if (Value::Map(fields).FindKey(v.At(k), other)) return Value::Error("a map repeats a key");
        fields.emplace_back(v.At(k), v.EntryAt(k));
      }
    }
    if (context_.steps > context_.limits.steps) return EvalContext::Exhausted();
  }
  return node.op == Op::kTransformList ? Value::List(context_.arena.Copy(items))
                                       : Value::Map(context_.arena.Copy(fields));
}

Value Evaluator::OnOptional(const Node& node) {
  const Value left = Eval(node.a);
  if (left.is_failure()) return left;
  if (!left.is(Type::kOptional)) {
    // An absent attribute is as good as an optional that holds nothing.
    if (node.op == Op::kOptOrValue && left.soft) return left.is(Type::kNull) ? Eval(node.b) : left;
    return Value::Error("no such overload: an optional value is needed");
  }
  const bool there = left.held != nullptr;
  switch (node.op) {
    case Op::kOptOr: {
      if (there) return left;
      const Value right = Eval(node.b);
      return right.is(Type::kOptional) || right.is_failure()
                 ? right
                 : Value::Error("no such overload: or() takes an optional value");
    }
    case Op::kOptOrValue:
      return there ? *left.held : Eval(node.b);
    default:
      break;
  }
  if (!there) return left;
  slots_[node.c] = *left.held;
  const Value v = Eval(node.b);
  if (v.is_failure()) return v;
  if (node.op == Op::kOptMap) return Value::Optional(context_.arena.New<Value>(v));
  return v.is(Type::kOptional) ? v : Value::Error("no such overload: optFlatMap() needs an optional value");
}

// Each part is evaluated once; one that fails matters only where it is used.
Value Evaluator::Block(const Node& node) {
  for (uint32_t i = 0; i < node.b; ++i) slots_[node.c + i] = Eval(view_.lists[node.a + i] & ~kOptionalEntry);
  return Eval(node.d);
}

}  // namespace weir::cel
