#include "lib/report/reference.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "lib/policy/compile.h"
#include "lib/policy/rule_languages.h"
#include "tests/support/test.h"

namespace weir::report {
namespace {

std::vector<Listed> BuiltIn() {
  std::vector<Listed> out;
  for (const policy::PolicyRecord& p : policy::Image::BuiltIn().policies()) out.push_back({&policy::Image::BuiltIn(), &p});
  return out;
}

size_t Times(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

}  // namespace

TEST_CASE("the reference in docs/policies is what weir policies docs writes today") {
  const std::string folder = std::string(WEIR_SOURCE_DIR) + "/docs/policies";
  std::set<std::string> names;
  for (const ReferencePage& page : Reference(BuiltIn())) {
    INFO(page.name << ": if it is out of date, run weir policies docs docs/policies");
    names.insert(page.name);
    // Not CHECK(a == b): the difference would be a megabyte.
    const bool same = std::filesystem::exists(folder + "/" + page.name) && test::ReadFile(folder + "/" + page.name) == page.text;
    CHECK(same);
  }
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    INFO(file.path());
    CHECK(names.contains(file.path().filename().string()));
  }
}

TEST_CASE("every policy is documented once, under its id and each alias, on the page of its provider") {
  const policy::Image& image = policy::Image::BuiltIn();
  std::map<std::string, std::string> pages;
  for (ReferencePage& page : Reference(BuiltIn())) pages[page.name] = std::move(page.text);
  for (const Listed& l : BuiltIn()) {
    const std::string id(image.Text(l.policy->id));
    INFO(id);
    const std::string& page = pages[std::string(ProviderOf(l)) + ".md"];
    CHECK(Times(page, "\n## " + id + "\n") == 1);
    for (size_t i = 0; i < l.policy->aliases.length; ++i) CHECK(Times(page, "<a id=\"" + std::string(image.Text(l.policy->aliases, i)) + "\"></a>") == 1);
    CHECK(image.Text(l.policy->docs).starts_with("https://"));
    CHECK(image.Text(l.policy->why).size() >= 15);
  }
}

TEST_CASE("every policy is reachable by its id, its aliases and the types that its rules speak of, and no two share one") {
  const policy::Image& image = policy::Image::BuiltIn();
  std::set<std::string> ids;
  for (const policy::PolicyRecord& p : image.policies()) {
    const std::string id(image.Text(p.id));
    INFO(id);
    CHECK(ids.insert(id).second);
    CHECK(image.Find(id) == &p);
    for (size_t i = 0; i < p.aliases.length; ++i) {
      const std::string alias(image.Text(p.aliases, i));
      INFO(alias);
      CHECK(ids.insert(alias).second);
      CHECK(image.Find(alias) == &p);
    }
    CHECK(p.rules.length > 0);
    for (const uint32_t r : image.Array<uint32_t>(p.rules)) {
      const policy::RuleRecord& rule = image.rules()[r];
      CHECK(policy::FindRuleLanguage(image.Text(rule.language)) != nullptr);
      for (size_t i = 0; i < rule.types.length; ++i) {
        std::string type(image.Text(rule.types, i));
        if (const auto group = policy::TypesOfGroup(image.Text(rule.language), type); !group.empty()) type = group.front();
        std::ranges::replace(type, '*', 'x');
        std::vector<uint32_t> found;
        image.RulesFor(image.Text(rule.language), type, found);
        INFO(type);
        CHECK(std::ranges::find(found, r) != found.end());
      }
    }
  }
}

TEST_CASE("what Markdown would read as its own is written as text, and a long list of types is cut") {
  const policy::Compiled compiled = policy::Compile({{"p.yaml", R"yaml(id: acme-queue-named
title: Names with * and <b>
severity: low
category: convention
aliases: [ACME_1]
why: A name like `a_b` is fine, a_b | c is not.
docs: https://example.com/queues
compliance: {nist-800-53r5: [CM-2, CM-3], soc2: [CC6.1]}
rules:
  - terraform: [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14]
    pass: "has(self.name)"
    fix: {set: {name: x}, suggest: true, reason: choose a name}
examples:
  - terraform: "resource \"a1\" \"b\" {}"
    fail: {a1.b: name}
)yaml"}});
  REQUIRE(compiled.errors.empty());
  const policy::Image image = *policy::Image::Open(compiled.image, false);
  const std::vector<ReferencePage> pages = Reference({{&image, &image.policies()[0], true}});
  REQUIRE(pages.size() == 2);
  CHECK(pages[0].text.find("| [Acme](acme.md) | 1 | 0 | 0 | 0 | 1 |\n") != std::string::npos);
  CHECK(pages[1].text == R"(# Acme
Written by `weir policies docs`. 1 policy.

## acme-queue-named
<a id="ACME_1"></a>

**Names with \* and \<b\>** · low · convention

A name like `a_b` is fine, a_b \| c is not. [More](<https://example.com/queues>)

- Terraform: `a1`, `a2`, `a3`, `a4`, `a5`, `a6`, `a7`, `a8`, `a9`, `a10`, `a11`, `a12` and 2 more
- fix: suggested, a person decides
- also known as: `ACME_1`
- compliance: nist-800-53r5 CM-2, CM-3; soc2 CC6.1
)");
  CHECK(Reference({}).size() == 1);
}

}  // namespace weir::report
