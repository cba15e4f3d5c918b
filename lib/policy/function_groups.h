// The groups of functions that PolicyFunctions() joins, and what they share. Internal to lib/policy/.
//
// A function never trusts its arguments: of a wrong type it gives an error (the verdict is then unknown), of an unknown
// it is not called unless it says so. It allocates from the context's arena alone and spends steps for the bytes it reads.
#pragma once

#include <charconv>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "lib/cel/cel.h"

namespace weir::policy {

using Args = std::span<const cel::Value>;

std::span<const cel::Function> IamFunctions();
std::span<const cel::Function> CidrFunctions();
std::span<const cel::Function> PortFunctions();
std::span<const cel::Function> SemverFunctions();
std::span<const cel::Function> ArnFunctions();
std::span<const cel::Function> ImageFunctions();
std::span<const cel::Function> CronFunctions();
std::span<const cel::Function> TlsFunctions();
std::span<const cel::Function> SecretFunctions();
std::span<const cel::Function> AttributeFunctions();
std::span<const cel::Function> KubernetesFunctions();
std::span<const cel::Function> DocumentFunctions();

/// A whole number, or text that is one.
inline std::optional<int64_t> AsInt(const cel::Value& v) {
  if (v.is(cel::Type::kInt)) return v.integer;
  if (!v.is(cel::Type::kString) || v.text.empty()) return std::nullopt;
  int64_t out = 0;
  const char* end = v.text.data() + v.text.size();
  const auto r = std::from_chars(v.text.data(), end, out);
  return r.ec == std::errc() && r.ptr == end ? std::optional(out) : std::nullopt;
}

/// A map that a function makes; values in the arena.
inline cel::Value MakeMap(std::initializer_list<cel::MapEntry> fields, cel::EvalContext& context) {
  auto out = context.arena.NewArray<cel::MapEntry>(fields.size());
  size_t i = 0;
  for (const cel::MapEntry& field : fields) out[i++] = field;
  return cel::Value::Map(out);
}

}  // namespace weir::policy
