// What a plan in JSON says (`terraform show -json PLANFILE`, https://developer.hashicorp.com/terraform/internals/json-format), as far as it is
// judged: one pass over the text that keeps the planned values of what will be there, their masks, and the configuration's references; all
// else (prior state, values before, drift, outputs) is stepped over (walker.h) and takes no memory. `plan_bench` tells what a plan costs.
#pragma once

#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/model/value.h"

namespace weir::tfplan {

/// One element of resource_changes; null where the plan does not say. Values stand at their bytes in the plan.
struct Change {
  const Value* address = nullptr;
  const Value* module_address = nullptr;
  const Value* mode = nullptr;
  const Value* type = nullptr;
  const Value* name = nullptr;
  const Value* index = nullptr;
  const Value* deposed = nullptr;
  const Value* actions = nullptr;
  const Value* after = nullptr;
  const Value* after_unknown = nullptr;
  const Value* after_sensitive = nullptr;
  Span span;
};

struct PlanText {
  std::vector<Change> changes;
  const Value* configuration = nullptr;
  bool errored = false;  // the plan was made although something failed: it is not all of what would be done
};

/// Reads a plan. `text` must outlive what is kept of it. An error names the byte and what is wrong: no JSON, no plan, a state,
/// a saved plan that is no JSON, a format that is not known. Without resource_changes, planned_values count as created.
Result<PlanText> ReadPlanText(std::string_view text, FileId file, Arena& arena, const Limits& limits);

}  // namespace weir::tfplan
