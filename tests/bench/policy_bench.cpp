// What 1,500 policies cost, and how many of them one core evaluates: `policy_bench`. The policies and resources are made here, each
// like one of the library: a comparison, a list, a nested block, a loop over blocks, a text function.
#include <cstdio>

#include "lib/policy/compile.h"
#include "lib/policy/functions.h"
#include "tests/bench/processor_time.h"

namespace weir::policy {
namespace {

constexpr const char* kExpressions[] = {
    "self.encrypted == true",
    "!(self.acl in ['public-read', 'public-read-write'])",
    "self.logging.enabled != false",
    "self.kms_key_id != null || self.acl == 'private'",
    "!self.ingress.exists(r, r.from_port <= 22 && r.to_port >= 22)",
    "self.retention >= 7",
    "self.name.startsWith('web')",
    "has(self.description)",
};

std::vector<std::byte> ImageOf(int policies) {
  std::vector<SourceFile> files;
  for (int i = 0; i < policies; ++i) {
    const std::string n = std::to_string(i);
    if (i % 1000 == 0) files.push_back({"bench" + n + ".yaml", ""});
    files.back().text += "id: bench-" + n + "\ntitle: t\nseverity: high\ncategory: access\naliases: [BENCH_" + n + "]\nwhy: w\nrules:\n  - terraform: [aws_" + std::to_string(i / 8) +
            (i % 100 == 99 ? ", \"google_" + n + "_*\"" : "") + "]\n    pass: \"" + kExpressions[size_t(i) % std::size(kExpressions)] + "\"\n---\n";
  }
  const Compiled compiled = Compile(files, {.examples = false});
  for (const CompileError& e : compiled.errors) std::fprintf(stderr, "%s\n", e.ToString().c_str());
  return compiled.image;
}

const weir::Value* Body(Arena& arena) {
  const auto body = [&](std::vector<Entry> entries) {
    weir::Value* v = NewMapping(arena, Kind::kObject, arena.Copy(entries));
    v->flags |= weir::Value::kSoft;
    return v;
  };
  std::vector<const weir::Value*> rules;
  for (const int64_t port : {443, 80, 8080})
    rules.push_back(body({{"from_port", NewNumber(arena, Number::FromInt(port)), {}}, {"to_port", NewNumber(arena, Number::FromInt(port)), {}}}));
  std::vector<const weir::Value*> logging = {body({{"enabled", NewBool(arena, true), {}}})};
  weir::Value* blocks = NewSequence(arena, Kind::kList, arena.Copy(rules));
  weir::Value* block = NewSequence(arena, Kind::kList, arena.Copy(logging));
  blocks->flags |= weir::Value::kBlockList;
  block->flags |= weir::Value::kBlockList;
  return body({{"acl", NewString(arena, "private"), {}}, {"description", NewString(arena, "d"), {}}, {"encrypted", NewBool(arena, true), {}}, {"ingress", blocks, {}},
               {"logging", block, {}}, {"name", NewString(arena, "web-1"), {}}, {"retention", NewNumber(arena, Number::FromInt(14)), {}}});
}

template <typename Work>
double Each(int times, Work work) {
  const double start = bench::ProcessorSeconds();
  for (int i = 0; i < times; ++i) work(i);
  return (bench::ProcessorSeconds() - start) / times;
}

void Measure(int policies) {
  const auto bytes = ImageOf(policies);
  size_t sum = 0;
  const double open = Each(100'000, [&](int) { sum += Image::Open(bytes, true)->policies().size(); });
  const double checked = Each(200, [&](int) { sum += Image::Open(bytes, false)->policies().size(); });
  const Image image = *Image::Open(bytes, true);
  std::vector<uint32_t> rules;
  const double rules_for = Each(200'000, [&](int i) {
    rules.clear();
    image.RulesFor("terraform", "aws_" + std::to_string(i % (policies / 8 + 1)), rules);
    sum += rules.size();
  });
  const double find = Each(20'000, [&](int i) { sum += image.Find("BENCH_" + std::to_string(i % policies)) != nullptr; });

  Arena arena;
  cel::EvalContext context(PolicyFunctions());
  const cel::Value slots[kSlotCount] = {cel::Value::FromModel(Body(arena)), cel::Value::Null(), cel::Value::Null()};
  size_t passed = 0, evaluated = 0;
  const double start = bench::ProcessorSeconds();
  while (evaluated < 4'000'000)
    for (const RuleRecord& rule : image.rules()) {
      context.steps = 0;
      context.arena.Reset();
      passed += cel::Evaluate(image.Program(rule.pass), slots, context).is_true();
      ++evaluated;
    }
  const double rate = double(evaluated) / (bench::ProcessorSeconds() - start);
  std::printf("%5d policies, %7zu bytes: open %8.4f us, checked %8.1f us, rules of a type %6.3f us, find %7.3f us, %10.0f evaluations a second (%zu %% pass, %zu)\n", policies,
              bytes.size(), open * 1e6, checked * 1e6, rules_for * 1e6, find * 1e6, rate, 100 * passed / evaluated, sum % 10);
}

}  // namespace
}  // namespace weir::policy

int main() {
  for (const int policies : {40, 150, 1500, 15000}) weir::policy::Measure(policies);
}
