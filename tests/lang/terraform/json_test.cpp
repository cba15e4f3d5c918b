#include "tests/lang/terraform/scan.h"

namespace weir::terraform {
namespace {

TEST_CASE("a block in JSON reads as the same block in the native syntax") {
  struct Case {
    const char* what;
    const char* json;    // properties of resource r.a
    const char* native;  // its body
  };
  const Case cases[] = {
      {"one block", R"("versioning": {"enabled": true})", "versioning {\n enabled = true\n}"},
      {"an array of one", R"("versioning": [{"enabled": true}])", "versioning {\n enabled = true\n}"},
      {"several blocks", R"("ingress": [{"port": 22}, {"port": 80}])", "ingress {\n port = 22\n}\ningress {\n port = 80\n}"},
      {"blocks in blocks", R"("rule": {"apply": {"name": "x"}, "on": true})", "rule {\n apply {\n  name = \"x\"\n }\n on = true\n}"},
      {"a block without arguments", R"("root": {})", "root {\n}"},
      {"a map by its name", R"("tags": {"team": "x"})", "tags = {\n team = \"x\"\n}"},
      {"a map by its keys", R"("names": {"Team": "x"})", "names = {\n Team = \"x\"\n}"},
      {"a map with a computed key", R"("names": {"${1}": "x"})", "names = {\n \"${1}\" = \"x\"\n}"},
      {"a list of texts", R"("cidrs": ["a", "b"])", "cidrs = [\"a\", \"b\"]"},
      {"an empty list", R"("rules": [])", "rules = []"},
      {"a comment", R"("//": "why", "rule": {"//": {"a": 1}, "on": true})", "rule {\n on = true\n}"},
      {"a comment's name in a map", R"("tags": {"//": "kept"})", "tags = {\n \"//\" = \"kept\"\n}"},
      {"lifecycle", R"("lifecycle": {"ignore_changes": ["p"], "prevent_destroy": true})", "lifecycle {\n ignore_changes = [p]\n prevent_destroy = true\n}"},
      {"provisioners",
       R"("provisioner": [{"local-exec": {"command": "x"}}, {"file": {"source": "y"}}])",
       "provisioner \"local-exec\" {\n command = \"x\"\n}\nprovisioner \"file\" {\n source = \"y\"\n}"},
      {"a dynamic block",
       R"("dynamic": {"b": {"for_each": [1, 2], "content": {"p": "${b.value}", "n": {"q": "${b.key}"}}}})",
       "dynamic \"b\" {\n for_each = [1, 2]\n content {\n  p = b.value\n  n {\n   q = b.key\n  }\n }\n}"},
      {"an iterator",
       R"("dynamic": {"b": [{"for_each": ["x"], "iterator": "it", "content": {"p": "${it.value}"}}]})",
       "dynamic \"b\" {\n for_each = [\"x\"]\n iterator = it\n content {\n  p = it.value\n }\n}"},
      {"a dynamic block of objects",
       R"("dynamic": {"b": {"for_each": [{"p": 1}], "content": {"p": "${b.value.p}"}}})",
       "dynamic \"b\" {\n for_each = [{ p = 1 }]\n content {\n  p = b.value.p\n }\n}"},
      {"a template with text around", R"("p": "a-${1 + 1}-\u00e9\"")", "p = \"a-${1 + 1}-\u00e9\\\"\""},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const Scan json(Files{{"m.tf.json", R"({"//": "top", "resource": {"r": {"a": {)" + std::string(c.json) + "}}}}"}});
    const Scan native(Files{{"m.tf", "resource \"r\" \"a\" {\n" + std::string(c.native) + "\n}\n"}});
    CHECK(json.Summaries() == "");
    CHECK(native.Summaries() == "");
    REQUIRE(json.Find("r.a") != nullptr);
    CHECK(Equal(*json.Find("r.a")->body, *native.Find("r.a")->body));
    for (size_t i = 0; i < json.Find("r.a")->body->entries.size(); ++i) {
      const Entry& entry = json.Find("r.a")->body->entries[i];
      const Entry& twin = native.Find("r.a")->body->entries[i];
      CHECK(entry.value->flags == twin.value->flags);
    }
  }
}

TEST_CASE("what is not a resource's block stays a value in JSON") {
  const Scan scan(Files{{"m.tf.json", R"({
    "locals": {"l": {"a": {"b": 1}}},
    "variable": {"v": {"default": {"a": 2}}},
    "module": {"m": {"source": "./m", "in": {"lifecycle": {"c": 3}}}},
    "resource": {"terraform_data": {"t": {"input": {"x": {"y": 4}}}}}
  })"},
                        {"m/m.tf", "variable \"in\" {}\nresource \"r\" \"a\" {\n  p = var.in.lifecycle.c\n}\n"}});
  CHECK(scan.Summaries() == "");
  CHECK(scan.At("local.l", "value.a.b")->number.AsInt() == 1);
  CHECK(scan.At("module.m.r.a", "p")->number.AsInt() == 3);
  CHECK(scan.At("terraform_data.t", "input")->kind == Kind::kObject);
  CHECK(scan.Origin("module.m.r.a", "p") == "m.tf.json: 3");
}

TEST_CASE("what is wrong with a JSON configuration is said with its place") {
  struct Case {
    const char* text;
    const char* summary;
    uint32_t line;
  };
  const Case cases[] = {
      {"{\n \"resource\": [1]\n}", "Incorrect JSON value type", 2},
      {"{\n \"nonsense\": {}\n}", "Unsupported block type", 2},
      {"{\n \"locals\": {\"a\": 1,\n \"a\": 2}\n}", "Duplicate argument", 3},
      {"{\n \"locals\": {\"a\" 1}\n}", "Missing property value colon", 2},
      {"{\n \"locals\": {\"a\": 1}", "Missing comma", 2},
      {"{\n \"locals\": {\"a\": nope}\n}", "Invalid JSON keyword", 2},
      {"{\n \"locals\": {\"a\": \"\\q\"}\n}", "Invalid escape sequence", 2},
      {"{\n \"locals\": {}\n}\n{}", "Extraneous data after value", 4},
      {"7", "Unexpected value", 1},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const Scan scan(Files{{"m.tf.json", c.text}, {"ok.tf", "resource \"r\" \"ok\" {\n  p = 1\n}\n"}});
    REQUIRE(scan.document.diagnostics.size() == 1);
    const Diagnostic& d = scan.document.diagnostics[0];
    CHECK(d.summary == c.summary);
    CHECK(!d.detail.empty());
    CHECK(scan.sources.PositionOf(d.span.file, d.span.offset).line == c.line);
    CHECK(scan.At("r.ok", "p")->number.AsInt() == 1);
  }
}

TEST_CASE("an override file in JSON changes what the native syntax declares") {
  const Scan scan(Files{{"m.tf", "resource \"r\" \"a\" {\n  p = 1\n  b {\n    q = 1\n  }\n}\n"},
                        {"x_override.tf.json", R"({"resource": {"r": {"a": {"p": 2, "b": {"q": 3}}}}})"}});
  CHECK(scan.Summaries() == "");
  CHECK(scan.Origin("r.a", "p") == "x_override.tf.json: 2");
  CHECK(scan.Origin("r.a", "b.q") == "x_override.tf.json: 3");
  CHECK(scan.At("r.a", "b")->items.size() == 1);
}

}  // namespace
}  // namespace weir::terraform
