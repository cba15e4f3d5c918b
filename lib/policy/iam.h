// IAM policy documents, whatever way they are written in: JSON text, jsonencode(), the body of a
// data.aws_iam_policy_document. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
#pragma once

#include <span>

#include "lib/cel/cel.h"

namespace weir::policy {

/// The statements as a list of maps: sid, effect, actions, not_actions, resources, not_resources (lists of text), principals
/// and not_principals (lists of {type, id}), conditions (lists of {test, variable, values}). Null gives an empty list,
/// text that is no JSON an error.
cel::Value IamStatements(std::span<const cel::Value> args, cel::EvalContext& context);

}  // namespace weir::policy
