// Functions that change a value's type or its marks.
#include "lib/lang/terraform/functions.h"
#include "lib/lang/terraform/types.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;
using enum BuiltIn::Nulls;
using enum Marks;

template <Kind kKind>
const Value* ToCollection(Args a, FunctionCallSite& site) {
  if (a[0]->is_null()) return a[0];
  if constexpr (kKind == Kind::kMap) {
    if (!IsMapping(a[0]->kind)) return Fail(site, "an object or a map is needed");
    std::vector<const Value*> values, one;
    for (const Entry& e : a[0]->entries) values.push_back(e.value);
    if (!UnifyItems(values, site.context, one)) return Fail(site, "the values have no type in common");
    std::vector<Entry> entries(a[0]->entries.begin(), a[0]->entries.end());
    for (size_t i = 0; i < entries.size(); ++i) entries[i].value = one[i];
    return MakeObject(std::move(entries), site, Kind::kMap);
  } else {
    std::vector<const Value*> items;
    if (!IsSequence(a[0]->kind)) return Fail(site, "a list, a set or a tuple is needed");
    if (!UnifyItems(a[0]->items, site.context, items)) return Fail(site, "the elements have no type in common");
    Type type;
    type.kind = kKind;
    std::string why;
    Value list = *a[0];
    list.items = site.context.arena.Copy(items);
    return Convert(site.context.arena.New<Value>(list), &type, site.context, why);
  }
}

const Value* ToStringCall(Args a, FunctionCallSite& site) {
  const Value* out = ToString(a[0], site.context);
  return out != nullptr ? out : Fail(site, "only a number or a bool becomes a text");
}
const Value* ToNumberCall(Args a, FunctionCallSite& site) {
  const Value* out = ToNumber(a[0], site.context);
  return out != nullptr ? out : Fail(site, "only a text that is a decimal number becomes a number");
}
const Value* ToBoolCall(Args a, FunctionCallSite& site) {
  const Value* out = ToBool(a[0], site.context);
  return out != nullptr ? out : Fail(site, "only the texts \"true\" and \"false\" become a bool");
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
const Value* IsSensitive(Args a, FunctionCallSite& site) {
  const bool sensitive = a[0]->has(Value::kSensitive);
  // What is not known yet may turn out to be a secret.
  return a[0]->is_unknown() && !sensitive ? MakeUnknown(site) : MakeBool(sensitive, site);
}
const Value* EphemeralAsNull(Args a, FunctionCallSite& site) { return a[0]->has(Value::kEphemeral) ? NewNull(site.context.arena, site.at) : a[0]; }

const Value* TypeCall(Args a, FunctionCallSite& site) { return MakeString(TypeText(TypeOf(*a[0], site.context.arena)), site); }

constexpr BuiltIn kFunctions[] = {
    {"ephemeralasnull", 1, 1, kSelf, EphemeralAsNull, kAllowed, kNone},
    {"issensitive", 1, 1, kSelf, IsSensitive, kAllowed, kNone},
    {"nonsensitive", 1, 1, kSelf, NonSensitive, kAllowed, kNone},
    {"sensitive", 1, 1, kSelf, Sensitive, kAllowed, kNone},
    {"tobool", 1, 1, kPartly, ToBoolCall, kAllowed},
    {"tolist", 1, 1, kPartly, ToCollection<Kind::kList>, kAllowed, kOwn},
    {"tomap", 1, 1, kPartly, ToCollection<Kind::kMap>, kAllowed, kOwn},
    {"tonumber", 1, 1, kPartly, ToNumberCall, kAllowed},
    {"toset", 1, 1, kPartly, ToCollection<Kind::kSet>, kAllowed, kOwn},
    {"tostring", 1, 1, kPartly, ToStringCall, kAllowed},
    {"type", 1, 1, kPartly, TypeCall, kAllowed},
};

}  // namespace

std::span<const BuiltIn> ConversionFunctions() { return kFunctions; }

}  // namespace weir::terraform
