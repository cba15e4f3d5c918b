// Functions on lists, sets, maps and numbers. Those that select or rearrange keep the nodes of their elements, so that an
// element still knows where it was written.
#include <algorithm>
#include <cmath>

#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

const Value* Object(std::vector<Entry> entries, FunctionCallSite& site, Kind kind = Kind::kObject) {
  return NewMapping(site.context.arena, kind, site.context.arena.Copy(entries), site.at);
}
const Value* Unknown(FunctionCallSite& site) { return NewUnknown(site.context.arena, site.at); }

bool IsListLike(const Value* v) { return IsSequence(v->kind); }

const Value* Length(Args a, FunctionCallSite& site) {
  if (IsSequence(a[0]->kind)) return MakeNumber(int64_t(a[0]->items.size()), site);
  if (IsMapping(a[0]->kind)) return MakeNumber(int64_t(a[0]->entries.size()), site);
  if (a[0]->kind != Kind::kString) return nullptr;
  int64_t count = 0;
  for (const char c : a[0]->text) count += (c & 0xC0) != 0x80;
  return MakeNumber(count, site);
}

const Value* Concat(Args a, FunctionCallSite& site) {
  std::vector<const Value*> items;
  for (const Value* list : a) {
    if (list->is_unknown()) return Unknown(site);
    if (!IsListLike(list)) return nullptr;
    items.insert(items.end(), list->items.begin(), list->items.end());
  }
  return MakeList(std::move(items), site);
}

const Value* Merge(Args a, FunctionCallSite& site) {
  std::vector<Entry> entries;
  for (const Value* map : a) {
    if (map->is_unknown()) return Unknown(site);
    if (map->is_null()) continue;
    if (!IsMapping(map->kind)) return nullptr;
    entries.insert(entries.end(), map->entries.begin(), map->entries.end());
  }
  return Object(std::move(entries), site);
}

const Value* Lookup(Args a, FunctionCallSite& site) {
  std::string_view key;
  if (!IsMapping(a[0]->kind) || !TextOf(a[1], site, key)) return nullptr;
  if (const Value* found = a[0]->Get(key)) return found;
  return a.size() > 2 ? a[2] : nullptr;
}

const Value* Element(Args a, FunctionCallSite& site) {
  int64_t index = 0;
  if (!IsListLike(a[0]) || a[0]->items.empty() || !IntOf(a[1], site, index)) return nullptr;
  const int64_t n = int64_t(a[0]->items.size());
  return a[0]->items[size_t(((index % n) + n) % n)];
}

bool Flatten(const Value* list, std::vector<const Value*>& out, FunctionCallSite& site, int depth) {
  if (depth > 100) return false;
  for (const Value* item : list->items) {
    if (item->is_unknown()) return false;
    if (IsListLike(item)) {
      if (!Flatten(item, out, site, depth + 1)) return false;
    } else {
      out.push_back(item);
    }
  }
  return true;
}
const Value* FlattenCall(Args a, FunctionCallSite& site) {
  if (a[0]->is_unknown()) return Unknown(site);
  if (!IsListLike(a[0])) return nullptr;
  std::vector<const Value*> items;
  return Flatten(a[0], items, site, 0) ? MakeList(std::move(items), site) : Unknown(site);
}

const Value* Distinct(Args a, FunctionCallSite& site) {
  if (a[0]->is_unknown() || ContainsUnknown(*a[0])) return Unknown(site);
  if (!IsListLike(a[0])) return nullptr;
  std::vector<const Value*> items;
  for (const Value* item : a[0]->items) {
    if (!site.context.Spend(items.size(), site.at)) return Unknown(site);
    if (std::ranges::none_of(items, [&](const Value* u) { return Equal(*u, *item); })) items.push_back(item);
  }
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Compact(Args a, FunctionCallSite& site) {
  if (a[0]->is_unknown()) return Unknown(site);
  if (!IsListLike(a[0])) return nullptr;
  std::vector<const Value*> items;
  for (const Value* item : a[0]->items) {
    if (item->is_unknown()) return Unknown(site);
    if (!item->is_null() && !(item->kind == Kind::kString && item->text.empty())) items.push_back(item);
  }
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Keys(Args a, FunctionCallSite& site) {
  if (!IsMapping(a[0]->kind)) return nullptr;
  std::vector<const Value*> items;
  for (const Entry& e : a[0]->entries) items.push_back(NewString(site.context.arena, e.key, e.key_span.valid() ? e.key_span : site.at));
  return MakeList(std::move(items), site, Kind::kList);
}
const Value* Values(Args a, FunctionCallSite& site) {
  if (!IsMapping(a[0]->kind)) return nullptr;
  std::vector<const Value*> items;
  for (const Entry& e : a[0]->entries) items.push_back(e.value);
  return MakeList(std::move(items), site);
}

const Value* Contains(Args a, FunctionCallSite& site) {
  if (!IsListLike(a[0])) return nullptr;
  bool unknown = false;
  for (const Value* item : a[0]->items) {
    if (Equal(*item, *a[1])) return MakeBool(true, site);
    unknown |= ContainsUnknown(*item);
  }
  return unknown ? Unknown(site) : MakeBool(false, site);
}

const Value* Coalesce(Args a, FunctionCallSite& site) {
  for (const Value* v : a) {
    if (v->is_unknown()) return Unknown(site);
    if (!v->is_null() && !(v->kind == Kind::kString && v->text.empty())) return v;
  }
  return nullptr;
}
const Value* CoalesceList(Args a, FunctionCallSite&) {
  for (const Value* v : a)
    if (IsListLike(v) && !v->items.empty()) return v;
  return nullptr;
}

template <Kind kKind>
const Value* ToCollection(Args a, FunctionCallSite& site) {
  if (a[0]->is_null()) return a[0];
  Type type;
  type.kind = kKind;
  std::string why;
  const Value* out = Convert(a[0], &type, site.context, why);
  if constexpr (kKind == Kind::kSet)
    if (ContainsUnknown(*a[0])) return Unknown(site);
  return out;
}
const Value* ToStringCall(Args a, FunctionCallSite& site) { return ToString(a[0], site.context); }
const Value* ToNumberCall(Args a, FunctionCallSite& site) { return ToNumber(a[0], site.context); }
const Value* ToBoolCall(Args a, FunctionCallSite& site) { return ToBool(a[0], site.context); }

const Value* One(Args a, FunctionCallSite& site) {
  if (!IsListLike(a[0]) || a[0]->items.size() > 1) return nullptr;
  return a[0]->items.empty() ? NewNull(site.context.arena, site.at) : a[0]->items[0];
}

const Value* Range(Args a, FunctionCallSite& site) {
  int64_t start = 0, limit = 0, step = 1;
  if (a.size() == 1 ? !IntOf(a[0], site, limit) : !IntOf(a[0], site, start) || !IntOf(a[1], site, limit)) return nullptr;
  if (a.size() < 3) step = start <= limit ? 1 : -1;
  else if (!IntOf(a[2], site, step) || step == 0) return nullptr;
  std::vector<const Value*> items;
  for (int64_t i = start; step > 0 ? i < limit : i > limit; i += step) {
    if (items.size() >= 1024) return nullptr;  // Terraform's own limit
    items.push_back(MakeNumber(i, site));
  }
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Slice(Args a, FunctionCallSite& site) {
  int64_t from = 0, to = 0;
  if (!IsListLike(a[0]) || !IntOf(a[1], site, from) || !IntOf(a[2], site, to)) return nullptr;
  if (from < 0 || to < from || to > int64_t(a[0]->items.size())) return nullptr;
  return MakeList({a[0]->items.begin() + from, a[0]->items.begin() + to}, site);
}

const Value* Reverse(Args a, FunctionCallSite& site) {
  if (!IsListLike(a[0])) return nullptr;
  return MakeList({a[0]->items.rbegin(), a[0]->items.rend()}, site);
}

const Value* Sort(Args a, FunctionCallSite& site) {
  if (!IsListLike(a[0])) return nullptr;
  std::vector<const Value*> items;
  for (const Value* item : a[0]->items) {
    const Value* text = ToString(item, site.context);
    if (text == nullptr || text->kind != Kind::kString) return nullptr;
    items.push_back(text);
  }
  std::ranges::stable_sort(items, {}, [](const Value* v) { return v->text; });
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Zipmap(Args a, FunctionCallSite& site) {
  if (!IsListLike(a[0]) || !IsListLike(a[1]) || a[0]->items.size() != a[1]->items.size()) return nullptr;
  std::vector<Entry> entries;
  for (size_t i = 0; i < a[0]->items.size(); ++i) {
    std::string_view key;
    if (!TextOf(a[0]->items[i], site, key)) return nullptr;
    entries.push_back({key, a[1]->items[i], a[0]->items[i]->origin});
  }
  return Object(std::move(entries), site);
}

const Value* SetProduct(Args a, FunctionCallSite& site) {
  std::vector<std::vector<const Value*>> rows{{}};
  for (const Value* list : a) {
    if (!IsListLike(list)) return nullptr;
    std::vector<std::vector<const Value*>> next;
    if (rows.size() * list->items.size() > 100'000) return nullptr;
    for (const auto& row : rows)
      for (const Value* item : list->items) {
        next.push_back(row);
        next.back().push_back(item);
      }
    rows = std::move(next);
  }
  std::vector<const Value*> items;
  for (auto& row : rows) items.push_back(MakeList(std::move(row), site));
  return MakeList(std::move(items), site);
}

enum class SetOp { kUnion, kIntersection, kSubtract };
template <SetOp kOp>
const Value* SetOperation(Args a, FunctionCallSite& site) {
  std::vector<const Value*> items;
  const auto in = [](Args list, const Value* v) { return std::ranges::any_of(list, [&](const Value* u) { return Equal(*u, *v); }); };
  for (size_t i = 0; i < a.size(); ++i) {
    if (!IsListLike(a[i])) return nullptr;
    if (!site.context.Spend(items.size() * a[i]->items.size(), site.at)) return Unknown(site);
    if (i == 0 || kOp == SetOp::kUnion) {
      for (const Value* v : a[i]->items)
        if (!in(items, v)) items.push_back(v);
    } else {
      std::erase_if(items, [&](const Value* v) { return in(a[i]->items, v) == (kOp == SetOp::kSubtract); });
    }
  }
  return MakeList(std::move(items), site, Kind::kSet);
}

template <int kSign>
const Value* Extreme(Args a, FunctionCallSite& site) {
  const Value* best = nullptr;
  for (const Value* v : a) {
    const Value* n = ToNumber(v, site.context);
    if (n == nullptr || n->kind != Kind::kNumber) return nullptr;
    if (best == nullptr || Compare(n->number, best->number) * kSign > 0) best = n;
  }
  return best;
}
const Value* Sum(Args a, FunctionCallSite& site) {
  if (!IsListLike(a[0]) || a[0]->items.empty()) return nullptr;
  Number total;
  for (const Value* v : a[0]->items) {
    const Value* n = ToNumber(v, site.context);
    if (n == nullptr || n->kind != Kind::kNumber) return nullptr;
    total = Number::Add(total, n->number);
  }
  return NewNumber(site.context.arena, total, site.at);
}
template <double (*kRound)(double)>
const Value* Rounded(Args a, FunctionCallSite& site) {
  const Value* n = ToNumber(a[0], site.context);
  if (n == nullptr || n->kind != Kind::kNumber) return nullptr;
  return NewNumber(site.context.arena, n->number.AsInt() ? n->number : Number::FromDouble(kRound(n->number.AsDouble())), site.at);
}
double FloorOf(double x) { return std::floor(x); }
double CeilOf(double x) { return std::ceil(x); }
const Value* Abs(Args a, FunctionCallSite& site) {
  const Value* n = ToNumber(a[0], site.context);
  if (n == nullptr || n->kind != Kind::kNumber) return nullptr;
  return NewNumber(site.context.arena, n->number < Number() ? Number::Subtract(Number(), n->number) : n->number, site.at);
}

template <bool kAll>
const Value* TrueOf(Args a, FunctionCallSite& site) {
  if (!IsListLike(a[0])) return nullptr;
  bool unknown = false;
  for (const Value* v : a[0]->items) {
    const Value* b = ToBool(v, site.context);
    if (b == nullptr) return nullptr;
    unknown |= b->is_unknown();
    if (b->kind == Kind::kBool && b->boolean != kAll) return MakeBool(!kAll, site);
  }
  return unknown ? Unknown(site) : MakeBool(kAll, site);
}

const Value* Index(Args a, FunctionCallSite& site) {
  if (!IsListLike(a[0])) return nullptr;
  for (size_t i = 0; i < a[0]->items.size(); ++i)
    if (Equal(*a[0]->items[i], *a[1])) return MakeNumber(int64_t(i), site);
  return nullptr;
}

const Value* ChunkList(Args a, FunctionCallSite& site) {
  int64_t size = 0;
  if (!IsListLike(a[0]) || !IntOf(a[1], site, size) || size <= 0) return nullptr;
  std::vector<const Value*> chunks;
  for (size_t i = 0; i < a[0]->items.size(); i += size_t(size)) {
    const auto part = a[0]->items.subspan(i, std::min(size_t(size), a[0]->items.size() - i));
    chunks.push_back(MakeList({part.begin(), part.end()}, site));
  }
  return MakeList(std::move(chunks), site);
}

const Value* Sensitive(Args a, FunctionCallSite& site) {
  Value* copy = site.context.arena.New<Value>(*a[0]);
  copy->flags |= Value::kSensitive;
  return copy;
}
const Value* NonSensitive(Args a, FunctionCallSite& site) {
  Value* copy = site.context.arena.New<Value>(*a[0]);
  copy->flags &= uint8_t(~Value::kSensitive);
  return copy;
}

constexpr BuiltIn kFunctions[] = {
    {"abs", 1, 1, kAny, Abs},
    {"alltrue", 1, 1, kPartly, TrueOf<true>},
    {"anytrue", 1, 1, kPartly, TrueOf<false>},
    {"ceil", 1, 1, kAny, Rounded<CeilOf>},
    {"chunklist", 2, 2, kPartly, ChunkList},
    {"coalesce", 1, 255, kPartly, Coalesce},
    {"coalescelist", 1, 255, kPartly, CoalesceList},
    {"compact", 1, 1, kPartly, Compact},
    {"concat", 0, 255, kPartly, Concat},
    {"contains", 2, 2, kPartly, Contains},
    {"distinct", 1, 1, kPartly, Distinct},
    {"element", 2, 2, kPartly, Element},
    {"flatten", 1, 1, kPartly, FlattenCall},
    {"floor", 1, 1, kAny, Rounded<FloorOf>},
    {"index", 2, 2, kAny, Index},
    {"keys", 1, 1, kPartly, Keys},
    {"length", 1, 1, kPartly, Length},
    {"lookup", 2, 3, kPartly, Lookup},
    {"max", 1, 255, kAny, Extreme<1>},
    {"merge", 0, 255, kPartly, Merge},
    {"min", 1, 255, kAny, Extreme<-1>},
    {"nonsensitive", 1, 1, kPartly, NonSensitive},
    {"one", 1, 1, kPartly, One},
    {"range", 1, 3, kAny, Range},
    {"reverse", 1, 1, kPartly, Reverse},
    {"sensitive", 1, 1, kPartly, Sensitive},
    {"setintersection", 1, 255, kAny, SetOperation<SetOp::kIntersection>},
    {"setproduct", 2, 255, kPartly, SetProduct},
    {"setsubtract", 2, 2, kAny, SetOperation<SetOp::kSubtract>},
    {"setunion", 1, 255, kAny, SetOperation<SetOp::kUnion>},
    {"slice", 3, 3, kPartly, Slice},
    {"sort", 1, 1, kAny, Sort},
    {"sum", 1, 1, kAny, Sum},
    {"tobool", 1, 1, kPartly, ToBoolCall},
    {"tolist", 1, 1, kPartly, ToCollection<Kind::kList>},
    {"tomap", 1, 1, kPartly, ToCollection<Kind::kMap>},
    {"tonumber", 1, 1, kPartly, ToNumberCall},
    {"toset", 1, 1, kPartly, ToCollection<Kind::kSet>},
    {"tostring", 1, 1, kPartly, ToStringCall},
    {"values", 1, 1, kPartly, Values},
    {"zipmap", 2, 2, kPartly, Zipmap},
};

}  // namespace

std::span<const BuiltIn> CollectionFunctions() { return kFunctions; }

}  // namespace weir::terraform
