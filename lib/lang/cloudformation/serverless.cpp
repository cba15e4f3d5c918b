#include "lib/lang/cloudformation/serverless.h"

#include <algorithm>

#include "lib/git/paths.h"
#include "lib/lang/yaml_value.h"

namespace weir::cloudformation {
namespace {

using yaml::Node;

constexpr int kDeepest = 16;  // variables in variables, files in files

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// The end of `${…}` that begins at `open`, nested ones counted; npos where it is not closed.
size_t CloseOf(std::string_view text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text.compare(i, 2, "${") == 0) ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

class ServerlessFile {
 public:
  ServerlessFile(Context& context, const std::string& path, const Node& root) : context_(context), path_(path), root_(root), template_(context, path, root, "", {}, {}) {
    template_.UseVariables([this](const Node& node) { return Resolve(node); });
  }

  void Publish() {
    const Node* provider = Section(root_, "provider");
    const Value* shared = provider != nullptr ? template_.Evaluate(*provider) : nullptr;
    if (const Node* functions = Section(root_, "functions")) {
      if (functions->kind == yaml::Kind::kSequence)
        for (const Node* part : functions->items())
          if (const Node* one = NodeAt(*part, 0)) Functions(*one, shared);
      Functions(*functions, shared);
    }
    if (const Node* resources = Section(root_, "resources")) {
      if (resources->kind == yaml::Kind::kSequence)
        for (const Node* part : resources->items())
          if (const Node* one = NodeAt(*part, 0)) Resources(*one);
      Resources(*resources);
    }
  }

 private:
  const Node* Section(const Node& root, std::string_view name) {
    const Node* node = root.Find(name);
    return node != nullptr ? NodeAt(*node, 0) : nullptr;
  }

  void Resources(const Node& node) {
    if (node.Find("Resources") == nullptr) return;
    auto& one = parts_.emplace_back(std::make_unique<Template>(context_, path_, node, "", Values{}, std::vector<std::string>{}));
    one->UseVariables([this](const Node& n) { return Resolve(n); });
    one->Publish();
  }

  void Functions(const Node& functions, const Value* provider) {
    for (const yaml::Pair& pair : PairsOf(functions)) {
      const Node* node = NodeAt(*pair.value, 0);
      if (node == nullptr || node->kind != yaml::Kind::kMapping) continue;
      const Value* own = template_.Evaluate(*node, pair.key->span);
      if (own == nullptr || !IsMapping(own->kind)) continue;
      auto* resource = context_.arena.New<Resource>();
      resource->language = "serverless";
      resource->type = "function";
      resource->name = pair.key->text;
      resource->address = resource->declared = context_.arena.Copy(std::string_view("function." + std::string(pair.key->text)));
      resource->block = pair.value->kind == yaml::Kind::kMapping ? Cover(pair.key->span, pair.value->span) : pair.key->span;
      resource->header = pair.key->span;
      resource->body = Body(*own, provider);
      context_.out.resources.push_back(resource);
    }
  }

  const Value* Body(const Value& own, const Value* provider) {
    std::vector<Entry> entries(own.entries.begin(), own.entries.end());
    std::vector<const Value*> statements;
    const auto add_statements = [&](const Value* list) {
      if (list != nullptr && IsSequence(list->kind)) statements.insert(statements.end(), list->items.begin(), list->items.end());
    };
    if (provider != nullptr && IsMapping(provider->kind)) {
      static constexpr std::string_view kShared[] = {"runtime", "memorySize", "timeout", "vpc", "tracing", "kmsKeyArn", "logRetentionInDays", "architecture", "layers"};
      for (const std::string_view key : kShared)
        if (const Entry* e = provider->Find(key); e != nullptr && own.Find(key) == nullptr) entries.push_back(*e);
      if (const Entry* shared = provider->Find("environment"); shared != nullptr && IsMapping(shared->value->kind)) {
        const auto mine = std::ranges::find(entries, std::string_view("environment"), &Entry::key);
        if (mine == entries.end()) {
          entries.push_back(*shared);
        } else if (IsMapping(mine->value->kind)) {
          std::vector<Entry> both(shared->value->entries.begin(), shared->value->entries.end());
          both.insert(both.end(), mine->value->entries.begin(), mine->value->entries.end());
          mine->value = NewObject(context_.arena, std::move(both), mine->value->origin);
        }
      }
      add_statements(provider->Get("iamRoleStatements"));
      const Value* iam = provider->Get("iam");
      const Value* role = iam != nullptr ? iam->Get("role") : nullptr;
      add_statements(role != nullptr ? role->Get("statements") : nullptr);
    }
    add_statements(own.Get("iamRoleStatements"));
    const Span at = statements.empty() ? own.origin : statements[0]->origin;
    entries.push_back({"policy", NewObject(context_.arena, {{"Statement", NewSequence(context_.arena, Kind::kList, context_.arena.Copy(statements), at), at}}, at), {}});
    return NewObject(context_.arena, std::move(entries), own.origin);
  }

  /// The node that a `${…}` which is all of a scalar leads to; the node itself where it is none; null where it leads nowhere.
  const Node* NodeAt(const Node& unresolved, int depth) {
    const Node& node = unresolved.Resolved();
    if (node.kind != yaml::Kind::kScalar || !node.text.starts_with("${")) return &node;
    if (CloseOf(node.text, 0) + 1 != node.text.size()) return nullptr;
    const Node* target = Follow(node.text.substr(2, node.text.size() - 3), node.span, depth + 1);
    return target != nullptr ? NodeAt(*target, depth + 1) : nullptr;
  }

  /// The node of a file that the variable names first, its own variables not yet followed.
  const Node* Follow(std::string_view variable, Span at, int depth) {
    if (depth > kDeepest || !context_.Spend(at)) return nullptr;
    std::string_view first = Trim(variable.substr(0, variable.find(',')));
    if (first.starts_with("self:")) return Below(root_, first.substr(5), depth);
    if (!first.starts_with("file(")) return nullptr;
    const size_t close = first.find(')');
    if (close == std::string_view::npos) return nullptr;
    const Node* file = File(Trim(first.substr(5, close - 5)), at);
    if (file == nullptr) return nullptr;
    const std::string_view rest = first.substr(close + 1);
    return rest.starts_with(':') ? Below(*file, rest.substr(1), depth) : file;
  }

  const Node* Below(const Node& from, std::string_view keys, int depth) {
    const Node* node = &from;
    while (!keys.empty() && node != nullptr) {
      const size_t dot = keys.find('.');
      node = NodeAt(*node, depth);
      if (node != nullptr) node = node->Find(keys.substr(0, dot));
      keys = dot == std::string_view::npos ? std::string_view() : keys.substr(dot + 1);
    }
    return node;
  }

  const Node* File(std::string_view relative, Span at) {
    const auto path = git::ResolveBeside(path_, relative);
    if (!path) {
      context_.Diagnose(Diagnostic::Kind::kEvaluation, at, "This file lies outside of the repository", "Files are read from the repository only");
      return nullptr;
    }
    if (!path->ends_with(".yml") && !path->ends_with(".yaml") && !path->ends_with(".json")) return nullptr;
    const auto [known, fresh] = files_.try_emplace(*path, nullptr);
    if (!fresh) return known->second;
    const yaml::Tree* tree = ReadYaml(*path, context_.snapshot, context_.sources, context_.arena, context_.limits, context_.out);
    if (tree != nullptr && !tree->documents.empty()) known->second = tree->documents[0].root;
    return known->second;
  }

  /// A scalar with variables; null where it has none.
  const Value* Resolve(const Node& node) {
    if (node.text.find("${") == std::string_view::npos) return nullptr;
    if (resolving_ > kDeepest) return NewUnknown(context_.arena, node.span);
    ++resolving_;
    const Value* out = ResolveText(node);
    --resolving_;
    return out;
  }

  const Value* ResolveText(const Node& node) {
    Arena& arena = context_.arena;
    if (node.text.starts_with("${") && CloseOf(node.text, 0) + 1 == node.text.size()) return Variable(node.text.substr(2, node.text.size() - 3), node);
    std::string text;
    std::string_view rest = node.text;
    while (!rest.empty()) {
      const size_t open = rest.find("${"), close = open == std::string_view::npos ? open : CloseOf(rest, open);
      text += rest.substr(0, close == std::string_view::npos ? rest.size() : open);
      if (close == std::string_view::npos) break;
      const Value* value = Variable(rest.substr(open + 2, close - open - 2), node);
      const auto one = TextOf(*value);
      if (!one) {
        // Known at its beginning.
        Value* out = NewUnknown(arena, node.span);
        out->flags |= Value::kPartial;
        out->text = arena.Copy(std::string_view(text));
        return out;
      }
      text += *one;
      rest.remove_prefix(close + 1);
    }
    return NewString(arena, arena.Copy(std::string_view(text)), node.span);
  }

  const Value* Variable(std::string_view variable, const Node& node) {
    // `${Name}` and `${AWS::Region}` are CloudFormation's, for Fn::Sub.
    if ((variable.find(':') == std::string_view::npos && !variable.starts_with("file(")) || variable.starts_with("AWS::")) return NewUnknown(context_.arena, node.span);
    if (const Node* target = Follow(variable, node.span, resolving_); target != nullptr && target != &node)
      if (const Value* value = template_.Evaluate(*target)) return value;
    const size_t comma = variable.rfind(',');
    if (comma != std::string_view::npos) {
      const std::string_view fallback = Trim(variable.substr(comma + 1));
      if (fallback.size() >= 2 && (fallback[0] == '\'' || fallback[0] == '"') && fallback.back() == fallback[0]) return NewString(context_.arena, fallback.substr(1, fallback.size() - 2), node.span);
      if (fallback.starts_with("self:") || fallback.starts_with("${self:")) {
        const std::string_view keys = fallback.starts_with("${") ? fallback.substr(2, fallback.size() - 3) : fallback;
        if (const Node* target = Follow(keys, node.span, resolving_); target != nullptr && target != &node)
          if (const Value* value = template_.Evaluate(*target)) return value;
      }
    }
    return NewUnknown(context_.arena, node.span);
  }

  Context& context_;
  const std::string& path_;
  const Node& root_;
  Template template_;
  std::vector<std::unique_ptr<Template>> parts_;
  std::map<std::string, const Node*> files_;
  int resolving_ = 0;
};

}  // namespace

void PublishServerlessFile(Context& context, const std::string& path, const Node& root) { ServerlessFile(context, path, root).Publish(); }

}  // namespace weir::cloudformation
