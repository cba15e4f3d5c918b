#include "lib/cel/value.h"

#include <charconv>
#include <cmath>
#include <optional>

namespace weir::cel {
namespace {

// A block list with one element stands for that element when a field is selected (design.md, Values).
const weir::Value* Mapping(const weir::Value* model) {
  if (model == nullptr) return nullptr;
  if (IsMapping(model->kind)) return model;
  if (IsSequence(model->kind) && model->has(weir::Value::kBlockList) && model->items.size() == 1) return Mapping(model->items[0]);
  return nullptr;
}

std::optional<double> AsNumber(const Value& v) {
  if (v.is(Type::kInt)) return double(v.integer);
  if (v.is(Type::kDouble)) return v.real;
  if (v.is(Type::kString) && v.model != nullptr) {
    double out = 0;
    const auto [end, ec] = std::from_chars(v.text.data(), v.text.data() + v.text.size(), out);
    if (ec == std::errc() && end == v.text.data() + v.text.size() && !v.text.empty()) return out;
  }
  return std::nullopt;
}

std::optional<bool> AsBool(const Value& v) {
  if (v.is(Type::kBool)) return v.boolean;
  if (v.is(Type::kString) && v.model != nullptr) {
    if (v.text == "true") return true;
    if (v.text == "false") return false;
  }
  return std::nullopt;
}

Truth Not(bool same) { return same ? Truth::kTrue : Truth::kFalse; }

Truth EqualLists(const Value& a, const Value& b) {
  if (a.size() != b.size()) return Truth::kFalse;
  Truth all = Truth::kTrue;
  for (size_t i = 0; i < a.size(); ++i) {
    const Truth one = Equal(a.At(i), b.At(i));
    if (one == Truth::kFalse) return one;
    if (one == Truth::kUnknown) all = one;
  }
  return all;
}

Truth EqualMaps(const Value& a, const Value& b) {
  if (a.size() != b.size()) return Truth::kFalse;
  Truth all = Truth::kTrue;
  for (size_t i = 0; i < a.size(); ++i) {
    Value other;
    if (!b.Find(a.At(i).text, other)) return Truth::kFalse;
    const Truth one = Equal(a.EntryAt(i), other);
    if (one == Truth::kFalse) return one;
    if (one == Truth::kUnknown) all = one;
  }
  return all;
}

}  // namespace

Value Value::FromModel(const weir::Value* m) {
  Value v;
  if (m == nullptr) return v;
  v.model = m;
  switch (m->kind) {
    case Kind::kNull: v.type = Type::kNull; break;
    case Kind::kBool: v.type = Type::kBool; v.boolean = m->boolean; break;
    case Kind::kNumber:
      if (const auto i = m->number.AsInt()) {
        v.type = Type::kInt;
        v.integer = *i;
      } else {
        v.type = Type::kDouble;
        v.real = m->number.AsDouble();
      }
      break;
    case Kind::kString: v.type = Type::kString; v.text = m->text; break;
    case Kind::kList: case Kind::kSet: case Kind::kTuple: v.type = Type::kList; break;
    case Kind::kMap: case Kind::kObject: v.type = Type::kMap; break;
    case Kind::kUnknown: v.type = Type::kUnknown; break;
  }
  return v;
}

size_t Value::size() const {
  if (type == Type::kList) return model != nullptr ? model->items.size() : items.size();
  if (type == Type::kMap) return model != nullptr ? model->entries.size() : fields.size();
  return 0;
}

Value Value::At(size_t i) const {
  if (type == Type::kList) return model != nullptr ? FromModel(model->items[i]) : items[i];
  return String(model != nullptr ? model->entries[i].key : fields[i].key);
}

Value Value::EntryAt(size_t i) const { return model != nullptr ? FromModel(model->entries[i].value) : fields[i].value; }

bool Value::Find(std::string_view key, Value& out) const {
  if (const weir::Value* mapping = Mapping(model)) {
    const weir::Value* found = mapping->Get(key);
    if (found == nullptr) return false;
    out = FromModel(found);
    return true;
  }
  if (type != Type::kMap || model != nullptr) return false;
  for (const MapEntry& field : fields)
    if (field.key == key) return out = field.value, true;
  return false;
}

Truth Equal(const Value& a, const Value& b) {
  if (a.is(Type::kUnknown) || b.is(Type::kUnknown)) return Truth::kUnknown;
  if (a.is(Type::kNull) || b.is(Type::kNull)) return Not(a.type == b.type);
  if (a.is(Type::kInt) && b.is(Type::kInt)) return Not(a.integer == b.integer);
  if (a.is(Type::kString) && b.is(Type::kString)) return Not(a.text == b.text);
  if (a.is(Type::kList) && b.is(Type::kList)) return EqualLists(a, b);
  if (a.is(Type::kMap) && b.is(Type::kMap)) return EqualMaps(a, b);
  if (a.is(Type::kBool) || b.is(Type::kBool)) {
    const auto x = AsBool(a), y = AsBool(b);
    return Not(x && y && *x == *y);
  }
  const auto x = AsNumber(a), y = AsNumber(b);
  return Not(x && y && *x == *y);
}

bool Compare(const Value& a, const Value& b, int& out) {
  if (a.is(Type::kString) && b.is(Type::kString)) {
    const int order = a.text.compare(b.text);
    return out = order < 0 ? -1 : order > 0, true;
  }
  if (a.is(Type::kInt) && b.is(Type::kInt)) return out = a.integer < b.integer ? -1 : a.integer > b.integer, true;
  if (a.is(Type::kBool) && b.is(Type::kBool)) return out = int(a.boolean) - int(b.boolean), true;
  const auto x = AsNumber(a), y = AsNumber(b);
  if (!x || !y || std::isnan(*x) || std::isnan(*y)) return false;
  return out = *x < *y ? -1 : *x > *y, true;
}

}  // namespace weir::cel
