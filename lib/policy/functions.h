// The functions that policies have beyond CEL's own, and the variables that they read.
#pragma once

#include "lib/cel/cel.h"
#include "lib/model/document.h"

namespace weir::policy {

/// What a policy's evaluation refers to beyond its variables: EvalContext::host points to one.
struct Host {
  const Document* document;
  const Resource* resource;
};

/// Variables by slot.
enum Slot : uint16_t { kSelf, kIt, kMeta, kSlotCount };

/// Weir's own functions, in the order of their groups (function_groups.h); policies/functions.md documents each.
std::span<const cel::Function> DomainFunctions();

/// CEL's functions and weir's.
const cel::FunctionTable& PolicyFunctions();
const cel::Environment& PolicyEnvironment();

}  // namespace weir::policy
