// The reference parser's own reading of real and of broken files is the oracle.
#include <rapidjson/document.h>

#include "lib/syntax/hcl/dump.h"
#include "lib/syntax/hcl/parser.h"
#include "tests/support/test.h"

namespace weir::hcl {
namespace {

// Names of spans.jsonl's files that we read differently on purpose, with the reason. At most five.
const std::vector<std::string> kDeviations = {};

template <typename Row>
size_t ForEachRow(const std::filesystem::path& path, Row row) {
  std::ifstream in(path);
  size_t rows = 0;
  for (std::string line; std::getline(in, line); ++rows) {
    rapidjson::Document expected;
    expected.Parse(line.c_str(), line.size());
    REQUIRE(!expected.HasParseError());
    row(expected);
  }
  return rows;
}

rapidjson::Document Dump(const std::string& source) {
  const std::string text = DumpSyntax(source, "");
  rapidjson::Document out;
  out.Parse(text.c_str(), text.size());
  REQUIRE(!out.HasParseError());
  return out;
}

bool PrintsBack(const std::string& source) {
  Arena arena;
  return Print(Parse(source, 0, arena)) == source;
}

}  // namespace

TEST_CASE("every file of the fixtures has the reference's blocks, spans, kinds, references and values") {
  const auto hcl = test::Conformance("hcl");
  const auto fixtures = test::Conformance("checkov/fixtures");
  if (!hcl || !fixtures) return;
  const size_t rows = ForEachRow(*hcl / "spans.jsonl", [&](rapidjson::Document& expected) {
    const std::string name = expected["file"].GetString();
    INFO(name);
    const std::string source = test::ReadFile(*fixtures / name);
    CHECK(PrintsBack(source));
    rapidjson::Document got = Dump(source);
    if (expected.HasMember("errors")) {
      REQUIRE(got.HasMember("errors"));
      CHECK(got["errors"][0]["line"].GetInt() == expected["errors"][0]["line"].GetInt());
      return;
    }
    if (std::find(kDeviations.begin(), kDeviations.end(), name) != kDeviations.end()) return;
    expected.RemoveMember("file");
    if (got != expected) FAIL_CHECK("differs from the reference");
  });
  CHECK(rows > 1000);
}

TEST_CASE("cut and damaged files are accepted and rejected as by the reference, at the same line") {
  const auto hcl = test::Conformance("hcl");
  if (!hcl) return;
  size_t rejected = 0, same_line = 0, same_summary = 0;
  const size_t rows = ForEachRow(*hcl / "perturbed.jsonl", [&](rapidjson::Document& expected) {
    const std::string source(expected["source"].GetString(), expected["source"].GetStringLength());
    INFO(source);
    CHECK(PrintsBack(source));
    rapidjson::Document got = Dump(source);
    REQUIRE(got.HasMember("errors") == expected.HasMember("errors"));
    if (!expected.HasMember("errors")) {
      expected.RemoveMember("source");
      if (got != expected) FAIL_CHECK("differs from the reference");
      return;
    }
    ++rejected;
    const auto& ours = got["errors"][0];
    const auto& theirs = expected["errors"][0];
    same_line += ours["line"].GetInt() == theirs["line"].GetInt();
    same_summary += ours["summary"] == theirs["summary"];
  });
  CHECK(rows == 400);
  CHECK(same_line * 100 >= rejected * 99);
  CHECK(same_summary * 100 >= rejected * 99);
}

}  // namespace weir::hcl
