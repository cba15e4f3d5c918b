// What an attribute of a resource is worth once the language's own expressions have been evaluated.
//
// Every language of lib/lang/ produces these values and lib/cel/ reads them. A Value is immutable once published, lives
// in the arena of its evaluation, is referred to by `const Value*` (never null where a Value is promised) and may be
// shared: the same node can stand in a local, in a list and in ten resources. Copying a Value is shallow and cheap
// (64 bytes); that is how an evaluator attaches another origin or a mark.
//
// Unknown is a value: what only a provider, a run or a missing file could tell. Sensitive values are never printed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/model/number.h"

namespace weir {

struct Value;
struct Resource;

/// Set, Tuple and Object are Terraform's distinctions; other languages use List and Map.
enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kList, kSet, kTuple, kMap, kObject, kUnknown };

constexpr bool IsSequence(Kind k) { return k == Kind::kList || k == Kind::kSet || k == Kind::kTuple; }
constexpr bool IsMapping(Kind k) { return k == Kind::kMap || k == Kind::kObject; }

/// A type constraint, needed only where a language has static types (Terraform): the type of a null, of an unknown, of
/// the elements of an empty list. Null pointer = dynamic. Kinds as in Value; kUnknown stands for "any".
struct Type {
  Kind kind = Kind::kUnknown;
  const Type* element = nullptr;  // list, set, map
  struct Field {
    std::string_view name;
    const Type* type;
    bool optional = false;
    const Value* default_value = nullptr;  // of an optional() field, or null
  };
  std::span<const Field> fields;           // object, sorted by name
  std::span<const Type* const> elements;   // tuple
};

/// One entry of a map, object or block body.
struct Entry {
  std::string_view key;
  const Value* value = nullptr;
  Span key_span;  // the name as written; not valid where the key was computed
};

/// A use of another resource's attribute from which a value was derived: `aws_s3_bucket.x.arn` in a bucket policy.
struct Reference {
  const Resource* target;      // the instance, or where several could be meant the first of them
  std::string_view attribute;  // "arn", "id"; empty for the whole resource
  bool any_instance = false;   // the index was unknown or a splat: every instance of `target` is meant
};

/// How a value got to where it is used, nearest hop first: for "reaches … as var.admin_cidr, in module.edge of live".
struct Hop {
  enum class Kind : uint8_t { kVariable, kLocal, kModuleInput, kModuleOutput, kAttribute, kEach, kFunction } kind;
  std::string_view name;  // "admin_cidr", "edge", "aws_s3_bucket.x.acl", "cidrsubnet"
  Span use;               // the expression that used it
  const Hop* next = nullptr;
};

/// Where a derived value came from. Shared; null for a plain literal.
struct Provenance {
  std::span<const Span> parts;            // literals that took part, in source order, where there is more than the origin
  std::span<const Reference> references;  // resources that took part
  const Hop* hops = nullptr;
};

struct Value {
  enum Flag : uint8_t {
    kSensitive = 1,
    kEphemeral = 2,
    kSoft = 4,         // resource or block body: an absent attribute reads as null (design.md, Values)
    kBlockList = 8,    // the list of all nested blocks of one type: reads as its element where it has exactly one
    kPartial = 16,     // text that is known in parts; `text` is its known beginning, `structure` a tuple of the parts, the
                       // unknown ones among them, or null (kUnknown only)
    kName = 32,        // text by which a provider or a service tells a thing from others, an id or an ARN: neither empty nor a
                       // pattern (kUnknown only)
    kOpen = 64,        // a map of which some entries are known: `structure` is a mapping of those, and a key that it lacks may be
                       // there or not (kUnknown only)
  };

  Kind kind = Kind::kNull;
  uint8_t flags = 0;
  Span origin;  // the expression that must change to change the value: the literal, through variables and modules;
                // for a block body its header; not valid for values that stand nowhere
  union {
    bool boolean;
    Number number;
    std::string_view text;               // kString: UTF-8, in the arena or the source
    std::span<const Value* const> items; // sequences, in order (a set: in Terraform's order)
    std::span<const Entry> entries;      // mappings: sorted by key, keys unique
  };
  const Type* type = nullptr;
  const Provenance* provenance = nullptr;
  const Value* structure = nullptr;  // of text that jsonencode() or a policy document made: what was encoded, known or not;
                                     // with kPartial: the parts of the text; with kOpen: the entries that are known

  Value() : text() {}
  bool is_null() const { return kind == Kind::kNull; }
  bool is_unknown() const { return kind == Kind::kUnknown; }
  bool has(Flag f) const { return (flags & f) != 0; }

  /// The entry named `key`, or null. Mappings only. O(log n).
  const Entry* Find(std::string_view key) const;
  /// The value of the entry, or null where there is none or this is no mapping.
  const Value* Get(std::string_view key) const;
};

// Makers; all allocate in `arena` and copy nothing but the handle: text and elements must outlive the arena's use.
Value* NewNull(Arena& arena, Span origin = {}, const Type* type = nullptr);
Value* NewBool(Arena& arena, bool value, Span origin = {});
Value* NewNumber(Arena& arena, Number value, Span origin = {});
Value* NewString(Arena& arena, std::string_view text, Span origin = {});
Value* NewUnknown(Arena& arena, Span origin = {}, const Type* type = nullptr);
/// `kind` is kList, kSet or kTuple; a set's items must already be in order and unique.
Value* NewSequence(Arena& arena, Kind kind, std::span<const Value* const> items, Span origin = {});
/// `kind` is kMap or kObject. Sorts `entries` in place by key; of equal keys the last one stays.
Value* NewMapping(Arena& arena, Kind kind, std::span<Entry> entries, Span origin = {});

/// Equal in kind and content, marks and origins aside; list and tuple, map and object compare by content. Unknowns are
/// equal to nothing. Depth is bounded by the parsers' limit.
bool Equal(const Value& a, const Value& b);
/// True where the value or anything inside it is unknown (sensitive).
bool ContainsUnknown(const Value& value);
bool ContainsSensitive(const Value& value);
/// Every resource that took part in the value or in anything inside it, each once.
void CollectReferences(const Value& value, std::vector<Reference>& out);

}  // namespace weir
