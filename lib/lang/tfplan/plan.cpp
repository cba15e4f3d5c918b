#include "lib/lang/tfplan/plan.h"

#include <algorithm>
#include <unordered_map>

#include "lib/lang/tfplan/references.h"

namespace weir::tfplan {
namespace {

bool IsTrue(const Value* v) { return v != nullptr && v->kind == Kind::kBool && v->boolean; }
std::string_view TextOf(const Value* v) { return v != nullptr && v->kind == Kind::kString ? v->text : std::string_view(); }
/// The part of a mask (or of anything that is beside a value) at a key or a place.
const Value* PartOf(const Value* v, std::string_view key) { return v != nullptr && IsMapping(v->kind) ? v->Get(key) : nullptr; }
const Value* PartOf(const Value* v, size_t i) { return v != nullptr && IsSequence(v->kind) && i < v->items.size() ? v->items[i] : nullptr; }

enum class Fate : uint8_t { kStays, kChanges, kGoes };
Fate FateOf(const Change& c) {
  if (c.actions == nullptr || !IsSequence(c.actions->kind)) return Fate::kChanges;
  bool made = false, gone = false;
  for (const Value* action : c.actions->items) {
    made |= TextOf(action) == "create" || TextOf(action) == "update" || TextOf(action) == "read";
    gone |= TextOf(action) == "delete" || TextOf(action) == "forget";
  }
  return made ? Fate::kChanges : gone ? Fate::kGoes : Fate::kStays;
}

// Turns what the plan says of one resource into the body that policies read.
class BodyMaker {
 public:
  BodyMaker(const Resource& planned, const Resource* written, const PlannedReferences& references, const Value* expressions,
            const std::unordered_map<std::string_view, const Resource*>& by_address, const std::unordered_map<std::string_view, const Resource*>& by_declared, Arena& arena)
      : planned_(planned), written_(written), references_(references), expressions_(expressions), by_address_(by_address), by_declared_(by_declared), arena_(arena) {}

  const Value* Make(const Change& c) {
    Value* body = Object(*c.after, c.after_unknown, c.after_sensitive, written_ != nullptr ? written_->body : nullptr, expressions_, planned_.header, true);
    if (written_ == nullptr) return body;
    // What Terraform itself reads of a block is no planned value.
    std::vector<Entry> entries(body->entries.begin(), body->entries.end());
    for (const Entry& e : written_->body->entries)
      if ((e.key == "lifecycle" || e.key == "depends_on" || e.key == "provider" || e.key == "provisioner") && body->Get(e.key) == nullptr) entries.push_back(e);
    body = NewMapping(arena_, Kind::kObject, arena_.Copy(entries), body->origin);
    body->flags |= Value::kSoft;
    return body;
  }

 private:
  /// `like` is the same value as the configuration writes it, `expression` as the plan's own configuration tells it; `at` is where a value
  /// stands that is written nowhere.
  const Value* Node(const Value& v, const Value* unknown, const Value* sensitive, const Value* like, const Value* expression, Span at) {
    // Most of what no configuration tells more of is as the plan has it.
    if (like == nullptr && unknown == nullptr && sensitive == nullptr && expression == nullptr && written_ == nullptr && v.origin.valid() && !IsMapping(v.kind) && !IsSequence(v.kind)) return &v;
    const Span origin = like != nullptr && like->origin.valid() ? like->origin : written_ != nullptr || !v.origin.valid() ? at : v.origin;
    Value* out;
    // A secret whose text stands in no file may come from anywhere: it is not one that was written down.
    const bool written = like != nullptr ? !like->is_unknown() : PartOf(expression, "constant_value") != nullptr;
    if (IsTrue(unknown) || (IsTrue(sensitive) && !written)) {
      out = NewUnknown(arena_, origin);
      if (like != nullptr && like->is_unknown()) {  // what is known of it nevertheless: parts of a text, a policy document
        out->flags |= like->flags & (Value::kPartial | Value::kName | Value::kOpen);
        out->text = like->text;
        out->structure = like->structure;
      }
    } else if (IsMapping(v.kind)) {
      out = Object(v, unknown, sensitive, like, expression, origin, false);
    } else if (IsSequence(v.kind)) {
      out = List(v, unknown, sensitive, like, expression, origin);
    } else {
      out = arena_.New<Value>(v);
      out->origin = origin;
      if (like != nullptr && like->kind == Kind::kString && v.kind == Kind::kString && like->text == v.text) out->structure = like->structure;
    }
    if (IsTrue(sensitive) || (like != nullptr && like->has(Value::kSensitive))) out->flags |= Value::kSensitive;
    Relate(out, like, expression);
    return out;
  }

  Value* Object(const Value& v, const Value* unknown, const Value* sensitive, const Value* like, const Value* expression, Span at, bool block) {
    std::vector<Entry> entries;
    const auto add = [&](std::string_view key, const Value& value) {
      const Entry* written = like != nullptr && IsMapping(like->kind) ? like->Find(key) : nullptr;
      const Value* told = PartOf(expression, key);
      // A provider leaves null, or an empty list, what is not written.
      const bool nothing = !IsTrue(PartOf(unknown, key)) && (value.is_null() || (IsSequence(value.kind) && value.items.empty() && PartOf(unknown, key) == nullptr));
      if (block && nothing && written == nullptr && (told == nullptr || value.is_null())) return;
      entries.push_back({key, Node(value, PartOf(unknown, key), PartOf(sensitive, key), written != nullptr ? written->value : nullptr, told, at), written != nullptr ? written->key_span : Span{}});
    };
    for (const Entry& e : v.entries) add(e.key, *e.value);
    if (unknown != nullptr && IsMapping(unknown->kind))
      for (const Entry& e : unknown->entries)
        if (v.Get(e.key) == nullptr && !(e.value->kind == Kind::kBool && !e.value->boolean)) add(e.key, *NewUnknown(arena_, at));
    Value* out = NewMapping(arena_, v.kind, arena_.Copy(entries), at);
    if (block) out->flags |= Value::kSoft;
    return out;
  }

  Value* List(const Value& v, const Value* unknown, const Value* sensitive, const Value* like, const Value* expression, Span at) {
    const bool blocks = !v.items.empty() && std::ranges::all_of(v.items, [](const Value* item) { return IsMapping(item->kind); });
    std::vector<const Value*> items;
    std::vector<bool> used(like != nullptr && IsSequence(like->kind) ? like->items.size() : 0);
    for (size_t i = 0; i < v.items.size(); ++i) {
      const Value* written = Written(*v.items[i], i, v.items.size(), like, used);
      const Span origin = written != nullptr && written->origin.valid() ? written->origin : at;
      const Value* told = PartOf(expression, i);
      if (!blocks) {
        items.push_back(Node(*v.items[i], PartOf(unknown, i), PartOf(sensitive, i), written, told, at));
        continue;
      }
      Value* element = Object(*v.items[i], PartOf(unknown, i), PartOf(sensitive, i), written, told, origin, true);
      if (IsTrue(PartOf(sensitive, i))) element->flags |= Value::kSensitive;
      if (!IsTrue(PartOf(unknown, i))) items.push_back(element);
      else items.push_back(NewUnknown(arena_, origin));
    }
    Value* out = NewSequence(arena_, blocks ? Kind::kList : v.kind, arena_.Copy(items), at);
    if (blocks) out->flags |= Value::kBlockList;
    return out;
  }

  /// What the configuration writes for an element: a provider may keep elements in another order, so the most alike one that is left.
  const Value* Written(const Value& item, size_t index, size_t count, const Value* like, std::vector<bool>& used) const {
    if (like == nullptr || !IsSequence(like->kind)) return nullptr;
    constexpr size_t kWorthALook = 64;
    const size_t size = like->items.size();
    size_t best = index < size && size == count && !used[index] ? index : SIZE_MAX;
    if (size <= kWorthALook) {
      int most = best == SIZE_MAX ? 0 : Alike(item, *like->items[best]);
      for (size_t i = 0; i < size; ++i)
        if (const int alike = used[i] ? 0 : Alike(item, *like->items[i]); alike > most) most = alike, best = i;
    }
    if (best == SIZE_MAX) return nullptr;
    used[best] = true;
    return like->items[best];
  }
  /// How much two values say the same: 0 not, or nothing is known.
  static int Alike(const Value& a, const Value& b) {
    if (IsMapping(a.kind) && IsMapping(b.kind)) {
      int sum = 0;
      for (const Entry& e : b.entries)
        if (const Value* other = a.Get(e.key)) sum += Alike(*other, *e.value);
      return sum;
    }
    if (IsSequence(a.kind) && IsSequence(b.kind)) {
      int sum = 0;
      for (size_t i = 0; i < std::min({a.items.size(), b.items.size(), size_t(8)}); ++i) sum += Alike(*a.items[i], *b.items[i]);
      return sum;
    }
    return Equal(a, b) || (a.kind == Kind::kString && b.kind == Kind::kNumber && b.number.ToString() == a.text) ? 1 : 0;
  }

  /// What `out` was derived from: what the configuration says, told of planned resources, else what the plan tells.
  void Relate(Value* out, const Value* like, const Value* expression) {
    std::vector<Reference> references;
    const Provenance* from = like != nullptr ? like->provenance : nullptr;
    if (from != nullptr) {
      for (Reference reference : from->references) {
        if (reference.target == nullptr) continue;
        const auto one = by_address_.find(reference.target->address);
        if (one != by_address_.end()) {
          reference.target = one->second;
        } else if (const auto any = by_declared_.find(reference.target->declared); any != by_declared_.end()) {
          reference.target = any->second;
          reference.any_instance = true;
        } else {
          continue;
        }
        references.push_back(reference);
      }
    } else if (like == nullptr && expression != nullptr && expression->Get("references") != nullptr) {
      references = references_.Of(*expression, planned_, arena_);
    }
    if (references.empty() && (from == nullptr || from->hops == nullptr)) return;
    auto* provenance = arena_.New<Provenance>();
    provenance->references = arena_.Copy(references);
    if (from != nullptr) provenance->hops = from->hops, provenance->parts = from->parts;
    out->provenance = provenance;
  }

  const Resource& planned_;
  const Resource* written_;
  const PlannedReferences& references_;
  const Value* expressions_;
  const std::unordered_map<std::string_view, const Resource*>& by_address_;
  const std::unordered_map<std::string_view, const Resource*>& by_declared_;
  Arena& arena_;
};

/// Configurations of providers, as far as they are constant.
void AddProviders(const Value* configuration, const Document* written, Arena& arena, Plan& plan, Document& out) {
  const Value* providers = PartOf(configuration, "provider_config");
  if (providers == nullptr || !IsMapping(providers->kind)) return;
  for (const Entry& e : providers->entries) {
    const std::string_view name = TextOf(PartOf(e.value, "name")), alias = TextOf(PartOf(e.value, "alias"));
    if (name.empty() || !TextOf(PartOf(e.value, "module_address")).empty()) continue;
    auto* resource = arena.New<Resource>();
    const std::string type = "provider." + std::string(name);
    resource->language = "terraform";
    resource->type = arena.Copy(std::string_view(type));
    resource->name = alias;
    resource->address = resource->declared = alias.empty() ? resource->type : arena.Copy(std::string_view(type + "." + std::string(alias)));
    resource->block = e.value->origin;
    resource->header = e.key_span;
    plan.changed.insert(resource);
    const auto same = [&](const Resource* r) { return r->address == resource->address && r->type == resource->type; };
    if (written != nullptr)
      if (const auto found = std::ranges::find_if(written->resources, same); found != written->resources.end()) {
        out.resources.push_back(*found);
        plan.changed.insert(*found);
        continue;
      }
    std::vector<Entry> entries;
    if (const Value* expressions = PartOf(e.value, "expressions"); expressions != nullptr && IsMapping(expressions->kind))
      for (const Entry& argument : expressions->entries) {
        const Value* constant = PartOf(argument.value, "constant_value");
        entries.push_back({argument.key, constant != nullptr ? constant : NewUnknown(arena, argument.value->origin), argument.key_span});
      }
    Value* body = NewMapping(arena, Kind::kObject, arena.Copy(entries), resource->header);
    body->flags |= Value::kSoft;
    resource->body = body;
    out.resources.push_back(resource);
  }
}

}  // namespace

std::string WithoutKeys(std::string_view address) {
  std::string out;
  bool quoted = false;
  int depth = 0;
  for (size_t i = 0; i < address.size(); ++i) {
    const char c = address[i];
    if (quoted && c == '\\') ++i;
    else if (depth > 0 && c == '"') quoted = !quoted;
    else if (!quoted && c == '[') ++depth;
    else if (!quoted && c == ']') --depth;
    else if (depth == 0) out += c;
  }
  return out;
}

size_t CountDeclared(const PlanText& text, const Document& configuration) {
  std::unordered_set<std::string_view> declared;
  for (const Resource* r : configuration.resources) declared.insert(r->declared);
  return size_t(std::ranges::count_if(text.changes, [&](const Change& c) { return declared.contains(WithoutKeys(TextOf(c.address))); }));
}

Result<Plan> MakeDocument(const PlanText& text, const Document* configuration, Arena& arena, const Limits& limits, Document& out) {
  Plan plan;
  std::unordered_map<std::string_view, const Resource*> written, written_declared;  // by address, and by declared address
  if (configuration != nullptr)
    for (const Resource* r : configuration->resources) {
      written.emplace(r->address, r);
      written_declared.emplace(r->declared, r);
    }

  // All resources first: they refer to each other.
  std::vector<const Change*> changes;
  std::vector<Resource*> resources;
  std::vector<const Resource*> planned;
  std::unordered_map<std::string_view, const Resource*> by_address, by_declared;
  for (const Change& c : text.changes) {
    const Fate fate = FateOf(c);
    if (fate == Fate::kGoes || c.deposed != nullptr || c.after == nullptr || !IsMapping(c.after->kind) || TextOf(c.address).empty() || TextOf(c.type).empty()) continue;
    auto* resource = arena.New<Resource>();
    resource->language = "terraform";
    resource->type = TextOf(c.mode) == "data" ? arena.Copy("data." + std::string(TextOf(c.type))) : TextOf(c.type);
    resource->name = TextOf(c.name);
    resource->address = TextOf(c.address);
    resource->module_path = TextOf(c.module_address);
    resource->declared = arena.Copy(std::string_view(WithoutKeys(resource->address)));
    resource->block = c.span;
    resource->header = c.address->origin;
    if (fate == Fate::kChanges) plan.changed.insert(resource);
    if (!by_address.emplace(resource->address, resource).second) continue;
    by_declared.emplace(resource->declared, resource);
    changes.push_back(&c);
    resources.push_back(resource);
    planned.push_back(resource);
  }
  const PlannedReferences references(text.configuration, planned);
  for (size_t i = 0; i < resources.size(); ++i) {
    Resource& resource = *resources[i];
    const Resource* like = nullptr;
    if (const auto one = written.find(resource.address); one != written.end()) like = one->second;
    else if (const auto any = written_declared.find(resource.declared); any != written_declared.end()) like = any->second;
    if (like != nullptr && like->type != resource.type) like = nullptr;
    if (like != nullptr) {
      resource.block = like->block;
      resource.header = like->header;
    }
    resource.body = BodyMaker(resource, like, references, references.ExpressionsOf(resource), by_address, by_declared, arena).Make(*changes[i]);
    if (arena.bytes_reserved() > limits.scope_memory) return Status(Code::kLimit, "what the plan will create takes more memory than is allowed (limits.scope_memory)");
    out.resources.push_back(&resource);
  }
  AddProviders(text.configuration, configuration, arena, plan, out);
  return plan;
}

}  // namespace weir::tfplan
