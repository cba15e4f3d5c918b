#include "lib/fix/workflow_editor.h"

#include "lib/base/sources.h"
#include "lib/lang/github_actions/github_actions.h"
#include "tests/support/test.h"

namespace weir::fix {
namespace {

const std::string kPath = ".github/workflows/ci.yml", kHead = "on: issues\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n";

// The steps after the first expression of the first one was taken out of its script; "refused" where it cannot be.
std::string Taken(const std::string& steps) {
  const std::string source = kHead + steps;
  const auto snapshot = git::NewMemorySnapshot({{kPath, source}});
  SourceMap sources;
  Arena arena;
  Document document;
  github_actions::GithubActions().Evaluate(kPath, *snapshot, sources, arena, {}, document);
  for (const Resource* r : document.resources) {
    if (r->type != "step") continue;
    EditedText text(source);
    NewValue value;
    value.kind = NewValue::Kind::kText;
    value.text = "env";
    const auto editor = NewEditor(kPath, text, {Target::Kind::kResource, r->block.offset, r->block.end(), "github_actions", "step", std::string(r->name), {}, {}});
    return editor->Do(Operation::Op::kSet, {"expressions", "[0]"}, value) ? text.text().substr(kHead.size()) : "refused";
  }
  return "no step";
}

TEST_CASE("an expression leaves the script and comes in through env, where that means the same") {
  struct Case { const char* steps; const char* after; };
  for (const Case& c : std::initializer_list<Case>{
           {"      - run: echo \"${{ github.event.issue.title }}\"\n", "      - run: echo \"${ISSUE_TITLE}\"\n        env:\n          ISSUE_TITLE: \"${{ github.event.issue.title }}\"\n"},
           {"      - run: echo ${{ github.head_ref }}\n", "      - run: echo \"${HEAD_REF}\"\n        env:\n          HEAD_REF: \"${{ github.head_ref }}\"\n"},
           {"      - name: x\n        run: |\n          # don't\n          a \"${{ inputs.b }}\" ${{ inputs.b }}\n\n      - run: y\n",
            "      - name: x\n        run: |\n          # don't\n          a \"${INPUTS_B}\" \"${INPUTS_B}\"\n        env:\n          INPUTS_B: \"${{ inputs.b }}\"\n\n      - run: y\n"},
           {"      - run: echo ${{ github.actor }}\n", "      - run: echo \"${VALUE_ACTOR}\"\n        env:\n          VALUE_ACTOR: \"${{ github.actor }}\"\n"},
           {"      - run: echo '${{ github.head_ref }}'\n", "refused"},
           {"      - run: |\n          cat <<E\n          ${{ github.head_ref }}\n          E\n", "refused"},
           {"      - shell: pwsh\n        run: echo ${{ github.head_ref }}\n", "refused"},
           {"      - run: echo ${{ github.head_ref }}\n        env: {HEAD_REF: other}\n", "refused"},
           {"      - uses: actions/github-script@v7\n        with:\n          script: f(${{ github.head_ref }})\n", "refused"}}) {
    INFO(c.steps);
    CHECK(Taken(c.steps) == c.after);
  }
}

}  // namespace
}  // namespace weir::fix
