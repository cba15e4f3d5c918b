#include "lib/fix/examples.h"
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

}  // namespace weir::fix
