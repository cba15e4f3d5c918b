// Terraform's plans, ready to be judged by the rules for `terraform`.
//
// A planned resource is a Resource of language "terraform" with Terraform's own type and address, and the values that it will have: unknown
// where the plan says "known after apply", sensitive where it says so, without what the provider leaves null. What will be deleted or
// forgotten is not there. What stays as it is, is: others may refer to it.
//
//   auto text = tfplan::ReadPlanText(json, file, arena, limits);       // reader.h
//   if (!text.ok()) …                                                  // no plan, cut off, too large
//   auto plan = tfplan::MakeDocument(*text, configuration, arena, limits, document);
//   plan->changed.contains(resource)                                   // created, updated, replaced or read
//
// Where the configuration that the plan was made of is at hand, evaluated, values stand where they were written in it (the literal that must
// change, through variables and modules), and refer to each other as it says. Elsewhere they stand in the plan's bytes, and refer to each
// other as far as the plan's own `configuration` tells, which has no locals.
#pragma once

#include <string_view>
#include <unordered_set>

#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/lang/tfplan/reader.h"
#include "lib/model/document.h"

namespace weir::tfplan {

struct Plan {
  std::unordered_set<const Resource*> changed;
};

/// How many of the planned resources `configuration` declares.
size_t CountDeclared(const PlanText& text, const Document& configuration);

/// Adds what the plan will have to `out`. `configuration` is null where it is not at hand; it and `arena` outlive `out`. kLimit where that takes
/// more than limits.scope_memory.
Result<Plan> MakeDocument(const PlanText& text, const Document* configuration, Arena& arena, const Limits& limits, Document& out);

/// An address without the keys of instances: `module.a["x"].aws_b.c[0]` is `module.a.aws_b.c`.
std::string WithoutKeys(std::string_view address);

}  // namespace weir::tfplan
