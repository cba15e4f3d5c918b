// The built-in functions of Terraform 1.11 and OpenTofu 1.9 (https://developer.hashicorp.com/terraform/language/functions,
// https://opentofu.org/docs/language/functions/), one table a topic. Internal to lib/lang/terraform/.
//
// Those that select or rearrange keep the nodes of their elements, so that an element still knows where it was written.
#pragma once

#include <span>
#include <string>
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
  // What becomes of unknown arguments. kAny: one anywhere inside makes the result unknown at once. kPartly: only an argument that is
  // unknown itself; unknown elements are kept as they are. kSelf: the function looks at all of them.
  enum class Unknowns : uint8_t { kAny, kPartly, kSelf } unknowns;
  // Null: the arguments do not fit, and Fail() said why, or the caller says that they do not.
  const Value* (*call)(Args args, FunctionCallSite& site);
  enum class Nulls : uint8_t { kError, kAllowed } nulls = Nulls::kError;
  // Which marks of the arguments the result has, beside those of the elements that it keeps.
  Marks marks = Marks::kAnywhere;
};

std::span<const BuiltIn> CollectionFunctions();
std::span<const BuiltIn> SetFunctions();
std::span<const BuiltIn> ConversionFunctions();
std::span<const BuiltIn> NumberFunctions();
std::span<const BuiltIn> TextFunctions();
std::span<const BuiltIn> FormatFunctions();
std::span<const BuiltIn> RegexFunctions();
std::span<const BuiltIn> EncodingFunctions();
std::span<const BuiltIn> YamlFunctions();
std::span<const BuiltIn> HashFunctions();
std::span<const BuiltIn> TimeFunctions();
std::span<const BuiltIn> FileFunctions();
std::span<const BuiltIn> NetworkFunctions();

/// The text of a template with `variables` (an object or a map), derived from `args`; errors are reported at `at`.
const Value* RenderTemplate(std::string_view text, const Value& variables, Span at, Args args, EvalContext& context);

/// Reports why the arguments do not fit; `return Fail(…)`.
const Value* Fail(FunctionCallSite& site, std::string why);
/// The same where they may well fit, but weir does not go so far: what depends on it is not judged, and the scan not completed.
const Value* FailTooLarge(FunctionCallSite& site, std::string why);

/// Makers of results at the call's own span; the caller adds provenance.
const Value* MakeString(std::string_view text, FunctionCallSite& site);
const Value* MakeNumber(int64_t number, FunctionCallSite& site);
const Value* MakeBool(bool value, FunctionCallSite& site);
const Value* MakeList(std::vector<const Value*> items, FunctionCallSite& site, Kind kind = Kind::kTuple);
const Value* MakeObject(std::vector<Entry> entries, FunctionCallSite& site, Kind kind = Kind::kObject);
const Value* MakeUnknown(FunctionCallSite& site);

/// The text (number) of an argument; false where it has none.
bool TextOf(const Value* v, FunctionCallSite& site, std::string_view& out);
bool NumberOf(const Value* v, FunctionCallSite& site, Number& out);
bool IntOf(const Value* v, FunctionCallSite& site, int64_t& out);
/// The items of a list, set or tuple as one type, as a parameter `list(any)` takes them. False where they share none.
bool ListOf(const Value* v, FunctionCallSite& site, std::vector<const Value*>& out);

/// Bytes as hexadecimal digits, and in base 64 (RFC 4648, section 4).
std::string ToHex(std::string_view bytes);
std::string ToBase64(std::string_view bytes);
bool FromBase64(std::string_view text, std::string& bytes);
/// The digest of `bytes` by "md5", "sha1", "sha256", "sha512".
std::string Digest(std::string_view algorithm, std::string_view bytes);

}  // namespace weir::terraform
