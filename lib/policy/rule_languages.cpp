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

constexpr std::string_view kWorkloads[] = {"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "PodTemplate", "DeploymentConfig", "Rollout"};
constexpr std::string_view kTerraformWorkloads[] = {
    "kubernetes_pod",          "kubernetes_pod_v1",          "kubernetes_deployment",  "kubernetes_deployment_v1",
    "kubernetes_daemonset",    "kubernetes_daemon_set_v1",   "kubernetes_job",         "kubernetes_job_v1",
    "kubernetes_stateful_set", "kubernetes_stateful_set_v1", "kubernetes_cron_job",    "kubernetes_cron_job_v1",
    "kubernetes_replication_controller", "kubernetes_replication_controller_v1"};

}  // namespace

std::span<const std::string_view> TypesOfGroup(std::string_view language, std::string_view word) {
  if (language == "kubernetes" && word == "workload") return kWorkloads;
  if (language == "terraform" && word == "kubernetes_workload") return kTerraformWorkloads;
  return {};
}

std::span<const RuleLanguage> RuleLanguages() { return kLanguages; }

const RuleLanguage* FindRuleLanguage(std::string_view key) {
  const auto at = std::ranges::find(kLanguages, key, &RuleLanguage::key);
  return at == std::end(kLanguages) ? nullptr : at;
}

}  // namespace weir::policy
