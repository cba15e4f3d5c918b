// Any text as an expression: it compiles to a program that verifies, and evaluates and explains within its
// bounds; any bytes as a program: refused, or harmless.
#include <cstdlib>

#include "lib/cel/cel.h"

namespace weir::cel {
namespace {

void Try(Program program, EvalContext& context, std::span<const Value> slots) {
  context.steps = 0;
  context.arena.Reset();
  if (Evaluate(program, slots, context).is_false()) (void)Explain(program, slots, context);
}

void One(std::string_view input) {
  static const FunctionTable functions;
  static Arena arena;
  static const weir::Value* const name = NewString(arena, "web");
  static const weir::Value* const self = [] {
    std::vector<const weir::Value*> list = {name, NewUnknown(arena), NewNumber(arena, Number::FromInt(22))};
    std::vector<Entry> entries = {{"a", name, {}},
                                  {"b", NewSequence(arena, Kind::kList, arena.Copy(list)), {}}};
    weir::Value* body = NewMapping(arena, Kind::kObject, arena.Copy(entries));
    body->flags |= weir::Value::kSoft;
    return body;
  }();
  Limits limits;
  limits.steps = 20000;
  EvalContext context(functions, limits);
  const Environment environment{{"self", "it"}, &functions};
  const Value slots[] = {Value::FromModel(self), Value::FromModel(name)};
  CompileError error;
  const auto program = Compile(input, environment, error);
  if (!program.empty()) {
    if (!Verify(program)) std::abort();
    Try(program, context, slots);
  }
  const auto* first = reinterpret_cast<const std::byte*>(input.data());
  const std::vector<std::byte> bytes(first, first + input.size());
  if (Verify(bytes)) Try(bytes, context, slots);
}

}  // namespace
}  // namespace weir::cel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  weir::cel::One({reinterpret_cast<const char*>(data), size});
  return 0;
}
