#include "lib/report/formats.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <set>

#include "lib/base/text.h"
#include "tests/support/test.h"

namespace weir::report {
namespace {

struct Scanned {
  std::unique_ptr<git::Snapshot> snapshot;
  scan::Options options;
  scan::Report report;
  Fixes fixes;
};

// A public bucket with a suppressed twin, in a file whose name needs escaping everywhere.
Scanned Sample() {
  Scanned s;
  s.snapshot = git::NewMemorySnapshot({{"a b/main, 100%.tf",
                                        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"<&>\" # \xc3\xa9\n  acl    = \"public-read\"\n}\n"
                                        "# weir:ignore aws-s3-public-acl the \"site\"\nresource \"aws_s3_bucket\" \"c\" {\n  acl = \"public-read\"\n}\n"}});
  s.options.image = &policy::Image::BuiltIn();
  s.options.today = "2026-11-24";
  s.report = scan::ScanTree(*s.snapshot, "", s.options);
  for (size_t i = 0; i < s.report.findings.size(); ++i)
    if (s.report.findings[i].action != scan::Action::kNone)
      if (auto fix = fix::Propose(s.report.findings[i], *s.snapshot, s.options)) s.fixes.emplace(i, std::move(*fix));
  REQUIRE(s.report.summary.blocking >= 1);
  REQUIRE(s.report.summary.suppressed == 1);
  return s;
}

rapidjson::Document Parsed(const std::string& text) {
  rapidjson::Document out;
  out.Parse(text.c_str());
  REQUIRE_FALSE(out.HasParseError());
  return out;
}

size_t Count(std::string_view text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("fixes that were not tried are counted in JSON and told in the text") {
  Scanned s = Sample();
  CHECK(Parsed(Json(s.report, s.fixes))["summary"]["fixes_not_tried"].GetUint64() == 0);
  CHECK(UntriedNote(s.fixes).empty());
  s.fixes.untried = 1;
  CHECK(UntriedNote(s.fixes) == "the fix of 1 finding was not proven in time and is not offered here; weir fix PATH takes the time");
  s.fixes.untried = 2;
  CHECK(UntriedNote(s.fixes) == "the fixes of 2 findings were not proven in time and are not offered here; weir fix PATH takes the time");
  CHECK(Parsed(Json(s.report, s.fixes))["summary"]["fixes_not_tried"].GetUint64() == 2);
  TextOptions wide;
  wide.width = 200;
  CHECK_THAT(Text(s.report, s.fixes, wide), Catch::Matchers::Contains(UntriedNote(s.fixes)));
}

TEST_CASE("SARIF has what its schema requires, places that hold, and every result's rule") {
  const Scanned s = Sample();
  const rapidjson::Document sarif = Parsed(Sarif(s.report, s.fixes));
  CHECK(std::string(sarif["version"].GetString()) == "2.1.0");
  REQUIRE(sarif["runs"].Size() == 1);
  const auto& run = sarif["runs"][0];
  const auto& rules = run["tool"]["driver"]["rules"];
  CHECK(std::string(run["tool"]["driver"]["name"].GetString()) == "weir");
  CHECK(run["invocations"][0]["executionSuccessful"].GetBool());
  std::set<std::string> ids;
  for (const auto& rule : rules.GetArray()) {
    CHECK(ids.insert(rule["id"].GetString()).second);
    CHECK(rule["shortDescription"]["text"].GetStringLength() > 0);
    const double score = std::stod(rule["properties"]["security-severity"].GetString());
    CHECK((score > 0 && score <= 10));
  }
  size_t suppressed = 0, fixes = 0;
  for (const auto& result : run["results"].GetArray()) {
    CHECK(std::string(rules[result["ruleIndex"].GetUint()]["id"].GetString()) == result["ruleId"].GetString());
    CHECK(std::set<std::string>{"none", "note", "warning", "error"}.contains(result["level"].GetString()));
    CHECK(std::set<std::string>{"new", "unchanged", "updated", "absent"}.contains(result["baselineState"].GetString()));
    const auto& place = result["locations"][0]["physicalLocation"];
    CHECK(std::string(place["artifactLocation"]["uri"].GetString()) == "a%20b/main%2C%20100%25.tf");
    const auto& region = place["region"];
    CHECK(region["startLine"].GetUint() >= 1);
    CHECK(std::pair(region["endLine"].GetUint(), region["endColumn"].GetUint()) >= std::pair(region["startLine"].GetUint(), region["startColumn"].GetUint()));
    if (result.HasMember("suppressions")) {
      ++suppressed;
      CHECK(std::string(result["suppressions"][0]["kind"].GetString()) == "inSource");
      CHECK(std::string(result["suppressions"][0]["justification"].GetString()) == "the \"site\"");
    }
    if (result.HasMember("fixes")) ++fixes;
    if (std::string(result["ruleId"].GetString()) == "aws-s3-public-acl" && !result.HasMember("suppressions")) {
      CHECK(std::string(result["level"].GetString()) == "error");
      const auto& change = result["fixes"][0]["artifactChanges"][0]["replacements"][0];
      CHECK(change["deletedRegion"]["startLine"].GetUint() == 3);
      CHECK(std::string(change["insertedContent"]["text"].GetString()).find("private") != std::string::npos);
    }
  }
  CHECK(suppressed == 1);
  CHECK(fixes == s.fixes.size());
}

TEST_CASE("a value that stands in another file than its resource is told with both places") {
  const auto snapshot = git::NewMemorySnapshot({{"bucket.tf", "resource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n"}, {"inputs.tf", "variable \"acl\" {\n  default = \"public-read\"\n}\n"}});
  scan::Options options;
  options.image = &policy::Image::BuiltIn();
  scan::Report report = scan::ScanTree(*snapshot, "", options);
  std::erase_if(report.findings, [](const scan::Finding& f) { return f.policy != "aws-s3-public-acl"; });
  REQUIRE(report.findings.size() == 1);
  const rapidjson::Document row = Parsed(JsonLines(report, {}));
  CHECK(std::string(row["file"].GetString()) == "bucket.tf");
  CHECK(row["block"]["end"]["line"].GetUint() == 3);
  CHECK(std::string(row["span"]["file"].GetString()) == "inputs.tf");
  CHECK(row["span"]["start"]["line"].GetUint() == 2);
  const rapidjson::Document sarif = Parsed(Sarif(report, {}));
  const auto& result = sarif["runs"][0]["results"][0];
  CHECK(std::string(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].GetString()) == "inputs.tf");
  const auto& declared = result["relatedLocations"][0]["physicalLocation"];
  CHECK(std::string(declared["artifactLocation"]["uri"].GetString()) == "bucket.tf");
  CHECK(declared["region"]["startLine"].GetUint() == 1);
  CHECK(declared["region"]["endLine"].GetUint() == 3);

  // Asked for by the name of either file, it is told; and only a place of its own is named twice.
  for (const char* file : {"bucket.tf", "inputs.tf"}) CHECK(std::ranges::any_of(scan::ScanTree(*snapshot, file, options).findings, [](const auto& f) { return f.policy == "aws-s3-public-acl"; }));
  const Scanned s = Sample();
  CHECK(Count(JsonLines(s.report, s.fixes), "\"file\":") == s.report.findings.size() + Count(JsonLines(s.report, s.fixes), "{\"file\":\"a b/main, 100%.tf\",\"start\":"));
  CHECK(Count(Sarif(s.report, s.fixes), "relatedLocations") == 0);
}

TEST_CASE("a scan that was not completed is no success in any format") {
  scan::Report report;
  report.incomplete.push_back("live/x.tf is 61 MB; the limit is 8 MB");
  const rapidjson::Document sarif = Parsed(Sarif(report, {}));
  CHECK_FALSE(sarif["runs"][0]["invocations"][0]["executionSuccessful"].GetBool());
  CHECK(Junit(report, {}).find("<error message=\"live/x.tf is 61 MB; the limit is 8 MB\">") != std::string::npos);
  CHECK(Github(report, {}) == "::error title=weir%3A the scan was not completed::live/x.tf is 61 MB; the limit is 8 MB\n");
}

TEST_CASE("JUnit counts what it holds and escapes what XML cannot hold") {
  Scanned s = Sample();
  for (scan::Finding& f : s.report.findings) f.message = "a < message <\x01&\">";
  const std::string xml = Junit(s.report, s.fixes);
  const size_t failures = s.report.summary.blocking + s.report.summary.warnings;
  CHECK(Count(xml, "<testcase ") == failures + 1);
  CHECK(Count(xml, "<failure ") == failures);
  CHECK(xml.find("tests=\"" + std::to_string(failures + 1) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"0\"") != std::string::npos);
  CHECK(xml.find(" &lt;\xef\xbf\xbd&amp;&quot;&gt;\"") != std::string::npos);
  CHECK(xml.find('\x01') == std::string::npos);
}

TEST_CASE("GitLab's issues have unique fingerprints and known severities") {
  Scanned s = Sample();
  // A second finding with the fingerprint of the first.
  for (scan::Finding& f : s.report.findings) f.fingerprint = 7;
  const rapidjson::Document issues = Parsed(Gitlab(s.report, s.fixes));
  CHECK(issues.Size() == s.report.summary.blocking + s.report.summary.warnings);
  std::set<std::string> fingerprints;
  for (const auto& issue : issues.GetArray()) {
    CHECK(fingerprints.insert(issue["fingerprint"].GetString()).second);
    CHECK(std::set<std::string>{"info", "minor", "major", "critical", "blocker"}.contains(issue["severity"].GetString()));
    CHECK(std::string(issue["location"]["path"].GetString()) == "a b/main, 100%.tf");
    CHECK(issue["location"]["lines"]["begin"].GetUint() >= 1);
    CHECK(issue["description"].GetStringLength() > 0);
  }
}

TEST_CASE("GitHub's annotations are one line each, with their properties escaped") {
  const Scanned s = Sample();
  const std::string text = Github(s.report, s.fixes);
  CHECK(Count(text, "\n") == s.report.summary.blocking + s.report.summary.warnings);
  CHECK(text.find("::error file=a b/main%2C 100%25.tf,line=3,col=12,endColumn=25,title=critical aws-s3-public-acl::S3 bucket is readable by everyone%0Ain aws_s3_bucket.b%0Aweir fix shows a fix%0Aweir explain "
                  "aws-s3-public-acl\n") != std::string::npos);
}

TEST_CASE("every format is found by its name, and the help names all") {
  for (const Format& format : Formats()) CHECK(FindFormat(format.name) == &format);
  CHECK(FindFormat("text") == nullptr);
  CHECK(FormatNames() == "text, github, gitlab, json, jsonl, junit and sarif");
}

}  // namespace weir::report
