// The functions of the space secret, for policies: in a text, of one value, in everything that a resource says.
#include <string>
#include <vector>

#include "lib/policy/function_groups.h"
#include "lib/policy/functions.h"
#include "lib/policy/secret_words.h"
#include "lib/policy/secrets.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

constexpr int kDeepest = 60;

Value Find(Args args, EvalContext& context) {
  if (args[0].is(Type::kNull)) return Value::List({});
  if (!args[0].is(Type::kString)) return Value::Error("secret.find() takes a text");
  if (!context.Spend(args[0].text.size() / 16)) return EvalContext::Exhausted();
  std::vector<Value> out;
  for (const Secret& s : FindSecrets(args[0].text))
    out.push_back(MakeMap({{"kind", Value::String(s.kind)}, {"start", Value::Int(int64_t(s.start))}, {"length", Value::Int(int64_t(s.length))}}, context));
  return Value::List(context.arena.Copy(out));
}

// What the text holds, as it is or in base64 (user data, the data of a Kubernetes secret), or is under that name.
std::string_view KindIn(std::string_view text, std::string_view name, bool samples) {
  if (const auto own = FindSecrets(text, 1); !own.empty()) return own[0].kind;
  if (samples && HoldsAwsKeyId(text)) return "aws-access-key";
  if (const std::string decoded = DecodedText(text); !decoded.empty()) {
    if (const auto own = FindSecrets(decoded, 1); !own.empty()) return own[0].kind;
    if (samples && HoldsAwsKeyId(decoded)) return "aws-access-key";
  }
  return name.empty() ? std::string_view() : KindOfSecret(name, text);
}

bool IsTrue(Args args, size_t at) { return args.size() > at && args[at].is(Type::kBool) && args[at].boolean; }

// secret.isSecret(value), secret.isSecret(value, name), secret.isSecret(value, name, samples)
Value IsSecret(Args args, EvalContext& context) {
  if (args[0].is(Type::kNull)) return Value::Bool(false);
  if (!args[0].is(Type::kString) || (args.size() > 1 && !args[1].is(Type::kString))) return Value::Error("secret.isSecret() takes a value and its name");
  if (!context.Spend(args[0].text.size() / 8)) return EvalContext::Exhausted();
  return Value::Bool(!KindIn(args[0].text, args.size() > 1 ? args[1].text : std::string_view(), IsTrue(args, 2)).empty());
}

// Texts of a resource, each with the name that it stands under.
struct Walk {
  EvalContext& context;
  std::vector<Value>& out;
  bool samples = false;

  // What came through Terraform's variables and locals is told where it is written; defaults of parameters and what a file's
  // Globals or provider section gives are told by the resources that have them.
  bool IsWrittenHere(const weir::Value& v) const {
    const auto* at = static_cast<const Host*>(context.host);
    if (at != nullptr && !at->resource->language.starts_with("terraform")) return true;
    if (v.provenance != nullptr && v.provenance->hops != nullptr) return false;
    const auto* host = static_cast<const Host*>(context.host);
    return host == nullptr || !host->resource->block.valid() || !v.origin.valid() || host->resource->block.Contains(v.origin);
  }

  void Visit(const weir::Value& v, std::string_view name, int depth) {
    if (depth > kDeepest || !context.Spend(1)) return;
    // Of a text with interpolations the parts that are written here; none of them is the whole value of `name`.
    const bool parts = v.is_unknown() && v.has(weir::Value::kPartial);
    if (v.structure != nullptr) return Visit(*v.structure, parts ? std::string_view() : name, depth + 1);
    if (v.kind == Kind::kString) return Text(v, name);
    if (IsSequence(v.kind))
      for (const weir::Value* item : v.items) Visit(*item, name, depth + 1);
    if (!IsMapping(v.kind)) return;
    // {name = "DB_PASSWORD", value = "…"}: the value stands under that name.
    const weir::Value* named = v.Get("name");
    for (const Entry& e : v.entries) {
      const bool pair = e.key == "value" && named != nullptr && named->kind == Kind::kString;
      Visit(*e.value, pair ? named->text : e.key, depth + 1);
    }
  }

  void Text(const weir::Value& v, std::string_view name) {
    if (v.text.size() < 6 || !IsWrittenHere(v) || !context.Spend(v.text.size() / 8)) return;
    const std::string_view kind = KindIn(v.text, IsSecretName(name) ? name : std::string_view(), samples);
    if (kind.empty()) return;
    out.push_back(MakeMap({{"name", Value::String(name)}, {"kind", Value::String(kind)}, {"value", Value::FromModel(&v)}}, context));
    out.back().model = &v;
  }
};

// A variable's default and a local's value stand under the name of the variable or local.
std::string_view NameOf(const EvalContext& context) {
  const auto* host = static_cast<const Host*>(context.host);
  if (host == nullptr) return {};
  const Resource& r = *host->resource;
  return r.type == "variable" || r.type == "local" || r.type == "output" ? r.name : std::string_view();
}

Value InBody(Args args, EvalContext& context) {
  if (args[0].is(Type::kNull)) return Value::List({});
  if (args[0].model == nullptr && args[0].is(Type::kUnknown)) return args[0];
  if (args[0].model == nullptr) return Value::Error("secret.inBody() takes a resource or one of its attributes");
  std::vector<Value> out;
  Walk walk{context, out, IsTrue(args, 1)};
  const std::string_view name = NameOf(context);
  const weir::Value& body = *args[0].model;
  if (!name.empty() && IsMapping(body.kind))
    for (const Entry& e : body.entries) {
      if (e.key == "default" || e.key == "value") walk.Visit(*e.value, name, 0);
    }
  else
    walk.Visit(body, {}, 0);
  return context.Spend(0) ? Value::List(context.arena.Copy(out)) : EvalContext::Exhausted();
}

constexpr cel::Function kFunctions[] = {
    {"secret.find", 1, 1, false, Find, true},
    {"secret.isSecret", 1, 3, false, IsSecret, true},
    {"secret.inBody", 1, 2, false, InBody, true, true},
};

}  // namespace

std::span<const cel::Function> SecretFunctions() { return kFunctions; }

}  // namespace weir::policy
