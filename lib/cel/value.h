// Values of the Common Expression Language while an expression is evaluated.
//
// A cel::Value is a small handle (32 bytes, trivially copyable). Text, lists and maps that evaluation makes
// live in the arena of the EvalContext; a value of a resource (weir::Value) is wrapped, never copied: its
// elements are wrapped when they are looked at.
//
// Soft reading (design.md, Values) holds for what comes from a resource and for nothing else:
// - An absent attribute of a body with weir::Value::kSoft, and a null that a resource holds, is the *soft
// null*. Selecting
//   or indexing it gives it again; size() of it is 0; macros and `in` see an empty list; `==` null is true;
//   an ordering comparison with it is false; as a condition it is false; startsWith, endsWith, contains and
//   matches of it are false; other functions and arithmetic give the soft null again.
// - Text "true" equals the bool true and is a condition; text "22" equals and orders as the number 22.
// - A block list with one element reads as that element where a field is selected.
// - Text where a macro or `in` asks for a list is a list of one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/model/value.h"

namespace weir::cel {

enum class Type : uint8_t {
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kList,
  kMap,
  kType,
  kTimestamp,
  kDuration,
  kOptional,
  kIp,
  kCidr,
  kUnknown,
  kError
};

struct MapEntry;

/// An instant: seconds since 1970 in UTC, and 0 to 999,999,999 ns after it.
struct Instant {
  int64_t seconds;
  int32_t nanos;
};

/// An IP address or, with its prefix length, a network. IPv4 stands in the first four bytes.
struct NetAddress {
  uint8_t bytes[16];
  uint8_t family;  // 4 or 6
  uint8_t prefix;  // of a kCidr
};

struct Value {
  Type type = Type::kNull;
  bool soft = false;  // of kNull: absent or null in a resource; of others: read from a resource
  union {
    bool boolean;
    int64_t integer;   // kInt; kDuration in nanoseconds
    uint64_t natural;  // kUint
    double real;
    Instant instant;               // kTimestamp
    std::string_view text;         // kString, kBytes; of kType the name; of kError the message
    std::span<const Value> items;  // kList made by an expression or a function; `model` is null or its source
    std::span<const MapEntry> fields;  // kMap likewise, in the order made
    const Value* held;                 // kOptional; null: none
    const NetAddress* address;         // kIp, kCidr
  };
  // The resource's value that this wraps or came from, or null. For kList and kMap with `wraps()`, elements
  // are read from it and the members above are empty.
  const weir::Value* model = nullptr;

  Value() : items() {}
  static Value Null() { return {}; }
  static Value SoftNull(const weir::Value* from = nullptr) {
    Value v;
    v.soft = true;
    v.model = from;
    return v;
  }
  static Value Bool(bool b) {
    Value v;
    v.type = Type::kBool;
    v.boolean = b;
    return v;
  }
  static Value Int(int64_t i) {
    Value v;
    v.type = Type::kInt;
    v.integer = i;
    return v;
  }
  static Value Uint(uint64_t i) {
    Value v;
    v.type = Type::kUint;
    v.natural = i;
    return v;
  }
  static Value Double(double d) {
    Value v;
    v.type = Type::kDouble;
    v.real = d;
    return v;
  }
  static Value String(std::string_view s) {
    Value v;
    v.type = Type::kString;
    v.text = s;
    return v;
  }
  static Value Bytes(std::string_view s) {
    Value v;
    v.type = Type::kBytes;
    v.text = s;
    return v;
  }
  static Value TypeName(std::string_view s) {
    Value v;
    v.type = Type::kType;
    v.text = s;
    return v;
  }
  static Value Duration(int64_t nanos) {
    Value v;
    v.type = Type::kDuration;
    v.integer = nanos;
    return v;
  }
  static Value Timestamp(Instant t) {
    Value v;
    v.type = Type::kTimestamp;
    v.instant = t;
    return v;
  }
  static Value Optional(const Value* held) {
    Value v;
    v.type = Type::kOptional;
    v.held = held;
    return v;
  }
  static Value Error(std::string_view message) {
    Value v;
    v.type = Type::kError;
    v.text = message;
    return v;
  }
  static Value Unknown(const weir::Value* from = nullptr) {
    Value v;
    v.type = Type::kUnknown;
    v.model = from;
    return v;
  }
  static Value List(std::span<const Value> items) {
    Value v;
    v.type = Type::kList;
    v.items = items;
    return v;
  }
  static Value Map(std::span<const MapEntry> fields) {
    Value v;
    v.type = Type::kMap;
    v.fields = fields;
    return v;
  }
  /// Wraps a value of a resource. Null pointer: soft null. O(1).
  static Value FromModel(const weir::Value* value);

  bool is(Type t) const { return type == t; }
  /// What a condition makes of the value, soft reading included.
  bool is_true() const {
    return type == Type::kBool ? boolean : soft && type == Type::kString && text == "true";
  }
  bool is_false() const {
    return type == Type::kBool ? !boolean
                               : soft && (type == Type::kNull || (type == Type::kString && text == "false"));
  }
  bool is_soft_null() const { return type == Type::kNull && soft; }
  bool is_failure() const { return type == Type::kUnknown || type == Type::kError; }
  /// True for a list or map whose elements are those of `model`.
  bool wraps() const { return soft && (type == Type::kList || type == Type::kMap); }

  /// Elements of a list or entries of a map; 0 for soft null (an absent list is empty). Other types: 0.
  size_t size() const;
  /// Element `i` < size() of a list; of a map its i-th key.
  Value At(size_t i) const;
  /// Value of a map's i-th entry.
  Value EntryAt(size_t i) const;
  /// Value under `key` of a map, or of the single element of a block list; false where there is none.
  bool Find(std::string_view key, Value& out) const;
  /// As above for any key of a map: 1, 1u and 1.0 are the same key.
  bool FindKey(const Value& key, Value& out) const;
};
static_assert(sizeof(Value) == 32);

struct MapEntry {
  Value key;
  Value value;
  MapEntry() = default;
  MapEntry(Value k, Value v) : key(k), value(v) {}
  MapEntry(std::string_view k, Value v) : key(Value::String(k)), value(v) {}
};

/// Numeric, textual and structural equality across int, uint and double; soft for what a resource holds.
/// kUnknown where it cannot be known.
enum class Truth : uint8_t { kFalse, kTrue, kUnknown };
Truth Equal(const Value& a, const Value& b);

/// What an unknown text is known to begin with (weir::Value::kPartial); empty for any other value.
std::string_view KnownPrefix(const Value& value);
/// An unknown of which it is known that it is a text (lib/model/refined.h): some comparisons with it are decided.
bool IsUnknownText(const Value& value);

/// Sets `out` to -1, 0 or 1 (2: unordered, a NaN); false where the two types have no order.
bool Compare(const Value& a, const Value& b, int& out);

/// "int", "string", "list", "google.protobuf.Timestamp", …: what type(x) gives.
std::string_view TypeNameOf(const Value& value);

/// False, 0, empty text, an empty list or map, null: what optional.ofNonZeroValue() drops.
bool IsZero(const Value& value);

}  // namespace weir::cel
