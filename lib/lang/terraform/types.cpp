#include "lib/lang/terraform/types.h"

#include <algorithm>

namespace weir::terraform {
namespace {

const Type* Of(Kind kind, Arena& arena, const Type* element = nullptr) {
  Type* type = arena.New<Type>();
  type->kind = kind;
  type->element = element;
  return type;
}

bool AllOf(std::span<const Type* const> types, Kind kind) {
  return std::ranges::all_of(types, [&](const Type* t) { return t->kind == kind; });
}

bool UnifyPrimitives(std::span<const Type* const> types, const Type*& out) {
  if (!std::ranges::all_of(types, IsPrimitive)) return false;
  if (std::ranges::all_of(types, [&](const Type* t) { return t->kind == types[0]->kind; })) return out = types[0], true;
  // Numbers and bools become texts where there is one; they do not become each other.
  const auto text = std::ranges::find(types, Kind::kString, [](const Type* t) { return t->kind; });
  return text != types.end() && (out = *text, true);
}

bool UnifyElements(std::span<const Type* const> types, Kind kind, Arena& arena, const Type*& out) {
  std::vector<const Type*> elements;
  for (const Type* t : types) {
    if (t->kind == Kind::kTuple) elements.insert(elements.end(), t->elements.begin(), t->elements.end());
    else if (t->kind == Kind::kObject) for (const Type::Field& f : t->fields) elements.push_back(f.type);
    else if (t->element != nullptr) elements.push_back(t->element);
  }
  const Type* element = nullptr;
  if (!elements.empty() && !Unify(elements, arena, element)) return false;
  return out = Of(kind, arena, element), true;
}

bool UnifyTuples(std::span<const Type* const> types, Arena& arena, const Type*& out) {
  const size_t size = types[0]->elements.size();
  if (!std::ranges::all_of(types, [&](const Type* t) { return t->elements.size() == size; })) return UnifyElements(types, Kind::kList, arena, out);
  std::vector<const Type*> elements(size);
  for (size_t i = 0; i < size; ++i) {
    std::vector<const Type*> column;
    for (const Type* t : types) column.push_back(t->elements[i]);
    if (!Unify(column, arena, elements[i])) return UnifyElements(types, Kind::kList, arena, out);
  }
  Type* tuple = arena.New<Type>();
  tuple->kind = Kind::kTuple;
  tuple->elements = arena.Copy(elements);
  return out = tuple, true;
}

bool UnifyObjects(std::span<const Type* const> types, Arena& arena, const Type*& out) {
  const auto& first = types[0]->fields;
  const bool same_names = std::ranges::all_of(types, [&](const Type* t) { return std::ranges::equal(t->fields, first, {}, &Type::Field::name, &Type::Field::name); });
  if (!same_names) return UnifyElements(types, Kind::kMap, arena, out);
  std::vector<Type::Field> fields(first.begin(), first.end());
  for (size_t i = 0; i < fields.size(); ++i) {
    std::vector<const Type*> column;
    for (const Type* t : types) column.push_back(t->fields[i].type);
    if (!Unify(column, arena, fields[i].type)) return UnifyElements(types, Kind::kMap, arena, out);
  }
  Type* object = arena.New<Type>();
  object->kind = Kind::kObject;
  object->fields = arena.Copy(fields);
  return out = object, true;
}

}  // namespace

const Type* TypeOf(const Value& value, Arena& arena) {
  switch (value.kind) {
    case Kind::kNull: case Kind::kUnknown: return value.type;
    case Kind::kBool: case Kind::kNumber: case Kind::kString: return Of(value.kind, arena);
    case Kind::kList: case Kind::kSet:
      return value.type != nullptr && value.type->kind == value.kind ? value.type : Of(value.kind, arena, value.items.empty() ? nullptr : TypeOf(*value.items[0], arena));
    case Kind::kMap:
      return value.type != nullptr && value.type->kind == value.kind ? value.type : Of(value.kind, arena, value.entries.empty() ? nullptr : TypeOf(*value.entries[0].value, arena));
    case Kind::kTuple: {
      std::vector<const Type*> elements;
      for (const Value* item : value.items) elements.push_back(TypeOf(*item, arena));
      Type* type = arena.New<Type>();
      type->kind = Kind::kTuple;
      type->elements = arena.Copy(elements);
      return type;
    }
    case Kind::kObject: {
      std::vector<Type::Field> fields;
      for (const Entry& e : value.entries) fields.push_back({e.key, TypeOf(*e.value, arena)});
      Type* type = arena.New<Type>();
      type->kind = Kind::kObject;
      type->fields = arena.Copy(fields);
      return type;
    }
  }
  return nullptr;
}

bool IsPrimitive(const Type* t) { return t != nullptr && (t->kind == Kind::kString || t->kind == Kind::kNumber || t->kind == Kind::kBool); }

bool SameType(const Type* a, const Type* b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->kind != b->kind) return false;
  if (a->kind == Kind::kTuple) return std::ranges::equal(a->elements, b->elements, SameType);
  if (a->kind == Kind::kObject)
    return std::ranges::equal(a->fields, b->fields, [](const Type::Field& x, const Type::Field& y) { return x.name == y.name && SameType(x.type, y.type); });
  return IsPrimitive(a) || SameType(a->element, b->element);
}

bool Unify(std::span<const Type* const> types, Arena& arena, const Type*& out) {
  out = nullptr;
  if (types.empty() || std::ranges::find(types, nullptr) != types.end()) return true;
  if (std::ranges::all_of(types, [&](const Type* t) { return SameType(t, types[0]); })) return out = types[0], true;
  if (UnifyPrimitives(types, out)) return true;
  if (AllOf(types, Kind::kTuple)) return UnifyTuples(types, arena, out);
  if (AllOf(types, Kind::kObject)) return UnifyObjects(types, arena, out);
  const auto is = [](const Type* t, Kind a, Kind b) { return t->kind == a || t->kind == b; };
  if (std::ranges::all_of(types, [&](const Type* t) { return is(t, Kind::kMap, Kind::kObject); })) return UnifyElements(types, Kind::kMap, arena, out);
  if (AllOf(types, Kind::kSet)) return UnifyElements(types, Kind::kSet, arena, out);
  if (std::ranges::all_of(types, [&](const Type* t) { return IsSequence(t->kind); })) {
    const bool list = std::ranges::find(types, Kind::kList, [](const Type* t) { return t->kind; }) != types.end();
    return UnifyElements(types, list ? Kind::kList : Kind::kSet, arena, out);
  }
  return false;
}

bool UnifyItems(std::span<const Value* const> items, EvalContext& context, std::vector<const Value*>& out) {
  out.assign(items.begin(), items.end());
  const auto plain = [](const Value* v) { return v->kind == Kind::kString || v->kind == Kind::kNumber || v->kind == Kind::kBool; };
  if (std::ranges::all_of(items, [&](const Value* v) { return plain(v) && v->kind == items[0]->kind; })) return true;
  std::vector<const Type*> types;
  for (const Value* item : items)
    if (!item->is_null() || item->type != nullptr) types.push_back(TypeOf(*item, context.arena));
  const Type* one = nullptr;
  if (!Unify(types, context.arena, one)) return false;
  if (one == nullptr) return true;
  std::string why;
  for (const Value*& item : out)
    if ((item = Convert(item, one, context, why)) == nullptr) return false;
  return true;
}

std::string TypeText(const Type* type, unsigned indent) {
  if (type == nullptr) return "dynamic";
  const std::string margin(indent, ' '), inner(indent + 4, ' ');
  const auto nested = [&](const char* name) {
    const std::string text = TypeText(type->element, indent + 4);
    return text.find('\n') == std::string::npos ? std::string(name) + "(" + text + ")" : std::string(name) + "(\n" + inner + text + ",\n" + margin + ")";
  };
  switch (type->kind) {
    case Kind::kString: return "string";
    case Kind::kNumber: return "number";
    case Kind::kBool: return "bool";
    case Kind::kList: return nested("list");
    case Kind::kSet: return nested("set");
    case Kind::kMap: return nested("map");
    case Kind::kTuple: {
      if (type->elements.empty()) return "tuple([])";
      std::string out = "tuple([\n";
      for (const Type* t : type->elements) out += inner + TypeText(t, indent + 4) + ",\n";
      return out + margin + "])";
    }
    case Kind::kObject: {
      if (type->fields.empty()) return "object({})";
      std::string out = "object({\n";
      for (const Type::Field& f : type->fields) out += inner + std::string(f.name) + ": " + TypeText(f.type, indent + 4) + ",\n";
      return out + margin + "})";
    }
    default: return "dynamic";
  }
}

}  // namespace weir::terraform
