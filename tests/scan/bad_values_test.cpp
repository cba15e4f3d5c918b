// Every Terraform policy on resources whose attributes have the wrong type, are null, unknown or empty: generated from what the policies
// read, so that a new one is tested by being there.
#include <algorithm>
#include <regex>
#include <set>

#include "tests/scan/support.h"

namespace weir::scan {
namespace {

/// What the rules of a policy read, and the texts that they compare it with.
struct Reads {
  std::set<std::string> paths, texts;
};

// "self.a.b" is read as a and a.b; what is read of an element (`it.x`, `r.x`) may stand in any list or block.
Reads ReadsOf(const std::string& rules) {
  static const std::regex path_pattern(R"((\bself|\bit|\b[a-z]{1,2})((\.[a-z_0-9]+)+)\b(?!\())"), text_pattern("'([A-Za-z0-9._/:-]+)'");
  Reads reads;
  std::set<std::string> elements, lists;
  for (auto at = std::sregex_iterator(rules.begin(), rules.end(), path_pattern); at != std::sregex_iterator(); ++at) {
    const std::string path = (*at)[2].str().substr(1);
    if ((*at)[1] != "self") {
      elements.insert(path);
      continue;
    }
    reads.paths.insert(path);
    lists.insert(path.substr(0, path.find('.')));
  }
  for (const std::string& list : lists) {
    reads.paths.insert(list);
    for (const std::string& element : elements) reads.paths.insert(list + "." + element);
  }
  for (auto at = std::sregex_iterator(rules.begin(), rules.end(), text_pattern); at != std::sregex_iterator() && reads.texts.size() < 3; ++at) reads.texts.insert("\"" + (*at)[1].str() + "\"");
  return reads;
}

/// By resource type: each path that a policy reads, and the texts that it is compared with.
using Paths = std::map<std::string, std::map<std::string, std::set<std::string>>>;

Paths PathsOfLibrary() {
  const policy::Image& image = policy::Image::BuiltIn();
  std::map<std::string, std::set<std::string>> types;  // by policy
  for (const policy::RuleRecord& rule : image.rules())
    for (size_t i = 0; i < rule.types.length && image.Text(rule.language) == "terraform"; ++i) {
      const std::string type(image.Text(rule.types, i));
      if (type.find_first_of("*.") == std::string::npos && type.find('_') != std::string::npos) types[std::string(image.Text(image.policies()[rule.policy].id))].insert(type);
    }
  Paths paths;
  for (const auto& file : std::filesystem::recursive_directory_iterator(std::string(WEIR_SOURCE_DIR) + "/policies")) {
    if (file.path().extension() != ".yaml") continue;
    const std::string text = "\n" + test::ReadFile(file.path());
    for (size_t at = text.find("\nid: "); at != std::string::npos; at = text.find("\nid: ", at + 1)) {
      const size_t rules = text.find("\nrules:", at), examples = text.find("\nexamples:", at);
      const Reads reads = ReadsOf(text.substr(rules, examples - rules));
      for (const std::string& type : types[text.substr(at + 5, text.find('\n', at + 5) - at - 5)])
        for (const std::string& path : reads.paths) paths[type][path].insert(reads.texts.begin(), reads.texts.end());
    }
  }
  return paths;
}

constexpr const char* kUnknown = "var.u";
constexpr const char* kForms[] = {kUnknown, "null", "\"x\"", "\"\"", "7", "true", "false", "[]", "[\"x\"]", "[7]", "[null]", "[var.u]", "{}", "{ k = \"v\" }", "[{ k = 7 }]"};

// A resource in which `path` has the form, its steps before the last being blocks or maps. A form is an expression, or "" for a block
// that is empty.
std::string Resource(const std::string& type, const std::string& name, std::string path, const std::string& form, bool blocks) {
  std::string open, close;
  for (size_t dot; (dot = path.find('.')) != std::string::npos; path.erase(0, dot + 1)) {
    open += path.substr(0, dot) + (blocks ? " {\n" : " = {\n");
    close += "}\n";
  }
  return "resource \"" + type + "\" \"" + name + "\" {\n" + open + (path.empty() ? "" : path + (form.empty() ? " {}\n" : " = " + form + "\n")) + close + "}\n";
}

/// A type's resources, one a form of one path, and what was said of them.
class Generated {
 public:
  Generated(const std::string& type, const std::map<std::string, std::set<std::string>>& paths) : type_(type) {
    for (const auto& [path, texts] : paths)
      for (const bool blocks : {true, false}) {
        const bool nested = path.find('.') != std::string::npos;
        if (!blocks && !nested) continue;
        for (const char* form : kForms) Add(path, form, blocks);
        for (const std::string& text : texts) Add(path, text, blocks);
        if (blocks) Add(path, "", true);
      }
  }

  void Judge() {
    Options options = TestOptions();
    options.all_verdicts = true;
    const Report report = TreeOf({{"main.tf", text_}}, options);
    CHECK(report.incomplete.empty());
    for (const Finding& f : report.findings) {
      if (f.in == nullptr || f.in->type != type_) continue;
      const size_t at = std::stoul(std::string(f.in->name.substr(1)));
      Verdict& told = said_.try_emplace(f.policy, made_.size(), Verdict::kSuppressed).first->second[at];
      // Several blocks may be judged one by one: the worst counts.
      if (told != Verdict::kFail && (told != Verdict::kUnknown || f.verdict == Verdict::kFail)) told = f.verdict;
      ++verdicts_;
    }
  }

  // What is decided although a value is unknown must be so whatever the value is. (Null is no value: a policy may ask whether one is there.
  // A secret that comes from elsewhere is told where it is written, so whoever only refers to it passes.)
  void CheckUnknown() const {
    for (const auto& [policy, said] : said_)
      for (size_t unknown = policy == "general-secret-in-configuration" ? made_.size() : 0; unknown < made_.size(); ++unknown) {
        if (made_[unknown].form != kUnknown || (said[unknown] != Verdict::kPass && said[unknown] != Verdict::kFail)) continue;
        for (size_t i = unknown + 1; i < made_.size() && made_[i].where == made_[unknown].where; ++i) {
          if (made_[i].form == "null" || made_[i].form.empty() || said[i] == Verdict::kUnknown) continue;
          INFO(type_ << ": " << policy << " decides on " << made_[i].where << " = " << kUnknown << ", and otherwise on " << made_[i].form);
          CHECK(said[i] == said[unknown]);
        }
      }
  }

  // Terraform takes an attribute that is null for one that is not written.
  void CheckNull() const {
    for (const auto& [policy, said] : said_)
      for (size_t i = 1; i < made_.size(); ++i) {
        if (made_[i].form != "null" || made_[i].where.find('.') != std::string::npos) continue;
        INFO(type_ << ": " << policy << " takes " << made_[i].where << " = null for something else than nothing");
        CHECK(said[i] == said[0]);
      }
  }

  size_t verdicts() const { return verdicts_; }
  /// How often the value of a path decided a verdict: a test in which it never does could not fail.
  size_t differences() const {
    size_t n = 0;
    for (const auto& [policy, said] : said_)
      for (size_t i = 1; i < made_.size(); ++i) n += made_[i].form != kUnknown && said[i] != said[0] && said[i] != Verdict::kUnknown;
    return n;
  }

 private:
  struct Made {
    std::string where, form;
  };

  void Add(const std::string& path, const std::string& form, bool blocks) {
    text_ += Resource(type_, "r" + std::to_string(made_.size()), path, form, blocks);
    made_.push_back({path + (blocks ? "" : " in maps"), form});
  }

  std::string type_, text_ = "variable \"u\" {}\n" + Resource(type_, "r0", "", "", true);
  std::vector<Made> made_ = {{"", ""}};  // r0 has nothing
  std::map<std::string, std::vector<Verdict>> said_;  // by policy: of each resource; kSuppressed: nothing
  size_t verdicts_ = 0;
};

}  // namespace

TEST_CASE("a policy judges attributes of any type, takes null for absent, and decides nothing by what is unknown") {
  const Paths paths = PathsOfLibrary();
  REQUIRE(paths.size() > 300);
  size_t verdicts = 0, differences = 0;
  for (const auto& [type, reads] : paths) {
    Generated generated(type, reads);
    generated.Judge();
    generated.CheckUnknown();
    generated.CheckNull();
    verdicts += generated.verdicts();
    differences += generated.differences();
  }
  CHECK(verdicts > 100'000);
  CHECK(differences > 2'000);
}

}  // namespace weir::scan
