#include "lib/report/listing.h"

#include "lib/base/text.h"
#include "lib/report/report.h"
#include "tests/support/test.h"

namespace weir::report {
namespace {

size_t Widest(const std::string& text) {
  size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, CountCodePoints(line));
  return widest;
}

}  // namespace

TEST_CASE("a table is aligned, cuts its last column, and prints nothing raw") {
  CHECK(Table({{"a", "bb", "c"}, {"aaa", "b", "cc"}}, 80) == "a    bb  c\naaa  b   cc\n");
  CHECK(Table({{"a", "one two three four five"}}, 20) == "a  one two three fo…\n");
  CHECK(Table({{"\x1b[31m", "x"}}, 80) == "\\x1b[31m  x\n");
  CHECK(Table({}, 80).empty());
}

TEST_CASE("text is broken between words and stays in its width") {
  CHECK(Wrapped("one two three", 9, 2) == "  one two\n  three\n");
  CHECK(Wrapped("  one\n\ntwo ", 80, 0) == "one two\n");
  CHECK(Wrapped("https://example.com/a/very/long/path", 10, 2) == "  https://example.com/a/very/long/path\n");
  CHECK(Wrapped("", 80, 2).empty());
}

TEST_CASE("a filter that no policy can pass is a wrong word, with the nearest right one") {
  const policy::Image& image = policy::Image::BuiltIn();
  std::vector<Listed> all;
  for (const policy::PolicyRecord& p : image.policies()) all.push_back({&image, &p});
  CHECK(PolicyFilter{.severities = {"high"}, .providers = {"aws"}, .frameworks = {"cis", "nist-800-53r5"}, .categories = {"access"}, .languages = {"github_actions"}}.Check(all).ok());
  CHECK(PolicyFilter{.own = true}.Check(all).ok());
  const std::pair<PolicyFilter, std::string> wrong[] = {
      {{.severities = {"hihg"}}, "no policy has the severity 'hihg'; did you mean 'high'?"},
      {{.providers = {"awss"}}, "no policy has the provider 'awss'; did you mean 'aws'?"},
      {{.frameworks = {"cis-aws-3"}}, "no policy has the framework 'cis-aws-3'; did you mean 'cis-aws-3.0'?"},
      {{.categories = {"acces"}}, "no policy has the category 'acces'; did you mean 'access'?"},
      {{.languages = {"terrafrom"}}, "no policy has the language 'terrafrom'; did you mean 'terraform'?"},
  };
  for (const auto& [filter, says] : wrong) CHECK(filter.Check(all).message() == says);
}

TEST_CASE("show prints a rule as it is written: when, for and pass") {
  const policy::Image& image = policy::Image::BuiltIn();
  TextOptions options;
  options.width = 200;
  const std::string page = ShowPolicy(image, *image.Find("aws-security-group-open-ssh"), options);
  CHECK_THAT(page, Catch::Matchers::Contains("    for: meta.type == 'aws_security_group' ? self.ingress : [self]\n    pass: "));
  CHECK_THAT(page, Catch::Matchers::Contains("    when: "));
  std::vector<Listed> one = {{&image, image.Find("aws-security-group-open-ssh")}};
  CHECK_THAT(PolicyJson(one), Catch::Matchers::Contains("\"when\":\"self.type in [null, 'ingress']\",\"for\":\"meta.type == 'aws_security_group' ? self.ingress : [self]\",\"pass\":"));
}

TEST_CASE("explain shows the example that fails with its fix, in any width, and colours only where asked") {
  const policy::Image& image = policy::Image::BuiltIn();
  TextOptions options;
  const std::string page = Explain(image, *image.Find("CKV_AWS_20"), options);
  for (const char* part : {"aws-s3-public-acl  critical  access\n", "\nWHY\n  Anyone on the internet", ">   acl    = \"public-read\"\n", "\nFIX\n  -   acl    = \"public-read\"\n  +   acl    = \"private\"\n",
                           "  # weir:ignore aws-s3-public-acl <reason>\n", "\nALSO KNOWN AS\n  CKV_AWS_20, AWS-0092", "  pci-dss-4.0    1.3.1\n", "https://docs.aws.amazon.com/"})
    CHECK(page.find(part) != std::string::npos);
  CHECK(page.find('\x1b') == std::string::npos);
  options.color = true;
  CHECK(Explain(image, *image.Find("CKV_AWS_20"), options).find("\x1b[1mWHY\x1b[0m") != std::string::npos);
  CHECK_FALSE(ExplainOwn("syntax-error", {}).empty());
  CHECK(ExplainOwn("aws-s3-public-acl", {}).empty());
}

TEST_CASE("every policy has a page that stays within a narrow terminal, prose included") {
  const policy::Image& image = policy::Image::BuiltIn();
  TextOptions options;
  options.width = 50;
  size_t n = 0;
  for (const policy::PolicyRecord& p : image.policies()) {
    if (++n % 40 != 0) continue;  // a sample: each runs its examples
    const std::string page = Explain(image, p, options);
    const std::string prose = page.substr(0, page.find("\nWHAT PASSES"));
    INFO(image.Text(p.id));
    CHECK(Widest(prose.substr(prose.find('\n') + 1)) <= 50);
    CHECK(page.find("\nFAILS\n") != std::string::npos);
  }
}

TEST_CASE("policies are listed by severity, provider, framework, category and language") {
  const policy::Image& image = policy::Image::BuiltIn();
  const auto taken = [&](const PolicyFilter& filter) {
    size_t n = 0;
    for (const policy::PolicyRecord& p : image.policies()) n += filter.Takes({&image, &p, false});
    return n;
  };
  const size_t all = image.policies().size();
  CHECK(taken({}) == all);
  size_t sum = 0;
  for (const char* severity : {"critical", "high", "medium", "low"}) sum += taken({.severities = {severity}});
  CHECK(sum == all);
  CHECK(taken({.severities = {"critical", "high"}}) == taken({.severities = {"critical"}}) + taken({.severities = {"high"}}));
  CHECK(taken({.providers = {"aws"}}) > 50);
  CHECK(taken({.providers = {"nobody"}}) == 0);
  CHECK(taken({.frameworks = {"pci-dss"}}) > 0);
  CHECK(taken({.frameworks = {"pci-dss"}}) == taken({.frameworks = {"pci-dss-4.0"}}));
  CHECK(taken({.frameworks = {"pci"}}) == taken({.frameworks = {"pci-dss"}}));
  CHECK(taken({.categories = {"secrets"}}) > 0);
  CHECK(taken({.languages = {"terraform"}}) > 0);
  CHECK(taken({.own = true}) == 0);
}

}  // namespace weir::report
