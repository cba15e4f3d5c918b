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
/// every failing one. `built_in` is the library that a team's policies will stand beside, whose ids and aliases are taken; null for the
/// library itself.
ExampleResults RunExamples(const std::vector<policy::SourceFile>& files, const policy::Image* built_in = nullptr);

}  // namespace weir::fix
