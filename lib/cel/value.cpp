#include "lib/cel/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "lib/model/refined.h"

namespace weir::cel {
namespace {

constexpr int kUnordered = 2;

// A block list with one element stands for that element when a field is selected (design.md, Values).
const weir::Value* Mapping(const weir::Value* model) {
  if (model == nullptr) return nullptr;
  if (IsMapping(model->kind)) return model;
  if (IsSequence(model->kind) && model->has(weir::Value::kBlockList) && model->items.size() == 1 &&
      IsMapping(model->items[0]->kind))
    return model->items[0];
  return nullptr;
}

// Text of a resource that spells a number or a bool is one beside a number or a bool; other values stay as
// they are.
Value AsNumber(const Value& v) {
  if (!v.is(Type::kString) || !v.soft || v.text.empty()) return v;
  const char* end = v.text.data() + v.text.size();
  int64_t whole = 0;
  if (const auto r = std::from_chars(v.text.data(), end, whole); r.ec == std::errc() && r.ptr == end)
    return Value::Int(whole);
  double real = 0;
  if (const auto r = std::from_chars(v.text.data(), end, real); r.ec == std::errc() && r.ptr == end)
    return Value::Double(real);
  return v;
}
Value AsBool(const Value& v) {
  if (v.is_true() || v.is_false()) return v.is(Type::kNull) ? v : Value::Bool(v.is_true());
  return v;
}

bool IsNumber(const Value& v) { return v.is(Type::kInt) || v.is(Type::kUint) || v.is(Type::kDouble); }
template <typename T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : b < a;
}

// A whole number against a double, as doubles: the specification's suite wants 2^63 - 1 and 2^63 as a double
// to be equal.
int CompareWithReal(__int128 whole, double real) {
  return std::isnan(real) ? kUnordered : Order(static_cast<double>(whole), real);
}
__int128 Whole(const Value& v) {
  return v.is(Type::kInt) ? static_cast<__int128>(v.integer) : static_cast<__int128>(v.natural);
}

int CompareNumbers(const Value& a, const Value& b) {
  if (a.is(Type::kInt) && b.is(Type::kInt)) return Order(a.integer, b.integer);
  if (a.is(Type::kDouble) && b.is(Type::kDouble))
    return std::isnan(a.real) || std::isnan(b.real) ? kUnordered : Order(a.real, b.real);
  if (b.is(Type::kDouble)) return CompareWithReal(Whole(a), b.real);
  if (a.is(Type::kDouble)) {
    const int order = CompareWithReal(Whole(b), a.real);
    return order == kUnordered ? order : -order;
  }
  return Order(Whole(a), Whole(b));
}

Truth Of(bool same) { return same ? Truth::kTrue : Truth::kFalse; }

Truth EqualLists(const Value& a, const Value& b) {
  const size_t n = a.size();
  if (n != b.size()) return Truth::kFalse;
  Truth all = Truth::kTrue;
  for (size_t i = 0; i < n; ++i) {
    const Truth one = Equal(a.At(i), b.At(i));
    if (one == Truth::kFalse) return one;
    if (one == Truth::kUnknown) all = one;
  }
  return all;
}

Truth EqualMaps(const Value& a, const Value& b) {
  const size_t n = a.size();
  if (n != b.size()) return Truth::kFalse;
  Truth all = Truth::kTrue;
  for (size_t i = 0; i < n; ++i) {
    Value other;
    if (!b.FindKey(a.At(i), other)) return Truth::kFalse;
    const Truth one = Equal(a.EntryAt(i), other);
    if (one == Truth::kFalse) return one;
    if (one == Truth::kUnknown) all = one;
  }
  return all;
}

bool SameAddress(const NetAddress& a, const NetAddress& b) {
  return a.family == b.family && a.prefix == b.prefix && std::memcmp(a.bytes, b.bytes, 16) == 0;
}

Truth EqualOfOneType(const Value& a, const Value& b) {
  switch (a.type) {
    case Type::kNull:
      return Truth::kTrue;
    case Type::kBool:
      return Of(a.boolean == b.boolean);
    case Type::kInt:
    case Type::kDuration:
      return Of(a.integer == b.integer);
    case Type::kUint:
      return Of(a.natural == b.natural);
    case Type::kDouble:
      return Of(a.real == b.real);
    case Type::kString:
    case Type::kBytes:
    case Type::kType:
      return Of(a.text == b.text);
    case Type::kList:
      return EqualLists(a, b);
    case Type::kMap:
      return EqualMaps(a, b);
    case Type::kTimestamp:
      return Of(a.instant.seconds == b.instant.seconds && a.instant.nanos == b.instant.nanos);
    case Type::kOptional:
      if (a.held == nullptr || b.held == nullptr) return Of(a.held == b.held);
      return Equal(*a.held, *b.held);
    case Type::kIp:
    case Type::kCidr:
      return Of(SameAddress(*a.address, *b.address));
    case Type::kUnknown:
    case Type::kError:
      return Truth::kUnknown;
  }
  return Truth::kFalse;
}

}  // namespace

Value Value::FromModel(const weir::Value* m) {
  Value v;
  v.soft = true;
  v.model = m;
  if (m == nullptr) return v;
  switch (m->kind) {
    case Kind::kNull:
      break;
    case Kind::kBool:
      v.type = Type::kBool;
      v.boolean = m->boolean;
      break;
    case Kind::kNumber:
      if (const auto i = m->number.AsInt()) {
        v.type = Type::kInt;
        v.integer = *i;
      } else {
        v.type = Type::kDouble;
        v.real = m->number.AsDouble();
      }
      break;
    case Kind::kString:
      v.type = Type::kString;
      v.text = m->text;
      break;
    case Kind::kList:
    case Kind::kSet:
    case Kind::kTuple:
      v.type = Type::kList;
      break;
    case Kind::kMap:
    case Kind::kObject:
      v.type = Type::kMap;
      break;
    case Kind::kUnknown:
      v.type = Type::kUnknown;
      break;
  }
  return v;
}

size_t Value::size() const {
  if (type == Type::kList) return soft ? model->items.size() : items.size();
  if (type == Type::kMap) return soft ? model->entries.size() : fields.size();
  return 0;
}

Value Value::At(size_t i) const {
  if (type == Type::kList) return soft ? FromModel(model->items[i]) : items[i];
  return soft ? String(model->entries[i].key) : fields[i].key;
}

Value Value::EntryAt(size_t i) const { return soft ? FromModel(model->entries[i].value) : fields[i].value; }

bool Value::Find(std::string_view key, Value& out) const {
  if (wraps()) {
    const weir::Value* mapping = Mapping(model);
    const weir::Value* found = mapping == nullptr ? nullptr : mapping->Get(key);
    if (found == nullptr) return false;
    out = FromModel(found);
    return true;
  }
  if (type != Type::kMap) return false;
  for (const MapEntry& field : fields)
    if (field.key.type == Type::kString && field.key.text == key) return out = field.value, true;
  return false;
}

bool Value::FindKey(const Value& key, Value& out) const {
  if (key.is(Type::kString)) return Find(key.text, out);
  if (type != Type::kMap || soft) return false;
  for (const MapEntry& field : fields)
    if (Equal(field.key, key) == Truth::kTrue) return out = field.value, true;
  return false;
}

std::string_view KnownPrefix(const Value& v) {
  return v.is(Type::kUnknown) && v.model != nullptr && v.model->has(weir::Value::kPartial) ? v.model->text
                                                                                           : std::string_view();
}

bool IsUnknownText(const Value& v) { return v.is(Type::kUnknown) && v.model != nullptr && weir::IsUnknownText(*v.model); }

// A text that is known in part is certainly no text that begins, ends or goes on otherwise, and not null.
static Truth EqualUnknown(const Value& a, const Value& b) {
  if (a.is(Type::kUnknown) && b.is(Type::kUnknown)) {
    const std::string_view x = KnownPrefix(a), y = KnownPrefix(b);
    const size_t common = std::min(x.size(), y.size());
    return x.substr(0, common) == y.substr(0, common) ? Truth::kUnknown : Truth::kFalse;
  }
  const Value &unknown = a.is(Type::kUnknown) ? a : b, &known = a.is(Type::kUnknown) ? b : a;
  if (!IsUnknownText(unknown)) return Truth::kUnknown;
  if (known.is(Type::kNull)) return Truth::kFalse;
  return !known.is(Type::kString) || MayBe(*unknown.model, known.text) ? Truth::kUnknown : Truth::kFalse;
}

Truth Equal(const Value& a, const Value& b) {
  if (a.is(Type::kUnknown) || b.is(Type::kUnknown)) return EqualUnknown(a, b);
  if (a.type == b.type) return EqualOfOneType(a, b);
  if (a.is(Type::kNull) || b.is(Type::kNull)) return Truth::kFalse;
  if (a.is(Type::kBool) || b.is(Type::kBool)) {
    const Value x = AsBool(a), y = AsBool(b);
    return Of(x.type == y.type && x.boolean == y.boolean);
  }
  const Value x = AsNumber(a), y = AsNumber(b);
  return Of(IsNumber(x) && IsNumber(y) && CompareNumbers(x, y) == 0);
}

bool Compare(const Value& a, const Value& b, int& out) {
  if (a.type == b.type) {
    switch (a.type) {
      case Type::kString:
      case Type::kBytes:
        out = Order(a.text.compare(b.text), 0);
        return true;
      case Type::kBool:
        out = int(a.boolean) - int(b.boolean);
        return true;
      case Type::kDuration:
        out = Order(a.integer, b.integer);
        return true;
      case Type::kTimestamp:
        out = Order(a.instant.seconds, b.instant.seconds);
        if (out == 0) out = Order(a.instant.nanos, b.instant.nanos);
        return true;
      default:
        break;
    }
  }
  const Value x = AsNumber(a), y = AsNumber(b);
  if (!IsNumber(x) || !IsNumber(y)) return false;
  out = CompareNumbers(x, y);
  return true;
}

std::string_view TypeNameOf(const Value& value) {
  switch (value.type) {
    case Type::kNull:
      return "null_type";
    case Type::kBool:
      return "bool";
    case Type::kInt:
      return "int";
    case Type::kUint:
      return "uint";
    case Type::kDouble:
      return "double";
    case Type::kString:
      return "string";
    case Type::kBytes:
      return "bytes";
    case Type::kList:
      return "list";
    case Type::kMap:
      return "map";
    case Type::kType:
      return "type";
    case Type::kTimestamp:
      return "google.protobuf.Timestamp";
    case Type::kDuration:
      return "google.protobuf.Duration";
    case Type::kOptional:
      return "optional_type";
    case Type::kIp:
      return "net.IP";
    case Type::kCidr:
      return "net.CIDR";
    case Type::kUnknown:
      return "unknown";
    case Type::kError:
      return "error";
  }
  return "error";
}

bool IsZero(const Value& value) {
  switch (value.type) {
    case Type::kNull:
      return true;
    case Type::kBool:
      return !value.boolean;
    case Type::kInt:
    case Type::kDuration:
      return value.integer == 0;
    case Type::kUint:
      return value.natural == 0;
    case Type::kDouble:
      return value.real == 0;
    case Type::kString:
    case Type::kBytes:
      return value.text.empty();
    case Type::kList:
    case Type::kMap:
      return value.size() == 0;
    case Type::kOptional:
      return value.held == nullptr;
    default:
      return false;
  }
}

}  // namespace weir::cel
