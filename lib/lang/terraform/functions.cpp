#include "lib/lang/terraform/functions.h"

#include <algorithm>
#include <unordered_map>

#include "lib/base/text.h"
#include "lib/lang/terraform/types.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::terraform {
namespace {

const std::unordered_map<std::string_view, const BuiltIn*>& Table() {
  static const auto* table = [] {
    auto* out = new std::unordered_map<std::string_view, const BuiltIn*>;
    for (const auto list : {CollectionFunctions(), SetFunctions(), ConversionFunctions(), NumberFunctions(), TextFunctions(), FormatFunctions(), RegexFunctions(),
                            EncodingFunctions(), YamlFunctions(), HashFunctions(), TimeFunctions(), FileFunctions(), NetworkFunctions()})
      for (const BuiltIn& f : list) out->emplace(f.name, &f);
    return out;
  }();
  return *table;
}

constexpr uint32_t kMaxTemplateDepth = 16;

std::string NearestName(std::string_view name) {
  std::string_view best;
  size_t least = SIZE_MAX;
  for (const auto& [known, function] : Table())
    if (const size_t distance = EditDistance(name, known); distance < least || (distance == least && known < best)) least = distance, best = known;
  return std::string(best);
}

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

const Value* Fail(FunctionCallSite& site, std::string why) {
  site.context.Error(site.at, "Error in function call", std::string(site.name) + "(): " + std::move(why));
  return nullptr;
}
const Value* FailTooLarge(FunctionCallSite& site, std::string why) {
  EvalContext& context = site.context;
  ++context.errors;
  if (context.diagnostics != nullptr)
    context.diagnostics->push_back({Diagnostic::Kind::kLimit, site.at, "Result too large", context.arena.Copy(std::string(site.name) + "(): " + why)});
  return nullptr;
}
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
const Value* MakeObject(std::vector<Entry> entries, FunctionCallSite& site, Kind kind) {
  return NewMapping(site.context.arena, kind, site.context.arena.Copy(entries), site.at);
}
const Value* MakeUnknown(FunctionCallSite& site) { return NewUnknown(site.context.arena, site.at); }

bool TextOf(const Value* v, FunctionCallSite& site, std::string_view& out) {
  const Value* text = ToString(v, site.context);
  if (text == nullptr || text->kind != Kind::kString) return false;
  out = text->text;
  return true;
}
bool NumberOf(const Value* v, FunctionCallSite& site, Number& out) {
  const Value* number = ToNumber(v, site.context);
  if (number == nullptr || number->kind != Kind::kNumber) return false;
  out = number->number;
  return true;
}
bool IntOf(const Value* v, FunctionCallSite& site, int64_t& out) {
  Number number;
  if (!NumberOf(v, site, number) || !number.AsInt()) return false;
  out = *number.AsInt();
  return true;
}
bool ListOf(const Value* v, FunctionCallSite& site, std::vector<const Value*>& out) {
  if (!IsSequence(v->kind)) return false;
  if (v->kind == Kind::kTuple) return UnifyItems(v->items, site.context, out);
  out.assign(v->items.begin(), v->items.end());
  return true;
}

// Spans inside a template would need its place in the source map: what renders it stands for all of it.
const Value* RenderTemplate(std::string_view text, const Value& variables, Span at, Args args, EvalContext& context) {
  if (++context.template_depth > kMaxTemplateDepth) {
    --context.template_depth;
    return context.Error(at, "Error in template", "Templates call each other too deeply.");
  }
  const auto tree = hcl::ParseTemplate(text, at, context.arena, context.limits);
  const Value* out = nullptr;
  if (!tree.errors.empty()) {
    out = context.Error(at, "Error in template", std::string(tree.errors[0].summary));
  } else {
    const TemplateScope inner(variables);
    out = ToString(Evaluate(*tree.expr, inner, context), context);
    out = out != nullptr ? Derive(out, at, args, context) : context.Error(at, "Error in template", "The template does not give a text.");
  }
  --context.template_depth;
  return out;
}

namespace {

const Value* CallTemplateFile(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context) {
  bool unknown_count = false;
  const auto args = EvaluateArgs(call, scope, context, unknown_count);
  const auto unknown = [&] { return Derive(NewUnknown(context.arena, call.span), call.span, args, context); };
  if (unknown_count) return unknown();
  if (args.size() != 2) return context.Error(call.span, "Error in function call", "templatefile() takes a path and an object of variables.");
  if (args[0]->is_unknown() || args[1]->is_unknown() || context.files == nullptr) return unknown();
  const Value* path = ToString(args[0], context);
  if (path == nullptr || path->kind != Kind::kString || !IsMapping(args[1]->kind))
    return context.Error(call.span, "Invalid function argument", "templatefile() takes a path and an object of variables.");
  const auto text = context.files->Read(path->text);
  if (!text.ok()) return context.Error(call.span, "Invalid function argument", text.status().message());
  if (!IsValidUtf8(*text)) return context.Error(call.span, "Invalid function argument", std::string(path->text) + " is not UTF-8 text; a template must be.");
  return RenderTemplate(*text, *args[1], call.span, args, context);
}

const Value* CallTemplateString(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context) {
  bool unknown_count = false;
  const auto args = EvaluateArgs(call, scope, context, unknown_count);
  if (args.size() != 2 || unknown_count) return context.Error(call.span, "Error in function call", "templatestring() takes a template and an object of variables.");
  // A template that is written where it is rendered would be rendered before the call.
  const auto kind = call.args[0]->kind;
  if (kind != hcl::ExprKind::kScopeTraversal && kind != hcl::ExprKind::kRelativeTraversal && kind != hcl::ExprKind::kIndex)
    return context.Error(call.span, "Invalid function argument", "templatestring() renders a template that a reference gives, such as local.greeting.");
  if (args[0]->is_unknown() || args[1]->is_unknown()) return Derive(NewUnknown(context.arena, call.span), call.span, args, context);
  if (args[0]->kind != Kind::kString || !IsMapping(args[1]->kind))
    return context.Error(call.span, "Invalid function argument", "templatestring() takes a template and an object of variables.");
  return RenderTemplate(args[0]->text, *args[1], call.span, args, context);
}

}  // namespace

const Value* CallFunction(const hcl::FunctionCall& call, const Scope& scope, EvalContext& context) {
  std::string_view name = call.name;
  if (name.starts_with("core::")) name.remove_prefix(6);
  if (name == "try") return CallTry(call, scope, context);
  if (name == "can" && call.args.size() == 1) return NewBool(context.arena, !Try(*call.args[0], scope, context).failed, call.span);
  if (name == "templatefile") return CallTemplateFile(call, scope, context);
  if (name == "templatestring") return CallTemplateString(call, scope, context);

  bool unknown_count = false;
  const auto args = EvaluateArgs(call, scope, context, unknown_count);
  const auto unknown_call = [&] { return Derive(NewUnknown(context.arena, call.span), DerivedOrigin(args, call.span), args, context); };
  const auto at = Table().find(name);
  if (at == Table().end() || (name == "type" && !context.console)) {
    // What a provider's function gives is the provider's to say; where none is declared there is none.
    if (name.starts_with("provider::") && !context.console) return unknown_call();
    return context.Error(call.name_span, "Call to unknown function", "There is no function named '" + std::string(call.name) + "'; did you mean '" + NearestName(name) + "'?");
  }
  const BuiltIn& function = *at->second;
  if (unknown_count) return unknown_call();
  if (args.size() < function.min_args || (function.max_args != 255 && args.size() > function.max_args))
    return context.Error(call.span, args.size() < function.min_args ? "Not enough function arguments" : "Too many function arguments",
                         "The function '" + std::string(name) + "' does not take " + std::to_string(args.size()) + " arguments.");
  const auto unknown = [&] { return Derive(NewUnknown(context.arena, call.span), DerivedOrigin(args, call.span), args, context, function.marks); };
  if (function.unknowns == BuiltIn::Unknowns::kAny && std::ranges::any_of(args, [](const Value* v) { return ContainsUnknown(*v); })) return unknown();
  if (function.unknowns == BuiltIn::Unknowns::kPartly && std::ranges::any_of(args, [](const Value* v) { return v->is_unknown(); })) return unknown();
  if (!context.Spend(1 + args.size(), call.span)) return NewUnknown(context.arena, call.span);
  FunctionCallSite site{name, call.span, context};
  if (function.nulls == BuiltIn::Nulls::kError && std::ranges::any_of(args, [](const Value* v) { return v->is_null(); })) {
    Fail(site, "an argument is null");
    return NewUnknown(context.arena, call.span);
  }
  const uint32_t errors = context.errors;
  const Value* result = function.call(args, site);
  if (result == nullptr) {
    if (context.errors != errors) return NewUnknown(context.arena, call.span);
    return context.Error(call.span, "Invalid function argument", "The arguments of '" + std::string(name) + "' have the wrong type or value.");
  }
  // A function that picks one of its arguments' parts gives that very node: its origin is where it was written.
  if (result->origin != call.span) {
    uint8_t marks = 0;
    for (const Value* arg : args) marks |= MarksOf(*arg, function.marks);
    return WithMarks(result, marks, context);
  }
  return Derive(result, IsSequence(result->kind) || IsMapping(result->kind) ? call.span : DerivedOrigin(args, call.span), args, context, function.marks);
}

}  // namespace weir::terraform
