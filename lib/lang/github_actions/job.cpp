// Jobs and steps.
#include <algorithm>

#include "lib/base/unicode.h"
#include "lib/git/paths.h"
#include "lib/lang/github_actions/workflow.h"
#include "lib/lang/shell/commands.h"
#include "lib/lang/yaml_text.h"

namespace weir::github_actions {
namespace {

bool IsMappingNode(const yaml::Node* node) { return node != nullptr && node->kind == yaml::Kind::kMapping; }
bool IsScalarNode(const yaml::Node* node) { return node != nullptr && node->kind == yaml::Kind::kScalar; }

// Actions that run the text of an input, as their documentation says.
struct CodeInput {
  std::string_view action, input;
};
constexpr CodeInput kCodeInputs[] = {{"actions/github-script", "script"}, {"azure/cli", "inlinescript"}, {"azure/powershell", "inlinescript"}, {"appleboy/ssh-action", "script"},
                                     {"nick-fields/retry", "command"}, {"nick-invision/retry", "command"}, {"amadevus/pwsh-script", "script"}, {"cardinalby/js-eval-action", "expression"},
                                     {"jannekem/run-python-script-action", "script"}, {"addnab/docker-run-action", "run"}};

bool IsHexOf40(std::string_view ref) {
  return (ref.size() == 40 || ref.size() == 64) && ref.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// A shell whose scripts lib/syntax/shell reads.
bool IsPosixShell(std::string_view shell) {
  const std::string_view program = shell.substr(0, shell.find(' '));
  const std::string_view name = program.substr(program.rfind('/') + 1);
  return name == "bash" || name == "sh" || name == "dash" || name == "zsh" || name == "ash";
}

}  // namespace

void FileReader::ReadMatrix(const yaml::Node* matrix, Scope& scope) {
  if (!IsMappingNode(matrix)) {
    scope.matrix_known = matrix == nullptr;
    return;
  }
  for (const yaml::Pair& m : PairsOf(*matrix)) {
    const yaml::Node& values = m.value->Resolved();
    const bool computed = values.kind == yaml::Kind::kScalar && values.text.find("${{") != std::string_view::npos;
    if (computed && m.key->text == "include") scope.matrix_known = false;
    const std::string name = ToLower(m.key->text);
    scope.matrix[name] = computed ? Taint{{}, {"matrix." + name}} : Taint{};
    if (m.key->text != "include") continue;
    for (const yaml::Node* item : values.items())
      if (IsMappingNode(&item->Resolved()))
        for (const yaml::Pair& inner : PairsOf(item->Resolved())) scope.matrix.try_emplace(ToLower(inner.key->text));
  }
}

void FileReader::AddStepIds(const yaml::Node* steps, Scope& scope) {
  if (steps == nullptr) return;
  for (const yaml::Node* step : steps->items())
    if (IsMappingNode(&step->Resolved()))
      if (const yaml::Node* id = step->Resolved().Find("id"); IsScalarNode(id)) scope.step_ids.insert(ToLower(id->text));
}

const Value* FileReader::RunsOn(const yaml::Node* node, Scope& scope) {
  std::vector<const Value*> labels;
  const auto add = [&](const yaml::Node& n) {
    for (const yaml::Node* item : n.items())
      if (IsScalarNode(&item->Resolved())) labels.push_back(NewString(arena_, item->Resolved().text, item->span));
    if (n.kind == yaml::Kind::kScalar && !n.text.empty()) labels.push_back(NewString(arena_, n.text, n.span));
  };
  if (node != nullptr) add(*node);
  if (IsMappingNode(node))
    if (const yaml::Node* inner = node->Find("labels")) add(*inner);
  for (const Value* label : labels) scope.windows |= ToLower(label->text).starts_with("windows");
  return List(labels, node != nullptr ? node->span : Span{});
}

void FileReader::ReadJob(const yaml::Pair& pair, const Scope& around) {
  const yaml::Node& node = *pair.value;
  if (node.kind != yaml::Kind::kMapping) return;
  Scope scope = around;
  scope.job = pair.key->text;
  scope.address = "jobs." + scope.job;
  scope.in_job = true;
  scope.matrix_known = true;
  if (const yaml::Node* needs = node.Find("needs")) {
    if (IsScalarNode(needs)) scope.needs.insert(ToLower(needs->text));
    for (const yaml::Node* item : needs->items())
      if (IsScalarNode(&item->Resolved())) scope.needs.insert(ToLower(item->Resolved().text));
  }
  // What a matrix lists as it is, nobody else decides; what it computes may be anyone's.
  if (const yaml::Node* strategy = node.Find("strategy"); IsMappingNode(strategy)) ReadMatrix(strategy->Find("matrix"), scope);
  const Value* runs_on = RunsOn(node.Find("runs-on"), scope);
  if (const yaml::Node* permissions = node.Find("permissions")) scope.permissions = ValueOf(*permissions, YamlSchema::kCore, arena_, node.FindPair("permissions")->key->span);
  if (const yaml::Node* defaults = node.Find("defaults"); IsMappingNode(defaults))
    if (const yaml::Node* run = defaults->Find("run"); IsMappingNode(run))
      if (const yaml::Node* shell = run->Find("shell"); IsScalarNode(shell)) scope.shell = shell->text;
  AddEnv(node.Find("env"), scope.env, scope);

  const size_t first = steps_.size();
  std::vector<Entry> entries = EntriesOf(node, "steps", "env");
  if (const yaml::Node* env = node.Find("env")) entries.push_back({"env", ValueOf(*env, YamlSchema::kCore, arena_), {}});
  entries.push_back({"id", NewString(arena_, pair.key->text, pair.key->span), {}});
  entries.push_back({"runs_on", runs_on, {}});
  entries.push_back({"event_names", scope.event_names, {}});
  entries.push_back({"workflow_scripts", scope.scripts, {}});
  entries.push_back({"workflow_actions", scope.actions, {}});
  if (scope.permissions != nullptr) entries.push_back({"permissions_in_force", scope.permissions, {}});
  if (node.Find("steps") != nullptr) entries.push_back({"steps", ReadSteps(node.Find("steps"), scope), {}});
  entries.push_back({"env_list", EnvList(node.Find("env")), {}});
  std::set<std::string, std::less<>> code = {"run"};
  if (const yaml::Node* uses = node.Find("uses"); IsScalarNode(uses)) {
    entries.push_back({"action", ActionOf(*uses), {}});
    for (const std::string& input : CalleeOf(uses->text).code_inputs) code.insert("with." + input);
  }
  if (const yaml::Node* run = node.Find("run"); IsScalarNode(run)) entries.push_back({"commands", ShellCommands(TextOf(*run, source_, arena_), arena_), {}});
  // Its outputs speak of its steps.
  AddStepIds(node.Find("steps"), scope);
  entries.push_back({"expressions", Expressions(node, scope, "steps", code), {}});
  Declare("job", pair.key->text, scope.address, Object(std::move(entries), pair.key->span), WithBlankLines(node.span), pair.key->span);
  out_.resources.insert(out_.resources.end(), steps_.begin() + long(first), steps_.end());
  steps_.resize(first);
  ++declared_;
}

const Value* FileReader::ReadSteps(const yaml::Node* steps, const Scope& around) {
  std::vector<const Value*> out;
  Scope scope = around;
  AddStepIds(steps, scope);
  if (steps != nullptr)
    for (size_t i = 0; i < steps->items().size(); ++i) {
      const yaml::Node& step = steps->items()[i]->Resolved();
      if (step.kind != yaml::Kind::kMapping || ++declared_ > limits_.instances) continue;
      out.push_back(ReadStep(step, i, scope));
    }
  return List(out, steps != nullptr ? steps->span : Span{});
}

const Value* FileReader::ReadStep(const yaml::Node& step, size_t index, const Scope& around) {
  Scope scope = around;
  const Span header = step.pairs().empty() ? step.span : Cover(step.pairs()[0].key->span, step.pairs()[0].value->kind == yaml::Kind::kScalar && step.pairs()[0].value->style == yaml::Style::kPlain
                                                                                             ? step.pairs()[0].value->span : step.pairs()[0].key->span);
  AddEnv(step.Find("env"), scope.env, scope);
  std::vector<Entry> entries = EntriesOf(step);
  entries.push_back({"index", NewNumber(arena_, Number::FromInt(int64_t(index)), header), {}});
  entries.push_back({"event_names", scope.event_names, {}});
  entries.push_back({"releases", NewBool(arena_, scope.releases, header), {}});
  if (!scope.job.empty()) entries.push_back({"job", Text(scope.job, header), {}});
  if (scope.permissions != nullptr) entries.push_back({"permissions_in_force", scope.permissions, {}});
  entries.push_back({"env_list", EnvList(step.Find("env")), {}});
  std::set<std::string, std::less<>> code = {"run"};
  if (const yaml::Node* uses = step.Find("uses"); IsScalarNode(uses)) {
    entries.push_back({"action", ActionOf(*uses), {}});
    code = CodeKeys(uses->text);
  }
  std::string shell = scope.shell;
  if (const yaml::Node* own = step.Find("shell"); IsScalarNode(own)) shell = own->text;
  if (shell.empty()) shell = scope.windows ? "pwsh" : "bash";
  if (const yaml::Node* run = step.Find("run"); IsScalarNode(run)) {
    entries.push_back({"shell_in_force", Text(shell, run->span), {}});
    if (IsPosixShell(shell)) entries.push_back({"commands", ShellCommands(TextOf(*run, source_, arena_), arena_), {}});
  }
  entries.push_back({"expressions", Expressions(step, scope, "", code), {}});
  const std::string address = scope.address + ".steps[" + std::to_string(index) + "]";
  const yaml::Node* id = step.Find("id");
  const Value* body = Object(std::move(entries), header);
  Declare("step", IsScalarNode(id) ? id->text : std::string_view(address), address, body, WithBlankLines(step.span), header);
  return body;
}

std::set<std::string, std::less<>> FileReader::CodeKeys(std::string_view uses) {
  std::set<std::string, std::less<>> out;
  const std::string name = ToLower(uses.substr(0, uses.find('@')));
  for (const CodeInput& c : kCodeInputs)
    if (name == c.action) out.insert("with." + std::string(c.input));
  for (const std::string& input : CalleeOf(uses).code_inputs) out.insert("with." + input);
  return out;
}

// owner/repository/path@ref, ./path, docker://image
const Value* FileReader::ActionOf(const yaml::Node& uses) {
  const std::string_view text = uses.text;
  std::vector<Entry> entries = {{"text", NewString(arena_, text, uses.span), {}}};
  const auto add = [&](std::string_view key, std::string_view value) { entries.push_back({key, NewString(arena_, value, uses.span), {}}); };
  if (text.starts_with("docker://")) {
    add("kind", "docker");
    add("image", text.substr(9));
    entries.push_back({"pinned", NewBool(arena_, text.find("@sha256:") != std::string_view::npos, uses.span), {}});
  } else if (text.starts_with("./") || text.starts_with("../") || text.starts_with("$/")) {
    add("kind", "local");
    const Callee& callee = CalleeOf(text);
    entries.push_back({"found", NewBool(arena_, callee.found, uses.span), {}});
    std::vector<std::string> inputs(callee.inputs.begin(), callee.inputs.end()), required(callee.required.begin(), callee.required.end());
    entries.push_back({"inputs", Texts(inputs, uses.span), {}});
    entries.push_back({"required", Texts(required, uses.span), {}});
  } else {
    add("kind", "repository");
    const size_t at = text.find('@');
    std::string_view name = text.substr(0, at);
    const size_t slash = name.find('/');
    if (slash != std::string_view::npos) {
      const size_t second = name.find('/', slash + 1);
      add("owner", arena_.Copy(std::string_view(ToLower(name.substr(0, slash)))));
      add("name", arena_.Copy(std::string_view(ToLower(name.substr(0, second)))));
      if (second != std::string_view::npos) add("path", name.substr(second + 1));
    }
    if (at != std::string_view::npos) add("ref", text.substr(at + 1));
    entries.push_back({"pinned", NewBool(arena_, at != std::string_view::npos && IsHexOf40(text.substr(at + 1)), uses.span), {}});
  }
  return Object(std::move(entries), uses.span);
}

// What stands at "./path" of the repository: an action's folder or a reusable workflow. Read without declaring anything of it.
const Callee& FileReader::CalleeOf(std::string_view reference) {
  const auto [at, fresh] = callees_.try_emplace(std::string(reference));
  Callee& callee = at->second;
  if (!fresh || !(reference.starts_with("./") || reference.starts_with("$/"))) return callee;
  // Paths begin at the root of the repository that holds .github.
  const size_t root = path_.find(".github/");
  std::string path = (root == std::string::npos ? std::string() : path_.substr(0, root)) + std::string(reference.substr(2));
  while (path.ends_with('/')) path.pop_back();
  if (!git::IsCleanPath(path)) return callee;
  std::vector<std::string> candidates = {git::Join(path, "action.yml"), git::Join(path, "action.yaml")};
  if (path.ends_with(".yml") || path.ends_with(".yaml")) candidates = {path};
  for (const std::string& candidate : candidates) {
    const auto blob = snapshot_.Read(candidate, limits_.file_size);
    if (!blob.ok()) continue;
    callee.found = true;
    const std::string_view text = arena_.Copy(blob->text());
    const yaml::Tree tree = yaml::Parse(text, kNoFile, arena_, limits_);
    if (tree.documents.empty() || tree.documents[0].root == nullptr) return callee;
    const yaml::Node& node = tree.documents[0].root->Resolved();
    const yaml::Node* inputs = node.Find("inputs");
    if (const yaml::Node* on = node.Find("on"); IsMappingNode(on))
      if (const yaml::Node* call = on->Find("workflow_call"); IsMappingNode(call)) inputs = call->Find("inputs");
    if (IsMappingNode(inputs))
      for (const yaml::Pair& pair : PairsOf(*inputs)) {
        const yaml::Node& input = pair.value->Resolved();
        callee.inputs.insert(ToLower(pair.key->text));
        const yaml::Node* required = IsMappingNode(&input) ? input.Find("required") : nullptr;
        if (IsScalarNode(required) && required->text == "true" && input.Find("default") == nullptr) callee.required.insert(ToLower(pair.key->text));
      }
    // Which inputs are written into a script there.
    std::vector<const yaml::Node*> holders;
    if (const yaml::Node* runs = node.Find("runs"); IsMappingNode(runs)) holders.push_back(runs);
    if (const yaml::Node* jobs = node.Find("jobs"); IsMappingNode(jobs))
      for (const yaml::Pair& job : PairsOf(*jobs)) holders.push_back(&job.value->Resolved());
    for (const yaml::Node* holder : holders) {
      const yaml::Node* steps = IsMappingNode(holder) ? holder->Find("steps") : nullptr;
      if (steps == nullptr) continue;
      for (const yaml::Node* step : steps->items()) {
        const yaml::Node* run = IsMappingNode(&step->Resolved()) ? step->Resolved().Find("run") : nullptr;
        if (!IsScalarNode(run)) continue;
        for (const Occurrence& o : FindExpressions(run->text))
          for (const std::string& c : ParseExpression(o.inner).flowing)
            if (c.starts_with("inputs.")) callee.code_inputs.insert(c.substr(7));
      }
    }
    return callee;
  }
  return callee;
}

}  // namespace weir::github_actions
