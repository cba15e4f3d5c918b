#include "lib/policy/iam.h"

#include <vector>

#include "lib/model/json.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::MapEntry;
using cel::Type;
using cel::Value;

const weir::Value* ParseJson(std::string_view text, Span at, Arena& arena) {
  const auto document = ReadJson(text, at, arena);
  return document.ok() ? *document : nullptr;
}

// A text or a list of texts, as a list.
Value AsList(const weir::Value* v, EvalContext& context) {
  if (v == nullptr || v->is_null()) return Value::List({});
  if (v->is_unknown() || IsSequence(v->kind)) return Value::FromModel(v);
  auto items = context.arena.NewArray<Value>(1);
  items[0] = Value::FromModel(v);
  return Value::List(items);
}

Value PairOf(std::string_view a, Value x, std::string_view b, Value y, EvalContext& context) {
  auto fields = context.arena.NewArray<MapEntry>(2);
  fields[0] = {a, x};
  fields[1] = {b, y};
  return Value::Map(fields);
}

// JSON: "*" or {"AWS": "arn…", "Service": […]}.
Value JsonPrincipals(const weir::Value* v, EvalContext& context) {
  if (v == nullptr || v->is_null()) return Value::List({});
  if (v->is_unknown()) return Value::Unknown(v);
  std::vector<Value> out;
  if (IsMapping(v->kind)) {
    for (const Entry& e : v->entries) {
      const Value ids = AsList(e.value, context);
      if (ids.is(Type::kUnknown)) out.push_back(PairOf("type", Value::String(e.key), "id", ids, context));
      for (size_t i = 0; i < ids.size(); ++i) out.push_back(PairOf("type", Value::String(e.key), "id", ids.At(i), context));
    }
  } else {
    out.push_back(PairOf("type", Value::FromModel(v), "id", Value::FromModel(v), context));
  }
  return Value::List(context.arena.Copy(out));
}

// HCL: principals { type = "AWS" identifiers = [...] }
Value BlockPrincipals(const weir::Value* v, EvalContext& context) {
  if (v == nullptr || v->is_null()) return Value::List({});
  if (v->is_unknown()) return Value::Unknown(v);
  std::vector<Value> out;
  if (IsSequence(v->kind))
    for (const weir::Value* block : v->items) {
      const Value ids = AsList(block->Get("identifiers"), context);
      const Value type = Value::FromModel(block->Get("type"));
      if (ids.is(Type::kUnknown)) out.push_back(PairOf("type", type, "id", ids, context));
      for (size_t i = 0; i < ids.size(); ++i) out.push_back(PairOf("type", type, "id", ids.At(i), context));
    }
  return Value::List(context.arena.Copy(out));
}

Value Condition(Value test, Value variable, Value values, EvalContext& context) {
  auto fields = context.arena.NewArray<MapEntry>(3);
  fields[0] = {"test", test};
  fields[1] = {"variable", variable};
  fields[2] = {"values", values};
  return Value::Map(fields);
}

Value JsonConditions(const weir::Value* v, EvalContext& context) {
  if (v != nullptr && v->is_unknown()) return Value::Unknown(v);
  std::vector<Value> out;
  if (v != nullptr && IsMapping(v->kind))
    for (const Entry& test : v->entries)
      if (IsMapping(test.value->kind))
        for (const Entry& variable : test.value->entries)
          out.push_back(Condition(Value::String(test.key), Value::String(variable.key), AsList(variable.value, context), context));
  return Value::List(context.arena.Copy(out));
}

Value BlockConditions(const weir::Value* v, EvalContext& context) {
  std::vector<Value> out;
  if (v != nullptr && IsSequence(v->kind))
    for (const weir::Value* block : v->items)
      out.push_back(Condition(Value::FromModel(block->Get("test")), Value::FromModel(block->Get("variable")), AsList(block->Get("values"), context), context));
  return Value::List(context.arena.Copy(out));
}

Value Statement(const weir::Value& s, bool json, EvalContext& context) {
  const auto effect = [&]() -> Value {
    const weir::Value* v = s.Get(json ? "Effect" : "effect");
    if (v == nullptr || v->is_null()) return Value::String(json ? "" : "Allow");
    return Value::FromModel(v);
  };
  const auto list = [&](std::string_view in_json, std::string_view in_block) { return AsList(s.Get(json ? in_json : in_block), context); };
  const std::vector<MapEntry> fields = {
      {"sid", Value::FromModel(s.Get(json ? "Sid" : "sid"))},
      {"effect", effect()},
      {"actions", list("Action", "actions")},
      {"not_actions", list("NotAction", "not_actions")},
      {"resources", list("Resource", "resources")},
      {"not_resources", list("NotResource", "not_resources")},
      {"principals", json ? JsonPrincipals(s.Get("Principal"), context) : BlockPrincipals(s.Get("principals"), context)},
      {"not_principals", json ? JsonPrincipals(s.Get("NotPrincipal"), context) : BlockPrincipals(s.Get("not_principals"), context)},
      {"conditions", json ? JsonConditions(s.Get("Condition"), context) : BlockConditions(s.Get("condition"), context)},
  };
  return Value::Map(context.arena.Copy(fields));
}

}  // namespace

Value IamStatements(std::span<const Value> args, EvalContext& context) {
  const Value& doc = args[0];
  if (doc.is(Type::kNull)) return Value::List({});
  const weir::Value* document = doc.model;
  if (doc.is(Type::kString)) {
    if (doc.text.empty()) return Value::List({});
    document = document != nullptr && document->structure != nullptr ? document->structure
                                                                     : ParseJson(doc.text, document != nullptr ? document->origin : Span{}, context.arena);
    if (document == nullptr) return Value::Error("the policy document is no JSON");
  }
  if (document == nullptr || !IsMapping(document->kind)) return Value::Error("the policy document is no object");
  const weir::Value* statements = document->Get("Statement");
  const bool json = statements != nullptr || document->Get("statement") == nullptr;
  if (!json) statements = document->Get("statement");
  if (statements == nullptr) return Value::List({});
  if (statements->is_unknown()) return Value::Unknown(statements);
  std::vector<Value> out;
  if (IsMapping(statements->kind)) out.push_back(Statement(*statements, json, context));
  else if (IsSequence(statements->kind))
    for (const weir::Value* s : statements->items)
      out.push_back(s->is_unknown() ? Value::Unknown(s) : Statement(*s, json, context));
  return Value::List(context.arena.Copy(out));
}

}  // namespace weir::policy
