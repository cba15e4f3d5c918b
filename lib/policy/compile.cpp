#include "lib/policy/compile.h"

#include <algorithm>
#include <map>

#include <yaml-cpp/yaml.h>
#include <zlib.h>

#include "lib/policy/checkov.h"
#include "lib/policy/functions.h"
#include "lib/policy/layout.h"
#include "lib/policy/policy_reader.h"
#include "lib/policy/rule_languages.h"
#include "lib/policy/yaml_documents.h"

namespace weir::policy {
namespace {

class Compiler {
 public:
  explicit Compiler(const CompileOptions& options) : options_(options) {}

  Compiled Run(const std::vector<SourceFile>& files) {
    Compiled out;
    for (const SourceFile& file : files) {
      Problems problems(file.path, out.errors);
      source_ = file.text;
      for (const YAML::Node& document : ReadDocuments(file.text, problems)) {
        if (document.IsNull()) continue;
        try {
          const bool own = !IsCheckovPolicy(document);
          const PolicyDocument policy = own ? ReadPolicy(document, options_, problems) : ReadCheckovPolicy(document, problems);
          for (const RuleDocument& rule : policy.rules) out.rules.push_back({file.path, rule.at.line, rule.at.column, own});
          Policy(policy, problems);
        } catch (const YAML::Exception& e) {  // a node that is not what its place demands
          problems.Add(document, e.msg);
        }
      }
    }
    if (out.errors.empty()) out.image = Assemble();
    return out;
  }

 private:
  void Claim(const PlacedText& name, Problems& problems) {
    if (name.text.empty()) return;
    const std::string place = problems.path() + ":" + std::to_string(name.at.line);
    if (const auto [other, fresh] = names_.emplace(name.text, place); !fresh) problems.Add(name.at, "'" + name.text + "' is claimed already at " + other->second);
    if (options_.built_in == nullptr) return;
    if (const PolicyRecord* taken = options_.built_in->Find(name.text))
      problems.Add(name.at, "'" + name.text + "' is claimed already by weir's own policy " + std::string(options_.built_in->Text(taken->id)));
  }

  void Policy(const PolicyDocument& doc, Problems& problems) {
    PolicyRecord record;
    Claim(doc.id, problems);
    record.id = layout_.Text(doc.id.text);
    record.title = layout_.Text(doc.title);
    record.message = layout_.Text(doc.message);
    record.why = layout_.Text(doc.why);
    record.docs = layout_.Text(doc.docs);
    record.category = layout_.Text(doc.category);
    record.severity = doc.severity;
    for (const PlacedText& alias : doc.aliases)
      if (alias.text != doc.id.text) Claim(alias, problems);
    record.aliases = layout_.Array(Texts(doc.aliases));
    const auto number = uint32_t(policies_.size());
    by_name_.push_back({Image::Hash(doc.id.text), number});
    for (const PlacedText& alias : doc.aliases) by_name_.push_back({Image::Hash(alias.text), number});
    std::vector<Ref> compliance;
    for (const auto& [framework, control] : doc.compliance) {
      compliance.push_back(layout_.Text(framework));
      compliance.push_back(layout_.Text(control));
    }
    record.compliance = layout_.Array(compliance);
    record.examples = {uint32_t(examples_.size()), uint32_t(doc.examples.size())};
    examples_ += doc.examples;
    std::vector<uint32_t> rules;
    for (const RuleDocument& rule : doc.rules) {
      rules.push_back(uint32_t(rules_.size()));
      Rule(rule, problems);
    }
    record.rules = layout_.Array(rules);
    policies_.push_back(record);
  }

  std::vector<Ref> Texts(const std::vector<PlacedText>& texts) {
    std::vector<Ref> out;
    for (const PlacedText& t : texts) out.push_back(layout_.Text(t.text));
    return out;
  }

  static std::vector<std::string_view> TypesOf(const RuleDocument& doc) {
    std::vector<std::string_view> out;
    for (const PlacedText& type : doc.types) {
      const auto group = TypesOfGroup(doc.language, type.text);
      if (group.empty()) out.push_back(type.text);
      out.insert(out.end(), group.begin(), group.end());
    }
    return out;
  }

  void Rule(const RuleDocument& doc, Problems& problems) {
    RuleRecord rule;
    rule.policy = uint32_t(policies_.size());
    rule.language = layout_.Text(doc.language);
    const std::vector<std::string_view> types = TypesOf(doc);
    std::vector<Ref> texts;
    for (const std::string_view type : types) texts.push_back(layout_.Text(type));
    rule.types = layout_.Array(texts);
    rule.aliases = layout_.Array(Texts(doc.aliases));
    std::vector<Ref> narrow;
    for (const auto& [alias, type] : doc.narrow) {
      if (!type.text.empty() && std::ranges::find(types, type.text) == types.end()) problems.Add(type.at, "'" + type.text + "' is no type of this rule");
      narrow.insert(narrow.end(), {layout_.Text(alias), layout_.Text(type.text)});
    }
    rule.narrow = layout_.Array(narrow);
    const auto number = uint32_t(rules_.size());
    if (std::ranges::any_of(types, [](std::string_view t) { return t.find_first_of("*?") != t.npos; }))
      globs_.push_back({Image::Hash(doc.language), number});
    else
      for (const std::string_view type : types) index_.push_back({Image::Hash(doc.language, type), number});
    rule.when = Expression(doc.when, problems);
    rule.each = Expression(doc.each, problems);
    rule.pass = Expression(doc.pass, problems);
    rule.when_text = layout_.Text(doc.when.text);
    rule.each_text = layout_.Text(doc.each.text);
    rule.pass_text = layout_.Text(doc.pass.text);
    rule.fix = layout_.Text(doc.fix);
    rules_.push_back(rule);
  }

  Ref Expression(const PlacedText& text, Problems& problems) {
    if (!text.present()) return {};
    std::vector<cel::CompileError> errors;
    const auto program = cel::Compile(text.text, PolicyEnvironment(), errors);
    for (const cel::CompileError& e : errors) problems.Add(PlaceInScalar(source_, text, e.offset), e.message);
    return layout_.Program(program);
  }

  static std::string Packed(std::string_view text) {
    uLongf size = compressBound(uLong(text.size()));
    std::string out(size, '\0');
    compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()), uLong(text.size()), Z_BEST_COMPRESSION);
    out.resize(size);
    return out;
  }

  std::vector<std::byte> Assemble() {
    for (std::vector<IndexEntry>* index : {&index_, &globs_, &by_name_}) std::ranges::sort(*index, {}, [](const IndexEntry& e) { return std::pair(e.hash, e.number); });
    Image::Header header{};
    header.policies = layout_.Array(policies_);
    header.rules = layout_.Array(rules_);
    header.index = layout_.Array(index_);
    header.globs = layout_.Array(globs_);
    header.names = layout_.Array(by_name_);
    header.examples = layout_.Text(Packed(examples_));
    header.examples_size = uint32_t(examples_.size());
    return layout_.Finish(header);
  }

  const CompileOptions& options_;
  std::string_view source_;
  Layout layout_;
  std::string examples_;  // of all policies
  std::vector<PolicyRecord> policies_;
  std::vector<RuleRecord> rules_;
  std::vector<IndexEntry> index_, globs_, by_name_;
  std::map<std::string, std::string> names_;
};

std::vector<std::string> Strings(const YAML::Node& node) {
  std::vector<std::string> out;
  if (node.IsScalar()) out.push_back(node.Scalar());
  else if (node.IsSequence())
    for (const auto& item : node) out.push_back(item.Scalar());
  return out;
}

// `[address, …]`, or `address: paths`.
std::vector<Example::Statement> Statements(const YAML::Node& node) {
  std::vector<Example::Statement> out;
  const auto add = [&](const YAML::Node& address) -> Example::Statement& {
    const Place at = PlaceOf(address);
    return out.emplace_back(Example::Statement{address.Scalar(), {}, at.line, at.column});
  };
  if (!node) return out;
  if (node.IsMap())
    for (const auto& item : node) add(item.first).stated = Strings(item.second);
  else if (node.IsSequence())
    for (const auto& item : node) add(item);
  else if (node.IsScalar())
    add(node);
  return out;
}

Example ExampleOf(const YAML::Node& node, const RuleLanguage& language, std::string policy, const std::string& path) {
  const Place at = PlaceOf(node);
  return {.policy = std::move(policy), .language = std::string(language.key), .text = node[std::string(language.key)].Scalar(),
                  .file = node["file"] ? node["file"].Scalar() : std::string(language.example_file), .pass = Statements(node["pass"]), .fail = Statements(node["fail"]),
                  .unknown = Statements(node["unknown"]), .refused = Statements(node["refused"]), .path = path, .line = at.line, .column = at.column};
}

}  // namespace

Compiled Compile(const std::vector<SourceFile>& files, const CompileOptions& options) { return Compiler(options).Run(files); }

std::vector<Example> Examples(const std::vector<SourceFile>& files) {
  std::vector<Example> out;
  for (const SourceFile& file : files) {
    std::vector<CompileError> errors;  // Compile() reports them
    Problems problems(file.path, errors);
    for (const YAML::Node& doc : ReadDocuments(file.text, problems)) {
      if (!doc.IsMap() || !doc["id"] || !doc["examples"] || !doc["examples"].IsSequence()) continue;
      for (const auto& node : doc["examples"]) {
        if (!node.IsMap()) continue;
        for (const RuleLanguage& language : RuleLanguages())
          if (node[std::string(language.key)]) out.push_back(ExampleOf(node, language, doc["id"].Scalar(), file.path));
      }
    }
  }
  return out;
}

}  // namespace weir::policy
