// What is decided of texts and maps that are known in part.
#include <span>

#include "tests/cel/support.h"

namespace weir::cel {
namespace {

struct Case {
  const char* expression;
  const char* result;  // "true", "false", "unknown", "error", or "blocked": unknown or an error, because an operand is
};

// Evaluates all with `self` alone; `check`: as policies are checked before.
void CheckAll(std::span<const Case> cases, const weir::Value* self, bool check = true) {
  const FunctionTable functions;
  Environment environment{{"self"}, &functions};
  environment.check = check;
  const Value slots[] = {Value::FromModel(self)};
  EvalContext context(functions);
  for (const Case& c : cases) {
    CompileError error;
    const auto program = Compile(c.expression, environment, error);
    INFO(c.expression << " " << error.message);
    REQUIRE(!program.empty());
    const Value v = Evaluate(program, slots, context);
    const std::string result = std::string(c.result) == "blocked" && v.is_failure() ? "blocked" : v.is(Type::kUnknown) ? "unknown" : v.is_true() ? "true" : v.is_false() ? "false" : "error";
    CHECK(result == c.result);
  }
}

TEST_CASE("a text that is known at its beginning is unequal to what begins otherwise") {
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
  CheckAll(kCases, maker.Body({test::E("p", partial("arn:aws:s3:::")), test::E("q", partial("https://")), test::E("u", maker.Unknown())}));
}

TEST_CASE("a text of a resource where a list is asked for is a list of one, and other texts are none") {
  static constexpr Case kCases[] = {
      {"'*' in self.s", "true"}, {"'x' in self.s", "false"}, {"self.s.exists(a, a == '*')", "true"}, {"self.s.all(a, a == 'x')", "false"}, {"self.s.filter(a, a == '*').size() == 1", "true"},
      {"'*' in '*'", "error"},   {"'*' in self.n", "error"}, {"size(self.s) == 1", "true"},
  };
  test::Maker maker;
  CheckAll(kCases, maker.Body({test::E("s", NewString(maker.arena, "*")), test::E("n", NewNumber(maker.arena, Number::FromInt(1)))}), false);
}

TEST_CASE("a name is neither empty nor a wildcard nor null, and a map that is known in part tells what is known of it") {
  static constexpr Case kCases[] = {
      {"self.id == ''", "false"},
      {"self.id != ''", "true"},
      {"self.id == '*'", "false"},
      {"self.id in ['*', '']", "false"},
      {"'*' in [self.id]", "false"},
      {"self.id == null", "false"},
      {"self.id != null", "true"},
      {"self.id == 'i-1'", "unknown"},
      {"self.id == true", "unknown"},
      {"self.id == self.id", "unknown"},
      {"self.id == '' || self.id == 'i-1'", "unknown"},
      {"self.u == null", "unknown"},
      {"self.m.a == 1", "true"},
      {"self.m['a'] == 2", "false"},
      {"self.m.b == 1", "unknown"},
      {"has(self.m.a)", "true"},
      {"has(self.m.gone)", "false"},
      {"has(self.m.b)", "unknown"},
      {"'a' in self.m", "true"},
      {"'b' in self.m", "unknown"},
      {"self.m.exists(k, k == 'a' && self.m[k] == 1)", "true"},
      {"self.m.exists(k, k == 'b')", "unknown"},
      {"self.m.all(k, k != 'a')", "false"},
      {"self.m.all(k, k == 'a' || k == 'gone')", "unknown"},
      {"size(self.m) == 2", "unknown"},
  };
  test::Maker maker;
  weir::Value* name = NewUnknown(maker.arena);
  name->flags |= weir::Value::kName;
  weir::Value* known = NewMapping(maker.arena, Kind::kMap, maker.arena.Copy(std::vector<Entry>{{"a", NewNumber(maker.arena, Number::FromInt(1)), {}}, {"gone", NewNull(maker.arena), {}}}));
  known->flags |= weir::Value::kOpen;
  weir::Value* map = NewUnknown(maker.arena);
  map->flags |= weir::Value::kOpen;
  map->structure = known;
  CheckAll(kCases, maker.Body({test::E("id", name), test::E("m", map), test::E("u", maker.Unknown())}));
}

}  // namespace
}  // namespace weir::cel
