// Type constraints and conversions, as Terraform's documentation of types has them
// (https://developer.hashicorp.com/terraform/language/expressions/type-constraints).
#include <algorithm>

#include "lib/lang/terraform/eval.h"
#include "lib/lang/terraform/types.h"
#include "lib/model/json.h"

namespace weir::terraform {
namespace {

using hcl::As;

// The result of a conversion stands where its source stands.
template <typename Make>
const Value* Like(const Value* from, Make make) {
  Value* out = make(from->origin);
  out->provenance = from->provenance;
  out->flags = from->flags & (Value::kSensitive | Value::kEphemeral);
  out->structure = from->structure;
  return out;
}

const Type* Primitive(Kind kind, EvalContext& context) {
  Type* type = context.arena.New<Type>();
  type->kind = kind;
  return type;
}

// What elements of a set that have no order of their own are ordered by.
void AppendSetKey(const Value& v, std::string& out) {
  switch (v.kind) {
    case Kind::kUnknown: out += '?'; return;
    case Kind::kNull: out += '~'; return;
    case Kind::kBool: out += v.boolean ? 'T' : 'F'; return;
    case Kind::kNumber: out += v.number.Format('g', 10); return;
    case Kind::kString: WriteJsonText(v.text, out); return;
    default: break;
  }
  const bool collection = v.kind != Kind::kTuple && v.kind != Kind::kObject;
  out += !collection ? '<' : IsMapping(v.kind) ? '{' : '[';
  const auto element = [&](const Value& item) {
    AppendSetKey(item, out);
    out += ';';
  };
  if (IsMapping(v.kind)) {
    for (const Entry& e : v.entries) {
      if (collection) WriteJsonText(e.key, out), out += ':';
      element(*e.value);
    }
  } else {
    for (const Value* item : v.items) element(*item);
  }
  out += !collection ? '>' : IsMapping(v.kind) ? '}' : ']';
}

/// Terraform's order of a set: texts, numbers and bools by value, all else by what it is written as; nulls, then unknowns, last.
void SortSet(std::vector<const Value*>& items) {
  const auto rank = [](const Value* v) { return v->is_unknown() ? 2 : v->is_null() ? 1 : 0; };
  const bool composed = std::ranges::any_of(items, [](const Value* v) { return IsSequence(v->kind) || IsMapping(v->kind); });
  if (composed) {
    std::vector<std::pair<std::string, const Value*>> keyed;
    for (const Value* v : items) AppendSetKey(*v, keyed.emplace_back(std::string(), v).first);
    std::ranges::stable_sort(keyed, [&](const auto& a, const auto& b) { return std::pair(rank(a.second), a.first) < std::pair(rank(b.second), b.first); });
    for (size_t i = 0; i < items.size(); ++i) items[i] = keyed[i].second;
    return;
  }
  std::ranges::stable_sort(items, [&](const Value* a, const Value* b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    if (a->kind != b->kind) return a->kind < b->kind;
    if (a->kind == Kind::kString) return a->text < b->text;
    if (a->kind == Kind::kNumber) return a->number < b->number;
    return a->kind == Kind::kBool && !a->boolean && b->boolean;
  });
}

const Value* ConvertSequence(const Value* v, const Type& type, EvalContext& context, std::string& why) {
  std::vector<const Value*> items;
  uint8_t marks = 0;
  if (IsSequence(v->kind)) {
    for (const Value* item : v->items) {
      const Value* converted = Convert(item, type.element, context, why);
      if (converted == nullptr) return nullptr;
      items.push_back(converted);
    }
  } else {
    why = "a list is needed";
    return nullptr;
  }
  if (type.kind == Kind::kSet) {
    SortSet(items);
    std::vector<const Value*> unique;
    for (const Value* item : items)  // in order: equal ones stand side by side
      if (unique.empty() || !Equal(*unique.back(), *item)) unique.push_back(item);
    items = std::move(unique);
    // A set has no places that could be secret one by one.
    for (const Value* item : items) marks |= MarksOf(*item, Marks::kAnywhere);
  }
  const Value* out = Like(v, [&](Span at) { return NewSequence(context.arena, type.kind, context.arena.Copy(items), at); });
  return WithMarks(out, marks, context);
}

const Value* ConvertObject(const Value* v, const Type& type, EvalContext& context, std::string& why) {
  if (!IsMapping(v->kind)) return why = "an object is needed", nullptr;
  std::vector<Entry> entries;
  for (const Type::Field& field : type.fields) {
    const Entry* found = v->Find(field.name);
    const Value* value = found != nullptr ? found->value : nullptr;
    if (value == nullptr || (value->is_null() && field.default_value != nullptr)) {
      if (value == nullptr && !field.optional) return why = "the attribute '" + std::string(field.name) + "' is required", nullptr;
      value = field.default_value != nullptr ? field.default_value : NewNull(context.arena, v->origin, field.type);
    }
    const Value* converted = Convert(value, field.type, context, why);
    if (converted == nullptr) return nullptr;
    entries.push_back({field.name, converted, found != nullptr ? found->key_span : Span{}});
  }
  return Like(v, [&](Span at) { return NewMapping(context.arena, Kind::kObject, context.arena.Copy(entries), at); });
}

}  // namespace

const Value* ToString(const Value* v, EvalContext& context) {
  switch (v->kind) {
    case Kind::kString: case Kind::kUnknown: case Kind::kNull: return v;
    case Kind::kBool: return Like(v, [&](Span at) { return NewString(context.arena, v->boolean ? "true" : "false", at); });
    case Kind::kNumber:
      return Like(v, [&](Span at) { return NewString(context.arena, context.arena.Copy(std::string_view(v->number.ToString())), at); });
    default: return nullptr;
  }
}

const Value* ToNumber(const Value* v, EvalContext& context) {
  if (v->kind == Kind::kNumber || v->is_unknown() || v->is_null()) return v;
  if (v->kind != Kind::kString) return nullptr;
  const auto number = Number::Parse(v->text, context.arena);
  if (!number) return nullptr;
  return Like(v, [&](Span at) { return NewNumber(context.arena, *number, at); });
}

const Value* ToBool(const Value* v, EvalContext& context) {
  if (v->kind == Kind::kBool || v->is_unknown() || v->is_null()) return v;
  if (v->kind != Kind::kString || (v->text != "true" && v->text != "false" && v->text != "1" && v->text != "0")) return nullptr;
  const bool truth = v->text == "true" || v->text == "1";
  return Like(v, [&](Span at) { return NewBool(context.arena, truth, at); });
}

const Value* Convert(const Value* v, const Type* type, EvalContext& context, std::string& why) {
  if (type == nullptr) return v;
  if (v->is_unknown() || v->is_null()) {
    if (v->type == type || (v->is_unknown() && IsPrimitive(v->type))) return v;
    Value* typed = context.arena.New<Value>(*v);
    typed->type = type;
    // What is known of a text says nothing of the number that is read from it.
    if (IsPrimitive(type) && type->kind != Kind::kString) typed->flags &= uint8_t(~(Value::kPartial | Value::kName));
    return typed;
  }
  const auto primitive = [&](const Value* converted, const char* needed) {
    if (converted == nullptr) why = std::string(needed) + " is needed";
    return converted;
  };
  switch (type->kind) {
    case Kind::kString: return primitive(ToString(v, context), "a text");
    case Kind::kNumber: return primitive(ToNumber(v, context), "a number");
    case Kind::kBool: return primitive(ToBool(v, context), "true or false");
    case Kind::kList: case Kind::kSet: return ConvertSequence(v, *type, context, why);
    case Kind::kMap: {
      if (!IsMapping(v->kind)) return why = "a map is needed", nullptr;
      std::vector<Entry> entries(v->entries.begin(), v->entries.end());
      for (Entry& e : entries)
        if ((e.value = Convert(e.value, type->element, context, why)) == nullptr) return nullptr;
      return Like(v, [&](Span at) { return NewMapping(context.arena, Kind::kMap, context.arena.Copy(entries), at); });
    }
    case Kind::kObject: return ConvertObject(v, *type, context, why);
    case Kind::kTuple: {
      if (!IsSequence(v->kind) || v->items.size() != type->elements.size()) return why = "a tuple of that length is needed", nullptr;
      std::vector<const Value*> items(v->items.begin(), v->items.end());
      for (size_t i = 0; i < items.size(); ++i)
        if ((items[i] = Convert(items[i], type->elements[i], context, why)) == nullptr) return nullptr;
      return Like(v, [&](Span at) { return NewSequence(context.arena, Kind::kTuple, context.arena.Copy(items), at); });
    }
    default: return v;
  }
}

const Type* ParseType(const hcl::Expr& expr, const Scope& scope, EvalContext& context) {
  if (const auto* name = hcl::If<hcl::ScopeTraversal>(&expr)) {
    if (name->root == "string") return Primitive(Kind::kString, context);
    if (name->root == "number") return Primitive(Kind::kNumber, context);
    if (name->root == "bool") return Primitive(Kind::kBool, context);
    // `any`, and the bare `list` and `map` of old configurations, constrain nothing.
    if (name->root != "any" && name->root != "list" && name->root != "map" && name->root != "set")
      context.Error(expr.span, "Invalid type specification", "There is no type '" + std::string(name->root) + "'.");
    return nullptr;
  }
  if (const auto* text = hcl::If<hcl::Template>(&expr)) {  // "string" in quotes: Terraform 0.11
    if (text->literal() != nullptr && text->literal()->text == "string") return Primitive(Kind::kString, context);
    return nullptr;
  }
  const auto* call = hcl::If<hcl::FunctionCall>(&expr);
  if (call == nullptr || call->args.empty()) {
    context.Error(expr.span, "Invalid type specification", "A type is string, number, bool, any, list(…), set(…), map(…), object({…}) or tuple([…]).");
    return nullptr;
  }
  Type* type = context.arena.New<Type>();
  if (call->name == "list" || call->name == "set" || call->name == "map") {
    type->kind = call->name == "list" ? Kind::kList : call->name == "set" ? Kind::kSet : Kind::kMap;
    type->element = ParseType(*call->args[0], scope, context);
    return type;
  }
  if (const auto* items = hcl::If<hcl::TupleCons>(call->args[0]); items != nullptr && call->name == "tuple") {
    std::vector<const Type*> elements;
    for (const hcl::Expr* item : items->items) elements.push_back(ParseType(*item, scope, context));
    type->kind = Kind::kTuple;
    type->elements = context.arena.Copy(elements);
    return type;
  }
  const auto* object = hcl::If<hcl::ObjectCons>(call->args[0]);
  if (call->name != "object" || object == nullptr) {
    context.Error(expr.span, "Invalid type specification", "There is no type constructor '" + std::string(call->name) + "'.");
    return nullptr;
  }
  std::vector<Type::Field> fields;
  for (const hcl::ObjectItem& item : object->items) {
    Type::Field field{item.key->literal_name, nullptr};
    const hcl::Expr* of = item.value;
    if (const auto* optional = hcl::If<hcl::FunctionCall>(of); optional != nullptr && optional->name == "optional" && !optional->args.empty()) {
      field.optional = true;
      of = optional->args[0];
      if (optional->args.size() > 1) field.default_value = Evaluate(*optional->args[1], scope, context);
    }
    field.type = ParseType(*of, scope, context);
    fields.push_back(field);
  }
  std::ranges::sort(fields, {}, &Type::Field::name);
  type->kind = Kind::kObject;
  type->fields = context.arena.Copy(fields);
  return type;
}

}  // namespace weir::terraform
