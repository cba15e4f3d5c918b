// Evaluations of typical policies a second, on one core: `cel_bench`.
#include <chrono>
#include <cstdio>

#include "lib/cel/cel.h"

namespace weir::cel {
namespace {

const weir::Value* Resource(Arena& arena) {
  const auto body = [&](std::vector<Entry> entries) {
    weir::Value* v = NewMapping(arena, Kind::kObject, arena.Copy(entries));
    v->flags |= weir::Value::kSoft;
    return v;
  };
  const auto number = [&](int64_t n) { return NewNumber(arena, Number::FromInt(n)); };
  std::vector<const weir::Value*> rules;
  for (const int64_t port : {443, 80, 8080})
    rules.push_back(body({{"from_port", number(port), {}}, {"to_port", number(port), {}}}));
  return body({{"acl", NewString(arena, "private"), {}},
               {"bucket", NewString(arena, "logs"), {}},
               {"ingress", NewSequence(arena, Kind::kList, arena.Copy(rules)), {}}});
}

void Run() {
  Arena arena;
  const FunctionTable functions;
  EvalContext context(functions);
  const Environment environment{{"self"}, &functions};
  const Value slots[] = {Value::FromModel(Resource(arena))};
  for (const char* expression :
       {"!(self.acl in ['public-read', 'public-read-write'])",
        "self.ingress.exists(r, r.from_port <= 22 && r.to_port >= 22)", "self.versioning.enabled == true",
        "self.bucket.startsWith('x') || self.acl.matches('^priv')"}) {
    CompileError error;
    const auto program = Compile(expression, environment, error);
    constexpr int kTimes = 1000000;
    int yes = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kTimes; ++i) {
      context.steps = 0;
      context.arena.Reset();
      yes += Evaluate(program, slots, context).is_true();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%10.0f a second, %4zu bytes  %s  %s\n", kTimes / seconds, program.size(),
                yes != 0 ? "true " : "false", expression);
  }
}

}  // namespace
}  // namespace weir::cel

int main() { weir::cel::Run(); }
