// Functions on numbers.
#include <cmath>

#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

const Value* Made(Number number, FunctionCallSite& site) { return NewNumber(site.context.arena, number, site.at); }
const Value* NoNumber(FunctionCallSite& site) { return Fail(site, "a number is needed"); }

const Value* Abs(Args a, FunctionCallSite& site) {
  Number n;
  if (!NumberOf(a[0], site, n)) return NoNumber(site);
  return Made(n.Sign() < 0 ? Number::Subtract(Number(), n, site.context.arena) : n, site);
}
const Value* Floor(Args a, FunctionCallSite& site) {
  Number n;
  return NumberOf(a[0], site, n) ? Made(Number::Floor(n, site.context.arena), site) : NoNumber(site);
}
const Value* Ceil(Args a, FunctionCallSite& site) {
  Number n;
  return NumberOf(a[0], site, n) ? Made(Number::Ceil(n, site.context.arena), site) : NoNumber(site);
}
const Value* Signum(Args a, FunctionCallSite& site) {
  Number n;
  if (!NumberOf(a[0], site, n)) return NoNumber(site);
  return n.AsInt() ? MakeNumber(n.Sign(), site) : Fail(site, "a whole number of 64 bits is needed");
}

// Both are calculated with doubles, in Terraform too.
const Value* FromDouble(double d, FunctionCallSite& site) {
  return std::isnan(d) ? Fail(site, "the result is no number") : Made(Number::FromDouble(d, site.context.arena), site);
}
const Value* Log(Args a, FunctionCallSite& site) {
  Number n, base;
  if (!NumberOf(a[0], site, n) || !NumberOf(a[1], site, base)) return NoNumber(site);
  return FromDouble(std::log(n.AsDouble()) / std::log(base.AsDouble()), site);
}
const Value* Pow(Args a, FunctionCallSite& site) {
  Number n, power;
  if (!NumberOf(a[0], site, n) || !NumberOf(a[1], site, power)) return NoNumber(site);
  return FromDouble(std::pow(n.AsDouble(), power.AsDouble()), site);
}

template <int kSign>
const Value* Extreme(Args a, FunctionCallSite& site) {
  if (a.empty()) return Fail(site, "at least one number is needed");
  const Value* best = nullptr;
  for (const Value* v : a) {
    const Value* n = ToNumber(v, site.context);
    if (n == nullptr || n->kind != Kind::kNumber) return NoNumber(site);
    if (best == nullptr || Compare(n->number, best->number) * kSign > 0) best = n;
  }
  return best;
}

const Value* Sum(Args a, FunctionCallSite& site) {
  if (!IsSequence(a[0]->kind)) return Fail(site, "a list of numbers is needed");
  if (a[0]->items.empty()) return Fail(site, "the list is empty");
  Number total;
  for (const Value* v : a[0]->items) {
    Number n;
    if (!NumberOf(v, site, n)) return NoNumber(site);
    total = Number::Add(total, n, site.context.arena);
  }
  return Made(total, site);
}

const Value* ParseInt(Args a, FunctionCallSite& site) {
  int64_t base = 0;
  if (a[0]->kind != Kind::kString) return Fail(site, "the first argument is a text");
  if (!IntOf(a[1], site, base) || base < 2 || base > 62) return Fail(site, "the base is a number from 2 to 62");
  const auto n = Number::ParseInteger(a[0]->text, int(base), site.context.arena);
  return n ? Made(*n, site) : Fail(site, "'" + std::string(a[0]->text) + "' is no whole number in base " + std::to_string(base));
}

constexpr BuiltIn kFunctions[] = {
    {"abs", 1, 1, kAny, Abs},
    {"ceil", 1, 1, kAny, Ceil},
    {"floor", 1, 1, kAny, Floor},
    {"log", 2, 2, kAny, Log},
    {"max", 0, 255, kAny, Extreme<1>},
    {"min", 0, 255, kAny, Extreme<-1>},
    {"parseint", 2, 2, kAny, ParseInt},
    {"pow", 2, 2, kAny, Pow},
    {"signum", 1, 1, kAny, Signum},
    {"sum", 1, 1, kAny, Sum},
};

}  // namespace

std::span<const BuiltIn> NumberFunctions() { return kFunctions; }

}  // namespace weir::terraform
