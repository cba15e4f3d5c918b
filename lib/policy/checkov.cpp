#include "lib/policy/checkov.h"

#include <algorithm>
#include <array>
#include <map>

#include <yaml-cpp/yaml.h>

#include "lib/policy/checkov_definition.h"
#include "lib/policy/policy_reader.h"

namespace weir::policy {
namespace {

constexpr std::string_view kKeys[] = {"metadata", "definition", "scope"};

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return text;
}

// Checkov's categories in weir's words.
std::string CategoryOf(const std::string& category) {
  static const std::map<std::string, std::string> kNames = {{"iam", "access"}, {"encryption", "encryption"}, {"logging", "logging"}, {"monitoring", "logging"},
                                                            {"networking", "network"}, {"public", "network"}, {"secrets", "secrets"}, {"backup_and_recovery", "backup"},
                                                            {"supply_chain", "supply-chain"}, {"convention", "convention"}};
  const auto at = kNames.find(Lower(category));
  return at == kNames.end() ? "convention" : at->second;
}

std::string TextAt(const YAML::Node& map, const char* key) {
  const YAML::Node node = map[key];
  return node && node.IsScalar() ? node.Scalar() : std::string();
}

void AddRules(const Condition& condition, const Place& at, PolicyDocument& out) {
  std::map<std::array<std::string, 4>, std::vector<std::string>> rules;  // types of equal rules
  for (const std::string& type : JudgedTypes(condition)) {
    const auto pass = ExpressionFor(condition, type);
    if (!pass) continue;
    const TypeMeaning meaning = MeaningOf(type);
    const std::string limit = LimitFor(condition, type);
    if (limit == "false") continue;
    for (const std::string& language : meaning.languages) rules[{language, limit, meaning.each, *pass}].push_back(meaning.type);
  }
  for (const auto& [rule, types] : rules) {
    RuleDocument document;
    document.at = at;
    document.language = rule[0];
    for (const std::string& type : types) document.types.push_back({type, at});
    if (!rule[1].empty()) document.when = {rule[1], at};
    if (!rule[2].empty()) document.each = {rule[2], at};
    document.pass = {rule[3], at};
    out.rules.push_back(std::move(document));
  }
}

}  // namespace

bool IsCheckovPolicy(const YAML::Node& document) { return document.IsMap() && document["metadata"] && document["definition"]; }

PolicyDocument ReadCheckovPolicy(const YAML::Node& document, Problems& problems) {
  PolicyDocument out;
  out.at = PlaceOf(document);
  for (const auto& item : document)
    if (const std::string key = item.first.IsScalar() ? item.first.Scalar() : ""; std::ranges::find(kKeys, key) == std::end(kKeys)) problems.Add(item.first, UnknownKey(key, kKeys));
  const YAML::Node metadata = document["metadata"];
  if (!metadata.IsMap()) return problems.Add(metadata, "'metadata' is a mapping with id and name"), out;
  out.id = {TextAt(metadata, "id"), PlaceOf(metadata["id"] ? metadata["id"] : metadata)};
  if (out.id.text.empty()) problems.Add(metadata, "'id' is missing");
  out.aliases.push_back(out.id);
  out.title = TextAt(metadata, "name");
  if (out.title.empty()) problems.Add(metadata, "'name' is missing");
  out.message = out.title;
  out.category = CategoryOf(TextAt(metadata, "category"));
  out.severity = Severity::kMedium;
  if (const std::string severity = Lower(TextAt(metadata, "severity")); !severity.empty() && severity != "none" && !ParseSeverity(severity, out.severity))
    out.severity = Severity::kLow;  // INFO
  const std::string guideline = TextAt(metadata, metadata["guideline"] ? "guideline" : "guidelines");
  (guideline.starts_with("http") ? out.docs : out.why) = guideline;
  if (out.why.empty()) out.why = out.title;
  const size_t before = problems.count();
  const Condition condition = ReadCondition(document["definition"], problems);
  if (problems.count() != before) return out;
  AddRules(condition, PlaceOf(document["definition"]), out);
  if (out.rules.empty()) problems.Add(document["definition"], "the definition gives no resource type a verdict");
  return out;
}

}  // namespace weir::policy
