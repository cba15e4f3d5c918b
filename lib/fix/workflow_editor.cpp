#include "lib/fix/workflow_editor.h"

#include <algorithm>
#include <optional>

#include "lib/base/sources.h"
#include "lib/fix/yaml_editor.h"
#include "lib/lang/github_actions/github_actions.h"
#include "lib/model/document.h"

namespace weir::fix {
namespace {

constexpr std::string_view kPath = ".github/workflows/workflow.yml";

class WorkflowEditor final : public Editor {
 public:
  WorkflowEditor(EditedText& text, Target target) : Editor(text, target), yaml_(NewYamlEditor(text, std::move(target))) {}

 private:
  // The step as it is now. Its place moves with what is changed in it.
  const Resource* Open() {
    snapshot_ = git::NewMemorySnapshot({{std::string(kPath), text()}});
    sources_ = SourceMap();
    arena_.Reset();
    document_ = Document();
    github_actions::GithubActions().Evaluate(kPath, *snapshot_, sources_, arena_, Limits{}, document_);
    for (const Resource* r : document_.resources)
      if (r->type == "step" && r->block.offset == start()) return r;
    return nullptr;
  }

  static const weir::Value* ExpressionOf(const Resource& step, const Path& path) {
    const weir::Value* list = step.body->Get("expressions");
    const size_t index = path.size() == 2 && layout::IsIndex(path[1]) ? layout::IndexOf(path[1]) : SIZE_MAX;
    return list != nullptr && index < list->items.size() ? list->items[index] : nullptr;
  }

  // How the variable is read where the expression stands; nothing where it would not be expanded.
  std::optional<std::string> Use(const Resource& step, Span expression, const std::string& name) const {
    const weir::Value* run = step.body->Get("run");
    if (run == nullptr || run->text.find("<<") != std::string_view::npos) return std::nullopt;
    char quote = 0;
    for (uint32_t i = run->origin.offset; i < expression.offset; ++i) {
      const char c = text()[i];
      if (c == '\\' && quote != '\'') ++i;
      else if (quote == 0 && (c == '"' || c == '\'')) quote = c;
      else if (c == quote) quote = 0;
      else if (quote == 0 && c == '#' && (text()[i - 1] == ' ' || text()[i - 1] == '\n')) i = std::min(layout::LineEnd(text(), i), expression.offset) - 1;
    }
    if (quote == '\'') return std::nullopt;
    // A scalar in quotes has its own, which are not the shell's.
    if (const char first = text()[run->origin.offset]; first == '"' || first == '\'') return std::nullopt;
    return quote == '"' ? "${" + name + "}" : "\"${" + name + "}\"";
  }

  // github.event.issue.title: ISSUE_TITLE; github.head_ref: HEAD_REF; inputs.path: INPUTS_PATH. Never a name that means something to the shell or the runner.
  static std::string NameOf(std::string_view context) {
    const size_t last = context.rfind('.');
    std::string_view tail = context;
    if (last != std::string_view::npos) {
      const size_t before = last == 0 ? std::string_view::npos : context.rfind('.', last - 1);
      const bool alone = before == std::string_view::npos && (context.starts_with("github.") || context.starts_with("secrets.") || context.starts_with("env."));
      tail = context.substr(alone ? last + 1 : before == std::string_view::npos ? 0 : before + 1);
    }
    std::string out;
    for (const char c : tail) out += c >= 'a' && c <= 'z' ? char(c - 32) : (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    constexpr std::string_view kTaken[] = {"PATH", "HOME", "SHELL", "USER", "PWD", "IFS", "CI", "ENV", "BASH_ENV", "LANG", "TMPDIR", "EVENT", "ACTOR"};
    const bool taken = std::ranges::find(kTaken, out) != std::end(kTaken) || out.starts_with("RUNNER_") || (out.starts_with("GITHUB_") && !context.starts_with("secrets."));
    return taken || out.empty() || (out[0] >= '0' && out[0] <= '9') ? "VALUE_" + out : out;
  }

  bool Set(const Path& path, const NewValue& value) override {
    if (path.empty() || path[0] != "expressions") return yaml_->Do(Operation::Op::kSet, path, value);
    const Resource* step = Open();
    const weir::Value* expression = step == nullptr ? nullptr : ExpressionOf(*step, path);
    if (expression == nullptr || step->body->Get("commands") == nullptr || expression->Get("where")->text != "run") return false;
    const weir::Value* flowing = expression->Get("flowing");
    if (flowing == nullptr || flowing->items.empty()) return false;
    const std::string name = NameOf(flowing->items[0]->text), source(sources_.text(expression->origin));
    const weir::Value* env = step->body->Get("env");
    if (env != nullptr && (!IsMapping(env->kind) || (env->Get(name) != nullptr && env->Get(name)->text != source))) return false;
    if (!Use(*step, expression->origin, name)) return false;
    if (env == nullptr || env->Get(name) == nullptr) {
      NewValue text;
      text.kind = NewValue::Kind::kText;
      text.text = source;
      if (!yaml_->Do(Operation::Op::kSet, {"env", name}, text)) return false;
    }
    // The expressions of `env` have joined the others: the one that is meant is found by its text.
    step = Open();
    if (step == nullptr) return false;
    for (const weir::Value* e : step->body->Get("expressions")->items) {
      if (e->Get("where")->text != "run" || sources_.text(e->origin) != source) continue;
      const auto use = Use(*step, e->origin, name);
      if (!use) return false;
      Change(e->origin.offset, e->origin.end(), *use);
    }
    return true;
  }
  bool Remove(const Path& path) override { return yaml_->Do(Operation::Op::kRemove, path, {}); }
  bool Append(const Path& path, const NewValue& value) override { return yaml_->Do(Operation::Op::kAppend, path, value); }
  bool Replace(const Path& path, const NewValue& value) override { return yaml_->Do(Operation::Op::kReplace, path, value); }
  bool AddBlock(const Path& path, const NewValue& value) override { return yaml_->Do(Operation::Op::kAddBlock, path, value); }
  bool AddResource(std::string_view, std::string_view, const NewValue&) override { return false; }
  bool Rename(const Path& path, std::string_view name) override {
    NewValue value;
    value.kind = NewValue::Kind::kText;
    value.text = name;
    return yaml_->Do(Operation::Op::kRename, path, value);
  }

  const std::unique_ptr<Editor> yaml_;
  std::unique_ptr<git::Snapshot> snapshot_;
  SourceMap sources_;
  Arena arena_;
  Document document_;
};

}  // namespace

bool IsWorkflow(std::string_view path) { return github_actions::GithubActions().Claims(path, {}); }

std::unique_ptr<Editor> NewWorkflowEditor(EditedText& text, Target target) { return std::make_unique<WorkflowEditor>(text, std::move(target)); }

}  // namespace weir::fix
