#include "lib/policy/functions.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "lib/policy/function_groups.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

const Host& HostOf(const EvalContext& context) { return *static_cast<const Host*>(context.host); }

Value Bodies(const std::vector<const Resource*>& resources, EvalContext& context) {
  auto items = context.arena.NewArray<Value>(resources.size());
  for (size_t i = 0; i < resources.size(); ++i) items[i] = Value::FromModel(resources[i]->body);
  return Value::List(items);
}

// The resource with this body; null where it is no resource of the document.
const Resource* ResourceOf(const Document& document, const Value& body) {
  const auto found = std::ranges::find_if(document.resources, [&](const Resource* r) { return r->body == body.model; });
  return found == document.resources.end() ? nullptr : *found;
}

Value Related(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kString)) return Value::Error("related() takes a type and an attribute");
  if (args.size() == 3 && args[2].is(Type::kUnknown)) return args[2];
  if (context.host == nullptr) return Value::List({});
  const Host& host = HostOf(context);
  const Resource* of = args.size() == 3 ? ResourceOf(*host.document, args[2]) : host.resource;
  return of == nullptr ? Value::List({}) : Bodies(host.document->Related(*of, args[0].text, args[1].text), context);
}

Value References(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return Value::Error("references() takes an attribute");
  if (context.host == nullptr) return Value::List({});
  const Host& host = HostOf(context);
  return Bodies(host.document->References(*host.resource, args[0].text), context);
}

Value Declared(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return Value::Error("declared() takes a type");
  if (context.host == nullptr) return Value::List({});
  const Host& host = HostOf(context);
  if (!context.Spend(1 + host.document->resources.size() / 16)) return EvalContext::Exhausted();
  return Bodies(host.document->Declared(args[0].text), context);
}

constexpr cel::Function kRelations[] = {
    {"related", 2, 3, false, Related},
    {"references", 1, 1, false, References},
    {"declared", 1, 1, false, Declared},
};

}  // namespace

std::span<const cel::Function> DomainFunctions() {
  static const auto* all = [] {
    auto* out = new std::vector<cel::Function>(std::begin(kRelations), std::end(kRelations));
    for (const auto group : {IamFunctions(), CidrFunctions(), PortFunctions(), SemverFunctions(), ArnFunctions(), ImageFunctions(),
                             CronFunctions(), TlsFunctions(), SecretFunctions(), AttributeFunctions(), KubernetesFunctions(), DocumentFunctions()})
      out->insert(out->end(), group.begin(), group.end());
    return out;
  }();
  return *all;
}

const cel::FunctionTable& PolicyFunctions() {
  static const auto* table = new cel::FunctionTable(DomainFunctions());
  return *table;
}

const cel::Environment& PolicyEnvironment() {
  static const auto* environment = new cel::Environment{{"self", "it", "meta"}, &PolicyFunctions()};
  return *environment;
}

}  // namespace weir::policy
