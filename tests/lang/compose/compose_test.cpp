#include "lib/lang/compose/compose.h"
#include "tests/lang/evaluated.h"

namespace weir::compose {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

test::Evaluated Evaluate(std::string text, Files more = {}) {
  more["app/compose.yaml"] = std::move(text);
  return test::Evaluated(Compose(), std::move(more), "app/compose.yaml");
}

TEST_CASE("Compose files are known by their names") {
  struct Case { const char* path; bool claimed; };
  for (const Case& c : std::initializer_list<Case>{{"compose.yaml", true}, {"a/docker-compose.yml", true}, {"docker-compose.prod.yml", true}, {"compose-dev.yaml", true}, {"prod.docker-compose.yml", true}, {"compose.override.yml", true},
                                                   {"docker-compose", false}, {"compose.json", false}, {"composer.yaml", false}, {"mycompose.yaml", false}, {"compose/web.yaml", false}}) {
    INFO(c.path);
    CHECK(Compose().Claims(c.path, {}) == c.claimed);
  }
}

TEST_CASE("variables are replaced by what .env says, or by their default") {
  const Files env = {{"app/.env", "TAG=1.2 # new\nexport NAME='a b'\nEMPTY=\n"}};
  struct Case { const char* image; const char* value; };
  for (const Case& c : std::initializer_list<Case>{{"web:${TAG}", "web:1.2"}, {"web:$TAG", "web:1.2"}, {"web:${NONE:-latest}", "web:latest"}, {"web:${NONE}", "web:?"}, {"web:${EMPTY:-x}", "web:x"}, {"web:${EMPTY-x}", "web:"},
                                                   {"web:${TAG:+y}", "web:y"}, {"web:${NONE:+y}", "web:"}, {"web:${NONE:?needed}", "web:?"}, {"a$$b", "a$b"}, {"${NONE:-${TAG}}", "1.2"}, {"${NAME}", "a b"}}) {
    INFO(c.image);
    CHECK(Evaluate("services:\n  web:\n    image: \"" + std::string(c.image) + "\"\n", env).At("services.web", "image") == c.value);
  }
}

TEST_CASE("a service is joined with what it extends, merges and is overridden by, and keeps each origin") {
  const auto e = Evaluate("x-base: &base\n  restart: always\nservices:\n  web:\n    <<: *base\n    extends: {file: ../common.yml, service: base}\n    environment: {A: mine}\n    ports: [\"80:80\"]\n",
                          {{"common.yml", "services:\n  base:\n    privileged: true\n    environment: [A=theirs, B=2]\n    command: [x]\n"}, {"app/compose.override.yaml", "services:\n  web:\n    ports: [\"443:443\"]\n    command: [y]\n"}});
  CHECK(e.Summaries() == "");
  CHECK(e.Addresses("service") == "services.web");
  CHECK(e.At("services.web", "restart") == "always");
  CHECK(e.Origin("services.web", "privileged") == "common.yml: true");
  CHECK(e.At("services.web", "environment[0].name") == "B");
  CHECK(e.At("services.web", "environment[1].value") == "mine");
  CHECK(e.At("services.web", "ports[1].published") == "443");
  CHECK(e.At("services.web", "command") == "y");
}

TEST_CASE("ports and volumes have one form") {
  const auto e = Evaluate("services:\n  web:\n    ports: [\"127.0.0.1:8080:80/udp\", 9000, {target: 5432, published: 5432}]\n    volumes: [\"./a:/b:ro\", \"data:/c\", /anonymous]\n");
  CHECK(e.At("services.web", "ports[0].host_ip") == "127.0.0.1");
  CHECK(e.At("services.web", "ports[0].protocol") == "udp");
  CHECK(e.At("services.web", "ports[1].published") == "-");
  CHECK(e.At("services.web", "ports[2].published") == "5432");
  CHECK(e.At("services.web", "volumes[0].type") == "bind");
  CHECK(e.At("services.web", "volumes[0].read_only") == "true");
  CHECK(e.At("services.web", "volumes[1].type") == "volume");
}

TEST_CASE("included files are read once, and never outside of the repository") {
  const auto e = Evaluate("include: [../db.yml, {path: ../db.yml}, ../../secret.yml, compose.yaml]\nservices:\n  web: {image: \"a:1\"}\n", {{"db.yml", "include: [app/compose.yaml]\nservices:\n  db: {image: \"b:1\"}\n"}});
  CHECK(e.Addresses("service") == "services.db services.web");
  CHECK(e.Summaries() == "The included file lies outside of the repository");
}

TEST_CASE("bad projects are bounded and said") {
  struct Case { const char* services; const char* summary; };
  for (const Case& c : std::initializer_list<Case>{{"  a: {extends: a}\n", "The service extends itself"}, {"  a: {extends: b}\n  b: {extends: a}\n", "The service extends itself; The service extends itself"},
                                                   {"  a: {extends: none}\n", "There is no service none in app/compose.yaml"}, {"  a: {extends: {file: /etc/x.yml, service: y}}\n", "The extended file lies outside of the repository"}, {"  a: 5\n", ""}}) {
    INFO(c.services);
    CHECK(Evaluate("services:\n" + std::string(c.services)).Summaries() == c.summary);
  }
  CHECK(Evaluate("- a\n").Summaries() == "A Compose file is a mapping");
  CHECK(Evaluate("services: [\n").Summaries() != "");
  Files chain;
  for (int i = 0; i < 40; ++i) chain["app/" + std::to_string(i) + ".yml"] = "include: [" + std::to_string(i + 1) + ".yml]\n";
  CHECK(Evaluate("include: [0.yml]\n", chain).Summaries() == "Files include each other too deeply");
}

TEST_CASE("a change of an override is one of the project that it belongs to") {
  const auto snapshot = git::NewMemorySnapshot({{"a/compose.yml", "services: {}\n"}, {"a/compose.override.yml", "services: {}\n"}, {"a/docker-compose.dev.yml", "include: [base-compose.yml]\n"}, {"a/base-compose.yml", ""}});
  std::string cache;
  CHECK(*Compose().ScopesOf(std::vector<std::string>{"a/compose.override.yml"}, *snapshot, cache) == std::vector<std::string>{"a/compose.yml"});
  CHECK(*Compose().ScopesOf(std::vector<std::string>{"a/base-compose.yml"}, *snapshot, cache) == std::vector<std::string>{"a/base-compose.yml", "a/docker-compose.dev.yml"});
}

}  // namespace
}  // namespace weir::compose
