#include "lib/policy/arn.h"

#include "lib/policy/function_groups.h"
#include "lib/policy/image.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

Value Parse(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return Value::Error("arn.parse() takes a text");
  const auto arn = ReadArn(args[0].text);
  if (!arn) return Value::SoftNull();
  return MakeMap({{"partition", Value::String(arn->partition)},
                  {"service", Value::String(arn->service)},
                  {"region", Value::String(arn->region)},
                  {"account", Value::String(arn->account)},
                  {"resource", Value::String(arn->resource)}},
                 context);
}

Value Account(Args args, EvalContext&) {
  if (!args[0].is(Type::kString)) return Value::Error("arn.account() takes a text");
  const auto arn = ReadArn(args[0].text);
  return arn ? Value::String(arn->account) : Value::SoftNull();
}

// Part by part, so that a wildcard does not reach over a colon, as the condition operator ArnLike compares.
Value Matches(Args args, EvalContext&) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kString)) return Value::Error("arn.matches() takes a pattern and an ARN");
  if (args[0].text == "*") return Value::Bool(true);
  const auto pattern = ReadArn(args[0].text), arn = ReadArn(args[1].text);
  if (!pattern || !arn) return Value::Bool(false);
  return Value::Bool(GlobMatches(pattern->partition, arn->partition) && GlobMatches(pattern->service, arn->service) &&
                     GlobMatches(pattern->region, arn->region) && GlobMatches(pattern->account, arn->account) &&
                     GlobMatches(pattern->resource, arn->resource));
}

constexpr cel::Function kFunctions[] = {
    {"arn.parse", 1, 1, false, Parse},
    {"arn.account", 1, 1, false, Account},
    {"arn.matches", 2, 2, false, Matches},
};

}  // namespace

std::optional<Arn> ReadArn(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  text.remove_prefix(4);
  Arn out;
  for (std::string_view* part : {&out.partition, &out.service, &out.region, &out.account}) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    *part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  out.resource = text;
  if (out.partition.empty() || out.service.empty() || out.resource.empty()) return std::nullopt;
  return out;
}

std::span<const cel::Function> ArnFunctions() { return kFunctions; }

}  // namespace weir::policy
