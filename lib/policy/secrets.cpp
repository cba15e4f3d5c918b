#include <re2/re2.h>
#include <memory>
#include <vector>
#include "lib/policy/function_groups.h"
namespace weir::policy {
namespace {
using cel::EvalContext;
using cel::MapEntry;
using cel::Type;
using cel::Value;
struct Detector {
  std::string_view kind;
  const char* pattern;
};
constexpr Detector kDetectors[] = {
    {"aws-access-key", R"(\b((?:AKIA|ASIA)[0-9A-Z]{16})\b)"},
    {"aws-secret-key", R"((?i)aws_?secret_?(?:access_?)?key["']?\s*[:=]\s*["']?([A-Za-z0-9/+=]{40}))"},
    {"private-key", R"((-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----))"},
    {"github-token", R"(\b(gh[pousr]_[A-Za-z0-9]{36})\b)"},
    {"slack-token", R"(\b(xox[baprs]-[A-Za-z0-9-]{20,}))"},
    {"gitlab-token", R"(\b(glpat-[A-Za-z0-9_-]{20})\b)"},
};

Value SecretFind(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return Value::List({});
  static const auto* compiled = [] {
    auto* out = new std::vector<std::unique_ptr<RE2>>;
    for (const Detector& d : kDetectors) out->push_back(std::make_unique<RE2>(d.pattern));
    return out;
  }();
  std::vector<Value> found;
  for (size_t i = 0; i < compiled->size(); ++i) {
    re2::StringPiece rest(args[0].text.data(), args[0].text.size()), secret;
    while (RE2::FindAndConsume(&rest, *(*compiled)[i], &secret) && found.size() < 100) {
      const std::string_view text(secret.data(), secret.size());
      // Documentation's own placeholders are no secrets.
      if (text.find("EXAMPLE") != std::string_view::npos) continue;
      auto fields = context.arena.NewArray<MapEntry>(2);
      fields[0] = {"kind", Value::String(kDetectors[i].kind)};
      fields[1] = {"text", Value::String(text)};
      Value map = Value::Map(fields);
      found.push_back(map);
    }
  }
  return Value::List(context.arena.Copy(found));
}


constexpr cel::Function kFunctions[] = {{"secret.find", 1, 1, false, SecretFind, true}};
}  // namespace
std::span<const cel::Function> SecretFunctions() { return kFunctions; }
}  // namespace weir::policy
