#include "lib/lang/cloudformation/recognise.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/git/paths.h"

namespace weir::cloudformation {
namespace {

/// Whether `key` is a key of the outermost mapping: at a line's beginning in YAML, in quotes before a colon in JSON.
bool HasKey(std::string_view head, std::string_view key) {
  for (size_t at = head.find(key); at != std::string_view::npos; at = head.find(key, at + 1)) {
    const char before = at == 0 ? '\n' : head[at - 1];
    std::string_view after = head.substr(at + key.size());
    const bool quoted = before == '"' || before == '\'';
    if (quoted && !after.empty() && after[0] == before) after.remove_prefix(1);
    else if (quoted || (before != '\n' && before != '\xBF')) continue;
    const size_t colon = after.find_first_not_of(" \t");
    if (colon != std::string_view::npos && after[colon] == ':') return true;
  }
  return false;
}

}  // namespace

bool MayBeTemplate(std::string_view path) {
  constexpr std::string_view kEndings[] = {".yaml", ".yml", ".json", ".template", ".cfn"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return path.ends_with(ending); });
}

bool LooksLikeTemplate(std::string_view head) {
  if (HasKey(head, "AWSTemplateFormatVersion")) return true;
  if (HasKey(head, "apiVersion") || HasKey(head, "$schema")) return false;
  if (head.find("AWS::Serverless") != std::string_view::npos && HasKey(head, "Transform")) return true;
  const bool typed = head.find("::") != std::string_view::npos;
  if (HasKey(head, "Resources") && typed) return true;
  // A long description, or many parameters: the resources come later.
  return head.size() >= 4096 && (HasKey(head, "Parameters") || HasKey(head, "Mappings") || HasKey(head, "Metadata") || HasKey(head, "Resources") || HasKey(head, "Description"));
}

bool IsTemplate(const yaml::Node& root) {
  if (root.Find("AWSTemplateFormatVersion") != nullptr) return true;
  if (root.Find("apiVersion") != nullptr) return false;
  const yaml::Node* resources = root.Find("Resources");
  if (resources == nullptr) return false;
  return std::ranges::any_of(resources->pairs(), [](const yaml::Pair& pair) {
    const yaml::Node* type = pair.value->Resolved().Find("Type");
    return (type != nullptr && type->text.find("::") != std::string_view::npos) || pair.key->text.starts_with("Fn::");
  });
}

bool IsServerlessPath(std::string_view path) {
  const std::string_view name = git::FileNameOf(path);
  return name == "serverless.yml" || name == "serverless.yaml" || name == "serverless.json";
}

}  // namespace weir::cloudformation
