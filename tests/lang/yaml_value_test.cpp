#include "lib/lang/yaml_value.h"

#include "lib/model/json.h"
#include "tests/support/test.h"

namespace weir {
namespace {

struct Read {
  explicit Read(const std::string& text, YamlSchema schema = YamlSchema::kYaml11, const std::string& path = "x.yaml") {
    const auto snapshot = git::NewMemorySnapshot({{path, text}});
    tree = ReadYaml(path, *snapshot, sources, arena, {}, document);
    if (tree != nullptr && !tree->documents.empty() && tree->documents[0].root != nullptr) value = ValueOf(*tree->documents[0].root, schema, arena);
  }
  std::string_view At(std::string_view path) const { return sources.text(ValuesAt(*value, path).at(0)->origin); }
  Arena arena;
  SourceMap sources;
  Document document;
  const yaml::Tree* tree = nullptr;
  const Value* value = nullptr;
};

std::string Plain(const Value& v) {
  switch (v.kind) {
    case Kind::kNull: return "null";
    case Kind::kBool: return v.boolean ? "true" : "false";
    case Kind::kNumber: return v.number.ToString();
    case Kind::kString: return '"' + std::string(v.text) + '"';
    default: return "?";
  }
}

}  // namespace

TEST_CASE("a plain scalar means what its consumer takes it for") {
  const auto row = GENERATE(table<std::string, std::string, std::string>({
      {"true", "true", "true"}, {"False", "false", "false"}, {"yes", "true", "\"yes\""}, {"Off", "false", "\"Off\""}, {"y", "\"y\"", "\"y\""},
      {"~", "null", "null"}, {"", "null", "null"}, {"Null", "null", "null"}, {"'~'", "\"~\"", "\"~\""},
      {"12", "12", "12"}, {"-1.5", "-1.5", "-1.5"}, {"1e3", "1000", "1000"}, {"0x1F", "31", "31"}, {"0644", "420", "644"}, {"0o17", "15", "15"},
      {"1_000", "1000", "\"1_000\""}, {"012345678901", "\"012345678901\"", "12345678901"}, {"1.2.3", "\"1.2.3\"", "\"1.2.3\""},
      {"2012-10-17", "\"2012-10-17\"", "\"2012-10-17\""}, {"22:22", "\"22:22\"", "\"22:22\""}, {"10.0.0.0/8", "\"10.0.0.0/8\"", "\"10.0.0.0/8\""},
      {"!!str 12", "\"12\"", "\"12\""}, {"!!int '12'", "12", "12"}, {"-", "\"-\"", "\"-\""}, {".5", "0.5", "0.5"},
  }));
  INFO(std::get<0>(row));
  if (std::get<0>(row) == "-") return;
  CHECK(Plain(*Read("v: " + std::get<0>(row), YamlSchema::kYaml11).value->Get("v")) == std::get<1>(row));
  CHECK(Plain(*Read("v: " + std::get<0>(row), YamlSchema::kCore).value->Get("v")) == std::get<2>(row));
}

TEST_CASE("values stand where they are written, block mappings at their key") {
  const Read r("spec:\n  ports: [80, 443]\n  tls:\n    on: true\n  flow: {a: 'b'}\n  rules:\n    - name: x\n");
  CHECK(r.At("spec") == "spec");
  CHECK(r.At("spec.ports") == "[80, 443]");
  CHECK(r.At("spec.ports[1]") == "443");
  CHECK(r.At("spec.tls") == "tls");
  CHECK(r.At("spec.flow") == "{a: 'b'}");
  CHECK(r.At("spec.flow.a") == "'b'");
  CHECK(r.At("spec.rules[0]") == "name: x");
  CHECK(r.sources.text(r.value->Get("spec")->Find("ports")->key_span) == "ports");
  CHECK(r.value->Get("spec")->has(Value::kSoft));
}

TEST_CASE("aliases and merge keys bring what they stand for, and own keys win") {
  const Read r("base: &b {a: 1, b: 2}\nother: &o {b: 3, c: 4}\none:\n  <<: *b\n  a: 9\nmany:\n  <<: [*b, *o]\nlist: [*b]\n");
  const Value& one = *r.value->Get("one");
  CHECK(Plain(*one.Get("a")) == "9");
  CHECK(Plain(*one.Get("b")) == "2");
  CHECK(one.entries.size() == 2);
  const Value& many = *r.value->Get("many");
  CHECK(Plain(*many.Get("b")) == "2");
  CHECK(Plain(*many.Get("c")) == "4");
  CHECK(r.At("many.c") == "4");
  CHECK(Plain(*r.value->Get("list")->items[0]->Get("a")) == "1");
}

TEST_CASE("errors of a file are diagnostics with their place, limits are told as such") {
  const Read wrong("a: [1\nb: 2\n"), deep(std::string(400, '[')), twice("{\"a\": 1, \"a\": 2}", YamlSchema::kCore, "x.json");
  REQUIRE(wrong.document.diagnostics.size() == 1);
  CHECK(wrong.document.diagnostics[0].kind == Diagnostic::Kind::kSyntax);
  CHECK(wrong.value == nullptr);
  REQUIRE(deep.document.diagnostics.size() == 1);
  CHECK(deep.document.diagnostics[0].kind == Diagnostic::Kind::kLimit);
  REQUIRE(twice.document.diagnostics.size() == 1);
  CHECK(Plain(*twice.value->Get("a")) == "2");
  const auto empty = git::NewMemorySnapshot({});
  SourceMap sources;
  Arena arena;
  Document document;
  CHECK(ReadYaml("none.yaml", *empty, sources, arena, {}, document) == nullptr);
  CHECK(document.diagnostics.empty());
}

}  // namespace weir
