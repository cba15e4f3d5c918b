#include "lib/scan/scan.h"

#include "tests/scan/support.h"

namespace weir::scan {
namespace {

Report ScanOf(const Files& before, const Files& after, const std::vector<std::pair<std::string, std::string>>& renames = {}) {
  Options options;
  options.image = &policy::Image::BuiltIn();
  options.today = "2026-11-24";
  return ScanChange(ChangeOf(before, after, renames), options);
}

std::string Introduced(const Report& report) {
  std::string out;
  for (const Finding& f : report.findings)
    if (f.verdict == Verdict::kFail && f.status == FindingStatus::kIntroduced && f.severity >= policy::Severity::kHigh)
      out += std::string(f.policy) + " " + std::string(f.file) + ":" + std::to_string(f.start.line) + "\n";
  return out;
}

}  // namespace

TEST_CASE("what the change made worse is introduced, what was there persists, what went is fixed") {
  CHECK(Introduced(ScanOf({{"a.tf", Group("x", kPrivate)}}, {{"a.tf", Group("x", kPublic)}})) == "aws-security-group-open-ssh a.tf:8\n");
  CHECK(Introduced(ScanOf({{"a.tf", Group("x", kPublic)}}, {{"a.tf", "# owner: web\n\n" + Group("x", kPublic)}})).empty());
  CHECK(ScanOf({{"a.tf", Group("x", kPublic)}}, {{"a.tf", Group("x", kPrivate)}}).summary.fixed >= 1);
}

TEST_CASE("a block that was renamed, moved to another file, or moved by a moved block is not new") {
  const std::string moved = "moved {\n  from = aws_security_group.x\n  to   = aws_security_group.y\n}\n";
  CHECK(Introduced(ScanOf({{"a.tf", Group("x", kPublic)}}, {{"a.tf", Group("y", kPublic)}})).empty());
  CHECK(Introduced(ScanOf({{"a.tf", Group("x", kPublic)}}, {{"a.tf", moved + Group("y", kPublic)}})).empty());
  CHECK(Introduced(ScanOf({{"a.tf", Group("x", kPublic)}}, {{"b.tf", Group("x", kPublic)}}, {{"a.tf", "b.tf"}})).empty());
  CHECK(Introduced(ScanOf({{"a.tf", Group("x", kPublic)}, {"b.tf", "# b\n"}}, {{"a.tf", "# a\n"}, {"b.tf", Group("x", kPublic)}})).empty());
}

TEST_CASE("what was in a container, and in a file beside it, is not new when another is put before it") {
  const auto pod = [](const std::string& name, const std::string& containers) { return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + name + "\nspec:\n  containers:\n" + containers; };
  const std::string bad = "  - name: bad\n    image: registry.example.com/a:1.2.3\n    securityContext: {privileged: true}\n", good = "  - name: good\n    image: registry.example.com/a:1.2.3\n";
  const std::string also_bad = "  - name: worse\n    image: registry.example.com/a:1.2.3\n    securityContext: {privileged: true}\n";
  CHECK(Introduced(ScanOf({}, {{"a.yaml", pod("web", bad)}})) == "k8s-privileged a.yaml:9\n");
  CHECK(Introduced(ScanOf({{"a.yaml", pod("web", bad)}}, {{"a.yaml", pod("web", good + bad)}})).empty());
  CHECK(Introduced(ScanOf({{"a.yaml", pod("web", bad)}}, {{"a.yaml", pod("web", also_bad + bad)}})) == "k8s-privileged a.yaml:9\n");
  CHECK(Introduced(ScanOf({{"z.yaml", pod("web", bad)}, {"b.yaml", pod("web", good)}}, {{"z.yaml", pod("web", bad)}, {"b.yaml", pod("web", bad)}})) == "k8s-privileged b.yaml:9\n");
  CHECK(Introduced(ScanOf({{"a.yaml", pod("web", bad)}}, {{"b.yaml", pod("web", bad)}})).empty());
  CHECK(Introduced(ScanOf({{"a.yaml", pod("web", bad)}}, {{"a.yaml", pod("shop", bad)}})).empty());
  CHECK(Introduced(ScanOf({{"x/a.yaml", pod("web", bad)}, {"x/b.yaml", pod("b", good)}}, {{"y/a.yaml", pod("web", bad)}, {"x/b.yaml", pod("b", good)}}, {{"x/a.yaml", "y/a.yaml"}})).empty());
}

TEST_CASE("the default of a variable that opens a port is blamed, also from a module") {
  const Files before = {{"main.tf", Group("x", "var.admin")}, {"variables.tf", "variable \"admin\" {\n  default = \"10.0.0.0/8\"\n}\n"}};
  Files after = before;
  after["variables.tf"] = "variable \"admin\" {\n  default = \"0.0.0.0/0\"\n}\n";
  CHECK(Introduced(ScanOf(before, after)) == "aws-security-group-open-ssh variables.tf:2\n");
  const Files caller = {{"m/main.tf", Group("x", "var.admin") + "variable \"admin\" {}\n"}, {"live/main.tf", "module \"m\" {\n  source = \"../m\"\n  admin  = \"10.0.0.0/8\"\n}\n"}};
  Files opened = caller;
  opened["live/main.tf"] = "module \"m\" {\n  source = \"../m\"\n  admin  = \"0.0.0.0/0\"\n}\n";
  CHECK(Introduced(ScanOf(caller, opened)) == "aws-security-group-open-ssh live/main.tf:3\n");
}

TEST_CASE("a file that does not parse is one finding and hides nothing else") {
  const Report report = ScanOf({}, {{"bad.tf", "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \n}\n"}, {"good.tf", Group("x", kPublic)}});
  size_t syntax = 0;
  for (const Finding& f : report.findings) syntax += f.policy == "syntax-error";
  CHECK(syntax == 1);
  CHECK(Introduced(report).find("aws-security-group-open-ssh good.tf:8") != std::string::npos);
}

TEST_CASE("a manifest that is too large stops the change beside it, unless it is excluded") {
  const std::string pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n";
  const Files before = {{"k/big.yaml", pod + "# " + std::string(9u << 20, 'x')}, {"k/a.yaml", pod}};
  Files after = before;
  after["k/a.yaml"] += "# changed\n";
  Options options = TestOptions();
  CHECK(ScanChange(ChangeOf(before, after), options).incomplete.size() == 1);
  Options excluding = TestOptions("version: 1\nexclude: [k/big.yaml]\n");
  CHECK(ScanChange(ChangeOf(before, after), excluding).incomplete.empty());
}

TEST_CASE("a wrong configuration names line and nearest right name") {
  const auto message = [](const std::string& text) {
    const auto config = policy::ParseConfig(".weir.yaml", text, policy::Image::BuiltIn());
    return config.ok() ? std::string() : config.status().message();
  };
  CHECK(message("version: 1\nblock: critical\n").empty());
  CHECK(message("version: 1\nblok: high\n") == ".weir.yaml:2: there is no key 'blok'; did you mean 'block'?");
  CHECK(message("policies: {aws-s3-public-acls: off}\n").find("did you mean 'aws-s3-public-acl'") != std::string::npos);
  CHECK(message("block: [\n").find(".weir.yaml:") == 0);
}

}  // namespace weir::scan
