#include "lib/lang/terraform/config.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/lang/terraform/json_body.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::terraform {
namespace {

enum class FileRole : uint8_t { kNone, kConfig, kOverride, kVariables };

struct FileName {
  FileRole role = FileRole::kNone;
  bool json = false;
  bool tofu = false;
  std::string stem;  // without the extension
};

bool StripSuffix(std::string_view& name, std::string_view suffix) {
  if (!name.ends_with(suffix) || name.size() == suffix.size()) return false;
  name.remove_suffix(suffix.size());
  return true;
}

FileName Recognise(std::string_view name) {
  FileName out;
  // Editors' backups are no configuration, as in Terraform itself.
  if (name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')))
    return out;
  std::string_view stem = name;
  if (StripSuffix(stem, ".tf") || StripSuffix(stem, ".tf.json") || StripSuffix(stem, ".tofu") ||
      StripSuffix(stem, ".tofu.json")) {
    out.role = stem == "override" || stem.ends_with("_override") ? FileRole::kOverride : FileRole::kConfig;
    const std::string_view extension = name.substr(stem.size());
    out.json = extension.ends_with(".json");
    out.tofu = extension.starts_with(".tofu");
    out.stem = stem;
  } else if (StripSuffix(stem, ".tfvars") || StripSuffix(stem, ".tfvars.json")) {
    out.role = FileRole::kVariables;
    out.json = name.ends_with(".json");
    out.stem = stem;
  }
  return out;
}

class Loader {
 public:
  Loader(const LoadContext& context, ModuleConfig& module) : context_(context), module_(module) {}

  bool Load(const std::vector<git::DirEntry>& entries, bool root) {
    std::vector<std::pair<const git::DirEntry*, FileName>> files;
    for (const git::DirEntry& entry : entries) {
      if (entry.kind == git::EntryKind::kSymlink && IsConfigFile(entry.name)) module_.incomplete = true;  // no link is followed
      if (entry.kind != git::EntryKind::kFile && entry.kind != git::EntryKind::kExecutable) continue;
      FileName name = Recognise(entry.name);
      if (name.role != FileRole::kNone) files.emplace_back(&entry, std::move(name));
    }
    bool any = false;
    for (const auto& [entry, name] : files) {
      if (name.role != FileRole::kConfig && name.role != FileRole::kOverride) continue;
      any = true;
      if (!name.tofu && HasTofuTwin(files, name)) continue;
      const hcl::Tree* tree = Read(entry->name, name.json, false);
      if (tree == nullptr) continue;
      (name.role == FileRole::kConfig ? base_ : overrides_).push_back(tree->root);
    }
    if (!any) return false;
    for (const hcl::Body* body : base_) Declare(*body);
    for (const hcl::Body* body : overrides_) Override(*body);
    Publish();
    if (root) ReadVariables(files);
    return true;
  }

 private:
  using Files = std::vector<std::pair<const git::DirEntry*, FileName>>;

  static bool HasTofuTwin(const Files& files, const FileName& name) {
    return std::any_of(files.begin(), files.end(), [&](const auto& other) {
      return other.second.tofu && other.second.json == name.json && other.second.stem == name.stem;
    });
  }

  void Report(Diagnostic::Kind kind, Span span, std::string_view summary, std::string_view detail) {
    context_.diagnostics.push_back({kind, span, summary, context_.arena.Copy(detail)});
  }

  const hcl::Tree* Read(const std::string& name, bool json, bool variables) {
    const std::string path = module_.dir.empty() ? name : std::string(module_.dir) + "/" + name;
    auto blob = context_.snapshot.Read(path, context_.limits.file_size);
    if (!blob.ok()) {
      const FileId file = context_.sources.Add(path, "");
      Report(blob.status().code() == Code::kLimit ? Diagnostic::Kind::kLimit : Diagnostic::Kind::kSyntax,
             {file, 0, 0}, "Configuration file cannot be read", blob.status().message());
      module_.incomplete = true;
      return nullptr;
    }
    const FileId file = context_.sources.Add(path, blob->text(), blob->owner());
    auto* tree = context_.arena.New<hcl::Tree>();
    if (!json)
      *tree = hcl::Parse(blob->text(), file, context_.arena, context_.limits);
    else if (variables)
      *tree = ParseJsonVariables(blob->text(), file, context_.arena, context_.limits);
    else
      *tree = ParseJsonConfig(blob->text(), file, context_.arena, context_.limits);
    // One finding a file: what follows the first error is often only its echo.
    if (!tree->errors.empty()) {
      const hcl::SyntaxError& first = tree->errors[0];
      Report(Diagnostic::Kind::kSyntax, first.span, first.summary, first.detail);
      module_.incomplete = true;
    }
    return tree;
  }

  static bool IsResource(const hcl::Block& block) { return block.type == "resource" || block.type == "data" || block.type == "ephemeral"; }

  /// "resource.aws_x.y", "variable.z": what must be unique. Empty for blocks that may be repeated.
  static std::string IdentityOf(const hcl::Block& block) {
    std::string id(block.type);
    if (block.type == "provider") {
      id += '.';
      id += block.labels.empty() ? "" : block.labels[0].text;
      const hcl::Attribute* alias = block.body->Find("alias");
      const auto* text = alias != nullptr ? hcl::If<hcl::Template>(alias->expr) : nullptr;
      if (text != nullptr && text->literal() != nullptr) (id += '.') += text->literal()->text;
      return id;
    }
    const bool two = IsResource(block);
    const bool one = block.type == "variable" || block.type == "output" || block.type == "module";
    if (!two && !one) return {};
    for (const hcl::Label& label : block.labels) (id += '.') += label.text;
    return id;
  }

  bool CheckLabels(const hcl::Block& block) {
    const std::string_view type = block.type;
    size_t labels = 0;
    if (type == "resource" || type == "data" || type == "ephemeral") {
      labels = 2;
    } else if (type == "variable" || type == "output" || type == "module" || type == "provider" ||
               type == "check") {
      labels = 1;
    } else if (type != "locals" && type != "terraform" && type != "moved" && type != "removed" &&
               type != "import" && type != "language") {
      Report(Diagnostic::Kind::kSyntax, block.type_span, "Unsupported block type",
             "Blocks of type \"" + TerminalSafe(type) + "\" are not expected here.");
      return false;
    }
    if (block.labels.size() == labels) return true;
    Report(Diagnostic::Kind::kSyntax, block.header_span,
           block.labels.size() < labels ? "Missing name for block" : "Extraneous label for block",
           "A " + std::string(type) + " block has " + std::to_string(labels) + " label(s).");
    return false;
  }

  void Declare(const hcl::Body& body) {
    for (const hcl::Attribute* attribute : body.attributes)
      Report(Diagnostic::Kind::kSyntax, attribute->name_span, "Unsupported argument",
             "An argument named \"" + TerminalSafe(attribute->name) + "\" is not expected here.");
    for (const hcl::Block* block : body.blocks) {
      if (!CheckLabels(*block)) continue;
      const std::string id = IdentityOf(*block);
      if (!id.empty() && !by_identity_.emplace(id, blocks_.size()).second) {
        Report(Diagnostic::Kind::kEvaluation, block->header_span, "Duplicate declaration",
               TerminalSafe(id) + " is declared already in this module; rename or remove one of them.");
        if (!IsResource(*block) && block->type != "provider") continue;  // each is judged by itself
      }
      blocks_.push_back(block);
      if (block->type == "locals") DeclareLocals(*block, false);
    }
  }

  void DeclareLocals(const hcl::Block& block, bool override) {
    for (const hcl::Attribute* attribute : block.body->attributes) {
      if (override) {
        module_.locals[attribute->name] = attribute;
      } else if (!module_.locals.emplace(attribute->name, attribute).second) {
        Report(Diagnostic::Kind::kEvaluation, attribute->name_span, "Duplicate local value definition",
               "A local value named \"" + TerminalSafe(attribute->name) + "\" is defined already; rename or remove one of them.");
      }
    }
  }

  void Override(const hcl::Body& body) {
    for (const hcl::Block* block : body.blocks) {
      if (!CheckLabels(*block)) continue;
      if (block->type == "locals") {
        DeclareLocals(*block, true);
        continue;
      }
      const std::string id = IdentityOf(*block);
      const auto base = id.empty() ? by_identity_.end() : by_identity_.find(id);
      if (base != by_identity_.end()) {
        blocks_[base->second] = Merge(*blocks_[base->second], *block);
      } else if (id.empty() || block->type == "provider") {
        blocks_.push_back(block);
      } else if (!module_.incomplete) {
        Report(Diagnostic::Kind::kEvaluation, block->header_span, "Missing base declaration to override",
               "There is no " + TerminalSafe(id) +
                   "; an override file can only change what is declared elsewhere.");
      }
    }
  }

  /// Arguments replace those of the same name; nested blocks replace all of the same type.
  const hcl::Block* Merge(const hcl::Block& base, const hcl::Block& over) {
    std::vector<const hcl::Attribute*> attributes;
    for (const hcl::Attribute* attribute : base.body->attributes) {
      const hcl::Attribute* replacement = over.body->Find(attribute->name);
      attributes.push_back(replacement != nullptr ? replacement : attribute);
    }
    for (const hcl::Attribute* attribute : over.body->attributes)
      if (base.body->Find(attribute->name) == nullptr) attributes.push_back(attribute);
    const auto type_of = [](const hcl::Block& b) {
      return b.type == "dynamic" && !b.labels.empty() ? b.labels[0].text : b.type;
    };
    std::vector<const hcl::Block*> blocks;
    for (const hcl::Block* block : base.body->blocks) {
      const auto same = [&](const hcl::Block* b) { return type_of(*b) == type_of(*block); };
      if (std::none_of(over.body->blocks.begin(), over.body->blocks.end(), same)) blocks.push_back(block);
    }
    blocks.insert(blocks.end(), over.body->blocks.begin(), over.body->blocks.end());
    auto* body = context_.arena.New<hcl::Body>(*base.body);
    body->attributes = context_.arena.Copy(attributes);
    body->blocks = context_.arena.Copy(blocks);
    auto* merged = context_.arena.New<hcl::Block>(base);
    merged->body = body;
    return merged;
  }

  void Publish() {
    for (const hcl::Block* block : blocks_) {
      if (IsResource(*block)) {
        ResourceDecl decl;
        decl.block = block;
        decl.type = block->labels[0].text;
        if (block->type != "resource")
          decl.type = context_.arena.Copy(std::string(block->type) + "." + std::string(decl.type));
        decl.name = block->labels[1].text;
        decl.key = context_.arena.Copy(std::string(decl.type) + "." + std::string(decl.name));
        decl.node = decl.key;
        if (!module_.resource_index.emplace(decl.key, module_.resources.size()).second)
          decl.node = context_.arena.Copy(std::string(decl.key) + "#" + std::to_string(module_.resources.size()));
        module_.resources.push_back(decl);
        continue;
      }
      module_.blocks.push_back(block);
      if (block->type == "variable") module_.variables.emplace(block->labels[0].text, block);
      if (block->type == "output") module_.outputs.emplace(block->labels[0].text, block);
      if (block->type == "module") module_.calls.emplace(block->labels[0].text, block);
    }
  }

  void ReadVariables(const Files& files) {
    // terraform.tfvars, then its JSON twin, then the automatic ones in lexical order of their names.
    std::vector<const std::pair<const git::DirEntry*, FileName>*> order;
    for (const auto& file : files) {
      if (file.second.role != FileRole::kVariables) continue;
      if (file.second.stem == "terraform" || file.second.stem.ends_with(".auto")) order.push_back(&file);
    }
    std::stable_sort(order.begin(), order.end(), [](auto* a, auto* b) {
      const bool auto_a = a->second.stem != "terraform", auto_b = b->second.stem != "terraform";
      return auto_a != auto_b ? auto_b : a->first->name < b->first->name;
    });
    for (const auto* file : order) {
      const hcl::Tree* tree = Read(file->first->name, file->second.json, true);
      if (tree == nullptr) continue;
      for (const hcl::Attribute* attribute : tree->root->attributes)
        module_.settings[attribute->name] = {attribute->expr, attribute->span};
    }
  }

  const LoadContext& context_;
  ModuleConfig& module_;
  std::vector<const hcl::Body*> base_, overrides_;
  std::vector<const hcl::Block*> blocks_;
  std::unordered_map<std::string, size_t> by_identity_;
};

}  // namespace

std::unique_ptr<ModuleConfig> LoadModule(const LoadContext& context, std::string_view dir, bool root) {
  auto entries = context.snapshot.List(dir);
  if (!entries.ok()) return nullptr;
  auto module = std::make_unique<ModuleConfig>();
  module->dir = context.arena.Copy(dir);
  Loader loader(context, *module);
  if (!loader.Load(*entries, root)) return nullptr;
  return module;
}

bool IsConfigFile(std::string_view name) {
  const FileRole role = Recognise(name).role;
  return role == FileRole::kConfig || role == FileRole::kOverride;
}

bool IsVariableFile(std::string_view name) { return Recognise(name).role == FileRole::kVariables; }

bool JoinPath(std::string_view base, std::string_view path, std::string& out) {
  std::vector<std::string_view> parts;
  for (std::string_view text : {base, path}) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('/'), text.size());
      const std::string_view part = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (parts.empty()) {
        return false;
      } else {
        parts.pop_back();
      }
    }
  }
  out.clear();
  for (const std::string_view part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return true;
}

}  // namespace weir::terraform
