#include "lib/fix/examples.h"
#include "lib/fix/fix.h"
#include "tests/support/test.h"

namespace weir::fix {

namespace {
std::vector<policy::SourceFile> Library() {
  std::vector<policy::SourceFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(WEIR_SOURCE_DIR) + "/policies"))
    if (entry.path().extension() == ".yaml") files.push_back({entry.path().string(), test::ReadFile(entry.path())});
  return files;
}
}  // namespace

TEST_CASE("every policy's examples come out as it states, and nearly every fix verifies") {
  const ExampleResults results = RunExamples(Library());
  for (const std::string& error : results.errors) UNSCOPED_INFO(error);
  CHECK(results.errors.empty());
  CHECK(results.verdicts >= 600);
  CHECK(results.fixes_verified >= 220);
  CHECK(results.fixes_refused * 50 <= results.fixes_verified);
}

TEST_CASE("a policy that is wrong names file, line and the nearest right name") {
  const auto errors_of = [](const std::string& text) {
    std::string all;
    for (const auto& e : policy::Compile({{"p.yaml", text}}).errors) all += e.path + ":" + std::to_string(e.line) + ": " + e.message + "\n";
    return all;
  };
  const std::string head = "id: a-b-c\ntitle: t\nseverity: high\ncategory: access\nwhy: w\ndocs: d\nexamples: [{terraform: 'resource \"x\" \"b\" {}', fail: [x.b]}]\nrules:\n";
  CHECK(errors_of(head + "  - terraform: [x]\n    pass: 'self.a == 1'\n").empty());
  CHECK(errors_of(head + "  - terraform: [x]\n    pass: 'cidr.isPublik(self.a)'\n").find("cidr.isPublic") != std::string::npos);
  CHECK(errors_of(head + "  - terraform: [x]\n    pass: 'sef.a == 1'\n").find("p.yaml:10") != std::string::npos);
  CHECK(errors_of(head + "  - terraform: [x]\n    pas: 'true'\n").find("did you mean 'pass'") != std::string::npos);
  CHECK(errors_of("id: a\nsevrity: high\n").find("did you mean 'severity'") != std::string::npos);
  CHECK(errors_of(head + "  - terraform: [x]\n    pass: 'true'\n---\n" + head + "  - terraform: [x]\n    pass: 'true'\n").find("claimed already") != std::string::npos);
}

TEST_CASE("a rule's own aliases stand in its findings in place of the policy's, and a suppression may name them") {
  const std::string text =
      "id: a-b-c\ntitle: t\nseverity: high\ncategory: access\naliases: [X_1]\nwhy: w\ndocs: d\n"
      "rules:\n  - terraform: [x]\n    pass: 'self.a == 1'\n    aliases: [X_2, X_3]\n  - terraform: [y]\n    pass: 'self.a == 1'\n"
      "examples: [{terraform: 'resource \"x\" \"b\" {}', fail: {x.b: a}}]\n";
  const policy::Compiled compiled = policy::Compile({{"p.yaml", text}});
  REQUIRE(compiled.errors.empty());
  const auto image = policy::Image::Open(compiled.image, false);
  REQUIRE(image.ok());
  scan::Options options;
  options.image = &*image;
  options.all_verdicts = true;
  const auto snapshot = git::NewMemorySnapshot(
      {{"main.tf", "resource \"x\" \"one\" {}\n\nresource \"y\" \"two\" {}\n\nresource \"x\" \"three\" {\n  # checkov:skip=X_3:known\n}\n\nresource \"x\" \"four\" {\n  # checkov:skip=X_1:of the policy\n}\n"}});
  std::string found;
  for (const scan::Finding& f : scan::ScanTree(*snapshot, "", options).findings)
    if (f.policy == "a-b-c") {
      (found += f.resource) += f.verdict == scan::Verdict::kSuppressed ? " suppressed" : " fails";
      for (const std::string_view alias : scan::AliasesOf(f)) (found += " ") += alias;
      found += "\n";
    }
  CHECK(found == "x.one fails X_2 X_3\ny.two fails X_1\nx.three suppressed X_2 X_3\nx.four fails X_2 X_3\n");
}

TEST_CASE("an alias that means some types of a rule only stands in the findings on those") {
  const auto text = [](const std::string& aliases) {
    return "id: a-b-c\ntitle: t\nseverity: high\ncategory: access\naliases: [X_1]\nwhy: w\ndocs: d\n"
           "rules:\n  - terraform: [x, y]\n    pass: 'self.a == 1'\n    aliases: " + aliases + "\n"
           "examples: [{terraform: 'resource \"x\" \"b\" {}', fail: {x.b: a}}]\n";
  };
  const policy::Compiled compiled = policy::Compile({{"p.yaml", text("[{X_1: [y]}, X_2]")}});
  REQUIRE(compiled.errors.empty());
  const auto image = policy::Image::Open(compiled.image, false);
  REQUIRE(image.ok());
  scan::Options options;
  options.image = &*image;
  const auto snapshot = git::NewMemorySnapshot({{"main.tf", "resource \"x\" \"one\" {}\n\nresource \"y\" \"two\" {}\n"}});
  std::string found;
  for (const scan::Finding& f : scan::ScanTree(*snapshot, "", options).findings) {
    found += f.resource;
    for (const std::string_view alias : scan::AliasesOf(f)) (found += " ") += alias;
    found += "\n";
  }
  CHECK(found == "x.one X_2\ny.two X_1 X_2\n");
  CHECK(policy::Compile({{"p.yaml", text("[{X_1: []}]")}}).errors.empty());
  for (const auto& [aliases, message] : {std::pair{"[{X_1: [z]}]", "'z' is no type of this rule"}, {"[{X_1: x}]", "has a list of them"}}) {
    INFO(aliases);
    const auto errors = policy::Compile({{"p.yaml", text(aliases)}}).errors;
    CHECK((errors.size() == 1 && errors[0].message.find(message) != std::string::npos));
  }
}

}  // namespace weir::fix
