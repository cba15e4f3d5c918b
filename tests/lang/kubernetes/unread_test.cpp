#include "lib/lang/kubernetes/unread.h"

#include "lib/lang/kubernetes/kubernetes.h"
#include "tests/lang/evaluated.h"

namespace weir::kubernetes {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

const std::string kPod = "apiVersion: v1\nkind: Pod\nmetadata: {name: plain}\n";
const std::string kTemplate = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\nspec: {}\n{{- end }}\n";

std::string Notes(const test::Evaluated& e) {
  std::string out;
  for (const Diagnostic& d : e.document.diagnostics)
    out += (out.empty() ? "" : "; ") + std::string(d.kind == Diagnostic::Kind::kUnread ? "" : "not a note: ") + e.sources.path(d.span.file) + ": " + std::string(e.sources.text(d.span)) + ": " + std::string(d.summary);
  return out;
}
std::vector<std::string> Scopes(const Files& files, const std::vector<std::string>& paths) {
  std::string cache;
  return *Kubernetes().ScopesOf(paths, *git::NewMemorySnapshot(files), cache);
}

TEST_CASE("a chart is noted once, and its plain templates are read") {
  const Files files = {{"charts/web/Chart.yaml", "apiVersion: v2\nname: web\n"}, {"charts/web/templates/a.yaml", kTemplate}, {"charts/web/templates/b.yaml", kTemplate}, {"charts/web/templates/c.yaml", kPod}, {"charts/web/values.yaml", "x: 1\n"}, {"templates/a.yaml", kPod}};
  CHECK(Scopes(files, {"charts/web/templates/a.yaml", "charts/web/templates/b.yaml"}) == std::vector<std::string>{"charts/web", "charts/web/templates"});
  CHECK(Scopes(files, {"templates/a.yaml"}) == std::vector<std::string>{"templates"});
  const test::Evaluated chart(Kubernetes(), files, "charts/web");
  CHECK(Notes(chart) == "charts/web/Chart.yaml: name: web: The templates of this chart are not rendered, and what they deploy is not judged");
  const test::Evaluated templates(Kubernetes(), files, "charts/web/templates");
  CHECK(Notes(templates) == "");
  CHECK(templates.Addresses("Pod") == "Pod.default.plain");
  CHECK(Notes(test::Evaluated(Kubernetes(), {{"Chart.yaml", "name: library\n"}}, "")) == "");  // a chart of nothing but other charts
}

TEST_CASE("a kustomization is noted with what of it is not applied, and its patches are no objects") {
  const Files files = {{"base/kustomization.yaml", "resources: [pod.yaml]\n"}, {"base/pod.yaml", kPod}, {"prod/kustomization.yaml", "resources: [../base]\nnamespace: prod\npatches:\n- path: patch.yaml\n- path: more/patch.yaml\n- patch: |\n    - op: remove\npatchesStrategicMerge: [./other.yaml, ../../outside.yaml]\n"},
                       {"prod/patch.yaml", kPod}, {"prod/other.yaml", kPod}, {"prod/pod.yaml", kPod}, {"prod/more/patch.yaml", kPod}, {"far/Kustomization", "bases: [\"https://example.com/base?ref=v1\"]\n"}};
  CHECK(Notes(test::Evaluated(Kubernetes(), files, "base")) == "");
  const test::Evaluated prod(Kubernetes(), files, "prod");
  CHECK(Notes(prod) == "prod/kustomization.yaml: namespace: This kustomization is not built, and manifests are judged without it: namespace, patches, patchesStrategicMerge");
  CHECK(prod.document.resources.size() == 1);
  CHECK(test::Evaluated(Kubernetes(), files, "prod/more").document.resources.empty());
  CHECK(Notes(test::Evaluated(Kubernetes(), files, "far")) == "far/Kustomization: \"https://example.com/base?ref=v1\": This kustomization is not built, and manifests are judged without it: resources from elsewhere");
  CHECK(Scopes(files, {"prod/kustomization.yaml"}) == std::vector<std::string>{"prod", "prod/more"});
}

TEST_CASE("templates that are no YAML are noted once for a folder, and what can be read of them is") {
  const test::Evaluated e(Kubernetes(), {{"a.yaml", kPod + "---\n{% for x in y %}\napiVersion: v1\n  kind: [\n{% endfor %}\n"}, {"b.yaml", kTemplate}, {"c.yaml", kPod}}, "");
  CHECK(Notes(e) == "a.yaml: {%: This file and 1 more of the folder are templates that cannot be read before they are filled in");
  CHECK(e.document.resources.size() == 2);
  CHECK(Notes(test::Evaluated(Kubernetes(), {{"a.yaml", "apiVersion: v1\nkind: [\ndata: \"{{ x }}\" # {{ y }}\n"}}, "")).starts_with("not a note"));
}

TEST_CASE("placeholders count outside of quotes and comments") {
  CHECK(FindPlaceholder("a: {{ b }}") == 3);
  CHECK(FindPlaceholder("a: x\n{%- if b %}") == 5);
  CHECK(FindPlaceholder("a: it's {{ b }}") == 8);
  CHECK_FALSE(FindPlaceholder("a: \"{{ b }}\" # {{ c }}"));
  CHECK_FALSE(FindPlaceholder("a: ['{{ b }}', \"{% c %}\"]"));
  CHECK_FALSE(FindPlaceholder("{a: {b: c}}"));
}

}  // namespace
}  // namespace weir::kubernetes
