// Which language a file is of, by its name and its first bytes: real names and heads. Every language adds its rows.
#include "lib/lang/language.h"
#include "tests/support/test.h"

namespace weir {

TEST_CASE("a file's name and first bytes tell its language") {
  struct Row {
    const char *path, *head, *language;  // language: "" where it is no infrastructure
  };
  static constexpr const char *kVersion = "AWSTemplateFormatVersion: '2010-09-09'\nDescription: x\n", *kTypes = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n",
                              *kPod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n";
  static constexpr Row kRows[] = {
      // Terraform: by its name alone
      {"main.tf", "", "terraform"}, {"modules/vpc/variables.tf", "", "terraform"}, {"main.tf.json", "{}", "terraform"}, {"prod.tfvars", "", "terraform"},
      {"prod.auto.tfvars.json", "{}", "terraform"}, {"main.tofu", "", "terraform"}, {".terraform/modules/a/main.tf", "", ""}, {"terraform.tfstate", "{}", ""},
      // CloudFormation and SAM
      {"template.yaml", kVersion, "cloudformation"}, {"template.yml", kTypes, "cloudformation"}, {"infra/vpc.template", kVersion, "cloudformation"},
      {"cfn/stack.json", "{\"AWSTemplateFormatVersion\": \"2010-09-09\"}", "cloudformation"}, {"cdk.out/App.template.json", "{\n \"Resources\": {\n  \"A\": {\n   \"Type\": \"AWS::IAM::Role\"", "cloudformation"},
      {"sam.yaml", "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function: {}\n", "cloudformation"}, {"a.cfn", kTypes, "cloudformation"},
      {"bom.yaml", "\xEF\xBB\xBF" "AWSTemplateFormatVersion: 2010-09-09\n", "cloudformation"}, {"quoted.yaml", "\"AWSTemplateFormatVersion\" : 2010-09-09\n", "cloudformation"},
      {"crlf.yaml", "---\r\nAWSTemplateFormatVersion: '2010-09-09'\r\n", "cloudformation"}, {"custom.yaml", "Resources:\n  X:\n    Type: Custom::Thing\n", "cloudformation"},
      {"README.md", kVersion, ""}, {"template.txt", kTypes, ""}, {"notes.yaml", "# AWSTemplateFormatVersion: says a comment\nkey: value\n", ""},
      {"resources.yaml", "Resources:\n  cpu: 2\n", ""}, {"in-value.yaml", "doc: 'AWSTemplateFormatVersion: x'\n", ""},
      // Serverless Framework: by its name
      {"serverless.yml", "", "serverless"}, {"services/api/serverless.yaml", "service: x\n", "serverless"}, {"serverless.json", "{}", "serverless"},
      // Dockerfiles, Compose projects, GitHub Actions: by their names
      {"Dockerfile", "", "dockerfile"}, {"services/api/Dockerfile", "FROM a\n", "dockerfile"}, {"Dockerfile.prod", "", "dockerfile"}, {"build/api.Dockerfile", "", "dockerfile"},
      {"Containerfile", "", "dockerfile"}, {"Dockerfile-alpine", "", "dockerfile"}, {".dockerignore", "node_modules\n", ""}, {"Dockerfile.dockerignore", "*\n", ""}, {"Dockerfile.md", "# x\n", ""},
      {"Dockerfile.j2", "FROM {{ x }}\n", ""}, {"docker-entrypoint.sh", "#!/bin/sh\n", ""},
      {"compose.yaml", "", "compose"}, {"docker-compose.yml", "services: {}\n", "compose"}, {"deploy/docker-compose.prod.yml", "", "compose"}, {"compose.override.yml", "", "compose"},
      {"dev.docker-compose.yaml", "", "compose"}, {"composer.yaml", "services: {}\n", ""}, {"decompose.yml", "x: 1\n", ""},
      {".github/workflows/ci.yml", "", "github_actions"}, {".github/workflows/release.yaml", "on: push\n", "github_actions"}, {".gitea/workflows/ci.yaml", "", "github_actions"}, {"action.yml", "", "github_actions"},
      {".github/actions/setup/action.yaml", "runs: {}\n", "github_actions"}, {".github/dependabot.yml", "version: 2\n", "github_actions"}, {"templates/dependabot.yml", "version: 2\n", ""}, {".github/workflows/README.md", "", ""}, {".github/ISSUE_TEMPLATE/bug.yml", "name: x\n", ""},
      // Kubernetes: by the keys of an object
      {"k8s/pod.yaml", kPod, "kubernetes"}, {"k8s/pod.yml", kPod, "kubernetes"}, {"k8s/pod.txt", kPod, ""}, {"crlf.yaml", "apiVersion: apps/v1\r\nkind: Deployment\r\n", "kubernetes"},
      {"k8s/late.yaml", "# x\n---\nkind: Service\nmetadata: {name: x}\napiVersion: v1\n", "kubernetes"}, {"list.json", "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": []}", "kubernetes"},
      {"flow.yaml", "{apiVersion: v1, kind: Pod}\n", "kubernetes"}, {"quoted.yaml", "\"apiVersion\": v1\n\"kind\": Pod\n", "kubernetes"}, {"bom.yml", "\xEF\xBB\xBF" "apiVersion: v1\nkind: Pod\n", "kubernetes"},
      {"values.yaml", "image:\n  apiVersion: v1\n  kind: Pod\n", ""}, {"doc.yaml", "text: |\n  apiVersion: v1\n  kind: Pod\n", ""}, {"charts/web/Chart.yaml", "apiVersion: v2\nname: x\n", "kubernetes"}, {"overlays/prod/kustomization.yaml", "", "kubernetes"}, {"Kustomization", "", "kubernetes"},
      {"both.yaml", "AWSTemplateFormatVersion: 2010-09-09\napiVersion: v1\nkind: x\n", "cloudformation"}, {"docker-compose.yaml", kPod, "compose"}, {".github/workflows/x.yaml", kPod, "github_actions"},
      {"only-kind.yaml", "kind: Pod\n", ""}, {"eslint.json", "{\"kind\": \"x\"}", ""},
      // More of Terraform's: tests, locks, back ends, overrides, generated code
      {"environments/live/eu-west-1/backend.tf", "terraform {\n  backend \"s3\" {}\n}\n", "terraform"}, {"override.tf", "", "terraform"}, {"cdk.tf.json", "{\"//\": {\"metadata\": {}}}", "terraform"},
      {"live/terraform.tfvars", "region = \"eu-west-1\"\n", "terraform"}, {"modules/dns/README.md", "# dns\n", ""}, {".terraform.lock.hcl", "provider \"x\" {}\n", ""},
      {"terraform.tfstate.backup", "{\"version\": 4}", ""}, {"main.tf.bak", "", ""}, {"main.tf.tmpl", "", ""}, {"templates/user_data.tftpl", "#!/bin/sh\n", ""}, {".tflint.hcl", "plugin \"aws\" {}\n", ""},
      {"packer/image.pkr.hcl", "source \"amazon-ebs\" \"a\" {}\n", ""}, {"nomad/web.nomad", "job \"web\" {}\n", ""}, {"terragrunt.hcl", "inputs = {}\n", ""}, {"vault/policy.hcl", "path \"kv/*\" {}\n", ""},
      // More of CloudFormation's
      {"deploy/network.yaml", "# The network of the shop.\nAWSTemplateFormatVersion: \"2010-09-09\"\n", "cloudformation"}, {"template.json", "\n{\n  \"Description\": \"x\",\n  \"AWSTemplateFormatVersion\": \"2010-09-09\"\n}", "cloudformation"},
      {"stacks/queue.yml", "Description: queue\nParameters:\n  Stage:\n    Type: String\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n", "cloudformation"},
      {"cloudformation/params.json", "[{\"ParameterKey\": \"Stage\", \"ParameterValue\": \"live\"}]", ""}, {"samconfig.toml", "version = 0.1\n", ""}, {"buildspec.yml", "version: 0.2\nphases: {}\n", ""},
      {"appspec.yml", "version: 0.0\nos: linux\n", ""}, {"amplify.yml", "version: 1\nfrontend: {}\n", ""}, {"cdk.context.json", "{\"availability-zones\": []}", ""}, {"cdk.out/manifest.json", "{\"version\": \"36.0.0\", \"artifacts\": {}}", ""},
      {"cdk.out/tree.json", "{\"version\": \"tree-0.1\"}", ""}, {"events/put.json", "{\"Records\": []}", ""}, {"iam/policy.json", "{\"Version\": \"2012-10-17\", \"Statement\": []}", ""},
      {"statemachine.asl.json", "{\"StartAt\": \"A\", \"States\": {}}", ""}, {"locale/en.yaml", "Resources:\n  title: Resources\n", ""}, {"Parameters.yaml", "Parameters:\n  a: b\n", ""},
      {"serverless.ts", "export default {}\n", ""}, {"serverless-compose.yml", "services: {}\n", ""}, {".serverless/state.json", "{\"service\": {}}", ""},
      // More of Dockerfiles
      {"docker/Dockerfile.dev", "FROM a\n", "dockerfile"}, {"Dockerfile.test", "", "dockerfile"}, {"Containerfile.fedora", "", "dockerfile"}, {"images/base/Dockerfile", "# syntax=docker/dockerfile:1\nFROM a\n", "dockerfile"},
      {"web.dockerfile", "FROM a\n", "dockerfile"}, {"Dockerfiles/README.txt", "", ""}, {"dockerfile_lint.py", "", ""}, {"Dockerfile.tmpl", "FROM {{ .Base }}\n", ""}, {"docker.md", "", ""}, {"docker-bake.hcl", "target \"a\" {}\n", ""},
      {".docker/config.json", "{\"auths\": {}}", ""}, {"Earthfile", "VERSION 0.8\n", ""}, {"Vagrantfile", "Vagrant.configure(2)\n", ""}, {"Procfile", "web: x\n", ""}, {"Jenkinsfile", "pipeline {}\n", ""}, {"Tiltfile", "docker_build('a', '.')\n", ""},
      // More of Compose
      {"docker-compose.override.yaml", "services: {}\n", "compose"}, {"docker/compose.yml", "", "compose"}, {"compose.dev.yaml", "", "compose"}, {"docker-compose-ci.yml", "services: {}\n", "compose"},
      {"docker-compose.sh", "#!/bin/sh\n", ""}, {"docker-stack.json", "{\"a\": 1}", ""}, {"compose.txt", "", ""},
      // More of GitHub's, and other forges
      {".github/workflows/release.yml", "name: Release\non:\n  push:\n    tags: ['v*']\n", "github_actions"}, {".forgejo/workflows/test.yml", "on: push\n", "github_actions"}, {"actions/deploy/action.yml", "name: x\nruns:\n  using: composite\n", "github_actions"},
      {".github/dependabot.yaml", "version: 2\n", "github_actions"}, {".github/workflows/scripts/build.sh", "#!/bin/sh\n", ""}, {".github/CODEOWNERS", "* @acme\n", ""}, {".github/labeler.yml", "docs: []\n", ""}, {".github/FUNDING.yml", "github: x\n", ""},
      {".github/release.yml", "changelog: {}\n", ""}, {".github/renovate.json", "{\"extends\": []}", ""}, {".github/workflows/archive.json", "{\"a\": 1}", ""}, {".gitlab-ci.yml", "stages: [a]\n", ""}, {".circleci/config.yml", "version: 2.1\n", ""},
      {"azure-pipelines.yml", "trigger: [main]\n", ""}, {"bitbucket-pipelines.yml", "pipelines: {}\n", ""}, {".drone.yml", "kind: pipeline\ntype: docker\n", ""}, {".travis.yml", "language: go\n", ""}, {"cloudbuild.yaml", "steps: []\n", ""},
      // More of Kubernetes, and what only looks like it
      {"deploy/deployment.yaml", "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n", "kubernetes"}, {"rbac/role.yaml", "# rights\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n", "kubernetes"},
      {"crd/backups.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n", "kubernetes"}, {"argo/app.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\n", "kubernetes"}, {"flux/release.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n", "kubernetes"},
      {"istio/gateway.yaml", "kind: Gateway\napiVersion: networking.istio.io/v1\n", "kubernetes"}, {"manifests/ns.json", "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Namespace\"\n}", "kubernetes"}, {"secret.yaml", "kind: Secret\napiVersion: v1\ndata: {}\n", "kubernetes"},
      {"charts/shop/values-live.yaml", "replicas: 3\n", ""}, {"charts/shop/values.schema.json", "{\"type\": \"object\"}", ""}, {"charts/shop/Chart.lock", "dependencies: []\n", ""}, {"charts/shop/templates/NOTES.txt", "Thanks\n", ""},
      {"charts/shop/templates/_helpers.tpl", "{{- define \"a\" -}}\n", ""}, {"charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "kubernetes"}, {"helmfile.yaml", "releases: []\n", ""}, {"skaffold.yaml", "build: {}\n", ""},
      {"patch.yaml", "- op: replace\n  path: /spec/replicas\n  value: 3\n", ""}, {"ansible/site.yml", "- hosts: web\n  tasks: []\n", ""}, {"ansible/roles/web/tasks/main.yml", "- name: x\n  apt: name=nginx\n", ""}, {"inventory.yml", "all:\n  hosts: {}\n", ""},
      {"prometheus.yml", "global: {}\n", ""}, {"rules/alerts.yaml", "groups:\n  - name: a\n    rules: []\n", ""}, {"grafana/dashboard.json", "{\"panels\": []}", ""}, {"loki.yaml", "auth_enabled: false\n", ""}, {"otel.yaml", "receivers: {}\n", ""},
      {"config/database.yml", "default: &default\n  adapter: postgresql\n", ""}, {"application.yaml", "spring:\n  application: {}\n", ""}, {"i18n/de.yml", "de:\n  hello: Hallo\n", ""}, {".yamllint", "rules: {}\n", ""}, {".weir.yaml", "version: 1\n", ""},
      {"renovate.json", "{\"extends\": [\"config:recommended\"]}", ""}, {"angular.json", "{\"projects\": {}}", ""}, {"lerna.json", "{\"version\": \"1.0.0\"}", ""}, {"bower.json", "{\"name\": \"x\"}", ""}, {"deno.json", "{\"tasks\": {}}", ""},
      {"Cargo.toml", "[package]\n", ""}, {"pyproject.toml", "[project]\n", ""}, {"requirements.txt", "flask\n", ""}, {"go.sum", "", ""}, {"poetry.lock", "", ""}, {"conda/environment.yml", "name: x\ndependencies: []\n", ""}, {".env", "A=1\n", ""},
      {"data/users.json", "{\"users\": [{\"kind\": \"admin\"}]}", ""}, {"test/fixtures/empty.yml", "---\n", ""}, {"list.yaml", "- a\n- b\n", ""}, {"scalar.yaml", "just a text\n", ""}, {"cut.json", "{\"name\": \"x", ""}, {"cut.yaml", "key: [1, 2", ""}, {"nul.yaml", "\x01\x02\x03", ""},
      // What is none of it
      {"package.json", "{\"name\": \"x\", \"version\": \"1.0.0\"}", ""}, {"package-lock.json", "{\"lockfileVersion\": 3}", ""}, {"tsconfig.json", "{\"compilerOptions\": {}}", ""},
      {"composer.json", "{\"require\": {}}", ""}, {".eslintrc.json", "{\"rules\": {}}", ""}, {"cdk.json", "{\"app\": \"node app.js\"}", ""}, {"appsettings.json", "{\"Logging\": {}}", ""},
      {"mkdocs.yml", "site_name: x\n", ""}, {".pre-commit-config.yaml", "repos: []\n", ""}, {".golangci.yml", "linters: {}\n", ""}, {"pubspec.yaml", "name: x\n", ""},
      {"_config.yml", "theme: minima\n", ""}, {"pnpm-lock.yaml", "lockfileVersion: '9.0'\n", ""}, {"openapi.yaml", "openapi: 3.0.0\ninfo: {}\n", ""}, {"data.json", "[1, 2, 3]", ""},
      {"empty.yaml", "", ""}, {"empty.json", "", ""}, {"binary.json", "\x7F" "ELF\x02", ""}, {"values.yaml", "replicaCount: 1\n", ""},
      {"go.mod", "module x\n", ""}, {"Makefile", "all:\n", ""}, {"main.py", "print(1)\n", ""}, {"image.png", "\x89PNG", ""}, {"schema.json", "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"Resources\": \"a::b\"}", ""},
  };
  STATIC_REQUIRE(std::size(kRows) >= 200);
  for (const Row& row : kRows) {
    INFO(row.path << ": " << row.head);
    const auto snapshot = git::NewMemorySnapshot({{row.path, row.head}});
    const auto language = LanguageIn(*snapshot, row.path);
    REQUIRE(language.ok());
    CHECK((*language == nullptr ? std::string() : std::string((*language)->name())) == row.language);
  }
}

TEST_CASE("only files whose name leaves it open are read to be recognised") {
  struct Counting final : git::Snapshot {
    Result<std::vector<git::DirEntry>> List(std::string_view) const override { return std::vector<git::DirEntry>{}; }
    Result<Blob> Read(std::string_view, uint64_t) const override {
      ++reads;
      return Blob(std::string("x: 1\n"));
    }
    ObjectId TreeId(std::string_view) const override { return {}; }
    mutable int reads = 0;
  } snapshot;
  for (const char* path : {"main.tf", "main.go", "serverless.yml", "logo.png", "README.md"}) CHECK(LanguageIn(snapshot, path).ok());
  CHECK(snapshot.reads == 0);
  CHECK(LanguageIn(snapshot, "x.yaml").ok());
  CHECK(snapshot.reads == 1);
}

TEST_CASE("files are found however deep their folders are, and what is too deep to be looked at is never passed over") {
  const auto found = [](size_t depth) {
    std::string path;
    for (size_t i = 0; i < depth; ++i) path += "d/";
    const auto snapshot = git::NewMemorySnapshot({{path + "Dockerfile", "FROM scratch\n"}});
    const Language* const dockerfile = FindLanguage("dockerfile");
    auto files = FilesOf({&dockerfile, 1}, *snapshot);
    return files.ok() ? std::to_string((*files)[dockerfile].size()) : std::string(files.status().code() == Code::kLimit ? "limit" : "error");
  };
  CHECK(found(0) == "1");
  CHECK(found(100) == "1");
  CHECK(found(2100) == "limit");
}

}  // namespace weir
