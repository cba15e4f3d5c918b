// Data sources that compute their result from their arguments alone: no provider is needed to know it.
#pragma once

#include <string_view>

#include "lib/lang/terraform/module.h"

namespace weir::terraform {

/// `body` with the attributes that Terraform would compute, where they can be known: `json` of
/// data.aws_iam_policy_document, as the provider writes it, documents merged by Sid (its Value::structure is the
/// document, also where some of it is unknown and the text therefore is), `rendered` of data.template_file,
/// `outputs` of data.null_data_source. Any other type: `body` itself, so that what is read of it is unknown.
const Value* WithComputedAttributes(std::string_view type, const Value* body, Evaluation& evaluation);

}  // namespace weir::terraform
