// The `definition:` of a policy in Checkov's form as a tree, and the expression that it means for a resource of one type. Internal to
// lib/policy/.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/policy/policy_document.h"

namespace weir::policy {

struct Condition {
  enum class Kind : uint8_t { kAttribute, kConnection, kFilter, kAnd, kOr, kNot } kind = Kind::kAnd;
  std::vector<Condition> parts;               // of and, or, not
  std::vector<std::string> types, connected;  // "*" for every type; a filter's types
  std::string attribute, op;                  // the operator without "jsonpath_"
  bool negated = false;                       // "not_" was in front of it
  std::string value;                          // as a CEL literal; empty where there is none
  bool Speaks(const std::string& type) const;
};

/// Reads the mapping or list below `definition:`. What is wrong goes to `problems`.
Condition ReadCondition(const YAML::Node& node, Problems& problems, int depth = 0);

/// The types that get a verdict.
std::set<std::string> JudgedTypes(const Condition& condition);

/// How a resource type of Checkov's reads here.
struct TypeMeaning {
  std::vector<std::string> languages;  // in which types are written so
  std::string type;                    // weir's: `permissions` is `workflow`, `RUN` is `instruction.RUN`, and a `Pod` is what any `workload` runs
  std::string each;                    // the list of what is judged of it, which is then `it`; empty: the resource itself
};
TypeMeaning MeaningOf(const std::string& type);

/// The condition for a resource of `type` as CEL; nothing where it says nothing of that type.
std::optional<std::string> ExpressionFor(const Condition& condition, const std::string& type);

/// What limits the policy to some resources of `type` (filters by an attribute) as CEL; empty where nothing does.
std::string LimitFor(const Condition& condition, const std::string& type);

}  // namespace weir::policy
