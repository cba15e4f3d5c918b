#include "lib/lang/terraform/expand.h"

#include <algorithm>

#include "lib/base/text.h"

namespace weir::terraform {
namespace {

/// The names that a dynamic block's iterator binds.
class IteratorScope final : public Scope {
 public:
  IteratorScope(const Scope& outer, std::string_view name, const Value* key, const Value* value)
      : outer_(outer), name_(name), key_(key), value_(value) {}

  const Value* Resolve(const hcl::ScopeTraversal& t, size_t& used, EvalContext& context) const override {
    if (t.root != name_) return outer_.Resolve(t, used, context);
    used = 1;
    if (t.steps.empty() || t.steps[0].kind != hcl::StepKind::kAttr) return nullptr;
    if (t.steps[0].text == "key") return key_;
    if (t.steps[0].text != "value") return nullptr;
    return WithHop(value_, Hop::Kind::kEach, name_, t.span, context.arena);
  }

 private:
  const Scope& outer_;
  std::string_view name_;
  const Value* key_;
  const Value* value_;
};

InstanceKey UnknownKey(Span at, bool by_count, Arena& arena) {
  return {Repetition::kUnknown, NewUnknown(arena, at), NewUnknown(arena, at), by_count};
}

void ReportLimit(Evaluation& evaluation, Span at, std::string_view what) {
  evaluation.document.diagnostics.push_back(
      {Diagnostic::Kind::kLimit, at, "Too many instances",
       evaluation.arena.Copy(std::string(what) + " gives more than " +
                             std::to_string(evaluation.limits.instances) +
                             " instances; one is judged in place of all.")});
}

std::vector<InstanceKey> CountKeys(const hcl::Attribute& attribute, const Scope& scope,
                                   Evaluation& evaluation) {
  EvalContext& eval = evaluation.eval;
  Arena& arena = evaluation.arena;
  const Span at = attribute.expr->span;
  const Value* count = Evaluate(*attribute.expr, scope, eval);
  if (count->is_unknown()) return {UnknownKey(at, true, arena)};
  const Value* number = count->is_null() ? nullptr : ToNumber(count, eval);
  const auto n = number != nullptr && number->kind == Kind::kNumber ? number->number.AsInt() : std::nullopt;
  if (!n || *n < 0) {
    if (number == nullptr || !number->is_unknown())
      eval.Error(at, "Invalid count argument", "The count must be a whole number, zero or greater.");
    return {UnknownKey(at, true, arena)};
  }
  if (uint64_t(*n) > evaluation.limits.instances) {
    ReportLimit(evaluation, at, "count");
    return {UnknownKey(at, true, arena)};
  }
  std::vector<InstanceKey> keys;
  for (int64_t i = 0; i < *n; ++i)
    keys.push_back(
        {Repetition::kCount, NewNumber(arena, Number::FromInt(i), at), NewUnknown(arena, at), true});
  return keys;
}

std::vector<InstanceKey> ForEachKeys(const hcl::Attribute& attribute, const Scope& scope,
                                     Evaluation& evaluation) {
  EvalContext& eval = evaluation.eval;
  Arena& arena = evaluation.arena;
  const Span at = attribute.expr->span;
  const Value* each = Evaluate(*attribute.expr, scope, eval);
  const auto unknown = [&]() {
    InstanceKey key = UnknownKey(at, false, arena);
    // What the elements are derived from is known even where they are not.
    std::vector<Reference> references;
    CollectReferences(*each, references);
    for (Reference& reference : references) {
      reference.any_instance = true;
      key.value = WithReference(key.value, reference, arena);
      key.key = WithReference(key.key, reference, arena);
    }
    return std::vector<InstanceKey>{key};
  };
  if (each->is_unknown()) return unknown();
  if (!IsMapping(each->kind) && each->kind != Kind::kSet) {
    eval.Error(at, "Invalid for_each argument",
               "The value must be a map, an object or a set of strings; use toset() to convert a list.");
    // The remedy is as good as taken: what the instances will be called is judged.
    if (!IsSequence(each->kind) || each->has(Value::kBlockList)) return unknown();
  }
  if (each->has(Value::kSensitive))
    eval.Error(at, "Invalid for_each argument", "The keys are secret, and addresses show them; use nonsensitive() where they are not.");
  const size_t size = IsSequence(each->kind) ? each->items.size() : each->entries.size();
  if (size > evaluation.limits.instances) {
    ReportLimit(evaluation, at, "for_each");
    return unknown();
  }
  std::vector<InstanceKey> keys;
  if (IsSequence(each->kind)) {
    for (const Value* item : each->items) {
      if (item->is_unknown()) return unknown();
      if (item->kind != Kind::kString) {
        if (each->kind == Kind::kSet) eval.Error(at, "Invalid for_each set argument", "Only sets of strings can be used for for_each.");
        return unknown();
      }
      keys.push_back({Repetition::kForEach, item, item, false});
    }
    std::sort(keys.begin(), keys.end(), [](auto& a, auto& b) { return a.key->text < b.key->text; });
    keys.erase(std::unique(keys.begin(), keys.end(), [](auto& a, auto& b) { return a.key->text == b.key->text; }), keys.end());
  } else {
    for (const Entry& entry : each->entries) {
      const Span origin = entry.key_span.valid() ? entry.key_span : at;
      keys.push_back({Repetition::kForEach, NewString(arena, entry.key, origin), entry.value, false});
    }
  }
  return keys;
}

struct Group {
  std::string_view type;
  Span key_span;
  std::vector<const Value*> items;
};

class BodyBuilder {
 public:
  BodyBuilder(const Scope& scope, Evaluation& evaluation) : scope_(scope), evaluation_(evaluation) {}

  /// `repeated`: the body is that of a block with instances; count and for_each say how many and are none's own. To evaluate them again
  /// for each instance would take time and memory that grow with the square of their number.
  const Value* Build(const hcl::Body& body, Span header, bool names_only, bool repeated = false) {
    Arena& arena = evaluation_.arena;
    std::vector<Entry> entries;
    entries.reserve(body.attributes.size() + body.blocks.size());
    for (const hcl::Attribute* attribute : body.attributes) {
      if (repeated && (attribute->name == "count" || attribute->name == "for_each")) continue;
      const Value* value = names_only || IsNames(attribute->name)
                               ? NamesIn(*attribute->expr, evaluation_)
                               : AsBlocks(Evaluate(*attribute->expr, scope_, evaluation_.eval));
      entries.push_back({attribute->name, value, attribute->name_span});
    }
    std::vector<Group> groups;
    for (const hcl::Block* block : body.blocks) {
      if (block->type == "dynamic" && block->labels.size() == 1)
        Dynamic(*block, GroupOf(groups, block->labels[0].text, block->labels[0].span));
      else
        Written(*block, GroupOf(groups, block->type, block->type_span));
    }
    for (const Group& group : groups) {
      auto* list = NewSequence(arena, Kind::kList, arena.Copy(group.items), group.key_span);
      list->flags |= Value::kBlockList;
      entries.push_back({group.type, list, group.key_span});
    }
    auto* object = NewMapping(arena, Kind::kObject, arena.Copy(entries), header);
    object->flags |= Value::kSoft;
    return object;
  }

 private:
  /// A list of objects is how blocks are written as an argument (https://developer.hashicorp.com/terraform/language/attr-as-blocks): what
  /// they leave out is absent, as it is in a block.
  const Value* AsBlocks(const Value* value) {
    const auto is_object = [](const Value* item) { return IsMapping(item->kind); };
    return IsSequence(value->kind) && !value->items.empty() && std::ranges::all_of(value->items, is_object) ? Soft(value, 0) : value;
  }
  const Value* Soft(const Value* value, int depth) {
    constexpr int kDeepest = 16;
    if (depth > kDeepest || (!IsSequence(value->kind) && !IsMapping(value->kind))) return value;
    // A value may stand in many places, and in many instances.
    const auto [known, fresh] = evaluation_.soft.try_emplace(value, value);
    if (!fresh) return known->second;
    if (!evaluation_.eval.Spend(1 + (IsMapping(value->kind) ? value->entries.size() : value->items.size()), value->origin)) return value;
    auto* copy = evaluation_.arena.New<Value>(*value);
    if (IsMapping(value->kind)) {
      const auto entries = evaluation_.arena.NewArray<Entry>(value->entries.size());
      std::ranges::copy(value->entries, entries.begin());
      for (Entry& e : entries) e.value = Soft(e.value, depth + 1);
      copy->entries = entries;
      copy->flags |= Value::kSoft;
    } else {
      const auto items = evaluation_.arena.NewArray<const Value*>(value->items.size());
      std::ranges::copy(value->items, items.begin());
      for (const Value*& item : items) item = Soft(item, depth + 1);
      copy->items = items;
    }
    return evaluation_.soft[value] = copy;
  }

  /// Arguments that Terraform reads as names, not as expressions.
  static bool IsNames(std::string_view name) {
    return name == "depends_on" || name == "provider" || name == "providers" || name == "ignore_changes" ||
           name == "replace_triggered_by" || name == "configuration_aliases";
  }

  static Group& GroupOf(std::vector<Group>& groups, std::string_view type, Span span) {
    for (Group& group : groups)
      if (group.type == type) return group;
    groups.push_back({type, span, {}});
    return groups.back();
  }

  void Written(const hcl::Block& block, Group& group) {
    // self is known after apply only, each and count are not there in destroy-time provisioners: names, not
    // values. A precondition may refer to what is being computed.
    const bool names = block.type == "provisioner" || block.type == "connection" ||
                       block.type == "precondition" || block.type == "postcondition" ||
                       block.type == "required_providers";
    group.items.push_back(Build(*block.body, block.header_span, names));
  }

  void Dynamic(const hcl::Block& block, Group& group) {
    EvalContext& eval = evaluation_.eval;
    Arena& arena = evaluation_.arena;
    const hcl::Block* content = nullptr;
    for (const hcl::Block* inner : block.body->blocks)
      if (inner->type == "content") content = inner;
    const hcl::Attribute* for_each = block.body->Find("for_each");
    if (content == nullptr || for_each == nullptr) {
      eval.Error(block.header_span, "Incomplete dynamic block",
                 "A dynamic block needs for_each and a content block.");
      return;
    }
    std::string_view name = block.labels[0].text;
    if (const hcl::Attribute* iterator = block.body->Find("iterator"))
      if (const Value* given = NamesIn(*iterator->expr, evaluation_); given->kind == Kind::kString) name = given->text;
    const auto add = [&](const Value* key, const Value* value) {
      const IteratorScope scope(scope_, name, key, value);
      BodyBuilder inner(scope, evaluation_);
      group.items.push_back(inner.Build(*content->body, block.header_span, false));
    };
    const Value* each = Evaluate(*for_each->expr, scope_, eval);
    const Span at = for_each->expr->span;
    const size_t size = IsSequence(each->kind)  ? each->items.size()
                        : IsMapping(each->kind) ? each->entries.size()
                                                : 0;
    if (size > evaluation_.limits.instances) ReportLimit(evaluation_, at, "The dynamic block");
    if (each->is_unknown() || size > evaluation_.limits.instances) {
      add(NewUnknown(arena, at), each->is_unknown() ? each : NewUnknown(arena, at));
    } else if (each->kind == Kind::kSet) {
      for (const Value* item : each->items) add(item, item);
    } else if (IsSequence(each->kind)) {
      for (size_t i = 0; i < size; ++i)
        add(NewNumber(arena, Number::FromInt(int64_t(i)), at), each->items[i]);
    } else if (IsMapping(each->kind)) {
      for (const Entry& entry : each->entries)
        add(NewString(arena, entry.key, entry.key_span.valid() ? entry.key_span : at), entry.value);
    } else {
      eval.Error(at, "Invalid dynamic for_each value",
                 "The value must be a collection with an element for each block.");
    }
  }

  const Scope& scope_;
  Evaluation& evaluation_;
};

}  // namespace

const Value* InstanceScope::Resolve(const hcl::ScopeTraversal& t, size_t& used, EvalContext& context) const {
  const bool each = t.root == "each";
  if (!each && t.root != "count" && t.root != "self") return outer_.Resolve(t, used, context);
  used = 1;
  if (t.root == "self") return NewUnknown(context.arena, t.span);
  if (t.steps.empty() || t.steps[0].kind != hcl::StepKind::kAttr) return nullptr;
  const std::string_view name = t.steps[0].text;
  const bool by_each =
      key_.repetition == Repetition::kForEach || (key_.repetition == Repetition::kUnknown && !key_.by_count);
  const bool by_count =
      key_.repetition == Repetition::kCount || (key_.repetition == Repetition::kUnknown && key_.by_count);
  if (!each) return by_count && name == "index" ? key_.key : nullptr;
  if (!by_each) return nullptr;
  if (name == "key") return key_.key;
  if (name != "value") return nullptr;
  return WithHop(key_.value, Hop::Kind::kEach, "each.value", t.span, context.arena);
}

std::vector<InstanceKey> ExpandKeys(const hcl::Block& block, const Scope& scope, Evaluation& evaluation,
                                    Repetition& repetition) {
  repetition = Repetition::kSingle;
  const hcl::Attribute* count = block.body->Find("count");
  const hcl::Attribute* for_each = block.body->Find("for_each");
  if (count == nullptr && for_each == nullptr) return {InstanceKey{}};
  if (count != nullptr && for_each != nullptr)
    evaluation.eval.Error(for_each->name_span, "Invalid combination of \"count\" and \"for_each\"",
                          "Only one of them can be used in a block.");
  std::vector<InstanceKey> keys =
      for_each != nullptr ? ForEachKeys(*for_each, scope, evaluation) : CountKeys(*count, scope, evaluation);
  repetition = for_each != nullptr ? Repetition::kForEach : Repetition::kCount;
  if (!keys.empty()) repetition = keys[0].repetition;
  return keys;
}

std::string FormatKey(const InstanceKey& key) {
  if (key.repetition == Repetition::kCount) return "[" + key.key->number.ToString() + "]";
  if (key.repetition != Repetition::kForEach) return {};
  std::string out = "[\"";
  const std::string_view text = key.key->text;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
      if ((c == '$' || c == '%') && i + 1 < text.size() && text[i + 1] == '{') out += c;
    }
  }
  return out + "\"]";
}

const Value* EvaluateBody(const hcl::Body& body, Span header, const Scope& scope, Evaluation& evaluation) {
  BodyBuilder builder(scope, evaluation);
  return builder.Build(body, header, false, true);
}

const Value* NamesIn(const hcl::Expr& expr, Evaluation& evaluation) {
  Arena& arena = evaluation.arena;
  if (const auto* tuple = hcl::If<hcl::TupleCons>(&expr)) {
    std::vector<const Value*> items;
    for (const hcl::Expr* item : tuple->items) items.push_back(NamesIn(*item, evaluation));
    return NewSequence(arena, Kind::kTuple, arena.Copy(items), expr.span);
  }
  if (const auto* object = hcl::If<hcl::ObjectCons>(&expr)) {
    std::vector<Entry> entries;
    for (const hcl::ObjectItem& item : object->items)
      if (!item.key->literal_name.empty())
        entries.push_back({item.key->literal_name, NamesIn(*item.value, evaluation), item.key->span});
    return NewMapping(arena, Kind::kObject, arena.Copy(entries), expr.span);
  }
  if (const auto* text = hcl::If<hcl::Template>(&expr))
    if (text->literal() != nullptr) return NewString(arena, text->literal()->text, expr.span);
  if (const auto* literal = hcl::If<hcl::LiteralValue>(&expr)) {
    if (literal->type == hcl::LiteralType::kBool) return NewBool(arena, literal->boolean, expr.span);
    if (literal->type == hcl::LiteralType::kNull) return NewNull(arena, expr.span);
    return NewString(arena, literal->text, expr.span);
  }
  if (expr.kind != hcl::ExprKind::kScopeTraversal && expr.kind != hcl::ExprKind::kFunctionCall &&
      expr.kind != hcl::ExprKind::kIndex && expr.kind != hcl::ExprKind::kRelativeTraversal)
    return NewUnknown(arena, expr.span);
  std::string name;
  for (const char c : evaluation.load.sources.text(expr.span))
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') name += c;
  return NewString(arena, arena.Copy(std::string_view(name)), expr.span);
}

const Value* WithHop(const Value* value, Hop::Kind kind, std::string_view name, Span use, Arena& arena) {
  auto* provenance =
      value->provenance != nullptr ? arena.New<Provenance>(*value->provenance) : arena.New<Provenance>();
  provenance->hops = arena.New<Hop>(kind, name, use, provenance->hops);
  auto* copy = arena.New<Value>(*value);
  copy->provenance = provenance;
  return copy;
}

const Value* WithReference(const Value* value, const Reference& reference, Arena& arena) {
  auto* provenance =
      value->provenance != nullptr ? arena.New<Provenance>(*value->provenance) : arena.New<Provenance>();
  std::vector<Reference> references(provenance->references.begin(), provenance->references.end());
  for (const Reference& old : references)
    if (old.target == reference.target && old.attribute == reference.attribute &&
        old.any_instance == reference.any_instance)
      return value;
  // Along a chain of resources every value would carry all those before it: the nearest are what matters.
  constexpr size_t kMaxReferences = 64;
  if (references.size() >= kMaxReferences) references.erase(references.begin());
  references.push_back(reference);
  provenance->references = arena.Copy(references);
  auto* copy = arena.New<Value>(*value);
  copy->provenance = provenance;
  return copy;
}

}  // namespace weir::terraform
