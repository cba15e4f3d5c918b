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
      {".github/actions/setup/action.yaml", "runs: {}\n", "github_actions"}, {".github/dependabot.yml", "version: 2\n", ""}, {".github/workflows/README.md", "", ""}, {".github/ISSUE_TEMPLATE/bug.yml", "name: x\n", ""},
      // Kubernetes: by the keys of an object
      {"k8s/pod.yaml", kPod, "kubernetes"}, {"k8s/pod.yml", kPod, "kubernetes"}, {"k8s/pod.txt", kPod, ""}, {"crlf.yaml", "apiVersion: apps/v1\r\nkind: Deployment\r\n", "kubernetes"},
      {"k8s/late.yaml", "# x\n---\nkind: Service\nmetadata: {name: x}\napiVersion: v1\n", "kubernetes"}, {"list.json", "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": []}", "kubernetes"},
      {"flow.yaml", "{apiVersion: v1, kind: Pod}\n", "kubernetes"}, {"quoted.yaml", "\"apiVersion\": v1\n\"kind\": Pod\n", "kubernetes"}, {"bom.yml", "\xEF\xBB\xBF" "apiVersion: v1\nkind: Pod\n", "kubernetes"},
      {"values.yaml", "image:\n  apiVersion: v1\n  kind: Pod\n", ""}, {"doc.yaml", "text: |\n  apiVersion: v1\n  kind: Pod\n", ""}, {"charts/web/Chart.yaml", "apiVersion: v2\nname: x\n", "kubernetes"}, {"overlays/prod/kustomization.yaml", "", "kubernetes"}, {"Kustomization", "", "kubernetes"},
      {"both.yaml", "AWSTemplateFormatVersion: 2010-09-09\napiVersion: v1\nkind: x\n", "cloudformation"}, {"docker-compose.yaml", kPod, "compose"}, {".github/workflows/x.yaml", kPod, "github_actions"},
      {"only-kind.yaml", "kind: Pod\n", ""}, {"eslint.json", "{\"kind\": \"x\"}", ""},
      // What is none of it
      {"package.json", "{\"name\": \"x\", \"version\": \"1.0.0\"}", ""}, {"package-lock.json", "{\"lockfileVersion\": 3}", ""}, {"tsconfig.json", "{\"compilerOptions\": {}}", ""},
      {"composer.json", "{\"require\": {}}", ""}, {".eslintrc.json", "{\"rules\": {}}", ""}, {"cdk.json", "{\"app\": \"node app.js\"}", ""}, {"appsettings.json", "{\"Logging\": {}}", ""},
      {"mkdocs.yml", "site_name: x\n", ""}, {".pre-commit-config.yaml", "repos: []\n", ""}, {".golangci.yml", "linters: {}\n", ""}, {"pubspec.yaml", "name: x\n", ""},
      {"_config.yml", "theme: minima\n", ""}, {"pnpm-lock.yaml", "lockfileVersion: '9.0'\n", ""}, {"openapi.yaml", "openapi: 3.0.0\ninfo: {}\n", ""}, {"data.json", "[1, 2, 3]", ""},
      {"empty.yaml", "", ""}, {"empty.json", "", ""}, {"binary.json", "\x7F" "ELF\x02", ""}, {"values.yaml", "replicaCount: 1\n", ""},
      {"go.mod", "module x\n", ""}, {"Makefile", "all:\n", ""}, {"main.py", "print(1)\n", ""}, {"image.png", "\x89PNG", ""}, {"schema.json", "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"Resources\": \"a::b\"}", ""},
  };
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

}  // namespace weir
