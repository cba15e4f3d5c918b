#include <algorithm>
#include <cstdio>
#include <iterator>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/fix/examples.h"

namespace weir::hooks {

int TestPolicies(const std::vector<std::string>& files) {
  std::vector<policy::SourceFile> sources;
  bool library = false;
  for (const std::string& path : files) {
    library |= policy::IsLibrarySource(path);
    auto read = policy::ReadPolicyPath(path);
    if (!read.ok()) return Fail(read.status());
    std::ranges::move(*read, std::back_inserter(sources));
  }
  const fix::ExampleResults results = fix::RunExamples(sources, library ? nullptr : &policy::Image::BuiltIn());
  for (const std::string& error : results.errors) std::fprintf(stderr, "%s\n", error.c_str());
  std::printf("%zu verdicts as stated, %zu fixes verified, %zu fixes refused, %zu error%s\n", results.verdicts, results.fixes_verified, results.fixes_refused,
              results.errors.size(), results.errors.size() == 1 ? "" : "s");
  return results.errors.empty() ? 0 : 2;
}

}  // namespace weir::hooks
