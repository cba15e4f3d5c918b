#include "lib/lang/tfplan/plan.h"

#include "tests/lang/terraform/scan.h"

namespace weir::tfplan {
namespace {

using terraform::Files;

/// A plan's resources, and the configuration that they were made of where there is one.
struct Planned {
  explicit Planned(std::string json, Files configuration = {}, Limits limits = {}) : text(std::move(json)), written(std::move(configuration)) {
    auto read = ReadPlanText(text, written.sources.Add("plan.json", text), arena, limits);
    if (read.ok()) {
      auto made = MakeDocument(*read, written.document.resources.empty() ? nullptr : &written.document, arena, limits, document);
      if (made.ok()) plan = std::move(*made);
      else error = made.status().message();
    } else {
      error = read.status().message();
    }
  }
  const Resource* Find(std::string_view address) const {
    for (const Resource* r : document.resources)
      if (r->address == address) return r;
    return nullptr;
  }
  const Value* At(std::string_view address, std::string_view path) const {
    const Resource* r = Find(address);
    const auto values = r == nullptr ? std::vector<const Value*>{} : ValuesAt(*r->body, path);
    return values.empty() ? nullptr : values[0];
  }
  std::string Origin(std::string_view address, std::string_view path) const {
    const Value* v = At(address, path);
    return v == nullptr ? "(none)" : written.sources.path(v->origin.file) + ": " + std::string(written.sources.text(v->origin));
  }
  std::string Related(std::string_view address, std::string_view type, std::string_view attribute) const {
    std::string out;
    for (const Resource* r : document.Related(*Find(address), type, attribute)) (out += r->address) += ' ';
    return out;
  }

  std::string text;
  terraform::Scan written;
  Arena arena;
  Document document;
  Plan plan;
  std::string error;
};

std::string ChangeOf(std::string_view address, std::string_view after, std::string_view more = "", std::string_view actions = "\"create\"") {
  std::string plain = WithoutKeys(address);
  std::string module;
  if (const size_t end = plain.rfind("module."); end != std::string::npos) {
    plain = plain.substr(plain.find('.', end + 7) + 1);
    module = std::string(address.substr(0, address.size() - (address.size() - address.find(plain))));
    module.pop_back();
  }
  std::string quoted, quoted_module;
  for (const char c : address) (c == '"' ? quoted += '\\' : quoted) += c;
  for (const char c : module) (c == '"' ? quoted_module += '\\' : quoted_module) += c;
  const size_t dot = plain.find('.');
  return "{\"address\":\"" + quoted + "\"," + (module.empty() ? "" : "\"module_address\":\"" + quoted_module + "\",") + "\"mode\":\"managed\",\"type\":\"" + plain.substr(0, dot) +
         "\",\"name\":\"" + plain.substr(dot + 1) + "\",\"change\":{\"actions\":[" + std::string(actions) + "],\"before\":{\"x\":[1,{}]},\"after\":" + std::string(after) + std::string(more) + "}}";
}
std::string PlanOf(std::vector<std::string> changes, std::string_view configuration = "{}") {
  std::string all;
  for (const std::string& c : changes) (all += all.empty() ? "" : ",") += c;
  return "{\"format_version\":\"1.2\",\"resource_changes\":[" + all + "],\"configuration\":" + std::string(configuration) + "}";
}

}  // namespace

TEST_CASE("a planned resource has the values that it will have, and says which are not known yet") {
  const Planned p(PlanOf({ChangeOf("aws_x.a", R"({"name":"n","size":3,"nothing":null,"blocks":[],"rule":[{"port":22,"note":null}],"list":["p",null]})",
                                 R"(,"after_unknown":{"id":true,"rule":[{"arn":true}],"list":[false,true]})")}));
  REQUIRE(p.error == "");
  CHECK(p.At("aws_x.a", "name")->text == "n");
  CHECK(p.At("aws_x.a", "size")->number.AsInt() == 3);
  CHECK(p.At("aws_x.a", "id")->is_unknown());
  CHECK(p.At("aws_x.a", "list[1]")->is_unknown());
  // Left out by who wrote it: null and no blocks of a kind.
  CHECK(p.At("aws_x.a", "nothing") == nullptr);
  CHECK(p.At("aws_x.a", "blocks") == nullptr);
  CHECK(p.At("aws_x.a", "rule")->has(Value::kBlockList));
  CHECK(p.At("aws_x.a", "rule.port")->number.AsInt() == 22);
  CHECK(p.At("aws_x.a", "rule.arn")->is_unknown());
  CHECK(p.At("aws_x.a", "rule[0].note") == nullptr);
  // Without a configuration, values stand in the plan.
  CHECK(p.Origin("aws_x.a", "rule.port") == "plan.json: 22");
  CHECK(p.written.sources.text(p.Find("aws_x.a")->header) == "\"aws_x.a\"");
}

TEST_CASE("what is stepped over ends where it ends, wherever its quotes, backslashes and brackets fall") {
  for (size_t shift = 0; shift < 140; ++shift)
    for (const char* hard : {R"(\\)", R"(\")", R"(\\\")", R"(}]\\)", R"({[\"{)", R"(\\\\\\\\\\\\\"]})"}) {
      const std::string text = "{\"prior_state\":{\"a\":[\"" + std::string(shift, 'x') + hard + "\",{\"" + hard + "\":[{}]}]},\"list\":[[" + std::string(shift, ' ') + "],\"]\"],\"text\":\"" +
                               hard + "\",\"n\":-1.5E+3,\"format_version\":\"1.2\",\"resource_changes\":[" + ChangeOf("t.a", "{\"v\":\"" + std::string(shift, 'y') + hard + "\"}") + "]}";
      INFO(text);
      const Planned p(text);
      CHECK(p.error == "");
      CHECK(p.Origin("t.a", "v") == "plan.json: \"" + std::string(shift, 'y') + hard + "\"");
    }
}

TEST_CASE("an address that does not say the type and the name beside it is read all the same") {
  const Planned p(R"({"format_version":"1.2","resource_changes":[{"address":"a.b","mode":"managed","type":"much_longer","name":"than_that",
    "change":{"actions":["create"],"after":{"v":1}}}],"configuration":{"root_module":{"resources":[7,{"address":"a.b"}]}}})");
  CHECK(p.error == "");
  CHECK(p.At("a.b", "v")->number.AsInt() == 1);
}

TEST_CASE("a kept text means what its escapes mean, and a number what it says") {
  const Planned p(PlanOf({ChangeOf("t.a", R"({"s":"a\n\"\\\/\u00e4\ud83d\ude00|\ud83d|é","n":-12,"big":12345678901234567890123,"f":1.5e2})")}));
  REQUIRE(p.error == "");
  CHECK(p.At("t.a", "s")->text == "a\n\"\\/ä😀|\xEF\xBF\xBD|é");
  CHECK(p.At("t.a", "n")->number.AsInt() == -12);
  CHECK(p.At("t.a", "big")->number.ToString() == "12345678901234567890123");
  CHECK(p.At("t.a", "f")->number.AsInt() == 150);
  for (const char* wrong : {R"({"v":"\x"})", R"({"v":"\u12g4"})", "{\"v\":\"\n\"}", R"({"v":01})", R"({"v":1.})", R"({"v":nul})", R"({"v" 1})", R"({"v":1,})", R"([1 2])", R"({"v":})"}) {
    INFO(wrong);
    CHECK(Planned(PlanOf({ChangeOf("t.a", wrong)})).error.find("no JSON") != std::string::npos);
  }
}

TEST_CASE("what is created, updated, replaced or read is changed; what is deleted is not there") {
  const Planned p(PlanOf({ChangeOf("t.create", "{}"), ChangeOf("t.update", "{}", "", "\"update\""), ChangeOf("t.replace", "{}", "", "\"delete\",\"create\""),
                          ChangeOf("t.replace2", "{}", "", "\"create\",\"delete\""), ChangeOf("t.stays", "{}", "", "\"no-op\""), ChangeOf("t.gone", "null", "", "\"delete\""),
                          ChangeOf("t.forgotten", "null", "", "\"forget\"")}));
  std::string changed, kept;
  for (const Resource* r : p.document.resources) (p.plan.changed.contains(r) ? changed : kept) += std::string(r->name) + " ";
  CHECK(changed == "create update replace replace2 ");
  CHECK(kept == "stays ");
}

TEST_CASE("a secret that no file holds is not one that was written down, and none loses its mark") {
  const std::string configuration = R"({"root_module":{"resources":[{"address":"t.a","expressions":{"here":{"constant_value":"s1"},"elsewhere":{"references":["var.s"]}}}]}})";
  const Planned p(PlanOf({ChangeOf("t.a", R"({"here":"s1","elsewhere":"s2"})", R"(,"after_sensitive":{"here":true,"elsewhere":true})")}, configuration));
  CHECK(p.At("t.a", "here")->text == "s1");
  CHECK(p.At("t.a", "here")->has(Value::kSensitive));
  CHECK(p.At("t.a", "elsewhere")->is_unknown());
  CHECK(p.At("t.a", "elsewhere")->has(Value::kSensitive));
}

TEST_CASE("the plan's own configuration tells who refers to whom, instance by instance") {
  const std::string configuration = R"({"root_module":{
    "resources":[{"address":"b.x","expressions":{"name":{"references":["each.key"]}}},
                 {"address":"c.x","expressions":{"bucket":{"references":["b.x","each.key"]}}},
                 {"address":"c.all","expressions":{"rule":[{"target":{"references":["b.x"]}}]}},
                 {"address":"c.out","expressions":{"bucket":{"references":["module.m.id","module.m"]}}}],
    "module_calls":{"m":{"expressions":{"given":{"references":["b.x[\"k\"].id","b.x[\"k\"]","b.x"]}},
      "module":{"outputs":{"id":{"expression":{"references":["b.inner.id","b.inner"]}}},
        "resources":[{"address":"b.inner","expressions":{}},{"address":"c.inner","expressions":{"bucket":{"references":["var.given"]}}}]}}}}})";
  const std::string unknown = R"(,"after_unknown":{"bucket":true})";
  const Planned p(PlanOf({ChangeOf("b.x[\"k\"]", "{}"), ChangeOf("b.x[\"l\"]", "{}"), ChangeOf("c.x[\"k\"]", "{}", unknown), ChangeOf("c.x[\"l\"]", "{}", unknown),
                          ChangeOf("c.all", R"({"rule":[{}]})", R"(,"after_unknown":{"rule":[{"target":true}]})"), ChangeOf("c.out", "{}", unknown),
                          ChangeOf("module.m.b.inner", "{}"), ChangeOf("module.m.c.inner", "{}", unknown)}, configuration));
  REQUIRE(p.error == "");
  CHECK(p.Related("b.x[\"k\"]", "c", "bucket") == "c.x[\"k\"] module.m.c.inner ");
  CHECK(p.Related("b.x[\"l\"]", "c", "bucket") == "c.x[\"l\"] ");
  CHECK(p.Related("b.x[\"l\"]", "c", "rule.target") == "c.all ");
  CHECK(p.Related("module.m.b.inner", "c", "bucket") == "c.out ");
}

TEST_CASE("with the configuration at hand a planned value stands where it was written") {
  const std::string main = "variable \"world\" {\n  default = \"0.0.0.0/0\"\n}\nmodule \"edge\" {\n  source = \"./edge\"\n  from = [\"10.0.0.0/8\", var.world]\n}\n";
  const std::string edge =
      "variable \"from\" {}\nresource \"aws_security_group\" \"g\" {\n  ingress {\n    from_port = 443\n    cidr_blocks = var.from\n  }\n  ingress {\n    from_port = 22\n    cidr_blocks = var.from\n  }\n}\n"
      "resource \"aws_rule\" \"r\" {\n  group = aws_security_group.g.id\n}\n";
  const Planned p(PlanOf({ChangeOf("module.edge.aws_security_group.g",
                                 R"({"ingress":[{"from_port":22,"cidr_blocks":["10.0.0.0/8","0.0.0.0/0"]},{"from_port":443,"cidr_blocks":["10.0.0.0/8","0.0.0.0/0"]}],"tags":null})", R"(,"after_unknown":{"id":true})"),
                          ChangeOf("module.edge.aws_rule.r", "{}", R"(,"after_unknown":{"group":true})")}),
                  Files{{"main.tf", main}, {"edge/main.tf", edge}});
  REQUIRE(p.error == "");
  const char* group = "module.edge.aws_security_group.g";
  CHECK(p.Origin(group, "ingress[0].cidr_blocks[1]") == "main.tf: \"0.0.0.0/0\"");
  // The provider keeps blocks in an order of its own.
  CHECK(p.Origin(group, "ingress[0].from_port") == "edge/main.tf: 22");
  CHECK(p.Origin(group, "ingress[1].from_port") == "edge/main.tf: 443");
  CHECK(p.written.sources.text(p.Find(group)->header) == "resource \"aws_security_group\" \"g\"");
  CHECK(p.Related(group, "aws_rule", "group") == "module.edge.aws_rule.r ");
}

TEST_CASE("a plan without resource_changes is read from its planned values, in modules of any depth") {
  const Planned p(R"({"format_version":"0.1","planned_values":{"root_module":{"resources":[{"address":"t.a","type":"t","name":"a","values":{"v":1}}],
    "child_modules":[{"address":"module.m","child_modules":[{"address":"module.m.module.n[0]","resources":[{"address":"module.m.module.n[0].data.t.b","mode":"data","type":"t","name":"b","values":{"v":2}}]}]}]}}})");
  REQUIRE(p.error == "");
  CHECK(p.At("t.a", "v")->number.AsInt() == 1);
  CHECK(p.At("module.m.module.n[0].data.t.b", "v")->number.AsInt() == 2);
  CHECK(p.Find("module.m.module.n[0].data.t.b")->type == "data.t");
  CHECK(p.Find("module.m.module.n[0].data.t.b")->declared == "module.m.module.n.data.t.b");
}

TEST_CASE("what is no plan is told, and why") {
  const auto error = [](std::string json) { return Planned(std::move(json)).error; };
  const std::string whole = PlanOf({ChangeOf("t.a", "{\"v\":\"text\"}")});
  for (size_t cut = 1; cut < whole.size(); ++cut) {
    INFO(cut);
    CHECK(error(whole.substr(0, cut)).find("cut off") != std::string::npos);
  }
  CHECK(error("").find("cut off") != std::string::npos);
  CHECK(error("{\"a\":1,}").find("no JSON") != std::string::npos);
  CHECK(error(whole + "x").find("no JSON") != std::string::npos);
  CHECK(error("PK\x03\x04").find("terraform show -json") != std::string::npos);
  CHECK(error("[]").find("no format_version") != std::string::npos);
  CHECK(error("{\"format_version\":\"2.0\",\"resource_changes\":[]}").find("format_version is 2.0") != std::string::npos);
  CHECK(error("{\"format_version\":\"1.0\",\"values\":{}}").find("this is a state") != std::string::npos);
  CHECK(error("{\"format_version\":\"1.0\",\"x\":\"\xff\"}").find("neither") != std::string::npos);
  CHECK(error(PlanOf({ChangeOf("t.a", "{\"v\":\"\xff\"}")})).find("UTF-8") != std::string::npos);
  CHECK(error("{\"a\":" + std::string(100'000, '[')).find("nested more deeply") != std::string::npos);
  // Things of the wrong kind are left out, and nothing else is.
  CHECK(error("{\"format_version\":\"1.0\",\"resource_changes\":{\"a\":[1]},\"configuration\":7}") == "");
  const Planned odd("{\"format_version\":\"1.0\",\"resource_changes\":[1,null,[],{},{\"address\":1,\"change\":[]},{\"address\":\"t.a\",\"type\":\"t\",\"change\":{\"actions\":\"x\",\"after\":[]}}," + ChangeOf("t.b", "{}") + "]}");
  CHECK(odd.error == "");
  CHECK(odd.document.resources.size() == 1);
}

TEST_CASE("what a plan says of the past takes no memory, and what is too much is told") {
  std::string before;
  for (int i = 0; i < 50'000; ++i) before += (i == 0 ? "{\"k\":\"" : ",{\"k\":\"") + std::to_string(i) + " is what was there\"}";
  const std::string head = "{\"format_version\":\"1.2\",\"prior_state\":[" + before + "],", tail = PlanOf({ChangeOf("t.a", "{\"v\":[" + before + "]}")}).substr(1);
  const Planned past(head + PlanOf({ChangeOf("t.a", "{}")}).substr(1));
  CHECK(past.error == "");
  CHECK(past.arena.bytes_reserved() < 64 * 1024);
  Limits limits;
  limits.scope_memory = 1 << 20;
  CHECK(Planned("{" + tail, {}, limits).error.find("limits.scope_memory") != std::string::npos);
}

}  // namespace weir::tfplan
