// Every policy of Terraform, CloudFormation and Kubernetes on resources whose attributes have the wrong type, are null, unknown or empty:
// generated from what the policies read, so that a new one is tested by being there. Dockerfiles and workflows with values of every kind.
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

// "self.a.b" is read as a and a.b; what is read of an element (`it.x`, `r.x`) may stand in any list that a comprehension or `for:` goes through.
Reads ReadsOf(const std::string& rules, bool kubernetes) {
  static const std::regex path_pattern(R"((\bself|\bit|\b[a-z]{1,2})((\.[A-Za-z_0-9]+)+)\b(?!\())"), list_pattern(R"((for: .*?|\b)self((\.[A-Za-z_0-9]+)+?)(\.(exists|exists_one|all|filter|map)\(|"?\n))"), text_pattern("'([A-Za-z0-9._/:-]+)'");
  Reads reads;
  std::set<std::string> elements, lists;
  for (auto at = std::sregex_iterator(rules.begin(), rules.end(), path_pattern); at != std::sregex_iterator(); ++at) {
    const std::string path = (*at)[2].str().substr(1);
    if ((*at)[1] != "self") {
      elements.insert(path);
      continue;
    }
    reads.paths.insert(path);
    reads.paths.insert(path.substr(0, path.find('.')));
  }
  for (auto at = std::sregex_iterator(rules.begin(), rules.end(), list_pattern); at != std::sregex_iterator(); ++at) lists.insert((*at)[2].str().substr(1));
  if (kubernetes && (rules.find("k8s.containers(") != std::string::npos || rules.find("k8s.allContainers(") != std::string::npos)) lists.insert("spec.containers");
  if (kubernetes && rules.find("k8s.pods(") != std::string::npos) lists.insert("spec");
  for (const std::string& list : lists)
    for (const std::string& element : elements) reads.paths.insert(list + "." + element);
  for (auto at = std::sregex_iterator(rules.begin(), rules.end(), text_pattern); at != std::sregex_iterator() && reads.texts.size() < 3; ++at) reads.texts.insert("\"" + (*at)[1].str() + "\"");
  return reads;
}

/// By resource type: each path that a policy reads, and the texts that it is compared with.
using Paths = std::map<std::string, std::map<std::string, std::set<std::string>>>;

// A type that a rule's word names: of a pattern, one that it matches.
std::string Matching(std::string type) {
  if (type == "*") return "acme_thing";
  for (size_t star; (star = type.find('*')) != std::string::npos;) type.replace(star, 1, "thing");
  return type;
}

Paths PathsOfLibrary(std::string_view language) {
  const policy::Image& image = policy::Image::BuiltIn();
  std::map<std::string, std::set<std::string>> types;  // by policy
  for (const policy::RuleRecord& rule : image.rules())
    for (size_t i = 0; i < rule.types.length && image.Text(rule.language) == language; ++i)
      types[std::string(image.Text(image.policies()[rule.policy].id))].insert(Matching(std::string(image.Text(rule.types, i))));
  Paths paths;
  for (const auto& file : std::filesystem::recursive_directory_iterator(std::string(WEIR_SOURCE_DIR) + "/policies")) {
    if (file.path().extension() != ".yaml") continue;
    const std::string text = "\n" + test::ReadFile(file.path());
    for (size_t at = text.find("\nid: "); at != std::string::npos; at = text.find("\nid: ", at + 1)) {
      const size_t rules = text.find("\nrules:", at), examples = text.find("\nexamples:", at);
      const Reads reads = ReadsOf(text.substr(rules, examples - rules), language == "kubernetes");
      for (const std::string& type : types[text.substr(at + 5, text.find('\n', at + 5) - at - 5)])
        for (const std::string& path : reads.paths) paths[type][path].insert(reads.texts.begin(), reads.texts.end());
    }
  }
  return paths;
}

/// How a language writes a resource and the values that an attribute may wrongly have.
struct Writing {
  std::string_view language, file, head, tail, unknown;  // unknown: a value that is known after apply, or a parameter's
  std::vector<std::string> forms;                        // the first is `unknown`, the second is nothing at all
  // The steps of `path` before the last are blocks, or maps. A form "" is an empty block.
  std::string (*resource)(const std::string& type, const std::string& name, std::string path, const std::string& form, bool blocks);
  size_t types, verdicts, differences;                   // how many there are at least: a test of nothing could not fail
};

std::string TerraformResource(const std::string& type, const std::string& name, std::string path, const std::string& form, bool blocks) {
  std::string open, close;
  for (size_t dot; (dot = path.find('.')) != std::string::npos; path.erase(0, dot + 1)) {
    open += path.substr(0, dot) + (blocks ? " {\n" : " = {\n");
    close += "}\n";
  }
  const bool data = type.starts_with("data.");
  std::string header = std::string(data ? "data" : "resource") + " \"" + type.substr(data ? 5 : 0) + "\" \"" + name + "\"";
  if (type == "module" || type == "variable") header = type + " \"" + name + "\"";
  if (type.starts_with("provider.")) header = "provider \"" + type.substr(9) + "\"", open = "alias = \"" + name + "\"\n" + open;
  return header + " {\n" + open + (path.empty() ? "" : path + (form.empty() ? " {}\n" : " = " + form + "\n")) + close + "}\n";
}

// As many blocks of the path's first step as a value that is not known says, each with the form in it.
std::string DynamicResource(const std::string& type, const std::string& name, const std::string& path, const std::string& form) {
  const size_t dot = path.find('.');
  const std::string block = TerraformResource(type, name, path.substr(dot + 1), form, true);
  const size_t open = block.find("{\n") + 2;
  return block.substr(0, open) + "dynamic \"" + path.substr(0, dot) + "\" {\nfor_each = var.u\ncontent {\n" + block.substr(open) + "}\n}\n";
}

std::string CloudFormationResource(const std::string& type, const std::string& name, std::string path, const std::string& form, bool) {
  std::string open, close;
  for (size_t dot; (dot = path.find('.')) != std::string::npos; path.erase(0, dot + 1)) {
    open += "\"" + path.substr(0, dot) + "\": {";
    close += "}";
  }
  return ",\n\"" + name + "\": {\"Type\": \"" + type + "\", \"Properties\": {" + open + (path.empty() ? "" : "\"" + path + "\": " + form) + close + "}}";
}

// Where an object of this kind has its pod.
std::string PodOf(std::string_view kind) {
  if (kind == "Pod") return "spec";
  if (kind == "PodTemplate") return "template.spec";
  return kind == "CronJob" ? "spec.jobTemplate.spec.template.spec" : "spec.template.spec";
}

std::string KubernetesObject(const std::string& type, const std::string& name, std::string path, const std::string& form, bool) {
  if (path == "metadata" || path == "metadata.name" || path == "kind" || path == "apiVersion") path.clear();
  for (const std::string_view pod : {"spec.containers", "spec.host", "spec.security"})
    if (path.starts_with(pod)) path = PodOf(type) + path.substr(4);
  std::string metadata = "\"name\": \"" + name + "\"", open, close;
  const bool about = path.starts_with("metadata.");
  if (about) path.erase(0, 9);
  for (size_t dot; (dot = path.find('.')) != std::string::npos; path.erase(0, dot + 1)) {
    const std::string step = path.substr(0, dot);
    const bool list = step == "containers" || step == "rules" || step == "subjects" || step == "volumes";
    open += "\"" + step + "\": " + (list ? "[{" : "{");
    close.insert(0, list ? "}]" : "}");
  }
  const std::string value = path.empty() ? "" : open + "\"" + path + "\": " + form + close;
  return "---\napiVersion: v1\nkind: " + type + "\nmetadata: {" + metadata + (about ? ", " + value : "") + "}\n" + (about || value.empty() ? "" : value + "\n");
}

const Writing kTerraform = {"terraform", "main.tf", "variable \"u\" {}\n", "", "var.u",
                            {"var.u", "null", "\"x\"", "\"\"", "7", "true", "false", "[]", "[\"x\"]", "[7]", "[null]", "[var.u]", "{}", "{ k = \"v\" }", "[{ k = 7 }]"}, TerraformResource, 80, 30'000, 500};
const Writing kCloudFormation = {"cloudformation", "template.json",
                                 "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Parameters\": {\"U\": {\"Type\": \"String\"}}, \"Resources\": {\n\"Topic\": {\"Type\": \"Acme::Thing::None\"}", "}}",
                                 "{\"Ref\": \"U\"}",
                                 {"{\"Ref\": \"U\"}", "{\"Ref\": \"AWS::NoValue\"}", "\"x\"", "\"\"", "7", "true", "false", "[]", "[\"x\"]", "[null]", "[{\"Ref\": \"U\"}]", "{}", "{\"k\": \"v\"}", "[{\"k\": 7}]"}, CloudFormationResource, 80, 30'000, 500};
// A manifest has no value that is not known.
const Writing kKubernetes = {"kubernetes", "manifest.yaml", "", "", "(none)",
                             {"\"x\"", "null", "7", "true", "[]", "[null]", "{\"k\": \"v\"}"}, KubernetesObject, 20, 10'000, 500};

/// A type's resources, one a form of one path, and what was said of them.
class Generated {
 public:
  Generated(const Writing& writing, const std::string& type, const std::map<std::string, std::set<std::string>>& paths) : writing_(writing), type_(type) {
    Add("", "", true);  // r0 has nothing
    for (const auto& [path, texts] : paths)
      for (const bool blocks : {true, false}) {
        if (!blocks && (path.find('.') == std::string::npos || writing.language != "terraform")) continue;
        // In maps, which are read as blocks are, a few will do.
        for (size_t i = 0; i < (blocks ? writing.forms.size() : 5); ++i) Add(path, writing.forms[i], blocks);
        for (const std::string& text : texts) Add(path, text, blocks);
        if (!blocks || writing.language != "terraform") continue;
        Add(path, "", true);
        if (path.find('.') == std::string::npos || type.starts_with("provider.") || type == "module" || type == "variable") continue;
        dynamic_.emplace_back(made_.size(), made_.size() - 1);
        text_ += DynamicResource(type_, "r" + std::to_string(made_.size()), path, "true");
        made_.push_back({path + " in dynamic blocks", "true"});
      }
    text_ += writing.tail;
  }

  void Judge() {
    Options options = TestOptions();
    options.all_verdicts = true;
    const Report report = TreeOf({{std::string(writing_.file), text_}}, options);
    CHECK(report.incomplete.empty());
    for (const Finding& f : report.findings) {
      if (f.in == nullptr || f.in->type != type_) continue;
      const size_t at = NumberOf(f.in->address);
      Verdict& told = said_.try_emplace(std::string(f.policy), made_.size(), Verdict::kSuppressed).first->second[at];
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
        if (made_[unknown].form != writing_.unknown || (said[unknown] != Verdict::kPass && said[unknown] != Verdict::kFail)) continue;
        for (size_t i = unknown + 1; i < made_.size() && made_[i].where == made_[unknown].where; ++i) {
          if (made_[i].form == writing_.forms[1] || made_[i].form.empty() || said[i] == Verdict::kUnknown || said[i] == said[unknown]) continue;
          INFO(type_ << ": " << policy << " decides on " << made_[i].where << " = " << writing_.unknown << ", and otherwise on " << made_[i].form);
          CHECK(said[i] == said[unknown]);
        }
      }
  }

  // An attribute that is null (or AWS::NoValue) is one that is not written.
  void CheckNull() const {
    for (const auto& [policy, said] : said_)
      for (size_t i = 1; i < made_.size(); ++i) {
        if (made_[i].form != writing_.forms[1] || made_[i].where.find('.') != std::string::npos || said[i] == said[0]) continue;
        INFO(type_ << ": " << policy << " takes " << made_[i].where << " = " << made_[i].form << " for something else than nothing");
        CHECK(said[i] == said[0]);
      }
  }

  // Blocks whose number is not known are judged as one such block, by what stands in it.
  void CheckDynamic() const {
    for (const auto& [policy, said] : said_)
      for (const auto& [dynamic, last] : dynamic_) {
        size_t one = last;
        while (made_[one].form != "true") --one;
        if (said[one] == said[dynamic]) continue;
        INFO(type_ << ": " << policy << " judges " << made_[dynamic].where << " otherwise than one block");
        CHECK(said[one] == said[dynamic]);
      }
  }

  size_t verdicts() const { return verdicts_; }
  /// How often the value of a path decided a verdict: a test in which it never does could not fail.
  size_t differences() const {
    size_t n = 0;
    for (const auto& [policy, said] : said_)
      for (size_t i = 1; i < made_.size(); ++i) n += made_[i].form != writing_.unknown && said[i] != said[0] && said[i] != Verdict::kUnknown;
    return n;
  }

 private:
  struct Made {
    std::string where, form;
  };

  void Add(const std::string& path, const std::string& form, bool blocks) {
    text_ += writing_.resource(type_, "r" + std::to_string(made_.size()), path, form, blocks);
    made_.push_back({path + (blocks ? "" : " in maps"), form});
  }

  // "aws_x.r12", "module.r12", "provider.aws.r12", "AWS::S3::Bucket.r12".
  static size_t NumberOf(std::string_view address) { return std::stoul(std::string(address.substr(address.rfind(".r") + 2))); }

  const Writing& writing_;
  std::string type_, text_ = std::string(writing_.head);
  std::vector<Made> made_;
  std::vector<std::pair<size_t, size_t>> dynamic_;  // a resource with dynamic blocks, and the last of those with plain ones
  std::map<std::string, std::vector<Verdict>> said_;  // by policy: of each resource; kSuppressed: nothing
  size_t verdicts_ = 0;
};

}  // namespace

TEST_CASE("a policy judges attributes of any type, takes null for absent, and decides nothing by what is unknown") {
  for (const Writing* writing : {&kTerraform, &kCloudFormation, &kKubernetes}) {
    const Paths paths = PathsOfLibrary(writing->language);
    INFO(writing->language);
    CHECK(paths.size() > writing->types);
    size_t verdicts = 0, differences = 0;
    for (const auto& [type, reads] : paths) {
      Generated generated(*writing, type, reads);
      generated.Judge();
      generated.CheckUnknown();
      generated.CheckNull();
      generated.CheckDynamic();
      CHECK(generated.verdicts() > 0);
      verdicts += generated.verdicts();
      differences += generated.differences();
    }
    CHECK(verdicts > writing->verdicts);
    CHECK(differences > writing->differences);
  }
}

namespace {

/// What the policies of a language say of these files: every file is judged or told to be wrong, and the scan ends.
void CheckAllJudged(const Files& files, std::string_view language, size_t policies, size_t fails) {
  Options options = TestOptions();
  options.all_verdicts = true;
  const Report report = TreeOf(files, options);
  CHECK(report.incomplete.empty());
  std::set<std::string_view> judged, said;
  size_t failing = 0;
  for (const Finding& f : report.findings) {
    judged.insert(f.file);
    if (f.rule == nullptr) continue;
    CHECK(f.language == language);
    said.insert(f.policy);
    failing += f.verdict == Verdict::kFail;
  }
  CHECK(judged.size() == files.size());
  CHECK(said.size() > policies);
  CHECK(failing > fails);
}

}  // namespace

TEST_CASE("instructions with operands of any form are judged, or told to be wrong") {
  Files files;
  for (const std::string_view instruction : {"FROM", "RUN", "COPY", "ADD", "USER", "EXPOSE", "ENV", "ARG", "HEALTHCHECK", "CMD", "ENTRYPOINT", "WORKDIR", "LABEL", "VOLUME", "SHELL", "STOPSIGNAL", "ONBUILD", "MAINTAINER"})
    for (const std::string_view form : {"", "[]", "[\"\"]", "[7]", "[null]", "[\"x\"", "{}", "{\"k\": 7}", "\"", "'x", "$u", "${u:-}", "${u", "--flag", "--flag= x", "--from=x y z", "x", "x y", "7", "-1", "<<E", "<<E\nx\nE", "\\", "=", "x=", "@", ":", "/:/"})
      (files["d" + std::to_string(files.size()) + "/Dockerfile"] = "FROM alpine:3.20\n") += std::string(instruction) + " " + std::string(form) + "\n";
  CheckAllJudged(files, "dockerfile", 40, 300);
}

TEST_CASE("workflows, jobs and steps with values of any type are judged, or told to be wrong") {
  Files files;
  const auto object = [](const std::map<std::string, std::string>& keys) {
    std::string out;
    for (const auto& [key, value] : keys) out += (out.empty() ? "{\"" : ", \"") + key + "\": " + value;
    return out.empty() ? std::string("{}") : out + "}";
  };
  const std::vector<std::string> of_workflow = {"on", "env", "permissions", "defaults", "concurrency", "jobs", "name"},
                                 of_job = {"runs-on", "permissions", "env", "steps", "container", "services", "strategy", "uses", "with", "secrets", "if", "needs", "outputs", "environment"},
                                 of_step = {"uses", "run", "with", "env", "if", "name", "id", "shell", "working-directory"};
  for (const auto* keys : {&of_workflow, &of_job, &of_step})
    for (const std::string& key : *keys)
      for (const char* form : {"null", "\"x\"", "\"\"", "7", "true", "false", "[]", "[\"x\"]", "[7]", "[null]", "{}", "{\"k\": \"v\"}", "[{\"k\": 7}]", "\"${{ x\"", "\"${{ github.event.issue.title }}\""}) {
        std::map<std::string, std::string> workflow = {{"on", "{\"push\": null}"}}, job = {{"runs-on", "\"ubuntu-24.04\""}}, step = {{"run", "\"make\""}};
        if (keys == &of_step) step[key] = form;
        job["steps"] = "[" + object(step) + "]";
        if (keys == &of_job) job[key] = form;
        workflow["jobs"] = "{\"build\": " + object(job) + "}";
        if (keys == &of_workflow) workflow[key] = form;
        files[".github/workflows/w" + std::to_string(files.size()) + ".yml"] = object(workflow) + "\n";
      }
  CheckAllJudged(files, "github_actions", 25, 300);
}

}  // namespace weir::scan
