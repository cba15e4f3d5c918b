#include "lib/lang/terraform/module.h"

#include <algorithm>
#include <charconv>

#include "lib/base/text.h"
#include "lib/lang/terraform/data_sources.h"
#include "lib/lang/terraform/expand.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::terraform {
namespace {

const Value* Flagged(const Value* value, Value::Flag flag, Arena& arena) {
  auto* copy = arena.New<Value>(*value);
  copy->flags |= flag;
  return copy;
}

/// The instance that a written index names, or null. Instances are in the order of their keys.
ResourceInstance* InstanceAt(ResourceNode& node, const hcl::Step& step) {
  if (node.repetition == Repetition::kForEach) {
    const auto text = [](const ResourceInstance& instance) { return instance.key.key->text; };
    const auto found = std::ranges::lower_bound(node.instances, step.text, {}, text);
    return found != node.instances.end() && text(*found) == step.text ? &*found : nullptr;
  }
  size_t index = 0;
  const char* const end = step.text.data() + step.text.size();
  if (step.key_type != hcl::LiteralType::kNumber || std::from_chars(step.text.data(), end, index).ptr != end) return nullptr;
  return index < node.instances.size() ? &node.instances[index] : nullptr;
}

}  // namespace

ModuleInstance::ModuleInstance(Evaluation& evaluation, const ModuleConfig& config, ModuleInstance* parent,
                               const CallNode* call, const InstanceKey& key)
    : evaluation_(evaluation), config_(config), parent_(parent), call_(call), key_(key) {
  if (parent != nullptr) {
    const std::string name = "module." + std::string(call->block->labels[0].text);
    path_ = parent->Address(evaluation.arena.Copy(name + FormatKey(key)));
    declared_ = parent->Declared(evaluation.arena.Copy(name));
    depth_ = parent->depth_ + 1;
    stands_for_all_ = parent->stands_for_all_ || key.repetition == Repetition::kUnknown;
  }
  for (const ResourceDecl& decl : config.resources) nodes_[decl.node].decl = &decl;
  for (const auto& [call_name, block] : config.calls) calls_[call_name].block = block;
}

std::string_view ModuleInstance::Address(std::string_view local) const {
  return path_.empty() ? local : evaluation_.arena.Copy(std::string(path_) + "." + std::string(local));
}

std::string_view ModuleInstance::Declared(std::string_view local) const {
  return declared_.empty() ? local
                           : evaluation_.arena.Copy(std::string(declared_) + "." + std::string(local));
}

const Value* ModuleInstance::Cycle(Span at, std::string_view what) {
  return evaluation_.eval.Error(at, "Cycle",
                                TerminalSafe(what) + " depends on itself; break the chain of references.");
}

// --- Variables, locals, outputs
// ------------------------------------------------------------------------------------

const Value* ModuleInstance::Variable(std::string_view name) {
  const auto declared = config_.variables.find(name);
  if (declared == config_.variables.end()) return nullptr;
  Memo& memo = variables_[declared->first];
  if (memo.progress == Progress::kBusy)
    return Cycle(declared->second->header_span, "var." + std::string(name));
  if (memo.progress == Progress::kNew) {
    memo.progress = Progress::kBusy;
    const OwnErrors own(evaluation_);
    const Value* value = ComputeVariable(*declared->second);
    Memo& done = variables_[declared->first];
    done.value = value;
    done.progress = Progress::kDone;
  }
  return variables_[declared->first].value;
}

const Value* ModuleInstance::ComputeVariable(const hcl::Block& block) {
  EvalContext& eval = evaluation_.eval;
  Arena& arena = evaluation_.arena;
  const hcl::Body& body = *block.body;
  const std::string_view name = block.labels[0].text;
  const hcl::Attribute* type_attr = body.Find("type");
  const Type* type = type_attr != nullptr ? ParseType(*type_attr->expr, *this, eval) : nullptr;
  const auto flag = [&](std::string_view attribute, bool otherwise) {
    const hcl::Attribute* found = body.Find(attribute);
    if (found == nullptr) return otherwise;
    const Value* value = Evaluate(*found->expr, *this, eval);
    return value->kind == Kind::kBool ? value->boolean : otherwise;
  };
  const hcl::Attribute* default_attr = body.Find("default");
  const auto by_default = [&]() -> const Value* {
    return default_attr != nullptr ? Evaluate(*default_attr->expr, *this, eval) : nullptr;
  };

  const Value* value = nullptr;
  if (parent_ == nullptr) {
    const auto setting = config_.settings.find(name);
    if (setting != config_.settings.end()) value = Evaluate(*setting->second.expr, *this, eval);
  } else if (const hcl::Attribute* input = call_->block->body->Find(name)) {
    const InstanceScope scope(*parent_, key_);
    value = WithHop(Evaluate(*input->expr, scope, eval), Hop::Kind::kModuleInput,
                    call_->block->labels[0].text, input->expr->span, arena);
  }
  if (value == nullptr && parent_ != nullptr && default_attr == nullptr && !call_->config->incomplete)
    eval.Error(call_->block->header_span, "Missing required argument", "The module needs a value for \"" + TerminalSafe(name) + "\"; its variable has no default.");
  if (value == nullptr) value = by_default();
  if (value != nullptr && value->is_null() && default_attr != nullptr && !flag("nullable", true))
    value = by_default();
  if (value != nullptr && value->is_null() && !flag("nullable", true)) {
    if (default_attr != nullptr)
      eval.Error(default_attr->expr->span, "Invalid default value for variable", "A null default is not valid where nullable is false.");
    else
      eval.Error(value->origin.valid() ? value->origin : block.header_span, "Required variable not set",
                 "var." + TerminalSafe(name) + " is not nullable and has no default; give it a value.");
  }
  if (value == nullptr) {
    value = NewUnknown(arena, block.header_span, type);
  } else {
    std::string why;
    const Value* converted = Convert(value, type, eval, why);
    if (converted == nullptr) {
      eval.Error(value->origin.valid() ? value->origin : block.header_span, "Invalid value for variable",
                 "var." + TerminalSafe(name) + " cannot take this value: " + TerminalSafe(why));
      converted = NewUnknown(arena, value->origin, type);
    }
    value = converted;
  }
  if (flag("sensitive", false)) value = Flagged(value, Value::kSensitive, arena);
  return value;
}

const Value* ModuleInstance::Local(std::string_view name) {
  const auto declared = config_.locals.find(name);
  if (declared == config_.locals.end()) return nullptr;
  Memo& memo = locals_[declared->first];
  if (memo.progress == Progress::kBusy) return Cycle(declared->second->span, "local." + std::string(name));
  if (memo.progress == Progress::kNew) {
    memo.progress = Progress::kBusy;
    const OwnErrors own(evaluation_);
    const Value* value = Evaluate(*declared->second->expr, *this, evaluation_.eval);
    Memo& done = locals_[declared->first];
    done.value = value;
    done.progress = Progress::kDone;
  }
  return locals_[declared->first].value;
}

const Value* ModuleInstance::Output(std::string_view name) {
  const auto declared = config_.outputs.find(name);
  if (declared == config_.outputs.end()) return nullptr;
  const hcl::Block& block = *declared->second;
  Memo& memo = outputs_[declared->first];
  if (memo.progress == Progress::kBusy) return Cycle(block.header_span, "output." + std::string(name));
  if (memo.progress == Progress::kNew) {
    memo.progress = Progress::kBusy;
    const OwnErrors own(evaluation_);
    const hcl::Attribute* attribute = block.body->Find("value");
    const Value* value = attribute != nullptr ? Evaluate(*attribute->expr, *this, evaluation_.eval)
                                              : NewUnknown(evaluation_.arena, block.header_span);
    // `sensitive` of an output hides it where Terraform prints it; the value that its callers see is not marked.
    Memo& done = outputs_[declared->first];
    done.value = value;
    done.progress = Progress::kDone;
  }
  return outputs_[declared->first].value;
}

// --- Names
// ---------------------------------------------------------------------------------------------------------

const Value* ModuleInstance::Resolve(const hcl::ScopeTraversal& t, size_t& used, EvalContext& context) const {
  auto* self = const_cast<ModuleInstance*>(this);  // memoising is no change that anybody sees
  Arena& arena = evaluation_.arena;
  const hcl::Step* first = AttrStep(t, 0);
  used = 1;
  const auto missing = [&]() -> const Value* {
    return config_.incomplete ? NewUnknown(arena, t.span)
                              : nullptr;  // it may stand where nothing could be read
  };
  if (t.root == "var" || t.root == "local") {
    if (first == nullptr) return nullptr;
    const bool variable = t.root == "var";
    const Value* value = variable ? self->Variable(first->text) : self->Local(first->text);
    if (value == nullptr) return missing();
    return WithHop(value, variable ? Hop::Kind::kVariable : Hop::Kind::kLocal, first->text, t.span, arena);
  }
  if (t.root == "module") {
    const Value* value = self->ResolveModule(t, used, context);
    return value != nullptr ? value : missing();
  }
  if (t.root == "path") {
    if (first == nullptr) return nullptr;
    if (first->text == "module") {
      std::string_view dir = config_.dir;
      if (parent_ == nullptr) return NewString(arena, ".", t.span);
      const std::string_view root = evaluation_.root_dir;
      if (root.empty()) return NewString(arena, dir, t.span);
      if (dir.size() > root.size() && dir.starts_with(root) && dir[root.size()] == '/')
        return NewString(arena, dir.substr(root.size() + 1), t.span);
      std::string up;
      for (size_t i = 0; i <= size_t(std::count(root.begin(), root.end(), '/')); ++i)
        up += i == 0 ? ".." : "/..";
      return NewString(arena, arena.Copy(up + "/" + std::string(dir)), t.span);
    }
    if (first->text == "root") return NewString(arena, ".", t.span);
    return first->text == "cwd" ? NewUnknown(arena, t.span) : nullptr;
  }
  if (t.root == "terraform" || t.root == "tofu") {
    if (first == nullptr) return nullptr;
    if (first->text == "workspace") return NewString(arena, "default", t.span);
    return first->text == "applying" ? NewUnknown(arena, t.span) : nullptr;
  }
  // Outside a repeated block these have no meaning; one diagnostic says so.
  if (t.root == "each" || t.root == "count" || t.root == "self") return nullptr;
  if (t.root == "data" || t.root == "ephemeral" || t.root == "resource") {
    if (first == nullptr) return nullptr;
    if (t.root == "resource") {
      const Value* value = self->ResolveResource(first->text, t, 1, used, context);
      return value != nullptr ? value : missing();
    }
    const Value* value =
        self->ResolveResource(std::string(t.root) + "." + std::string(first->text), t, 1, used, context);
    return value != nullptr ? value : missing();
  }
  const Value* value = self->ResolveResource(t.root, t, 0, used, context);
  return value != nullptr ? value : missing();
}

const Value* ModuleInstance::ResolveResource(std::string_view type, const hcl::ScopeTraversal& t, size_t at,
                                             size_t& used, EvalContext& context) {
  const hcl::Step* name = AttrStep(t, at);
  if (name == nullptr) return nullptr;
  ResourceNode* node = Node(std::string(type) + "." + std::string(name->text));
  if (node == nullptr) return nullptr;
  used = at + 1;
  if (node->progress == Progress::kBusy) return Cycle(t.span, node->decl->key);
  ExpandNode(*node);
  // One instance where the index says which (or where one stands for all), without the others' bodies.
  ResourceInstance* instance = nullptr;
  bool any = false;
  if (node->repetition == Repetition::kSingle) {
    instance = node->instances.data();
  } else if (used < t.steps.size() && t.steps[used].kind == hcl::StepKind::kIndex) {
    any = node->repetition == Repetition::kUnknown;
    instance = any ? node->instances.data() : InstanceAt(*node, t.steps[used]);
    if (instance == nullptr) return Whole(*node);  // the evaluator says that there is no such element
    ++used;
  } else if (node->repetition == Repetition::kUnknown && AttrStep(t, used) != nullptr) {
    instance =
        node->instances.data();  // a mistake, or an instance that is alone: its attribute is the best answer
    any = true;
  } else {
    return Whole(*node);
  }
  const Value* object = Reference(*node, *instance);
  const hcl::Step* attribute = AttrStep(t, used);
  if (attribute == nullptr) return object;
  ++used;
  const Value* value = ApplyAttribute(object, attribute->text, t.span, context);
  if (!any) return value;
  value = WithReference(value, {instance->resource, attribute->text, true}, evaluation_.arena);
  if (!value->has(Value::kName)) return value;
  auto* copy = evaluation_.arena.New<Value>(*value);  // there may be no instance: try() gives something else then
  copy->flags &= uint8_t(~Value::kName);
  return copy;
}

// --- Resources
// -----------------------------------------------------------------------------------------------------

ResourceNode* ModuleInstance::Node(std::string_view key) {
  const auto found = nodes_.find(key);
  return found != nodes_.end() ? &found->second : nullptr;
}

void ModuleInstance::ExpandNode(ResourceNode& node) {
  if (node.progress != Progress::kNew) return;
  node.progress = Progress::kBusy;
  const OwnErrors own(evaluation_);
  const hcl::Block& block = *node.decl->block;
  std::vector<InstanceKey> keys = ExpandKeys(block, *this, evaluation_, node.repetition);
  if (!evaluation_.CountInstances(keys.size(), block.header_span)) {
    keys = {InstanceKey{Repetition::kUnknown, NewUnknown(evaluation_.arena, block.header_span),
                        NewUnknown(evaluation_.arena, block.header_span), true}};
    node.repetition = Repetition::kUnknown;
  }
  const std::string_view declared = Declared(node.decl->key);
  node.instances.reserve(keys.size());
  for (const InstanceKey& key : keys) {
    auto* resource = evaluation_.arena.New<Resource>();
    resource->language = "terraform";
    resource->type = node.decl->type;
    resource->name = node.decl->name;
    const std::string suffix = FormatKey(key);
    resource->address = suffix.empty()
                            ? Address(node.decl->key)
                            : Address(evaluation_.arena.Copy(std::string(node.decl->key) + suffix));
    resource->module_path = path_;
    resource->block = block.span;
    resource->header = block.header_span;
    resource->stands_for_all = stands_for_all_ || key.repetition == Repetition::kUnknown;
    resource->declared = declared;
    ResourceInstance instance;
    instance.resource = resource;
    instance.key = key;
    node.instances.push_back(instance);
  }
  node.progress = Progress::kDone;
}

const Value* ModuleInstance::Reference(ResourceNode& node, ResourceInstance& instance) {
  if (instance.progress == Progress::kDone) return instance.reference;
  Arena& arena = evaluation_.arena;
  const hcl::Block& block = *node.decl->block;
  if (instance.progress == Progress::kBusy) return Cycle(block.header_span, instance.resource->address);
  instance.progress = Progress::kBusy;
  const OwnErrors own(evaluation_);
  const InstanceScope scope(*this, instance.key);
  const Value* body = EvaluateBody(*block.body, block.header_span, scope, evaluation_);
  body = WithComputedAttributes(node.decl->type, body, evaluation_);
  body = WithTagsAll(node.decl->type, body);
  instance.resource->body = body;
  std::vector<Entry> entries;
  entries.reserve(body->entries.size());
  const bool any = instance.resource->stands_for_all;
  for (const Entry& entry : body->entries) {
    Entry seen = entry;
    // A provider computes many an argument that is null, and many a block that is left out (a dynamic one without elements).
    const bool left_out = entry.value->is_null() || (entry.value->has(Value::kBlockList) && entry.value->items.empty());
    if (left_out && node.decl->type != "terraform_data") seen.value = NewUnknown(arena, entry.value->origin);
    seen.value = WithReference(seen.value, {instance.resource, entry.key, any}, arena);
    entries.push_back(seen);
  }
  auto* object = NewMapping(arena, Kind::kObject, arena.Copy(entries), block.header_span);
  object->flags |= Value::kSoft;
  instance.reference = WithReference(object, {instance.resource, "", any}, arena);
  instance.progress = Progress::kDone;
  return instance.reference;
}

const Value* ModuleInstance::Whole(ResourceNode& node) {
  if (node.whole != nullptr) return node.whole;
  Arena& arena = evaluation_.arena;
  const Span at = node.decl->block->header_span;
  const Value* whole = nullptr;
  if (node.repetition == Repetition::kUnknown) {
    Reference(node, node.instances[0]);
    whole = WithReference(NewUnknown(arena, at), {node.instances[0].resource, "", true}, arena);
  } else if (node.repetition == Repetition::kCount) {
    std::vector<const Value*> items;
    for (ResourceInstance& instance : node.instances) items.push_back(Reference(node, instance));
    whole = NewSequence(arena, Kind::kTuple, arena.Copy(items), at);
  } else {
    std::vector<Entry> entries;
    for (ResourceInstance& instance : node.instances)
      entries.push_back({instance.key.key->text, Reference(node, instance), {}});
    whole = NewMapping(arena, Kind::kObject, arena.Copy(entries), at);
  }
  node.whole = whole;
  return whole;
}

}  // namespace weir::terraform
