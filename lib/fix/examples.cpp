#include "lib/fix/examples.h"

#include <algorithm>
#include <map>
#include <set>

#include "lib/fix/fix.h"
#include "lib/lang/language.h"

namespace weir::fix {
namespace {

using policy::Example;
using scan::Finding;
using scan::Verdict;

// Whether a stated path names the blamed one. An index may be left out: "ingress.cidr_blocks" and "ingress[0].cidr_blocks" both
// name "ingress[0].cidr_blocks[1]"; one that is stated must be right.
bool Names(std::string_view stated, std::string_view blamed) {
  while (true) {
    const size_t same = size_t(std::ranges::mismatch(stated, blamed).in1 - stated.begin());
    stated.remove_prefix(same);
    blamed.remove_prefix(same);
    if (blamed.size() < 2 || blamed[0] != '[' || blamed[1] < '0' || blamed[1] > '9') return stated.empty() && blamed.empty();
    const size_t end = blamed.find(']');
    if (end == std::string_view::npos) return false;
    blamed.remove_prefix(end + 1);
  }
}

std::string Joined(const std::vector<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths) (out += out.empty() ? "" : ", ") += path.empty() ? "\"\"" : path;
  return out;
}

class Examples {
 public:
  Examples(const policy::Image& image, ExampleResults& results) : image_(image), results_(results) {
    options_.image = &image;
    options_.all_verdicts = true;
  }

  void Run(const Example& example) {
    const auto snapshot = git::NewMemorySnapshot({{example.file, example.text}});
    const scan::Report report = scan::ScanTree(*snapshot, "", options_);
    Proposer proposer(*snapshot, options_);
    verdicts_.clear();
    for (const Finding& f : report.findings) {
      if (f.policy == "syntax-error") Error(example, example.line, example.column, "the example does not parse: " + std::string(f.message));
      if (f.policy == example.policy) verdicts_[std::string(f.resource)].push_back(&f);
    }
    for (const auto& s : example.pass) Judge(example, s, Verdict::kPass, "pass");
    for (const auto& s : example.unknown) Judge(example, s, Verdict::kUnknown, "stay unknown");
    for (const auto& s : example.fail)
      if (Judge(example, s, Verdict::kFail, "fail")) {
        Blame(example, s);
        Fixes(example, s, proposer);
      }
    for (const auto& s : example.refused)
      if (std::ranges::find(example.fail, s.resource, &Example::Statement::resource) == example.fail.end())
        Error(example, s.line, s.column, "'refused' speaks of " + s.resource + ", which 'fail' does not name");
  }

  // Every rule is shown to fail, and to pass where it or another rule of its policy for the language can: one that speaks only of what
  // is wrong, for a fix of its own, cannot, and one that is `false` finds all that it speaks of wrong.
  void Unshown(const std::vector<policy::RulePlace>& rules) {
    const auto policy_of = [&](size_t rule) { return image_.rules()[rule].policy; };
    const auto language_of = [&](size_t rule) { return image_.Text(image_.rules()[rule].language); };
    const auto missing = [&](size_t rule, const char* what) {
      results_.errors.push_back(
          policy::CompileError{rules[rule].path, rules[rule].line, rules[rule].column,
                               std::string(what) + " example of " + std::string(image_.Text(image_.policies()[policy_of(rule)].id)) + " speaks of what this rule speaks of"}
              .ToString());
    };
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!rules[i].with_examples) continue;
      if (!shown_.contains({i, Verdict::kFail})) missing(i, "no failing");
      const bool passes = std::ranges::any_of(shown_, [&](const auto& s) {
        return s.second == Verdict::kPass && policy_of(s.first) == policy_of(i) && language_of(s.first) == language_of(i);
      });
      if (!passes && image_.Text(image_.rules()[i].pass_text) != "false") missing(i, "no passing");
    }
  }

 private:
  void Error(const Example& example, int line, int column, std::string message) {
    results_.errors.push_back(policy::CompileError{example.path, line, column, std::move(message)}.ToString());
  }

  // Whether the policy's verdict on the resource is `wanted`; a failure outweighs a pass of another rule.
  bool Judge(const Example& example, const Example::Statement& s, Verdict wanted, const char* verb) {
    const auto& found = verdicts_[s.resource];
    const auto is = [](Verdict v) { return [v](const Finding* f) { return f->verdict == v; }; };
    const bool right = std::ranges::any_of(found, is(wanted)) && (wanted != Verdict::kPass || std::ranges::none_of(found, is(Verdict::kFail)));
    if (!right) return Error(example, s.line, s.column, example.policy + " does not " + verb + " on " + s.resource), false;
    ++results_.verdicts;
    for (const Finding* f : found)
      if (f->verdict == wanted) shown_.insert({size_t(f->rule - image_.rules().data()), wanted});
    return true;
  }

  void Blame(const Example& example, const Example::Statement& s) {
    if (s.stated.empty()) return;
    std::vector<std::string> blamed;
    for (const Finding* f : verdicts_[s.resource])
      if (f->verdict == Verdict::kFail) {
        if (f->blame.empty()) blamed.emplace_back();
        blamed.insert(blamed.end(), f->blame.begin(), f->blame.end());
      }
    const bool all = std::ranges::all_of(s.stated, [&](const auto& path) { return std::ranges::any_of(blamed, [&](const auto& b) { return Names(path, b); }); });
    const bool only = std::ranges::all_of(blamed, [&](const auto& b) { return std::ranges::any_of(s.stated, [&](const auto& path) { return Names(path, b); }); });
    // What is blamed first is what the finding underlines.
    if (all && only && Names(s.stated.front(), blamed.front())) ++results_.blames;
    else Error(example, s.line, s.column, example.policy + " blames " + Joined(blamed) + " on " + s.resource + ", not " + Joined(s.stated));
  }

  void Fixes(const Example& example, const Example::Statement& s, Proposer& proposer) {
    const auto refused = std::ranges::find(example.refused, s.resource, &Example::Statement::resource);
    for (const Finding* f : verdicts_[s.resource]) {
      if (f->verdict != Verdict::kFail || f->rule->fix.length == 0) continue;
      std::string why;
      const bool verified = proposer.Propose(*f, &why).has_value();
      ++(verified ? results_.fixes_verified : results_.fixes_refused);
      if (refused == example.refused.end()) {
        if (!verified) Error(example, s.line, s.column, "the fix of " + example.policy + " on " + s.resource + " does not verify: " + why);
      } else if (verified) {
        if (!BringsAnAbsentPolicy(*refused)) Error(example, refused->line, refused->column, "the fix of " + example.policy + " on " + s.resource + " verifies, and is stated to be refused");
      } else if (refused->stated.empty() || refused->stated.front() != why) {
        Error(example, refused->line, refused->column, "the fix of " + example.policy + " on " + s.resource + " is refused because " + why);
      }
    }
  }

  // A fix that is refused because of what another policy says verifies where that one is not among the files.
  bool BringsAnAbsentPolicy(const Example::Statement& refused) const {
    constexpr std::string_view kBrings = "it would bring ";
    const std::string_view why = refused.stated.empty() ? std::string_view() : std::string_view(refused.stated.front());
    if (!why.starts_with(kBrings)) return false;
    const std::string_view rest = why.substr(kBrings.size());
    return image_.Find(rest.substr(0, rest.find(' '))) == nullptr;
  }

  const policy::Image& image_;
  ExampleResults& results_;
  scan::Options options_;
  std::map<std::string, std::vector<const Finding*>, std::less<>> verdicts_;  // of the example's policy, by resource
  std::set<std::pair<size_t, Verdict>> shown_;                               // rule, and what an example of it states
};

}  // namespace

ExampleResults RunExamples(const std::vector<policy::SourceFile>& files, const policy::Image* built_in) {
  ExampleResults results;
  const policy::Compiled compiled = policy::Compile(files, {.built_in = built_in});
  for (const auto& e : compiled.errors) results.errors.push_back(e.ToString());
  if (!results.errors.empty()) return results;
  const auto image = policy::Image::Open(compiled.image, false);
  if (!image.ok()) return results.errors.push_back(image.status().message()), results;
  Examples examples(*image, results);
  for (const Example& example : policy::Examples(files)) examples.Run(example);
  examples.Unshown(compiled.rules);
  return results;
}

}  // namespace weir::fix
