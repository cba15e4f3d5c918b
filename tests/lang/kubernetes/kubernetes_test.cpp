#include "lib/lang/kubernetes/kubernetes.h"

#include "lib/lang/kubernetes/pod.h"
#include "tests/lang/evaluated.h"

namespace weir::kubernetes {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

test::Evaluated Evaluate(std::string text, Files more = {}, const Limits& limits = {}) {
  more["k8s/web.yaml"] = std::move(text);
  return test::Evaluated(Kubernetes(), std::move(more), "k8s", limits);
}

// An object of that kind whose pods are described below `spec`.
std::string Object(std::string_view kind, std::string_view spec) {
  return "apiVersion: v1\nkind: " + std::string(kind) + "\nmetadata: {name: x}\n" + std::string(spec);
}

TEST_CASE("every document and every item of a list is an object with its own place") {
  const auto e = Evaluate(
      "# the shop\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: web\n    namespace: shop\n"
      "- apiVersion: v1\n  kind: ServiceList\n  items:\n  - metadata: {name: inner}\n...\n---\nkey: of something else\n");
  CHECK(e.Summaries() == "");
  REQUIRE(e.document.resources.size() == 3);
  CHECK(e.Addresses("Namespace") == "Namespace.default.shop");
  CHECK(e.Addresses("Deployment") == "Deployment.shop.web");
  CHECK(e.Addresses("Service") == "Service.default.inner");
  CHECK(e.sources.text(e.document.resources[1]->block) == "apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: web\n    namespace: shop");
  CHECK(e.sources.text(e.document.resources[1]->header) == "kind: Deployment");
  CHECK(e.Origin("Deployment.shop.web", "metadata.name") == "k8s/web.yaml: web");
}

TEST_CASE("an address has the kind, the namespace and the name, or what is written of them") {
  struct Case {
    const char *metadata, *address;
  };
  for (const Case& c : std::initializer_list<Case>{{"{name: a, namespace: b}", "Job.b.a"}, {"{generateName: import-}", "Job.default.import-"}, {"{name: a, namespace: }", "Job.default.a"}, {"{name: 12}", "Job.default.12"}, {"{}", "Job.default.(no name)"}, {"[]", "Job.default.(no name)"}}) {
    INFO(c.metadata);
    CHECK(Evaluate("apiVersion: batch/v1\nkind: Job\nmetadata: " + std::string(c.metadata) + "\n").Addresses("Job") == c.address);
  }
}

TEST_CASE("a kind that Kubernetes has too, of another group, is another type") {
  const auto type = [](const char* version, const char* kind) {
    const auto e = Evaluate("apiVersion: " + std::string(version) + "\nkind: " + kind + "\nmetadata: {name: x}\n");
    return e.document.resources.empty() ? std::string() : std::string(e.document.resources[0]->type);
  };
  CHECK(type("serving.knative.dev/v1", "Service") == "Service.serving.knative.dev");
  CHECK(type("extensions/v1beta1", "Deployment") == "Deployment");
  CHECK(type("networking.k8s.io/v1", "NetworkPolicy") == "NetworkPolicy");
  CHECK(type("cert-manager.io/v1", "Certificate") == "Certificate");
  CHECK(type("apps.openshift.io/v1", "DeploymentConfig") == "DeploymentConfig");
}

TEST_CASE("the pods of every kind that runs some are found") {
  constexpr const char* kSpec = "spec: {containers: [{name: a}], initContainers: [{name: b}], ephemeralContainers: [{name: c}]}";
  const std::string pod(kSpec), pod_template = "spec: {template: {" + pod + "}}";
  struct Case {
    std::string object;
    size_t running, all;
  };
  for (const Case& c : std::initializer_list<Case>{{Object("Pod", pod), 1, 3}, {Object("Deployment", pod_template), 1, 3}, {Object("Job", pod_template), 1, 3}, {Object("DaemonSet", pod_template), 1, 3}, {Object("CronJob", "spec: {jobTemplate: {" + pod_template + "}}"), 1, 3},
                                                   {Object("PodTemplate", "template: {" + pod + "}"), 1, 3}, {Object("ConfigMap", "data: {a: b}"), 0, 0}, {Object("Deployment", "spec: {template: text}"), 0, 0}, {Object("Pod", "spec: {containers: }"), 0, 0}, {Object("Pod", "spec: {containers: [~, {name: a}]}"), 1, 1}}) {
    INFO(c.object);
    const auto e = Evaluate(c.object);
    REQUIRE(e.document.resources.size() == 1);
    const Value* found = PodTemplateOf(*e.document.resources[0]->body);
    const Value* spec = Below(found, "spec");
    CHECK((spec == nullptr ? 0 : ContainersOf(*spec, Containers::kLongRunning).size()) == c.running);
    CHECK((spec == nullptr ? 0 : ContainersOf(*spec, Containers::kAll).size()) == c.all);
  }
  const auto has_pod = [](const std::string& object) { return PodTemplateOf(*Evaluate(object).document.resources.at(0)->body) != nullptr; };
  CHECK(has_pod(Object("Pod", "spec: {hostPID: true}")));
  CHECK(has_pod(Object("Deployment", "spec: {template: {spec: {}}}")));
  CHECK(!has_pod(Object("Service", "spec: {type: NodePort}")));
  CHECK(!has_pod(Object("SealedSecret", "spec: {template: {metadata: {name: x}}}")));
}

TEST_CASE("text with a placeholder is unknown behind its beginning") {
  const auto e = Evaluate("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  replicas: {{ replicas }}\n  image: \"web:{{ tag }}\"\n  plain: web:{{ tag }}\n  list: [a, \"{{ b }}\"]\n  fixed: '{a}'\n");
  CHECK(e.Summaries() == "");
  CHECK(e.At("Pod.default.web", "spec.replicas") == "?");
  CHECK(e.At("Pod.default.web", "spec.image") == "web:?");
  CHECK(e.At("Pod.default.web", "spec.plain") == "web:?");
  CHECK(e.At("Pod.default.web", "spec.list") == "a ?");
  CHECK(e.At("Pod.default.web", "spec.fixed") == "{a}");
}

TEST_CASE("a folder is read as a whole, without what lies below it and what is no manifest") {
  const std::string service = "apiVersion: v1\nkind: Service\nmetadata: {name: ", end = "}\n";
  const auto e = Evaluate(service + "a" + end, {{"k8s/b.json", "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"b\"}}"}, {"k8s/c.yml", service + "c" + end}, {"k8s/below/d.yaml", service + "d" + end}, {"k8s/e.txt", service + "e" + end},
                                                {"k8s/compose.yaml", service + "f" + end}, {"k8s/values.yaml", "a: b\n"}});
  CHECK(e.Addresses("Service") == "Service.default.b Service.default.c Service.default.a");
  std::string cache;
  const std::vector<std::string> paths = {"k8s/c.yml", "k8s/web.yaml", "top.yaml", "k8s/below/d.yaml"};
  CHECK(*Kubernetes().ScopesOf(paths, *e.snapshot, cache) == std::vector<std::string>{"", "k8s", "k8s/below"});
  CHECK(*Kubernetes().AllScopes(*e.snapshot, cache) == std::vector<std::string>{"k8s", "k8s/below"});
}

TEST_CASE("input that is broken, too large or made to be large ends with a word") {
  CHECK(Evaluate("apiVersion: v1\nkind: Pod\nmetadata: {name: [\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n").Addresses("Pod") == "Pod.default.b");
  CHECK(Evaluate("apiVersion: v1\nkind: Pod\nmetadata: {name: [\n").document.diagnostics.at(0).kind == Diagnostic::Kind::kSyntax);
  CHECK(Evaluate("apiVersion: v1\nkind: Pod\nmetadata: &a\n  name: x\n  self: *a\n").Summaries() != "");
  std::string bomb = "apiVersion: v1\nkind: Pod\na: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'j'; ++c) bomb += std::string(1, c) + ": &" + c + " [" + [&] { std::string s; for (int i = 0; i < 10; ++i) s += std::string(i ? ", *" : "*") + char(c - 1); return s; }() + "]\n";
  const auto bombed = Evaluate(bomb);
  REQUIRE(!bombed.document.diagnostics.empty());
  CHECK(bombed.document.diagnostics[0].kind == Diagnostic::Kind::kLimit);
  Limits small;
  small.file_size = 100;
  const auto large = Evaluate("apiVersion: v1\nkind: Pod\n# " + std::string(200, 'x'), {{"k8s/other.yaml", "a: " + std::string(200, 'x')}}, small);
  REQUIRE(large.document.diagnostics.size() == 1);
  CHECK(large.document.diagnostics[0].kind == Diagnostic::Kind::kLimit);
  std::string many;
  for (int i = 0; i < 60'000; ++i) many += "---\napiVersion: v1\nkind: Pod\n";
  const auto flood = Evaluate(many);
  REQUIRE(flood.document.diagnostics.size() == 1);
  CHECK(flood.document.diagnostics[0].kind == Diagnostic::Kind::kLimit);
}

}  // namespace
}  // namespace weir::kubernetes
