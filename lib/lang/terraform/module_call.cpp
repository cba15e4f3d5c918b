// Calls of modules: where the called directory is, how many instances there are, and what `module.x` is worth.
#include "lib/base/text.h"
#include "lib/lang/terraform/expand.h"
#include "lib/lang/terraform/module.h"

namespace weir::terraform {
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
        if (call->whole != nullptr) return call->whole;
        if (call->repetition == Repetition::kCount) {
          std::vector<const Value*> items;
          for (size_t i = 0; i < call->keys.size(); ++i) items.push_back(Outputs(*call, i));
          return call->whole = NewSequence(arena, Kind::kTuple, arena.Copy(items), call->block->header_span);
        }
        std::vector<Entry> entries;
        for (size_t i = 0; i < call->keys.size(); ++i)
          entries.push_back({call->keys[i].key->text, Outputs(*call, i), {}});
        return call->whole = NewMapping(arena, Kind::kObject, arena.Copy(entries), call->block->header_span);
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
               "There is no Terraform configuration in the directory \"" + TerminalSafe(dir) + "\"; correct the source, or add the module.");
  return config;
}

void ModuleInstance::ExpandCall(CallNode& node) {
  if (node.progress != Progress::kNew) return;
  node.progress = Progress::kBusy;
  const OwnErrors own(evaluation_);
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

}  // namespace weir::terraform
