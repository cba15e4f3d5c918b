// count, for_each and dynamic blocks: how many instances there are, and what a block's body is worth in one
// of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/lang/terraform/module.h"

namespace weir::terraform {

/// The scope inside a repeated block: each, count and self, everything else as in `outer`.
class InstanceScope final : public Scope {
 public:
  InstanceScope(const Scope& outer, const InstanceKey& key) : outer_(outer), key_(key) {}
  const Value* Resolve(const hcl::ScopeTraversal& traversal, size_t& steps_used,
                       EvalContext& context) const override;

 private:
  const Scope& outer_;
  const InstanceKey& key_;
};

/// The step at `index`, where it is an attribute, or null.
inline const hcl::Step* AttrStep(const hcl::ScopeTraversal& traversal, size_t index) {
  const bool attribute = index < traversal.steps.size() && traversal.steps[index].kind == hcl::StepKind::kAttr;
  return attribute ? &traversal.steps[index] : nullptr;
}

/// The keys of a resource, data or module block, in Terraform's order. One kSingle key where nothing is
/// repeated, one kUnknown key where the number cannot be known or is wrong (with a diagnostic).
std::vector<InstanceKey> ExpandKeys(const hcl::Block& block, const Scope& scope, Evaluation& evaluation,
                                    Repetition& repetition);

/// `[0]`, `["k"]`, or nothing.
std::string FormatKey(const InstanceKey& key);

/// A body's attributes and nested blocks as a soft object whose origin is `header`. What Terraform reads as
/// names and not as expressions (depends_on, provider, ignore_changes, …) becomes strings. `count` and `for_each`
/// of the block itself are left out.
const Value* EvaluateBody(const hcl::Body& body, Span header, const Scope& scope, Evaluation& evaluation);

/// The names that an expression mentions, as strings: `[aws_x.y, module.z]`, `aws.west`.
const Value* NamesIn(const hcl::Expr& expr, Evaluation& evaluation);

/// A copy of `value` with a hop put before its own.
const Value* WithHop(const Value* value, Hop::Kind kind, std::string_view name, Span use, Arena& arena);
/// A copy of `value` that refers to `reference` too.
const Value* WithReference(const Value* value, const Reference& reference, Arena& arena);

}  // namespace weir::terraform
