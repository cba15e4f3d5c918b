// The Common Expression Language (https://github.com/google/cel-spec/blob/master/doc/langdef.md) for
// policies.
//
//   Environment env{{"self", "it", "meta"}, functions};
//   auto program = Compile("!(self.acl in ['public-read', 'public-read-write'])", env);
//   Value result = Evaluate(*program, slots, context);      // true, false, or unknown, error
//   if (result.is_false()) for (const Access& leaf : Explain(*program, slots, context)) …
//
// A program is one block of bytes without pointers, so that thousands of them lie in a read-only image and
// cost nothing until they run. Evaluation allocates only from the context's arena. Resources read softly: an
// absent attribute is null, selecting from null is null, null iterates as an empty list, and an ordering
// comparison with null is false. Unknown follows the specification: `false && unknown` is false, `true ||
// unknown` is true.
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

/// A function that expressions may call: `name(args…)`, `space.name(args…)` or, as a member,
/// `target.name(args…)` (then args[0] is the target). An argument that is unknown or an error makes the
/// result so before the function is called; a soft null in args[0] makes the result soft null, unless the
/// function `takes_null`. A function that `takes_unknown` is called with unknown arguments and looks at what is known
/// of them (Value::model): the beginning of a text, the structure of an encoded document.
struct Function {
  std::string_view name;
  uint8_t min_args, max_args;  // the target of a member included
  bool member;
  Value (*call)(std::span<const Value> args, EvalContext& context);
  bool takes_null = false;
  bool takes_unknown = false;
  bool reads_path = false;  // args[0] is read at the path args[1] ("a.b.0.c"), and nowhere else: what is blamed
  bool inside = false;      // the result, or each element of it, is a value inside args[0]: it and what is read of it is blamed
};

/// The standard library and the extensions: strings, math, lists, encoders, network, optional values.
std::span<const Function> StandardFunctions();

/// Found by the hash of name and kind of call with one probe, so that programs need no binding; built once.
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
  struct Slot {
    uint64_t hash = 0;
    const Function* function = nullptr;
  };
  std::vector<Slot> slots_;  // open addressing, a power of two, at most half full
};

struct Environment {
  std::vector<std::string_view>
      variables;  // slot 0, 1, …; a name may hold dots ("a.b"): the longest one wins
  const FunctionTable* functions;
  bool check = true;  // false: what the checker would refuse becomes an error of the evaluation
  std::string_view container =
      {};  // namespace in which names are looked up first (CEL specification, Name Resolution)
};

/// What is wrong with an expression and where: byte offset into it.
struct CompileError {
  uint32_t offset = 0;
  std::string message;
};

/// An expression ready to run: bytes, 8-aligned, position-independent.
using Program = std::span<const std::byte>;

/// How many mistakes of one expression are named.
constexpr size_t kMaxCompileErrors = 10;

/// Compiles `expression` (at most 64 KiB, nested at most limits.depth). On failure the result is empty and
/// `errors` says why, in the order of the text: every name that there is not and every comparison that cannot be, up to the first
/// place that is no CEL.
std::vector<std::byte> Compile(std::string_view expression, const Environment& environment,
                               std::vector<CompileError>& errors, const Limits& limits = {});

/// The same for who needs one reason.
std::vector<std::byte> Compile(std::string_view expression, const Environment& environment,
                               CompileError& error, const Limits& limits = {});

/// True where every offset of a program from an untrusted file is in bounds and ordered, so that Evaluate is
/// safe.
bool Verify(Program program);

/// What evaluations share. Not thread-safe: one a thread.
struct EvalContext {
  explicit EvalContext(const FunctionTable& table, const Limits& bounds = {}) : functions(table), limits(bounds) {}
  EvalContext(const EvalContext&) = delete;
  EvalContext& operator=(const EvalContext&) = delete;

  const FunctionTable& functions;
  Limits limits;
  Arena arena;                 // results live here until the caller resets it
  uint64_t steps = 0;          // taken since the caller set it to 0
  const void* host = nullptr;  // for domain functions

  std::span<Value> NewList(size_t count) { return arena.NewArray<Value>(count); }
  std::string_view Keep(std::string_view text) { return arena.Copy(text); }
  /// Counts `n` steps of work; false when they or the memory come to an end: return Exhausted() then. Looking at 64 bytes of
  /// text is one step; what a function is given is counted before it is called.
  bool Spend(uint64_t n) { return (steps += n) <= limits.steps && !OutOfMemory(); }
  /// Counts the search for `part` in `text`, whose worst case is their product.
  bool SpendSearch(std::string_view text, std::string_view part) { return Spend(text.size() / 64 + text.size() / 4096 * part.size()); }
  bool OutOfMemory() const { return arena.bytes_reserved() > limits.policy_memory; }
  /// Whether an evaluation that gave an error was cut short.
  bool IsExhausted() const { return steps > limits.steps || OutOfMemory(); }
  static Value Exhausted() { return Value::Error("the evaluation takes too many steps or too much memory"); }
};

/// Evaluates with `variables` by slot.
Value Evaluate(Program program, std::span<const Value> variables, EvalContext& context);

/// One value that decided a result.
struct Access {
  uint16_t slot = 0;  // the variable it was reached from
  std::span<const std::string_view>
      path;  // keys from there: "ingress", "[0]", "cidr_blocks", "[1]"; an index in brackets
  const weir::Value* value = nullptr;  // the value there; for what is absent its nearest existing parent
  bool absent = false;
  bool made = false;  // `value` was handed out by a function that was given what stands at `path`: a statement of the
                      // policy document in a text. An unknown place has no path
};

/// The values that made the expression false, minimal, in the order of the expression, each once. Valid as
/// long as the context's arena is not reset. Empty where it is not false.
std::vector<Access> Explain(Program program, std::span<const Value> variables, EvalContext& context);

}  // namespace weir::cel
