#include "lib/policy/rule_languages.h"

#include <algorithm>

namespace weir::policy {
namespace {

constexpr RuleLanguage kLanguages[] = {
    {"terraform", "Terraform", "main.tf"},
    {"cloudformation", "CloudFormation", "template.yaml"},
    {"serverless", "Serverless Framework", "serverless.yml"},
    {"kubernetes", "Kubernetes", "manifest.yaml"},
    {"helm", "Helm", "templates/manifest.yaml"},
    {"kustomize", "Kustomize", "kustomization.yaml"},
    {"argo_workflows", "Argo Workflows", "workflow.yaml"},
    {"dockerfile", "Dockerfile", "Dockerfile"},
    {"compose", "Compose", "compose.yaml"},
    {"github_actions", "GitHub Actions", ".github/workflows/ci.yaml"},
    {"gitlab_ci", "GitLab CI", ".gitlab-ci.yml"},
    {"azure_pipelines", "Azure Pipelines", "azure-pipelines.yml"},
    {"circleci_pipelines", "CircleCI", ".circleci/config.yml"},
    {"bitbucket_pipelines", "Bitbucket Pipelines", "bitbucket-pipelines.yml"},
    {"ansible", "Ansible", "playbook.yml"},
    {"openapi", "OpenAPI", "openapi.yaml"},
    {"arm", "ARM", "azuredeploy.json"},
    {"bicep", "Bicep", "main.bicep"},
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
