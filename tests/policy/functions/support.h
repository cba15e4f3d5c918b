// Evaluates one expression of a policy's language, with values of a resource as `self`.
#pragma once

#include "tests/support/test.h"

#include <string>
#include <vector>

#include "lib/policy/functions.h"

namespace weir::policy::test {

/// "true", "false", "unknown", "error", or the name of another type.
struct Bench {
  cel::EvalContext context{PolicyFunctions()};
  cel::Value slots[kSlotCount];

  cel::Value Value(const std::string& expression) {
    cel::CompileError error;
    // Programs live as long as what was read of them.
    programs.push_back(cel::Compile(expression, PolicyEnvironment(), error));
    INFO(expression << ": " << error.message);
    REQUIRE(!programs.back().empty());
    context.steps = 0;
    return cel::Evaluate(programs.back(), slots, context);
  }
  std::string Run(const std::string& expression) {
    const cel::Value v = Value(expression);
    if (v.is(cel::Type::kUnknown)) return "unknown";
    if (v.is(cel::Type::kError)) return "error";
    return v.is_true() ? "true" : v.is_false() ? "false" : std::string(cel::TypeNameOf(v));
  }
  std::vector<std::vector<std::byte>> programs;
};

}  // namespace weir::policy::test
