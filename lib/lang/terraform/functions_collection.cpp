// Functions on lists and maps.
#include <algorithm>
#include <map>

#include "lib/base/unicode.h"
#include "lib/lang/terraform/functions.h"
#include "lib/lang/terraform/types.h"
#include "lib/model/refined.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;
using enum BuiltIn::Nulls;
using enum Marks;

const Value* NoList(FunctionCallSite& site) { return Fail(site, "a list is needed"); }
const Value* NoMap(FunctionCallSite& site) { return Fail(site, "a map or an object is needed"); }
const Value* NoOneType(FunctionCallSite& site) { return Fail(site, "the elements have no type in common"); }

const Value* Length(Args a, FunctionCallSite& site) {
  // Elements of a set that are not known yet may turn out to be equal.
  if (a[0]->kind == Kind::kSet && ContainsUnknown(*a[0])) return MakeUnknown(site);
  if (IsSequence(a[0]->kind)) return MakeNumber(int64_t(a[0]->items.size()), site);
  if (IsMapping(a[0]->kind)) return MakeNumber(int64_t(a[0]->entries.size()), site);
  if (a[0]->kind != Kind::kString) return Fail(site, "a text, a list, a set or a map is needed");
  return MakeNumber(int64_t(CharacterStarts(a[0]->text).size()) - 1, site);
}

const Value* Concat(Args a, FunctionCallSite& site) {
  if (a.empty()) return Fail(site, "at least one list is needed");
  std::vector<const Value*> items;
  bool lists = true;
  for (const Value* list : a) {
    if (list->is_unknown()) return MakeUnknown(site);
    if (list->kind != Kind::kList && list->kind != Kind::kTuple && list->kind != Kind::kSet) return NoList(site);
    lists &= list->kind == Kind::kList;
    items.insert(items.end(), list->items.begin(), list->items.end());
  }
  std::vector<const Value*> unified;
  if (lists && UnifyItems(items, site.context, unified)) return MakeList(std::move(unified), site, Kind::kList);
  return MakeList(std::move(items), site);
}

// Of what is merged with an unknown map the entries are known that come after it; those before it are there with one value or another.
const Value* MergeUnknown(Args a, FunctionCallSite& site) {
  std::vector<Entry> entries;
  size_t uncertain = 0;  // entries that stand before an unknown map
  for (const Value* map : a) {
    const bool unknown = map->is_unknown();
    if (unknown) uncertain = entries.size();
    const Value* known = unknown ? (map->has(Value::kOpen) ? map->structure : nullptr) : map;
    if (known == nullptr || known->is_null()) continue;
    if (!IsMapping(known->kind)) return NoMap(site);
    entries.insert(entries.end(), known->entries.begin(), known->entries.end());
  }
  if (entries.empty()) return MakeUnknown(site);
  Arena& arena = site.context.arena;
  const Value* some = MakeUnknown(site);
  for (Entry& e : std::span(entries).first(uncertain)) e.value = some;
  const Value* known = NewMapping(arena, Kind::kMap, arena.Copy(entries), site.at);
  Value* out = NewUnknown(arena, site.at);
  out->flags |= Value::kOpen;
  out->structure = known;
  return out;
}

const Value* Merge(Args a, FunctionCallSite& site) {
  std::vector<Entry> entries;
  bool maps = !a.empty(), all_null = !a.empty();
  if (std::ranges::any_of(a, &Value::is_unknown)) return MergeUnknown(a, site);
  for (const Value* map : a) {
    if (map->is_null()) continue;
    all_null = false;
    if (!IsMapping(map->kind)) return NoMap(site);
    maps &= map->kind == Kind::kMap;
    entries.insert(entries.end(), map->entries.begin(), map->entries.end());
  }
  if (all_null) return a[0];
  return MakeObject(std::move(entries), site, maps ? Kind::kMap : Kind::kObject);
}

const Value* Lookup(Args a, FunctionCallSite& site) {
  std::string_view key;
  if (a[0]->is_unknown() && a[1]->kind == Kind::kString)
    if (const Value* entry = KnownEntry(*a[0], a[1]->text)) return WithMarks(entry, MarksOf(*a[0]) | MarksOf(*a[1]), site.context);
  if (a[0]->is_unknown() || a[1]->is_unknown()) return MakeUnknown(site);
  if (a[0]->is_null() || a[1]->is_null()) return Fail(site, "an argument is null");
  if (!IsMapping(a[0]->kind)) return NoMap(site);
  if (!TextOf(a[1], site, key)) return Fail(site, "the key is a text");
  const uint8_t marks = MarksOf(*a[0]) | MarksOf(*a[1]);
  if (const Value* found = a[0]->Get(key)) return WithMarks(found, marks, site.context);
  return a.size() > 2 ? WithMarks(a[2], marks, site.context) : Fail(site, "there is no key '" + std::string(key) + "' and no default");
}

const Value* Element(Args a, FunctionCallSite& site) {
  int64_t index = 0;
  if (a[0]->kind != Kind::kList && a[0]->kind != Kind::kTuple) return NoList(site);
  if (!IntOf(a[1], site, index)) return Fail(site, "the index is a whole number");
  if (index < 0) return Fail(site, "the index is negative");
  if (a[0]->items.empty()) return Fail(site, "the list is empty");
  return a[0]->items[size_t(index) % a[0]->items.size()];
}

bool Flatten(const Value* list, std::vector<const Value*>& out, uint8_t& marks, FunctionCallSite& site, int depth) {
  if (depth > 100) return false;
  marks |= MarksOf(*list);
  for (const Value* item : list->items) {
    // What is unknown may be a list, unless its type says otherwise.
    if (item->is_unknown() && !IsPrimitive(item->type)) return false;
    if (!IsSequence(item->kind)) out.push_back(item);
    else if (!Flatten(item, out, marks, site, depth + 1)) return false;
  }
  return true;
}
const Value* FlattenCall(Args a, FunctionCallSite& site) {
  if (a[0]->is_unknown()) return MakeUnknown(site);
  if (!IsSequence(a[0]->kind)) return NoList(site);
  std::vector<const Value*> items;
  uint8_t marks = 0;
  const Value* out = Flatten(a[0], items, marks, site, 0) ? MakeList(std::move(items), site) : MakeUnknown(site);
  return WithMarks(out, marks, site.context);
}

const Value* Distinct(Args a, FunctionCallSite& site) {
  if (a[0]->is_unknown() || ContainsUnknown(*a[0])) return MakeUnknown(site);
  if (!IsSequence(a[0]->kind)) return NoList(site);
  std::vector<const Value*> all, items;
  if (!ListOf(a[0], site, all)) return NoOneType(site);
  for (const Value* item : all) {
    if (!site.context.Spend(items.size(), site.at)) return MakeUnknown(site);
    if (std::ranges::none_of(items, [&](const Value* u) { return Equal(*u, *item); })) items.push_back(item);
  }
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Compact(Args a, FunctionCallSite& site) {
  if (a[0]->is_unknown()) return MakeUnknown(site);
  if (!IsSequence(a[0]->kind)) return NoList(site);
  std::vector<const Value*> items;
  for (const Value* item : a[0]->items) {
    if (item->is_unknown()) return MakeUnknown(site);
    const Value* text = ToString(item, site.context);
    if (text == nullptr) return Fail(site, "a list of texts is needed");
    if (!text->is_null() && !text->text.empty()) items.push_back(text);
  }
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Keys(Args a, FunctionCallSite& site) {
  if (!IsMapping(a[0]->kind)) return NoMap(site);
  std::vector<const Value*> items;
  for (const Entry& e : a[0]->entries) items.push_back(NewString(site.context.arena, e.key, e.key_span.valid() ? e.key_span : site.at));
  return MakeList(std::move(items), site, a[0]->kind == Kind::kMap ? Kind::kList : Kind::kTuple);
}
const Value* Values(Args a, FunctionCallSite& site) {
  if (!IsMapping(a[0]->kind)) return NoMap(site);
  std::vector<const Value*> items;
  for (const Entry& e : a[0]->entries) items.push_back(e.value);
  return MakeList(std::move(items), site, a[0]->kind == Kind::kMap ? Kind::kList : Kind::kTuple);
}

const Value* Contains(Args a, FunctionCallSite& site) {
  if (!IsSequence(a[0]->kind)) return NoList(site);
  bool unknown = false;
  for (const Value* item : a[0]->items) {
    if (Equal(*item, *a[1])) return MakeBool(true, site);
    unknown |= ContainsUnknown(*item);
  }
  return unknown ? MakeUnknown(site) : MakeBool(false, site);
}

const Value* Coalesce(Args a, FunctionCallSite& site) {
  std::vector<const Type*> types;
  for (const Value* v : a)
    if (!v->is_null() && !v->is_unknown()) types.push_back(TypeOf(*v, site.context.arena));
  const Type* type = nullptr;
  if (!Unify(types, site.context.arena, type)) return Fail(site, "the arguments have no type in common");
  for (const Value* v : a) {
    if (v->is_unknown()) return MakeUnknown(site);
    if (v->is_null() || (v->kind == Kind::kString && v->text.empty())) continue;
    std::string why;
    const bool same = SameType(TypeOf(*v, site.context.arena), type);
    return same ? v : Convert(v, type, site.context, why);
  }
  return Fail(site, "no argument is a value that is not null and not empty");
}
const Value* CoalesceList(Args a, FunctionCallSite& site) {
  for (const Value* v : a) {
    if (v->is_unknown()) return MakeUnknown(site);
    if (v->is_null()) continue;
    if (!IsSequence(v->kind)) return NoList(site);
    if (!v->items.empty()) return v;
  }
  return Fail(site, "no argument is a list with elements");
}

const Value* One(Args a, FunctionCallSite& site) {
  if (!IsSequence(a[0]->kind)) return NoList(site);
  if (a[0]->items.size() > 1) return Fail(site, "the list has more than one element");
  return a[0]->items.empty() ? NewNull(site.context.arena, site.at) : a[0]->items[0];
}

const Value* Range(Args a, FunctionCallSite& site) {
  Number start, limit, step = Number::FromInt(1);
  const bool numbers = a.size() == 1 ? NumberOf(a[0], site, limit) : NumberOf(a[0], site, start) && NumberOf(a[1], site, limit);
  if (!numbers || (a.size() == 3 && !NumberOf(a[2], site, step))) return Fail(site, "numbers are needed");
  const int direction = Compare(limit, start);
  if (a.size() < 3) step = Number::FromInt(direction < 0 ? -1 : 1);
  if (step.Sign() == 0) return Fail(site, "the step is zero");
  if (direction != 0 && step.Sign() != direction) return Fail(site, "the step leads away from the limit");
  std::vector<const Value*> items;
  for (Number i = start; Compare(i, limit) * step.Sign() < 0; i = Number::Add(i, step, site.context.arena)) {
    if (items.size() >= 1024) return Fail(site, "more than 1024 numbers");  // Terraform's own limit
    items.push_back(NewNumber(site.context.arena, i, site.at));
  }
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Slice(Args a, FunctionCallSite& site) {
  int64_t from = 0, to = 0;
  if (a[0]->kind != Kind::kList && a[0]->kind != Kind::kTuple) return NoList(site);
  if (!IntOf(a[1], site, from) || !IntOf(a[2], site, to)) return Fail(site, "the indices are whole numbers");
  if (from < 0 || to < from || to > int64_t(a[0]->items.size())) return Fail(site, "the indices do not fit the list");
  return MakeList({a[0]->items.begin() + from, a[0]->items.begin() + to}, site, a[0]->kind);
}

const Value* Reverse(Args a, FunctionCallSite& site) {
  if (!IsSequence(a[0]->kind)) return NoList(site);
  return MakeList({a[0]->items.rbegin(), a[0]->items.rend()}, site, a[0]->kind == Kind::kSet ? Kind::kList : a[0]->kind);
}

const Value* Sort(Args a, FunctionCallSite& site) {
  if (!IsSequence(a[0]->kind)) return NoList(site);
  std::vector<const Value*> items;
  for (const Value* item : a[0]->items) {
    const Value* text = ToString(item, site.context);
    if (text == nullptr || text->kind != Kind::kString) return Fail(site, "a list of texts is needed");
    items.push_back(text);
  }
  std::ranges::stable_sort(items, {}, [](const Value* v) { return v->text; });
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Zipmap(Args a, FunctionCallSite& site) {
  if (!IsSequence(a[0]->kind) || !IsSequence(a[1]->kind)) return NoList(site);
  if (a[0]->items.size() != a[1]->items.size()) return Fail(site, "there are not as many values as keys");
  std::vector<Entry> entries;
  uint8_t marks = 0;
  for (size_t i = 0; i < a[0]->items.size(); ++i) {
    std::string_view key;
    marks |= MarksOf(*a[0]->items[i]);
    if (!TextOf(a[0]->items[i], site, key)) return Fail(site, "the keys are texts");
    entries.push_back({key, a[1]->items[i], a[0]->items[i]->origin});
  }
  return WithMarks(MakeObject(std::move(entries), site, a[1]->kind == Kind::kList ? Kind::kMap : Kind::kObject), marks, site.context);
}

const Value* Transpose(Args a, FunctionCallSite& site) {
  if (!IsMapping(a[0]->kind)) return NoMap(site);
  std::map<std::string_view, std::vector<const Value*>> turned;
  for (const Entry& e : a[0]->entries) {
    if (!IsSequence(e.value->kind)) return Fail(site, "a map of lists of texts is needed");
    for (const Value* item : e.value->items) {
      std::string_view key;
      if (!TextOf(item, site, key)) return Fail(site, "a map of lists of texts is needed");
      turned[key].push_back(NewString(site.context.arena, e.key, e.key_span.valid() ? e.key_span : site.at));
    }
  }
  std::vector<Entry> entries;
  for (auto& [key, items] : turned) entries.push_back({key, MakeList(std::move(items), site, Kind::kList), {}});
  return MakeObject(std::move(entries), site, Kind::kMap);
}

const Value* MatchKeys(Args a, FunctionCallSite& site) {
  std::vector<const Value*> values, keys, wanted, items;
  if (!ListOf(a[0], site, values) || !ListOf(a[1], site, keys) || !ListOf(a[2], site, wanted)) return NoList(site);
  if (values.size() != keys.size()) return Fail(site, "there are not as many keys as values");
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!site.context.Spend(1 + wanted.size(), site.at)) return MakeUnknown(site);
    if (std::ranges::any_of(wanted, [&](const Value* w) { return Equal(*w, *keys[i]); })) items.push_back(values[i]);
  }
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Index(Args a, FunctionCallSite& site) {
  if (a[0]->kind != Kind::kList && a[0]->kind != Kind::kTuple) return NoList(site);
  if (ContainsUnknown(*a[1])) return MakeUnknown(site);
  for (size_t i = 0; i < a[0]->items.size(); ++i) {
    if (Equal(*a[0]->items[i], *a[1])) return MakeNumber(int64_t(i), site);
    if (ContainsUnknown(*a[0]->items[i])) return MakeUnknown(site);
  }
  return Fail(site, "the list does not hold the value");
}

const Value* ChunkList(Args a, FunctionCallSite& site) {
  int64_t size = 0;
  std::vector<const Value*> all, chunks;
  if (!ListOf(a[0], site, all)) return NoList(site);
  if (!IntOf(a[1], site, size) || size < 0) return Fail(site, "the size is a whole number and not negative");
  const size_t step = size == 0 ? std::max<size_t>(all.size(), 1) : size_t(size);
  for (size_t i = 0; i < all.size(); i += step) {
    const size_t end = std::min(i + step, all.size());
    chunks.push_back(MakeList({all.begin() + ptrdiff_t(i), all.begin() + ptrdiff_t(end)}, site, Kind::kList));
  }
  return MakeList(std::move(chunks), site, Kind::kList);
}

template <bool kAll>
const Value* TrueOf(Args a, FunctionCallSite& site) {
  if (!IsSequence(a[0]->kind)) return NoList(site);
  bool unknown = false, null = false;
  for (const Value* v : a[0]->items) {
    const Value* b = ToBool(v, site.context);
    if (b == nullptr) return Fail(site, "a list of bools is needed");
    unknown |= b->is_unknown();
    null |= b->is_null();
    if (b->kind == Kind::kBool && b->boolean != kAll) return MakeBool(!kAll, site);
  }
  if (kAll && null) return MakeBool(false, site);
  return unknown ? MakeUnknown(site) : MakeBool(kAll, site);
}

constexpr BuiltIn kFunctions[] = {
    {"alltrue", 1, 1, kPartly, TrueOf<true>},
    {"anytrue", 1, 1, kPartly, TrueOf<false>},
    {"chunklist", 2, 2, kPartly, ChunkList, kError, kOwn},
    {"coalesce", 1, 255, kSelf, Coalesce, kAllowed},
    {"coalescelist", 1, 255, kSelf, CoalesceList, kAllowed},
    {"compact", 1, 1, kSelf, Compact},
    {"concat", 0, 255, kSelf, Concat, kError, kOwn},
    {"contains", 2, 2, kPartly, Contains, kAllowed},
    {"distinct", 1, 1, kSelf, Distinct},
    {"element", 2, 2, kPartly, Element, kError, kOwn},
    {"flatten", 1, 1, kSelf, FlattenCall, kError, kOwn},
    {"index", 2, 2, kPartly, Index, kAllowed},
    {"keys", 1, 1, kPartly, Keys, kError, kOwn},
    {"length", 1, 1, kPartly, Length, kError, kOwn},
    {"lookup", 2, 3, kSelf, Lookup, kAllowed, kNone},
    {"matchkeys", 3, 3, kAny, MatchKeys},
    {"merge", 0, 255, kSelf, Merge, kAllowed, kOwn},
    {"one", 1, 1, kPartly, One},
    {"range", 1, 3, kAny, Range},
    {"reverse", 1, 1, kPartly, Reverse, kError, kOwn},
    {"slice", 3, 3, kPartly, Slice, kError, kOwn},
    {"sort", 1, 1, kAny, Sort},
    {"transpose", 1, 1, kAny, Transpose},
    {"values", 1, 1, kPartly, Values, kError, kOwn},
    {"zipmap", 2, 2, kPartly, Zipmap, kError, kOwn},
};

}  // namespace

std::span<const BuiltIn> CollectionFunctions() { return kFunctions; }

}  // namespace weir::terraform
