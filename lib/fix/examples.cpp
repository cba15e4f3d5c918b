#include "lib/fix/examples.h"

#include <algorithm>
#include <set>

#include "lib/fix/fix.h"
#include "lib/lang/language.h"

namespace weir::fix {

ExampleResults RunExamples(const std::vector<policy::SourceFile>& files) {
  ExampleResults results;
  const policy::Compiled compiled = policy::Compile(files);
  for (const auto& e : compiled.errors) results.errors.push_back(e.ToString());
  if (!results.errors.empty()) return results;
  const auto image = policy::Image::Open(compiled.image, false);
  if (!image.ok()) return results.errors.push_back(image.status().message()), results;
  scan::Options options;
  options.image = &*image;
  options.all_verdicts = true;
  for (const policy::Example& example : policy::Examples(files)) {
    const auto at = example.path + ":" + std::to_string(example.line) + ": ";
    const auto snapshot = git::NewMemorySnapshot({{example.file, example.text}});
    const scan::Report report = scan::ScanTree(*snapshot, "", options);
    Proposer proposer(*snapshot, options);
    std::set<std::string> passed, failed;
    for (const scan::Finding& f : report.findings) {
      if (f.policy == "syntax-error") results.errors.push_back(at + "the example does not parse: " + f.message);
      if (f.policy != example.policy) continue;
      if (f.verdict == scan::Verdict::kFail) failed.insert(f.resource);
      if (f.verdict == scan::Verdict::kPass) passed.insert(f.resource);
      const bool stated = std::ranges::any_of(example.fail, [&](const auto& x) { return x.resource == f.resource; });
      if (f.verdict != scan::Verdict::kFail || !stated || f.rule->fix.length == 0) continue;
      ++(proposer.Propose(f) ? results.fixes_verified : results.fixes_refused);
    }
    for (const std::string& address : example.pass)
      if (failed.contains(address) || !passed.contains(address)) results.errors.push_back(at + example.policy + " does not pass on " + address);
      else ++results.verdicts;
    for (const auto& failure : example.fail)
      if (!failed.contains(failure.resource)) results.errors.push_back(at + example.policy + " does not fail on " + failure.resource);
      else ++results.verdicts;
  }
  return results;
}

}  // namespace weir::fix
