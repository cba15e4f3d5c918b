#include "lib/scan/suppression.h"

#include "lib/policy/compile.h"
#include "lib/scan/suppression_grammar.h"
#include "tests/scan/support.h"

namespace weir::scan {
namespace {

const std::string kId = "aws-security-group-open-ssh";  // CKV_AWS_24

// The group with a comment above one of its lines (0: above the block), or behind it.
std::string With(const std::string& comment, size_t line, bool behind = false) {
  std::string out;
  size_t number = 0;
  std::istringstream lines(Group("x", kPublic));
  for (std::string text; std::getline(lines, text);) {
    if (++number == line && !behind) out += comment + "\n";
    out += text + (number == line && behind ? " " + comment : "") + "\n";
  }
  return out;
}

// Whether the group's policy has that alias.
bool Also(std::string_view alias) {
  const policy::Image& image = policy::Image::BuiltIn();
  return policy::NamesPolicy(alias, image, *image.Find(kId));
}

std::string States(const std::string& text, const std::string& config = {}) {
  Options options = TestOptions(config);
  options.suppression_states = true;
  std::string out;
  for (const SuppressionState& s : TreeOf({{"a.tf", text}}, options).suppressions) out += std::string(SuppressionKindName(s.kind)) + ": " + s.note + "\n";
  return out;
}

}  // namespace

TEST_CASE("where a comment reaches, form by form") {
  REQUIRE(Blocks(Group("x", kPublic)));
  struct Case {
    std::string comment;
    size_t line;
    bool behind, accepted;
  };
  for (const Case& c : std::vector<Case>{
           // weir's own: the block, a nested block, the attribute; on it or above it; nothing else
           {"# weir:ignore " + kId + " bastion", 1, false, true},
           {"# weir:ignore " + kId + " bastion", 1, true, true},
           {"// weir:ignore " + kId, 3, false, true},
           {"# weir:ignore " + kId, 8, false, true},
           {"# weir:ignore " + kId, 8, true, true},
           {"/* weir:ignore " + kId + " */", 8, true, true},
           {"# weir:ignore " + kId, 2, false, false},
           {"# weir:ignore " + kId, 7, true, false},
           {"# weir:ignore " + kId, 9, false, false},
           {"# weir:ignore CKV_AWS_24 an alias", 8, true, true},
           {"# weir:ignore aws-s3-public-acl, " + kId + " two", 8, true, true},
           {"# weir:ignore aws-security-group-* a pattern", 8, true, true},
           {"# weir:ignore * everything", 8, true, true},
           {"# weir:ignore aws-s3-* another", 8, true, false},
           {"# weir:ignore: " + kId, 8, true, true},
           {"# weir:ignored " + kId, 8, true, false},
           {"# see weir:ignore " + kId, 8, true, false},
           {"# weir:ignore", 8, true, false},
           {"# weir:ignore-file " + kId + " generated", 1, false, true},
           {"# weir:ignore-file " + kId + " not at the top", 4, false, false},
           // Checkov: inside the block, anywhere
           {"# checkov:skip=CKV_AWS_24:bastion", 2, false, true},
           {"#checkov:skip=CKV_AWS_24", 7, true, true},
           {"# checkov:skip=CKV_AWS_1,CKV_AWS_24: two", 5, false, true},
           {"# checkov:skip=CKV_AWS_1 one # checkov:skip=CKV_AWS_24 another", 5, false, true},
           {"# bridgecrew:skip=CKV_AWS_24:older name", 2, false, true},
           {"# checkov:skip=CKV_AWS_24:outside", 1, false, false},
           {"# checkov:skip=CKV_AWS_25:another", 2, false, false},
           // Trivy and tfsec
           {"#trivy:ignore:CKV_AWS_24", 8, true, true},
           {"#tfsec:ignore:" + kId, 1, false, true},
           {"# why: trivy:ignore:aws-0001 trivy:ignore:" + kId, 8, false, true},
           {"#trivy:ignore:" + kId, 2, false, false},
           {"#trivy:ignore:*", 1, false, true},
           {"#trivy:ignore:" + kId + ":exp:2026-11-24", 8, true, true},
           {"#trivy:ignore:" + kId + ":exp:2026-11-23", 8, true, false},
           {"#tfsec:ignore:" + kId + ":ws:default", 8, true, true},
           {"#tfsec:ignore:" + kId + ":ws:production", 8, true, false},
           {"#tfsec:ignore:" + kId + ":ws:default:exp:2027-01-01", 8, true, true},
           {"#trivy:ignore:" + kId + "[from_port=22]", 1, false, true},
           {"#trivy:ignore:" + kId + "[from_port=22,protocol=tcp]", 1, false, true},
           {"#trivy:ignore:" + kId + "[from_port=23]", 1, false, false},
           {"#trivy:ignore:" + kId + "[ingress.protocol=tcp]", 1, false, true},
           {"#trivy:ignore:" + kId + "[from_port=22", 1, false, false},
           {"#trivy:ignore:" + kId + "[description=d]:exp:2027-01-01", 1, false, true},
           {"#tfsec:ignore:aws-vpc-no-public-ingress-sgr", 8, true, Also("AWS-0107")},
           {"#trivy:ignore:aws-ec2-no-public-ingress-sgr", 8, true, Also("AWS-0107")},
           {"#trivy:ignore:avd-aws-0107", 8, true, Also("AWS-0107")},
           {"#trivy:ignore:aws-s3-enable-versioning", 8, true, false},
           // KICS
           {"# kics-scan ignore-line", 8, false, true},
           {"# kics-scan ignore-line", 7, false, false},
           {"# kics-scan ignore-line", 1, false, false},
           {"# kics-scan ignore-block", 3, false, true},
           {"# kics-scan ignore-block", 1, false, true},
           {"# kics-scan ignore-block", 7, false, false},
           {"# kics-scan ignore", 1, false, true},
           {"# kics-scan ignore", 2, false, false},
           {"# kics-scan disable=e0000000-0000-0000-0000-000000000000," + kId, 1, false, true},
           {"# kics-scan disable=e0000000-0000-0000-0000-000000000000", 1, false, false},
           {"# kics-scan enable=aws-s3-public-acl", 1, false, true},
           {"# kics-scan enable=" + kId, 1, false, false},
           {"# kics-scan enable=e0000000-0000-0000-0000-000000000000", 1, false, false},
           // dates
           {"# weir:ignore " + kId + " until=2026-11-24 today", 8, true, true},
           {"# weir:ignore " + kId + " until=2026-11-23 yesterday", 8, true, false},
           {"# weir:ignore " + kId + " the migration until=2026-11-23", 8, true, false},
           {"# weir:ignore " + kId + " until=2027-02-30 no such day", 8, true, false},
           {"# weir:ignore " + kId + " until=soon", 8, true, false},
       }) {
    INFO(c.comment << " at line " << c.line << (c.behind ? ", behind it" : ""));
    CHECK(Blocks(With(c.comment, c.line, c.behind)) == !c.accepted);
  }
}

TEST_CASE("comments of zizmor accept what their audits ask of the step, the job or the workflow") {
  const auto count = [](const std::string& comment, const std::string& other, std::string_view policy) {
    const auto snapshot = git::NewMemorySnapshot({{".github/workflows/ci.yml", "on: push\npermissions: {}\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: acme/setup@v1" + comment +
                                                                                   "\n      - uses: acme/build@v2" + other + "\n"}});
    Options options;
    options.image = &policy::Image::BuiltIn();
    const Report report = ScanTree(*snapshot, "", options);
    return std::ranges::count_if(report.findings, [&](const Finding& f) { return f.policy == policy && f.action != Action::kNone; });
  };
  const std::string unpinned = "github-actions-unpinned";
  CHECK(count("", "", unpinned) == 2);
  CHECK(count(" # zizmor: ignore[unpinned-uses] ours", "", unpinned) == 1);
  CHECK(count(" # zizmor: ignore[unpinned-uses]", " # zizmor: ignore[artipacked, unpinned-uses]", unpinned) == 0);
  CHECK(count(" # zizmor: ignore[artipacked]", "", unpinned) == 2);
  CHECK(count(" # zizmor: ignore[unpinned-uses", "", unpinned) == 2);
}

TEST_CASE("comments in a row above a block or line all reach it; an empty line ends the row") {
  CHECK_FALSE(Blocks("# weir:ignore " + kId + " bastion\n# owner: web\n" + Group("x", kPublic)));
  CHECK(Blocks("# weir:ignore " + kId + " bastion\n\n" + Group("x", kPublic)));
}

TEST_CASE("a comment on one element of a list, or above it, reaches that element alone") {
  const auto group = [](const std::string& above, const std::string& behind) {
    return Group("x", "\n" + above + "      \"10.0.0.0/8\",\n      \"0.0.0.0/0\", " + behind + "\n    ");
  };
  CHECK(Blocks(group("", "")));
  CHECK_FALSE(Blocks(group("", "# weir:ignore " + kId)));
  CHECK(Blocks(group("# weir:ignore " + kId + "\n", "")));
}

TEST_CASE("text that only looks like a comment accepts nothing") {
  const std::string heredoc = "  tags = {\n    note = <<EOT\n# weir:ignore " + kId + "\n# checkov:skip=CKV_AWS_24:x\nEOT\n  }\n";
  std::string inside = Group("x", kPublic);
  inside.insert(inside.find("  ingress"), heredoc);
  CHECK(Blocks(inside));
  std::string in_string = Group("x", kPublic);
  in_string.replace(in_string.find("\"d\""), 3, "\"# checkov:skip=CKV_AWS_24:x\"");
  CHECK(Blocks(in_string));
}

TEST_CASE("a comment on a module's call reaches the module's resources, as in the tools that began it") {
  const auto blocks = [](const std::string& above, const std::string& inside) {
    return TreeOf({{"m/main.tf", Group("x", kPublic)}, {"main.tf", above + "module \"a\" {\n" + inside + "  source = \"./m\"\n}\n"}}).summary.blocking > 0;
  };
  CHECK(blocks("", ""));
  CHECK_FALSE(blocks("#tfsec:ignore:" + kId + "\n", ""));
  CHECK_FALSE(blocks("# weir:ignore " + kId + "\n", ""));
  CHECK_FALSE(blocks("", "  # checkov:skip=CKV_AWS_24:vetted\n"));
  CHECK(blocks("", "  # checkov:skip=CKV_AWS_25:vetted\n"));
}

TEST_CASE("a variable's default that is blamed can be accepted where it stands, or at the resource") {
  const std::string group = Group("x", "var.admin");
  const auto variable = [](const std::string& comment) { return "variable \"admin\" {\n" + comment + "  default = \"0.0.0.0/0\"\n}\n"; };
  CHECK(Blocks(group + variable("")));
  CHECK_FALSE(Blocks(group + variable("  # weir:ignore " + kId + "\n")));
  CHECK_FALSE(Blocks("# weir:ignore " + kId + "\n" + group + variable("")));
}

TEST_CASE("a pattern never accepts a file that cannot be read") {
  const std::string broken = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \n}\n";
  CHECK(Blocks("# kics-scan ignore\n" + broken));
  CHECK(Blocks("# weir:ignore-file * generated\n" + broken));
  CHECK_FALSE(Blocks("# weir:ignore-file syntax-error a template of ours\n" + broken));
}

TEST_CASE("whoever asks is told what each suppression does, or why it does nothing") {
  CHECK(States(With("# weir:ignore " + kId + " bastion", 8, true)) == "holds: accepts 1 finding: bastion\n");
  CHECK(States(With("# weir:ignore " + kId + " until=2026-01-01 old", 8, true)) == "expired: it ended on 2026-01-01\n");
  CHECK(States(With("# weir:ignore aws-s3-public-acl no bucket here", 8, true)) == "unused: nothing that it reaches has such a finding\n");
  CHECK(States(With("# weir:ignore aws-security-group-open-shh typo", 8, true)) ==
        "unknown policy: there is no policy 'aws-security-group-open-shh'; the nearest is 'aws-security-group-open-ssh'\n");
  CHECK(States(With("# weir:ignore " + kId + " until=31.1.2027 x", 8, true)) == "invalid: '31.1.2027' is no date; write 2027-01-31\n");
  CHECK(States(With("# kics-scan ignore", 4, false)) == "invalid: it counts only in the comments at the top of the file\n");
  CHECK(States(With("# weir:ignore " + kId, 8, true), "suppressions: {reason: required}") == "not allowed: the configuration does not allow it\n");
}

TEST_CASE("a configuration may demand a reason and an end, and refuse by severity") {
  const std::string bare = With("# weir:ignore " + kId, 8, true), reason = With("# weir:ignore " + kId + " bastion", 8, true);
  const std::string both = With("# weir:ignore " + kId + " until=2027-01-01 bastion", 8, true);
  CHECK_FALSE(Blocks(bare));
  CHECK(Blocks(bare, "suppressions: {reason: required}"));
  CHECK_FALSE(Blocks(reason, "suppressions: {reason: required}"));
  CHECK(Blocks(reason, "suppressions: {reason: required, until: required}"));
  CHECK_FALSE(Blocks(both, "suppressions: {reason: required, until: required}"));
  CHECK(Blocks(both, "suppressions: {refuse: high}"));
  CHECK_FALSE(Blocks(both, "suppressions: {refuse: critical}"));
  Options options = TestOptions("suppressions: {reason: required}");
  for (const Finding& f : TreeOf({{"a.tf", bare}}, options).findings)
    if (f.policy == kId) CHECK(f.refused == "a.tf:8 does not accept it: it gives no reason (suppressions.reason: required)");
}

TEST_CASE("without suppressions everything is judged as it is") {
  Options options = TestOptions();
  options.suppress = false;
  CHECK(TreeOf({{"a.tf", With("# weir:ignore " + kId + " bastion", 8, true)}}, options).summary.blocking == 1);
}

TEST_CASE("annotations and metadata are read in every form that the tools document") {
  const auto annotation = [](std::string_view key, std::string_view value) {
    Suppression s;
    if (!ParseAnnotation(key, value, s)) return std::string("none");
    std::string out;
    for (const std::string& id : s.ids) out += id + " ";
    return out + "'" + s.reason + "' " + s.until + s.problem;
  };
  CHECK(annotation("checkov.io/skip1", "CKV_K8S_20=a reason = with signs") == "CKV_K8S_20 'a reason = with signs' ");
  CHECK(annotation("bridgecrew.io/skip2", "CKV_K8S_14") == "CKV_K8S_14 '' ");
  CHECK(annotation("cortex.io/skip3", "CKV_K8S_11=x") == "CKV_K8S_11 'x' ");
  CHECK(annotation("weir/ignore", "k8s-a, k8s-b until=2027-01-31 a reason") == "k8s-a k8s-b 'a reason' 2027-01-31");
  CHECK(annotation("weir/ignore-2", "") == "'' it names no policy");
  CHECK(annotation("example.io/skip1", "CKV_K8S_20=x") == "none");
  CHECK(annotation("checkov.io/other", "CKV_K8S_20=x") == "none");

  const policy::Compiled compiled = policy::Compile({{"p.yaml", R"yaml(id: k8s-x
title: t
severity: low
category: convention
aliases: [CKV_X_1]
why: A reason that is long enough.
docs: https://example.com
rules:
  - kubernetes: [Pod]
    pass: "has(self.spec)"
examples:
  - kubernetes: "{apiVersion: v1, kind: Pod, metadata: {name: p}}"
    fail: {Pod/default/p: spec}
)yaml"}});
  for (const policy::CompileError& error : compiled.errors) FAIL(error.ToString());
  const auto image = policy::Image::Open(compiled.image, false);

  // One resource with the metadata of `maker`, and a finding on it.
  const auto verdict = [&](auto maker) {
    Evaluation evaluation;
    const std::string source = "metadata: checkov weir cfn_nag skip rules_to_suppress\n";
    const FileId file = evaluation.sources.Add("t.yaml", source);
    Arena& arena = evaluation.arena;
    const auto text = [&](std::string_view t) -> const Value* { return NewString(arena, t, {file, 0, 8}); };
    const auto map = [&](std::vector<Entry> entries) -> const Value* { return NewMapping(arena, Kind::kMap, arena.Copy(entries), {file, 0, 8}); };
    const auto list = [&](std::vector<const Value*> items) -> const Value* { return NewSequence(arena, Kind::kList, arena.Copy(items), {file, 0, 8}); };
    Resource resource;
    resource.body = maker(text, map, list);
    resource.block = resource.header = {file, 0, 50};
    evaluation.documents.push_back(std::make_unique<Document>());
    evaluation.documents[0]->resources.push_back(&resource);
    std::vector<Finding> findings(1);
    Finding& f = findings[0];
    f.policy = "k8s-x";
    f.in = &resource;
    f.image = &*image;
    f.rule = &image->rules()[0];
    f.document = evaluation.documents[0].get();
    f.span = f.block = resource.block;
    Suppress(evaluation, findings, {"2026-11-24"});
    return f.verdict == Verdict::kSuppressed ? "accepted: " + f.reason : std::string("fails");
  };
  CHECK(verdict([](auto text, auto map, auto) { return map({{"metadata", map({{"annotations", map({{"checkov.io/skip1", text("CKV_X_1=fine"), {}}}), {}}}), {}}}); }) == "accepted: fine");
  CHECK(verdict([](auto text, auto map, auto) {
          return map({{"spec", map({{"template", map({{"metadata", map({{"annotations", map({{"weir/ignore", text("k8s-x fine"), {}}}), {}}}), {}}}), {}}}), {}}});
        }) == "accepted: fine");
  CHECK(verdict([](auto text, auto map, auto list) {
          return map({{"Metadata", map({{"checkov", map({{"skip", list({map({{"id", text("CKV_X_1"), {}}, {"comment", text("fine"), {}}})}), {}}}), {}}}), {}}});
        }) == "accepted: fine");
  CHECK(verdict([](auto text, auto map, auto list) { return map({{"metadata", map({{"checkov", list({text("CKV_X_2"), text("CKV_X_1:fine: so")}), {}}}), {}}}); }) == "accepted: fine: so");
  CHECK(verdict([](auto text, auto map, auto list) {
          return map({{"Metadata", map({{"cfn_nag", map({{"rules_to_suppress", list({map({{"id", text("CKV_X_1"), {}}, {"reason", text("fine"), {}}})}), {}}}), {}}}), {}}});
        }) == "accepted: fine");
  CHECK(verdict([](auto text, auto map, auto list) {
          return map({{"Metadata", map({{"weir", map({{"ignore", list({text("k8s-x until=2026-01-01 over")}), {}}}), {}}}), {}}});
        }) == "fails");
}

}  // namespace weir::scan
