#include "lib/lang/kubernetes/kubernetes.h"
#include "tests/lang/evaluated.h"

namespace weir::kubernetes {
namespace {

test::Evaluated Evaluate(std::string text) { return test::Evaluated(Kubernetes(), {{"a.yaml", std::move(text)}}, ""); }

const Resource* Find(const test::Evaluated& e, std::string_view address) {
  for (const Resource* r : e.document.resources)
    if (r->address == address) return r;
  return nullptr;
}
std::string Names(const std::vector<const Resource*>& found) {
  std::string out;
  for (const Resource* r : found) out += (out.empty() ? "" : " ") + std::string(r->address);
  return out;
}
std::string References(const test::Evaluated& e, std::string_view address, std::string_view attribute) {
  const Resource* r = Find(e, address);
  return r == nullptr ? "no such resource" : Names(e.document.References(*r, attribute));
}
std::string Related(const test::Evaluated& e, std::string_view address, std::string_view type, std::string_view attribute) {
  const Resource* r = Find(e, address);
  return r == nullptr ? "no such resource" : Names(e.document.Related(*r, type, attribute));
}

std::string Object(std::string_view kind, std::string_view name, std::string_view rest) {
  return "---\napiVersion: v1\nkind: " + std::string(kind) + "\nmetadata: {name: " + std::string(name) + "}\n" + std::string(rest) + "\n";
}
std::string Deployment(std::string_view name, std::string_view labels, std::string_view spec = "containers: [{name: c}]") {
  return Object("Deployment", name, "spec: {template: {metadata: {labels: " + std::string(labels) + "}, spec: {" + std::string(spec) + "}}}");
}

TEST_CASE("selectors mean the pods with such labels, whatever runs them") {
  struct Case {
    const char *selector, *found;
  };
  const std::string workloads = Deployment("web", "{app: web, tier: front}") + Deployment("api", "{app: api, tier: back}") + Object("Pod", "bare", "spec: {containers: []}") +
                                Object("CronJob", "job", "spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}}}") + Deployment("maybe", "{app: \"{{ app }}\"}") +
                                "---\napiVersion: v1\nkind: Pod\nmetadata: {name: far, namespace: other, labels: {app: web}}\nspec: {containers: []}\n";
  for (const Case& c : std::initializer_list<Case>{{"{matchLabels: {app: web}}", "Deployment.default.web CronJob.default.job Deployment.default.maybe"},
                                                   {"{matchLabels: {app: web, tier: front}}", "Deployment.default.web"},
                                                   {"{}", "Deployment.default.web Deployment.default.api Pod.default.bare CronJob.default.job Deployment.default.maybe"},
                                                   {"", "Deployment.default.web Deployment.default.api Pod.default.bare CronJob.default.job Deployment.default.maybe"},
                                                   {"{matchExpressions: [{key: tier, operator: In, values: [back, none]}]}", "Deployment.default.api"},
                                                   {"{matchExpressions: [{key: tier, operator: Exists}]}", "Deployment.default.web Deployment.default.api"},
                                                   {"{matchExpressions: [{key: tier, operator: DoesNotExist}], matchLabels: {app: web}}", "CronJob.default.job Deployment.default.maybe"},
                                                   {"{matchExpressions: [{key: tier, operator: NotIn, values: [back]}]}", "Deployment.default.web Pod.default.bare CronJob.default.job Deployment.default.maybe"},
                                                   {"{matchLabels: {app: nobody}}", "Deployment.default.maybe"}}) {
    INFO(c.selector);
    CHECK(References(Evaluate(workloads + Object("NetworkPolicy", "p", "spec: {podSelector: " + std::string(c.selector) + "}")), "NetworkPolicy.default.p", "spec.podSelector") == c.found);
  }
  const auto e = Evaluate(workloads + Object("Service", "s", "spec: {selector: {app: api}}") + Object("Service", "none", "spec: {selector: {}}") + Object("PodDisruptionBudget", "b", "spec: {selector: {matchLabels: {app: api}}}"));
  CHECK(Related(e, "Deployment.default.api", "Service", "spec.selector") == "Service.default.s");
  CHECK(Related(e, "Deployment.default.api", "PodDisruptionBudget", "spec.selector") == "PodDisruptionBudget.default.b");
  CHECK(Related(e, "Deployment.default.web", "Service", "spec.selector") == "");
  CHECK(Related(e, "Deployment.default.maybe", "Service", "spec.selector") == "Service.default.s");
}

TEST_CASE("bindings lead to roles and accounts, accounts to what runs as them") {
  const auto e = Evaluate(Object("Role", "r", "rules: []") + Object("ClusterRole", "c", "rules: []") + "---\napiVersion: v1\nkind: Role\nmetadata: {name: r, namespace: other}\n" + Object("ServiceAccount", "sa", "") +
                          "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa, namespace: other}\n" + Object("RoleBinding", "b", "roleRef: {kind: Role, name: r}\nsubjects: [{kind: ServiceAccount, name: sa, namespace: other}, {kind: User, name: sa}]") +
                          Object("ClusterRoleBinding", "cb", "roleRef: {kind: ClusterRole, name: c}\nsubjects: [{kind: ServiceAccount, name: sa}]") + Deployment("web", "{}", "serviceAccountName: sa, containers: []"));
  CHECK(References(e, "RoleBinding.default.b", "roleRef") == "Role.default.r");
  CHECK(References(e, "RoleBinding.default.b", "subjects") == "ServiceAccount.other.sa");
  CHECK(References(e, "ClusterRoleBinding.default.cb", "roleRef") == "ClusterRole.default.c");
  CHECK(Related(e, "ServiceAccount.default.sa", "ClusterRoleBinding", "subjects") == "ClusterRoleBinding.default.cb");
  CHECK(Related(e, "ServiceAccount.default.sa", "Deployment", "spec.template.spec.serviceAccountName") == "Deployment.default.web");
}

TEST_CASE("what a pod mounts and reads its environment from is found, and what leads to it") {
  const auto e = Evaluate(Object("ConfigMap", "m", "") + Object("Secret", "s", "") + Object("Namespace", "shop", "") + Object("Service", "v", "") + Object("StatefulSet", "db", "spec: {serviceName: v, template: {spec: {containers: []}}}") +
                          Deployment("web", "{}", "volumes: [{configMap: {name: m}}, {name: x, emptyDir: {}}], containers: [{env: [{name: A, value: b}, {name: P, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]") +
                          Object("Ingress", "i", "spec: {rules: [{http: {paths: [{backend: {service: {name: v}}}]}}]}") + Object("HorizontalPodAutoscaler", "h", "spec: {scaleTargetRef: {kind: Deployment, name: web}}") +
                          "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{envFrom: [{secretRef: {name: s}}]}]}\n");
  CHECK(References(e, "Deployment.default.web", "") == "ConfigMap.default.m Secret.default.s");
  CHECK(References(e, "Deployment.default.web", "spec.template.spec.containers[0].env[1]") == "Secret.default.s");
  CHECK(References(e, "StatefulSet.default.db", "") == "Service.default.v");
  CHECK(References(e, "Ingress.default.i", "") == "Service.default.v");
  CHECK(References(e, "HorizontalPodAutoscaler.default.h", "") == "Deployment.default.web");
  CHECK(References(e, "Pod.shop.p", "") == "Namespace.default.shop");  // the secret is another namespace's
  CHECK(e.Origin("Deployment.default.web", "spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.name") == "a.yaml: s");
}

TEST_CASE("more selectors of everything than can be followed are a limit that was reached") {
  std::string text;
  for (int i = 0; i < 2'200; ++i) text += "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n---\napiVersion: v1\nkind: NetworkPolicy\nspec: {podSelector: {}}\n";
  const auto e = Evaluate(text);
  REQUIRE(e.document.diagnostics.size() == 1);
  CHECK(e.document.diagnostics[0].kind == Diagnostic::Kind::kLimit);
  CHECK(e.document.resources.size() == 4'400);
}

}  // namespace
}  // namespace weir::kubernetes
