#include "lib/lang/kubernetes/kubernetes.h"
#include "lib/lang/terraform/terraform.h"
#include "tests/lang/evaluated.h"
#include "tests/policy/functions/support.h"

namespace weir::policy {
namespace {

// The first resource of a file as `self`.
struct Judged : test::Bench {
  Judged(const Language& language, std::string path, std::string text) : evaluated(language, {{std::move(path), std::move(text)}}, "") {
    REQUIRE(!evaluated.document.resources.empty());
    slots[kSelf] = cel::Value::FromModel(evaluated.document.resources[0]->body);
  }
  std::string Blame(const std::string& expression) {
    cel::CompileError error;
    programs.push_back(cel::Compile(expression, PolicyEnvironment(), error));
    INFO(expression << ": " << error.message);
    REQUIRE(!programs.back().empty());
    std::string out;
    for (const cel::Access& access : cel::Explain(programs.back(), slots, context)) {
      std::vector<std::string_view> keys(access.path.begin(), access.path.end());
      out += (out.empty() ? "" : ", ") + FormatPath(keys);
    }
    return out;
  }
  weir::test::Evaluated evaluated;
};

Judged Manifest(std::string text) { return Judged(kubernetes::Kubernetes(), "a.yaml", std::move(text)); }

TEST_CASE("what is absent in a pod or a container is blamed where it would stand") {
  Judged j = Manifest("apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          hostPID: true\n          containers:\n          - name: a\n            image: x:1\n          initContainers:\n          - name: b\n");
  const std::string spec = "spec.jobTemplate.spec.template.spec.";
  CHECK(j.Blame("k8s.podSpec(self).hostPID != true") == spec + "hostPID");
  CHECK(j.Blame("k8s.podSpec(self).securityContext.runAsNonRoot == true") == spec + "securityContext.runAsNonRoot");
  CHECK(j.Blame("k8s.pod(self).spec.hostUsers == false") == spec + "hostUsers");
  CHECK(j.Blame("k8s.allContainers(self).all(c, c.image == 'x:1')") == spec + "initContainers[0].image");
  CHECK(j.Blame("!k8s.containers(self).exists(c, c.name == 'a')") == spec + "containers[0].name");
  CHECK(j.Blame("k8s.pods(self).all(p, p.spec.hostUsers == false)") == spec + "hostUsers");
}

TEST_CASE("a container of Terraform's provider is found in its blocks") {
  Judged j(terraform::Terraform(), "main.tf",
           "resource \"kubernetes_deployment\" \"web\" {\n  spec {\n    template {\n      spec {\n        container {\n          image = \"a:1\"\n        }\n        container {\n          image = \"b:1\"\n        }\n        init_container {\n          image = \"c:1\"\n        }\n      }\n    }\n  }\n}\n");
  CHECK(j.Run("k8s.containers(self).map(c, c.image) == ['a:1', 'b:1']") == "true");
  CHECK(j.Run("k8s.allContainers(self).size() == 3") == "true");
  CHECK(j.Blame("k8s.containers(self).all(c, c.image != 'b:1')") == "spec[0].template[0].spec[0].container[1].image");
  Judged attribute(terraform::Terraform(), "main.tf", "resource \"kubernetes_pod\" \"web\" {\n  spec {\n    container = [{ image = \"a:1\" }]\n  }\n}\n");
  CHECK(attribute.Run("k8s.containers(self).size() == 0") == "true");
}

TEST_CASE("a flag is read from the words of a command line, and from those of a script") {
  Judged j = Manifest("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - command: [/usr/bin/kube-apiserver, --anonymous-auth=false, --profiling, --port, \"0\", --twice=a, --twice=b]\n    args: [\"--in-args=1\"]\n  - command: [sh, -c]\n    args: [\"exec kube-apiserver --quiet '--x=1'\"]\n  - command: [etcd, \"--cert={{ cert }}\", \"{{ more }}\"]\n  - name: none\n");
  const auto first = [](const std::string& name) { return "k8s.flag(k8s.containers(self)[0], '" + name + "')"; };
  CHECK(j.Run(first("anonymous-auth") + " == false") == "true");
  CHECK(j.Run(first("profiling") + " == 'true'") == "true");
  CHECK(j.Run(first("port") + " == '0'") == "true");
  CHECK(j.Run(first("twice") + " == 'b'") == "true");
  CHECK(j.Run(first("in-args") + " == '1'") == "true");
  CHECK(j.Run(first("anonymous") + " == null") == "true");
  CHECK(j.Run("k8s.flag(k8s.containers(self)[1], 'x') == '1'") == "true");
  CHECK(j.Run("k8s.flag(k8s.containers(self)[2], 'cert')") == "unknown");
  CHECK(j.Run("k8s.flag(k8s.containers(self)[2], 'key')") == "unknown");
  CHECK(j.Run("k8s.flag(k8s.containers(self)[3], 'key') == null") == "true");
  CHECK(j.Run("[true, true, false, false] == k8s.containers(self).map(c, k8s.runs(c, 'kube-apiserver'))") == "unknown");  // the third has more
  CHECK(j.Run("k8s.runs(k8s.containers(self)[1], 'kube-apiserver')") == "true");
  CHECK(j.Run("k8s.runs(k8s.containers(self)[3], 'etcd')") == "false");
  Judged other = Manifest("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - args: [\"--kubelet-service=kube-system/kubelet\"]\n");
  CHECK(other.Run("k8s.runs(k8s.containers(self)[0], 'kubelet')") == "false");  // what a flag is given is no program
  CHECK(j.Blame(first("anonymous-auth") + " == true") == "spec.containers[0].command[1]");
  CHECK(j.Blame(first("audit-log-path") + " != null") == "spec.containers[0].command");
  CHECK(j.Blame("k8s.flag(k8s.containers(self)[3], 'x') != null") == "spec.containers[3]");
}

}  // namespace
}  // namespace weir::policy
