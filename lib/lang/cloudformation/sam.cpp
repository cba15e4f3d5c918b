// SAM: Globals, and what its resources create where policies speak of it.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
//
// A SAM resource keeps its type; where it names something otherwise than the CloudFormation resource that it becomes, it has that
// name too (DeadLetterQueue is DeadLetterConfig), so that one rule can speak of both. What it creates besides is declared with it:
// a function's role and URL, a table.
#include <algorithm>

#include "lib/lang/cloudformation/template.h"
#include "lib/lang/yaml_value.h"

namespace weir::cloudformation {
namespace {

/// As SAM merges: mappings key by key, lists one after the other (the global first), anything else from the resource.
const Value* Merge(const Value& global, const Value& own, Arena& arena) {
  if (IsMapping(global.kind) && IsMapping(own.kind)) {
    std::vector<Entry> entries(own.entries.begin(), own.entries.end());
    for (const Entry& e : global.entries) {
      const auto mine = std::ranges::find(entries, e.key, &Entry::key);
      if (mine == entries.end()) entries.push_back(e);
      else mine->value = Merge(*e.value, *mine->value, arena);
    }
    return NewObject(arena, std::move(entries), own.origin);
  }
  if (IsSequence(global.kind) && IsSequence(own.kind)) {
    std::vector<const Value*> items(global.items.begin(), global.items.end());
    items.insert(items.end(), own.items.begin(), own.items.end());
    return NewSequence(arena, Kind::kList, arena.Copy(items), own.origin);
  }
  return &own;
}

struct Renamed {
  std::string_view type, sam, cloudformation;
};
constexpr Renamed kRenamed[] = {
    {"Function", "DeadLetterQueue", "DeadLetterConfig"},
    {"StateMachine", "Logging", "LoggingConfiguration"},
    {"StateMachine", "Tracing", "TracingConfiguration"},
};

}  // namespace

const Value* Template::WithGlobals(std::string_view type, const Value* body) {
  const yaml::Node* globals = root_.Find("Globals");
  if (const yaml::Node* of_type = globals != nullptr ? globals->Find(type) : nullptr)
    if (const Value* global = Evaluate(*of_type); global != nullptr && IsMapping(global->kind)) body = Merge(*global, *body, arena_);
  std::vector<Entry> entries(body->entries.begin(), body->entries.end());
  for (const Renamed& renamed : kRenamed)
    if (const Entry* e = renamed.type == type ? body->Find(renamed.sam) : nullptr; e != nullptr && body->Find(renamed.cloudformation) == nullptr)
      entries.push_back({renamed.cloudformation, e->value, e->key_span});
  if (const Entry* tracing = type == "Function" ? body->Find("Tracing") : nullptr)
    entries.push_back({"TracingConfig", NewObject(arena_, {{"Mode", tracing->value, tracing->key_span}}, tracing->key_span), tracing->key_span});
  return NewObject(arena_, std::move(entries), body->origin);
}

void Template::PublishServerless(const Declared& declared, const Value& body) {
  const std::string_view type = declared.resource->type;
  if (type == "AWS::Serverless::SimpleTable") {
    Add(declared, "AWS::DynamoDB::Table", declared.name, &body);
  } else if (type == "AWS::Serverless::Function") {
    if (const Entry* url = body.Find("FunctionUrlConfig"); url != nullptr && IsMapping(url->value->kind))
      Add(declared, "AWS::Lambda::Url", std::string(declared.name) + "Url", url->value);
    const Entry* policies = body.Find("Policies");
    if (policies == nullptr || body.Find("Role") != nullptr) return;
    // Documents and statements written here; the names of managed policies and SAM's own templates (`SQSPollerPolicy: {…}`) are left out.
    std::vector<const Value*> inline_policies, managed;
    const auto add = [&](const Value* v) {
      if (v->kind == Kind::kString || v->is_unknown()) managed.push_back(v);
      else if (IsMapping(v->kind) && v->Get("Statement") != nullptr)
        inline_policies.push_back(NewObject(arena_, {{"PolicyDocument", v, policies->key_span}}, v->origin));
    };
    if (IsSequence(policies->value->kind))
      for (const Value* v : policies->value->items) add(v);
    else
      add(policies->value);
    Add(declared, "AWS::IAM::Role", std::string(declared.name) + "Role",
        NewObject(arena_,
                  {{"Policies", NewSequence(arena_, Kind::kList, arena_.Copy(inline_policies), policies->value->origin), policies->key_span},
                   {"ManagedPolicyArns", NewSequence(arena_, Kind::kList, arena_.Copy(managed), policies->value->origin), policies->key_span}},
                  policies->key_span));
  }
}

}  // namespace weir::cloudformation
