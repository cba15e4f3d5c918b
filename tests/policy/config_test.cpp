#include "lib/policy/config.h"

#include <set>

#include "lib/policy/policy_names.h"
#include "tests/support/test.h"

namespace weir::policy {
namespace {

Config Read(const std::string& text) {
  const auto config = ParseConfig(".weir.yaml", text, Image::BuiltIn());
  INFO(config.status().message());
  REQUIRE(config.ok());
  return *config;
}
std::string Error(const std::string& text) {
  const auto config = ParseConfig(".weir.yaml", text, Image::BuiltIn());
  return config.ok() ? "fine" : config.status().message();
}
std::string Of(const Config& config, std::string_view policy, std::string_view path = "main.tf", std::string_view language = "terraform") {
  const auto setting = config.For(policy, language, path, Severity::kMedium);
  return !setting ? "-" : setting->off ? "off" : std::string(SeverityName(setting->severity));
}

}  // namespace

TEST_CASE("policies are set by id, alias and pattern; the more exact name wins") {
  const Config config = Read("policies: {aws-s3-public-acl: low, aws-s3-*: off, aws-*: critical, CKV_AWS_24: medium}\n");
  CHECK(Of(config, "aws-s3-public-acl") == "low");
  CHECK(Of(config, "aws-s3-no-versioning") == "off");
  CHECK(Of(config, "aws-rds-unencrypted") == "critical");
  CHECK(Of(config, "aws-security-group-open-ssh") == "medium");
  CHECK(Of(Read("policies: {AVD-AWS-0092: off}\n"), "aws-s3-public-acl") == "off");
  CHECK(Of(Read("block: high\n"), "aws-s3-public-acl") == "-");
}

TEST_CASE("paths and languages have policies, thresholds and exclusions of their own; paths win, later ones over earlier") {
  const Config config = Read(
      "policies: {aws-s3-public-acl: low}\n"
      "paths:\n  \"live/**\": {block: medium, policies: {aws-s3-public-acl: high}}\n  \"live/prod/**\": {policies: {aws-s3-public-acl: critical}}\n  \"sandbox/**\": {exclude: true}\n"
      "  \"sandbox/kept/**\": {exclude: false}\n"
      "languages: {terraform: {block: critical, policies: {aws-s3-public-acl: medium}}}\n");
  CHECK(Of(config, "aws-s3-public-acl", "a.tf") == "medium");
  CHECK(Of(config, "aws-s3-public-acl", "a.yaml", "cloudformation") == "low");
  CHECK(Of(config, "aws-s3-public-acl", "live/a.tf") == "high");
  CHECK(Of(config, "aws-s3-public-acl", "live/prod/a.tf") == "critical");
  CHECK(config.BlockFor("terraform", "a.tf") == Severity::kCritical);
  CHECK(config.BlockFor("terraform", "live/a.tf") == Severity::kMedium);
  CHECK(config.BlockFor("kubernetes", "a.yaml") == Severity::kHigh);
  CHECK(config.Excludes("sandbox/x/a.tf"));
  CHECK_FALSE(config.Excludes("sandbox/kept/a.tf"));
  CHECK_FALSE(config.LanguageOff("terraform"));
  CHECK(Read("languages: {terraform: off}\n").LanguageOff("terraform"));
}

TEST_CASE("what is wrong in a configuration is told with its line and the nearest right name") {
  CHECK(Error("version: 1\nblok: high\n") == ".weir.yaml:2: there is no key 'blok'; did you mean 'block'?");
  CHECK(Error("policies:\n  aws-s3-public-acls: off\n") == ".weir.yaml:2: there is no policy 'aws-s3-public-acls'; did you mean 'aws-s3-public-acl'?");
  CHECK(Error("policies: {CKV_AWS_2O: off}\n").find("did you mean 'CKV_AWS_2") != std::string::npos);
  CHECK(Error("policies: {aws-s4-*: off}\n").find("there is no policy 'aws-s4-*'") != std::string::npos);
  CHECK(Error("policies: {aws-s3-public-acl: hihg}\n").find("off, low, medium, high or critical") != std::string::npos);
  CHECK(Error("paths: {a: {blok: high}}\n") == ".weir.yaml:1: there is no key 'blok' here; did you mean 'block'?");
  CHECK(Error("paths: {a: {exclude: perhaps}}\n").find("true or false") != std::string::npos);
  CHECK(Error("languages: {teraform: off}\n") == ".weir.yaml:1: no policy speaks of the language 'teraform'; did you mean 'terraform'?");
  CHECK(Error("suppressions: {reason: requird}\n") == ".weir.yaml:1: 'requird' is none of its values; did you mean 'required'?");
  CHECK(Error("suppressions: {reasons: required}\n").find("did you mean 'reason'?") != std::string::npos);
  CHECK(Error("waivers:\n- policy: aws-s3-public-acl\n  owner: a\n  reason: b\n") == ".weir.yaml:2: the waiver has no 'until'; it needs policy, owner, reason and until");
  CHECK(Error("waivers:\n- {policy: aws-s3-public-acl, owner: a, reason: b, until: 2027-02-29}\n") == ".weir.yaml:2: '2027-02-29' is no date; write 2027-01-31");
  CHECK(Error("waivers:\n- {policy: aws-s3-public-akl, owner: a, reason: b, until: 2027-02-28}\n").find("did you mean 'aws-s3-public-acl'?") != std::string::npos);
  CHECK(Error(",\"").find(".weir.yaml:1:") == 0);
  for (const char* empty : {"", "# nothing\n", "---\n", "null\n", "{}"}) CHECK(Error(empty) == "fine");
  CHECK(Error("[1, 2]\n").find(".weir.yaml:1:") == 0);
  CHECK(Error("? [a]\n: b\n").find(".weir.yaml:1:") == 0);
}

TEST_CASE("a waiver covers by path and resource") {
  const Config config = Read("waivers:\n- policy: [aws-s3-public-acl, CKV_AWS_24]\n  owner: web\n  reason: site\n  until: 2027-01-31\n  paths: [\"site/**\"]\n  resources: [\"aws_s3_bucket_acl.*\"]\n");
  REQUIRE(config.waivers.size() == 1);
  const Waiver& w = config.waivers[0];
  CHECK(w.line == 2);
  CHECK(w.Covers("site/a.tf", "aws_s3_bucket_acl.b"));
  CHECK_FALSE(w.Covers("other/a.tf", "aws_s3_bucket_acl.b"));
  CHECK_FALSE(w.Covers("site/a.tf", "aws_s3_bucket.b"));
  CHECK_FALSE(w.ExpiredOn("2027-01-31"));
  CHECK(w.ExpiredOn("2027-02-01"));
}

TEST_CASE("adding a waiver keeps every other byte") {
  const Waiver waiver{{"aws-s3-public-acl"}, "web@example.com", "the \"site\": 100 % public", "2027-01-31", {"site/**"}, {}, "", 0};
  const auto add = [&](const std::string& text) {
    const auto out = WithWaiver(text, waiver);
    return out.ok() ? *out : out.status().message();
  };
  const auto item = [](const std::string& indent) {
    return indent + "- policy: aws-s3-public-acl\n" + indent + "  owner: web@example.com\n" + indent + "  reason: \"the \\\"site\\\": 100 % public\"\n" + indent + "  until: 2027-01-31\n" + indent +
           "  paths: [\"site/**\"]\n";
  };
  CHECK(add("") == "version: 1\nwaivers:\n" + item("  "));
  CHECK(add("# ours\nblock: high   # strict") == "# ours\nblock: high   # strict\nwaivers:\n" + item("  "));
  const std::string old = "- {policy: aws-s3-public-acl, owner: a, reason: b, until: 2026-01-01} # first\n";
  CHECK(add("waivers:   # ours\n" + old + "# end\nblock: low\n") == "waivers:   # ours\n" + old + item("") + "# end\nblock: low\n");
  CHECK(add("waivers:\n    " + old + "\n\nblock: low\n") == "waivers:\n    " + old + item("    ") + "\n\nblock: low\n");
  CHECK(add("waivers: []  # none\nblock: low\n") == "waivers:  # none\n" + item("  ") + "block: low\n");
  CHECK(add("waivers: [{policy: a}]\n").find("one waiver below the other") != std::string::npos);
  // Whatever was added reads back as it was meant.
  for (const std::string reason : {"plain", "a: b", "# no", "- x", "yes", "\"quoted\" 'too'", "back\\slash", "tab\there", "*star", "{a}", "ends with space "}) {
    Waiver w = waiver;
    w.reason = reason;
    const auto text = WithWaiver("version: 1\n", w);
    REQUIRE(text.ok());
    std::string expected = reason;
    std::ranges::replace(expected, '\t', ' ');
    CHECK(Read(*text).waivers.at(0).reason == expected);
  }
}

TEST_CASE("days are days of the calendar") {
  for (const char* day : {"2027-01-31", "2028-02-29", "2000-02-29"}) CHECK(IsDate(day));
  for (const char* day : {"2027-02-29", "1900-02-29", "2027-13-01", "2027-00-10", "2027-04-31", "27-01-01", "2027-1-1", "2027/01/01", "2027-01-31T", ""}) CHECK_FALSE(IsDate(day));
}

TEST_CASE("a configuration is one document, whatever stands behind the first") {
  for (const char* text : {"{version: 1}\nblock: low\n", "version: 1\n---\nblock: low\n", "version: 1\n...\nblock: low\n", "{version: 1}\n{block: low}\n", "version: 1\n---\n"}) {
    INFO(text);
    CHECK(Error(text).find("here begins a second document, and a configuration is one") != std::string::npos);
  }
  CHECK(Error("{\"version\": 1}\nblock: low\n").starts_with(".weir.yaml:2: here begins a second document"));
  CHECK(Error("---\nversion: 1\n") == "fine");
  CHECK(Error("# nothing\n") == "fine");
  CHECK(Error("{\"version\": 1, \"block\": \"low\"}\n") == "fine");
}

TEST_CASE("a configuration has no aliases and is flat") {
  CHECK(Error("exclude: &a [*a]\n").starts_with(".weir.yaml:1: anchors and aliases are not read here"));
  CHECK(Error("exclude: [&x a, *x]\n").starts_with(".weir.yaml:1: anchors and aliases"));
  CHECK(Error("exclude: " + std::string(100, '[') + std::string(100, ']') + "\n").find("nested deeper than 64") != std::string::npos);
  CHECK(Error("exclude: " + std::string(100'000, '[') + "\n") != "fine");
  // What names the policies that are read before is guarded as well.
  CHECK(CustomPaths(".weir.yaml", "custom: &a [*a]\n").ok());
  CHECK(CustomPaths(".weir.yaml", "{version: 1}\ncustom: [a]\n").ok());
}

TEST_CASE("paths are excluded by whole name or by one of at most a thousand patterns") {
  std::string text = "exclude:\n";
  for (int i = 0; i < 30'000; ++i) text += "  - modules/m" + std::to_string(i) + "/main.tf\n";
  text += "  - b/**\n  - a/*.tf\n  - c\n";
  const Config config = Read(text);
  for (const char* path : {"modules/m0/main.tf", "modules/m29999/main.tf", "b/c/d.tf", "a/x.tf", "c"}) CHECK(config.Excludes(path));
  for (const char* path : {"modules/m30000/main.tf", "modules/m0/main.tf.json", "a", "", "c/d"}) CHECK(!config.Excludes(path));
  std::string many = "exclude:\n", sections = "paths:\n";
  for (int i = 0; i < 600; ++i) many += "  - x" + std::to_string(i) + "/**\n", sections += "  y" + std::to_string(i) + "/**: {block: low}\n";
  CHECK(Error(many) == "fine");
  CHECK(Error(many + sections).starts_with(".weir.yaml:1003: this is path pattern number 1001, and a configuration has at most 1000"));
}

TEST_CASE("names are looked up, and only so many patterns are compared") {
  const Library library(Image::BuiltIn());
  PolicyNames names(library);
  CHECK(names.Named("no-such-policy").empty());
  for (const char* name : {"KSV017", "ksv-0017", "AVD-KSV-0017"}) {
    REQUIRE(names.Named(name).size() == 1);
    CHECK(names.Named(name).front() == "k8s-privileged");
  }
  CHECK(NamesPolicy("KSV01010", "KSV-01010"));
  CHECK(NamesPolicy("DS002", "DS-0002"));
  CHECK_FALSE(NamesPolicy("KSV17", "KSV-0017"));
  CHECK_FALSE(NamesPolicy("ds002x", "DS-0002"));
  // The same as comparing with each.
  for (const char* name : {"aws-s3-*", "CKV_AWS_24", "AVD-AWS-0092", "*", "a?s-s3-public-acl", "AWS-S3-PUBLIC-ACL", "CKV*", "none"}) {
    std::set<std::string_view> expected;
    for (const PolicyRecord& p : Image::BuiltIn().policies())
      if (NamesPolicy(name, Image::BuiltIn(), p)) expected.insert(Image::BuiltIn().Text(p.id));
    const auto named = names.Named(name);
    CHECK(std::set<std::string_view>(named.begin(), named.end()) == expected);
  }
  std::string many;
  many = "policies:\n";
  for (int i = 0; i < 501; ++i) many += "  \"" + std::string(1 + size_t(i) % 100, '*') + std::string(size_t(i) / 100, '?') + "\": low\n";
  CHECK(Error(many).starts_with(".weir.yaml:502: this is pattern number 501, and a configuration has at most 500"));
  CHECK(Error("policies: {\"" + std::string(129, '*') + "\": low}\n").find("at most 128 characters") != std::string::npos);
}

}  // namespace weir::policy
