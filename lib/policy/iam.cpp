#include "lib/policy/iam.h"

#include <string>
#include <vector>

#include "lib/model/refined.h"
#include "lib/policy/function_groups.h"
#include "lib/policy/image.h"
#include "lib/policy/json_document.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::MapEntry;
using cel::Truth;
using cel::Type;
using cel::Value;

// A text or a list of texts, as a list.
Value AsList(const weir::Value* v, EvalContext& context) {
  if (v == nullptr || v->is_null()) return Value::List({});
  // Known in part, it is a text and not a list.
  if ((v->is_unknown() && !IsUnknownText(*v)) || IsSequence(v->kind)) return Value::FromModel(v);
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
      if (!IsMapping(block->kind)) {
        out.push_back(Value::Unknown(block));
        continue;
      }
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
  if (v == nullptr || !IsMapping(v->kind)) return Value::List({});
  for (const Entry& test : v->entries) {
    if (test.value->is_unknown()) out.push_back(Condition(Value::String(test.key), Value::FromModel(test.value), Value::FromModel(test.value), context));
    if (!IsMapping(test.value->kind)) continue;
    for (const Entry& variable : test.value->entries)
      out.push_back(Condition(Value::String(test.key), Value::String(variable.key), AsList(variable.value, context), context));
  }
  return Value::List(context.arena.Copy(out));
}

Value BlockConditions(const weir::Value* v, EvalContext& context) {
  if (v != nullptr && v->is_unknown()) return Value::Unknown(v);
  std::vector<Value> out;
  if (v != nullptr && IsSequence(v->kind))
    for (const weir::Value* block : v->items)
      out.push_back(!IsMapping(block->kind) ? Value::Unknown(block) : Condition(Value::FromModel(block->Get("test")), Value::FromModel(block->Get("variable")), AsList(block->Get("values"), context), context));
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
  Value out = Value::Map(context.arena.Copy(fields));
  out.model = &s;  // for blame: where the statement stands
  return out;
}


struct Collected {
  std::vector<Value> statements;
  Value failure;  // kError or kUnknown where the document could not be read
};

void Collect(const weir::Value& value, Collected& out, EvalContext& context, int depth);

// Documents that a data source merges: theirs come first; overriding ones replace statements of the same sid.
void CollectMerged(const weir::Value* list, Collected& out, EvalContext& context, int depth) {
  if (list == nullptr || list->is_null()) return;
  if (!IsSequence(list->kind)) return Collect(*list, out, context, depth);
  for (const weir::Value* item : list->items) Collect(*item, out, context, depth);
}

void Override(std::vector<Value>& statements, const std::vector<Value>& by) {
  for (const Value& s : by) {
    Value sid, other;
    bool replaced = false;
    if (s.Find("sid", sid) && sid.is(Type::kString) && !sid.text.empty())
      for (Value& was : statements)
        if (was.Find("sid", other) && other.is(Type::kString) && other.text == sid.text) was = s, replaced = true;
    if (!replaced) statements.push_back(s);
  }
}

void Collect(const weir::Value& value, Collected& out, EvalContext& context, int depth) {
  if (value.is_null() || (value.kind == Kind::kString && value.text.empty())) return;
  const weir::Value* document = ReadDocument(value, context.arena);
  if (document == nullptr || depth > 20 || document->is_unknown()) {
    // One of several documents: its statements are not known. The only one: nothing is.
    if (depth > 0) return out.statements.push_back(Value::Unknown(&value));
    if (value.is_unknown() || document != nullptr) out.failure = Value::Unknown(&value);
    else out.failure = Value::Error("the policy document is no JSON");
    return;
  }
  if (!IsMapping(document->kind)) {
    out.failure = Value::Error("the policy document is no object");
    return;
  }
  const weir::Value* statements = document->Get("Statement");
  const bool json = statements != nullptr || document->Get("statement") == nullptr;
  if (!json) statements = document->Get("statement");
  for (const std::string_view merged : {"source_policy_documents", "source_json"}) CollectMerged(document->Get(merged), out, context, depth + 1);
  if (statements != nullptr && statements->is_unknown()) out.statements.push_back(Value::Unknown(statements));
  const auto one = [&](const weir::Value& s) {
    out.statements.push_back(IsMapping(s.kind) ? Statement(s, json, context) : Value::Unknown(&s));
  };
  if (statements != nullptr && IsMapping(statements->kind)) one(*statements);
  else if (statements != nullptr && IsSequence(statements->kind))
    for (const weir::Value* s : statements->items) one(*s);
  for (const std::string_view merged : {"override_policy_documents", "override_json"}) {
    Collected by;
    CollectMerged(document->Get(merged), by, context, depth + 1);
    if (by.failure.is_failure()) out.failure = by.failure;
    Override(out.statements, by.statements);
  }
}

std::string Lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return out;
}

Truth CoversOne(const Value& pattern, const std::string& text, bool any_case) {
  const auto fold = [&](std::string_view s) { return any_case ? Lower(s) : std::string(s); };
  if (pattern.is(Type::kString)) return GlobMatches(fold(pattern.text), text) ? Truth::kTrue : Truth::kFalse;
  if (!pattern.is(Type::kUnknown)) return Truth::kFalse;
  if (!cel::IsUnknownText(pattern)) return Truth::kUnknown;
  // Nothing in its unknown parts could make it cover a text that differs in the known ones; without a wildcard it covers itself alone, which has none.
  bool exact = false;
  const std::string could_be = fold(PatternOf(*pattern.model, exact));
  if (!GlobMatches(could_be, text)) return Truth::kFalse;
  return exact && text.find_first_of("*?") != std::string::npos ? Truth::kFalse : Truth::kUnknown;
}

}  // namespace

Value IamStatements(const Value& doc, EvalContext& context) {
  if (doc.is(Type::kNull)) return Value::List({});
  const weir::Value* model = doc.model;
  if (model == nullptr && doc.is(Type::kString)) model = NewString(context.arena, doc.text);
  if (doc.is(Type::kUnknown) && model == nullptr) return doc;
  if (model == nullptr || !(doc.is(Type::kString) || doc.is(Type::kUnknown) || doc.is(Type::kMap) || doc.is(Type::kList)))
    return Value::Error("a policy document is text or an object");
  if (doc.is(Type::kString) && !context.Spend(doc.text.size() / 16)) return EvalContext::Exhausted();
  // A block that occurs once stands in a list.
  if (doc.is(Type::kList) && model->items.size() == 1 && model->has(weir::Value::kBlockList)) model = model->items[0];
  Collected all;
  Collect(*model, all, context, 0);
  if (all.failure.is_failure()) return all.failure;
  return Value::List(context.arena.Copy(all.statements));
}

Truth IamCovers(const Value& patterns, std::string_view text, bool any_case) {
  const std::string folded = any_case ? Lower(text) : std::string(text);
  if (!patterns.is(Type::kList)) return CoversOne(patterns, folded, any_case);
  Truth out = Truth::kFalse;
  for (size_t i = 0; i < patterns.size(); ++i) {
    const Truth one = CoversOne(patterns.At(i), folded, any_case);
    if (one == Truth::kTrue) return one;
    if (one == Truth::kUnknown) out = one;
  }
  return out;
}

}  // namespace weir::policy
