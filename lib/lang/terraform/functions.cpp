#include "lib/lang/terraform/functions.h"

#include <algorithm>
#include <unordered_map>

#include "lib/syntax/hcl/parser.h"

namespace weir::terraform {
namespace {

const std::unordered_map<std::string_view, const BuiltIn*>& Table() {
  static const auto* table = [] {
    auto* out = new std::unordered_map<std::string_view, const BuiltIn*>;
    for (const auto list : {CollectionFunctions(), TextFunctions(), EncodingFunctions(), NetworkFunctions()})
      for (const BuiltIn& f : list) out->emplace(f.name, &f);
    return out;
  }();
  return *table;
}

// Functions whose result only a run, a disk outside the repository or a provider could tell: the call is unknown.
constexpr std::string_view kUnknowable[] = {
    "abspath", "bcrypt", "plantimestamp", "pathexpand", "rsadecrypt", "timestamp", "uuid", "uuidv5", "filemd5",
    "filesha1", "filesha256", "filesha512", "filebase64", "filebase64sha256", "filebase64sha512", "templatestring", "type",
    "base64gzip", "formatdate", "timeadd", "timecmp", "yamldecode", "csvdecode", "textencodebase64", "textdecodebase64", "ephemeralasnull"};

std::vector<const Value*> EvaluateArgs(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context, bool& unknown_count) {
  std::vector<const Value*> args;
  for (const hcl::Expr* arg : call.args) args.push_back(Evaluate(*arg, scope, context));
  if (call.expand_final && !args.empty()) {
    const Value* last = args.back();
    args.pop_back();
    if (IsSequence(last->kind)) args.insert(args.end(), last->items.begin(), last->items.end());
    else unknown_count = true;
  }
  return args;
}

// try() and can(): errors of their arguments are theirs to judge.
struct Trial {
  const Value* value;
  bool failed;
};
Trial Try(const hcl::Expr& expr, const Scope& scope, EvalContext& context) {
  auto* diagnostics = context.diagnostics;
  context.diagnostics = nullptr;
  const uint32_t before = context.errors;
  const Value* value = Evaluate(expr, scope, context);
  context.diagnostics = diagnostics;
  const bool failed = context.errors != before;
  context.errors = before;
  return {value, failed};
}

const Value* CallTry(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context) {
  for (const hcl::Expr* arg : call.args) {
    const Trial trial = Try(*arg, scope, context);
    if (!trial.failed) return trial.value;
  }
  return context.Error(call.span, "Error in function call", "None of the expressions of try() succeeds.");
}

const Value* CallTemplateFile(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context);

// The variables of a template that templatefile() reads.
class TemplateScope final : public Scope {
 public:
  explicit TemplateScope(const Value& variables) : variables_(variables) {}
  const Value* Resolve(const hcl::ScopeTraversal& t, size_t& used, EvalContext&) const override {
    used = 0;
    return variables_.Get(t.root);
  }

 private:
  const Value& variables_;
};

}  // namespace

const Value* MakeString(std::string_view text, FunctionCallSite& site) {
  return NewString(site.context.arena, site.context.arena.Copy(text), site.at);
}
const Value* MakeNumber(int64_t number, FunctionCallSite& site) {
  return NewNumber(site.context.arena, Number::FromInt(number), site.at);
}
const Value* MakeBool(bool value, FunctionCallSite& site) { return NewBool(site.context.arena, value, site.at); }
const Value* MakeList(std::vector<const Value*> items, FunctionCallSite& site, Kind kind) {
  return NewSequence(site.context.arena, kind, site.context.arena.Copy(items), site.at);
}
bool TextOf(const Value* v, FunctionCallSite& site, std::string_view& out) {
  const Value* text = ToString(v, site.context);
  if (text == nullptr || text->kind != Kind::kString) return false;
  out = text->text;
  return true;
}
bool IntOf(const Value* v, FunctionCallSite& site, int64_t& out) {
  const Value* number = ToNumber(v, site.context);
  if (number == nullptr || number->kind != Kind::kNumber || !number->number.AsInt()) return false;
  out = *number->number.AsInt();
  return true;
}

namespace {

const Value* CallTemplateFile(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context) {
  bool unknown_count = false;
  const auto args = EvaluateArgs(call, scope, context, unknown_count);
  if (args.size() != 2 || unknown_count || args[0]->kind != Kind::kString || !IsMapping(args[1]->kind) || context.files == nullptr)
    return Derive(NewUnknown(context.arena, call.span), call.span, args, context);
  const auto text = context.files->Read(args[0]->text);
  if (!text.ok()) return context.Error(call.span, "Invalid function argument", text.status().message());
  // Spans inside another file would need its place in the source map; the call stands for all of it.
  const auto tree = hcl::ParseTemplate(*text, call.span, context.arena, context.limits);
  if (!tree.errors.empty()) return context.Error(call.span, "Error in template", std::string(tree.errors[0].summary));
  const TemplateScope inner(*args[1]);
  const Value* out = ToString(Evaluate(*tree.expr, inner, context), context);
  return out != nullptr ? Derive(out, call.span, args, context) : NewUnknown(context.arena, call.span);
}

}  // namespace

const Value* CallFunction(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context) {
  std::string_view name = call.name;
  if (name.starts_with("core::")) name.remove_prefix(6);
  if (name == "try") return CallTry(call, scope, context);
  if (name == "can" && call.args.size() == 1) return NewBool(context.arena, !Try(*call.args[0], scope, context).failed, call.span);
  if (name == "templatefile") return CallTemplateFile(call, scope, context);

  bool unknown_count = false;
  const auto args = EvaluateArgs(call, scope, context, unknown_count);
  const auto unknown = [&] { return Derive(NewUnknown(context.arena, call.span), DerivedOrigin(args, call.span), args, context); };
  const auto at = Table().find(name);
  if (at == Table().end()) {
    if (name.starts_with("provider::") || std::ranges::find(kUnknowable, name) != std::end(kUnknowable)) return unknown();
    return context.Error(call.name_span, "Call to unknown function", "There is no function named '" + std::string(call.name) + "'.");
  }
  const BuiltIn& function = *at->second;
  if (unknown_count) return unknown();
  if (args.size() < function.min_args || (function.max_args != 255 && args.size() > function.max_args))
    return context.Error(call.span, args.size() < function.min_args ? "Not enough function arguments" : "Too many function arguments",
                         "The function '" + std::string(name) + "' does not take " + std::to_string(args.size()) + " arguments.");
  if (function.unknowns == BuiltIn::Unknowns::kAny) {
    if (std::ranges::any_of(args, [](const Value* v) { return ContainsUnknown(*v); })) return unknown();
  } else if (std::ranges::any_of(args, [](const Value* v) { return v->is_unknown(); }) && name != "jsonencode" && name != "coalesce" &&
             name != "concat" && name != "merge" && name != "compact" && name != "flatten" && name != "distinct") {
    return unknown();
  }
  if (!context.Spend(1 + args.size(), call.span)) return NewUnknown(context.arena, call.span);
  FunctionCallSite site{name, call.span, context};
  const uint32_t errors = context.errors;
  const Value* result = function.call(args, site);
  if (result == nullptr) {
    if (context.errors != errors) return NewUnknown(context.arena, call.span);
    return context.Error(call.span, "Invalid function argument", "The arguments of '" + std::string(name) + "' have the wrong type or value.");
  }
  // A function that picks one of its arguments' parts gives that very node: its origin is where it was written.
  if (result->origin != call.span) return result;
  return Derive(result, IsSequence(result->kind) || IsMapping(result->kind) ? call.span : DerivedOrigin(args, call.span), args, context);
}

}  // namespace weir::terraform
