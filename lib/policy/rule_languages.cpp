#include "lib/policy/rule_languages.h"

#include <algorithm>

namespace weir::policy {
namespace {

constexpr RuleLanguage kLanguages[] = {
    {"terraform", "main.tf"},
    {"cloudformation", "template.yaml"},
    {"serverless", "serverless.yml"},
    {"kubernetes", "manifest.yaml"},
    {"helm", "templates/manifest.yaml"},
    {"kustomize", "kustomization.yaml"},
    {"argo_workflows", "workflow.yaml"},
    {"dockerfile", "Dockerfile"},
    {"compose", "compose.yaml"},
    {"github_actions", ".github/workflows/ci.yaml"},
    {"gitlab_ci", ".gitlab-ci.yml"},
    {"azure_pipelines", "azure-pipelines.yml"},
    {"circleci_pipelines", ".circleci/config.yml"},
    {"bitbucket_pipelines", "bitbucket-pipelines.yml"},
    {"ansible", "playbook.yml"},
    {"openapi", "openapi.yaml"},
    {"arm", "azuredeploy.json"},
    {"bicep", "main.bicep"},
};

}  // namespace

std::span<const RuleLanguage> RuleLanguages() { return kLanguages; }

const RuleLanguage* FindRuleLanguage(std::string_view key) {
  const auto at = std::ranges::find(kLanguages, key, &RuleLanguage::key);
  return at == std::end(kLanguages) ? nullptr : at;
}

}  // namespace weir::policy
