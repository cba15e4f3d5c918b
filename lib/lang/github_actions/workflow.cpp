#include "lib/lang/github_actions/workflow.h"

#include <algorithm>

#include "lib/base/unicode.h"
#include "lib/git/paths.h"
#include "lib/lang/yaml_text.h"

namespace weir::github_actions {
namespace {

constexpr int kDeepestNode = 100;

bool IsMappingNode(const yaml::Node* node) { return node != nullptr && node->kind == yaml::Kind::kMapping; }
bool IsScalarNode(const yaml::Node* node) { return node != nullptr && node->kind == yaml::Kind::kScalar; }

// For a release, a tag, or a branch of releases.
bool Releases(const Value& events) {
  return std::ranges::any_of(events.items, [](const Value* e) {
    const std::string_view name = e->Get("name")->text;
    if (name == "release") return true;
    if (name != "push") return false;
    if (e->Get("tags") != nullptr) return true;
    const Value* branches = e->Get("branches");
    return branches != nullptr && IsSequence(branches->kind) && std::ranges::any_of(branches->items, [](const Value* b) { return b->kind == Kind::kString && b->text.starts_with("release"); });
  });
}

void AddTo(std::vector<std::string>& list, const std::string& item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

}  // namespace

const Value* FileReader::Object(std::vector<Entry> entries, Span span) {
  Value* v = NewMapping(arena_, Kind::kObject, arena_.Copy(entries), span);
  v->flags |= Value::kSoft;
  return v;
}

const Value* FileReader::Texts(const std::vector<std::string>& texts, Span span) {
  std::vector<const Value*> items;
  for (const std::string& t : texts) items.push_back(Text(t, span));
  return List(items, span);
}

std::vector<Entry> FileReader::EntriesOf(const yaml::Node& node, std::string_view skip, std::string_view skip_too) {
  std::vector<Entry> out;
  if (node.kind != yaml::Kind::kMapping) return out;
  for (const yaml::Pair& pair : PairsOf(node))
    if (pair.key->text != skip && pair.key->text != skip_too)
      out.push_back({pair.key->text, ValueOf(*pair.value, YamlSchema::kCore, arena_, OriginOf(pair)), pair.key->span});
  return out;
}

void FileReader::Declare(std::string_view type, std::string_view name, std::string_view address, const Value* body, Span block, Span header) {
  auto* r = arena_.New<Resource>();
  r->language = "github_actions";
  r->type = type;
  r->name = arena_.Copy(name);
  r->address = r->declared = arena_.Copy(address);
  r->body = body;
  r->block = block;
  r->header = header;
  if (type == "step") steps_.push_back(r);
  else out_.resources.push_back(r);
}

const yaml::Node* FileReader::Open(const std::string& path) {
  path_ = path;
  const yaml::Tree* tree = ReadYaml(path, snapshot_, sources_, arena_, limits_, out_);
  if (tree == nullptr) return nullptr;
  source_ = tree->source;
  for (const yaml::Document& d : tree->documents)
    if (d.root != nullptr) return &d.root->Resolved();
  return nullptr;
}

void FileReader::ReadWorkflow(const std::string& path) {
  const yaml::Node* root = Open(path);
  if (root == nullptr) return;
  if (root->kind != yaml::Kind::kMapping) {
    out_.diagnostics.push_back({Diagnostic::Kind::kSyntax, root->span, "A workflow is a mapping", "It begins with name, on and jobs."});
    return;
  }
  const yaml::Pair* on = root->FindPair("on");
  const Span header = on != nullptr ? on->key->span : root->pairs().empty() ? root->span : root->pairs()[0].key->span;
  Scope scope;
  scope.address = "jobs";
  const Value* events = Events(on != nullptr ? &on->value->Resolved() : nullptr);
  std::vector<std::string> names;
  for (const Value* e : events->items) names.emplace_back(e->Get("name")->text);
  scope.event_names = Texts(names, header);
  scope.releases = Releases(*events);
  inputs_known_ = true;
  if (const yaml::Node* permissions = root->Find("permissions")) scope.permissions = ValueOf(*permissions, YamlSchema::kCore, arena_, root->FindPair("permissions")->key->span);
  if (const yaml::Node* defaults = root->Find("defaults"); IsMappingNode(defaults))
    if (const yaml::Node* run = defaults->Find("run"); IsMappingNode(run))
      if (const yaml::Node* shell = run->Find("shell"); IsScalarNode(shell)) scope.shell = shell->text;
  AddEnv(root->Find("env"), scope.env, scope);
  ListSteps(root->Find("jobs"), scope);

  std::vector<Entry> entries = EntriesOf(*root, "jobs");
  const size_t place = out_.resources.size();
  std::vector<const Value*> jobs;
  if (const yaml::Node* node = root->Find("jobs"); IsMappingNode(node))
    for (const yaml::Pair& pair : PairsOf(*node)) {
      if (declared_ > limits_.instances) {
        out_.diagnostics.push_back({Diagnostic::Kind::kLimit, pair.key->span, "The workflow has too many jobs and steps", "Split it."});
        break;
      }
      const size_t first = out_.resources.size();
      ReadJob({pair.key, &pair.value->Resolved()}, scope);
      if (out_.resources.size() > first) jobs.push_back(out_.resources[first]->body);
    }
  entries.push_back({"events", events, {}});
  entries.push_back({"event_names", scope.event_names, {}});
  entries.push_back({"jobs", List(jobs, header), {}});
  entries.push_back({"path", Text(path, header), {}});
  entries.push_back({"env_list", EnvList(root->Find("env")), {}});
  entries.push_back({"reusable", NewBool(arena_, std::ranges::find(names, "workflow_call") != names.end(), header), {}});
  entries.push_back({"expressions", Expressions(*root, scope, "jobs", {}), {}});
  Declare("workflow", "workflow", "workflow", Object(std::move(entries), header), {root->span.file, 0, uint32_t(source_.size())}, header);
  std::rotate(out_.resources.begin() + long(place), out_.resources.end() - 1, out_.resources.end());
}

void FileReader::ReadAction(const std::string& path) {
  const yaml::Node* root = Open(path);
  const yaml::Node* runs = IsMappingNode(root) ? root->Find("runs") : nullptr;
  if (!IsMappingNode(runs)) return;  // some other action.yml
  const Span header = root->FindPair("runs")->key->span;
  Scope scope;
  scope.address = "runs";
  scope.event_names = Texts({}, header);
  ReadInputs(root->Find("inputs"));
  inputs_known_ = true;
  std::vector<Entry> entries = EntriesOf(*root);
  const yaml::Node* using_node = runs->Find("using");
  if (IsScalarNode(using_node)) entries.push_back({"using", ScalarValue(*using_node, YamlSchema::kCore, arena_), {}});
  entries.push_back({"steps", ReadSteps(runs->Find("steps"), scope), {}});
  entries.push_back({"path", Text(path, header), {}});
  entries.push_back({"expressions", Expressions(*root, scope, "runs", {}), {}});
  Declare("action", "action", "action", Object(std::move(entries), header), {root->span.file, 0, uint32_t(source_.size())}, header);
  out_.resources.insert(out_.resources.end(), steps_.begin(), steps_.end());
  steps_.clear();
}

void FileReader::ReadDependabot(const std::string& path) {
  const yaml::Node* root = Open(path);
  const yaml::Node* updates = IsMappingNode(root) ? root->Find("updates") : nullptr;
  if (updates == nullptr) return;
  size_t index = 0;
  for (const yaml::Node* item : updates->items()) {
    const yaml::Node& update = item->Resolved();
    const std::string address = "updates[" + std::to_string(index++) + "]";
    if (!IsMappingNode(&update) || update.pairs().empty()) continue;
    if (++declared_ > limits_.instances)
      return out_.diagnostics.push_back({Diagnostic::Kind::kLimit, item->span, "The file has too many updates", "Split it."});
    const yaml::Node* name = update.Find("package-ecosystem");
    Declare("update", IsScalarNode(name) ? name->text : std::string_view("update"), address, Object(EntriesOf(update), update.pairs()[0].key->span), WithBlankLines(item->span), update.pairs()[0].key->span);
  }
}

void FileReader::ListSteps(const yaml::Node* jobs, Scope& scope) {
  std::vector<const Value*> scripts, actions;
  if (IsMappingNode(jobs))
    for (const yaml::Pair& pair : PairsOf(*jobs)) {
      const yaml::Node& job = pair.value->Resolved();
      const yaml::Node* steps = IsMappingNode(&job) ? job.Find("steps") : nullptr;
      if (steps == nullptr) continue;
      for (const yaml::Node* step : steps->items()) {
        if (!IsMappingNode(&step->Resolved())) continue;
        if (const yaml::Node* run = step->Resolved().Find("run"); IsScalarNode(run)) scripts.push_back(NewString(arena_, run->text, run->span));
        if (const yaml::Node* uses = step->Resolved().Find("uses"); IsScalarNode(uses)) actions.push_back(NewString(arena_, uses->text, uses->span));
      }
    }
  scope.scripts = List(scripts, {});
  scope.actions = List(actions, {});
}

Span FileReader::WithBlankLines(Span span) const {
  uint32_t end = span.end();
  while (end < source_.size() && std::string_view(" \t\r\n").find(source_[end]) != std::string_view::npos) ++end;
  while (end > span.end() && source_[end - 1] != '\n') --end;  // not the indentation of what follows
  return {span.file, span.offset, end - span.offset};
}

// push, [push, fork], {push: {branches: […]}, schedule: [{cron: …}]}
const Value* FileReader::Events(const yaml::Node* on) {
  std::vector<const Value*> out;
  if (IsScalarNode(on)) out.push_back(Object({{"name", ScalarValue(*on, YamlSchema::kCore, arena_), {}}}, on->span));
  if (on != nullptr)
    for (const yaml::Node* item : on->items())
      if (IsScalarNode(&item->Resolved())) out.push_back(Object({{"name", NewString(arena_, item->Resolved().text, item->span), {}}}, item->span));
  if (IsMappingNode(on))
    for (const yaml::Pair& pair : PairsOf(*on)) {
      const yaml::Node& value = pair.value->Resolved();
      std::vector<Entry> entries = EntriesOf(value);
      entries.push_back({"name", NewString(arena_, pair.key->text, pair.key->span), {}});
      if (pair.key->text == "schedule") entries.push_back({"cron", ValueOf(value, YamlSchema::kCore, arena_), {}});
      if (IsMappingNode(&value) && (pair.key->text == "workflow_dispatch" || pair.key->text == "workflow_call")) ReadInputs(value.Find("inputs"));
      out.push_back(Object(std::move(entries), pair.key->span));
    }
  // A single word that is empty is no event.
  std::erase_if(out, [](const Value* e) { return e->Get("name")->kind != Kind::kString; });
  return List(out, on != nullptr ? on->span : Span{});
}

void FileReader::ReadInputs(const yaml::Node* inputs) {
  if (!IsMappingNode(inputs)) return;
  for (const yaml::Pair& pair : PairsOf(*inputs)) {
    const yaml::Node& value = pair.value->Resolved();
    inputs_.insert(ToLower(pair.key->text));
    const yaml::Node* type = IsMappingNode(&value) ? value.Find("type") : nullptr;
    if (IsScalarNode(type) && (type->text == "boolean" || type->text == "number" || type->text == "choice" || type->text == "environment")) safe_inputs_.insert(ToLower(pair.key->text));
  }
}

const Value* FileReader::EnvList(const yaml::Node* env) {
  std::vector<const Value*> out;
  if (IsMappingNode(env))
    for (const yaml::Pair& pair : PairsOf(*env))
      out.push_back(Object({{"name", NewString(arena_, pair.key->text, pair.key->span), {}}, {"value", ValueOf(*pair.value, YamlSchema::kCore, arena_), {}}}, pair.value->span));
  return List(out, IsMappingNode(env) ? env->span : Span{});
}

// What strangers and callers can put into each variable.
void FileReader::AddEnv(const yaml::Node* env, Taints& taints, const Scope& scope) {
  if (!IsMappingNode(env)) return;
  Taints own;
  for (const yaml::Pair& pair : PairsOf(*env)) {
    const yaml::Node& value = pair.value->Resolved();
    Taint taint;
    if (IsScalarNode(&value))
      for (const Occurrence& o : FindExpressions(value.text)) {
        const Taint t = TaintOf(ParseExpression(o.inner), scope);
        for (const std::string& a : t.attackers) AddTo(taint.attackers, a);
        for (const std::string& a : t.inputs) AddTo(taint.inputs, a);
      }
    own[ToLower(pair.key->text)] = std::move(taint);
  }
  for (auto& [name, taint] : own) taints[name] = std::move(taint);
}

Taint FileReader::TaintOf(const Expression& e, const Scope& scope) const {
  Taint out;
  for (const std::string& context : e.flowing) {
    const std::string_view name = std::string_view(context).substr(context.rfind('.') + 1);
    const auto merge = [&](const Taints& known) {
      const auto at = known.find(name);
      if (at == known.end()) return false;
      for (const std::string& a : at->second.attackers) AddTo(out.attackers, a);
      for (const std::string& a : at->second.inputs) AddTo(out.inputs, a);
      return true;
    };
    if (context.starts_with("env.") && merge(scope.env)) continue;
    if (context.starts_with("matrix.") && merge(scope.matrix)) continue;
    if ((context.starts_with("inputs.") || context.starts_with("github.event.inputs.")) && safe_inputs_.contains(name)) continue;
    if (IsAttackers(context)) AddTo(out.attackers, context);
    else if (IsInput(context)) AddTo(out.inputs, context);
  }
  return out;
}

std::string FileReader::Missing(const Expression& e, const Scope& scope) const {
  for (const std::string& context : e.contexts) {
    const size_t dot = context.find('.');
    if (dot == std::string::npos) continue;
    const std::string_view holder = std::string_view(context).substr(0, dot), rest = std::string_view(context).substr(dot + 1), name = rest.substr(0, rest.find('.'));
    if (name == "*") continue;
    if (holder == "steps" && scope.in_job && !scope.step_ids.contains(name)) return "there is no step with the id " + std::string(name);
    if (holder == "needs" && scope.in_job && !scope.needs.contains(name)) return "the job does not need " + std::string(name);
    if (holder == "matrix" && scope.in_job && scope.matrix_known && !scope.matrix.contains(name)) return "the matrix has no " + std::string(name);
    if (holder == "inputs" && inputs_known_ && !inputs_.contains(name)) return "there is no input " + std::string(name);
  }
  return {};
}

const Value* FileReader::Expressions(const yaml::Node& node, const Scope& scope, std::string_view skip, const std::set<std::string, std::less<>>& code) {
  std::vector<const Value*> out;
  if (IsMappingNode(&node))
    for (const yaml::Pair& pair : PairsOf(node))
      if (pair.key->text != skip) Collect(pair.value->Resolved(), std::string(pair.key->text), scope, code, out, 0);
  return List(out, node.span);
}

void FileReader::Collect(const yaml::Node& node, const std::string& key, const Scope& scope, const std::set<std::string, std::less<>>& code, std::vector<const Value*>& out, int depth) {
  if (depth > kDeepestNode) return;
  for (const yaml::Node* item : node.items()) Collect(item->Resolved(), key + "[]", scope, code, out, depth + 1);
  if (node.kind == yaml::Kind::kMapping)
    for (const yaml::Pair& pair : PairsOf(node)) Collect(pair.value->Resolved(), key + "." + std::string(pair.key->text), scope, code, out, depth + 1);
  if (node.kind != yaml::Kind::kScalar || node.text.empty()) return;
  const bool condition = key == "if";
  std::vector<Occurrence> found = FindExpressions(node.text);
  const bool fenced = !found.empty();
  // A condition needs no marks.
  if (condition && !fenced && node.style != yaml::Style::kPlain) found.push_back({0, uint32_t(node.text.size()), node.text});
  else if (condition && !fenced && node.text != "true" && node.text != "false") found.push_back({0, uint32_t(node.text.size()), node.text});
  if (found.empty()) return;
  const MappedText map = TextOf(node, source_, arena_);
  for (const Occurrence& o : found) {
    Expression e = ParseExpression(o.inner);
    if (!o.closed) e.error = "it is never closed", e.error_at = 0;
    if (e.error.empty()) e.error = Missing(e, scope);
    const Span span = map.SpanOf(o.begin, o.end);
    const Taint taint = TaintOf(e, scope);
    std::vector<std::string> secrets;
    for (const std::string& c : e.contexts)
      if (c == "secrets" || c.starts_with("secrets.")) secrets.push_back(c);
    const size_t dot = key.find_first_of(".[");
    const bool surplus = condition && fenced && (o.begin != 0 || o.end != node.text.size());
    std::vector<Entry> entries = {{"text", Text(o.inner, span), {}}, {"where", Text(key.substr(0, dot), span), {}}, {"key", Text(key, span), {}}, {"contexts", Texts(e.contexts, span), {}},
                                  {"flowing", Texts(e.flowing, span), {}}, {"functions", Texts(e.functions, span), {}}, {"tainted", Texts(taint.attackers, span), {}},
                                  {"inputs", Texts(taint.inputs, span), {}}, {"secrets", Texts(secrets, span), {}}, {"code", NewBool(arena_, code.contains(ToLower(key)), span), {}},
                                  {"contained_in_text", Texts(e.literal_contains, span), {}}, {"actor_checks", Texts(e.actor_checks, span), {}},
                                  {"constant", NewBool(arena_, e.constant && e.error.empty(), span), {}}, {"surplus", NewBool(arena_, surplus, span), {}}};
    if (!e.error.empty()) entries.push_back({"error", Text(e.error, span), {}});
    out.push_back(Object(std::move(entries), span));
  }
}

}  // namespace weir::github_actions
