// IAM policy documents, whatever way they are written in: JSON text (with unknown interpolations too), jsonencode(), the body or
// the `json` of a data.aws_iam_policy_document, an object of a template.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
//
// Element names are those of the grammar, as AWS demands them; actions are compared without regard to case, resources
// with it. What is unknown makes a result unknown only where it decides.
#pragma once

#include <string_view>

#include "lib/cel/cel.h"

namespace weir::policy {

/// The statements as a list of maps: sid, effect, actions, not_actions, resources, not_resources (lists of text), principals
/// and not_principals (lists of {type, id}), conditions (lists of {test, variable, values}). Documents that a
/// data.aws_iam_policy_document merges are read too. Null gives an empty list, text that is no JSON an error, what is
/// unknown altogether the unknown; a statement that is unknown stands in the list as one.
cel::Value IamStatements(const cel::Value& document, cel::EvalContext& context);

/// Whether one of `patterns` (a text or a list of texts, with `*` and `?`) covers `text`.
cel::Truth IamCovers(const cel::Value& patterns, std::string_view text, bool any_case);

}  // namespace weir::policy
