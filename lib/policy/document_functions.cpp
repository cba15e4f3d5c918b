// json.decode(): documents that stand in a text of a resource.
#include "lib/policy/function_groups.h"
#include "lib/policy/json_document.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

Value Decode(Args args, EvalContext& context) {
  const Value& text = args[0];
  if (text.is(Type::kNull)) return text;
  const weir::Value* model = text.model;
  if (model == nullptr && text.is(Type::kString)) model = NewString(context.arena, text.text);
  if (model == nullptr) return text.is(Type::kUnknown) ? text : Value::Error("json.decode() takes a text");
  if (text.is(Type::kString) && !context.Spend(text.text.size() / 16)) return EvalContext::Exhausted();
  const weir::Value* document = ReadDocument(*model, context.arena);
  if (document != nullptr) return Value::FromModel(document);
  return text.is(Type::kUnknown) ? text : Value::Error("the text is no JSON");
}

constexpr cel::Function kFunctions[] = {
    {"json.decode", 1, 1, false, Decode, false, true},
};

}  // namespace

std::span<const cel::Function> DocumentFunctions() { return kFunctions; }

}  // namespace weir::policy
