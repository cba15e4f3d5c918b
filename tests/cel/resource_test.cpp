#include "tests/cel/support.h"

namespace weir::cel {
namespace {

using test::E;

struct Bench : test::Maker {
  // A security group with two rules and a bucket's attributes.
  const weir::Value* self = Body({
      E("acl", S("public-read")),
      E("enabled", B(false)),
      E("flag", S("true")),
      E("port", S("22")),
      E("count", N(3)),
      E("nothing", Null()),
      E("computed", Unknown()),
      E("tags", Map({E("Name", S("web"))})),
      E("names", List({S("a"), S("*"), S("b")})),
      E("ingress", Blocks({Body({E("from_port", N(22)), E("to_port", N(22)),
                                 E("cidr_blocks", List({S("10.0.0.0/8"), S("0.0.0.0/0")}))}),
                           Body({E("from_port", N(443)), E("to_port", N(443)),
                                 E("cidr_blocks", List({S("0.0.0.0/0")}))})})),
      E("versioning", Blocks({Body({E("enabled", B(false))})})),
      E("empty", List({})),
  });
  FunctionTable functions;
  EvalContext context{functions};
  Environment environment{{"self", "meta"}, &functions};
  Value slots[2] = {Value::FromModel(self), Value::FromModel(Body({E("type", S("aws_x"))}))};

  std::vector<std::byte> Ready(const std::string& expression) {
    CompileError error;
    auto program = Compile(expression, environment, error);
    INFO(expression << ": " << error.message);
    REQUIRE(!program.empty());
    CHECK(Verify(program));
    return program;
  }
  std::string Run(const std::string& expression) {
    const auto program = Ready(expression);
    const Value v = Evaluate(program, slots, context);
    if (v.is(Type::kUnknown)) return "unknown";
    if (v.is(Type::kError)) return "error";
    return v.is_true() ? "true" : v.is_false() ? "false" : std::string(TypeNameOf(v));
  }
  // "ingress[0].from_port, !acl": what is blamed; an absent one with '!'.
  std::string Blame(const std::string& expression) {
    const auto program = Ready(expression);
    std::string out;
    for (const Access& access : Explain(program, slots, context)) {
      if (!out.empty()) out += ", ";
      if (access.absent) out += "!";
      if (access.slot == 1) out += "meta:";
      bool first = true;
      for (const std::string_view key : access.path) {
        if (!first && !key.starts_with('[')) out += ".";
        out += key;
        first = false;
      }
    }
    return out;
  }
};

TEST_CASE("resources read softly") {
  Bench bench;
  const std::pair<const char*, const char*> cases[] = {
      {"self.missing == null", "true"},
      {"self.missing.deeper.still == null", "true"},
      {"self.missing >= 7", "false"},
      {"self.missing < 7", "false"},
      {"self.nothing >= 7", "false"},
      {"self.missing", "false"},
      {"!self.missing", "true"},
      {"self.missing && true", "false"},
      {"size(self.missing) == 0", "true"},
      {"self.missing.exists(x, true)", "false"},
      {"self.missing.all(x, false)", "true"},
      {"'a' in self.missing", "false"},
      {"self.missing.startsWith('a')", "false"},
      {"self.missing.lowerAscii() == null", "true"},
      {"self.missing + 1 == null", "true"},
      {"has(self.missing)", "false"},
      {"has(self.nothing)", "false"},
      {"has(self.acl)", "true"},
      {"self.missing.orValue('x') == 'x'", "true"},
      {"self.?missing.orValue('x') == 'x'", "true"},
      {"self.flag == true", "true"},
      {"self.flag", "true"},
      {"self.port == 22", "true"},
      {"self.port <= 22", "true"},
      {"self.port == '22'", "true"},
      {"'22' == self.port", "true"},
      {"self.versioning.enabled", "false"},
      {"self.versioning.size() == 1", "true"},
      {"self.versioning[0].enabled == false", "true"},
      {"self.ingress.size() == 2", "true"},
      {"self.tags.Name == 'web'", "true"},
      {"self.tags.Owner == 'x'", "error"},
      {"has(self.tags.Owner)", "false"},
      {"'Owner' in self.tags", "false"},
      {"null < 1", "error"},
      {"size(null) == 0", "error"},
  };
  for (const auto& [expression, expected] : cases) {
    INFO(expression);
    CHECK(bench.Run(expression) == expected);
  }
}

TEST_CASE("unknown is absorbed where the rest decides") {
  Bench bench;
  const std::pair<const char*, const char*> cases[] = {
      {"self.computed", "unknown"},
      {"self.computed && false", "false"},
      {"false && self.computed", "false"},
      {"self.computed || true", "true"},
      {"self.computed || false", "unknown"},
      {"self.computed == 'a'", "unknown"},
      {"[1, self.computed].exists(x, x == 1)", "true"},
      {"[2, self.computed].exists(x, x == 1)", "unknown"},
      {"1 in [2, self.computed]", "unknown"},
      {"2 in [2, self.computed]", "true"},
      {"self.computed.exists(x, true)", "unknown"},
      {"self.computed.deeper", "unknown"},
      {"1 / 0 == 1 || true", "true"},
      {"1 / 0 == 1 || self.computed", "unknown"},
  };
  for (const auto& [expression, expected] : cases) {
    INFO(expression);
    CHECK(bench.Run(expression) == expected);
  }
}

TEST_CASE("a false result blames the values that decided it") {
  Bench bench;
  const std::pair<const char*, const char*> cases[] = {
      {"!(self.acl in ['public-read', 'public-read-write'])", "acl"},
      {"self.acl == 'private'", "acl"},
      {"'private' == self.acl", "acl"},
      {"self.acl != 'public-read'", "acl"},
      {"self.acl.startsWith('private')", "acl"},
      {"self.acl.matches('^priv')", "acl"},
      {"self.acl.lowerAscii() == 'x'", "acl"},
      {"self.acl.size() > 100", "acl"},
      {"self.enabled", "enabled"},
      {"!self.flag", "flag"},
      {"self.enabled == true", "enabled"},
      {"self.missing", "!missing"},
      {"self.missing == true", "!missing"},
      {"self.missing >= 7", "!missing"},
      {"self.missing.deeper == true", "!missing.deeper"},
      {"has(self.missing)", "!missing"},
      {"!has(self.acl)", "acl"},
      {"self.nothing == 'x'", "nothing"},
      {"self.count >= 7", "count"},
      {"self.count + 1 >= 7", "count"},
      {"-self.count > 0", "count"},
      {"self.versioning.enabled", "versioning[0].enabled"},
      {"self.versioning[0].enabled", "versioning[0].enabled"},
      {"self.versioning.mfa_delete", "!versioning[0].mfa_delete"},
      {"self.tags['Name'] == 'db'", "tags.Name"},
      {"self.enabled && self.missing", "enabled"},
      {"self.flag && self.enabled", "enabled"},
      {"self.enabled || self.missing", "enabled, !missing"},
      {"!(self.flag && self.port == 22)", "flag, port"},
      {"!(self.flag || self.port == 22)", "flag"},
      {"!(self.enabled || self.port == 22)", "port"},
      {"!!self.enabled", "enabled"},
      {"self.flag ? self.enabled : self.missing", "enabled"},
      {"self.enabled ? true : self.missing", "!missing"},
      {"self.flag ? false : true", "flag"},
      {"!self.ingress.exists(r, r.from_port <= 22 && r.to_port >= 22)",
       "ingress[0].from_port, ingress[0].to_port"},
      {"!self.ingress.exists(r, '0.0.0.0/0' in r.cidr_blocks)",
       "ingress[0].cidr_blocks[1], ingress[1].cidr_blocks[0]"},
      {"!self.ingress.exists(r, r.cidr_blocks.exists(c, c == '0.0.0.0/0'))",
       "ingress[0].cidr_blocks[1], ingress[1].cidr_blocks[0]"},
      {"!self.ingress.exists(r, r.from_port == 22 && r.cidr_blocks.exists(c, c.endsWith('/0')))",
       "ingress[0].from_port, ingress[0].cidr_blocks[1]"},
      {"self.ingress.all(r, r.from_port != 443)", "ingress[1].from_port"},
      {"self.ingress.all(r, r.cidr_blocks.all(c, c != '10.0.0.0/8'))", "ingress[0].cidr_blocks[0]"},
      {"self.ingress.all(i, r, r.from_port != 443)", "ingress[1].from_port"},
      {"self.ingress.all(r, has(r.description))", "!ingress[0].description, !ingress[1].description"},
      {"self.ingress.exists(r, r.from_port == 80)", "ingress[0].from_port, ingress[1].from_port"},
      {"self.missing.exists(r, r.from_port == 80)", "!missing"},
      {"self.empty.exists(r, r == 80)", "empty"},
      {"self.ingress.exists_one(r, r.from_port > 0)", "ingress[0].from_port, ingress[1].from_port"},
      {"self.ingress.filter(r, r.from_port == 22).size() == 0", "ingress[0].from_port"},
      {"self.ingress.filter(r, r.from_port == 80).size() == 1", "ingress[0].from_port, ingress[1].from_port"},
      {"self.ingress.map(r, r.to_port) == [22]", "ingress[0].to_port, ingress[1].to_port"},
      {"22 in self.names", "names"},
      {"!('*' in self.names)", "names[1]"},
      {"self.acl in self.names", "acl"},
      {"!self.names.exists(n, n == '*')", "names[1]"},
      {"self.names == ['a']", "names"},
      {"size(self.names) == 1", "names"},
      {"self.names[1] == 'x'", "names[1]"},
      {"self.names.join(',') == 'a'", "names"},
      {"self.?missing.orValue(false)", "!missing"},
      {"self.?acl.orValue('private') == 'private'", "acl"},
      {"self.?enabled.hasValue() && self.enabled", "enabled"},
      {"cel.bind(a, self.acl, a == 'private')", "acl"},
      {"has(self.versioning) && self.versioning.enabled", "versioning[0].enabled"},
      {"meta.type == 'aws_y'", "meta:type"},
      {"self.enabled && meta.type == 'aws_x'", "enabled"},
      {"self.acl == 'private' && self.enabled", "acl"},
  };
  CHECK(std::size(cases) >= 60);
  for (const auto& [expression, expected] : cases) {
    INFO(expression);
    CHECK(bench.Run(expression) == "false");
    CHECK(bench.Blame(expression) == expected);
  }
}

TEST_CASE("what can never succeed is refused with its place and the nearest name") {
  Bench bench;
  struct Case {
    const char* expression;
    uint32_t offset;
    const char* says;
  };
  const Case cases[] = {
      {"slef.acl == 'x'", 0, "did you mean 'self'"},
      {"self.acl.startWith('x')", 9, "did you mean 'startsWith'"},
      {"self.acl.startsWith()", 9, "takes 1 argument, not 0"},
      {"'a' == 1", 4, "compares a text with a number"},
      {"true + true", 5, "does not take a bool"},
      {"self.a && 'x'", 10, "a condition is needed"},
      {"1 in 2", 2, "must be a list or a map"},
      {"self.a ==", 9, "ends where a value is expected"},
      {"has(self)", 0, "has() takes a selection"},
      {"'abc", 0, "not closed"},
      {"99999999999999999999", 0, "does not fit"},
      {"self.all(x, y", 12, "no variable 'y'"},
  };
  for (const Case& c : cases) {
    CompileError error;
    INFO(c.expression);
    CHECK(Compile(c.expression, bench.environment, error).empty());
    CHECK(error.offset == c.offset);
    CHECK_THAT(error.message, Catch::Matchers::Contains(c.says));
  }
}

TEST_CASE("all mistakes of an expression are named at once, in the order of the text, up to a bound and to what is no CEL") {
  Bench bench;
  const auto mistakes = [&](const std::string& expression) {
    std::vector<CompileError> errors;
    CHECK(Compile(expression, bench.environment, errors).empty());
    std::string out;
    for (const CompileError& e : errors) out += std::to_string(e.offset) + " " + e.message.substr(0, e.message.find(';')) + "\n";
    return out;
  };
  CHECK(mistakes("selff.a && self.b.startWith('x') && sizee(selv.c) > 1") ==
        "0 there is no variable 'selff'\n18 there is no function 'startWith'\n36 there is no function 'sizee'\n42 there is no variable 'selv'\n");
  CHECK(mistakes("self.a.all(x, y.b && z == 1) || size(1, 2, 3) == 'a'") ==
        "14 there is no variable 'y'\n21 there is no variable 'z'\n32 size() takes 1 argument, not 3\n");
  CHECK(mistakes("('a' == 1) == (a == true)") == "5 compares a text with a number: never equal\n15 there is no variable 'a'\n");
  CHECK(mistakes("a && 'x' && ==") == "0 there is no variable 'a'\n5 a condition is needed here, not a constant or a list\n12 expected a value\n");
  const std::string many = mistakes("a && b && c && d && e && f && g && h && i && j && k && l");
  CHECK(size_t(std::ranges::count(many, '\n')) == kMaxCompileErrors);
}

TEST_CASE("evaluation and nesting are bounded") {
  Bench bench;
  CompileError error;
  CHECK(Compile(std::string(5000, '(') + "1" + std::string(5000, ')'), bench.environment, error).empty());
  std::string chain = "self.a";
  for (int i = 0; i < 5000; ++i) chain += " && self.a";
  CHECK(Compile(chain, bench.environment, error).empty());
  std::string range = "[0,1,2,3,4,5,6,7,8,9]", deep = "true";
  for (int i = 0; i < 9; ++i) deep = range + ".all(x" + std::to_string(i) + ", " + deep + ")";
  CHECK(bench.Run(deep) == "error");
}

TEST_CASE("evaluation is bounded in memory and in work, whatever an expression makes") {
  Bench bench;
  bench.context.limits.policy_memory = 4 << 20;
  // A text of 64 KiB by doubling, and a list of 1,000 numbers, to be made much of.
  std::string text = "'0123456789abcdef'";
  for (int i = 0; i < 12; ++i) text = "cel.bind(t" + std::to_string(i) + ", " + text + ", t" + std::to_string(i) + " + t" + std::to_string(i) + ")";
  const std::string many = "lists.range(1000).map(i, lists.range(1000).map(k, ", end = ")).size() == 0";
  const std::string makes[] = {
      "t + 'x'", "t.lowerAscii()", "t.upperAscii()", "t.reverse()", "t.replace('0', 'zz')", "t.split('a')", "t.trim() + t", "strings.quote(t)",
      "[t, t].join()", "'%s'.format([t])", "base64.encode(bytes(t))", "bytes(t)", "string(bytes(t))", "lists.range(1000)", "lists.range(1000) + [i]",
      "lists.range(1000).reverse()", "lists.range(1000).sort()", "lists.range(1000).distinct()", "[lists.range(1000)].flatten()", "lists.range(1000).slice(0, 999)",
      "lists.range(1000).map(x, [x])", "lists.range(1000).filter(x, true)", "lists.range(1000).transformMap(a, b, b)", "{'a': i, 'b': k, 'c': [i, k]}",
      "[i, k, i, k, i, k, i, k]", "optional.of(i)", "ip('10.0.0.1')", "timestamp(i) + duration('1s')", "string(i)", "t.substring(1, 1000) + 'x'", "t.charAt(7)",
  };
  for (const std::string& make : makes) {
    INFO(make);
    bench.context.steps = 0;
    bench.context.arena.Reset();
    CHECK(bench.Run("cel.bind(t, " + text + ", " + many + make + end + ")") == "error");
    CHECK(bench.context.IsExhausted());
    // One value of 1 MiB, or a list of a million elements, may come on top; the arena's blocks are at most as large.
    CHECK(bench.context.arena.bytes_reserved() <= (4u << 20) + (34u << 20));
  }
  // Looking for what is not there in a text that looks like it: one long evaluation, and none that takes its square.
  bench.context.limits.policy_memory = Limits{}.policy_memory;
  for (const char* look : {"t.contains(t.substring(1) + 'b')", "t.indexOf(t.substring(1) + 'b') == 0", "t.lastIndexOf('b' + t.substring(1)) == 0",
                           "t.replace(t.substring(1) + 'b', '') == ''", "t.split(t.substring(1) + 'b') == []"}) {
    INFO(look);
    std::string same = "'a'";
    for (int i = 0; i < 19; ++i) same = "cel.bind(t" + std::to_string(i) + ", " + same + ", t" + std::to_string(i) + " + t" + std::to_string(i) + ")";
    bench.context.steps = 0;
    bench.context.arena.Reset();
    CHECK(bench.Run("cel.bind(t, " + same + ", " + look + ")") == "error");
    CHECK(bench.context.IsExhausted());
  }
}

TEST_CASE("a damaged program is refused or evaluates without harm") {
  Bench bench;
  const auto program =
      bench.Ready("self.ingress.exists(r, r.from_port in [1, 22] && r.x.startsWith('a')) || {'a': 1}.a == 1");
  for (size_t i = 0; i < program.size(); ++i)
    for (const int change : {1, 0x80, 0xff}) {
      auto damaged = program;
      damaged[i] ^= std::byte(change);
      if (!Verify(damaged)) continue;
      bench.context.steps = 0;
      bench.context.arena.Reset();
      (void)Evaluate(damaged, bench.slots, bench.context);
    }
  SUCCEED();
}

}  // namespace
}  // namespace weir::cel
