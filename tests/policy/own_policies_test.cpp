// What is said about wrong policies, and what policies of other tools become.
#include "lib/policy/compile.h"
#include "lib/policy/custom.h"
#include "lib/policy/functions.h"
#include "tests/support/test.h"

namespace weir::policy {
namespace {

std::string ErrorsOf(const std::string& text, CompileOptions options = {}) {
  std::string out;
  for (const CompileError& e : Compile({{"p.yaml", text}}, options).errors) out += e.ToString() + "\n";
  return out;
}

const std::string kHead = "id: acme-a\ntitle: t\nseverity: high\ncategory: access\nwhy: w\n";
const std::string kExamples = "examples:\n  - terraform: |\n      resource \"a_b\" \"c\" {}\n    fail: [a_b.c]\n";
std::string WithPass(const std::string& pass) { return kHead + "rules:\n  - terraform: [a_b]\n    pass: " + pass + "\n" + kExamples; }

std::string Checkov(const std::string& definition) { return "metadata: {id: ACME_1, name: n, category: IAM, severity: HIGH}\ndefinition:\n" + definition; }

// The expressions of a document, "type: expression" a line.
std::string ExpressionsOf(const std::string& text) {
  const Compiled compiled = Compile({{"p.yaml", text}}, {.examples = false});
  for (const CompileError& e : compiled.errors) return e.ToString();
  const auto image = Image::Open(compiled.image, false);
  REQUIRE(image.ok());
  std::string out;
  for (const RuleRecord& rule : image->rules()) {
    for (size_t i = 0; i < rule.types.length; ++i) out += std::string(i > 0 ? "," : "") + std::string(image->Text(rule.types, i));
    out += ": " + std::string(image->Text(rule.pass_text)) + "\n";
  }
  return out;
}

TEST_CASE("every mistake in a policy is named with its line, its column and what was meant") {
  const std::pair<std::string, std::string> cases[] = {
      {WithPass("\"self.acl == 'x'\""), ""},
      {WithPass("self.acl.startWith('x')"), "p.yaml:8:20: there is no function 'startWith'; did you mean 'startsWith'?"},
      {WithPass("\"self.acl == 'x' && selff.b\""), "p.yaml:8:31: there is no variable 'selff'; did you mean 'self'?"},
      {WithPass("'self.acl == ''x'' && selff.b'"), "p.yaml:8:33: there is no variable 'selff'"},
      {WithPass("\"self.a == \\\"x\\\" && selff.b\""), "p.yaml:8:31: there is no variable 'selff'"},
      {WithPass(">-\n      self.acl == 'x'\n      && selff.b"), "p.yaml:10:10: there is no variable 'selff'"},
      {WithPass("|\n      self.acl == 'x' &&\n        selff.b"), "p.yaml:10:9: there is no variable 'selff'"},
      {WithPass("\"size(self.a) == 'x'\""), "compares a number with a text"},
      {WithPass("\"'1' == 1\""), "p.yaml:8:16: compares a text with a number"},
      {kHead + kExamples, "p.yaml:1:1: 'rules' is missing"},
      {kHead + "rules:\n  - terraform: [a_b]\n    pass: \"true\"\n", "p.yaml:1:1: there is no failing example"},
      {kHead + "rulez: []\n" + kExamples, "p.yaml:6:1: there is no key 'rulez' here; did you mean 'rules'?"},
      {kHead + "rules:\n  - terrafrom: [a_b]\n    pass: \"true\"\n" + kExamples, "p.yaml:7:5: there is no key 'terrafrom' here; did you mean 'terraform'?"},
      {kHead + "rules:\n  - terraform: [a_b]\n    kubernetes: [Pod]\n    pass: \"true\"\n" + kExamples, "a rule speaks of one language"},
      {kHead + "rules:\n  - terraform: [a_b]\n    pass: \"true\"\n    fix: {sett: {a: 1}}\n" + kExamples, "there is no edit 'sett'"},
      {"id: acme-a\ntitle: t\nseverity: hihg\ncategory: access\nwhy: w\nrules:\n  - terraform: [a_b]\n    pass: \"true\"\n" + kExamples,
       "p.yaml:3:11: there is no severity 'hihg'; did you mean 'high'?"},
      {WithPass("\"true\"") + "aliases: [X_1, X_1]\n", "'X_1' is claimed already at p.yaml"},
      {WithPass("\"true\"") + "---\n" + WithPass("\"true\""), "'acme-a' is claimed already at p.yaml:1"},
      {"id: [1\n", "p.yaml:2:1: "},
      {",\"", "p.yaml:1:1: this cannot be read as YAML"},
      {"id: &a [*a]\n", "p.yaml:1:5: anchors and aliases are not read here"},
      {"a: " + std::string(70, '[') + std::string(70, ']'), "nested deeper than 64"},
      {std::string(2 << 20, ' '), "at most 1 MiB"},
      {"- a\n", "p.yaml:1:1: a policy is a mapping"},
      {Checkov("  cond_type: attribut\n  resource_types: [a_b]\n  attribute: x\n  operator: exists\n"), "p.yaml:3:14: there is no cond_type 'attribut'; did you mean 'attribute'?"},
      {Checkov("  cond_type: attribute\n  resource_types: [a_b]\n  attribute: x\n  operator: eqals\n  value: 1\n"), "p.yaml:6:13: there is no operator 'eqals'; did you mean 'equals'?"},
      {Checkov("  cond_type: attribute\n  resource_types: [a_b]\n  attribute: x\n  operator: equals\n"), "'value' is missing"},
      {Checkov("  cond_type: attribute\n  resource_types: [a_b]\n  attribute: x\n  operator: regex_match\n  value: '(?!x)'\n"), "p.yaml:7:10: this regular expression is not read here"},
      {Checkov("  cond_type: attribute\n  atribute: x\n  operator: exists\n"), "there is no key 'atribute' here; did you mean 'attribute'?"},
      {Checkov("  cond_type: connection\n  resource_types: [a_b]\n  operator: exists\n"), "a connection names resource_types and connected_resource_types"},
  };
  for (const auto& [text, says] : cases) {
    INFO(text.substr(0, 400));
    const std::string errors = ErrorsOf(text);
    if (says.empty()) CHECK(errors.empty());
    else CHECK_THAT(errors, Catch::Matchers::Contains(says));
  }
}

TEST_CASE("every wrong name of an expression is reported in one go, each where it stands") {
  CHECK(ErrorsOf(WithPass(">-\n      selff.acl == 'x' &&\n      self.b.startWith('y')")) ==
        "p.yaml:9:7: there is no variable 'selff'; did you mean 'self'?\n"
        "p.yaml:10:14: there is no function 'startWith'; did you mean 'startsWith'?\n");
}

TEST_CASE("a scan takes policies without examples, the library wants the vendor's page as well") {
  const std::string bare = kHead + "rules:\n  - terraform: [a_b]\n    pass: \"true\"\n";
  CHECK(ErrorsOf(bare, {.examples = false}).empty());
  CHECK_THAT(ErrorsOf(WithPass("\"true\""), {.docs = true}), Catch::Matchers::Contains("'docs' is missing"));
}

TEST_CASE("one word names every kind, or every resource of Terraform, that runs pods, and only in its language") {
  const auto types = [](const char* rule) { return ExpressionsOf(kHead + "rules:\n  - " + rule + "\n    pass: \"true\"\n"); };
  CHECK_THAT(types("kubernetes: [workload]"), Catch::Matchers::StartsWith("Pod,Deployment,") && Catch::Matchers::Contains(",CronJob,"));
  CHECK_THAT(types("terraform: [a_b, kubernetes_workload]"), Catch::Matchers::StartsWith("a_b,kubernetes_pod,") && Catch::Matchers::Contains(",kubernetes_cron_job_v1,"));
  CHECK(types("terraform: [workload]") == "workload: true\n");
}

TEST_CASE("a definition in Checkov's form becomes an expression for each type that it judges") {
  const std::pair<std::string, std::string> cases[] = {
      {"  cond_type: attribute\n  resource_types: [a_b, a_c]\n  attribute: x.y\n  operator: equals\n  value: true\n", "a_b,a_c: satisfies(self, 'x.y', 'equals', true)\n"},
      {"  cond_type: attribute\n  resource_types: all\n  attribute: x\n  operator: not_within\n  value: [a, \"1\", 1]\n", "*: !satisfies(self, 'x', 'within', ['a', '1', 1])\n"},
      {"  cond_type: attribute\n  resource_types: [a_b]\n  attribute: \"p.S[?(@.E == 'A')]\"\n  operator: jsonpath_not_exists\n", "a_b: !satisfies(self, 'p.S[?(@.E == \\'A\\')]', 'exists')\n"},
      {"  cond_type: attribute\n  resource_types: [a_b]\n  attribute: n\n  operator: number_of_words_not_equals\n  value: 0\n", "a_b: !satisfies(self, 'n', 'number_of_words_equals', 0)\n"},
      {"  not:\n    cond_type: attribute\n    resource_types: [a_b]\n    attribute: n\n    operator: exists\n", "a_b: !(satisfies(self, 'n', 'exists'))\n"},
      {"  cond_type: attribute\n  resource_types: [\"AWS::S3::Bucket\"]\n  attribute: n\n  operator: exists\n", "AWS::S3::Bucket: satisfies(self, 'n', 'exists')\n"},
      {"  and:\n    - {cond_type: filter, attribute: resource_type, operator: within, value: [a_b]}\n"
       "    - {cond_type: connection, operator: exists, resource_types: [a_b], connected_resource_types: [a_c]}\n"
       "    - {cond_type: attribute, resource_types: [a_c], attribute: on, operator: is_true}\n",
       "a_b: connected(self, ['a_c']).exists(c1, satisfies(c1, 'on', 'is_true'))\n"},
      {"  and:\n    - {cond_type: filter, attribute: resource_type, operator: within, value: [a_b]}\n"
       "    - or:\n"
       "        - {cond_type: connection, operator: not_exists, resource_types: [a_b], connected_resource_types: [a_c]}\n"
       "        - {cond_type: attribute, resource_types: [a_b], attribute: on, operator: exists}\n",
       "a_b: (size(connected(self, ['a_c'])) == 0 || satisfies(self, 'on', 'exists'))\n"},
      {"  and:\n    - {cond_type: filter, attribute: resource_type, operator: within, value: [a_b]}\n"
       "    - {cond_type: connection, operator: exists, resource_types: [a_b], connected_resource_types: [a_c]}\n"
       "    - {cond_type: connection, operator: exists, resource_types: [a_c], connected_resource_types: [a_d]}\n",
       "a_b: connected(self, ['a_c']).exists(c1, size(connected(c1, ['a_d'])) > 0)\n"},
      {"  cond_type: attribute\n  resource_types: [RUN, ENV]\n  attribute: value\n  operator: contains\n  value: x\n",
       "instruction.ENV,instruction.RUN: satisfies(self, 'text', 'contains', 'x')\n"},
      {"  cond_type: attribute\n  resource_types: [permissions]\n  attribute: permissions\n  operator: not_equals\n  value: write-all\n",
       "workflow: !(has(self.permissions) ? satisfies(self, 'permissions', 'equals', 'write-all') : satisfies('write-all', '', 'equals', 'write-all'))\n"},
      {"  cond_type: attribute\n  resource_types: [steps]\n  attribute: uses\n  operator: exists\n", "step: satisfies(self, 'uses', 'exists')\n"},
  };
  for (const auto& [definition, expected] : cases) {
    INFO(definition);
    CHECK(ExpressionsOf(Checkov(definition)) == expected);
  }
}

TEST_CASE("what Checkov calls a Pod is judged in every workload that runs pods, and its network policy is that of the workload") {
  const std::string rules = ExpressionsOf(Checkov("  and:\n    - {cond_type: filter, attribute: kind, operator: within, value: [Pod]}\n"
                                                  "    - {cond_type: attribute, resource_types: [Pod, Service], attribute: spec.hostNetwork, operator: not_exists}\n"
                                                  "    - {cond_type: connection, operator: exists, resource_types: [Pod], connected_resource_types: [NetworkPolicy]}\n"));
  CHECK_THAT(rules, Catch::Matchers::StartsWith("Pod,Deployment,") &&
                        Catch::Matchers::EndsWith(": (!satisfies(it, 'spec.hostNetwork', 'exists') && size(connected(self, ['NetworkPolicy'])) > 0)\n"));
  CHECK(std::ranges::count(rules, '\n') == 1);  // the filter leaves no rule of Services
}

}  // namespace
}  // namespace weir::policy
