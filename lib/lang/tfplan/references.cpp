#include "lib/lang/tfplan/references.h"

#include <algorithm>

#include "lib/lang/tfplan/plan.h"

namespace weir::tfplan {
namespace {

constexpr int kMaxHops = 16;  // through variables and outputs

std::string_view TextAt(const Value* object, std::string_view key) {
  const Value* v = object != nullptr ? object->Get(key) : nullptr;
  return v != nullptr && v->kind == Kind::kString ? v->text : std::string_view();
}

// The first step of `name` that is not inside brackets: "aws_x" of "aws_x.y[0].z"; takes it and its dot off.
std::string_view TakeStep(std::string_view& name) {
  size_t at = 0;
  bool quoted = false;
  for (int depth = 0; at < name.size(); ++at) {
    const char c = name[at];
    if (quoted && c == '\\') ++at;
    else if (c == '"') quoted = !quoted;
    else if (!quoted && c == '[') ++depth;
    else if (!quoted && c == ']') --depth;
    else if (!quoted && depth == 0 && c == '.') break;
  }
  at = std::min(at, name.size());
  const std::string_view step = name.substr(0, at);
  name.remove_prefix(std::min(at + 1, name.size()));
  return step;
}

std::string_view KeyOf(std::string_view address) {
  if (!address.ends_with(']')) return {};
  std::string_view last, rest = address;
  while (!rest.empty()) last = TakeStep(rest);
  const size_t bracket = last.find('[');
  return bracket == std::string_view::npos ? std::string_view() : last.substr(bracket);
}

std::string Join(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : std::string(path) + "." + std::string(name);
}

}  // namespace

PlannedReferences::PlannedReferences(const Value* configuration, const std::vector<const Resource*>& resources) {
  root_ = configuration != nullptr ? configuration->Get("root_module") : nullptr;
  std::unordered_map<std::string, std::unordered_map<std::string_view, const Value*>> blocks;  // of a module, by address
  for (const Resource* r : resources) {
    const size_t length = r->type.size() + 1 + r->name.size();  // a plan may name another type than its address does
    const std::string_view block = r->declared.substr(r->declared.size() - std::min(length, r->declared.size()));
    by_block_[Join(r->module_path, block)].push_back(r);
    if (r->module_path.ends_with(']') || r->module_path.find("].") != std::string_view::npos) by_block_[std::string(r->declared)].push_back(r);
    if (root_ == nullptr || expressions_.contains(r->declared)) continue;
    const std::string module = WithoutKeys(r->module_path);
    auto [at, fresh] = blocks.try_emplace(module);
    if (fresh)
      if (const Value* config = ModuleAt(r->module_path); config != nullptr)
        if (const Value* list = config->Get("resources"); list != nullptr && IsSequence(list->kind))
          for (const Value* b : list->items) at->second[TextAt(b, "address")] = b;
    if (const auto found = at->second.find(block); found != at->second.end()) expressions_[r->declared] = found->second->Get("expressions");
  }
}

const Value* PlannedReferences::ExpressionsOf(const Resource& resource) const {
  const auto found = expressions_.find(resource.declared);
  return found != expressions_.end() ? found->second : nullptr;
}

const Value* PlannedReferences::ModuleAt(std::string_view path) const {
  const Value* module = root_;
  while (!path.empty() && module != nullptr) {
    TakeStep(path);  // "module"
    const std::string name = WithoutKeys(TakeStep(path));
    const Value* calls = module->Get("module_calls");
    const Value* call = calls != nullptr ? calls->Get(name) : nullptr;
    module = call != nullptr ? call->Get("module") : nullptr;
  }
  return module;
}

void PlannedReferences::FollowAll(const Value* expression, const Place& place, int depth, Arena& arena, std::vector<Reference>& out) const {
  if (expression == nullptr || depth > kMaxHops) return;
  if (IsSequence(expression->kind)) {
    for (const Value* item : expression->items) FollowAll(item, place, depth, arena, out);
    return;
  }
  const Value* names = expression->Get("references");
  if (names == nullptr || !IsSequence(names->kind)) {
    if (IsMapping(expression->kind))
      for (const Entry& e : expression->entries) FollowAll(e.value, place, depth, arena, out);
    return;
  }
  // "aws_x.y.id" is followed by "aws_x.y", the same thing again.
  std::string_view before;
  for (const Value* name : names->items) {
    if (name->kind != Kind::kString) continue;
    const bool again = before.starts_with(name->text) && before.size() > name->text.size() && (before[name->text.size()] == '.' || before[name->text.size()] == '[');
    if (!again) Follow(name->text, place, depth, arena, out);
    before = name->text;
  }
}

void PlannedReferences::Follow(std::string_view name, const Place& place, int depth, Arena& arena, std::vector<Reference>& out) const {
  std::string_view rest = name;
  std::string_view first = TakeStep(rest);
  if (first == "var") {
    const std::string variable(TakeStep(rest));
    if (place.path.empty()) return;
    // What the caller passed.
    std::string_view path = place.path;
    std::string parent;
    std::string_view call;
    while (!path.empty()) {
      if (!call.empty()) parent = Join(parent, "module." + std::string(call));
      TakeStep(path);
      call = TakeStep(path);
    }
    const Value* caller = ModuleAt(parent);
    const Value* calls = caller != nullptr ? caller->Get("module_calls") : nullptr;
    const Value* block = calls != nullptr ? calls->Get(WithoutKeys(call)) : nullptr;
    const Value* passed = block != nullptr ? block->Get("expressions") : nullptr;
    if (passed != nullptr) FollowAll(passed->Get(variable), {parent, KeyOf(call)}, depth + 1, arena, out);
    return;
  }
  if (first == "module") {
    const std::string call(TakeStep(rest));
    const std::string output(TakeStep(rest));
    std::string path = Join(place.path, "module." + call);
    const Value* module = ModuleAt(path);
    const Value* outputs = module != nullptr ? module->Get("outputs") : nullptr;
    const Value* block = outputs != nullptr ? outputs->Get(output) : nullptr;
    if (block != nullptr) FollowAll(block->Get("expression"), {path, KeyOf(path)}, depth + 1, arena, out);
    return;
  }
  std::string block;
  if (first == "data") {
    block = "data.";
    first = TakeStep(rest);
  }
  if (first == "resource") first = TakeStep(rest);
  const std::string_view instance = TakeStep(rest);
  const size_t bracket = instance.find('[');
  const std::string_view key = bracket == std::string_view::npos ? std::string_view() : instance.substr(bracket);
  block += std::string(first) + "." + std::string(instance.substr(0, bracket));
  auto found = by_block_.find(Join(place.path, block));
  // Through an output of every instance of a module.
  if (found == by_block_.end()) found = by_block_.find(Join(WithoutKeys(place.path), block));
  if (found == by_block_.end()) return;
  const std::string_view attribute = arena.Copy(TakeStep(rest));
  const std::vector<const Resource*>& instances = found->second;
  // Which instance: the one that is named, the only one, or the one with the key of who asks; else any.
  const std::string_view wanted = key.empty() ? place.key : key;
  for (const Resource* r : instances)
    if (instances.size() == 1 || (!wanted.empty() && KeyOf(r->address) == wanted)) return out.push_back({r, attribute, false});
  out.push_back({instances[0], attribute, true});
}

std::vector<Reference> PlannedReferences::Of(const Value& expression, const Resource& from, Arena& arena) const {
  std::vector<Reference> out;
  if (root_ != nullptr) FollowAll(&expression, {std::string(from.module_path), KeyOf(from.address)}, 0, arena, out);
  return out;
}

}  // namespace weir::tfplan
