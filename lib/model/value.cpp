#include "lib/model/value.h"

#include <algorithm>
#include <unordered_map>

#include "lib/model/walk.h"

namespace weir {
namespace {

Value* New(Arena& arena, Kind kind, Span origin) {
  Value* value = arena.New<Value>();
  value->kind = kind;
  value->origin = origin;
  return value;
}

}  // namespace

const Entry* Value::Find(std::string_view key) const {
  if (!IsMapping(kind)) return nullptr;
  const auto at = std::ranges::lower_bound(entries, key, {}, &Entry::key);
  return at != entries.end() && at->key == key ? &*at : nullptr;
}

const Value* Value::Get(std::string_view key) const {
  const Entry* entry = Find(key);
  return entry != nullptr ? entry->value : nullptr;
}

Value* NewNull(Arena& arena, Span origin, const Type* type) {
  Value* value = New(arena, Kind::kNull, origin);
  value->type = type;
  return value;
}
Value* NewBool(Arena& arena, bool boolean, Span origin) {
  Value* value = New(arena, Kind::kBool, origin);
  value->boolean = boolean;
  return value;
}
Value* NewNumber(Arena& arena, Number number, Span origin) {
  Value* value = New(arena, Kind::kNumber, origin);
  value->number = number;
  return value;
}
Value* NewString(Arena& arena, std::string_view text, Span origin) {
  Value* value = New(arena, Kind::kString, origin);
  value->text = text;
  return value;
}
Value* NewUnknown(Arena& arena, Span origin, const Type* type) {
  Value* value = New(arena, Kind::kUnknown, origin);
  value->type = type;
  return value;
}
Value* NewSequence(Arena& arena, Kind kind, std::span<const Value* const> items, Span origin) {
  Value* value = New(arena, kind, origin);
  value->items = items;
  return value;
}

Value* NewMapping(Arena& arena, Kind kind, std::span<Entry> entries, Span origin) {
  const auto above = [](const Entry& a, const Entry& b) { return a.key >= b.key; };
  if (std::ranges::adjacent_find(entries, above) == entries.end()) {  // most are written in order by who writes JSON
    Value* value = New(arena, kind, origin);
    value->entries = entries;
    return value;
  }
  std::ranges::stable_sort(entries, {}, &Entry::key);
  size_t kept = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (kept > 0 && entries[kept - 1].key == entries[i].key) --kept;
    entries[kept++] = entries[i];
  }
  Value* value = New(arena, kind, origin);
  value->entries = entries.first(kept);
  return value;
}

bool Equal(const Value& a, const Value& b) {
  if (a.is_unknown() || b.is_unknown()) return false;
  if (IsSequence(a.kind) && IsSequence(b.kind))
    return std::ranges::equal(a.items, b.items, [](const Value* x, const Value* y) { return Equal(*x, *y); });
  if (IsMapping(a.kind) && IsMapping(b.kind))
    return std::ranges::equal(a.entries, b.entries, [](const Entry& x, const Entry& y) { return x.key == y.key && Equal(*x.value, *y.value); });
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::kBool: return a.boolean == b.boolean;
    case Kind::kNumber: return a.number == b.number;
    case Kind::kString: return a.text == b.text;
    default: return true;
  }
}

bool ContainsUnknown(const Value& value) { return Anywhere(value, [](const Value& v) { return v.is_unknown(); }); }
bool ContainsSensitive(const Value& value) { return Anywhere(value, [](const Value& v) { return v.has(Value::kSensitive); }); }

void CollectReferences(const Value& value, std::vector<Reference>& out) {
  const auto same = [](const Reference& a, const Reference& b) { return a.target == b.target && a.attribute == b.attribute; };
  // A selector of everything refers to thousands: they are looked up by their target then.
  constexpr size_t kFew = 32;
  std::unordered_multimap<const Resource*, size_t> by_target;
  Anywhere(value, [&](const Value& v) {
    if (v.provenance == nullptr) return false;
    for (const Reference& r : v.provenance->references) {
      if (out.size() < kFew) {
        if (std::ranges::none_of(out, [&](const Reference& o) { return same(o, r); })) out.push_back(r);
        continue;
      }
      for (size_t i = by_target.size(); i < out.size(); ++i) by_target.emplace(out[i].target, i);
      const auto [first, last] = by_target.equal_range(r.target);
      if (std::none_of(first, last, [&](const auto& known) { return same(out[known.second], r); })) out.push_back(r);
    }
    return false;
  });
}

}  // namespace weir
