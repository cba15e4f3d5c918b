// What a finding stays the same through: lines, names of files and folders, layout, order, another file.
#include <set>

#include "lib/scan/fingerprint.h"
#include "tests/scan/support.h"

namespace weir::scan {
namespace {

std::multiset<uint64_t> FingerprintsOf(const Files& files) {
  const Report report = TreeOf(files);
  std::multiset<uint64_t> out;
  for (const Finding& f : report.findings)
    if (f.verdict == Verdict::kFail) out.insert(Fingerprint(f));
  return out;
}

// Every fingerprint of `before` is there after, and only `more` has others.
void Compare(const std::string& what, const Files& before, const Files& after, bool more = false) {
  INFO(what);
  const auto old = FingerprintsOf(before), now = FingerprintsOf(after);
  REQUIRE(old.size() >= 3);
  CHECK(std::ranges::includes(now, old));
  CHECK((now.size() > old.size()) == more);
}

const std::string kGroup = "resource \"aws_security_group\" \"web\" {\n  name = \"web\"\n\n  ingress {\n    from_port   = 22\n    to_port     = 22\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
const std::string kBucket = "resource \"aws_s3_bucket\" \"logs\" {\n  acl = \"public-read\"\n}\n";
const std::string kTemplate =
    "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead\n  Web:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n"
    "      GroupDescription: web\n      SecurityGroupIngress:\n        - Description: d\n          IpProtocol: tcp\n          FromPort: 22\n          ToPort: 22\n          CidrIp: 0.0.0.0/0\n";
const std::string kJson =
    R"({"Resources":{"Web":{"Type":"AWS::EC2::SecurityGroup","Properties":{"GroupDescription":"web","SecurityGroupIngress":[
      {"Description":"d","IpProtocol":"tcp","FromPort":22,"ToPort":22,"CidrIp":"0.0.0.0/0"}]}},
    "Logs":{"Type":"AWS::S3::Bucket","Properties":{"AccessControl":"PublicRead"}}}})";
const std::string kPod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: true\n  containers:\n    - name: web\n      image: nginx\n      securityContext:\n        privileged: true\n";
const std::string kDocker = "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y sudo\nRUN curl -k https://example.com/x | sh\n";
const std::string kCompose = "services:\n  web:\n    image: nginx\n    privileged: true\n";
const std::string kWorkflow = "on: pull_request_target\npermissions: write-all\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: echo \"${{ github.event.issue.title }}\"\n";

std::string Replaced(std::string text, const std::string& part, const std::string& by) {
  const size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

TEST_CASE("a finding is the same after its lines moved, its file got another name, and its text another layout, in every language") {
  Compare("Terraform: lines, order", {{"main.tf", kGroup + kBucket}}, {{"main.tf", "# a\n\n" + kBucket + "\n# b\n" + kGroup}});
  Compare("Terraform: file and folder", {{"a/main.tf", kGroup + kBucket}}, {{"b/all.tf", kGroup + kBucket}});
  Compare("Terraform: another file", {{"main.tf", kGroup + kBucket}}, {{"main.tf", kBucket}, {"web.tf", kGroup}});
  Compare("Terraform: layout", {{"main.tf", kGroup}}, {{"main.tf", Replaced(Replaced(kGroup, "from_port   = 22", "from_port=22"), "[\"0.0.0.0/0\"]", "[\n      \"0.0.0.0/0\",\n    ]")}});
  Compare("CloudFormation: lines, file, JSON", {{"a/t.yaml", kTemplate}}, {{"b/u.json", kJson}});
  Compare("CloudFormation: layout", {{"t.yaml", kTemplate}}, {{"t.yaml", "# a\n" + Replaced(kTemplate, "CidrIp: 0.0.0.0/0", "\"CidrIp\": '0.0.0.0/0'")}});
  Compare("Kubernetes: lines, file, folder", {{"a/pod.yaml", kPod}}, {{"b/web.yaml", "# a\n\n" + kPod}});
  Compare("Kubernetes: layout", {{"pod.yaml", kPod}}, {{"pod.yaml", Replaced(kPod, "      securityContext:\n        privileged: true\n", "      securityContext: {privileged: true}\n")}});
  Compare("Dockerfile: lines, file", {{"Dockerfile", kDocker}}, {{"Dockerfile.web", "# a\n" + kDocker}});
  Compare("Dockerfile: folder", {{"a/Dockerfile", kDocker}}, {{"b/Dockerfile", kDocker}});
  Compare("Dockerfile: layout, another instruction before", {{"Dockerfile", kDocker}}, {{"Dockerfile", Replaced(Replaced(kDocker, "&&", "\\\n  &&"), "RUN curl", "RUN date\nRUN curl")}});
  Compare("Compose: lines, file, folder", {{"a/compose.yaml", kCompose}}, {{"b/docker-compose.yml", "# a\n" + kCompose}});
  Compare("GitHub Actions: lines, file", {{".github/workflows/a.yml", kWorkflow}}, {{".github/workflows/b.yml", "# a\n" + kWorkflow}});
  Compare("GitHub Actions: another step before", {{".github/workflows/a.yml", kWorkflow}}, {{".github/workflows/a.yml", Replaced(kWorkflow, "      - run", "      - run: date\n      - run")}});
}

TEST_CASE("a second finding of the same kind beside the first is another one, before it or after it, in every language") {
  const std::string ingress = "  ingress {\n    from_port   = 22\n    to_port     = 22\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n";
  Compare("Terraform", {{"main.tf", kGroup}}, {{"main.tf", Replaced(kGroup, "  ingress", ingress + "  ingress")}}, true);
  Compare("CloudFormation", {{"t.yaml", kTemplate}}, {{"t.yaml", kTemplate + "        - {Description: d, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}\n"}}, true);
  Compare("Kubernetes", {{"pod.yaml", kPod}}, {{"pod.yaml", kPod + "    - {name: b, image: nginx, securityContext: {privileged: true}}\n"}}, true);
  Compare("Dockerfile", {{"Dockerfile", kDocker}}, {{"Dockerfile", Replaced(kDocker, "RUN curl", "RUN curl -k https://example.com/y | sh\nRUN curl")}}, true);
  Compare("Compose", {{"compose.yaml", kCompose}}, {{"compose.yaml", kCompose + "  db:\n    image: postgres\n    privileged: true\n"}}, true);
  Compare("GitHub Actions", {{".github/workflows/a.yml", kWorkflow}}, {{".github/workflows/a.yml", kWorkflow + "      - run: echo \"${{ github.event.issue.title }}\"\n"}}, true);
}

}  // namespace
}  // namespace weir::scan
