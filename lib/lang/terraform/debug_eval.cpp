#include "lib/lang/terraform/debug_eval.h"

#include "lib/lang/terraform/files.h"
#include "lib/model/json.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::terraform {
namespace {

/// `path` and `terraform` are everywhere; all else would have to be declared.
class EmptyScope final : public Scope {
 public:
  const Value* Resolve(const hcl::ScopeTraversal& t, size_t& used, EvalContext& context) const override {
    used = 1;
    const std::string_view name = t.steps.empty() ? std::string_view() : t.steps[0].text;
    if (t.root == "path" && (name == "module" || name == "root")) return NewString(context.arena, ".", t.span);
    if (t.root == "path" && name == "cwd") return NewUnknown(context.arena, t.span);
    if (t.root == "terraform" && name == "workspace") return NewString(context.arena, "default", t.span);
    return nullptr;
  }
};

std::string Error(std::string_view summary, std::string_view detail) {
  std::string out = "{\"error\":";
  WriteJsonText(detail.empty() ? std::string(summary) : std::string(summary) + ": " + std::string(detail), out);
  return out + "}";
}

}  // namespace

std::string DebugEval(std::string_view expression, const git::Snapshot& snapshot) {
  Arena arena;
  const Limits limits;
  const auto tree = hcl::ParseExpression(expression, 0, 0, arena, limits);
  if (!tree.errors.empty()) return Error(tree.errors[0].summary, tree.errors[0].detail);
  std::vector<Diagnostic> diagnostics;
  const auto files = NewSnapshotFiles(snapshot, "", arena, limits);
  EvalContext context{arena, limits, &diagnostics, files.get()};
  context.console = true;
  const Value* value = Evaluate(*tree.expr, EmptyScope(), context);
  if (!diagnostics.empty()) return Error(diagnostics[0].summary, diagnostics[0].detail);
  if (ContainsUnknown(*value)) return "{\"unknown\":true}";
  std::string out = "{\"value\":";
  if (!WriteJson(*value, out)) return Error("The value has no JSON text", "An infinite number has none.");
  return out + "}";
}

}  // namespace weir::terraform
