// Intrinsic functions, as `Fn::Name: …` and as `!Name …`.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
#include <algorithm>
#include <charconv>
#include <utility>

#include "lib/lang/cloudformation/template.h"
#include "lib/lang/yaml_value.h"
#include "lib/model/json.h"

namespace weir::cloudformation {
namespace {

using yaml::Node;

constexpr std::string_view kFunctions[] = {"Ref", "GetAtt", "Sub", "Join", "Select", "Split", "FindInMap", "If", "Base64", "Cidr", "ImportValue", "GetAZs",
                                           "Transform", "ToJsonString", "Length", "Equals", "And", "Or", "Not", "Condition", "GetStackOutput"};

/// The function's name where the mapping is a call of one; else empty.
std::string_view FunctionOf(const Node& mapping) {
  if (mapping.pairs().size() != 1) return {};
  std::string_view key = mapping.pairs()[0].key->text;
  if (key == "Ref") return key;
  if (!key.starts_with("Fn::")) return {};
  key.remove_prefix(4);
  return std::ranges::find(kFunctions, key) != std::end(kFunctions) ? key : std::string_view();
}

std::optional<uint32_t> ReadIpv4(std::string_view text) {
  uint32_t out = 0;
  for (int i = 0; i < 4; ++i) {
    unsigned part = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), part);
    if (r.ec != std::errc() || part > 255) return std::nullopt;
    out = out << 8 | part;
    text.remove_prefix(size_t(r.ptr - text.data()));
    if (i < 3 && !text.starts_with('.')) return std::nullopt;
    if (i < 3) text.remove_prefix(1);
  }
  return text.empty() ? std::optional(out) : std::nullopt;
}

std::optional<int64_t> IntOf(const Value& value) {
  if (value.kind == Kind::kNumber) return value.number.AsInt();
  int64_t out = 0;
  if (value.kind != Kind::kString || value.text.empty()) return std::nullopt;
  const auto r = std::from_chars(value.text.data(), value.text.data() + value.text.size(), out);
  return r.ec == std::errc() && r.ptr == value.text.data() + value.text.size() ? std::optional(out) : std::nullopt;
}

}  // namespace

const Value* Template::Evaluate(const Node& unresolved, Span origin) {
  const Node& node = unresolved.Resolved();
  if (!context_.Spend(node.span)) return NewUnknown(arena_, node.span);
  const std::string_view tag = node.tag();
  if (tag.size() > 1 && tag[0] == '!') {
    const std::string_view name = tag.substr(1);
    if (std::ranges::find(kFunctions, name) != std::end(kFunctions)) return Call(name, node, node.span);
    return NewUnknown(arena_, node.span);
  }
  return Plain(node, origin);
}

const Value* Template::Plain(const Node& node, Span origin) {
  if (node.kind == yaml::Kind::kScalar) {
    const Value* resolved = resolve_ ? resolve_(node) : nullptr;
    return resolved != nullptr ? resolved : ScalarValue(node, YamlSchema::kYaml11, arena_);
  }
  if (node.kind == yaml::Kind::kSequence) {
    std::vector<const Value*> items;
    for (const Node* item : node.items())
      if (const Value* value = Evaluate(*item)) items.push_back(value);
    return NewSequence(arena_, Kind::kList, arena_.Copy(items), node.span);
  }
  if (const std::string_view name = FunctionOf(node); !name.empty()) return Call(name, node.pairs()[0].value->Resolved(), node.span);
  return Mapping(node, origin);
}

const Value* Template::Unknown(Span at, const Resource* target, std::string_view attribute) {
  Value* out = NewUnknown(arena_, at);
  if (target == nullptr) return out;
  auto* provenance = arena_.New<Provenance>();
  const auto references = arena_.NewArray<Reference>(1);
  references[0] = {target, arena_.Copy(attribute), false};
  provenance->references = references;
  out->provenance = provenance;
  return out;
}

const Resource* Template::Find(std::string_view name) const {
  const auto at = by_name_.find(name);
  return at != by_name_.end() ? at->second : nullptr;
}

const Value* Template::Call(std::string_view name, const Node& argument, Span at) {
  // A tagged scalar or list is the argument itself; below `Fn::Name` another call may stand.
  const bool tagged = argument.span == at;
  const auto value_of = [&](const Node& node) { return tagged && &node == &argument ? Plain(node, {}) : Evaluate(node); };
  if (name == "Ref") return argument.kind == yaml::Kind::kScalar ? Ref(argument.text, at) : Unknown(at);
  if (name == "Condition" || name == "Equals" || name == "And" || name == "Or" || name == "Not") {
    const auto truth = tagged && name == "Condition" ? Named(argument.text, Ask::kWithDefaults, 0) : std::nullopt;
    return truth ? NewBool(arena_, *truth, at) : Unknown(at);
  }
  if (name == "GetAtt") {
    if (argument.kind == yaml::Kind::kScalar) {
      const size_t dot = argument.text.find('.');
      return GetAtt(argument.text.substr(0, dot), dot == std::string_view::npos ? std::string_view() : argument.text.substr(dot + 1), at);
    }
    if (argument.items().size() != 2) return Unknown(at);
    const Value* attribute = Evaluate(*argument.items()[1]);
    const Value* target = Evaluate(*argument.items()[0]);
    if (target == nullptr || target->kind != Kind::kString) return Unknown(at);
    return GetAtt(target->text, attribute != nullptr && attribute->kind == Kind::kString ? attribute->text : std::string_view(), at);
  }
  if (name == "Sub") return Sub(argument, at);
  if (name == "Join") return Join(argument, at);
  if (name == "FindInMap") return FindInMap(argument, at);
  if (name == "If") return If(argument, at);
  const Value* value = value_of(argument);
  return value != nullptr ? CallOnValues(name, *value, at) : Unknown(at);
}

const Value* Template::CallOnValues(std::string_view name, const Value& v, Span at) {
  // What is encoded is judged as it is written: user data is looked through for secrets.
  if (name == "Base64") return &v;
  if (name == "ToJsonString") {
    std::string text;
    Value* out = !ContainsUnknown(v) && WriteJson(v, text) ? NewString(arena_, arena_.Copy(std::string_view(text)), at) : NewUnknown(arena_, at);
    out->structure = &v;
    return out;
  }
  if (name == "Length") return IsSequence(v.kind) ? NewNumber(arena_, Number::FromInt(int64_t(v.items.size())), at) : Unknown(at);
  const bool pair = IsSequence(v.kind) && v.items.size() >= 2;
  if (name == "Select" && pair) {
    const auto index = IntOf(*v.items[0]);
    const Value& list = *v.items[1];
    return index && IsSequence(list.kind) && *index >= 0 && size_t(*index) < list.items.size() ? list.items[size_t(*index)] : Unknown(at);
  }
  if (name == "Split" && pair && v.items[0]->kind == Kind::kString && v.items[1]->kind == Kind::kString && !v.items[0]->text.empty()) {
    std::vector<const Value*> parts;
    std::string_view text = v.items[1]->text;
    for (size_t end = 0; end != std::string_view::npos;) {
      end = text.find(v.items[0]->text);
      parts.push_back(NewString(arena_, text.substr(0, end), v.items[1]->origin));
      if (end != std::string_view::npos) text.remove_prefix(end + v.items[0]->text.size());
    }
    return NewSequence(arena_, Kind::kList, arena_.Copy(parts), at);
  }
  if (name == "Cidr" && pair && v.items[0]->kind == Kind::kString) {
    const std::string_view block = v.items[0]->text;
    const size_t slash = block.find('/');
    const auto address = ReadIpv4(block.substr(0, slash));
    const auto count = IntOf(*v.items[1]), bits = v.items.size() > 2 ? IntOf(*v.items[2]) : std::optional<int64_t>(8);
    if (address && count && bits && *count > 0 && *count <= 256 && *bits > 0 && *bits < 32) {
      std::vector<const Value*> blocks;
      for (int64_t i = 0; i < *count; ++i) {
        const uint32_t ip = *address + (uint32_t(i) << *bits);
        const std::string text = std::to_string(ip >> 24) + "." + std::to_string(ip >> 16 & 255) + "." + std::to_string(ip >> 8 & 255) + "." + std::to_string(ip & 255) + "/" + std::to_string(32 - *bits);
        blocks.push_back(NewString(arena_, arena_.Copy(std::string_view(text)), v.items[0]->origin));
      }
      return NewSequence(arena_, Kind::kList, arena_.Copy(blocks), at);
    }
  }
  return Unknown(at);
}

const Value* Template::Ref(std::string_view name, Span at) {
  if (name == "AWS::NoValue") return nullptr;
  if (name.starts_with("AWS::")) return Unknown(at);
  for (size_t i = bindings_.size(); i-- > 0;)
    if (bindings_[i].name == name) return bindings_[i].value;
  if (const Value* parameter = Parameter(name, at)) return parameter;
  return Unknown(at, Find(name), "Ref");
}

const Value* Template::GetAtt(std::string_view name, std::string_view attribute, Span at) {
  if (const auto stack = nested_.find(name); stack != nested_.end() && attribute.starts_with("Outputs."))
    if (const Value* output = stack->second->Output(attribute.substr(8))) return output;
  const std::string bound = Bound(name);
  return Unknown(at, Find(bound), attribute);
}

const Value* Template::Concat(const std::vector<const Value*>& parts, Span at) {
  std::string text;
  bool known = true;
  const Hop* hops = nullptr;
  std::vector<Reference> references;
  std::vector<Span> places;
  uint8_t sensitive = 0;
  for (const Value* part : parts) {
    sensitive |= uint8_t(part->flags & Value::kSensitive);
    if (part->provenance != nullptr) {
      if (hops == nullptr) hops = part->provenance->hops;
      references.insert(references.end(), part->provenance->references.begin(), part->provenance->references.end());
    }
    if (part->origin.valid() && part->origin != at) places.push_back(part->origin);
    const auto one = TextOf(*part);
    if (known && one) text += *one;
    else if (known && part->has(Value::kPartial)) text += part->text;
    known = known && one.has_value();
  }
  Value* out = known ? NewString(arena_, arena_.Copy(std::string_view(text)), at) : NewUnknown(arena_, at);
  if (!known) {
    out->flags |= Value::kPartial;
    out->text = arena_.Copy(std::string_view(text));
    out->structure = NewSequence(arena_, Kind::kTuple, arena_.Copy(parts), at);
  }
  out->flags |= sensitive;
  if (!references.empty() || !places.empty() || hops != nullptr) {
    auto* provenance = arena_.New<Provenance>();
    provenance->references = arena_.Copy(references);
    provenance->parts = arena_.Copy(places);
    provenance->hops = known ? hops : nullptr;
    out->provenance = provenance;
  }
  return out;
}

const Value* Template::Sub(const Node& argument, Span at) {
  const Node* text = &argument;
  Values variables;
  if (argument.kind == yaml::Kind::kSequence) {
    if (argument.items().empty()) return Unknown(at);
    text = &argument.items()[0]->Resolved();
    if (argument.items().size() > 1)
      for (const yaml::Pair& pair : PairsOf(*argument.items()[1]))
        if (const Value* value = Evaluate(*pair.value)) variables.emplace(pair.key->text, value);
  }
  if (text->kind != yaml::Kind::kScalar) return Unknown(at);
  std::vector<const Value*> parts;
  std::string_view rest = text->text;
  const auto literal = [&](std::string_view part) {
    if (!part.empty()) parts.push_back(NewString(arena_, arena_.Copy(part), at));
  };
  while (!rest.empty()) {
    const size_t open = rest.find("${"), close = open == std::string_view::npos ? open : rest.find('}', open);
    if (close == std::string_view::npos) break;
    literal(rest.substr(0, open));
    std::string_view name = rest.substr(open + 2, close - open - 2);
    rest.remove_prefix(close + 1);
    if (name.starts_with('!')) {
      literal("${" + std::string(name.substr(1)) + "}");
      continue;
    }
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const size_t dot = name.find('.');
    const auto given = variables.find(name);
    const Value* value = given != variables.end()      ? given->second
                         : dot != std::string_view::npos ? GetAtt(name.substr(0, dot), name.substr(dot + 1), at)
                                                         : Ref(name, at);
    parts.push_back(value != nullptr ? value : Unknown(at));
  }
  literal(rest);
  if (parts.empty()) return NewString(arena_, {}, at);
  // `${Name}` alone is that value, with its own place.
  if (parts.size() == 1 && parts[0]->kind != Kind::kString && !parts[0]->is_unknown())
    if (const auto one = TextOf(*parts[0])) return NewString(arena_, arena_.Copy(std::string_view(*one)), parts[0]->origin);
  return parts.size() == 1 ? parts[0] : Concat(parts, at);
}

const Value* Template::Join(const Node& argument, Span at) {
  if (argument.items().size() != 2) return Unknown(at);
  const Value* separator = Evaluate(*argument.items()[0]);
  const Value* list = Evaluate(*argument.items()[1]);
  if (separator == nullptr || separator->kind != Kind::kString || list == nullptr) return Unknown(at);
  if (!IsSequence(list->kind)) return Unknown(at);
  std::vector<const Value*> parts;
  for (const Value* item : list->items) {
    if (!parts.empty() && !separator->text.empty()) parts.push_back(separator);
    parts.push_back(item);
  }
  if (parts.empty()) return NewString(arena_, {}, at);
  return parts.size() == 1 ? parts[0] : Concat(parts, at);
}

const Value* Template::FindInMap(const Node& argument, Span at) {
  const auto items = argument.items();
  if (items.size() < 3 || mappings_ == nullptr) return Unknown(at);
  const Node* found = mappings_;
  for (size_t i = 0; i < 3 && found != nullptr; ++i) {
    const Value* key = Evaluate(*items[i]);
    const auto text = key != nullptr ? TextOf(*key) : std::nullopt;
    if (!text) return Unknown(at);
    found = found->Find(*text);
  }
  if (found == nullptr && items.size() > 3)
    if (const Node* fallback = items[3]->Resolved().Find("DefaultValue")) found = fallback;
  if (found == nullptr) return Unknown(at);
  const Value* value = Evaluate(*found);
  return value != nullptr ? value : Unknown(at);
}

const Value* Template::If(const Node& argument, Span at) {
  const auto items = argument.items();
  if (items.size() != 3) return Unknown(at);
  const auto truth = Named(items[0]->Resolved().text, Ask::kWithDefaults, 0);
  if (truth) return Evaluate(*items[*truth ? 1 : 2]);
  return Agreed(Evaluate(*items[1]), Evaluate(*items[2]), at);
}

/// What both branches of an unknown condition say; unknown where they differ. Null is no value.
const Value* Template::Agreed(const Value* a, const Value* b, Span at) {
  if (a == nullptr && b == nullptr) return nullptr;
  if (a != nullptr && b != nullptr) {
    if (Equal(*a, *b)) return a;
    if (IsMapping(a->kind) && IsMapping(b->kind)) {
      std::vector<Entry> entries;
      for (const Entry& e : a->entries) entries.push_back({e.key, Agreed(e.value, b->Get(e.key), at), e.key_span});
      for (const Entry& e : b->entries)
        if (a->Get(e.key) == nullptr) entries.push_back({e.key, Agreed(nullptr, e.value, at), e.key_span});
      return NewObject(arena_, std::move(entries), a->origin);
    }
  }
  Value* out = NewUnknown(arena_, at);
  std::vector<Reference> references;
  for (const Value* v : {a, b})
    if (v != nullptr) CollectReferences(*v, references);
  if (!references.empty()) {
    auto* provenance = arena_.New<Provenance>();
    provenance->references = arena_.Copy(references);
    out->provenance = provenance;
  }
  return out;
}

std::optional<bool> Template::Named(std::string_view name, Ask ask, int depth) {
  if (const auto at = named_.find({name, ask}); at != named_.end()) return at->second;
  const Node* condition = conditions_ != nullptr ? conditions_->Find(name) : nullptr;
  if (condition == nullptr || depth > 32 || std::ranges::find(asking_, name) != asking_.end()) return std::nullopt;
  asking_.push_back(name);
  const auto truth = Condition(*condition, ask, depth + 1);
  asking_.pop_back();
  named_.emplace(std::pair(name, ask), truth);
  return truth;
}

std::optional<bool> Template::Condition(const Node& unresolved, Ask ask, int depth) {
  const Node& node = unresolved.Resolved();
  std::string_view name;
  const Node* argument = &node;
  if (node.tag().size() > 1 && node.tag()[0] == '!') {
    name = node.tag().substr(1);
  } else if (node.pairs().size() == 1) {
    name = node.pairs()[0].key->text;
    if (name.starts_with("Fn::")) name.remove_prefix(4);
    argument = &node.pairs()[0].value->Resolved();
  }
  if (depth > 32 || !context_.Spend(node.span)) return std::nullopt;
  if (name == "Condition") return Named(argument->text, ask, depth);
  const auto items = argument->items();
  if (name == "Equals" && items.size() == 2) {
    const bool before = std::exchange(ignore_defaults_, ask == Ask::kWhateverIsGiven);
    const Value* a = Evaluate(*items[0]);
    const Value* b = Evaluate(*items[1]);
    ignore_defaults_ = before;
    const auto x = a != nullptr ? TextOf(*a) : std::nullopt, y = b != nullptr ? TextOf(*b) : std::nullopt;
    return x && y ? std::optional(*x == *y) : std::nullopt;
  }
  if (name == "Not" && items.size() == 1) {
    const auto truth = Condition(*items[0], ask, depth + 1);
    return truth ? std::optional(!*truth) : truth;
  }
  if (name == "And" || name == "Or") {
    const bool decides = name == "Or";
    bool unknown = false;
    for (const Node* item : items) {
      const auto truth = Condition(*item, ask, depth + 1);
      if (truth == std::optional(decides)) return decides;
      unknown |= !truth;
    }
    return unknown ? std::nullopt : std::optional(!decides);
  }
  return std::nullopt;
}

}  // namespace weir::cloudformation
