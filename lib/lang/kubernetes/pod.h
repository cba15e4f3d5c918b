// Where the pods of an object are described, whatever kind it is of: used by its relations and by policies.
#pragma once

#include <vector>

#include "lib/model/value.h"

namespace weir::kubernetes {

/// The description of the pods that an object stands for, a mapping with `metadata` and `spec`: a Pod itself, a Deployment's
/// spec.template, a CronJob's spec.jobTemplate.spec.template, a PodTemplate's template. Of a resource of Terraform's provider its
/// template block (a kubernetes_pod itself). Null where it has none.
const Value* PodTemplateOf(const Value& object);

/// What `value` holds under `key`, through a block that occurs once; null where there is none, or where `value` is null.
const Value* Below(const Value* value, std::string_view key);

enum class Containers : uint8_t { kLongRunning, kAll };
/// The containers of a pod's spec, in order; kAll: with those that run before it and those that are added for debugging.
/// One that is not known is there.
std::vector<const Value*> ContainersOf(const Value& pod_spec, Containers which);

}  // namespace weir::kubernetes
