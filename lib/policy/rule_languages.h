// The languages that rules and examples may name: the one table of their keys.
//
// A key is the language's name (Language::name, Resource::language). A rule may speak of a language that this weir does not read
// yet; it then never applies. An example is a text under the same key, which the runner gives the file's name that the
// language recognises its files by.
#pragma once

#include <span>
#include <string_view>

namespace weir::policy {

struct RuleLanguage {
  std::string_view key;           // "terraform"
  std::string_view title;         // "Terraform"
  std::string_view example_file;  // path of an example's text, unless it names its own with `file:`
};

/// All of them, in the order in which messages list them.
std::span<const RuleLanguage> RuleLanguages();
/// The entry of that key, or null.
const RuleLanguage* FindRuleLanguage(std::string_view key);

/// The types that one word of a rule stands for: Kubernetes' `workload` for every kind that runs pods, Terraform's
/// `kubernetes_workload` for the resources of its provider that do. Empty for any other word, which is a type or a pattern itself.
std::span<const std::string_view> TypesOfGroup(std::string_view language, std::string_view word);

}  // namespace weir::policy
