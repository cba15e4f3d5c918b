// What an instance of a module adds to the document: its resources, then its other blocks, then the modules that it calls.
#include "lib/lang/terraform/expand.h"
#include "lib/lang/terraform/module.h"

namespace weir::terraform {

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
    ResourceNode& node = *Node(decl.node);
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
      Add("module", name, arena.Copy("module." + std::string(name) + FormatKey(key)), block,
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
