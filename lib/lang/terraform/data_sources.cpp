#include "lib/lang/terraform/data_sources.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/lang/terraform/expand.h"
#include "lib/lang/terraform/functions.h"
#include "lib/model/json.h"

namespace weir::terraform {
namespace {

/// Makes the document of data.aws_iam_policy_document as the provider does
/// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document): first as a
/// value in the form of the JSON, whose parts keep their origins and may be unknown.
class PolicyDocument {
 public:
  explicit PolicyDocument(Arena& arena) : arena_(arena) {}

  /// Adds the statements, version and id of the data block itself.
  void AddOwn(const Value& body) {
    SetHead(body.Get("version"), version_);
    SetHead(body.Get("policy_id"), id_);
    const Value* statements = body.Get("statement");
    if (statements == nullptr || statements->is_null()) return;
    if (!IsSequence(statements->kind)) return AddUnknown(statements);
    for (const Value* statement : statements->items) {
      if (IsMapping(statement->kind))
        AddStatement(FromBlock(*statement));
      else
        AddUnknown(statement);
    }
  }

  /// Adds a list of documents as texts, or one.
  void AddTexts(const Value* documents) {
    if (documents == nullptr || documents->is_null()) return;
    if (!IsSequence(documents->kind)) return AddText(*documents);
    for (const Value* document : documents->items) AddText(*document);
  }

  Value* Finish(Span origin) const {
    std::vector<Entry> entries;
    if (id_ != nullptr) entries.push_back({"Id", id_, {}});
    if (!statements_.empty())
      entries.push_back({"Statement", NewSequence(arena_, Kind::kTuple, arena_.Copy(statements_), origin), {}});
    entries.push_back({"Version", version_ != nullptr ? version_ : NewString(arena_, "2012-10-17", origin), {}});
    return NewMapping(arena_, Kind::kObject, arena_.Copy(entries), origin);
  }

  /// The text, with the members in the provider's order. Only of a document that is known.
  static std::string Write(const Value& document) {
    constexpr std::string_view kDocument[] = {"Version", "Id", "Statement"};
    std::string out;
    WriteMembers(document, kDocument, out);
    return out;
  }

 private:
  static void SetHead(const Value* from, const Value*& to) {
    if (from != nullptr && !from->is_null() && (from->kind != Kind::kString || !from->text.empty())) to = from;
  }

  void AddUnknown(const Value* part) {
    Value* unknown = NewUnknown(arena_, part->origin);
    unknown->provenance = part->provenance;
    statements_.push_back(unknown);
  }

  void AddText(const Value& text) {
    if (text.is_null() || (text.kind == Kind::kString && text.text.empty())) return;
    const Value* document = text.structure;
    if (document == nullptr && text.kind == Kind::kString) {
      const auto read = ReadJson(text.text, text.origin, arena_);
      if (read.ok()) document = *read;
    }
    if (document == nullptr || !IsMapping(document->kind)) return AddUnknown(&text);
    SetHead(document->Get("Version"), version_);
    SetHead(document->Get("Id"), id_);
    const Value* statements = document->Get("Statement");
    if (statements == nullptr || statements->is_null()) return;
    if (IsMapping(statements->kind)) return AddStatement(Canonical(*statements));
    if (!IsSequence(statements->kind)) return AddUnknown(statements);
    for (const Value* statement : statements->items) {
      if (IsMapping(statement->kind))
        AddStatement(Canonical(*statement));
      else
        AddUnknown(statement);
    }
  }

  /// A later statement takes the place of an earlier one with the same Sid.
  void AddStatement(const Value* statement) {
    if (const Value* sid = statement->Get("Sid"); sid != nullptr && sid->kind == Kind::kString && !sid->text.empty())
      for (const Value*& old : statements_)
        if (const Value* other = old->Get("Sid"); other != nullptr && other->kind == Kind::kString && other->text == sid->text) {
          old = statement;
          return;
        }
    statements_.push_back(statement);
  }

  /// One text stands alone, several in an array; sorted backwards where the provider sorts them.
  const Value* Texts(const Value* list, bool sorted) {
    if (list->is_unknown()) return list;
    if (!IsSequence(list->kind)) return NewUnknown(arena_, list->origin);  // the provider takes lists only
    std::vector<const Value*> items(list->items.begin(), list->items.end());
    const auto text = [](const Value* v) { return v->kind == Kind::kString ? v->text : std::string_view(); };
    if (sorted) {
      std::stable_sort(items.begin(), items.end(), [&](auto* a, auto* b) { return text(a) > text(b); });
      const auto same = [&](auto* a, auto* b) { return Equal(*a, *b); };
      items.erase(std::unique(items.begin(), items.end(), same), items.end());
    }
    if (items.size() == 1) return items[0];
    Value* out = NewSequence(arena_, Kind::kTuple, arena_.Copy(items), list->origin);
    out->provenance = list->provenance;
    return out;
  }

  const Value* FromBlock(const Value& block) {
    std::vector<Entry> entries;
    if (const Value* sid = block.Get("sid"); sid != nullptr && !sid->is_null() && (sid->kind != Kind::kString || !sid->text.empty()))
      entries.push_back({"Sid", sid, {}});
    const Value* effect = block.Get("effect");
    entries.push_back({"Effect", effect != nullptr && !effect->is_null() ? effect : NewString(arena_, "Allow", block.origin), {}});
    constexpr std::pair<std::string_view, std::string_view> kLists[] = {{"actions", "Action"},
                                                                        {"not_actions", "NotAction"},
                                                                        {"resources", "Resource"},
                                                                        {"not_resources", "NotResource"}};
    for (const auto& [attribute, property] : kLists) {
      const Value* list = block.Get(attribute);
      if (list == nullptr || list->is_null() || (IsSequence(list->kind) && list->items.empty())) continue;
      entries.push_back({property, Texts(list, true), {}});
    }
    if (const Value* blocks = block.Get("principals")) entries.push_back({"Principal", Principals(*blocks), {}});
    if (const Value* blocks = block.Get("not_principals")) entries.push_back({"NotPrincipal", Principals(*blocks), {}});
    if (const Value* blocks = block.Get("condition")) entries.push_back({"Condition", Conditions(*blocks), {}});
    std::erase_if(entries, [](const Entry& e) { return e.value == nullptr; });
    return NewMapping(arena_, Kind::kObject, arena_.Copy(entries), block.origin);
  }

  const Value* Principals(const Value& blocks) {
    if (!IsSequence(blocks.kind)) return &blocks;
    std::vector<Entry> by_type;
    for (const Value* block : blocks.items) {
      const Value* type = block->Get("type");
      const Value* ids = block->Get("identifiers");
      if (type == nullptr || type->kind != Kind::kString || ids == nullptr) return NewUnknown(arena_, block->origin);
      const auto old = std::find_if(by_type.begin(), by_type.end(), [&](const Entry& e) { return e.key == type->text; });
      if (old == by_type.end())
        by_type.push_back({type->text, Texts(ids, true), {}});
      else
        old->value = Joined(*old->value, *Texts(ids, true));
    }
    if (by_type.empty()) return nullptr;
    if (by_type.size() == 1 && by_type[0].key == "*" && by_type[0].value->kind == Kind::kString && by_type[0].value->text == "*")
      return by_type[0].value;
    return NewMapping(arena_, Kind::kObject, arena_.Copy(by_type), blocks.origin);
  }

  const Value* Conditions(const Value& blocks) {
    if (!IsSequence(blocks.kind)) return &blocks;
    std::vector<std::pair<std::string_view, std::vector<Entry>>> tests;
    for (const Value* block : blocks.items) {
      const Value* test = block->Get("test");
      const Value* variable = block->Get("variable");
      const Value* values = block->Get("values");
      if (test == nullptr || variable == nullptr || values == nullptr || test->kind != Kind::kString || variable->kind != Kind::kString)
        return NewUnknown(arena_, block->origin);
      auto at = std::find_if(tests.begin(), tests.end(), [&](auto& t) { return t.first == test->text; });
      if (at == tests.end()) at = tests.insert(at, {test->text, {}});
      const auto old = std::find_if(at->second.begin(), at->second.end(), [&](const Entry& e) { return e.key == variable->text; });
      if (old == at->second.end())
        at->second.push_back({variable->text, Texts(values, false), {}});
      else
        old->value = Joined(*old->value, *Texts(values, false));
    }
    if (tests.empty()) return nullptr;
    std::vector<Entry> entries;
    for (auto& [test, variables] : tests)
      entries.push_back({test, NewMapping(arena_, Kind::kObject, arena_.Copy(variables), blocks.origin), {}});
    return NewMapping(arena_, Kind::kObject, arena_.Copy(entries), blocks.origin);
  }

  const Value* Joined(const Value& a, const Value& b) {
    if (a.is_unknown() || b.is_unknown()) return NewUnknown(arena_, a.origin);
    std::vector<const Value*> items;
    for (const Value* side : {&a, &b}) {
      if (IsSequence(side->kind))
        items.insert(items.end(), side->items.begin(), side->items.end());
      else
        items.push_back(side);
    }
    return NewSequence(arena_, Kind::kTuple, arena_.Copy(items), a.origin);
  }

  /// A statement that was written as JSON, with its lists as the provider writes them again.
  const Value* Canonical(const Value& statement) {
    std::vector<Entry> entries(statement.entries.begin(), statement.entries.end());
    for (Entry& entry : entries)
      if (entry.key == "Action" || entry.key == "NotAction" || entry.key == "Resource" || entry.key == "NotResource")
        if (IsSequence(entry.value->kind)) entry.value = Texts(entry.value, true);
    return NewMapping(arena_, Kind::kObject, arena_.Copy(entries), statement.origin);
  }

  static void WriteMembers(const Value& object, std::span<const std::string_view> order, std::string& out) {
    constexpr std::string_view kStatement[] = {"Sid",         "Effect",    "Action",       "NotAction", "Resource",
                                               "NotResource", "Principal", "NotPrincipal", "Condition"};
    out += '{';
    bool first = true;
    for (const std::string_view name : order) {
      const Value* member = object.Get(name);
      if (member == nullptr) continue;
      if (!first) out += ',';
      first = false;
      WriteJsonText(name, out);
      out += ':';
      if (name != "Statement" || !IsSequence(member->kind)) {
        WriteJson(*member, out);
        continue;
      }
      out += '[';
      for (size_t i = 0; i < member->items.size(); ++i) {
        if (i > 0) out += ',';
        WriteMembers(*member->items[i], kStatement, out);
      }
      out += ']';
    }
    out += '}';
  }

  Arena& arena_;
  const Value* version_ = nullptr;
  const Value* id_ = nullptr;
  std::vector<const Value*> statements_;
};

/// `to`, marked as derived from everything in `body`.
const Value* DerivedFromBody(const Value* to, const Value* body, Evaluation& evaluation) {
  std::vector<Reference> references;
  CollectReferences(*body, references);
  for (const Reference& reference : references) to = WithReference(to, reference, evaluation.arena);
  return to;
}

const Value* PolicyJson(const Value* body, Evaluation& evaluation) {
  Arena& arena = evaluation.arena;
  PolicyDocument policy(arena);
  policy.AddTexts(body->Get("source_json"));
  policy.AddTexts(body->Get("source_policy_documents"));
  policy.AddOwn(*body);
  policy.AddTexts(body->Get("override_policy_documents"));
  policy.AddTexts(body->Get("override_json"));
  Value* document = policy.Finish(body->origin);
  Value* text = ContainsUnknown(*document) ? NewUnknown(arena, body->origin)
                                           : NewString(arena, arena.Copy(std::string_view(PolicyDocument::Write(*document))), body->origin);
  text->structure = document;
  if (ContainsSensitive(*document)) text->flags |= Value::kSensitive;
  return DerivedFromBody(text, body, evaluation);
}

/// `rendered` of data.template_file: its template with its vars.
const Value* RenderedFile(const Value* body, Evaluation& evaluation) {
  Arena& arena = evaluation.arena;
  const Value* text = body->Get("template");
  const Value* vars = body->Get("vars");
  if (vars == nullptr || vars->is_null()) vars = NewMapping(arena, Kind::kObject, {}, body->origin);
  if (text == nullptr || text->kind != Kind::kString || !IsMapping(vars->kind))
    return DerivedFromBody(NewUnknown(arena, body->origin), body, evaluation);
  const Value* const parts[] = {text, vars};
  return RenderTemplate(text->text, *vars, text->origin.valid() ? text->origin : body->origin, parts, evaluation.eval);
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

/// The content of data.local_file, as the same side of the change has it; unknown where it is not there (a run may make it).
const Value* WithFile(const Value* body, Evaluation& evaluation) {
  Arena& arena = evaluation.arena;
  const Value* name = body->Get("filename");
  if (name == nullptr || name->kind != Kind::kString) return body;
  const auto content = evaluation.files->Read(name->text);
  if (!content.ok()) return body;
  const Span at = name->origin.valid() ? name->origin : body->origin;
  const auto add = [&](std::string_view attribute, std::string_view text) { body = With(body, attribute, DerivedFromBody(NewString(arena, arena.Copy(text), at), body, evaluation), arena); };
  if (IsValidUtf8(*content)) add("content", *content);
  add("content_base64", ToBase64(*content));
  add("id", ToHex(Digest("sha1", *content)));
  for (const std::string algorithm : {"md5", "sha1", "sha256", "sha512"}) add(arena.Copy(std::string_view("content_" + algorithm)), ToHex(Digest(algorithm, *content)));
  for (const std::string algorithm : {"sha256", "sha512"}) add(arena.Copy(std::string_view("content_base64" + algorithm)), ToBase64(Digest(algorithm, *content)));
  return body;
}

}  // namespace

const Value* WithComputedAttributes(std::string_view type, const Value* body, Evaluation& evaluation) {
  if (type == "data.aws_iam_policy_document")
    return With(body, "json", PolicyJson(body, evaluation), evaluation.arena);
  if (type == "data.template_file")
    return With(body, "rendered", RenderedFile(body, evaluation), evaluation.arena);
  if (type == "data.local_file") return WithFile(body, evaluation);
  if (type == "data.null_data_source")
    if (const Value* inputs = body->Get("inputs")) return With(body, "outputs", inputs, evaluation.arena);
  if (type == "terraform_data") {  // the one resource whose schema needs no provider
    for (const std::string_view name : {"input", "triggers_replace"}) body = With(body, name, NewNull(evaluation.arena), evaluation.arena);
    return body;
  }
  return body;
}

}  // namespace weir::terraform
