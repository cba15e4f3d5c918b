#include "lib/lang/terraform/data_sources.h"

#include <algorithm>

#include "lib/lang/terraform/expand.h"

namespace weir::terraform {
namespace {

void WriteString(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (uint8_t(c) < 0x20 || c == '<' || c == '>' || c == '&') {
      constexpr char kHex[] = "0123456789abcdef";
      ((out += "\\u00") += kHex[uint8_t(c) >> 4]) += kHex[uint8_t(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

/// Texts of a list attribute; false where some of it is unknown.
bool Texts(const Value* value, std::vector<std::string_view>& out) {
  if (value == nullptr || value->is_null()) return true;
  if (!IsSequence(value->kind)) return false;
  for (const Value* item : value->items) {
    if (item->kind != Kind::kString) return false;
    out.push_back(item->text);
  }
  return true;
}

std::string_view TextOr(const Value* value, std::string_view otherwise) {
  return value != nullptr && value->kind == Kind::kString ? value->text : otherwise;
}

/// One text stands alone, several in an array, as the provider writes them.
void WriteTexts(std::vector<std::string_view> texts, std::string& out) {
  if (texts.size() == 1) return WriteString(texts[0], out);
  out += '[';
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    WriteString(texts[i], out);
  }
  out += ']';
}

bool WritePrincipals(const Value* blocks, std::string& out) {
  if (blocks == nullptr || blocks->items.empty()) return true;
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> by_type;
  for (const Value* block : blocks->items) {
    const Value* type = block->Get("type");
    if (type == nullptr || type->kind != Kind::kString) return false;
    by_type.emplace_back(type->text, std::vector<std::string_view>());
    if (!Texts(block->Get("identifiers"), by_type.back().second)) return false;
  }
  if (by_type.size() == 1 && by_type[0].first == "*" &&
      by_type[0].second == std::vector<std::string_view>{"*"}) {
    out += "\"*\"";
    return true;
  }
  out += '{';
  for (size_t i = 0; i < by_type.size(); ++i) {
    if (i > 0) out += ',';
    WriteString(by_type[i].first, out);
    out += ':';
    WriteTexts(by_type[i].second, out);
  }
  out += '}';
  return true;
}

bool WriteConditions(const Value* blocks, std::string& out) {
  std::vector<std::pair<std::string_view, const Value*>> sorted;
  for (const Value* block : blocks->items) {
    const Value* test = block->Get("test");
    const Value* variable = block->Get("variable");
    if (test == nullptr || variable == nullptr || test->kind != Kind::kString ||
        variable->kind != Kind::kString)
      return false;
    sorted.emplace_back(test->text, block);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.first < b.first; });
  out += '{';
  for (size_t i = 0; i < sorted.size(); ++i) {
    const bool same = i > 0 && sorted[i - 1].first == sorted[i].first;
    if (!same) {
      if (i > 0) out += "},";
      WriteString(sorted[i].first, out);
      out += ":{";
    } else {
      out += ',';
    }
    std::vector<std::string_view> values;
    if (!Texts(sorted[i].second->Get("values"), values)) return false;
    WriteString(sorted[i].second->Get("variable")->text, out);
    out += ':';
    WriteTexts(values, out);
  }
  out += sorted.empty() ? "}" : "}}";
  return true;
}

bool WriteStatement(const Value& statement, std::string& out) {
  const Value* effect = statement.Get("effect");
  const Value* sid = statement.Get("sid");
  if ((effect != nullptr && effect->is_unknown()) || (sid != nullptr && sid->is_unknown())) return false;
  out += '{';
  if (!TextOr(sid, "").empty()) {
    out += "\"Sid\":";
    WriteString(TextOr(sid, ""), out);
    out += ',';
  }
  out += "\"Effect\":";
  WriteString(TextOr(effect, "Allow"), out);
  constexpr std::pair<std::string_view, std::string_view> kLists[] = {{"actions", "Action"},
                                                                      {"not_actions", "NotAction"},
                                                                      {"resources", "Resource"},
                                                                      {"not_resources", "NotResource"}};
  for (const auto& [attribute, property] : kLists) {
    std::vector<std::string_view> texts;
    if (!Texts(statement.Get(attribute), texts)) return false;
    if (texts.empty()) continue;
    std::sort(texts.begin(), texts.end(), std::greater<>());  // the provider's order
    out += ',';
    WriteString(property, out);
    out += ':';
    WriteTexts(texts, out);
  }
  constexpr std::pair<std::string_view, std::string_view> kPrincipals[] = {
      {"principals", "Principal"}, {"not_principals", "NotPrincipal"}};
  for (const auto& [block, property] : kPrincipals) {
    const Value* blocks = statement.Get(block);
    if (blocks == nullptr) continue;
    if (!IsSequence(blocks->kind)) return false;
    out += ',';
    WriteString(property, out);
    out += ':';
    if (!WritePrincipals(blocks, out)) return false;
  }
  if (const Value* conditions = statement.Get("condition")) {
    if (!IsSequence(conditions->kind)) return false;
    out += ",\"Condition\":";
    if (!WriteConditions(conditions, out)) return false;
  }
  out += '}';
  return true;
}

/// `to`, marked as derived from everything in `body`.
const Value* DerivedFromBody(const Value* to, const Value* body, Evaluation& evaluation) {
  std::vector<Reference> references;
  CollectReferences(*body, references);
  for (const Reference& reference : references) to = WithReference(to, reference, evaluation.arena);
  return to;
}

/// The document that statements give; its structure is the body, so that a policy reads it where it is known in part and blames
/// what is written there. The text of merged documents is left unknown: what they add cannot be left out.
const Value* PolicyJson(const Value* body, Evaluation& evaluation) {
  Arena& arena = evaluation.arena;
  const auto of_body = [&](Value* value) {
    value->structure = body;
    return DerivedFromBody(value, body, evaluation);
  };
  const Value* unknown = of_body(NewUnknown(arena, body->origin));
  for (const std::string_view merged :
       {"source_policy_documents", "override_policy_documents", "source_json", "override_json"})
    if (const Value* value = body->Get(merged); value != nullptr && !value->is_null()) return unknown;
  const Value* version = body->Get("version");
  if (version != nullptr && version->is_unknown()) return unknown;
  std::string out = "{\"Version\":";
  WriteString(TextOr(version, "2012-10-17"), out);
  out += ",\"Statement\":[";
  if (const Value* statements = body->Get("statement")) {
    if (!IsSequence(statements->kind)) return unknown;
    for (size_t i = 0; i < statements->items.size(); ++i) {
      if (i > 0) out += ',';
      if (!IsMapping(statements->items[i]->kind) || !WriteStatement(*statements->items[i], out))
        return unknown;
    }
  }
  out += "]}";
  return of_body(NewString(arena, arena.Copy(std::string_view(out)), body->origin));
}

const Value* With(const Value* body, std::string_view name, const Value* value, Arena& arena) {
  if (body->Get(name) != nullptr) return body;
  std::vector<Entry> entries(body->entries.begin(), body->entries.end());
  entries.push_back({name, value, {}});
  auto* out = NewMapping(arena, Kind::kObject, arena.Copy(entries), body->origin);
  out->flags = body->flags;
  out->provenance = body->provenance;
  return out;
}

}  // namespace

const Value* WithComputedAttributes(std::string_view type, const Value* body, Evaluation& evaluation) {
  if (type == "data.aws_iam_policy_document")
    return With(body, "json", PolicyJson(body, evaluation), evaluation.arena);
  if (type == "data.null_data_source")
    if (const Value* inputs = body->Get("inputs")) return With(body, "outputs", inputs, evaluation.arena);
  return body;
}

}  // namespace weir::terraform
