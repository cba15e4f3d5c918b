#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <set>

#include "lib/base/text.h"
#include "lib/fix/fix.h"
#include "lib/fix/line_diff.h"
#include "lib/policy/compile.h"
#include "lib/report/listing.h"
#include "lib/report/report.h"

namespace weir::report {
namespace {

using scan::Finding;
using scan::Verdict;

class Page {
 public:
  Page(const policy::Image& image, const policy::PolicyRecord& policy, const TextOptions& options) : image_(image), policy_(policy), options_(options), id_(image.Text(policy.id)) {}

  std::string Explain() {
    Head();
    Section("why");
    out_ += Wrapped(image_.Text(policy_.why), options_.width, 2);
    Section("what passes");
    Rules(false);
    ForExamples();
    Suppression();
    Tail();
    return std::move(out_);
  }

  std::string Show() {
    Head();
    Section("why");
    out_ += Wrapped(image_.Text(policy_.why), options_.width, 2);
    Section("rules");
    Rules(true);
    Section("examples");
    for (const policy::Example& example : Examples()) Written(example);
    Tail();
    return std::move(out_);
  }

 private:
  std::string Color(const char* code, std::string_view text) const {
    return options_.color ? "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m" : std::string(text);
  }
  void Section(std::string_view name) {
    std::string upper(name);
    for (char& c : upper)
      if (c >= 'a' && c <= 'z') c = char(c - 'a' + 'A');
    out_ += "\n" + Color("1", upper) + "\n";
  }

  void Head() {
    const char* color = policy_.severity == policy::Severity::kCritical ? "1;31" : policy_.severity == policy::Severity::kHigh ? "31" : policy_.severity == policy::Severity::kMedium ? "33" : "36";
    out_ += Color("1", id_) + "  " + Color(color, policy::SeverityName(policy_.severity)) + "  " + TerminalSafe(image_.Text(policy_.category)) + "\n";
    out_ += Wrapped(image_.Text(policy_.title), options_.width, 2);
  }

  void Rules(bool whole) {
    for (const uint32_t r : image_.Array<uint32_t>(policy_.rules)) {
      const policy::RuleRecord& rule = image_.rules()[r];
      std::string types;
      for (size_t i = 0; i < rule.types.length; ++i) (types += i > 0 ? ", " : "") += image_.Text(rule.types, i);
      out_ += "  " + std::string(LanguageTitle(image_.Text(rule.language))) + "\n" + Wrapped(types, options_.width, 4);
      for (const auto& [key, text] : {std::pair("when: ", rule.when_text), std::pair("for: ", rule.each_text), std::pair("pass: ", rule.pass_text)})
        if (text.length != 0) out_ += Wrapped(key + std::string(image_.Text(text)), options_.width, 4);
      if (whole && rule.fix.length != 0) Edits(image_.Text(rule.fix));
    }
  }

  std::vector<policy::Example> Examples() const {
    std::string text = "id: " + id_ + "\nexamples:\n";
    ForEachLine(image_.Examples(policy_), [&](std::string_view line) { text += "  " + std::string(line) + "\n"; });
    return policy::Examples({{"", text}});
  }

  void Written(const policy::Example& example) {
    out_ += "  " + TerminalSafe(example.file) + "\n";
    ForEachLine(example.text, [&](std::string_view line) { out_ += line.empty() ? "\n" : "    " + TerminalSafe(line, 2) + "\n"; });
    for (const auto& statement : example.pass) out_ += Wrapped("passes: " + statement.resource, options_.width, 2);
    for (const auto& failure : example.fail) {
      std::string blame;
      for (const std::string& path : failure.stated) blame += (blame.empty() ? " by " : ", ") + (path.empty() ? "what is missing beside it" : path);
      out_ += Wrapped("fails:  " + failure.resource + blame, options_.width, 2);
    }
  }

  // `set acl: "private"`, one line an edit.
  void Edits(std::string_view json) {
    rapidjson::Document fix;
    fix.Parse(json.data(), json.size());
    if (fix.HasParseError() || !fix.IsObject() || !fix.HasMember("edits")) return;
    for (const auto& edit : fix["edits"].GetArray()) {
      std::string line = "fix: " + std::string(edit.HasMember("op") ? edit["op"].GetString() : "");
      if (edit.HasMember("path")) line += std::string(" ") + edit["path"].GetString();
      if (edit.HasMember("value")) {
        rapidjson::StringBuffer buffer;
        rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
        edit["value"].Accept(writer);
        line += ": " + std::string(buffer.GetString(), buffer.GetSize());
      }
      out_ += Wrapped(line, options_.width, 4);
    }
    if (fix.HasMember("suggest") && fix["suggest"].IsTrue())
      out_ += Wrapped("a person decides: " + std::string(fix.HasMember("reason") ? fix["reason"].GetString() : ""), options_.width, 4);
  }

  // One failing resource with what is wrong with it and how it is mended, and one that passes, in each language.
  void ForExamples() {
    std::set<std::string> fails, passes, fixes;
    std::string bad, good, mended;
    for (const policy::Example& example : Examples()) {
      const auto snapshot = git::NewMemorySnapshot({{example.file, example.text}});
      scan::Options options;
      options.image = &image_;
      options.all_verdicts = true;
      const scan::Report report = scan::ScanTree(*snapshot, "", options);
      for (const Finding& f : report.findings) {
        if (f.policy != id_ || f.in == nullptr || !f.block.valid()) continue;
        if (f.verdict == Verdict::kPass && std::ranges::find(example.pass, f.resource, &policy::Example::Statement::resource) != example.pass.end() && passes.insert(example.language).second) good += Block(f, false);
        if (f.verdict != Verdict::kFail) continue;
        if (fails.insert(example.language).second) bad += Block(f, true);
        if (fixes.contains(example.language)) continue;
        if (const auto fix = fix::Propose(f, *snapshot, options)) {
          fixes.insert(example.language);
          mended += Mended(*fix, example);
        }
      }
    }
    if (!bad.empty()) Section("fails"), out_ += bad;
    if (!good.empty()) Section("passes"), out_ += good;
    if (!mended.empty()) Section("fix"), out_ += mended;
  }

  // The block of a finding; the lines that it blames are marked.
  std::string Block(const Finding& f, bool marked) const {
    std::string out;
    const SourceMap& sources = f.evaluation->sources;
    uint32_t number = f.block_start.line;
    const bool here = f.span.valid() && f.span.file == f.block.file && f.span != f.block;
    ForEachLine(sources.text(f.block), [&](std::string_view line) {
      const bool blamed = marked && here && number >= f.start.line && number <= f.end.line;
      const std::string text = TerminalSafe(line, 2);
      out += blamed ? Color("31", "> " + text) : line.empty() ? "" : "  " + text;
      out += "\n";
      ++number;
    });
    return out;
  }

  std::string Mended(const fix::Fix& fix, const policy::Example& example) const {
    std::string out = fix.safe ? "" : Wrapped("For a person to decide: " + (fix.reason.empty() ? "choose the value" : fix.reason) + ".", options_.width, 2);
    const auto after = fix::Apply(example.text, example.file, fix.edits);
    if (!after) return out;
    const auto a = fix::Lines(example.text), b = fix::Lines(*after);
    const auto show = [&](std::string_view line, char sign, const char* color) {
      while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty()) out += "  " + Color(color, std::string(1, sign) + " " + TerminalSafe(line, 2)) + "\n";
    };
    for (const fix::Hunk& h : fix::Diff(a, b)) {
      for (size_t i = 0; i < h.a_count; ++i) show(a[h.a + i], '-', "31");
      for (size_t i = 0; i < h.b_count; ++i) show(b[h.b + i], '+', "32");
    }
    return out;
  }

  void Suppression() {
    Section("accept");
    out_ += "  # weir:ignore " + id_ + " <reason>\n";
    out_ += Wrapped("on the line or block, or above it; until=2027-01-31 ends it", options_.width, 6);
    out_ += "  weir waive " + id_ + " --until <date> --reason <reason>\n";
    out_ += Wrapped("for whole paths or resources, with an owner, in .weir.yaml", options_.width, 6);
    out_ += "  policies: {" + id_ + ": off}\n";
    out_ += Wrapped("in .weir.yaml, or another severity in place of off", options_.width, 6);
  }

  void Tail() {
    if (policy_.aliases.length > 0) {
      Section("also known as");
      std::string aliases;
      for (size_t i = 0; i < policy_.aliases.length; ++i) (aliases += i > 0 ? ", " : "") += image_.Text(policy_.aliases, i);
      out_ += Wrapped(aliases, options_.width, 2);
    }
    if (policy_.compliance.length > 0) {
      Section("compliance");
      std::vector<std::vector<std::string>> rows;
      for (size_t i = 0; i + 1 < policy_.compliance.length; i += 2) {
        const std::string framework(image_.Text(policy_.compliance, i)), control(image_.Text(policy_.compliance, i + 1));
        if (!rows.empty() && rows.back()[0] == "  " + framework) rows.back()[1] += ", " + control;
        else rows.push_back({"  " + framework, control});
      }
      out_ += Table(rows, options_.width);
    }
    Section("more");
    out_ += "  " + TerminalSafe(image_.Text(policy_.docs)) + "\n";
  }

  const policy::Image& image_;
  const policy::PolicyRecord& policy_;
  const TextOptions& options_;
  const std::string id_;
  std::string out_;
};

}  // namespace

std::string Explain(const policy::Image& image, const policy::PolicyRecord& policy, const TextOptions& options) { return Page(image, policy, options).Explain(); }

std::string ExplainOwn(std::string_view id, const TextOptions& options) {
  struct Own {
    std::string_view id, severity, title, text;
  };
  static constexpr Own kOwn[] = {
      {"syntax-error", "high", "A file cannot be read by its format's grammar",
       "What cannot be read cannot be judged, and what would deploy it will refuse it or take it for something else. The finding names the first place that does not fit. The rest of "
       "the file, and all other files, are judged all the same. A file that is a template for another tool belongs under exclude: in .weir.yaml."},
      {"evaluation-error", "low", "An expression has no value",
       "The tool that deploys the file would stop here: a name that is not declared, a function with wrong arguments, a module that is not there. What depends on the value is unknown, and "
       "policies that need it say nothing."},
      {"not-read", "low", "What another tool makes of these files is not judged",
       "A chart's templates are rendered by Helm, a kustomization is built by Kustomize, and other templates are filled in before they are manifests. weir says so once for each chart, "
       "kustomization and folder, and judges the files beside them as they are written. To judge the rest, let the tool write what it makes to a file and scan that: helm template, "
       "kustomize build."},
      {"waiver-expired", "medium", "A waiver has ended",
       "Somebody accepted findings until a day that is over. Its findings count again. Renew it with a new day and reason, or mend what it covered and take it out of .weir.yaml."},
  };
  for (const Own& own : kOwn) {
    if (own.id != id) continue;
    const auto bold = [&](std::string_view text) { return options.color ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text); };
    std::string out = bold(own.id) + "  " + std::string(own.severity) + "\n" + Wrapped(own.title, options.width, 2) + "\n" + bold("WHY") + "\n" + Wrapped(own.text, options.width, 2);
    out += "\n" + bold("ACCEPT") + "\n  # weir:ignore " + std::string(own.id) + " <reason>\n" + Wrapped("by this name: patterns do not reach it", options.width, 6);
    return out;
  }
  return {};
}

std::string ShowPolicy(const policy::Image& image, const policy::PolicyRecord& policy, const TextOptions& options) { return Page(image, policy, options).Show(); }

}  // namespace weir::report
