// Fixes of findings, from policies of the built-in library: where they are made, and what is not offered.
#include <algorithm>
#include <atomic>

#include "lib/fix/session.h"
#include "tests/support/test.h"

namespace weir::fix {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

struct Scanned {
  explicit Scanned(Files files) : snapshot(git::NewMemorySnapshot(std::move(files))) {
    options.image = &policy::Image::BuiltIn();
    report = scan::ScanTree(*snapshot, "", options);
  }
  std::unique_ptr<git::Snapshot> snapshot;
  scan::Options options;
  scan::Report report;
};

struct Made {
  Files files;      // that were changed
  std::string why;  // where nothing was offered
  bool safe = false;
};

// The fix of the finding of `policy` (on `resource`, where given), made.
Made Fixed(const Files& files, std::string_view policy, std::string_view resource = {}) {
  Scanned scanned(files);
  Proposer proposer(*scanned.snapshot, scanned.options);
  Made made;
  for (const scan::Finding& f : scanned.report.findings) {
    if (f.policy != policy || f.verdict != scan::Verdict::kFail || (!resource.empty() && f.resource != resource)) continue;
    const auto fix = proposer.Propose(f, &made.why);
    if (!fix) return made;
    made.safe = fix->safe;
    for (const Edit& e : fix->edits) made.files[e.file] = *Apply(files.at(e.file), e.file, fix->edits);
    return made;
  }
  FAIL("no such finding: " << policy);
  return made;
}

const std::string kKey = "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = var.rotate\n}\n";
const std::string kRotation = "aws-kms-no-rotation";

}  // namespace

TEST_CASE("a value is changed where it is defined") {
  const std::string variable = "variable \"rotate\" {\n  default = false\n}\n";
  CHECK(Fixed({{"main.tf", kKey}, {"variables.tf", variable}}, kRotation).files == Files{{"variables.tf", "variable \"rotate\" {\n  default = true\n}\n"}});
  CHECK(Fixed({{"main.tf", kKey}, {"variables.tf", variable}, {"terraform.tfvars", "rotate = false # for now\n"}}, kRotation).files == Files{{"terraform.tfvars", "rotate = true # for now\n"}});
  CHECK(Fixed({{"main.tf", kKey}, {"variables.tf", variable}, {"x.auto.tfvars.json", "{\"rotate\": false}\n"}}, kRotation).files == Files{{"x.auto.tfvars.json", "{\"rotate\": true}\n"}});
  CHECK(Fixed({{"main.tf", "locals {\n  on = false\n}\n\nresource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = local.on\n}\n"}}, kRotation).files.at("main.tf").starts_with("locals {\n  on = true\n}"));
  CHECK(Fixed({{"main.tf", "module \"m\" {\n  source = \"./m\"\n  rotate = false\n}\n"}, {"m/main.tf", "variable \"rotate\" {}\n\n" + kKey}}, kRotation).files ==
        Files{{"main.tf", "module \"m\" {\n  source = \"./m\"\n  rotate = true\n}\n"}});
}

TEST_CASE("where changing it there would make another resource worse, the attribute itself is set") {
  const std::string both = kKey + "\nresource \"aws_db_instance\" \"d\" {\n  publicly_accessible = var.rotate\n}\n";
  const Files files{{"main.tf", both}, {"variables.tf", "variable \"rotate\" {\n  default = false\n}\n"}};
  const Made made = Fixed(files, kRotation);
  REQUIRE(made.files.size() == 1);
  CHECK(made.files.at("main.tf").starts_with("resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n}\n"));
}

TEST_CASE("a value that another root uses too is judged there") {
  // Turning the module's default on would make the other root's database public.
  const Files files{{"a/main.tf", "module \"m\" {\n  source = \"../m\"\n}\n"},
                    {"b/main.tf", "module \"m\" {\n  source = \"../m\"\n}\n\nresource \"aws_db_instance\" \"d\" {\n  publicly_accessible = module.m.on\n}\n"},
                    {"m/main.tf", "variable \"rotate\" {\n  default = false\n}\n\noutput \"on\" {\n  value = var.rotate\n}\n\n" + kKey}};
  const Made made = Fixed(files, kRotation);
  REQUIRE(made.files.size() == 1);
  CHECK(made.files.at("m/main.tf").find("default = false") != std::string::npos);
  CHECK(made.files.at("m/main.tf").find("enable_key_rotation = true") != std::string::npos);
}

TEST_CASE("a block of several resources is changed where all of them need it") {
  CHECK(Fixed({{"main.tf", "resource \"aws_kms_key\" \"k\" {\n  count               = 2\n  enable_key_rotation = false\n}\n"}}, kRotation).files.size() == 1);
  const Made each = Fixed({{"main.tf", "resource \"aws_kms_key\" \"k\" {\n  for_each            = toset([\"a\", \"b\"])\n  enable_key_rotation = each.key == \"a\"\n}\n"}}, kRotation);
  CHECK(each.files.empty());
  CHECK(each.why == "the block makes several resources, and not all of them need it");
  const Made map = Fixed({{"main.tf", "resource \"aws_kms_key\" \"k\" {\n  for_each            = { a = true, b = false }\n  enable_key_rotation = each.value\n}\n"}}, kRotation);
  REQUIRE(map.files.size() == 1);
  CHECK(map.files.at("main.tf").find("{ a = true, b = true }") != std::string::npos);
}

TEST_CASE("a resource that is added stands beside every instance") {
  const Made made = Fixed({{"main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  for_each = toset([\"x\", \"y\"])\n  bucket   = each.key\n}\n"}}, "aws-s3-no-versioning");
  REQUIRE(made.files.size() == 1);
  CHECK(made.files.at("main.tf").find("  for_each = aws_s3_bucket.b\n\n  bucket = aws_s3_bucket.b[each.key].id\n") != std::string::npos);
}

TEST_CASE("a file that does not parse is never edited") {
  const Made made = Fixed({{"main.tf", kKey}, {"variables.tf", "variable \"rotate\" {\n  default = false\n}\nresource {\n"}}, kRotation);
  CHECK(made.files.size() <= 1);
  CHECK_FALSE(made.files.contains("variables.tf"));
}

TEST_CASE("a suggestion says what a person must choose and is not safe") {
  const Made made = Fixed({{"main.tf", "resource \"aws_ebs_volume\" \"v\" {\n  availability_zone = \"a\"\n  encrypted         = true\n}\n"}}, "aws-ebs-no-kms-key");
  CHECK(made.files.size() == 1);
  CHECK_FALSE(made.safe);
}

TEST_CASE("all safe fixes together leave nothing for a second run, whatever stands side by side") {
  std::string text;
  for (int i = 0; i < 5; ++i) text += "resource \"aws_s3_bucket\" \"b" + std::to_string(i) + "\" { bucket = \"b\" }\nresource \"aws_db_instance\" \"d" + std::to_string(i) + "\" {}\n";
  text += "resource \"aws_kms_key\" \"k\" {}\n";
  std::string first;
  for (int run = 0; run < 2; ++run) {
    Scanned scanned({{"main.tf", text}});
    Session session(scanned.report, *scanned.snapshot, scanned.options, {});
    while (session.Next() != nullptr)
      if (session.fix() && session.fix()->safe) REQUIRE(session.Accept(session.fix()->edits).ok());
    const auto changes = session.Changes();
    if (run == 0) {
      REQUIRE(changes.size() == 1);
      CHECK(session.fixed() >= 15);
      text = changes[0].after;
    } else {
      CHECK(changes.empty());
      CHECK(session.fixed() == 0);
    }
  }
}

namespace {

// Resources that share variables, modules, policies, selectors and folders with each other, and some that stand alone.
Files Entangled() {
  const auto deployment = [](const std::string& name, const std::string& more) {
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: " + name + "\n  namespace: shop\nspec:\n  replicas: 3\n  selector:\n    matchLabels: {app: " + name +
           "}\n  template:\n    metadata:\n      labels: {app: " + name + "}\n    spec:\n      serviceAccountName: all\n      containers:\n        - name: c\n          image: r.example/" + name + ":1.2\n" + more;
  };
  Files files{{"variables.tf", "variable \"open\" {\n  default = false\n}\n"},
              {"main.tf", "module \"a\" {\n  source = \"./m\"\n  name   = \"a\"\n}\nmodule \"b\" {\n  source = \"./m\"\n  name   = \"b\"\n}\nresource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n"
                          "resource \"aws_kms_key\" \"one\" {\n  enable_key_rotation = var.open\n}\nresource \"aws_kms_key\" \"two\" {\n  enable_key_rotation = var.open\n}\n"
                          "resource \"aws_security_group\" \"s\" {\n  vpc_id = aws_vpc.v.id\n}\nresource \"aws_db_instance\" \"d\" {\n  kms_key_id = aws_kms_key.one.arn\n  vpc_security_group_ids = [aws_security_group.s.id]\n}\n"},
              {"m/main.tf", "variable \"name\" {}\nresource \"aws_s3_bucket\" \"x\" {\n  bucket = var.name\n}\nresource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"logs\"\n}\n"
                            "resource \"aws_s3_bucket_logging\" \"x\" {\n  bucket = aws_s3_bucket.x.id\n  target_bucket = aws_s3_bucket.logs.id\n  target_prefix = \"x\"\n}\n"},
              {"stack.yaml", "Resources:\n  Key:\n    Type: AWS::KMS::Key\n  Queue:\n    Type: AWS::SQS::Queue\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !GetAtt Queue.QueueName\n"},
              {"k/ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: all\n  namespace: shop\n"},
              {"k/policy.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: deny\n  namespace: shop\nspec:\n  podSelector: {}\n  policyTypes: [Ingress]\n"},
              {"Dockerfile", "FROM alpine:latest\nRUN sudo apk add curl\nADD a.txt /a.txt\n"}};
  for (const std::string name : {"web", "api", "job"}) files["k/" + name + ".yaml"] = deployment(name, name == "job" ? "          securityContext: {privileged: true}\n" : "");
  return files;
}

}  // namespace

TEST_CASE("what is proven together is what each would be alone") {
  Scanned scanned(Entangled());
  std::vector<const scan::Finding*> findings;
  for (const scan::Finding& f : scanned.report.findings)
    if (f.verdict == scan::Verdict::kFail) findings.push_back(&f);
  REQUIRE(findings.size() > 80);
  const Proposals all = Proposer(*scanned.snapshot, scanned.options).ProposeAll(findings);
  REQUIRE(all.made.size() == findings.size());
  CHECK(all.untried == 0);
  size_t fixed = 0;
  for (size_t i = 0; i < findings.size(); ++i) {
    std::string why;
    const auto alone = Proposer(*scanned.snapshot, scanned.options).Propose(*findings[i], &why);
    INFO(findings[i]->policy << " on " << findings[i]->resource << " in " << findings[i]->scope);
    CHECK(all.made[i].finding == i);
    CHECK(all.made[i].why == why);
    REQUIRE(all.made[i].fix.has_value() == alone.has_value());
    if (!alone) continue;
    CHECK(all.made[i].fix->edits == alone->edits);
    CHECK(all.made[i].fix->safe == alone->safe);
    ++fixed;
  }
  CHECK(fixed > 30);
}

TEST_CASE("fixes that are made together leave the files that they leave one after another") {
  Scanned scanned(Entangled());
  Session together(scanned.report, *scanned.snapshot, scanned.options, {}), apart(scanned.report, *scanned.snapshot, scanned.options, {});
  (void)together.ApplySafe();
  while (apart.Next() != nullptr)
    if (apart.fix() && apart.fix()->safe) REQUIRE(apart.Accept(apart.fix()->edits).ok());
  CHECK(together.fixed() == apart.fixed());
  CHECK(together.unnecessary() == apart.unnecessary());
  const auto made = together.Changes(), expected = apart.Changes();
  REQUIRE(made.size() == expected.size());
  for (size_t i = 0; i < made.size(); ++i) CHECK(made[i].after == expected[i].after);
}

TEST_CASE("what the time was too short for is told as not tried, and is no refusal") {
  Scanned scanned(Entangled());
  std::vector<const scan::Finding*> findings;
  for (const scan::Finding& f : scanned.report.findings) findings.push_back(&f);
  const Proposals all = Proposer(*scanned.snapshot, scanned.options).ProposeAll(findings);
  size_t between = 0;  // times that ended in the midst of it
  for (const int steps : {0, 3, 10, 30, 60, 100, 200, 400}) {
    std::atomic<int> left = steps;
    const Proposals some = Proposer(*scanned.snapshot, scanned.options).ProposeAll(findings, [&left] { return left-- <= 0; });
    INFO(steps);
    CHECK(some.made.size() + some.untried == findings.size());
    between += some.untried > 0 && !some.made.empty();
    if (steps == 0) CHECK(some.made.empty());
    for (const Proposal& p : some.made) {
      const auto same = std::ranges::find(all.made, p.finding, &Proposal::finding);
      REQUIRE(same != all.made.end());
      CHECK(p.why == same->why);
      CHECK(p.fix.has_value() == same->fix.has_value());
    }
  }
  CHECK(between > 0);
}

TEST_CASE("fixes of a template are made one after another, though its name says no language") {
  const std::string text = "Resources:\n  A:\n    Type: AWS::KMS::Key\n  B:\n    Type: AWS::KMS::Key\n  C:\n    Type: AWS::KMS::Key\n    Properties: {EnableKeyRotation: false}\n";
  Scanned scanned({{"stack.yaml", text}});
  Session session(scanned.report, *scanned.snapshot, scanned.options, {{kRotation}, {}});
  while (session.Next() != nullptr)
    if (session.fix()) REQUIRE(session.Accept(session.fix()->edits).ok());
  CHECK(session.fixed() == 3);
  REQUIRE(session.Changes().size() == 1);
  CHECK(session.Changes()[0].after ==
        "Resources:\n  A:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: true\n  B:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: true\n"
        "  C:\n    Type: AWS::KMS::Key\n    Properties: {EnableKeyRotation: true}\n");
}

TEST_CASE("operations of one fix follow each other at the end of a block, whatever stands behind it") {
  const std::string before = "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: acme-logs\n";
  const std::string added = "      PublicAccessBlockConfiguration:\n        BlockPublicAcls: true\n        BlockPublicPolicy: true\n        IgnorePublicAcls: true\n"
                            "        RestrictPublicBuckets: true\n";
  for (const std::string behind : {"", "  Topic:\n    Type: AWS::SNS::Topic\n", "\n# the end\n"}) {
    const Made made = Fixed({{"stack.yaml", before + behind}}, "aws-s3-no-public-access-block");
    CHECK(made.why == "");
    CHECK(made.files.at("stack.yaml") == before + added + behind);
  }
}

TEST_CASE("a filter takes policies by id and alias, and files by their folder") {
  Scanned scanned({{"a/main.tf", kKey}, {"a/v.tf", "variable \"rotate\" { default = false }\n"}, {"ab/main.tf", kKey}});
  const auto count = [&](const Filter& filter) {
    return std::ranges::count_if(scanned.report.findings, [&](const scan::Finding& f) { return f.policy == kRotation && filter.Takes(f); });
  };
  CHECK(count({{kRotation}, {}}) == 1);
  CHECK(count({{"CKV_AWS_7"}, {}}) == 1);
  CHECK(count({{"aws-s3-no-versioning"}, {}}) == 0);
  CHECK(count({{}, {"a"}}) == 1);
  CHECK(count({{}, {"a/main.tf"}}) == 1);
  CHECK(count({{}, {"ab"}}) == 0);
}

}  // namespace weir::fix
