// k8s.…: the pods and containers of whatever runs them.
#include "lib/lang/kubernetes/pod.h"
#include "lib/policy/function_groups.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

const weir::Value* PodOf(const Value& object) { return object.model == nullptr ? nullptr : kubernetes::PodTemplateOf(*object.model); }

Value Pod(Args args, EvalContext&) {
  const weir::Value* pod = PodOf(args[0]);
  return pod == nullptr ? Value::SoftNull() : Value::FromModel(pod);
}

Value Below(Args args, std::string_view key) {
  const weir::Value* below = kubernetes::Below(PodOf(args[0]), key);
  return below == nullptr ? Value::SoftNull() : Value::FromModel(below);
}
Value PodSpec(Args args, EvalContext&) { return Below(args, "spec"); }
Value PodMetadata(Args args, EvalContext&) { return Below(args, "metadata"); }

Value Containers(Args args, EvalContext& context, kubernetes::Containers which) {
  const weir::Value* spec = kubernetes::Below(PodOf(args[0]), "spec");
  if (spec == nullptr) return Value::List({});
  const auto found = kubernetes::ContainersOf(*spec, which);
  if (!context.Spend(found.size())) return EvalContext::Exhausted();
  const auto items = context.NewList(found.size());
  for (size_t i = 0; i < found.size(); ++i) items[i] = Value::FromModel(found[i]);
  return Value::List(items);
}
Value Running(Args args, EvalContext& context) { return Containers(args, context, kubernetes::Containers::kLongRunning); }
Value All(Args args, EvalContext& context) { return Containers(args, context, kubernetes::Containers::kAll); }

Value Pods(Args args, EvalContext& context) {
  const weir::Value* pod = PodOf(args[0]);
  const auto items = context.NewList(pod == nullptr ? 0 : 1);
  if (pod != nullptr) items[0] = Value::FromModel(pod);
  return Value::List(items);
}

constexpr cel::Function kFunctions[] = {
    {"k8s.pod", 1, 1, false, Pod},
    {"k8s.pods", 1, 1, false, Pods},
    {"k8s.podSpec", 1, 1, false, PodSpec},
    {"k8s.podMetadata", 1, 1, false, PodMetadata},
    {"k8s.containers", 1, 1, false, Running},
    {"k8s.allContainers", 1, 1, false, All},
};

}  // namespace

std::span<const cel::Function> KubernetesFunctions() { return kFunctions; }

}  // namespace weir::policy
