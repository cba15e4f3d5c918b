#include "lib/lang/cloudformation/template.h"

#include <algorithm>
#include <utility>

#include "lib/git/paths.h"
#include "lib/lang/cloudformation/recognise.h"
#include "lib/lang/yaml_value.h"

namespace weir::cloudformation {
namespace {

using yaml::Node;

/// Beside a resource's properties, what the resource itself says.
constexpr std::string_view kOfResource[] = {"Metadata", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn"};

const Node* Section(const Node& root, std::string_view name) { return root.Find(name); }

std::vector<std::string> SplitCommas(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    out.emplace_back(part);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return out;
}

}  // namespace

bool Context::Spend(Span at) {
  if (++steps <= limits.steps) return true;
  if (!exhausted) Diagnose(Diagnostic::Kind::kLimit, at, "Evaluating this template takes more steps than the limit allows", "Split it, or exclude it in .weir.yaml");
  exhausted = true;
  return false;
}

void Context::Diagnose(Diagnostic::Kind kind, Span at, std::string summary, std::string detail) {
  out.diagnostics.push_back({kind, at, arena.Copy(std::string_view(summary)), arena.Copy(std::string_view(detail))});
}

std::optional<std::string> TextOf(const Value& value) {
  switch (value.kind) {
    case Kind::kString: return std::string(value.text);
    case Kind::kBool: return value.boolean ? "true" : "false";
    case Kind::kNumber: return value.number.ToString();
    default: return std::nullopt;
  }
}

Value* NewObject(Arena& arena, std::vector<Entry> entries, Span origin) {
  std::erase_if(entries, [](const Entry& e) { return e.value == nullptr; });
  Value* out = NewMapping(arena, Kind::kObject, arena.Copy(entries), origin);
  out->flags |= Value::kSoft;
  return out;
}

template <typename Sink>
void Template::ForEach(const Node& argument, std::vector<Binding>& bindings, Sink each) {
  if (argument.items().size() != 3) return;
  const Node& identifier = argument.items()[0]->Resolved();
  const std::vector<Binding> outer = std::exchange(bindings_, bindings);
  const Value* collection = Evaluate(*argument.items()[1]);
  bindings_ = outer;
  if (collection == nullptr || !IsSequence(collection->kind)) return;
  for (const Value* item : collection->items) {
    const auto text = TextOf(*item);
    if (!text || !context_.Spend(argument.span)) continue;
    bindings.push_back({std::string(identifier.text), *text, item});
    each(argument.items()[2]->Resolved());
    bindings.pop_back();
  }
}

Template::Template(Context& context, std::string path, const Node& root, std::string stack, Values inputs, std::vector<std::string> callers)
    : context_(context), arena_(context.arena), path_(std::move(path)), stack_(std::move(stack)), root_(root), inputs_(std::move(inputs)),
      callers_(std::move(callers)), parameters_(Section(root, "Parameters")), mappings_(Section(root, "Mappings")), conditions_(Section(root, "Conditions")) {
  callers_.push_back(path_);
  if (const Node* transform = Section(root, "Transform")) {
    const auto is_sam = [](const Node& n) { return n.Resolved().text.starts_with("AWS::Serverless"); };
    serverless_ = is_sam(*transform) || std::ranges::any_of(transform->items(), [&](const Node* n) { return is_sam(*n); });
  }
}

void Template::Publish() {
  std::vector<Binding> bindings;
  if (const Node* resources = Section(root_, "Resources")) Declare(*resources, bindings, 0);
  for (Declared& declared : declared_) by_name_.emplace(declared.name, declared.resource);
  for (Declared& declared : declared_) PublishResource(declared);
}

void Template::Declare(const Node& resources, std::vector<Binding>& bindings, int depth) {
  for (const yaml::Pair& pair : PairsOf(resources)) {
    const Node& node = pair.value->Resolved();
    if (pair.key->text.starts_with("Fn::ForEach::")) {
      if (depth < 8)
        ForEach(node, bindings, [&](const Node& body) { Declare(body, bindings, depth + 1); });
      continue;
    }
    const Node* type = node.Find("Type");
    if (type == nullptr || type->kind != yaml::Kind::kScalar || type->text.empty()) continue;
    if (++context_.resources > context_.limits.instances)
      return context_.Diagnose(Diagnostic::Kind::kLimit, pair.key->span, "This template declares more resources than the limit allows", "Split it, or exclude it in .weir.yaml");
    bindings_ = bindings;
    Declared declared{arena_.Copy(std::string_view(Bound(pair.key->text))), pair.key, &node, bindings, arena_.New<Resource>()};
    Resource& resource = *declared.resource;
    resource.language = "cloudformation";
    resource.type = type->text;
    resource.name = declared.name;
    resource.module_path = arena_.Copy(std::string_view(stack_).substr(0, stack_.empty() ? 0 : stack_.size() - 1));
    resource.address = resource.declared = arena_.Copy(std::string_view(stack_ + std::string(type->text) + "." + std::string(declared.name)));
    resource.block = Cover(pair.key->span, node.span);
    resource.header = pair.key->span;
    resource.stands_for_all = false;
    declared_.push_back(std::move(declared));
  }
}

void Template::PublishResource(Declared& declared) {
  bindings_ = declared.bindings;
  if (const Node* condition = declared.node->Find("Condition"); condition != nullptr && condition->kind == yaml::Kind::kScalar)
    if (Named(condition->text, Ask::kWhateverIsGiven, 0) == std::optional(false)) return;
  const Value* body = Body(declared);
  if (serverless_ && declared.resource->type.starts_with("AWS::Serverless::")) body = WithGlobals(declared.resource->type.substr(17), body);
  declared.resource->body = body;
  context_.out.resources.push_back(declared.resource);
  if (serverless_) PublishServerless(declared, *body);
  if (declared.resource->type == "AWS::CloudFormation::Stack") Nested(declared, *body, "TemplateURL");
  if (declared.resource->type == "AWS::Serverless::Application") Nested(declared, *body, "Location");
}

const Value* Template::Body(const Declared& declared) {
  std::vector<Entry> entries;
  const Node* properties = declared.node->Find("Properties");
  const Value* value = properties != nullptr ? Evaluate(*properties, declared.key->span) : nullptr;
  if (value != nullptr && IsMapping(value->kind)) entries.assign(value->entries.begin(), value->entries.end());
  for (const std::string_view name : kOfResource) {
    const yaml::Pair* pair = declared.node->FindPair(name);
    const bool taken = std::ranges::any_of(entries, [&](const Entry& e) { return e.key == name; });
    if (pair != nullptr && !taken) entries.push_back({pair->key->text, Evaluate(*pair->value, OriginOf(*pair)), pair->key->span});
  }
  const yaml::Pair* pair = declared.node->FindPair("Properties");
  return NewObject(arena_, std::move(entries), pair != nullptr ? pair->key->span : declared.key->span);
}

void Template::Add(const Declared& declared, std::string_view type, std::string_view name, const Value* body) {
  Resource* resource = arena_.New<Resource>(*declared.resource);
  resource->type = type;
  resource->name = arena_.Copy(name);
  resource->address = resource->declared = arena_.Copy(std::string_view(stack_ + std::string(type) + "." + std::string(name)));
  resource->body = body;
  context_.out.resources.push_back(resource);
}

const Value* Template::ParameterDefault(const Node& parameter) {
  const Node* type = parameter.Find("Type");
  const std::string_view kind = type != nullptr ? type->text : "String";
  const Node* value = parameter.Find("Default");
  // Of one allowed value nothing else can be given.
  if (value == nullptr)
    if (const Node* allowed = parameter.Find("AllowedValues"); allowed != nullptr && allowed->items().size() == 1) value = &allowed->items()[0]->Resolved();
  const yaml::Pair* name = parameter.FindPair("Type");
  if (value == nullptr || kind.starts_with("AWS::SSM::Parameter::Value")) return NewUnknown(arena_, name != nullptr ? name->key->span : parameter.span);
  Value* out = nullptr;
  if (value->kind != yaml::Kind::kScalar) {
    out = arena_.New<Value>(*ValueOf(*value, YamlSchema::kYaml11, arena_));
  } else if (kind == "CommaDelimitedList" || kind.starts_with("List<")) {
    const std::vector<std::string> parts = SplitCommas(value->text);
    const auto items = arena_.NewArray<const Value*>(parts.size());
    for (size_t i = 0; i < items.size(); ++i) items[i] = NewString(arena_, arena_.Copy(std::string_view(parts[i])), value->span);
    out = NewSequence(arena_, Kind::kList, items, value->span);
  } else if (kind == "Number") {
    out = arena_.New<Value>(*ScalarValue(*value, YamlSchema::kYaml11, arena_));
  } else {
    out = NewString(arena_, value->text, value->span);  // a parameter is text, whatever it looks like
  }
  if (const Node* secret = parameter.Find("NoEcho"); secret != nullptr && (secret->text == "true" || secret->text == "True")) out->flags |= Value::kSensitive;
  return out;
}

const Value* Template::Parameter(std::string_view name, Span use) {
  const Node* parameter = parameters_ != nullptr ? parameters_->Find(name) : nullptr;
  const auto given = inputs_.find(name);
  if (parameter == nullptr && given == inputs_.end()) return nullptr;
  if (ignore_defaults_) {
    const Node* allowed = parameter != nullptr ? parameter->Find("AllowedValues") : nullptr;
    if (allowed == nullptr || allowed->items().size() != 1) return NewUnknown(arena_, use);
  }
  const Value* value = given != inputs_.end() ? given->second : nullptr;
  if (value == nullptr) {
    const Value*& kept = parameter_values_[name];
    if (kept == nullptr) kept = ParameterDefault(*parameter);
    value = kept;
  }
  if (value->is_unknown()) return arena_.New<Value>(*value);
  auto* hop = arena_.New<Hop>();
  hop->kind = Hop::Kind::kAttribute;
  hop->name = arena_.Copy(std::string_view("Parameters." + std::string(name)));
  hop->use = use;
  hop->next = value->provenance != nullptr ? value->provenance->hops : nullptr;
  auto* provenance = value->provenance != nullptr ? arena_.New<Provenance>(*value->provenance) : arena_.New<Provenance>();
  provenance->hops = hop;
  Value* out = arena_.New<Value>(*value);
  out->provenance = provenance;
  return out;
}

std::string Template::Bound(std::string_view key) const {
  std::string out(key);
  for (const Binding& binding : bindings_)
    for (const std::string& form : {"${" + binding.name + "}", "&{" + binding.name + "}"})
      for (size_t at = out.find(form); at != std::string::npos; at = out.find(form, at + binding.text.size())) out.replace(at, form.size(), binding.text);
  return out;
}

const Value* Template::Mapping(const Node& node, Span origin) {
  std::vector<Entry> entries;
  for (const yaml::Pair& pair : PairsOf(node)) {
    if (pair.key->text.starts_with("Fn::ForEach::")) {
      std::vector<Binding> bindings = bindings_;
      ForEach(pair.value->Resolved(), bindings, [&](const Node& body) {
        const std::vector<Binding> outer = std::exchange(bindings_, bindings);
        if (const Value* one = Mapping(body, body.span); IsMapping(one->kind)) entries.insert(entries.end(), one->entries.begin(), one->entries.end());
        bindings_ = outer;
      });
      continue;
    }
    const Value* value = Evaluate(*pair.value, OriginOf(pair));
    const bool bound = !bindings_.empty() && pair.key->text.find('{') != std::string_view::npos;
    entries.push_back({bound ? arena_.Copy(std::string_view(Bound(pair.key->text))) : pair.key->text, value, pair.key->span});
  }
  return NewObject(arena_, std::move(entries), origin.valid() ? origin : node.span);
}

void Template::Nested(const Declared& declared, const Value& body, std::string_view location_key) {
  const Value* location = body.Get(location_key);
  if (location == nullptr || location->kind != Kind::kString || location->text.empty()) return;
  std::string_view relative = location->text;
  if (relative.find("://") != std::string_view::npos || !MayBeTemplate(relative)) return;
  const auto path = git::ResolveBeside(path_, relative);
  if (!path)
    return context_.Diagnose(Diagnostic::Kind::kEvaluation, location->origin, "This template lies outside of the repository", "Nested templates are read from the repository only");
  if (std::ranges::find(callers_, *path) != callers_.end())
    return context_.Diagnose(Diagnostic::Kind::kEvaluation, location->origin, "This stack contains itself", "A nested template must not lead back to the one that it is nested in");
  if (callers_.size() >= context_.limits.module_depth)
    return context_.Diagnose(Diagnostic::Kind::kLimit, location->origin, "Stacks are nested more deeply than the limit allows", "Flatten them, or exclude the file in .weir.yaml");
  const yaml::Tree* tree = ReadYaml(*path, context_.snapshot, context_.sources, arena_, context_.limits, context_.out);
  if (tree == nullptr || tree->documents.empty() || tree->documents[0].root == nullptr) return;
  Values inputs;
  if (const Value* given = body.Get("Parameters"); given != nullptr && IsMapping(given->kind))
    for (const Entry& e : given->entries) inputs.emplace(e.key, e.value);
  auto& nested = owned_.emplace_back(std::make_unique<Template>(context_, *path, *tree->documents[0].root, stack_ + std::string(declared.name) + "/", std::move(inputs), callers_));
  nested_.emplace(declared.name, nested.get());
  nested->Publish();
}

const Value* Template::Output(std::string_view name) {
  const Node* outputs = Section(root_, "Outputs");
  const Node* output = outputs != nullptr ? outputs->Find(name) : nullptr;
  const Node* value = output != nullptr ? output->Find("Value") : nullptr;
  return value != nullptr ? Evaluate(*value) : nullptr;
}

}  // namespace weir::cloudformation
