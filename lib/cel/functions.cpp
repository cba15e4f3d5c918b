// The table of functions, and what is neither text, number, time nor network: size(), type(), dyn(), optional
// values.
#include "lib/cel/functions.h"

#include <bit>

#include "lib/base/text.h"

namespace weir::cel {
namespace {

Value Size(Args args, EvalContext&) {
  const Value& v = args[0];
  if (v.is(Type::kString)) return Value::Int(int64_t(CountCodePoints(v.text)));
  if (v.is(Type::kBytes)) return Value::Int(int64_t(v.text.size()));
  if (v.is(Type::kList) || v.is(Type::kMap) || v.is_soft_null()) return Value::Int(int64_t(v.size()));
  return NoOverload();
}
Value TypeOf(Args args, EvalContext&) { return Value::TypeName(TypeNameOf(args[0])); }
Value Dyn(Args args, EvalContext&) { return args[0]; }

Value Some(const Value& v, EvalContext& context) { return Value::Optional(context.arena.New<Value>(v)); }
Value OptionalOf(Args args, EvalContext& context) { return Some(args[0], context); }
Value OptionalNone(Args, EvalContext&) { return Value::Optional(nullptr); }
Value OptionalOfNonZero(Args args, EvalContext& context) {
  return IsZero(args[0]) ? Value::Optional(nullptr) : Some(args[0], context);
}
Value OptionalHasValue(Args args, EvalContext&) {
  return args[0].is(Type::kOptional) ? Value::Bool(args[0].held != nullptr) : NoOverload();
}
Value OptionalValue(Args args, EvalContext&) {
  if (!args[0].is(Type::kOptional)) return NoOverload();
  return args[0].held == nullptr ? Value::Error("optional.none() dereference") : *args[0].held;
}

constexpr Function kCore[] = {
    {"size", 1, 1, false, Size, true},
    {"size", 1, 1, true, Size, true},
    {"type", 1, 1, false, TypeOf, true},
    {"dyn", 1, 1, false, Dyn, true},
    {"optional.of", 1, 1, false, OptionalOf, true},
    {"optional.none", 0, 0, false, OptionalNone, true},
    {"optional.ofNonZeroValue", 1, 1, false, OptionalOfNonZero, true},
    {"hasValue", 1, 1, true, OptionalHasValue},
    {"value", 1, 1, true, OptionalValue},
};

}  // namespace

std::span<const Function> StandardFunctions() {
  static const std::vector<Function> all = [] {
    std::vector<Function> out;
    for (const auto group :
         {std::span<const Function>(kCore), ConversionFunctions(), TextFunctions(), FormatFunctions(),
          MathFunctions(), ListFunctions(), TimeFunctions(), NetworkFunctions()})
      out.insert(out.end(), group.begin(), group.end());
    return out;
  }();
  return all;
}

uint64_t FunctionTable::Hash(std::string_view name, bool member) {
  uint64_t hash =
      member ? 0x9ae16a3b2f90404f : 0xcbf29ce484222325;  // FNV-1a; members and globals are two spaces
  for (const char c : name) hash = (hash ^ uint8_t(c)) * 0x100000001b3;
  return hash;
}

FunctionTable::FunctionTable(std::span<const Function> extra) {
  slots_.resize(std::bit_ceil(2 * (StandardFunctions().size() + extra.size()) + 2));
  for (const auto list : {StandardFunctions(), extra})
    for (const Function& f : list) {
      const uint64_t hash = Hash(f.name, f.member);
      size_t at = hash & (slots_.size() - 1);
      while (slots_[at].function != nullptr && slots_[at].hash != hash) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = {hash, &f};  // a domain's function replaces a standard one of the same name
    }
}

const Function* FunctionTable::FindByHash(uint64_t hash) const {
  for (size_t at = hash & (slots_.size() - 1); slots_[at].function != nullptr;
       at = (at + 1) & (slots_.size() - 1))
    if (slots_[at].hash == hash) return slots_[at].function;
  return nullptr;
}

const Function* FunctionTable::Find(std::string_view name, bool member) const {
  const Function* found = FindByHash(Hash(name, member));
  return found != nullptr && found->name == name ? found : nullptr;
}

std::string_view FunctionTable::Nearest(std::string_view name) const {
  std::string_view best;
  size_t distance = 1 + name.size() / 2;
  for (const Slot& slot : slots_) {
    if (slot.function == nullptr) continue;
    const size_t d = EditDistance(name, slot.function->name);
    if (d < distance) distance = d, best = slot.function->name;
  }
  return best;
}

}  // namespace weir::cel
