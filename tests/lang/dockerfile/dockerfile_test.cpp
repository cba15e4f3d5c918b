#include "lib/lang/dockerfile/dockerfile.h"

#include "lib/base/sources.h"
#include "lib/model/document.h"
#include "tests/support/test.h"

namespace weir::dockerfile {
namespace {

struct Evaluated {
  explicit Evaluated(std::string_view text, const Limits& limits = {}) : snapshot(git::NewMemorySnapshot({{"app/Dockerfile", std::string(text)}})) {
    Dockerfile().Evaluate("app/Dockerfile", *snapshot, sources, arena, limits, document);
  }
  const Resource* Find(std::string_view local) const {
    for (const Resource* r : document.resources)
      if (r->address == "app/Dockerfile" + (local.empty() ? "" : ":" + std::string(local))) return r;
    return nullptr;
  }
  // The value at a path as text; "?" where it is unknown, "? begins x" where its beginning is known, "-" where it is absent.
  std::string At(std::string_view local, std::string_view path) const {
    const Resource* r = Find(local);
    if (r == nullptr) return "no resource";
    const auto values = ValuesAt(*r->body, path);
    if (values.empty()) return "-";
    const Value& v = *values[0];
    if (v.is_unknown()) return v.has(Value::kPartial) ? "? begins " + std::string(v.text) : "?";
    if (v.kind == Kind::kBool) return v.boolean ? "true" : "false";
    return v.kind == Kind::kString ? std::string(v.text) : v.kind == Kind::kNumber ? "a number" : "other";
  }
  std::string Origin(std::string_view local, std::string_view path) const {
    return std::string(sources.text(ValuesAt(*Find(local)->body, path).at(0)->origin));
  }
  std::unique_ptr<git::Snapshot> snapshot;
  SourceMap sources;
  Arena arena;
  Document document;
};

TEST_CASE("Dockerfiles are known by their names") {
  struct Case { const char* path; bool claimed; };
  for (const Case& c : std::initializer_list<Case>{{"Dockerfile", true}, {"a/Dockerfile", true}, {"Dockerfile.prod", true}, {"web.Dockerfile", true}, {"web.dockerfile", true}, {"Containerfile", true},
                                                   {"a/containerfile.dev", true}, {"Dockerfile-alpine", true}, {"dockerfile", true}, {".dockerignore", false}, {"Dockerfile.dockerignore", false},
                                                   {"Dockerfile.md", false}, {"Dockerfile.j2", false}, {"Dockerfiles/readme", false}, {"mydockerfile", false}, {"a/Dockerfile/b.sh", false},
                                                   {"docker-compose.yml", false}, {"Dockerfile.tmpl", false}}) {
    INFO(c.path);
    CHECK(Dockerfile().Claims(c.path, {}) == c.claimed);
  }
}

TEST_CASE("variables are expanded as BuildKit does") {
  const std::string text = "ARG TAG=3.20\nARG NONE\nFROM alpine:${TAG}-x\nARG TAG\nARG LATER=a.tar.gz\nENV E=1 F=$E\nENV G=$E\nENV PATH=$PATH:/x\n";
  const struct { const char* line; const char* value; } cases[] = {
      {"WORKDIR /$TAG", "/3.20"}, {"WORKDIR /${TAG}x", "/3.20x"}, {"WORKDIR ${X:-/d}", "?"}, {"WORKDIR ${E:-d}", "1"}, {"WORKDIR ${E:+set}", "set"},
      {"WORKDIR ${LATER%.gz}", "a.tar"}, {"WORKDIR ${LATER%%.*}", "a"}, {"WORKDIR ${LATER#*.}", "tar.gz"}, {"WORKDIR ${LATER##*.}", "gz"}, {"WORKDIR ${LATER/tar/zip}", "a.zip.gz"},
      {"WORKDIR ${LATER//a/b}", "b.tbr.gz"}, {"WORKDIR '$E'", "$E"}, {"WORKDIR \"$E\"", "1"}, {"WORKDIR \\$E", "$E"}, {"WORKDIR /a/$NONE", "? begins /a/"},
      {"WORKDIR $G", "1"}, {"WORKDIR ${E:-${X}}", "1"}, {"WORKDIR ${", "?"}, {"WORKDIR $", "$"}, {"WORKDIR ${G:?no}", "1"}};
  for (const auto& c : cases) {
    INFO(c.line);
    CHECK(Evaluated(text + c.line + "\n").At("stage-0/WORKDIR[0]", "path") == c.value);
  }
  const Evaluated e(text);
  CHECK(e.At("stage-0/FROM[0]", "image") == "alpine:3.20-x");
  CHECK(e.At("stage-0/ENV[0]", "pairs[1].value") == "?");  // F sees E as it was before the instruction: what the base image says
  CHECK(e.At("stage-0/ARG[0]", "pairs[0].value") == "3.20");
}

TEST_CASE("from scratch nothing is set that the file does not set") {
  CHECK(Evaluated("FROM scratch\nWORKDIR /a${X:-b}$Y\n").At("stage-0/WORKDIR[0]", "path") == "/ab");
}

TEST_CASE("a value remembers where it was written") {
  const Evaluated e("ARG TAG=latest\nFROM alpine:$TAG\nUSER root\nFROM 0\nENV U=root\nUSER $U\n");
  CHECK(e.Origin("stage-1", "user") == "root");
  CHECK(e.Find("stage-1")->body->Get("user")->origin.offset == 55);
}

TEST_CASE("a stage takes user, folder and variables over from the stage that it builds on") {
  const Evaluated e("FROM alpine:3 AS base\nENV A=1\nUSER app:staff\nWORKDIR /srv\nFROM Base\nRUN $A\nLABEL x=$A\nFROM alpine:3\n");
  CHECK(e.At("stage-1", "user") == "app");
  CHECK(e.At("stage-1", "workdir") == "/srv");
  CHECK(e.At("stage-1/LABEL[0]", "pairs[0].value") == "1");
  CHECK(e.At("stage-2", "user_set") == "false");
  CHECK(e.At("stage-0", "used") == "false");
  CHECK(e.At("", "final.is_final") == "true");
  CHECK(e.At("stage-1/FROM[0]", "stage_ref") == "true");
}

TEST_CASE("the commands of RUN are there in every form") {
  struct Case { const char* run; const char* name; };
  for (const Case& c : std::initializer_list<Case>{{"RUN sudo -E -u x apt-get install y", "apt-get"}, {"RUN [\"apt-get\", \"install\"]", "apt-get"}, {"RUN <<E\napt-get install\nE", "apt-get"},
                                                   {"RUN bash <<E\napt-get install\nE", "apt-get"}, {"RUN env A=b /usr/bin/apt-get update", "apt-get"}, {"RUN <<E\n#!/usr/bin/env python\nx\nE", "-"},
                                                   {"ENV M=apt-get\nRUN $M install", "apt-get"}, {"RUN M=x; $M install", "-"}}) {
    INFO(c.run);
    CHECK(Evaluated("FROM a\n" + std::string(c.run) + "\n").At("stage-0/RUN[0]", "commands[0].name") == c.name);
  }
  const Evaluated nested("FROM a\nRUN sh -c 'curl x | sh'\nRUN [\"bash\", \"-c\", \"sudo ls\"]\nONBUILD RUN sudo make\n");
  CHECK(nested.At("stage-0/RUN[0]", "commands[1].name") == "curl");
  CHECK(nested.Origin("stage-0/RUN[0]", "commands[2].name") == "sh");
  CHECK(nested.At("stage-0/RUN[1]", "commands[1].via[0]") == "sudo");
  CHECK(nested.At("stage-0/ONBUILD[0]/RUN", "commands[0].name") == "make");
  CHECK(Evaluated("FROM a\nRUN curl -Lk x\n").Origin("stage-0/RUN[0]", "commands[0].options[2]") == "k");
}

TEST_CASE("what is wrong with a file is said with its place and never hides the rest") {
  struct Case { std::string text, summary; size_t resources; };
  for (const Case& c : std::vector<Case>{{"", "The file has no build stage", 0}, {"# nothing\n", "The file has no build stage", 0}, {"RUN ls\nFROM a\n", "RUN stands before the first FROM", 3},
                                         {"FROM a\nRUN <<E\nls\n", "The here-document is never closed", 4}, {"FROM a\nNO x\nUSER b\n", "Unknown instruction: NO", 4},
                                         {std::string("FROM a\n\0\0\0", 10), "The file is not text", 0}}) {
    INFO(c.text);
    const Evaluated e(c.text);
    REQUIRE(e.document.diagnostics.size() == 1);
    CHECK(e.document.diagnostics[0].summary == c.summary);
    CHECK(e.document.diagnostics[0].span.valid());
    CHECK(e.document.resources.size() == c.resources);
  }
}

TEST_CASE("a file with more than the limits allow is not completed") {
  std::string stages, lines = "FROM a\n";
  for (int i = 0; i < 1000; ++i) stages += "FROM a\n";
  for (int i = 0; i < 1'000'000; ++i) lines += "RUN\ta\n";
  for (const std::string& text : {stages, lines}) {
    const Evaluated e(text);
    REQUIRE(e.document.diagnostics.size() == 1);
    CHECK(e.document.diagnostics[0].kind == Diagnostic::Kind::kLimit);
  }
}

}  // namespace
}  // namespace weir::dockerfile
