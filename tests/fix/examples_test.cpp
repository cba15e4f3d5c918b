#include "lib/fix/examples.h"
#include "tests/support/test.h"

namespace weir::fix {
namespace {

// A policy on security groups in p.yaml: the rule in line 7 or 8, the failing example's statement in `fail`.
std::string Policy(const std::string& pass, const std::string& fail, const std::string& more = "") {
  return "id: team-network-open\ntitle: t\nseverity: high\ncategory: network\nwhy: w\nrules:\n  - terraform: [aws_security_group]\n    pass: \"" + pass + "\"\n" + more +
         "examples:\n  - terraform: |\n"
         "      resource \"aws_security_group\" \"good\" {\n        name = \"web\"\n      }\n"
         "      resource \"aws_security_group\" \"bad\" {\n        name = \"web\"\n        ingress {\n          from_port   = 22\n          to_port     = 22\n"
         "          cidr_blocks = [\"10.0.0.0/8\", \"0.0.0.0/0\"]\n        }\n        ingress {\n          from_port   = 443\n          to_port     = 443\n"
         "          cidr_blocks = [\"0.0.0.0/0\"]\n        }\n      }\n"
         "    pass: [aws_security_group.good]\n    fail: {aws_security_group.bad: " +
         fail + "}\n";
}

std::string Errors(const std::string& text) {
  std::string all;
  for (const std::string& e : RunExamples({{"p.yaml", text}}).errors) all += e + "\n";
  return all;
}

constexpr const char* kOpenSsh = "!self.ingress.exists(r, r.cidr_blocks.exists(c, c == '0.0.0.0/0') && r.from_port == 22)";

}  // namespace

TEST_CASE("what an example states to be blamed must be all that is blamed, the first one first") {
  const std::pair<const char*, const char*> cases[] = {
      {"[\"ingress[0].cidr_blocks[1]\", \"ingress[0].from_port\"]", ""},
      {"[ingress.cidr_blocks, ingress.from_port]", ""},
      {"[\"ingress[0].cidr_blocks\", ingress.from_port]", ""},
      {"[ingress.from_port, ingress.cidr_blocks]", "blames ingress[0].cidr_blocks[1], ingress[0].from_port on aws_security_group.bad, not ingress.from_port, ingress.cidr_blocks"},
      {"ingress.cidr_blocks", "blames ingress[0].cidr_blocks[1], ingress[0].from_port on aws_security_group.bad, not ingress.cidr_blocks"},
      {"[\"ingress[1].cidr_blocks\", ingress.from_port]", "blames"},
      {"[ingress.cidr_blocks, ingress.from_port, name]", "blames"},
      {"[ingress.cidr, ingress.from_port]", "blames"},
      {"[ingress, ingress.from_port]", "blames"},
      {"\"\"", "not \"\""},
  };
  for (const auto& [stated, says] : cases) {
    INFO(stated);
    const std::string errors = Errors(Policy(kOpenSsh, stated));
    if (*says == 0) CHECK(errors.empty());
    else CHECK_THAT(errors, Catch::Matchers::StartsWith("p.yaml:28:12: team-network-open ") && Catch::Matchers::Contains(says));
  }
}

TEST_CASE("a fix that does not verify is an error, unless the example says why") {
  const std::string pass = "self.name != 'web' || !has(self.ingress)", fail = "[name, ingress]";
  const std::string useless = Policy(pass, fail, "    fix: {set: {description: open}}\n");
  CHECK(Errors(useless) == "p.yaml:29:12: the fix of team-network-open on aws_security_group.bad does not verify: the finding would stay\n");
  CHECK(Errors(useless + "    refused: {aws_security_group.bad: the finding would stay}\n").empty());
  CHECK(Errors(useless + "    refused: {aws_security_group.bad: it cannot be made}\n") ==
        "p.yaml:30:15: the fix of team-network-open on aws_security_group.bad is refused because the finding would stay\n");
  CHECK(Errors(useless + "    refused: {aws_security_group.other: the finding would stay}\n").find("p.yaml:30:15: 'refused' speaks of aws_security_group.other") != std::string::npos);
  const std::string works = Policy(pass, fail, "    fix: {set: {name: db}}\n");
  CHECK(Errors(works).empty());
  CHECK(Errors(works + "    refused: {aws_security_group.bad: the finding would stay}\n") ==
        "p.yaml:30:15: the fix of team-network-open on aws_security_group.bad verifies, and is stated to be refused\n");
}

TEST_CASE("a statement of a policy document in a text is blamed by the attribute that holds it, once") {
  const auto policy = [](const std::string& blamed) {
    return "id: team-all\ntitle: t\nseverity: high\ncategory: access\nwhy: w\nrules:\n  - terraform: [aws_iam_policy]\n"
           "    pass: \"!iam.statements(self.policy).exists(s, '*' in s.actions && s.effect == 'Allow')\"\n"
           "examples:\n  - terraform: |\n      resource \"aws_iam_policy\" \"good\" {\n        policy = jsonencode({Statement = []})\n      }\n"
           "      resource \"aws_iam_policy\" \"bad\" {\n        policy = jsonencode({Statement = [{Effect = \"Allow\", Action = \"*\", Resource = \"*\"}]})\n      }\n"
           "    pass: aws_iam_policy.good\n    fail: {aws_iam_policy.bad: " + blamed + "}\n";
  };
  CHECK(Errors(policy("policy")).empty());
  CHECK(Errors(policy("[policy, policy]")).empty());
  CHECK(Errors(policy("\"\"")).find("blames policy on aws_iam_policy.bad") != std::string::npos);
}

}  // namespace weir::fix
