#include "lib/lang/kubernetes/pod.h"

namespace weir::kubernetes {
namespace {

bool HasSpec(const Value* pod) {
  const Value* spec = Below(pod, "spec");
  return spec != nullptr && IsMapping(spec->kind);
}

}  // namespace

const Value* Below(const Value* value, std::string_view key) {
  if (value != nullptr && value->has(Value::kBlockList) && value->items.size() == 1) value = value->items[0];
  if (value == nullptr || !IsMapping(value->kind)) return nullptr;
  value = value->Get(key);
  if (value != nullptr && value->has(Value::kBlockList) && value->items.size() == 1) value = value->items[0];
  return value;
}

const Value* PodTemplateOf(const Value& object) {
  const Value* kind = Below(&object, "kind");
  const Value* spec = Below(&object, "spec");
  const bool is_pod = kind != nullptr && kind->kind == Kind::kString && kind->text == "Pod";
  if (is_pod || Below(spec, "containers") != nullptr || Below(spec, "container") != nullptr) return HasSpec(&object) ? &object : nullptr;
  if (const Value* own = Below(&object, "template"); HasSpec(own)) return own;
  for (const std::string_view job : {"jobTemplate", "job_template"})
    if (const Value* of_job = Below(spec, job)) spec = Below(of_job, "spec");
  if (const Value* own = Below(spec, "template"); HasSpec(own)) return own;
  // Terraform's kubernetes_pod, of which the containers are not written yet.
  return kind == nullptr && HasSpec(&object) ? &object : nullptr;
}

std::vector<const Value*> ContainersOf(const Value& pod_spec, Containers which) {
  std::vector<const Value*> out;
  const auto add = [&](std::string_view key) {
    const Value* list = IsMapping(pod_spec.kind) ? pod_spec.Get(key) : nullptr;
    if (list == nullptr || list->is_null()) return;
    // In Terraform only blocks are containers.
    if (key.find("container") != std::string_view::npos && !key.ends_with('s') && !list->has(Value::kBlockList)) return;
    if (!IsSequence(list->kind)) return void(list->is_unknown() ? out.push_back(list) : void());
    for (const Value* item : list->items)
      if (!item->is_null()) out.push_back(item);
  };
  for (const std::string_view key : {"containers", "container"}) add(key);
  if (which == Containers::kAll)
    for (const std::string_view key : {"initContainers", "init_container", "ephemeralContainers"}) add(key);
  return out;
}

}  // namespace weir::kubernetes
