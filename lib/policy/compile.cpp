#include "lib/policy/compile.h"

#include <algorithm>
#include <map>

#include <yaml-cpp/yaml.h>

#include "lib/base/text.h"
#include "lib/policy/fix_json.h"
#include "lib/policy/functions.h"
#include "lib/policy/rule_languages.h"

namespace weir::policy {
namespace {

constexpr std::string_view kPolicyKeys[] = {"id", "title", "severity", "category", "aliases", "compliance", "why", "docs", "rules", "examples", "message"};
constexpr std::string_view kRuleKeys[] = {"when", "for", "pass", "fix"};
constexpr std::string_view kExampleKeys[] = {"file", "pass", "fail", "unknown"};
constexpr std::string_view kCategories[] = {"access", "encryption", "logging", "network", "secrets", "backup", "supply-chain", "reliability", "convention"};

// Lays texts, arrays and programs one after another.
class Layout {
 public:
  Layout() : bytes_(sizeof(Image::Header)) {}
  Ref Text(std::string_view text) {
    if (const auto at = texts_.find(text); at != texts_.end()) return at->second;
    const Ref ref{uint32_t(bytes_.size()), uint32_t(text.size())};
    Append(text.data(), text.size());
    texts_.emplace(text, ref);
    return ref;
  }
  Ref Program(const std::vector<std::byte>& program) {
    Align(8);
    const Ref ref{uint32_t(bytes_.size()), uint32_t(program.size())};
    Append(program.data(), program.size());
    return ref;
  }
  template <typename T>
  Ref Array(const std::vector<T>& items) {
    Align(8);
    const Ref ref{uint32_t(bytes_.size()), uint32_t(items.size())};
    Append(items.data(), items.size() * sizeof(T));
    return ref;
  }
  std::vector<std::byte> Finish(Image::Header header) {
    header.magic = Image::Header::kMagic;
    header.size = bytes_.size();
    header.fingerprint = 0xcbf29ce484222325;
    for (size_t i = sizeof header; i < bytes_.size(); ++i) header.fingerprint = (header.fingerprint ^ uint8_t(bytes_[i])) * 0x100000001b3;
    std::memcpy(bytes_.data(), &header, sizeof header);
    return std::move(bytes_);
  }

 private:
  void Append(const void* data, size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  void Align(size_t to) { bytes_.resize((bytes_.size() + to - 1) / to * to); }
  std::vector<std::byte> bytes_;
  std::map<std::string, Ref, std::less<>> texts_;
};

class Compiler {
 public:
  Compiled Run(const std::vector<SourceFile>& files) {
    for (const SourceFile& file : files) {
      path_ = file.path;
      try {
        for (const YAML::Node& document : YAML::LoadAll(file.text))
          if (!document.IsNull()) Policy(document);
      } catch (const YAML::Exception& e) {
        errors_.push_back({path_, e.mark.line + 1, e.msg});
      }
    }
    Compiled out;
    if (errors_.empty()) out.image = Assemble();
    out.errors = std::move(errors_);
    return out;
  }

 private:
  void Error(const YAML::Node& at, std::string message) { errors_.push_back({path_, at.Mark().line + 1, std::move(message)}); }

  void CheckKeys(const YAML::Node& map, std::span<const std::string_view> keys, bool languages = false) {
    std::vector<std::string_view> known(keys.begin(), keys.end());
    if (languages)
      for (const RuleLanguage& language : RuleLanguages()) known.push_back(language.key);
    for (const auto& item : map) {
      const std::string key = item.first.Scalar();
      if (std::ranges::find(known, key) != known.end()) continue;
      const auto near = std::ranges::min_element(known, {}, [&](std::string_view k) { return EditDistance(key, k); });
      Error(item.first, "there is no key '" + key + "' here; did you mean '" + std::string(*near) + "'?");
    }
  }

  std::string Required(const YAML::Node& map, const char* key) {
    if (const YAML::Node node = map[key]; node && node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    Error(map, std::string("'") + key + "' is missing");
    return {};
  }

  std::vector<Ref> Texts(const YAML::Node& list) {
    std::vector<Ref> out;
    if (list && list.IsSequence())
      for (const auto& item : list) out.push_back(layout_.Text(item.Scalar()));
    return out;
  }

  void Claim(const YAML::Node& at, const std::string& name) {
    if (const auto [other, fresh] = names_.emplace(name, path_ + ":" + std::to_string(at.Mark().line + 1)); !fresh)
      Error(at, "'" + name + "' is claimed already at " + other->second);
  }

  void Policy(const YAML::Node& doc) {
    if (!doc.IsMap()) return Error(doc, "a policy is a mapping with id, title, severity …");
    CheckKeys(doc, kPolicyKeys);
    PolicyRecord record;
    const std::string id = Required(doc, "id");
    if (doc["id"]) Claim(doc["id"], id);
    record.id = layout_.Text(id);
    record.title = layout_.Text(Required(doc, "title"));
    record.message = doc["message"] ? layout_.Text(doc["message"].Scalar()) : record.title;
    record.why = layout_.Text(Required(doc, "why"));
    record.docs = layout_.Text(Required(doc, "docs"));
    const std::string category = Required(doc, "category");
    if (std::ranges::find(kCategories, category) == std::end(kCategories)) Error(doc["category"] ? doc["category"] : doc, "there is no category '" + category + "'");
    record.category = layout_.Text(category);
    if (!ParseSeverity(Required(doc, "severity"), record.severity)) Error(doc["severity"] ? doc["severity"] : doc, "severity is critical, high, medium or low");
    if (doc["aliases"])
      for (const auto& alias : doc["aliases"]) Claim(alias, alias.Scalar());
    record.aliases = layout_.Array(Texts(doc["aliases"]));
    std::vector<Ref> compliance;
    if (doc["compliance"])
      for (const auto& framework : doc["compliance"])
        for (const auto& control : framework.second) {
          compliance.push_back(layout_.Text(framework.first.Scalar()));
          compliance.push_back(layout_.Text(control.Scalar()));
        }
    record.compliance = layout_.Array(compliance);
    if (doc["examples"]) {
      YAML::Emitter emitter;
      emitter << doc["examples"];
      record.examples = layout_.Text(emitter.c_str());
      for (const auto& example : doc["examples"]) CheckKeys(example, kExampleKeys, true);
    } else {
      Error(doc, "'examples' is missing: every policy has at least one failing and one passing example");
    }
    std::vector<uint32_t> rules;
    if (!doc["rules"] || !doc["rules"].IsSequence()) Error(doc, "'rules' is missing");
    else
      for (const auto& rule : doc["rules"]) {
        rules.push_back(uint32_t(rules_.size()));
        Rule(rule);
      }
    record.rules = layout_.Array(rules);
    policies_.push_back(record);
  }

  void Rule(const YAML::Node& node) {
    CheckKeys(node, kRuleKeys, true);
    RuleRecord rule;
    rule.policy = uint32_t(policies_.size());
    for (const auto& [language, unused] : RuleLanguages())
      if (const YAML::Node types = node[std::string(language)]) {
        if (rule.types.length != 0) Error(types, "a rule speaks of one language: give '" + std::string(language) + "' a rule of its own");
        rule.language = layout_.Text(language);
        rule.types = layout_.Array(Texts(types));
        bool glob = false;
        for (const auto& type : types) {
          glob |= type.Scalar().find_first_of("*?") != std::string::npos;
          if (!glob) index_.push_back({Image::Hash(language, type.Scalar()), uint32_t(rules_.size())});
        }
        if (glob) {
          std::erase_if(index_, [&](const IndexEntry& e) { return e.rule == rules_.size(); });
          globs_.push_back(uint32_t(rules_.size()));
        }
      }
    if (rule.types.length == 0) Error(node, "the rule names no language with resource types (terraform: [aws_…])");
    rule.when = Expression(node["when"]);
    rule.each = Expression(node["for"]);
    rule.pass = Expression(node["pass"]);
    if (!node["pass"]) Error(node, "'pass' is missing");
    else rule.pass_text = layout_.Text(node["pass"].Scalar());
    if (node["fix"]) {
      std::string why;
      const std::string json = FixToJson(node["fix"], why);
      if (json.empty()) Error(node["fix"], why);
      rule.fix = layout_.Text(json);
    }
    rules_.push_back(rule);
  }

  Ref Expression(const YAML::Node& node) {
    if (!node) return {};
    cel::CompileError error;
    const auto program = cel::Compile(node.Scalar(), PolicyEnvironment(), error);
    if (program.empty()) Error(node, error.message + ", at column " + std::to_string(error.offset + 1) + " of: " + node.Scalar());
    return layout_.Program(program);
  }

  std::vector<std::byte> Assemble() {
    std::ranges::sort(index_, {}, [](const IndexEntry& e) { return std::pair(e.hash, e.rule); });
    Image::Header header{};
    header.policies = layout_.Array(policies_);
    header.rules = layout_.Array(rules_);
    header.index = layout_.Array(index_);
    header.globs = layout_.Array(globs_);
    return layout_.Finish(header);
  }

  std::string path_;
  Layout layout_;
  std::vector<PolicyRecord> policies_;
  std::vector<RuleRecord> rules_;
  std::vector<IndexEntry> index_;
  std::vector<uint32_t> globs_;
  std::map<std::string, std::string> names_;
  std::vector<CompileError> errors_;
};

std::vector<std::string> Strings(const YAML::Node& node) {
  std::vector<std::string> out;
  if (!node) return out;
  if (node.IsScalar()) out.push_back(node.Scalar());
  else
    for (const auto& item : node) out.push_back(item.Scalar());
  return out;
}

}  // namespace

Compiled Compile(const std::vector<SourceFile>& files) { return Compiler().Run(files); }

std::vector<Example> Examples(const std::vector<SourceFile>& files) {
  std::vector<Example> out;
  for (const SourceFile& file : files) {
    try {
      for (const YAML::Node& doc : YAML::LoadAll(file.text)) {
        if (!doc.IsMap() || !doc["examples"]) continue;
        for (const auto& node : doc["examples"]) {
          const auto language = std::ranges::find_if(RuleLanguages(), [&](const RuleLanguage& l) { return bool(node[std::string(l.key)]); });
          if (language == RuleLanguages().end()) continue;
          Example example{doc["id"].Scalar(), std::string(language->key), node[std::string(language->key)].Scalar(),
                          node["file"] ? node["file"].Scalar() : std::string(language->example_file), Strings(node["pass"]), Strings(node["unknown"]), {}, file.path, node.Mark().line + 1};
          if (node["fail"] && node["fail"].IsMap())
            for (const auto& f : node["fail"]) example.fail.push_back({f.first.Scalar(), Strings(f.second)});
          else
            for (const std::string& address : Strings(node["fail"])) example.fail.push_back({address, {}});
          out.push_back(std::move(example));
        }
      }
    } catch (const YAML::Exception&) {
      // Compile() reports it.
    }
  }
  return out;
}

}  // namespace weir::policy
