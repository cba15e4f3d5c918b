#include "lib/policy/policy_reader.h"

#include <algorithm>

#include <yaml-cpp/yaml.h>

#include "lib/base/text.h"
#include "lib/policy/fix_json.h"
#include "lib/policy/rule_languages.h"

namespace weir::policy {
namespace {

constexpr std::string_view kPolicyKeys[] = {"id", "title", "severity", "category", "aliases", "compliance", "why", "docs", "rules", "examples", "message"};
constexpr std::string_view kRuleKeys[] = {"when", "for", "pass", "fix", "aliases"};
constexpr std::string_view kExampleKeys[] = {"file", "pass", "fail", "unknown", "refused"};
constexpr std::string_view kCategories[] = {"access", "encryption", "logging", "network", "secrets", "backup", "supply-chain", "reliability", "convention"};
constexpr std::string_view kSeverities[] = {"critical", "high", "medium", "low"};

std::string Nearest(std::string_view word, std::span<const std::string_view> names) {
  return std::string(*std::ranges::min_element(names, {}, [&](std::string_view name) { return EditDistance(word, name); }));
}

class Reader {
 public:
  Reader(const CompileOptions& options, Problems& problems) : options_(options), problems_(problems) {}

  PolicyDocument Read(const YAML::Node& doc) {
    PolicyDocument out;
    out.at = PlaceOf(doc);
    if (!doc.IsMap()) return problems_.Add(doc, "a policy is a mapping with id, title, severity …"), out;
    CheckKeys(doc, kPolicyKeys);
    out.id = {Required(doc, "id"), doc["id"] ? PlaceOf(doc["id"]) : out.at};
    out.title = Required(doc, "title");
    out.message = doc["message"] ? Scalar(doc["message"], "message") : out.title;
    out.why = Required(doc, "why");
    out.docs = options_.docs || doc["docs"] ? Required(doc, "docs") : std::string();
    out.category = Word(doc, "category", kCategories);
    (void)ParseSeverity(Word(doc, "severity", kSeverities), out.severity);
    for (const auto& alias : List(doc, "aliases")) out.aliases.push_back({Scalar(alias, "an alias"), PlaceOf(alias)});
    Compliance(doc, out);
    Examples(doc, out);
    const auto rules = List(doc, "rules");
    if (rules.empty()) problems_.Add(doc, "'rules' is missing: a list, one rule a language");
    for (const auto& rule : rules) out.rules.push_back(Rule(rule));
    return out;
  }

 private:
  void CheckKeys(const YAML::Node& map, std::span<const std::string_view> keys, bool languages = false) {
    std::vector<std::string_view> known(keys.begin(), keys.end());
    if (languages)
      for (const RuleLanguage& language : RuleLanguages()) known.push_back(language.key);
    for (const auto& item : map) {
      const std::string key = item.first.IsScalar() ? item.first.Scalar() : "";
      if (std::ranges::find(known, key) == known.end()) problems_.Add(item.first, UnknownKey(key, known));
    }
  }

  std::string Scalar(const YAML::Node& node, const std::string& what) {
    if (node.IsScalar()) return node.Scalar();
    problems_.Add(node, "'" + what + "' is a text");
    return {};
  }

  std::string Required(const YAML::Node& map, const char* key) {
    const YAML::Node node = map[key];
    if (node && node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    problems_.Add(node ? node : map, std::string("'") + key + "' is missing");
    return {};
  }

  std::string Word(const YAML::Node& map, const char* key, std::span<const std::string_view> words) {
    std::string word = Required(map, key);
    if (!word.empty() && std::ranges::find(words, word) == words.end())
      problems_.Add(map[key], "there is no " + std::string(key) + " '" + word + "'; did you mean '" + Nearest(word, words) + "'?");
    return word;
  }

  std::vector<YAML::Node> List(const YAML::Node& map, const char* key) {
    const YAML::Node list = map[key];
    if (!list) return {};
    if (!list.IsSequence()) return problems_.Add(list, std::string("'") + key + "' is a list"), std::vector<YAML::Node>();
    return {list.begin(), list.end()};
  }

  void Compliance(const YAML::Node& doc, PolicyDocument& out) {
    const YAML::Node map = doc["compliance"];
    if (!map) return;
    if (!map.IsMap()) return problems_.Add(map, "'compliance' maps frameworks to lists of controls");
    for (const auto& framework : map) {
      if (!framework.second.IsSequence()) {
        problems_.Add(framework.second, "a framework has a list of controls");
        continue;
      }
      for (const auto& control : framework.second) out.compliance.emplace_back(Scalar(framework.first, "a framework"), Scalar(control, "a control"));
    }
  }

  void Examples(const YAML::Node& doc, PolicyDocument& out) {
    const YAML::Node list = doc["examples"];
    bool fails = false;
    for (const auto& example : List(doc, "examples")) {
      if (!example.IsMap()) {
        problems_.Add(example, "an example is a mapping: a text under its language's key, pass and fail");
        continue;
      }
      CheckKeys(example, kExampleKeys, true);
      if (std::ranges::none_of(RuleLanguages(), [&](const RuleLanguage& l) { return bool(example[std::string(l.key)]); }))
        problems_.Add(example, "the example has no text: terraform: | …");
      fails |= bool(example["fail"]);
    }
    if (list) {
      YAML::Emitter emitter;
      emitter << list;
      out.examples = emitter.c_str();
    }
    if (!options_.examples) return;
    const YAML::Node& at = list ? list : doc;
    if (!fails) problems_.Add(at, "there is no failing example: every policy has at least one");
  }

  RuleDocument Rule(const YAML::Node& node) {
    RuleDocument rule;
    rule.at = PlaceOf(node);
    if (!node.IsMap()) return problems_.Add(node, "a rule is a mapping: terraform: [aws_…], pass: …"), rule;
    CheckKeys(node, kRuleKeys, true);
    for (const auto& [language, title, file] : RuleLanguages()) {
      const YAML::Node types = node[std::string(language)];
      if (!types) continue;
      if (!rule.language.empty()) problems_.Add(types, "a rule speaks of one language: give '" + std::string(language) + "' a rule of its own");
      rule.language = language;
      for (const auto& type : List(node, rule.language.c_str())) rule.types.push_back({Scalar(type, "a type"), PlaceOf(type)});
    }
    for (const auto& alias : List(node, "aliases")) Alias(alias, rule);
    if (rule.types.empty()) problems_.Add(node, "the rule names no language with resource types (terraform: [aws_…])");
    rule.when = Expression(node, "when");
    rule.each = Expression(node, "for");
    rule.pass = Expression(node, "pass");
    if (!rule.pass.present()) problems_.Add(node, "'pass' is missing");
    if (const YAML::Node fix = node["fix"]) {
      std::string why;
      rule.fix = FixToJson(fix, why);
      if (rule.fix.empty()) problems_.Add(fix, why);
    }
    return rule;
  }

  /// An alias, or a mapping of aliases that mean some types only to these types.
  void Alias(const YAML::Node& node, RuleDocument& rule) {
    if (!node.IsMap()) return rule.aliases.push_back({Scalar(node, "an alias"), PlaceOf(node)});
    for (const auto& item : node) {
      const YAML::Node types = item.second;
      rule.aliases.push_back({Scalar(item.first, "an alias"), PlaceOf(item.first)});
      if (!types.IsSequence()) problems_.Add(types, "an alias that means some types only has a list of them");
      if (types.size() == 0) rule.narrow.emplace_back(rule.aliases.back().text, PlacedText{"", PlaceOf(item.first)});
      for (const auto& type : types) rule.narrow.emplace_back(rule.aliases.back().text, PlacedText{Scalar(type, "a type"), PlaceOf(type)});
    }
  }

  PlacedText Expression(const YAML::Node& rule, const char* key) {
    const YAML::Node node = rule[key];
    if (!node) return {};
    return {Scalar(node, key), PlaceOf(node)};
  }

  const CompileOptions& options_;
  Problems& problems_;
};

}  // namespace

std::string UnknownKey(std::string_view key, std::span<const std::string_view> known) {
  return "there is no key '" + std::string(key) + "' here; did you mean '" + Nearest(key, known) + "'?";
}

PolicyDocument ReadPolicy(const YAML::Node& document, const CompileOptions& options, Problems& problems) { return Reader(options, problems).Read(document); }

}  // namespace weir::policy
