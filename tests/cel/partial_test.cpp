// Texts of which only the beginning is known.
#include "tests/cel/support.h"

namespace weir::cel {
namespace {

TEST_CASE("a text that is known at its beginning is unequal to what begins otherwise") {
  struct Case {
    const char* expression;
    const char* result;
  };
  static constexpr Case kCases[] = {
      {"self.p == '*'", "false"},
      {"self.p != '*'", "true"},
      {"'*' == self.p", "false"},
      {"self.p == 'arn:aws:s3:::b'", "unknown"},
      {"self.p == 'arn:aws'", "false"},
      {"'*' in [self.p, 'x']", "false"},
      {"'*' in [self.p, '*']", "true"},
      {"self.p in ['*', 'x']", "false"},
      {"self.p in ['*', 'arn:aws:s3:::b']", "unknown"},
      {"self.p.startsWith('arn:')", "true"},
      {"self.p.startsWith('http')", "false"},
      {"self.p.startsWith('arn:aws:s3:::bucket')", "unknown"},
      {"self.p.contains('aws')", "true"},
      {"self.p.contains('bucket')", "unknown"},
      {"self.p.endsWith('*')", "unknown"},
      {"self.p == self.q", "false"},
      {"self.p == self.p", "unknown"},
      {"self.p < '*'", "unknown"},
      {"self.u == '*'", "unknown"},
      {"self.p == (1 / 0)", "blocked"},
  };
  test::Maker maker;
  const auto partial = [&](std::string_view prefix) {
    weir::Value* v = NewUnknown(maker.arena);
    v->flags |= weir::Value::kPartial;
    v->text = prefix;
    return v;
  };
  const FunctionTable functions;
  const Environment environment{{"self"}, &functions};
  const Value slots[] = {Value::FromModel(maker.Body({test::E("p", partial("arn:aws:s3:::")), test::E("q", partial("https://")), test::E("u", maker.Unknown())}))};
  EvalContext context(functions);
  for (const Case& c : kCases) {
    CompileError error;
    const auto program = Compile(c.expression, environment, error);
    INFO(c.expression << " " << error.message);
    REQUIRE(!program.empty());
    const Value v = Evaluate(program, slots, context);
    const std::string result = std::string(c.result) == "blocked" && v.is_failure() ? "blocked" : v.is(Type::kUnknown) ? "unknown" : v.is_true() ? "true" : "false";
    CHECK(result == c.result);
  }
}

}  // namespace
}  // namespace weir::cel
