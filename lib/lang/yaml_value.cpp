#include "lib/lang/yaml_value.h"
#include "lib/lang/unreadable.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>

namespace weir {
namespace {

using yaml::Node;
using yaml::Pair;

constexpr std::string_view kStandardTag = "tag:yaml.org,2002:";

template <size_t N>
bool IsOneOf(std::string_view text, const std::string_view (&words)[N]) {
  return std::ranges::find(words, text) != std::end(words);
}

std::optional<bool> Boolean(std::string_view text, YamlSchema schema) {
  static constexpr std::string_view kTrue[] = {"true", "True", "TRUE"}, kFalse[] = {"false", "False", "FALSE"};
  static constexpr std::string_view kYes[] = {"yes", "Yes", "YES", "on", "On", "ON"}, kNo[] = {"no", "No", "NO", "off", "Off", "OFF"};
  if (IsOneOf(text, kTrue)) return true;
  if (IsOneOf(text, kFalse)) return false;
  if (schema == YamlSchema::kYaml11 && IsOneOf(text, kYes)) return true;
  if (schema == YamlSchema::kYaml11 && IsOneOf(text, kNo)) return false;
  return std::nullopt;
}

std::optional<Number> NumberOf(std::string_view text, YamlSchema schema, Arena& arena) {
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || !((digits[0] >= '0' && digits[0] <= '9') || (digits[0] == '.' && digits.size() > 1))) return std::nullopt;
  const std::string sign(text.starts_with('-') ? "-" : "");
  std::string plain(digits);
  if (schema == YamlSchema::kYaml11) std::erase(plain, '_');
  const auto in_base = [&](int base) { return Number::ParseInteger(arena.Copy(std::string_view(sign + plain.substr(2))), base, arena); };
  if (plain.starts_with("0x")) return in_base(16);
  if (plain.starts_with("0o")) return in_base(8);
  if (plain.starts_with("0b") && schema == YamlSchema::kYaml11) return in_base(2);
  const bool whole = plain.find_first_not_of("0123456789") == std::string::npos;
  // An account's number (012345678901) has digits that no octal number has.
  if (schema == YamlSchema::kYaml11 && whole && plain.size() > 1 && plain[0] == '0')
    return plain.find_first_of("89") == std::string::npos ? Number::ParseInteger(arena.Copy(std::string_view(sign + plain)), 8, arena) : std::nullopt;
  if (plain.find_first_not_of("0123456789.eE+-") != std::string::npos) return std::nullopt;
  return Number::Parse(arena.Copy(std::string_view(sign + plain)), arena);
}

bool IsMerge(const Node& key) { return key.kind == yaml::Kind::kScalar && key.style == yaml::Style::kPlain && key.text == "<<" && key.tag().empty(); }

/// Adds the pairs of `mapping` whose keys are not `taken`.
void Collect(const Node& mapping, std::unordered_set<std::string_view>& taken, std::vector<Pair>& out) {
  // The last of equal keys counts.
  std::unordered_set<std::string_view> own;
  const size_t first = out.size();
  const auto pairs = mapping.pairs();
  for (size_t i = pairs.size(); i-- > 0;) {
    const Node& key = pairs[i].key->Resolved();
    if (key.kind != yaml::Kind::kScalar || IsMerge(*pairs[i].key) || taken.contains(key.text) || !own.insert(key.text).second) continue;
    out.push_back({&key, pairs[i].value});
  }
  std::reverse(out.begin() + long(first), out.end());
  taken.insert(own.begin(), own.end());
  for (const Pair& pair : pairs) {
    if (!IsMerge(*pair.key)) continue;
    const Node& merged = pair.value->Resolved();
    Collect(merged, taken, out);
    for (const Node* item : merged.items()) Collect(item->Resolved(), taken, out);
  }
}

}  // namespace

const Value* ScalarValue(const Node& scalar, YamlSchema schema, Arena& arena) {
  std::string_view type = scalar.tag();
  type = type.starts_with(kStandardTag) ? type.substr(kStandardTag.size()) : std::string_view();
  const std::string_view text = scalar.text;
  if (type == "str" || type == "binary" || (scalar.style != yaml::Style::kPlain && type.empty())) return NewString(arena, text, scalar.span);
  static constexpr std::string_view kNulls[] = {"", "~", "null", "Null", "NULL"};
  if (IsOneOf(text, kNulls)) return NewNull(arena, scalar.span);
  if (const auto boolean = Boolean(text, schema)) return NewBool(arena, *boolean, scalar.span);
  if (const auto number = NumberOf(text, schema, arena)) return NewNumber(arena, *number, scalar.span);
  return NewString(arena, text, scalar.span);
}

std::vector<Pair> PairsOf(const Node& node) {
  const Node& mapping = node.Resolved();
  std::vector<Pair> out;
  const bool plain = std::ranges::all_of(mapping.pairs(), [](const Pair& p) { return p.key->kind == yaml::Kind::kScalar && !IsMerge(*p.key); });
  if (plain) {
    out.assign(mapping.pairs().begin(), mapping.pairs().end());
    return out;
  }
  std::unordered_set<std::string_view> taken;
  Collect(mapping, taken, out);
  return out;
}

Span OriginOf(const Pair& pair) {
  const Node& value = pair.value->Resolved();
  return value.kind == yaml::Kind::kMapping && value.style == yaml::Style::kBlock ? pair.key->span : value.span;
}

const Value* ValueOf(const Node& unresolved, YamlSchema schema, Arena& arena, Span origin) {
  const Node& node = unresolved.Resolved();
  if (node.kind == yaml::Kind::kScalar) return ScalarValue(node, schema, arena);
  if (node.kind == yaml::Kind::kSequence) {
    const auto items = arena.NewArray<const Value*>(node.items().size());
    for (size_t i = 0; i < items.size(); ++i) items[i] = ValueOf(*node.items()[i], schema, arena);
    return NewSequence(arena, Kind::kList, items, node.span);
  }
  const std::vector<Pair> pairs = PairsOf(node);
  const auto entries = arena.NewArray<Entry>(pairs.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    entries[i] = {pairs[i].key->text, ValueOf(*pairs[i].value, schema, arena, OriginOf(pairs[i])), pairs[i].key->span};
  }
  Value* out = NewMapping(arena, Kind::kObject, entries, origin.valid() ? origin : node.span);
  out->flags |= Value::kSoft;
  return out;
}

const yaml::Tree* ReadYaml(std::string_view path, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) {
  const auto blob = snapshot.Read(path, limits.file_size);
  if (!blob.ok()) {
    if (blob.status().code() != Code::kNotFound)
      AddUnreadable(path, blob.status(), sources, arena, out);
    return nullptr;
  }
  return ParseYaml(path, *blob, sources, arena, limits, out);
}

const yaml::Tree* ParseYaml(std::string_view path, const Blob& blob, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) {
  const FileId file = sources.Add(std::string(path), blob.text(), blob.owner());
  const auto* tree = arena.New<yaml::Tree>(yaml::ParseEither(path, blob.text(), file, arena, limits));
  for (const yaml::Error& e : tree->errors) {
    std::string_view summary = e.message;
    if (summary.ends_with('.')) summary.remove_suffix(1);
    out.diagnostics.push_back({e.limit ? Diagnostic::Kind::kLimit : Diagnostic::Kind::kSyntax, e.span, summary, e.limit ? "Split the file, or exclude it in .weir.yaml" : ""});
  }
  return tree;
}

}  // namespace weir
