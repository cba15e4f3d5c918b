// Types of values, and the one type that several values become where Terraform needs one: both results of a condition, the elements
// of a list (https://developer.hashicorp.com/terraform/language/expressions/type-constraints#conversion-of-complex-types).
// A null pointer is the dynamic type. Internal to lib/lang/terraform/.
#pragma once

#include <span>
#include <string>

#include "lib/lang/terraform/eval.h"

namespace weir::terraform {

/// The type of `value` as far as it is known. Cost: the value's size for tuples and objects, its first element for collections.
const Type* TypeOf(const Value& value, Arena& arena);
/// string, number or bool; not the dynamic type.
bool IsPrimitive(const Type* type);
bool SameType(const Type* a, const Type* b);
/// The type that all of `types` convert to. False where there is none; dynamic where one of them is.
bool Unify(std::span<const Type* const> types, Arena& arena, const Type*& out);
/// Items converted to the one type that they share. False where they share none.
bool UnifyItems(std::span<const Value* const> items, EvalContext& context, std::vector<const Value*>& out);
/// As the function type() writes it: "list(string)", "object({…})" over several lines.
std::string TypeText(const Type* type, unsigned indent = 0);

}  // namespace weir::terraform
