#include <algorithm>

#include "lib/base/text.h"
#include "lib/report/report.h"
#include "tests/support/test.h"

namespace weir::report {
namespace {

std::string Shown(const std::string& source, TextOptions options) {
  const auto snapshot = git::NewMemorySnapshot({{"main.tf", source}});
  scan::Options scan_options;
  scan_options.image = &policy::Image::BuiltIn();
  scan_options.today = "2026-11-24";
  return Text(scan::ScanTree(*snapshot, "", scan_options), {}, options);
}

template <typename Change>
TextOptions With(Change change) {
  TextOptions options;
  change(options);
  return options;
}

std::string Group(int n) {
  return "resource \"aws_security_group\" \"g" + std::to_string(n) + "\" {\n  description = \"d\"\n  ingress {\n    description = \"d\"\n    from_port   = 22\n    to_port     = 22\n    protocol    = \"tcp\"\n"
         "    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
}

size_t Count(std::string_view text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("of more than ten findings the first ten are shown and the rest counted by severity") {
  std::string source;
  for (int i = 0; i < 14; ++i) source += Group(i);
  const std::string text = Shown(source, With([](TextOptions& o) { o.occasion = Occasion::kScan; }));
  CHECK(Count(text, "aws-security-group-open-ssh\n") == kShown);
  CHECK(text.find("… and ") != std::string::npos);
  CHECK(text.find("(4 high") != std::string::npos);
  CHECK(text.find("): --all shows them\n") != std::string::npos);
  CHECK(Shown(source, With([](TextOptions& o) { o.occasion = Occasion::kCommit; })).find("): weir scan --staged --all shows them\n") != std::string::npos);
  CHECK(Count(Shown(source, With([](TextOptions& o) { o.all = true; o.occasion = Occasion::kScan; })), "aws-security-group-open-ssh\n") == 14);
}

TEST_CASE("without UTF-8 there is only ASCII, without colour no escape, and no line ends in a space") {
  std::string source;
  for (int i = 0; i < 14; ++i) source += "\n" + Group(i);
  const std::string text = Shown(source, With([](TextOptions& o) { o.unicode = false; o.occasion = Occasion::kScan; }));
  CHECK(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  CHECK(text.find(" \n") == std::string::npos);
  CHECK(Shown(source, With([](TextOptions& o) { o.color = true; o.occasion = Occasion::kScan; })).find("\x1b[31mhigh\x1b[0m") != std::string::npos);
}

TEST_CASE("messages are broken between words in a narrow terminal, and source is cut around what is underlined") {
  const std::string source = "resource \"aws_security_group\" \"g\" {\n  description = \"d\"\n  ingress {\n    description = \"d\"\n    from_port   = 22\n    to_port     = 22\n    protocol    = \"tcp\"\n"
                             "    cidr_blocks = [\"10.0.0.0/8\", \"10.1.0.0/16\", \"10.2.0.0/16\", \"10.3.0.0/16\", \"0.0.0.0/0\", \"10.4.0.0/16\"]\n  }\n}\n";
  const std::string text = Shown(source, With([](TextOptions& o) { o.width = 44; o.occasion = Occasion::kScan; }));
  const size_t at = text.find("\"0.0.0.0/0\"");
  REQUIRE(at != std::string::npos);
  std::istringstream lines(text.substr(0, text.find("  in aws_")));
  for (std::string line; std::getline(lines, line);) CHECK(DisplayWidth(line) <= 44 + 10);
}

TEST_CASE("what else is wrong with the same text is told without showing it again") {
  const std::string text = Shown("data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"*\"]\n    resources =   [\"*\"]\n  }\n}\n", With([](TextOptions& o) { o.all = true; o.occasion = Occasion::kScan; }));
  CHECK(Count(text, "main.tf:3:") > 1);
  const std::string under = "      │                  ━━━\n";  // the action, not the resource a line below
  CHECK(Count(text, under) > 0);
  CHECK(Count(text, under) < Count(text, "main.tf:3:"));
}

TEST_CASE("policies that one change mends are told together") {
  const auto snapshot = git::NewMemorySnapshot({{"stack.yaml", "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: acme-logs\n"}});
  scan::Options scan_options;
  scan_options.image = &policy::Image::BuiltIn();
  const scan::Report report = scan::ScanTree(*snapshot, "", scan_options);
  Fixes fixes;
  for (size_t i = 0; i < report.findings.size(); ++i)
    if (auto fix = fix::Propose(report.findings[i], *snapshot, scan_options)) fixes.emplace(i, std::move(*fix));
  const std::string text = Text(report, fixes, With([](TextOptions& o) { o.all = true; o.occasion = Occasion::kScan; }));
  CHECK(Count(text, "+         BlockPublicAcls: true\n") == 1);
  CHECK(Count(text, "  it mends as well:\n    aws-s3-public-acls-allowed: ") == 1);
  CHECK(Count(text, "aws-s3-public-policy-honoured") == 1);
}

}  // namespace weir::report
