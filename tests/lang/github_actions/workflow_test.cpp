#include "lib/lang/github_actions/github_actions.h"
#include "tests/lang/evaluated.h"

namespace weir::github_actions {
namespace {

const std::string kPath = ".github/workflows/ci.yml";

test::Evaluated Evaluate(std::string text, std::map<std::string, std::string, std::less<>> more = {}) {
  more[kPath] = std::move(text);
  return test::Evaluated(GithubActions(), std::move(more), kPath);
}

TEST_CASE("workflows and actions are known by their paths") {
  struct Case { const char* path; bool claimed; };
  for (const Case& c : std::initializer_list<Case>{{".github/workflows/ci.yml", true}, {"a/.github/workflows/ci.yaml", true}, {".gitea/workflows/x.yml", true}, {"action.yml", true}, {".github/actions/a/action.yaml", true},
                                                   {".github/workflows/readme.md", false}, {".github/workflows/sub/ci.yml", false}, {".github/dependabot.yml", true}, {"docs/dependabot.yml", false}, {"workflows/ci.yml", false}, {"my.github/workflows/ci.yml", false}, {"reaction.yml", false}}) {
    INFO(c.path);
    CHECK(GithubActions().Claims(c.path, {}) == c.claimed);
  }
}

TEST_CASE("each update of dependabot.yml is a resource") {
  const std::string path = ".github/dependabot.yml";
  const test::Evaluated e(GithubActions(), {{path, "version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n  - x\n  - directory: /b\n    cooldown: {default-days: 9}\n"}}, path);
  CHECK(e.At("updates[0]", "package-ecosystem") == "npm");
  CHECK(e.At("updates[2]", "cooldown.default-days") == "9");
  for (const char* odd : {"", "updates: 3\n", "- a\n", "updates: {a: b}\n"}) CHECK(test::Evaluated(GithubActions(), {{path, odd}}, path).document.resources.empty());
}

TEST_CASE("on is read in every form, and is no boolean") {
  CHECK(Evaluate("on: push\njobs: {}\n").At("workflow", "event_names") == "push");
  CHECK(Evaluate("on: [push, fork]\njobs: {}\n").At("workflow", "event_names") == "push fork");
  const auto e = Evaluate("on:\n  pull_request:\n    branches: [main]\n  schedule:\n    - cron: '1 2 * * *'\njobs: {}\n");
  CHECK(e.At("workflow", "event_names") == "pull_request schedule");
  CHECK(e.At("workflow", "events[0].branches") == "main");
}

TEST_CASE("jobs and steps are resources, with what is in force for them") {
  const auto e = Evaluate("on: push\npermissions: read-all\ndefaults: {run: {shell: pwsh}}\njobs:\n  build:\n    runs-on: [self-hosted, linux]\n    steps:\n      - uses: actions/checkout@v4\n"
                          "      - run: sudo make\n        shell: bash\n      - run: Get-Item x\n  win:\n    runs-on: windows-2022\n    permissions: {issues: write}\n    steps: [{run: dir}]\n");
  CHECK(e.Addresses("job") == "jobs.build jobs.win");
  CHECK(e.Addresses("step") == "jobs.build.steps[0] jobs.build.steps[1] jobs.build.steps[2] jobs.win.steps[0]");
  CHECK(e.At("jobs.build", "runs_on") == "self-hosted linux");
  CHECK(e.At("jobs.build", "permissions_in_force") == "read-all");
  CHECK(e.At("jobs.win", "permissions_in_force.issues") == "write");
  CHECK(e.At("jobs.build.steps[0]", "action.name") == "actions/checkout");
  CHECK(e.At("jobs.build.steps[0]", "action.pinned") == "false");
  CHECK(e.At("jobs.build.steps[1]", "commands[0].name") == "make");
  CHECK(e.At("jobs.build.steps[2]", "commands") == "-");
  CHECK(e.At("jobs.win.steps[0]", "shell_in_force") == "pwsh");
}

TEST_CASE("what strangers write is followed into scripts, through env and local actions") {
  const std::string head = "on: issues\nenv:\n  TITLE: ${{ github.event.issue.title }}\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix:\n        v: [1, 2]\n    steps:\n      - ";
  struct Case { const char* step; const char* tainted; const char* inputs; const char* code; };
  for (const Case& c : std::initializer_list<Case>{{"run: echo ${{ github.event.issue.title }}", "github.event.issue.title", "", "true"}, {"run: echo ${{ env.TITLE }}", "github.event.issue.title", "", "true"},
                                                   {"run: echo ${{ env.OTHER }}", "", "env.other", "true"}, {"run: echo ${{ matrix.v }}", "", "", "true"}, {"run: echo ${{ github.sha }}", "", "", "true"},
                                                   {"run: echo ${{ github.event.issue.number }}", "", "", "true"}, {"run: echo ${{ contains(github.head_ref, 'x') }}", "", "", "true"},
                                                   {"name: ${{ github.event.issue.title }}\n        run: x", "github.event.issue.title", "", "false"},
                                                   {"uses: actions/github-script@v7\n        with:\n          script: f('${{ github.head_ref }}')", "github.head_ref", "", "true"},
                                                   {"uses: ./act\n        with:\n          title: ${{ github.head_ref }}", "github.head_ref", "", "true"},
                                                   {"uses: ./act\n        with:\n          other: ${{ github.head_ref }}", "github.head_ref", "", "false"}}) {
    INFO(c.step);
    const auto e = Evaluate(head + c.step + "\n", {{"act/action.yml", "inputs:\n  title:\n  other:\nruns:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.title }}\n      shell: bash\n"}});
    CHECK(e.At("jobs.a.steps[0]", "expressions[0].tainted") == c.tainted);
    CHECK(e.At("jobs.a.steps[0]", "expressions[0].inputs") == c.inputs);
    CHECK(e.At("jobs.a.steps[0]", "expressions[0].code") == c.code);
  }
}

TEST_CASE("an expression is underlined where it stands, in every style of YAML") {
  for (const char* run : {"echo ${{ github.head_ref }}", "'it''s ${{ github.head_ref }}'", "\"a\\t\\\"b\\\" ${{ github.head_ref }}\"", "|\n          first\n\n            ${{ github.head_ref }}\n          last", ">-\n          first\n          and ${{ github.head_ref }}\n"}) {
    INFO(run);
    const auto e = Evaluate("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: " + std::string(run) + "\n");
    CHECK(e.Origin("jobs.a.steps[0]", "expressions[0].text") == kPath + ": ${{ github.head_ref }}");
  }
}

TEST_CASE("a command of a block scalar stands where it is written") {
  const auto e = Evaluate("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          set -e\n          curl x | sh\n");
  CHECK(e.Origin("jobs.a.steps[0]", "commands[2].name") == kPath + ": sh");
}

TEST_CASE("a workflow that a changed file is called by is judged with it") {
  const auto snapshot = git::NewMemorySnapshot({{kPath, "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"}, {".github/workflows/b.yml", "on: workflow_call\n"}, {".github/workflows/c.yml", "on: push\n"}});
  std::string cache;
  const std::vector<std::string> changed = {".github/workflows/b.yml"};
  CHECK(*GithubActions().ScopesOf(changed, *snapshot, cache) == std::vector<std::string>{".github/workflows/b.yml", kPath});
}

TEST_CASE("bad workflows are bounded and hide nothing") {
  CHECK(Evaluate("").Summaries() == "");
  CHECK(Evaluate("- a\n").Summaries() == "A workflow is a mapping");
  CHECK(Evaluate("on: push\njobs:\n  a: [\n").Summaries() != "");
  CHECK(Evaluate("on: push\njobs:\n  a: 5\n  b:\n    steps:\n      - 7\n      - run: x\n").Addresses("step") == "jobs.b.steps[1]");
  CHECK(Evaluate("on: push\njobs:\n  a:\n    uses: ./../../../etc/passwd.yml\n").At("jobs.a", "action.found") == "false");
  CHECK(Evaluate("on: push\njobs:\n  a:\n    steps:\n      - run: ${{ a\n").At("jobs.a.steps[0]", "expressions[0].error") == "it is never closed");
  std::string many = "on: push\njobs:\n  a:\n    steps:\n";
  for (int i = 0; i < 20'000; ++i) many += "      - run: x\n";
  const auto e = Evaluate(many + "  b:\n    steps:\n      - run: y\n");
  REQUIRE(e.document.diagnostics.size() == 1);
  CHECK(e.document.diagnostics[0].kind == Diagnostic::Kind::kLimit);
}

}  // namespace
}  // namespace weir::github_actions
