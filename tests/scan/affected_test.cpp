// Judging a part of a folder of manifests says the same of a change as judging all of it.
#include <map>
#include <random>
#include <set>

#include "lib/scan/scan.h"
#include "tests/scan/support.h"

namespace weir::scan {
namespace {

using Maker = std::mt19937;

std::string Pick(Maker& random, std::initializer_list<const char*> of) { return of.begin()[random() % of.size()]; }

std::string Object(Maker& random) {
  const std::string name = Pick(random, {"a", "b", "c"}), label = Pick(random, {"a", "b", "c"}), space = Pick(random, {"", "", ", namespace: shop"});
  const auto object = [&](const std::string& kind, const std::string& rest) { return "---\napiVersion: v1\nkind: " + kind + "\nmetadata: {name: " + name + space + "}\n" + rest + "\n"; };
  switch (random() % 8) {
    case 0: return object("NetworkPolicy", "spec: {podSelector: {matchLabels: {app: " + label + "}}, policyTypes: [Ingress]}");
    case 1: return object("Service", "spec: {type: " + Pick(random, {"ClusterIP", "LoadBalancer"}) + ", selector: {app: " + label + "}}");
    case 2: return object("ServiceAccount", "");
    case 3: return object("Role", "rules: [{apiGroups: [\"\"], resources: [" + Pick(random, {"pods", "\"*\"", "secrets", "pods/exec"}) + "], verbs: [\"" + Pick(random, {"*", "get", "create"}) + "\"]}]");
    case 4: return object("RoleBinding", "roleRef: {kind: Role, name: " + label + "}\nsubjects: [{kind: ServiceAccount, name: " + Pick(random, {"a", "b"}) + "}]");
    case 5: return object("PodDisruptionBudget", "spec: {selector: {matchLabels: {app: " + label + "}}, maxUnavailable: " + Pick(random, {"0", "1"}) + "}");
    case 6: return "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
    default:
      return object(Pick(random, {"Deployment", "StatefulSet"}), "spec: {replicas: 3, template: {metadata: {labels: {app: " + label + "}}, spec: {serviceAccountName: " + Pick(random, {"a", "b"}) +
                                                                     ", containers: [{name: x, image: \"x:1\", securityContext: {privileged: " + Pick(random, {"true", "false"}) + "}}]}}}");
  }
}

std::string File(Maker& random) {
  std::string out;
  for (size_t i = random() % 4; i-- > 0;) out += Object(random);
  return out.empty() ? "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n" : out;
}

// What was introduced and fixed, sorted.
std::multiset<std::string> Said(const git::ChangeSet& change, bool whole) {
  Options options;
  options.image = &policy::Image::BuiltIn();
  options.today = "2026-11-24";
  options.suppression_states = whole;
  std::multiset<std::string> out;
  for (const Finding& f : ScanChange(change, options).findings)
    if (f.verdict == Verdict::kFail && f.status != FindingStatus::kPersisting) out.insert(std::string(f.policy) + " " + std::string(f.resource) + " " + std::string(f.file) + ":" + std::to_string(f.start.line) + (f.status == FindingStatus::kFixed ? " fixed" : ""));
  return out;
}

TEST_CASE("a change of one manifest bears on what is related to it in others, and nothing else is judged") {
  const std::string pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: []}\n", policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {matchLabels: {app: web}}}\n";
  const std::string other = "apiVersion: v1\nkind: Pod\nmetadata: {name: other, labels: {app: other}}\nspec: {hostPID: true, containers: []}\n";
  const auto change = ChangeOf({{"a.yaml", pod}, {"b.yaml", policy}, {"c.yaml", other}}, {{"a.yaml", pod}, {"c.yaml", other}});
  CHECK(Said(change, false).contains("k8s-no-network-policy Pod.default.web a.yaml:2"));
  Options options;
  options.image = &policy::Image::BuiltIn();
  for (const Finding& f : ScanChange(change, options).findings) CHECK(f.file != "c.yaml");
}

TEST_CASE("for random manifests the part that is judged says what the whole would") {
  for (unsigned seed = 0; seed < 150; ++seed) {
    Maker random(seed);
    Files before;
    for (int i = 0; i < 6; ++i) before["k/" + std::to_string(i) + ".yaml"] = File(random);
    Files after = before;
    for (size_t n = 1 + random() % 2; n-- > 0;) {
      const std::string path = "k/" + std::to_string(random() % 7) + ".yaml";
      if (random() % 4 == 0) after.erase(path);
      else after[path] = File(random);
    }
    INFO("seed " << seed);
    const auto change = ChangeOf(before, after);
    CHECK(Said(change, false) == Said(change, true));
  }
}

}  // namespace
}  // namespace weir::scan
