// What a policy document lets happen: the functions of the space iam. Each is worked out with three truths, so that an unknown
// part matters only where it decides.
#include "lib/policy/arn.h"
#include "lib/policy/cidr.h"
#include "lib/policy/function_groups.h"
#include "lib/policy/iam.h"

#include <algorithm>
#include <string>
#include <vector>

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Truth;
using cel::Type;
using cel::Value;

Truth Not(Truth t) { return t == Truth::kTrue ? Truth::kFalse : t == Truth::kFalse ? Truth::kTrue : t; }
Truth And(Truth a, Truth b) { return a == Truth::kFalse || b == Truth::kFalse ? Truth::kFalse : a == Truth::kTrue ? b : a; }
Truth Or(Truth a, Truth b) { return Not(And(Not(a), Not(b))); }
Truth Of(bool b) { return b ? Truth::kTrue : Truth::kFalse; }
Value Answer(Truth t, const Value& about) {
  return t == Truth::kUnknown ? Value::Unknown(about.model) : Value::Bool(t == Truth::kTrue);
}

Value Field(const Value& map, std::string_view name) {
  Value out;
  if (map.is(Type::kUnknown)) return map;
  map.Find(name, out);
  return out;
}

// Truth over the elements of a list; an unknown list could hold anything.
template <typename Test>
Truth Any(const Value& list, Test test) {
  if (list.is(Type::kUnknown)) return Truth::kUnknown;
  Truth out = Truth::kFalse;
  for (size_t i = 0; i < list.size() && out != Truth::kTrue; ++i) out = Or(out, test(list.At(i)));
  return out;
}

Truth Empty(const Value& list) { return list.is(Type::kUnknown) ? Truth::kUnknown : Of(list.size() == 0); }

Truth HasEffect(const Value& statement, std::string_view effect) { return cel::Equal(Field(statement, "effect"), Value::String(effect)); }

// `text` is covered by the list `in`, or there is a list `out_of` that does not cover it.
Truth Speaks(const Value& statement, std::string_view in, std::string_view out_of, std::string_view text, bool any_case) {
  if (statement.is(Type::kUnknown)) return Truth::kUnknown;
  const Value negative = Field(statement, out_of);
  const Truth named = IamCovers(Field(statement, in), text, any_case);
  return Or(named, And(Not(Empty(negative)), Not(IamCovers(negative, text, any_case))));
}
Truth SpeaksOfAction(const Value& s, std::string_view action) { return Speaks(s, "actions", "not_actions", action, true); }
Truth SpeaksOfResource(const Value& s, std::string_view resource) {
  // A policy on a resource may leave out what it speaks of only where a service allows it; then it is that resource.
  const Truth silent = And(Empty(Field(s, "resources")), Empty(Field(s, "not_resources")));
  return Or(silent, Speaks(s, "resources", "not_resources", resource, false));
}
Truth Unconditional(const Value& s) { return Empty(Field(s, "conditions")); }

Value Matches(Args args, EvalContext&) {
  if (args[1].is(Type::kUnknown)) return args[1];
  if (!args[1].is(Type::kString)) return Value::Error("iam.matches() takes patterns and an action");
  return Answer(IamCovers(args[0], args[1].text, true), args[0]);
}

Value Statements(Args args, EvalContext& context) { return IamStatements(args[0], context); }

Value Allows(Args args, EvalContext& context) {
  for (size_t i = 1; i < args.size(); ++i) {
    if (args[i].is(Type::kUnknown)) return args[i];
    if (!args[i].is(Type::kString)) return Value::Error("iam.allows() takes a document, an action and a resource");
  }
  const Value statements = IamStatements(args[0], context);
  if (statements.is_failure()) return statements;
  const std::string_view action = args[1].text, resource = args.size() > 2 ? args[2].text : "*";
  const Truth allowed = Any(statements, [&](const Value& s) {
    const Truth here = args.size() > 2 ? SpeaksOfResource(s, resource) : Truth::kTrue;
    return And(HasEffect(s, "Allow"), And(SpeaksOfAction(s, action), here));
  });
  const Truth denied = Any(statements, [&](const Value& s) {
    return And(And(HasEffect(s, "Deny"), Unconditional(s)), And(SpeaksOfAction(s, action), SpeaksOfResource(s, resource)));
  });
  return Answer(And(allowed, Not(denied)), args[0]);
}

Value Actions(Args args, EvalContext& context) {
  const Value statements = IamStatements(args[0], context);
  if (statements.is_failure()) return statements;
  std::vector<Value> out;
  const auto add = [&](const Value& action) {
    if (!action.is(Type::kString)) return out.push_back(action.is(Type::kUnknown) ? action : Value::Unknown(action.model));
    const Truth denied = Any(statements, [&](const Value& s) {
      return And(And(HasEffect(s, "Deny"), Unconditional(s)), And(SpeaksOfAction(s, action.text), SpeaksOfResource(s, "*")));
    });
    const bool twice = std::ranges::any_of(out, [&](const Value& o) { return o.is(Type::kString) && o.text == action.text; });
    if (denied == Truth::kUnknown) out.push_back(Value::Unknown(action.model));
    else if (denied == Truth::kFalse && !twice) out.push_back(action);
  };
  for (size_t i = 0; i < statements.size() && context.Spend(statements.size()); ++i) {
    const Value s = statements.At(i);
    const Truth allow = HasEffect(s, "Allow");
    if (allow == Truth::kUnknown) return Value::Unknown(s.model);
    if (allow == Truth::kFalse) continue;
    const Value actions = Field(s, "actions");
    if (actions.is(Type::kUnknown)) return actions;
    for (size_t k = 0; k < actions.size() && context.Spend(statements.size()); ++k) add(actions.At(k));
    if (Empty(Field(s, "not_actions")) != Truth::kTrue) add(Value::String("*"));
  }
  return Value::List(context.arena.Copy(out));
}

Value Principals(Args args, EvalContext& context) {
  const Value statements = IamStatements(args[0], context);
  if (statements.is_failure()) return statements;
  std::vector<Value> out;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Value s = statements.At(i), list = Field(s, "principals");
    const Truth allow = HasEffect(s, "Allow");
    if (allow == Truth::kFalse) continue;
    if (allow == Truth::kUnknown || list.is(Type::kUnknown)) return Value::Unknown(s.model != nullptr ? s.model : list.model);
    for (size_t k = 0; k < list.size(); ++k) out.push_back(list.At(k));
  }
  return Value::List(context.arena.Copy(out));
}

// Keys that tie a request to a known caller, as "The meaning of public" in Amazon S3's documentation of Block Public Access
// lists them, and the global keys that say the same of an organization
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
constexpr std::string_view kRestricting[] = {
    "aws:sourceip",        "aws:sourcearn",       "aws:sourcevpc",        "aws:sourcevpce",         "aws:sourceowner",
    "aws:sourceaccount",   "aws:sourceorgid",     "aws:sourceorgpaths",   "aws:userid",             "aws:principalorgid",
    "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn",   "s3:dataaccesspointarn",  "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id", "kms:calleraccount", "aws:vpceaccount", "aws:vpceorgid",
    "aws:vpceorgpaths"};

// A value that names one thing: no wildcard, no policy variable; an address range that is not most of the internet.
Truth Fixed(const Value& value, std::string_view key) {
  if (value.is(Type::kUnknown)) return Truth::kTrue;  // an attribute of some resource: a thing that is named
  if (!value.is(Type::kString)) return Truth::kFalse;
  if (key == "aws:sourceip") return Of(!IsWideRange(value.text));
  const std::string_view text = value.text;
  if (text.find("${") != std::string_view::npos) return Truth::kFalse;
  // An ARN whose account is given, or an organization's path, is one owner's whatever its end is.
  if (const auto arn = ReadArn(text)) {
    const bool owned = !arn->account.empty() && arn->account.find_first_of("*?") == std::string_view::npos;
    const bool bucket = arn->service == "s3" && arn->resource.find_first_of("*?") > 2;
    return Of(owned || bucket || arn->resource.find_first_of("*?") == std::string_view::npos);
  }
  if (key == "aws:principalorgpaths" || key == "aws:sourceorgpaths" || key == "aws:userid") return Of(!text.empty() && text[0] != '*');
  return Of(text.find_first_of("*?") == std::string_view::npos);
}

Truth Restricts(const Value& condition) {
  const Value test = Field(condition, "test"), variable = Field(condition, "variable"), values = Field(condition, "values");
  if (test.is(Type::kUnknown) || variable.is(Type::kUnknown)) return Truth::kUnknown;
  if (!test.is(Type::kString) || !variable.is(Type::kString)) return Truth::kFalse;
  std::string_view operation = test.text;
  if (operation.starts_with("ForAnyValue:")) operation.remove_prefix(12);
  constexpr std::string_view kPositive[] = {"StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike", "IpAddress"};
  if (std::ranges::find(kPositive, operation) == std::end(kPositive)) return Truth::kFalse;
  std::string key(variable.text);
  for (char& c : key) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  if (std::ranges::find(kRestricting, key) == std::end(kRestricting)) return Truth::kFalse;
  if (values.is(Type::kUnknown)) return Truth::kTrue;
  Truth all = Of(values.size() > 0);
  for (size_t i = 0; i < values.size(); ++i) all = And(all, Fixed(values.At(i), key));
  return all;
}

Truth Everyone(const Value& principal) {
  const Value id = Field(principal, "id"), type = Field(principal, "type");
  // "arn:aws:iam::*:root" is refused by IAM; whoever wrote it meant everyone.
  if (id.is(Type::kString))
    if (const auto arn = ReadArn(id.text); arn && arn->account.find('*') != std::string_view::npos) return Truth::kTrue;
  const Truth star = cel::Equal(id, Value::String("*"));
  if (star != Truth::kUnknown) return star;
  // A service's name or a federated provider is fixed by what it is.
  return type.is(Type::kString) && (type.text == "Service" || type.text == "Federated") ? Truth::kFalse : star;
}

Truth StatementIsPublic(const Value& s) {
  const Truth anyone = Or(Any(Field(s, "principals"), Everyone), Not(Empty(Field(s, "not_principals"))));
  return And(And(HasEffect(s, "Allow"), anyone), Not(Any(Field(s, "conditions"), Restricts)));
}

Value IsPublic(Args args, EvalContext& context) {
  // A statement of iam.statements(), or a whole document.
  Value statement;
  if (args[0].is(Type::kMap) && !args[0].soft && args[0].Find("principals", statement)) return Answer(StatementIsPublic(args[0]), args[0]);
  const Value statements = IamStatements(args[0], context);
  if (statements.is_failure()) return statements;
  return Answer(Any(statements, StatementIsPublic), args[0]);
}

// "123456789012", or the account of an ARN.
Truth Foreign(const Value& principal, const Value& account) {
  if (principal.is(Type::kUnknown)) return Truth::kUnknown;
  const Value type = Field(principal, "type"), id = Field(principal, "id");
  if (type.is(Type::kString) && type.text != "AWS") return Truth::kFalse;
  if (id.is(Type::kUnknown)) return Truth::kUnknown;
  if (!id.is(Type::kString)) return Truth::kFalse;
  if (id.text == "*") return Truth::kFalse;  // whether that is public is another question
  const auto arn = ReadArn(id.text);
  const std::string_view owner = arn ? arn->account : id.text;
  if (owner.size() != 12 || owner.find_first_not_of("0123456789") != std::string_view::npos) return Truth::kFalse;
  return Not(cel::Equal(Value::String(owner), account));
}

Value CrossAccount(Args args, EvalContext& context) {
  if (!args[1].is(Type::kString) && !args[1].is(Type::kUnknown)) return Value::Error("iam.crossAccount() takes a document and an account's id");
  const Value statements = IamStatements(args[0], context);
  if (statements.is_failure()) return statements;
  const Truth foreign = Any(statements, [&](const Value& s) {
    const Truth other = Any(Field(s, "principals"), [&](const Value& p) { return Foreign(p, args[1]); });
    return Or(And(HasEffect(s, "Allow"), other), StatementIsPublic(s));
  });
  return Answer(foreign, args[0]);
}

constexpr cel::Function kFunctions[] = {
    {"iam.statements", 1, 1, false, Statements, true, true},
    {"iam.matches", 2, 2, false, Matches, true, true},
    {"iam.allows", 2, 3, false, Allows, true, true},
    {"iam.actions", 1, 1, false, Actions, true, true},
    {"iam.principals", 1, 1, false, Principals, true, true},
    {"iam.isPublic", 1, 1, false, IsPublic, true, true},
    {"iam.crossAccount", 2, 2, false, CrossAccount, true, true},
};

}  // namespace

std::span<const cel::Function> IamFunctions() { return kFunctions; }

}  // namespace weir::policy
