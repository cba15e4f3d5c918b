// The Common Expression Language (https://github.com/google/cel-spec/blob/master/doc/langdef.md) for policies.
//
//   Environment env{{"self", "it", "meta"}, functions};
//   auto program = Compile("!(self.acl in ['public-read', 'public-read-write'])", env);
//   Value result = Evaluate(*program, slots, context);      // true, false, or unknown, error
//   if (result.is_false()) for (const Access& leaf : Explain(*program, slots, context)) …
//
// A program is one block of bytes without pointers, so that thousands of them lie in a read-only image and cost nothing
// until they run. Evaluation allocates only from the context's arena. Resources read softly: an absent attribute is null,
// selecting from null is null, null iterates as an empty list, and an ordering comparison with null is false.
// Unknown follows the specification: `false && unknown` is false, `true || unknown` is true.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/cel/value.h"

namespace weir::cel {

struct EvalContext;

/// A function that expressions may call: `name(args…)`, `space.name(args…)` or, as a member, `target.name(args…)` (then
/// args[0] is the target). An argument that is unknown or an error makes the result so before the function is called.
struct Function {
  std::string_view name;
  uint8_t min_args, max_args;  // the target of a member included
  bool member;
  Value (*call)(std::span<const Value> args, EvalContext& context);
};

/// The standard library's functions and string extensions.
std::span<const Function> StandardFunctions();

/// Sorted by name for binary search; built once.
class FunctionTable {
 public:
  /// `extra` joins the standard functions; the pointed-to array must live as long as the table.
  explicit FunctionTable(std::span<const Function> extra = {});
  const Function* Find(std::string_view name, bool member) const;
  const Function* FindByHash(uint64_t hash) const;
  static uint64_t Hash(std::string_view name, bool member);
  /// The name nearest to a mistyped one, or empty.
  std::string_view Nearest(std::string_view name) const;

 private:
  struct Slot { uint64_t hash; const Function* function; };
  std::vector<Slot> slots_;
};

struct Environment {
  std::vector<std::string_view> variables;  // slot 0, 1, …
  const FunctionTable* functions;
};

/// What is wrong with an expression and where: byte offset into it.
struct CompileError {
  uint32_t offset = 0;
  std::string message;
};

/// An expression ready to run: bytes, 8-aligned, position-independent.
using Program = std::span<const std::byte>;

/// Compiles `expression` (at most 64 KiB, nested at most limits.depth). On failure the result is empty and `error` says why.
std::vector<std::byte> Compile(std::string_view expression, const Environment& environment, CompileError& error,
                               const Limits& limits = {});

/// True where every offset of a program from an untrusted file is in bounds and ordered, so that Evaluate is safe.
bool Verify(Program program);

struct Regexes;  // compiled patterns, kept between evaluations

/// What evaluations share. Not thread-safe: one a thread.
struct EvalContext {
  explicit EvalContext(const FunctionTable& table, const Limits& bounds = {});
  ~EvalContext();
  EvalContext(const EvalContext&) = delete;
  EvalContext& operator=(const EvalContext&) = delete;

  const FunctionTable& functions;
  Limits limits;
  Arena arena;           // results live here until the caller resets it
  uint64_t steps = 0;    // taken since the caller set it to 0
  const void* host = nullptr;  // for domain functions
  std::unique_ptr<Regexes> regexes;
};

/// Evaluates with `variables` by slot.
Value Evaluate(Program program, std::span<const Value> variables, EvalContext& context);

/// One value that decided a result.
struct Access {
  uint16_t slot = 0;                        // the variable it was reached from
  std::span<const std::string_view> path;   // keys from there: "ingress", "[0]", "cidr_blocks", "[1]"; an index in brackets
  const weir::Value* value = nullptr;       // the value there; for what is absent its nearest existing parent
  bool absent = false;
};

/// The values that made the expression false, minimal, in the order of the expression, each once. Valid as long as the
/// context's arena is not reset. Empty where it is not false.
std::vector<Access> Explain(Program program, std::span<const Value> variables, EvalContext& context);

}  // namespace weir::cel
