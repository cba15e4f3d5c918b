#include "lib/policy/checkov_definition.h"

#include <algorithm>
#include <charconv>

#include <re2/re2.h>
#include <yaml-cpp/yaml.h>

#include "lib/base/text.h"
#include "lib/policy/policy_reader.h"
#include "lib/policy/rule_languages.h"

namespace weir::policy {
namespace {

constexpr std::string_view kKeys[] = {"and", "or", "not", "cond_type", "resource_types", "connected_resource_types", "attribute", "operator", "value"};
constexpr std::string_view kKinds[] = {"attribute", "connection", "filter", "resource"};
constexpr std::string_view kConnectionOperators[] = {"exists", "not_exists", "one_exists"};
constexpr int kMaxDepth = 32;

// Those that need a value and those that do not; the first may have "not_" in front of them or in their middle.
constexpr std::string_view kWithValue[] = {
    "equals", "equals_ignore_case", "contains", "within", "subset", "intersects", "starting_with", "ending_with", "regex_match", "greater_than", "greater_than_or_equal",
    "less_than", "less_than_or_equal", "range_includes", "cidr_range_subset", "length_equals", "length_greater_than", "length_greater_than_or_equal", "length_less_than",
    "length_less_than_or_equal", "number_of_words_equals", "number_of_words_greater_than", "number_of_words_greater_than_or_equal", "number_of_words_less_than",
    "number_of_words_less_than_or_equal"};
constexpr std::string_view kWithout[] = {"exists", "is_empty", "is_not_empty", "is_true", "is_false"};

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\'' || c == '\\') (out += '\\') += c;
    else out += c;
  }
  return out += '\'';
}

std::string Literal(const YAML::Node& node) {
  if (node.IsSequence()) {
    std::string out = "[";
    for (const auto& item : node) out += (out.size() > 1 ? ", " : "") + Literal(item);
    return out + "]";
  }
  if (!node.IsScalar()) return "''";
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return Quoted(text);
  if (text == "true" || text == "True") return "true";
  if (text == "false" || text == "False") return "false";
  int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size() && std::to_string(number) == text ? text : Quoted(text);
}

bool Known(std::string_view name, std::span<const std::string_view> names) { return std::ranges::find(names, name) != names.end(); }

class ConditionReader {
 public:
  explicit ConditionReader(Problems& problems) : problems_(problems) {}

  Condition Read(const YAML::Node& node, int depth) {
    Condition out;
    if (depth > kMaxDepth) return problems_.Add(node, "conditions are nested deeper than " + std::to_string(kMaxDepth)), out;
    if (node.IsSequence()) {
      for (const auto& part : node) out.parts.push_back(Read(part, depth + 1));
      return out;
    }
    if (!node.IsMap()) return problems_.Add(node, "a condition is a mapping with cond_type, or with and, or, not"), out;
    for (const auto& item : node)
      if (!item.first.IsScalar() || !Known(item.first.Scalar(), kKeys)) problems_.Add(item.first, UnknownKey(item.first.IsScalar() ? item.first.Scalar() : "", kKeys));
    for (const auto& [key, kind] : {std::pair("and", Condition::Kind::kAnd), std::pair("or", Condition::Kind::kOr), std::pair("not", Condition::Kind::kNot)})
      if (const YAML::Node inside = node[key]) {
        out = Read(inside, depth + 1);
        // A list reads as `and`; a single condition stands alone.
        if (!inside.IsSequence()) {
          Condition only = std::move(out);
          out = {};
          out.parts.push_back(std::move(only));
        }
        out.kind = kind;
        return out;
      }
    Leaf(node, out);
    return out;
  }

 private:
  void Leaf(const YAML::Node& node, Condition& out) {
    const std::string kind = Word(node, "cond_type", kKinds);
    out.types = Types(node, "resource_types");
    if (kind == "filter") {
      out.kind = Condition::Kind::kFilter;
      out.attribute = Text(node, "attribute");
      const std::string op = Text(node, "operator");
      if (op != "within" && op != "not_within") problems_.Add(node["operator"] ? node["operator"] : node, "a filter's operator is 'within'");
      out.negated = op == "not_within";
      if (out.attribute == "resource_type") out.types = Types(node, "value");
      else Value(node, out);
      return;
    }
    if (kind == "connection") {
      out.kind = Condition::Kind::kConnection;
      out.connected = Types(node, "connected_resource_types");
      out.op = Word(node, "operator", kConnectionOperators);
      if (out.types.empty() || out.connected.empty()) problems_.Add(node, "a connection names resource_types and connected_resource_types");
      return;
    }
    out.kind = Condition::Kind::kAttribute;
    if (out.types.empty()) problems_.Add(node, "'resource_types' is missing: a list of types, or all");
    if (kind == "resource") {  // that it exists at all
      out.op = "exists";
      out.attribute = "";
      out.negated = Text(node, "operator") == "not_exists";
      return;
    }
    out.attribute = Text(node, "attribute");
    Operator(node, out);
  }

  void Operator(const YAML::Node& node, Condition& out) {
    std::string op = Text(node, "operator");
    if (op.empty()) return;
    const std::string written = op;
    if (op.starts_with("jsonpath_")) op.erase(0, 9);
    // not_x, x_not_equals, range_not_includes
    if (op.starts_with("not_")) op.erase(0, 4), out.negated = true;
    else if (const size_t at = op.find("_not_"); at != std::string::npos && op != "is_not_empty") op.erase(at, 4), out.negated = true;
    out.op = op;
    if (Known(op, kWithout)) return;
    if (!Known(op, kWithValue)) {
      std::vector<std::string_view> all(std::begin(kWithValue), std::end(kWithValue));
      all.insert(all.end(), std::begin(kWithout), std::end(kWithout));
      const auto near = *std::ranges::min_element(all, {}, [&](std::string_view k) { return EditDistance(op, k); });
      problems_.Add(node["operator"], "there is no operator '" + written + "'; did you mean '" + std::string(out.negated ? "not_" : "") + std::string(near) + "'?");
      return;
    }
    Value(node, out);
  }

  void Value(const YAML::Node& node, Condition& out) {
    if (!node["value"]) return problems_.Add(node, "'value' is missing");
    if (out.op == "regex_match" && node["value"].IsScalar())
      if (const RE2 pattern(node["value"].Scalar(), RE2::Quiet); !pattern.ok()) problems_.Add(node["value"], "this regular expression is not read here (RE2): " + pattern.error());
    out.value = Literal(node["value"]);
  }

  std::string Text(const YAML::Node& node, const char* key) {
    if (const YAML::Node value = node[key]; value && value.IsScalar() && !value.Scalar().empty()) return value.Scalar();
    problems_.Add(node, std::string("'") + key + "' is missing");
    return {};
  }

  std::string Word(const YAML::Node& node, const char* key, std::span<const std::string_view> words) {
    std::string word = Text(node, key);
    if (word.empty() || Known(word, words)) return word;
    const auto near = *std::ranges::min_element(words, {}, [&](std::string_view k) { return EditDistance(word, k); });
    problems_.Add(node[key], "there is no " + std::string(key) + " '" + word + "'; did you mean '" + std::string(near) + "'?");
    return {};
  }

  std::vector<std::string> Types(const YAML::Node& node, const char* key) {
    std::vector<std::string> out;
    const YAML::Node list = node[key];
    if (!list) return out;
    if (list.IsScalar()) return {list.Scalar() == "all" ? "*" : list.Scalar()};
    for (const auto& type : list) {
      if (!type.IsScalar() || type.Scalar().empty()) problems_.Add(type, "a resource type is expected");
      else out.push_back(type.Scalar() == "all" ? "*" : type.Scalar());
    }
    return out;
  }

  Problems& problems_;
};

bool Has(const std::vector<std::string>& types, const std::string& type) { return Known(type, std::vector<std::string_view>(types.begin(), types.end())) || Known("*", std::vector<std::string_view>(types.begin(), types.end())); }

bool IsKubernetes(const std::string& type) { return MeaningOf(type).languages[0] == "kubernetes"; }

// An attribute of Checkov's resource in that of weir's: the words of an instruction are its text.
std::string PathIn(const std::string& type, const std::string& attribute) {
  return attribute == "value" && MeaningOf(type).languages[0] == "dockerfile" ? "text" : attribute;
}

// Writes the expression. A condition that stands beside a connection and speaks of the other end is a demand on that end.
class Writer {
 public:
  using Beside = std::vector<const Condition*>;

  std::optional<std::string> Write(const Condition& c, const std::string& type, const std::string& name, const Beside& beside) {
    if (std::ranges::find(used_, &c) != used_.end() || ++size_ > kMaxSize) return std::nullopt;
    switch (c.kind) {
      case Condition::Kind::kAttribute: return Has(c.types, type) ? std::optional(Attribute(c, type, name)) : std::nullopt;
      case Condition::Kind::kFilter:
        // It says which resources get a verdict; at the other end of a connection it says nothing.
        if (!used_.empty() || c.attribute != "resource_type") return std::nullopt;
        return Has(c.types, type) != c.negated ? std::nullopt : std::optional<std::string>("false");
      case Condition::Kind::kConnection: return Connection(c, type, name, beside);
      case Condition::Kind::kAnd: return Join(c, type, name, beside, " && ");
      case Condition::Kind::kOr: return Join(c, type, name, beside, " || ");
      case Condition::Kind::kNot: {
        const auto inside = Join(c, type, name, beside, " && ");
        return inside ? std::optional("!(" + *inside + ")") : std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr int kMaxSize = 20'000;  // conditions multiply along chains of connections

  static std::string Attribute(const Condition& c, const std::string& type, const std::string& name) {
    const std::string operation = ", " + Quoted(c.op) + (c.value.empty() ? "" : ", " + c.value) + ")";
    const std::string test = "satisfies(" + name + ", " + Quoted(PathIn(type, c.attribute)) + operation;
    // A workflow that says nothing of permissions may write everything.
    if (type == "permissions" && c.attribute == type) return std::string(c.negated ? "!" : "") + "(has(" + name + ".permissions) ? " + test + " : satisfies('write-all', ''" + operation + ")";
    return (c.negated ? "!" : "") + test;
  }

  std::optional<std::string> Join(const Condition& c, const std::string& type, const std::string& name, Beside beside, const char* op) {
    const bool conjunction = c.kind != Condition::Kind::kOr;
    if (conjunction)
      for (const Condition& part : c.parts) beside.push_back(&part);
    std::vector<std::string> written;
    for (const Condition& part : c.parts)
      if (auto text = Write(part, type, name, beside)) written.push_back(std::move(*text));
    if (written.empty()) return std::nullopt;
    std::string out = written[0];
    for (size_t i = 1; i < written.size(); ++i) out += op + written[i];
    return written.size() == 1 ? out : "(" + out + ")";
  }

  std::optional<std::string> Connection(const Condition& c, const std::string& type, const std::string& name, const Beside& beside) {
    const bool here = Has(c.types, type);
    if (!here && !Has(c.connected, type)) return std::nullopt;
    const std::vector<std::string>& others = here ? c.connected : c.types;
    const auto call = [&](const std::vector<std::string>& types) { return Connected(name, types); };
    if (c.op == "not_exists") return "size(" + call(others) + ") == 0";
    used_.push_back(&c);
    const std::string other = "c" + std::to_string(used_.size());
    std::vector<std::string> free, written;
    for (const std::string& t : others) {
      std::string demands;
      for (const Condition* b : beside)
        if (b->kind != Condition::Kind::kFilter && !Judges(*b, type) && !Inside(*b, &c))
          if (const auto text = Write(*b, t, other, beside)) demands += (demands.empty() ? "" : " && ") + *text;
      if (demands.empty()) free.push_back(t);
      else written.push_back(c.op == "one_exists" ? "size(" + call({t}) + ".filter(" + other + ", " + demands + ")) == 1" : call({t}) + ".exists(" + other + ", " + demands + ")");
    }
    used_.pop_back();
    if (!free.empty()) written.insert(written.begin(), "size(" + call(free) + ") " + (c.op == "one_exists" ? "== 1" : "> 0"));
    std::string out = written.empty() ? "false" : written[0];
    for (size_t i = 1; i < written.size(); ++i) out += " || " + written[i];
    return written.size() > 1 ? "(" + out + ")" : out;
  }

  // What runs a pod is connected in its place.
  static std::string Connected(const std::string& name, const std::vector<std::string>& types) {
    std::string list;
    const auto add = [&](std::string_view type) { (list += list.empty() ? "" : ", ") += Quoted(type); };
    for (const std::string& type : types) {
      const auto group = type == "Pod" ? TypesOfGroup("kubernetes", "workload") : std::span<const std::string_view>();
      if (group.empty()) add(type);
      for (const std::string_view kind : group) add(kind);
    }
    return "connected(" + (name == "it" ? "self" : name) + ", [" + list + "])";
  }

  // Whether the condition judges the resource itself, so that it is no demand on what is connected.
  static bool Judges(const Condition& c, const std::string& type) {
    if (c.kind == Condition::Kind::kAttribute) return Has(c.types, type);
    return false;
  }

  static bool Inside(const Condition& tree, const Condition* c) {
    return &tree == c || std::ranges::any_of(tree.parts, [&](const Condition& part) { return Inside(part, c); });
  }

  std::vector<const Condition*> used_;
  int size_ = 0;
};

}  // namespace

bool Condition::Speaks(const std::string& type) const { return Has(types, type); }

Condition ReadCondition(const YAML::Node& node, Problems& problems, int depth) { return ConditionReader(problems).Read(node, depth); }

std::set<std::string> JudgedTypes(const Condition& c) {
  if (c.kind == Condition::Kind::kFilter && c.attribute != "resource_type") return {};
  std::set<std::string> out(c.types.begin(), c.types.end());
  out.insert(c.connected.begin(), c.connected.end());
  // A filter beside other conditions decides.
  std::optional<std::set<std::string>> filtered;
  if (c.kind == Condition::Kind::kAnd)
    for (const Condition& part : c.parts)
      if (part.kind == Condition::Kind::kFilter && part.attribute == "resource_type" && !part.negated) {
        std::set<std::string> named(part.types.begin(), part.types.end());
        if (filtered) std::erase_if(named, [&](const std::string& t) { return !filtered->contains(t); });
        filtered = std::move(named);
      }
  if (filtered) return *filtered;
  for (const Condition& part : c.parts) out.merge(JudgedTypes(part));
  return out;
}

TypeMeaning MeaningOf(const std::string& type) {
  if (type.find("::") != std::string::npos) return {{"cloudformation"}, type, {}};
  if (type.starts_with("Microsoft.")) return {{"arm", "bicep"}, type, {}};
  if (type.starts_with("tasks.") || type.starts_with("block.")) return {{"ansible"}, type, {}};
  if (type == "permissions" || type == "on") return {{"github_actions"}, "workflow", {}};
  if (type == "jobs" || type == "steps") return {{"github_actions"}, type.substr(0, type.size() - 1), {}};
  const bool upper = !type.empty() && type[0] >= 'A' && type[0] <= 'Z' && type.find_first_of("_.") == std::string::npos;
  if (upper && std::ranges::all_of(type, [](char c) { return c >= 'A' && c <= 'Z'; })) return {{"dockerfile"}, "instruction." + type, {}};
  if (type == "Pod") return {{"kubernetes"}, "workload", "k8s.pods(self)"};
  return {{upper ? "kubernetes" : "terraform"}, type, {}};
}

std::optional<std::string> ExpressionFor(const Condition& condition, const std::string& type) {
  return Writer().Write(condition, type, MeaningOf(type).each.empty() ? "self" : "it", {});
}

std::string LimitFor(const Condition& c, const std::string& type) {
  std::string out;
  if (c.kind == Condition::Kind::kFilter && c.attribute != "resource_type" && (c.types.empty() || c.Speaks(type))) {
    // The kind is the type, also of a pod that another kind runs.
    if (c.attribute == "kind" && IsKubernetes(type)) return (c.value.find(Quoted(type)) == std::string::npos) == c.negated ? "" : "false";
    return std::string(c.negated ? "!" : "") + "satisfies(self, " + Quoted(c.attribute) + ", 'within', " + c.value + ")";
  }
  if (c.kind == Condition::Kind::kAnd)
    for (const Condition& part : c.parts)
      if (const std::string one = LimitFor(part, type); !one.empty()) out += (out.empty() ? "" : " && ") + one;
  return out;
}

}  // namespace weir::policy
