#include "lib/lang/terraform/module.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/lang/terraform/data_sources.h"
#include "lib/lang/terraform/expand.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::terraform {
namespace {

std::string KeyText(const InstanceKey& key) { return FormatKey(key); }

/// The step at `index`, where it is an attribute.
const hcl::Step* AttrStep(const hcl::ScopeTraversal& t, size_t index) {
  return index < t.steps.size() && t.steps[index].kind == hcl::StepKind::kAttr ? &t.steps[index] : nullptr;
}

const Value* Flagged(const Value* value, Value::Flag flag, Arena& arena) {
  auto* copy = arena.New<Value>(*value);
  copy->flags |= flag;
  return copy;
}

}  // namespace

ModuleInstance::ModuleInstance(Evaluation& evaluation, const ModuleConfig& config, ModuleInstance* parent,
                               const CallNode* call, const InstanceKey& key)
    : evaluation_(evaluation), config_(config), parent_(parent), call_(call), key_(key) {
  if (parent != nullptr) {
    const std::string name = "module." + std::string(call->block->labels[0].text);
    path_ = parent->Address(evaluation.arena.Copy(name + KeyText(key)));
    declared_ = parent->Declared(evaluation.arena.Copy(name));
    depth_ = parent->depth_ + 1;
    stands_for_all_ = parent->stands_for_all_ || key.repetition == Repetition::kUnknown;
  }
  for (const ResourceDecl& decl : config.resources) nodes_[decl.key].decl = &decl;
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
  if (default_attr != nullptr && value != nullptr && value->is_null() && !flag("nullable", true))
    eval.Error(default_attr->expr->span, "Invalid default value for variable", "A null default is not valid where nullable is false.");
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
    const hcl::Step& step = t.steps[used];
    for (ResourceInstance& candidate : node->instances) {
      const Value* key = candidate.key.key;
      if (candidate.key.repetition == Repetition::kUnknown) {
        instance = &candidate;
        any = true;
        break;
      }
      if (key->kind == Kind::kString
              ? key->text == step.text
              : step.key_type == hcl::LiteralType::kNumber && key->number.ToString() == step.text) {
        instance = &candidate;
        break;
      }
    }
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
  if (any) value = WithReference(value, {instance->resource, attribute->text, true}, evaluation_.arena);
  return value;
}

const Value* ModuleInstance::ResolveModule(const hcl::ScopeTraversal& t, size_t& used, EvalContext& context) {
  const hcl::Step* name = AttrStep(t, 0);
  if (name == nullptr) return nullptr;
  CallNode* call = Call(name->text);
  if (call == nullptr) return nullptr;
  used = 1;
  if (call->progress == Progress::kBusy) return Cycle(t.span, "module." + std::string(name->text));
  ExpandCall(*call);
  Arena& arena = evaluation_.arena;
  if (call->config == nullptr) {
    used = t.steps.size();
    return NewUnknown(arena, t.span);
  }
  size_t index = 0;
  if (call->repetition != Repetition::kSingle) {
    const hcl::Step* step = used < t.steps.size() ? &t.steps[used] : nullptr;
    if (call->repetition == Repetition::kUnknown) {
      if (step == nullptr || step->kind != hcl::StepKind::kIndex) {
        if (AttrStep(t, used) == nullptr) return NewUnknown(arena, t.span);
      } else {
        ++used;
      }
    } else {
      index = call->keys.size();
      if (step != nullptr && step->kind == hcl::StepKind::kIndex)
        for (size_t i = 0; i < call->keys.size(); ++i) {
          const Value* key = call->keys[i].key;
          if (key->kind == Kind::kString ? key->text == step->text : key->number.ToString() == step->text)
            index = i;
        }
      if (index == call->keys.size()) {  // all of them
        if (call->repetition == Repetition::kCount) {
          std::vector<const Value*> items;
          for (size_t i = 0; i < call->keys.size(); ++i) items.push_back(Outputs(*call, i));
          return NewSequence(arena, Kind::kTuple, arena.Copy(items), t.span);
        }
        std::vector<Entry> entries;
        for (size_t i = 0; i < call->keys.size(); ++i)
          entries.push_back({call->keys[i].key->text, Outputs(*call, i), {}});
        return NewMapping(arena, Kind::kObject, arena.Copy(entries), t.span);
      }
      ++used;
    }
  }
  const hcl::Step* output = AttrStep(t, used);
  if (output == nullptr) return Outputs(*call, index);
  const Value* value = call->instances[index]->Output(output->text);
  if (value == nullptr) {
    if (call->config->incomplete) return NewUnknown(arena, t.span);
    used = t.steps.size();
    return context.Error(
        t.span, "Unsupported attribute",
        "module." + TerminalSafe(name->text) + " has no output \"" + TerminalSafe(output->text) + "\".");
  }
  ++used;
  return WithHop(value, Hop::Kind::kModuleOutput,
                 arena.Copy(std::string(name->text) + "." + std::string(output->text)), t.span, arena);
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
    const std::string suffix = KeyText(key);
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
  const InstanceScope scope(*this, instance.key);
  const Value* body = EvaluateBody(*block.body, block.header_span, scope, evaluation_);
  body = WithComputedAttributes(node.decl->type, body, evaluation_);
  instance.resource->body = body;
  std::vector<Entry> entries;
  entries.reserve(body->entries.size());
  const bool any = instance.resource->stands_for_all;
  for (const Entry& entry : body->entries) {
    Entry seen = entry;
    seen.value = WithReference(entry.value, {instance.resource, entry.key, any}, arena);
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

// --- Calls
// ---------------------------------------------------------------------------------------------------------

CallNode* ModuleInstance::Call(std::string_view name) {
  const auto found = calls_.find(name);
  return found != calls_.end() ? &found->second : nullptr;
}

const ModuleConfig* ModuleInstance::Locate(const hcl::Block& call) {
  EvalContext& eval = evaluation_.eval;
  const hcl::Attribute* source = call.body->Find("source");
  if (source == nullptr) {
    eval.Error(call.header_span, "Missing required argument", "A module call needs the argument \"source\".");
    return nullptr;
  }
  const Value* text = Evaluate(*source->expr, *this, eval);
  if (text->kind != Kind::kString) return nullptr;
  std::string dir;
  if (text->text.starts_with("./") || text->text.starts_with("../") || text->text == "." ||
      text->text == "..") {
    if (!JoinPath(config_.dir, text->text, dir)) {
      eval.Error(source->expr->span, "Module outside of the repository",
                 "The directory " + TerminalSafe(text->text) + " is not below the root of what is scanned.");
      return nullptr;
    }
  } else {
    std::string key;
    for (const ModuleInstance* m = this; m->parent_ != nullptr; m = m->parent_)
      key = std::string(m->call_->block->labels[0].text) + "." + key;
    dir = evaluation_.InstalledDir(key + std::string(call.labels[0].text));
    if (dir.empty()) return nullptr;
  }
  for (const ModuleInstance* m = this; m != nullptr; m = m->parent_)
    if (m->config_.dir == dir) {
      eval.Error(source->expr->span, "Module calls itself",
                 "The directory calls itself through this module call.");
      return nullptr;
    }
  if (depth_ + 1 > evaluation_.limits.module_depth) {
    evaluation_.document.diagnostics.push_back({Diagnostic::Kind::kLimit, source->expr->span,
                                                "Modules nested too deep",
                                                "Calls of modules are followed to a bounded depth only."});
    return nullptr;
  }
  const ModuleConfig* config = evaluation_.Load(dir, false);
  if (config == nullptr)
    eval.Error(source->expr->span, "Unreadable module directory",
               "There is no Terraform configuration in the directory \"" + TerminalSafe(dir) + "\".");
  return config;
}

void ModuleInstance::ExpandCall(CallNode& node) {
  if (node.progress != Progress::kNew) return;
  node.progress = Progress::kBusy;
  node.config = Locate(*node.block);
  node.keys = ExpandKeys(*node.block, *this, evaluation_, node.repetition);
  if (node.config != nullptr && !evaluation_.CountInstances(node.keys.size(), node.block->header_span))
    node.config = nullptr;
  if (node.config != nullptr) {
    for (const InstanceKey& key : node.keys) {
      evaluation_.modules.push_back(
          std::make_unique<ModuleInstance>(evaluation_, *node.config, this, &node, key));
      node.instances.push_back(evaluation_.modules.back().get());
    }
  }
  node.progress = Progress::kDone;
}

const Value* ModuleInstance::Outputs(CallNode& node, size_t index) {
  Arena& arena = evaluation_.arena;
  std::vector<Entry> entries;
  for (const auto& [name, block] : node.config->outputs)
    entries.push_back({name, node.instances[index]->Output(name), {}});
  auto* object = NewMapping(arena, Kind::kObject, arena.Copy(entries), node.block->header_span);
  if (node.config->incomplete) object->flags |= Value::kSoft;
  return object;
}

// --- Everything that is declared
// -----------------------------------------------------------------------------------

void ModuleInstance::Add(std::string_view type, std::string_view name, std::string_view local_address,
                         const hcl::Block& block, const Value* body) {
  auto* resource = evaluation_.arena.New<Resource>();
  resource->language = "terraform";
  resource->type = type;
  resource->name = name;
  resource->address = Address(local_address);
  resource->declared = Declared(local_address);
  resource->module_path = path_;
  resource->block = block.span;
  resource->header = block.header_span;
  resource->stands_for_all = stands_for_all_;
  resource->body = body;
  evaluation_.document.resources.push_back(resource);
}

void ModuleInstance::Publish() {
  for (const ResourceDecl& decl : config_.resources) {
    ResourceNode& node = *Node(decl.key);
    ExpandNode(node);
    for (ResourceInstance& instance : node.instances) {
      Reference(node, instance);
      if (instance.resource->body != nullptr) evaluation_.document.resources.push_back(instance.resource);
    }
  }
  for (const hcl::Block* block : config_.blocks) PublishBlock(*block);
  for (const hcl::Block* block : config_.blocks) {
    if (block->type != "module") continue;
    CallNode* call = Call(block->labels[0].text);
    if (call == nullptr) continue;
    ExpandCall(*call);
    for (ModuleInstance* instance : call->instances) instance->Publish();
  }
}

void ModuleInstance::PublishBlock(const hcl::Block& block) {
  Arena& arena = evaluation_.arena;
  const std::string_view name = block.labels.empty() ? std::string_view() : block.labels[0].text;
  const auto object = [&](std::vector<Entry> entries) {
    auto* body = NewMapping(arena, Kind::kObject, arena.Copy(entries), block.header_span);
    body->flags |= Value::kSoft;
    return body;
  };
  const auto local = [&](std::string_view kind) {
    return arena.Copy(std::string(kind) + "." + std::string(name));
  };
  if (block.type == "variable" || block.type == "output") {
    const bool variable = block.type == "variable";
    std::vector<Entry> entries;
    for (const hcl::Attribute* attribute : block.body->attributes) {
      const Value* value = nullptr;
      if (attribute->name == "type" || attribute->name == "depends_on")
        value = NamesIn(*attribute->expr, evaluation_);
      else if (!variable && attribute->name == "value")
        value = Output(name);
      else
        value = Evaluate(*attribute->expr, *this, evaluation_.eval);
      entries.push_back({attribute->name, value, attribute->name_span});
    }
    if (variable) Variable(name);  // a wrong type is told even where nothing uses the variable
    Add(block.type, name, local(variable ? "var" : "output"), block, object(std::move(entries)));
  } else if (block.type == "locals") {
    for (const hcl::Attribute* attribute : block.body->attributes) {
      const auto found = config_.locals.find(attribute->name);
      if (found == config_.locals.end() || found->second != attribute) continue;
      const Value* body = object({{"value", Local(attribute->name), attribute->name_span}});
      Add("local", attribute->name, arena.Copy("local." + std::string(attribute->name)), block, body);
      auto* resource = const_cast<Resource*>(evaluation_.document.resources.back());
      resource->block = attribute->span;
      resource->header = attribute->name_span;
    }
  } else if (block.type == "provider") {
    const Value* body = EvaluateBody(*block.body, block.header_span, *this, evaluation_);
    const std::string_view type = local("provider");
    const Value* alias = body->Get("alias");
    const bool aliased = alias != nullptr && alias->kind == Kind::kString;
    Add(type, aliased ? alias->text : std::string_view(),
        aliased ? arena.Copy(std::string(type) + "." + std::string(alias->text)) : type, block, body);
  } else if (block.type == "terraform") {
    Add("terraform", "", "terraform", block,
        EvaluateBody(*block.body, block.header_span, *this, evaluation_));
  } else if (block.type == "module") {
    CallNode* call = Call(name);
    if (call == nullptr || call->block != &block) return;
    ExpandCall(*call);
    for (const InstanceKey& key : call->keys) {
      const InstanceScope scope(*this, key);
      Add("module", name, arena.Copy("module." + std::string(name) + KeyText(key)), block,
          EvaluateBody(*block.body, block.header_span, scope, evaluation_));
      auto* resource = const_cast<Resource*>(evaluation_.document.resources.back());
      resource->declared = Declared(local("module"));
      resource->stands_for_all = stands_for_all_ || key.repetition == Repetition::kUnknown;
    }
  } else if (block.type == "moved") {
    const hcl::Attribute* from = block.body->Find("from");
    const hcl::Attribute* to = block.body->Find("to");
    if (from == nullptr || to == nullptr) return;
    const Value* old_name = NamesIn(*from->expr, evaluation_);
    const Value* new_name = NamesIn(*to->expr, evaluation_);
    if (old_name->kind == Kind::kString && new_name->kind == Kind::kString)
      evaluation_.document.moved.push_back({Address(old_name->text), Address(new_name->text)});
  }
}

}  // namespace weir::terraform
