#include "lib/lang/terraform/eval.h"

#include <algorithm>
#include <map>

#include "lib/base/text.h"
#include "lib/lang/terraform/types.h"
#include "lib/model/refined.h"

namespace weir::terraform {
namespace {

using hcl::As;
using hcl::ExprKind;

constexpr uint64_t kMaxSteps = 20'000'000;

// A name that `for` or a splat binds, in front of what is visible outside.
class LocalScope final : public Scope {
 public:
  LocalScope(const Scope& outer, std::string_view key_name, const Value* key, std::string_view value_name, const Value* value)
      : outer_(outer), key_name_(key_name), value_name_(value_name), key_(key), value_(value) {}
  const Value* Resolve(const hcl::ScopeTraversal& t, size_t& used, EvalContext& context) const override {
    used = 0;
    if (t.root == value_name_) return value_;
    if (!key_name_.empty() && t.root == key_name_) return key_;
    return outer_.Resolve(t, used, context);
  }

 private:
  const Scope& outer_;
  std::string_view key_name_, value_name_;
  const Value* key_;
  const Value* value_;
};

// The element of the innermost splat has no name of its own in the syntax; this one cannot be written.
constexpr std::string_view kAnonymous = "\x01splat";

class Depth {
 public:
  Depth(EvalContext& context, Span at) : context_(context), ok_(++context.depth <= EvalContext::kMaxDepth && context.Spend(1, at)) {
    if (!ok_ && !context.limit_reported) {
      context.limit_reported = true;
      context.Error(at, "Expression too deep", "References and expressions are nested too deeply to be followed.");
    }
  }
  ~Depth() { --context_.depth; }
  bool ok() const { return ok_; }

 private:
  EvalContext& context_;
  bool ok_;
};

const Value* Unknown(EvalContext& context, Span at, std::span<const Value* const> parts = {}, Marks marks = Marks::kAnywhere) {
  return Derive(NewUnknown(context.arena, at), DerivedOrigin(parts, at), parts, context, marks);
}

const Value* Apply(const Value* value, std::span<const hcl::Step> steps, EvalContext& context) {
  for (const hcl::Step& step : steps) {
    if (step.kind == hcl::StepKind::kAttr) {
      value = ApplyAttribute(value, step.text, step.span, context);
    } else {
      const Value* key = NewString(context.arena, step.text, step.span);
      if (step.key_type == hcl::LiteralType::kNumber)
        if (const auto n = Number::Parse(step.text, context.arena)) key = NewNumber(context.arena, *n, step.span);
      value = ApplyIndex(value, key, step.span, context);
    }
  }
  return value;
}

const Value* Literal(const hcl::LiteralValue& e, EvalContext& context) {
  switch (e.type) {
    case hcl::LiteralType::kNull: return NewNull(context.arena, e.span);
    case hcl::LiteralType::kBool: return NewBool(context.arena, e.boolean, e.span);
    case hcl::LiteralType::kString: return NewString(context.arena, e.text, e.span);
    case hcl::LiteralType::kNumber: break;
  }
  const auto number = Number::Parse(e.text, context.arena);
  if (!number) return context.Error(e.span, "Invalid number literal", "This number is too large to be represented.");
  return NewNumber(context.arena, *number, e.span);
}

// Joins texts; a part that is unknown makes the whole unknown, with the known beginning kept (Value::kPartial).
const Value* Concatenate(std::span<const Value* const> parts, Span at, EvalContext& context) {
  std::string text;
  bool unknown = false;
  std::vector<const Value*> sources, pieces;
  for (const Value* part : parts) {
    sources.push_back(part);
    const Value* piece = ToString(part, context);
    pieces.push_back(piece);
    if (piece == nullptr || piece->is_null())
      return context.Error(part->origin.valid() ? part->origin : at, "Invalid template interpolation value",
                           "Only a text, a number or a bool can stand in a template.");
    if (piece->is_unknown()) {
      if (!unknown && piece->has(Value::kPartial)) text += piece->text;
      unknown = true;
    }
    if (!unknown) text += piece->text;
    if (!context.Spend(1 + (piece->is_unknown() ? 0 : piece->text.size() / 64), at) || text.size() > context.limits.file_size) return NewUnknown(context.arena, at);
  }
  // A literal part takes no part in the question which value a person must change.
  std::erase_if(sources, [&](const Value* v) { return at.Contains(v->origin) && v->provenance == nullptr && MarksOf(*v) == 0; });
  Value* out;
  if (unknown) {
    out = NewUnknown(context.arena, at);
    out->flags |= Value::kPartial;
    out->text = context.arena.Copy(std::string_view(text));
    out->structure = NewSequence(context.arena, Kind::kTuple, context.arena.Copy(pieces), at);
  } else {
    out = NewString(context.arena, context.arena.Copy(std::string_view(text)), at);
  }
  return sources.empty() ? out : Derive(out, sources.size() == 1 && parts.size() == 1 ? sources[0]->origin : at, sources, context);
}

const Value* EvaluateTemplate(const hcl::Template& e, const Scope& scope, EvalContext& context) {
  if (const auto* literal = e.literal()) return NewString(context.arena, literal->text, e.span);
  std::vector<const Value*> parts;
  for (const hcl::Expr* part : e.parts) parts.push_back(Evaluate(*part, scope, context));
  return Concatenate(parts, e.span, context);
}

const Value* Object(const hcl::ObjectCons& e, const Scope& scope, EvalContext& context) {
  std::vector<Entry> entries;
  bool unknown_key = false;
  uint8_t marks = 0;
  for (const hcl::ObjectItem& item : e.items) {
    const Value* value = Evaluate(*item.value, scope, context);
    if (!item.key->literal_name.empty()) {
      entries.push_back({item.key->literal_name, value, item.key->span});
      continue;
    }
    const Value* key = ToString(Evaluate(*item.key->wrapped, scope, context), context);
    if (key != nullptr) marks |= MarksOf(*key);
    if (key == nullptr || key->is_null()) {
      context.Error(item.key->span, "Incorrect attribute value type", "The key of an object must be a text.");
      unknown_key = true;
    } else if (key->is_unknown()) {
      unknown_key = true;
    } else {
      entries.push_back({key->text, value, item.key->span});
    }
  }
  if (unknown_key) return WithMarks(NewUnknown(context.arena, e.span), marks, context);
  return WithMarks(NewMapping(context.arena, Kind::kObject, context.arena.Copy(entries), e.span), marks, context);
}

struct Pair {
  const Value* key;
  const Value* value;
};
std::vector<Pair> PairsOf(const Value& collection, EvalContext& context) {
  std::vector<Pair> out;
  if (IsMapping(collection.kind)) {
    for (const Entry& e : collection.entries) out.push_back({NewString(context.arena, e.key, e.key_span), e.value});
  } else {
    for (size_t i = 0; i < collection.items.size(); ++i)
      out.push_back({collection.kind == Kind::kSet ? collection.items[i] : NewNumber(context.arena, Number::FromInt(int64_t(i))),
                     collection.items[i]});
  }
  return out;
}

const Value* EvaluateFor(const hcl::For& e, const Scope& scope, EvalContext& context) {
  const Value* collection = Evaluate(*e.collection, scope, context);
  if (collection->is_unknown()) return Unknown(context, e.span, {&collection, 1});
  if (!IsSequence(collection->kind) && !IsMapping(collection->kind))
    return context.Error(e.collection->span, "Iteration over non-iterable value", "A for expression needs a list, a set, a map or an object.");
  std::vector<const Value*> items;
  std::vector<Entry> entries;
  std::map<std::string_view, std::vector<const Value*>> groups;
  // What a secret decides is secret: which elements are there, and what they are called.
  uint8_t marks = MarksOf(*collection);
  for (const Pair& pair : PairsOf(*collection, context)) {
    if (!context.Spend(1, e.span)) return NewUnknown(context.arena, e.span);
    const LocalScope inner(scope, e.key_var, pair.key, e.value_var, pair.value);
    if (e.cond != nullptr) {
      const Value* keep = ToBool(Evaluate(*e.cond, inner, context), context);
      if (keep == nullptr || keep->is_null()) return context.Error(e.cond->span, "Invalid 'for' condition", "The 'if' clause must be true or false.");
      if (keep->is_unknown()) return Unknown(context, e.span, {&collection, 1});
      marks |= MarksOf(*keep);
      if (!keep->boolean) continue;
    }
    const Value* value = Evaluate(*e.value, inner, context);
    if (e.key == nullptr) {
      items.push_back(value);
      continue;
    }
    const Value* key = ToString(Evaluate(*e.key, inner, context), context);
    if (key == nullptr || key->is_null()) return context.Error(e.key->span, "Invalid object key", "The key of a for expression must be a text.");
    if (key->is_unknown()) return Unknown(context, e.span, {&collection, 1});
    marks |= MarksOf(*key);
    if (e.group) {
      groups[key->text].push_back(value);
    } else {
      entries.push_back({key->text, value, key->origin});
    }
  }
  if (e.key == nullptr) return WithMarks(NewSequence(context.arena, Kind::kTuple, context.arena.Copy(items), e.span), marks, context);
  for (auto& [key, values] : groups)
    entries.push_back({key, NewSequence(context.arena, Kind::kTuple, context.arena.Copy(values), e.span), {}});
  const size_t count = entries.size();
  Value* object = NewMapping(context.arena, Kind::kObject, context.arena.Copy(entries), e.span);
  if (object->entries.size() != count) return context.Error(e.span, "Duplicate object key", "Two elements give the same key; add '...' after the value to group them.");
  return WithMarks(object, marks, context);
}

const Value* EvaluateSplat(const hcl::Splat& e, const Scope& scope, EvalContext& context) {
  const Value* source = Evaluate(*e.source, scope, context);
  if (source->is_unknown()) {
    // The type of the result is unknown, but the resources that took part are not.
    const LocalScope inner(scope, {}, nullptr, kAnonymous, source);
    return Evaluate(*e.each, inner, context);
  }
  std::vector<const Value*> items;
  if (IsSequence(source->kind)) {
    items.assign(source->items.begin(), source->items.end());
  } else if (!source->is_null()) {
    items.push_back(source);
  }
  for (const Value*& item : items) {
    const LocalScope inner(scope, {}, nullptr, kAnonymous, item);
    item = Evaluate(*e.each, inner, context);
  }
  Value* tuple = NewSequence(context.arena, Kind::kTuple, context.arena.Copy(items), source->origin.valid() ? source->origin : e.span);
  return WithMarks(tuple, MarksOf(*source), context);
}

/// The value of a result that may never be used: what is wrong with it is nobody's concern. Null where something is.
const Value* EvaluateQuietly(const hcl::Expr& e, const Scope& scope, EvalContext& context) {
  auto* const diagnostics = context.diagnostics;
  const uint32_t errors = context.errors;
  context.diagnostics = nullptr;
  const Value* value = Evaluate(e, scope, context);
  const bool failed = context.errors != errors;
  context.diagnostics = diagnostics;
  context.errors = errors;
  return failed ? nullptr : value;
}

/// Both results of a condition have one type, and the marks of either: `chosen` becomes what it and the other result have in common.
const Value* AsOtherResult(const Value* chosen, const hcl::Expr& other, const hcl::Conditional& e, const Scope& scope, EvalContext& context) {
  const bool plain = chosen->kind == Kind::kNumber || chosen->kind == Kind::kBool || chosen->kind == Kind::kString;
  if (const auto* text = hcl::If<hcl::Template>(&other); text != nullptr && text->literal() != nullptr && chosen->kind == Kind::kString) return chosen;
  const Value* unused = EvaluateQuietly(other, scope, context);
  if (unused == nullptr) return chosen;
  chosen = WithMarks(chosen, MarksOf(*unused), context);
  if (chosen->is_unknown() || unused->is_unknown() || (unused->is_null() && unused->type == nullptr) || (plain && unused->kind == chosen->kind)) return chosen;
  // A resource or block is what it is.
  if (chosen->has(Value::kSoft) || chosen->has(Value::kBlockList) || unused->has(Value::kSoft) || unused->has(Value::kBlockList)) return chosen;
  const Type* const own = TypeOf(*chosen, context.arena);
  const Type* const types[] = {own, TypeOf(*unused, context.arena)};
  const Type* both = nullptr;
  if (!Unify(types, context.arena, both))
    return chosen->is_null() ? chosen : context.Error(e.span, "Inconsistent conditional result types", "The two results of a condition must have one type.");
  if (both == nullptr || SameType(own, both)) return chosen;
  std::string why;
  const Value* converted = Convert(chosen, both, context, why);
  return converted != nullptr ? converted : chosen;
}

const Value* EvaluateConditional(const hcl::Conditional& e, const Scope& scope, EvalContext& context) {
  const Value* condition = ToBool(Evaluate(*e.condition, scope, context), context);
  if (condition == nullptr || condition->is_null())
    return context.Error(e.condition->span, "Incorrect condition type", "The condition must be true or false.");
  if (!condition->is_unknown()) {
    const Value* chosen = Evaluate(condition->boolean ? *e.true_result : *e.false_result, scope, context);
    chosen = AsOtherResult(chosen, condition->boolean ? *e.false_result : *e.true_result, e, scope, context);
    return MarksOf(*condition) != 0 ? Derive(chosen, chosen->origin, {&condition, 1}, context) : chosen;
  }
  const Value* both[] = {EvaluateQuietly(*e.true_result, scope, context), EvaluateQuietly(*e.false_result, scope, context)};
  for (const Value*& result : both)
    if (result == nullptr) result = NewUnknown(context.arena, e.span);
  const uint8_t marks = MarksOf(*condition) | MarksOf(*both[0]) | MarksOf(*both[1]);
  if (Equal(*both[0], *both[1])) return WithMarks(both[0], marks, context);
  return WithMarks(Unknown(context, e.span, both, Marks::kOwn), marks, context);
}

const Value* Bool(bool value, Span at, std::span<const Value* const> parts, EvalContext& context) {
  return Derive(NewBool(context.arena, value, at), DerivedOrigin(parts, at), parts, context);
}

const Value* Logic(const hcl::BinaryOp& e, const Value* const (&sides)[2], EvalContext& context) {
  const bool deciding = e.op == hcl::BinaryOperator::kOr;  // true decides ||, false decides &&
  bool unknown = false;
  for (const Value* side : sides) {
    const Value* b = ToBool(side, context);
    if (b == nullptr || b->is_null()) return context.Error(e.span, "Invalid operand", "A logical operator needs true or false.");
    if (!b->is_unknown() && b->boolean == deciding) return Bool(deciding, e.span, sides, context);
    unknown |= b->is_unknown();
  }
  return unknown ? Unknown(context, e.span, sides) : Bool(!deciding, e.span, sides, context);
}

const Value* EvaluateBinary(const hcl::BinaryOp& e, const Scope& scope, EvalContext& context) {
  using Op = hcl::BinaryOperator;
  const Value* const sides[2] = {Evaluate(*e.lhs, scope, context), Evaluate(*e.rhs, scope, context)};
  if (e.op == Op::kOr || e.op == Op::kAnd) return Logic(e, sides, context);
  if (e.op == Op::kEqual || e.op == Op::kNotEqual) {
    const bool unknown = ContainsUnknown(*sides[0]) || ContainsUnknown(*sides[1]);
    // What is unknown is still not null where it is a resource's own attribute; that is a provider's business: unknown.
    if (unknown) return Unknown(context, e.span, sides);
    // A list is never equal to a tuple, a map never to an object.
    const bool kinds = sides[0]->kind == sides[1]->kind || sides[0]->is_null() || sides[1]->is_null();
    return Bool((kinds && Equal(*sides[0], *sides[1])) == (e.op == Op::kEqual), e.span, sides, context);
  }
  const Value* a = ToNumber(sides[0], context);
  const Value* b = ToNumber(sides[1], context);
  if (a == nullptr || b == nullptr || a->is_null() || b->is_null()) return context.Error(e.span, "Invalid operand", "This operator needs numbers.");
  if (a->is_unknown() || b->is_unknown()) return Unknown(context, e.span, sides);
  const int order = Compare(a->number, b->number);
  std::optional<Number> n;
  switch (e.op) {
    case Op::kLess: return Bool(order < 0, e.span, sides, context);
    case Op::kLessEqual: return Bool(order <= 0, e.span, sides, context);
    case Op::kGreater: return Bool(order > 0, e.span, sides, context);
    case Op::kGreaterEqual: return Bool(order >= 0, e.span, sides, context);
    case Op::kAdd: n = Number::Add(a->number, b->number, context.arena); break;
    case Op::kSubtract: n = Number::Subtract(a->number, b->number, context.arena); break;
    case Op::kMultiply: n = Number::Multiply(a->number, b->number, context.arena); break;
    case Op::kDivide: n = Number::Divide(a->number, b->number, context.arena); break;
    default: n = Number::Modulo(a->number, b->number, context.arena); break;
  }
  if (!n) return context.Error(e.span, "Division by zero", "The right side is zero.");
  return Derive(NewNumber(context.arena, *n, e.span), DerivedOrigin(sides, e.span), sides, context);
}

const Value* EvaluateUnary(const hcl::UnaryOp& e, const Scope& scope, EvalContext& context) {
  const Value* operand = Evaluate(*e.operand, scope, context);
  const bool negate = e.op == hcl::UnaryOperator::kNegate;
  const Value* v = negate ? ToNumber(operand, context) : ToBool(operand, context);
  if (v == nullptr || v->is_null()) return context.Error(e.span, "Invalid operand", "The operand has the wrong type for this operator.");
  if (v->is_unknown()) return Unknown(context, e.span, {&operand, 1});
  if (!negate) return Bool(!v->boolean, e.span, {&operand, 1}, context);
  Value* out = NewNumber(context.arena, Number::Subtract(Number::FromInt(0), v->number, context.arena), e.span);
  return operand->provenance == nullptr && e.span.Contains(operand->origin) ? out : Derive(out, DerivedOrigin({&operand, 1}, e.span), {&operand, 1}, context);
}

// What is not there, and what to do about it.
std::string Undeclared(const hcl::ScopeTraversal& e) {
  const auto step = [&](size_t i) { return i < e.steps.size() && e.steps[i].kind == hcl::StepKind::kAttr ? TerminalSafe(e.steps[i].text) : std::string(); };
  const std::string root = TerminalSafe(e.root), first = step(0), second = step(1);
  if (root == "each") return "'each' has a meaning only in a block with for_each; add one, or use a variable or a local.";
  if (root == "count") return "'count' has a meaning only in a block with count; add one, or use a variable or a local.";
  if (root == "self") return "'self' has a meaning only in provisioners, connections and conditions; name the resource.";
  const std::string what = first.empty()                                ? "is nothing named '" + root + "'"
                           : root == "var"                              ? "is no variable \"" + first + "\""
                           : root == "local"                            ? "is no local value \"" + first + "\""
                           : root == "module"                           ? "is no module \"" + first + "\""
                           : root == "path" || root == "terraform"      ? "is no " + root + "." + first
                           : root == "data" || root == "ephemeral"      ? "is no " + root + " block \"" + first + "\" \"" + second + "\""
                           : root == "resource"                         ? "is no resource \"" + first + "\" \"" + second + "\""
                                                                        : "is no resource \"" + root + "\" \"" + first + "\"";
  return "There " + what + " in this module; declare it, or correct the name.";
}

// Attributes that name a thing in every provider that has them: texts, not empty, no patterns.
bool NamesThing(std::string_view attribute) {
  return attribute == "id" || attribute == "arn" || attribute == "name" || attribute == "self_link" || attribute == "unique_id" || attribute == "key_id";
}

// A word that was meant for a keyword (True, FALSE), as what it was meant for; null where it was not.
const Value* MeantFor(const hcl::ScopeTraversal& e, EvalContext& context) {
  if (!e.steps.empty() || e.root.size() > 5) return nullptr;
  std::string lower(e.root);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  if (lower != "true" && lower != "false") return nullptr;
  context.Error(e.span, "Reference to undeclared name", "Keywords are written in lower case: " + lower + ".");
  return NewBool(context.arena, lower == "true", e.span);
}

// Whether the traversal reads an attribute of a resource by which the provider names it.
bool NamesResource(const hcl::ScopeTraversal& e) {
  static constexpr std::string_view kOther[] = {"var", "local", "module", "each", "count", "self", "path", "terraform", "tofu"};
  const size_t least = e.root == "data" || e.root == "resource" || e.root == "ephemeral" ? 3 : 2;
  return e.steps.size() >= least && e.steps.back().kind == hcl::StepKind::kAttr && NamesThing(e.steps.back().text) &&
         std::ranges::find(kOther, e.root) == std::end(kOther);
}

const Value* Traverse(const hcl::ScopeTraversal& e, const Scope& scope, EvalContext& context) {
  size_t used = 0;
  const Value* value = scope.Resolve(e, used, context);
  if (value == nullptr) {
    if (const Value* meant = MeantFor(e, context)) return meant;
    Value* unknown = context.arena.New<Value>(*context.Error(e.span, "Reference to undeclared name", Undeclared(e)));
    // Once it is declared it has a name, whatever the name is.
    if (NamesResource(e)) unknown->flags |= Value::kName;
    return unknown;
  }
  return Apply(value, e.steps.subspan(std::min(used, e.steps.size())), context);
}

}  // namespace

const Value* EvalContext::Error(Span at, std::string_view summary, std::string detail) {
  ++errors;
  if (diagnostics != nullptr && diagnostics->size() < 1000)
    diagnostics->push_back({Diagnostic::Kind::kEvaluation, at, summary, arena.Copy(std::string_view(detail))});
  return NewUnknown(arena, at);
}

bool EvalContext::Spend(uint64_t taken, Span at) {
  steps += taken;
  if (steps <= kMaxSteps && arena.bytes_reserved() <= limits.scope_memory) return true;
  if (!limit_reported && diagnostics != nullptr)
    diagnostics->push_back({Diagnostic::Kind::kLimit, at, "Configuration too large to evaluate",
                            "Evaluating it takes more steps or memory than is allowed (limits.scope_memory)."});
  limit_reported = true;
  return false;
}

const Value* Evaluate(const hcl::Expr& e, const Scope& scope, EvalContext& context) {
  const Depth depth(context, e.span);
  if (!depth.ok()) return NewUnknown(context.arena, e.span);
  switch (e.kind) {
    case ExprKind::kLiteral: return Literal(As<hcl::LiteralValue>(e), context);
    case ExprKind::kTemplate: return EvaluateTemplate(As<hcl::Template>(e), scope, context);
    case ExprKind::kTemplateWrap: return Evaluate(*As<hcl::TemplateWrap>(e).wrapped, scope, context);
    case ExprKind::kTemplateJoin: {
      const Value* tuple = Evaluate(*As<hcl::TemplateJoin>(e).tuple, scope, context);
      if (!IsSequence(tuple->kind)) return Unknown(context, e.span, {&tuple, 1});
      return WithMarks(Concatenate(tuple->items, e.span, context), MarksOf(*tuple), context);
    }
    case ExprKind::kTuple: {
      std::vector<const Value*> items;
      for (const hcl::Expr* item : As<hcl::TupleCons>(e).items) items.push_back(Evaluate(*item, scope, context));
      return NewSequence(context.arena, Kind::kTuple, context.arena.Copy(items), e.span);
    }
    case ExprKind::kObject: return Object(As<hcl::ObjectCons>(e), scope, context);
    case ExprKind::kObjectKey: {
      const auto& key = As<hcl::ObjectKey>(e);
      return key.wrapped != nullptr ? Evaluate(*key.wrapped, scope, context) : NewString(context.arena, key.literal_name, e.span);
    }
    case ExprKind::kFunctionCall: return CallFunction(As<hcl::FunctionCall>(e), scope, context);
    case ExprKind::kScopeTraversal: return Traverse(As<hcl::ScopeTraversal>(e), scope, context);
    case ExprKind::kRelativeTraversal: {
      const auto& t = As<hcl::RelativeTraversal>(e);
      return Apply(Evaluate(*t.source, scope, context), t.steps, context);
    }
    case ExprKind::kIndex: {
      const auto& index = As<hcl::Index>(e);
      const Value* collection = Evaluate(*index.collection, scope, context);
      return ApplyIndex(collection, Evaluate(*index.key, scope, context), e.span, context);
    }
    case ExprKind::kSplat: return EvaluateSplat(As<hcl::Splat>(e), scope, context);
    case ExprKind::kAnonSymbol: {
      hcl::ScopeTraversal name;
      name.root = kAnonymous;
      size_t used = 0;
      const Value* value = scope.Resolve(name, used, context);
      return value != nullptr ? value : NewUnknown(context.arena, e.span);
    }
    case ExprKind::kFor: return EvaluateFor(As<hcl::For>(e), scope, context);
    case ExprKind::kConditional: return EvaluateConditional(As<hcl::Conditional>(e), scope, context);
    case ExprKind::kBinaryOp: return EvaluateBinary(As<hcl::BinaryOp>(e), scope, context);
    case ExprKind::kUnaryOp: return EvaluateUnary(As<hcl::UnaryOp>(e), scope, context);
    case ExprKind::kParentheses: return Evaluate(*As<hcl::Parentheses>(e).inner, scope, context);
    case ExprKind::kError: break;
  }
  return NewUnknown(context.arena, e.span);
}

// An attribute that only the provider knows: a reference to the whole resource becomes one to its attribute. Of its type this much is
// known: `id` is a text in every provider, and so is `arn`.
static const Value* UnknownAttribute(const Value* object, std::string_view name, Span at, EvalContext& context) {
  static const Type kText = [] { Type t; t.kind = Kind::kString; return t; }();
  const bool text = object->has(Value::kSoft) && (name == "id" || name == "arn");
  Value* out = NewUnknown(context.arena, object->is_unknown() ? object->origin : at, text ? &kText : nullptr);
  if (object->has(Value::kSoft) && NamesThing(name)) out->flags |= Value::kName;
  if (object->provenance == nullptr) return out;
  auto* provenance = context.arena.New<Provenance>(*object->provenance);
  auto references = context.arena.NewArray<Reference>(provenance->references.size());
  for (size_t i = 0; i < references.size(); ++i) {
    references[i] = provenance->references[i];
    if (references[i].attribute.empty()) references[i].attribute = name;
  }
  provenance->references = references;
  out->provenance = provenance;
  out->flags |= object->flags & (Value::kSensitive | Value::kEphemeral);
  return out;
}

const Value* ApplyAttribute(const Value* object, std::string_view name, Span at, EvalContext& context) {
  if (object->is_unknown()) {
    if (const Value* entry = KnownEntry(*object, name)) return WithMarks(entry, MarksOf(*object), context);
    const Kind known = object->type != nullptr ? object->type->kind : Kind::kUnknown;
    if (known == Kind::kString || known == Kind::kNumber || known == Kind::kBool)
      return context.Error(at, "Unsupported attribute", "A text, a number or a bool has no attributes.");
    return object->provenance == nullptr ? object : UnknownAttribute(object, name, at, context);
  }
  if (IsMapping(object->kind)) {
    if (const Value* found = object->Get(name)) return WithMarks(found, MarksOf(*object), context);
    if (object->has(Value::kSoft)) return UnknownAttribute(object, name, at, context);
    return context.Error(at, "Unsupported attribute", "This object has no attribute named '" + std::string(name) + "'.");
  }
  if (IsSequence(object->kind) && object->has(Value::kBlockList) && object->items.size() == 1)
    return ApplyAttribute(object->items[0], name, at, context);
  return context.Error(at, "Unsupported attribute", "This value has no attributes.");
}

const Value* ApplyIndex(const Value* collection, const Value* key, Span at, EvalContext& context) {
  const Value* const both[] = {collection, key};
  const uint8_t marks = MarksOf(*collection) | MarksOf(*key);
  if (collection->is_unknown()) {
    const Value* entry = key->kind == Kind::kString ? KnownEntry(*collection, key->text) : nullptr;
    if (entry != nullptr) return WithMarks(entry, marks, context);
    return WithMarks(collection->has(Value::kOpen) ? Unknown(context, at, both) : collection, marks, context);
  }
  if (key->is_unknown()) return Unknown(context, at, both);
  if (IsMapping(collection->kind)) {
    const Value* text = ToString(key, context);
    if (text != nullptr && !text->is_null()) {
      if (const Value* found = collection->Get(text->text)) return WithMarks(found, marks, context);
      if (collection->has(Value::kSoft) && text->kind == Kind::kString)
        return UnknownAttribute(collection, text->text, at, context);
    }
    return context.Error(at, "Invalid index", "The collection has no element with this key.");
  }
  if (IsSequence(collection->kind) && collection->kind != Kind::kSet) {
    const Value* number = ToNumber(key, context);
    const auto i = number != nullptr && !number->is_null() ? number->number.AsInt() : std::nullopt;
    if (i && *i >= 0 && size_t(*i) < collection->items.size()) return WithMarks(collection->items[size_t(*i)], marks, context);
    return context.Error(at, "Invalid index", "The collection has no element at this position.");
  }
  return context.Error(at, "Invalid index", "Only lists, maps and objects have elements to pick.");
}

Span DerivedOrigin(std::span<const Value* const> args, Span at) {
  Span found;
  for (const Value* arg : args) {
    if (!arg->origin.valid() || at.Contains(arg->origin) || arg->origin == found) continue;
    if (found.valid()) return at;
    found = arg->origin;
  }
  return found.valid() ? found : at;
}

uint8_t MarksOf(const Value& by, Marks marks) {
  if (marks == Marks::kNone) return 0;
  const uint8_t own = by.flags & (Value::kSensitive | Value::kEphemeral);
  return marks == Marks::kAnywhere && ContainsSensitive(by) ? own | Value::kSensitive : own;
}

const Value* WithMarks(const Value* value, uint8_t marks, EvalContext& context) {
  if ((value->flags & marks) == marks) return value;
  Value* copy = context.arena.New<Value>(*value);
  copy->flags |= marks;
  return copy;
}

const Value* Derive(const Value* value, Span origin, std::span<const Value* const> parts, EvalContext& context, Marks reach) {
  std::vector<Reference> references;
  std::vector<Span> spans;
  const Hop* hops = nullptr;
  uint8_t marks = 0;
  CollectReferences(*value, references);
  for (const Value* part : parts) {
    CollectReferences(*part, references);
    marks |= MarksOf(*part, reach);
    if (part->origin.valid()) spans.push_back(part->origin);
    if (hops == nullptr && part->provenance != nullptr) hops = part->provenance->hops;
  }
  Value* copy = context.arena.New<Value>(*value);
  copy->origin = origin;
  copy->flags |= marks;
  if (!references.empty() || spans.size() > 1 || hops != nullptr) {
    auto* provenance = context.arena.New<Provenance>();
    provenance->references = context.arena.Copy(references);
    if (spans.size() > 1) provenance->parts = context.arena.Copy(spans);
    provenance->hops = hops;
    copy->provenance = provenance;
  }
  return copy;
}

}  // namespace weir::terraform
