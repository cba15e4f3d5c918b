#include "lib/lang/github_actions/expression.h"

#include <random>

#include "tests/support/test.h"

namespace weir::github_actions {
namespace {

std::string Joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& s : list) out += (out.empty() ? "" : " ") + s;
  return out;
}

TEST_CASE("an expression tells what it reads, and what of that becomes its text") {
  struct Case { const char* text; const char* contexts; const char* flowing; };
  for (const Case& c : std::initializer_list<Case>{
           {" github.event.issue.title ", "github.event.issue.title", "github.event.issue.title"},
           {"GitHub.Event.Issue['Title']", "github.event.issue.title", "github.event.issue.title"},
           {"github.event.issue.title == 'x'", "github.event.issue.title", ""},
           {"contains(github.event.issue.title, 'x')", "github.event.issue.title", ""},
           {"format('a {0}', github.head_ref)", "github.head_ref", "github.head_ref"},
           {"toJSON(secrets)", "secrets", "secrets"},
           {"github.event.commits.*.message", "github.event.commits.*.message", "github.event.commits.*.message"},
           {"github.event.commits[0].message", "github.event.commits.*.message", "github.event.commits.*.message"},
           {"inputs.a && inputs.b || inputs.c", "inputs.a inputs.b inputs.c", "inputs.b inputs.c"},
           {"!inputs.a", "inputs.a", ""},
           {"(inputs.a)", "inputs.a", "inputs.a"},
           {"env[inputs.a]", "inputs.a env.*", "env.*"},
           {"'it''s' != matrix.x", "matrix.x", ""},
           {"-0x1F < 1.5e3", "", ""},
           {"success() && hashFiles('**/go.sum')", "", ""}}) {
    INFO(c.text);
    const Expression e = ParseExpression(c.text);
    CHECK(e.error == "");
    CHECK(Joined(e.contexts) == c.contexts);
    CHECK(Joined(e.flowing) == c.flowing);
  }
}

TEST_CASE("what is no expression is said with its place") {
  struct Case { const char* text; const char* error; uint32_t at; };
  for (const Case& c : std::initializer_list<Case>{{"", "an expression is missing between ${{ and }}", 0}, {"github.", "a name is missing behind '.'", 7}, {"foo.bar", "there is no context foo", 0},
                                                   {"foo(1)", "there is no function foo", 0}, {"contains('a')", "contains() takes 2 arguments", 0}, {"github.sha)", "unexpected ')'", 10},
                                                   {"(github.sha", "a ')' is missing", 11}, {"'abc", "a text is not closed", 4}, {"\"a\"", "texts stand in single quotes", 0}, {"github.sha ==", "the expression ends too early", 13}}) {
    INFO(c.text);
    const Expression e = ParseExpression(c.text);
    CHECK(e.error == c.error);
    CHECK(e.error_at == c.at);
  }
  CHECK(ParseExpression(std::string(100'000, '(')).error != "");
  CHECK(ParseExpression(std::string(100'000, '!')).error != "");
}

TEST_CASE("expressions are found in a text, their quotes respected") {
  const std::string_view text = "a ${{ format('}}', x) }} b ${{ y }}${{ z";
  const auto found = FindExpressions(text);
  REQUIRE(found.size() == 3);
  CHECK(found[0].inner == " format('}}', x) ");
  CHECK(text.substr(found[1].begin, found[1].end - found[1].begin) == "${{ y }}");
  CHECK_FALSE(found[2].closed);
}

TEST_CASE("what strangers write is known by GitHub's rule") {
  for (const char* c : {"github.event.issue.title", "github.head_ref", "github.event.commits.*.message", "github.event.pages.*.page_name", "github.event.pull_request.head.ref", "github.event"}) CHECK(IsAttackers(c));
  for (const char* c : {"github.sha", "github.event.issue.number", "github.event.pull_request.head.sha", "github.repository", "secrets.x", "inputs.title", "env.title"}) CHECK_FALSE(IsAttackers(c));
  for (const char* c : {"inputs.x", "steps.a.outputs.b", "github.ref_name", "github.event.inputs.x"}) CHECK(IsInput(c));
  for (const char* c : {"github.sha", "runner.os", "secrets.x", "steps.a.outcome", "github.run_id"}) CHECK_FALSE(IsInput(c));
}

TEST_CASE("any text is read within its bounds") {
  std::mt19937 random(3);
  const std::string alphabet = "github.event['x']()!&|=<>,*0-9 \"${}\n";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (size_t n = random() % 30; n > 0; --n) text += alphabet[random() % alphabet.size()];
    const Expression e = ParseExpression(text);
    REQUIRE(e.error_at <= text.size());
    for (const Occurrence& o : FindExpressions(text)) REQUIRE(o.end <= text.size());
  }
}

}  // namespace
}  // namespace weir::github_actions
