#include "lib/server/settings.h"

#include "lib/server/audit.h"
#include "tests/support/test.h"

namespace weir::server {
namespace {

const policy::Image& Library() { return policy::Image::BuiltIn(); }

policy::Config Repository(const std::string& text) {
  const auto config = policy::ParseConfig(".weir.yaml", text, Library());
  INFO(config.status().message());
  REQUIRE(config.ok());
  return *config;
}

TEST_CASE("settings of a server that cannot be understood name line and remedy") {
  struct Case {
    const char *text, *says;
  };
  const Case cases[] = {
      {"server: 1", "s.yaml:1: 'server' is a mapping"},
      {"version: 1\nserver:\n  on-eror: accept", "s.yaml:3: there is no key 'on-eror' in 'server'; did you mean 'on-error'?"},
      {"server: {on-error: acept}", "'acept' is none of its values; did you mean 'accept'?"},
      {"server: {time-limit: 0}", "'time-limit' is a number from 1 to 86400"},
      {"server: {time-limit: soon}", "'time-limit' is a number from 1 to 86400"},
      {"server: {override: alice}", "'override' is a list of user names"},
      {"server: {audit: log}", "'audit' is an absolute path"},
      {"server: {user: []}", "'user' is a text"},
      {"blok: high", "s.yaml:1: there is no key 'blok'; did you mean 'block'?"},
      {"server: {", "s.yaml:"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const auto settings = ParseSettings("s.yaml", c.text, Library());
    CHECK(settings.status().code() == Code::kUsage);
    CHECK(settings.status().message().find(c.says) != std::string::npos);
  }
  CHECK(policy::ParseConfig(".weir.yaml", "server: {}", Library()).status().message().find("weir.config names") != std::string::npos);
}

TEST_CASE("settings of a server are read") {
  const auto s = ParseSettings("s.yaml",
                               "block: medium\nserver: {repository: trust, commits: all, on-error: accept, time-limit: 5, memory-limit: 100,"
                               " override: [a, b], administrators: [c], user: WHO, audit: /log}",
                               Library());
  REQUIRE(s.ok());
  CHECK(s->config.block == policy::Severity::kMedium);
  CHECK(s->repository == RepositoryConfig::kTrust);
  CHECK(s->commits == Commits::kAll);
  CHECK(s->on_error == OnError::kAccept);
  CHECK(s->time_limit == 5);
  CHECK(s->memory_limit == 100);
  CHECK(s->override_users == std::vector<std::string>{"a", "b"});
  CHECK(s->administrators == std::vector<std::string>{"c"});
  CHECK(s->user_variable == "WHO");
  CHECK(s->audit == "/log");
}

TEST_CASE("a repository's configuration tightens a server's and never weakens it") {
  const policy::Config server = Repository("block: high\njudge: touched\npolicies: {aws-kms-no-rotation: off, aws-s3-public-acl: medium}\nlimits: {file_size: 1000}");
  const policy::Config weaker = Tighten(server, Repository("block: critical\njudge: introduced\nexclude: ['**']\npolicies: {aws-s3-public-acl: low, "
                                                            "aws-security-group-open-ssh: off}\nlimits: {file_size: 2000}"),
                                        Library());
  CHECK(weaker.block == policy::Severity::kHigh);
  CHECK(weaker.judge == policy::Judge::kTouched);
  CHECK(weaker.exclude.empty());
  CHECK(weaker.policies.at("aws-s3-public-acl").severity == policy::Severity::kMedium);
  CHECK(weaker.policies.count("aws-security-group-open-ssh") == 0);
  CHECK(weaker.limits.file_size == 1000);

  const policy::Config stricter = Tighten(server, Repository("block: low\njudge: all\nunknown: block\npolicies: {aws-s3-public-acl: critical, "
                                                              "aws-kms-no-rotation: high}\nlimits: {file_size: 10}"),
                                          Library());
  CHECK(stricter.block == policy::Severity::kLow);
  CHECK(stricter.judge == policy::Judge::kAll);
  CHECK(stricter.unknown == policy::OnUnknown::kBlock);
  CHECK(stricter.policies.at("aws-s3-public-acl").severity == policy::Severity::kCritical);
  CHECK_FALSE(stricter.policies.at("aws-kms-no-rotation").off);
  CHECK(stricter.limits.file_size == 10);
}

TEST_CASE("paths, languages, waivers and suppressions of a repository tighten a server's too") {
  const policy::Config server = Repository("policies: {aws-s3-public-acl: high}\nsuppressions: {reason: required, refuse: critical}");
  const policy::Config out = Tighten(server, Repository("paths:\n  '**': {exclude: true, block: critical, policies: {aws-s3-public-acl: low, aws-kms-no-rotation: off}}\n"
                                                        "  'live/**': {block: low, policies: {aws-s3-public-acl: critical}}\nlanguages: {terraform: off}\n"
                                                        "suppressions: {until: required, refuse: medium}\n"
                                                        "waivers: [{policy: aws-s3-public-acl, owner: a, reason: b, until: 2199-01-01}]"),
                                     Library());
  const auto severity = [&](std::string_view path) { return out.For("aws-s3-public-acl", "terraform", path, policy::Severity::kMedium)->severity; };
  CHECK_FALSE(out.Excludes("a.tf"));
  CHECK_FALSE(out.LanguageOff("terraform"));
  CHECK(out.waivers.empty());
  CHECK(severity("a.tf") == policy::Severity::kHigh);
  CHECK(severity("live/a.tf") == policy::Severity::kCritical);
  CHECK(out.BlockFor("terraform", "a.tf") == policy::Severity::kHigh);
  CHECK(out.BlockFor("terraform", "live/a.tf") == policy::Severity::kLow);
  CHECK_FALSE(out.For("aws-kms-no-rotation", "terraform", "a.tf", policy::Severity::kMedium));
  CHECK(out.exceptions.need_reason);
  CHECK(out.exceptions.need_end);
  CHECK(out.exceptions.refuse == policy::Severity::kMedium);
}

TEST_CASE("a line of the record holds what a reader of logs needs, whatever bytes it is made of") {
  AuditRecord record{.event = "pre-receive", .who = {"al\"ice\n", "infra"}, .ref = "refs/heads/\xff", .old_id = "1", .new_id = "2", .result = "rejected",
                     .override_reason = "", .override_allowed = false, .incomplete = {}, .findings = {}, .policies = {0xabc, 0xdef}};
  record.findings.push_back({"aws-s3-public-acl", "aws_s3_bucket.b", "main.tf", "block", policy::Severity::kCritical, 4});
  CHECK(AuditLine(record, 0) ==
        "{\"time\":\"1970-01-01T00:00:00Z\",\"event\":\"pre-receive\",\"user\":\"al\\\"ice\\n\",\"repository\":\"infra\",\"ref\":\"refs/heads/\xef\xbf\xbd\",\"old\":\"1\","
        "\"new\":\"2\",\"result\":\"rejected\",\"findings\":[{\"policy\":\"aws-s3-public-acl\",\"severity\":\"critical\",\"action\":\"block\",\"resource\":"
        "\"aws_s3_bucket.b\",\"file\":\"main.tf\",\"line\":4}],\"policies\":[\"0000000000000abc\",\"0000000000000def\"],\"weir\":\"" WEIR_VERSION "\"}\n");
}

}  // namespace
}  // namespace weir::server
