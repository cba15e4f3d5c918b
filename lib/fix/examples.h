// The examples of policies, run: `weir policies test`, and the test of the built-in library.
#pragma once

#include <string>
#include <vector>

#include "lib/policy/compile.h"

namespace weir::fix {

struct ExampleResults {
  std::vector<std::string> errors;  // "file:line: …"
  size_t verdicts = 0, blames = 0;  // that were as stated
  size_t fixes_verified = 0, fixes_refused = 0;
};

/// Compiles the policies and judges their examples: the resources of `pass` pass, those of `fail` fail. Fixes are tried on
/// every failing one.
ExampleResults RunExamples(const std::vector<policy::SourceFile>& files);

}  // namespace weir::fix
