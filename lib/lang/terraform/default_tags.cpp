// default_tags of the AWS provider: `tags_all` of a resource is what its provider gives to all, under its own tags
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs#default_tags-configuration-block).
#include "lib/lang/terraform/expand.h"
#include "lib/lang/terraform/module.h"

namespace weir::terraform {
namespace {

/// The provider block that "aws" or "aws.west" names in this module, or null.
const hcl::Block* ProviderBlock(const ModuleConfig& config, std::string_view name) {
  const size_t dot = name.find('.');
  const std::string_view alias = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  for (const hcl::Block* block : config.blocks) {
    if (block->type != "provider" || block->labels[0].text != name.substr(0, dot)) continue;
    const hcl::Attribute* attribute = block->body->Find("alias");
    const auto* text = attribute != nullptr ? hcl::If<hcl::Template>(attribute->expr) : nullptr;
    const auto* literal = text != nullptr ? text->literal() : nullptr;
    if ((literal != nullptr ? literal->text : std::string_view()) == alias) return block;
  }
  return nullptr;
}

}  // namespace

const Value* ModuleInstance::DefaultTags(std::string_view name) {
  if (const auto known = default_tags_.find(name); known != default_tags_.end()) return known->second.value;
  Memo& memo = default_tags_[std::string(name)];  // null while it is computed: tags that need tags have none
  if (const hcl::Block* provider = ProviderBlock(config_, name)) {
    for (const hcl::Block* block : provider->body->blocks)
      if (block->type == "default_tags")
        if (const hcl::Attribute* tags = block->body->Find("tags")) memo.value = Evaluate(*tags->expr, *this, evaluation_.eval);
  } else if (parent_ != nullptr) {
    const hcl::Attribute* passed = call_->block->body->Find("providers");
    const Value* names = passed != nullptr ? NamesIn(*passed->expr, evaluation_) : nullptr;
    const Value* outer = names != nullptr ? names->Get(name) : nullptr;
    if (outer != nullptr && outer->kind == Kind::kString)
      memo.value = parent_->DefaultTags(outer->text);
    else if (name.find('.') == std::string_view::npos)
      memo.value = parent_->DefaultTags(name);
  }
  return memo.value;
}

const Value* ModuleInstance::WithTagsAll(std::string_view type, const Value* body) {
  if (!type.starts_with("aws_") || body->Get("tags_all") != nullptr) return body;
  const Value* provider = body->Get("provider");
  const Value* shared = DefaultTags(provider != nullptr && provider->kind == Kind::kString ? provider->text : "aws");
  if (shared == nullptr || shared->is_null()) return body;
  const Value* own = body->Get("tags");
  if (own != nullptr && own->is_null()) own = nullptr;
  Arena& arena = evaluation_.arena;
  const Value* all = nullptr;
  if (!IsMapping(shared->kind) || (own != nullptr && !IsMapping(own->kind))) {
    all = NewUnknown(arena, shared->origin);
  } else {
    std::vector<Entry> tags(shared->entries.begin(), shared->entries.end());
    if (own != nullptr) tags.insert(tags.end(), own->entries.begin(), own->entries.end());
    all = NewMapping(arena, Kind::kMap, arena.Copy(tags), own != nullptr ? own->origin : shared->origin);
  }
  std::vector<Entry> entries(body->entries.begin(), body->entries.end());
  entries.push_back({"tags_all", all, {}});
  auto* out = NewMapping(arena, Kind::kObject, arena.Copy(entries), body->origin);
  out->flags = body->flags;
  out->provenance = body->provenance;
  return out;
}

}  // namespace weir::terraform
