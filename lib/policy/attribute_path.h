// Paths into a resource as policies of other tools write them, and the values they lead to. Internal to lib/policy/.
//
//   a.b.c            keys; a key that meets a list of blocks is looked up in each of them
//   a.*.b            every element or entry
//   a[*].b           every element; what is no list is its own only element
//   a.0.b  a[0].b    one element
//   a..b             b at any depth (JSONPath, RFC 9535)
//   a[?(@.b == x & @.c =~ '^y')].d    elements for which all comparisons hold: == != =~ < <= > >=, or that have @.b
//
// Text that holds a JSON document (an IAM policy) is read through, however it was made.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lib/cel/cel.h"

namespace weir::policy {

/// The values at `path` below `root`, in order; an unknown one stands for all that could be below it. Spends a step for each value that it
/// looks at; `complete` is false where the steps ran out.
std::vector<const weir::Value*> ValuesOnPath(const weir::Value& root, std::string_view path, cel::EvalContext& context, bool& complete);

/// What other tools compare a value by: the text of a text, number or bool; of an unknown that another resource gives, the reference as written
/// ("aws_s3_bucket.logs.id"). Nothing for any other unknown, for lists and maps.
std::optional<std::string_view> ComparableText(const weir::Value& value, cel::EvalContext& context);

}  // namespace weir::policy
