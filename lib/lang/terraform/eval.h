// Terraform's expressions, evaluated as far as they can be known without providers.
//
// Evaluate() never fails as a whole: what is wrong is reported once to the sink and its value is unknown, so that
// everything else goes on. Unknown in, unknown out, unless the result does not depend on it (`false && unknown`). Every
// result keeps its origin (lib/model/value.h): the literal that a person would have to change.
// https://developer.hashicorp.com/terraform/language/expressions
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/model/document.h"
#include "lib/model/value.h"
#include "lib/syntax/hcl/tree.h"

namespace weir::terraform {

/// The files that file(), templatefile(), fileset() and their like may read: those of the module's side of the change.
/// Paths are as the expression gives them, relative to the root module's directory. Never the disk.
class FileReader {
 public:
  virtual ~FileReader() = default;
  virtual Result<std::string_view> Read(std::string_view path) const = 0;  // valid as long as the arena
  /// Paths of all files below `dir`, relative to it, sorted.
  virtual Result<std::vector<std::string>> ListRecursively(std::string_view dir) const = 0;
};

/// What evaluations of one scope share. Not thread-safe.
struct EvalContext {
  Arena& arena;
  const Limits& limits;
  std::vector<Diagnostic>* diagnostics = nullptr;  // null: errors are only counted
  const FileReader* files = nullptr;
  uint32_t errors = 0;   // reported or counted; try() and can() look whether it grew
  uint32_t depth = 0;    // of evaluation, through references too: bounded by kMaxDepth
  uint64_t steps = 0;    // bounded by 20 million a scope
  uint32_t template_depth = 0;  // of templates that templatefile() reads inside templates
  bool limit_reported = false;
  bool console = false;         // as `terraform console`: type() is there, and no provider's functions

  static constexpr uint32_t kMaxDepth = 1500;
  /// Reports and counts an error; the caller goes on with an unknown value.
  const Value* Error(Span at, std::string_view summary, std::string detail = {});
  /// Counts work; false (and one diagnostic) once the scope's bound on steps or memory is reached.
  bool Spend(uint64_t steps_taken, Span at);
};

/// What names mean. Implemented by modules; `for`, templates and splats stack their own on top.
class Scope {
 public:
  virtual ~Scope() = default;
  /// The value of the longest prefix of the traversal that is a thing (var.x, local.y, each.key, module.m.out,
  /// aws_x.y, aws_x.y[0].attr); `steps_used` says how many of its steps that took, the evaluator applies the rest.
  /// Null where nothing has this name: the evaluator reports it.
  virtual const Value* Resolve(const hcl::ScopeTraversal& traversal, size_t& steps_used, EvalContext& context) const = 0;
};

/// Never null. An expression's constant parts have the expression's own span as origin.
const Value* Evaluate(const hcl::Expr& expr, const Scope& scope, EvalContext& context);

/// The value of `key` in a collection, as an index expression has it: negative, missing or wrong keys are errors.
const Value* ApplyIndex(const Value* collection, const Value* key, Span at, EvalContext& context);
const Value* ApplyAttribute(const Value* object, std::string_view name, Span at, EvalContext& context);

/// The string or bool or number that `value` converts to, or null where it does not (unknown stays unknown).
const Value* ToString(const Value* value, EvalContext& context);
const Value* ToNumber(const Value* value, EvalContext& context);
const Value* ToBool(const Value* value, EvalContext& context);

/// A variable's type constraint (`list(object({a = string, b = optional(number, 1)}))`): null for `any`.
const Type* ParseType(const hcl::Expr& expr, const Scope& scope, EvalContext& context);
/// `value` converted to `type` (null: any), defaults of optional() attributes filled in. Null where it does not convert;
/// `why` then says so.
const Value* Convert(const Value* value, const Type* type, EvalContext& context, std::string& why);

/// The function of that name, called. Never null.
const Value* CallFunction(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context);

/// How far marks (sensitive, ephemeral) reach from what was used to what was made of it. Terraform's operators and functions differ:
/// what looks into its operands is marked by any mark inside one, what only holds or picks elements by the operands' own.
enum class Marks : uint8_t { kAnywhere, kOwn, kNone };

/// A copy of `value` marked as derived from `parts` too: references and marks are united, `origin` as given.
const Value* Derive(const Value* value, Span origin, std::span<const Value* const> parts, EvalContext& context, Marks marks = Marks::kAnywhere);
/// The marks of `by`, or of all of it.
uint8_t MarksOf(const Value& by, Marks marks = Marks::kOwn);
/// `value` with `marks` added to its own.
const Value* WithMarks(const Value* value, uint8_t marks, EvalContext& context);
/// The origin of what was computed from `args` by the expression at `at`: that of the only argument that stands
/// elsewhere than in the expression itself, else the expression.
Span DerivedOrigin(std::span<const Value* const> args, Span at);

}  // namespace weir::terraform
