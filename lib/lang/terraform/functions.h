// Terraform's built-in functions (https://developer.hashicorp.com/terraform/language/functions), one table a topic.
// Internal to lib/lang/terraform/.
#pragma once

#include <span>
#include <string_view>

#include "lib/lang/terraform/eval.h"

namespace weir::terraform {

using Args = std::span<const Value* const>;

struct FunctionCallSite {
  std::string_view name;
  Span at;  // of the call
  EvalContext& context;
};

struct BuiltIn {
  std::string_view name;
  uint8_t min_args, max_args;  // 255: any number
  // How arguments are checked before the call: an unknown one makes the result unknown at once, unless the function can say
  // more (kPartly: it looks inside lists and maps itself; unknown elements are kept as they are).
  enum class Unknowns : uint8_t { kAny, kPartly } unknowns;
  // Null: the arguments do not fit; the caller reports it.
  const Value* (*call)(Args args, FunctionCallSite& site);
};

std::span<const BuiltIn> CollectionFunctions();
std::span<const BuiltIn> TextFunctions();
std::span<const BuiltIn> EncodingFunctions();
std::span<const BuiltIn> NetworkFunctions();

/// Makers of results at the call's own span; the caller adds provenance.
const Value* MakeString(std::string_view text, FunctionCallSite& site);
const Value* MakeNumber(int64_t number, FunctionCallSite& site);
const Value* MakeBool(bool value, FunctionCallSite& site);
const Value* MakeList(std::vector<const Value*> items, FunctionCallSite& site, Kind kind = Kind::kTuple);
/// The text (number) of an argument; false where it has none.
bool TextOf(const Value* v, FunctionCallSite& site, std::string_view& out);
bool IntOf(const Value* v, FunctionCallSite& site, int64_t& out);

}  // namespace weir::terraform
