// Values of the Common Expression Language while an expression is evaluated.
//
// A cel::Value is a small handle (trivially copyable). Text, lists and maps that evaluation makes live in the arena of the
// EvalContext; a value of a resource (weir::Value) is wrapped, never copied: its elements are wrapped when they are looked
// at.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/model/value.h"

namespace weir::cel {

enum class Type : uint8_t { kNull, kBool, kInt, kDouble, kString, kList, kMap, kUnknown, kError };

struct Value;
struct MapEntry;

struct Value {
  Type type = Type::kNull;
  union {
    bool boolean;
    int64_t integer;
    double real;
    std::string_view text;            // kString; of kError the message
    std::span<const Value> items;     // kList made by an expression or a function; `model` is null
    std::span<const MapEntry> fields; // kMap likewise, in the order made
  };
  // The resource's value that this wraps or came from, or null. For kList and kMap with a model, elements are read
  // from it and the members above are empty. Text of a model reads softly: "true" equals true, "22" equals 22.
  const weir::Value* model = nullptr;

  Value() : items() {}
  static Value Null() { return {}; }
  static Value Bool(bool b) { Value v; v.type = Type::kBool; v.boolean = b; return v; }
  static Value Int(int64_t i) { Value v; v.type = Type::kInt; v.integer = i; return v; }
  static Value Double(double d) { Value v; v.type = Type::kDouble; v.real = d; return v; }
  static Value String(std::string_view s) { Value v; v.type = Type::kString; v.text = s; return v; }
  static Value Error(std::string_view message) { Value v; v.type = Type::kError; v.text = message; return v; }
  static Value Unknown(const weir::Value* from = nullptr) { Value v; v.type = Type::kUnknown; v.model = from; return v; }
  static Value List(std::span<const Value> items) { Value v; v.type = Type::kList; v.items = items; return v; }
  static Value Map(std::span<const MapEntry> fields) { Value v; v.type = Type::kMap; v.fields = fields; return v; }
  /// Wraps a value of a resource. Null pointer: null. O(1).
  static Value FromModel(const weir::Value* value);

  bool is(Type t) const { return type == t; }
  bool is_true() const { return type == Type::kBool && boolean; }
  bool is_false() const { return type == Type::kBool && !boolean; }

  /// Elements of a list or keys of a map; 0 for null (an absent list is empty). Other types: 0.
  size_t size() const;
  /// Element `i` < size() of a list; of a map its i-th key.
  Value At(size_t i) const;
  /// Value of a map's i-th entry.
  Value EntryAt(size_t i) const;
  /// Value under `key` of a map, or of the single element of a block list; false where there is none.
  bool Find(std::string_view key, Value& out) const;
};

struct MapEntry {
  std::string_view key;
  Value value;
};

/// Numeric, textual and structural equality across int and double; soft for text of a resource (design.md, Values).
/// kUnknown where it cannot be known.
enum class Truth : uint8_t { kFalse, kTrue, kUnknown };
Truth Equal(const Value& a, const Value& b);

/// Sets `out` to -1, 0 or 1; false where the two have no order.
bool Compare(const Value& a, const Value& b, int& out);

}  // namespace weir::cel
