#include "lib/model/refined.h"
#include "tests/lang/terraform/scan.h"

namespace weir::terraform {
namespace {

TEST_CASE("companions are found through every way to name a bucket") {
  const char* const ways[] = {
      "b.x.id",
      "b.x.arn",
      "b.x.name",
      "local.id",
      "\"p-${b.x.id}\"",
      "upper(b.x.id)",
      "true ? b.x.id : \"\"",
      "[b.x.id][0]",
      "{ k = b.x.id }",
      "one([b.x.id])",
      "b.x[\"id\"]",
      "try(b.x.id, null)",
      "var.unknown ? b.x.id : \"\"",
      "format(\"%s/*\", b.x.arn)",
      "jsonencode({ Resource = \"${b.x.arn}/*\" })",
      "coalesce(b.x.id, \"z\")",
      "[for v in [b.x] : v.id]",
      "merge({ k = b.x.id }, {})",
      "lookup({ k = b.x.id }, \"k\")",
      "element([b.x.id], 0)",
      "[b.x][*].id",
      "module.m.back",
      "b.x",
  };
  for (const std::string way : ways) {
    INFO(way);
    const Scan scan(Files{
        {"m.tf",
         "resource \"b\" \"x\" {\n  name = \"n\"\n}\nvariable \"unknown\" { type = bool }\nlocals { id = b.x.id }\nmodule \"m\" {\n  source = "
         "\"./m\"\n  in = b.x.id\n}\nresource \"c\" \"y\" {\n  to = " +
             way + "\n}\nresource \"b\" \"other\" {}\n"},
        {"m/m.tf",
         "variable \"in\" {}\noutput \"back\" { value = var.in }\nresource \"c\" \"z\" { to = var.in }"}});
    CHECK(scan.Summaries() == "");
    CHECK(scan.Related("b.x", "c", "to") == "c.y module.m.c.z ");
    CHECK(scan.Related("b.other", "c", "to") == "");
    const auto back = scan.document.References(*scan.Find("c.y"), "to");
    REQUIRE(back.size() == 1);
    CHECK(back[0] == scan.Find("b.x"));
  }
}

TEST_CASE("companions made by for_each are matched instance by instance") {
  struct Case {
    const char* repeat;
    const char* to;
    const char* expected;
  };
  const Case cases[] = {
      {"for_each = b.x", "each.value.id", "c.y[\"k\"] "},
      {"for_each = toset([\"k\", \"l\"])", "b.x[each.key].id", "c.y[\"k\"] "},
      {"for_each = { for k, v in b.x : k => v.id }", "each.value", "c.y[\"k\"] "},
      {"", "b.x[\"k\"].id", "c.y "},
      {"", "b.x[\"l\"].id", ""},
      {"", "values(b.x)[*].id", "c.y "},
      {"", "[for v in b.x : v.id]", "c.y "},
      {"count = var.n", "b.x[\"k\"].id", "c.y "},
  };
  for (const Case& c : cases) {
    INFO(c.repeat << " / " << c.to);
    const Scan scan(
        Files{{"m.tf",
               "variable \"n\" {}\nresource \"b\" \"x\" {\n  for_each = toset([\"k\", \"l\"])\n}\nresource "
               "\"c\" \"y\" {\n  " +
                   std::string(c.repeat) + "\n  to = " + c.to + "\n}\n"}});
    CHECK(scan.Summaries() == "");
    CHECK(scan.Related("b.x[\"k\"]", "c", "to") == c.expected);
  }
}

TEST_CASE("an unknown number of instances is one that stands for all") {
  const Scan scan(Files{
      {"m.tf",
       "variable \"n\" { type = number }\nresource \"b\" \"x\" {\n  count = var.n\n  p = 1\n}\nresource "
       "\"c\" \"y\" {\n  count = var.n\n  to = b.x[count.index].id\n}\nresource \"d\" \"z\" {\n  dynamic "
       "\"i\" {\n    for_each = var.n\n    content {\n      p = i.value\n    }\n  }\n}\n"}});
  CHECK(scan.Summaries() == "");
  REQUIRE(scan.Find("b.x") != nullptr);
  CHECK(scan.Find("b.x")->stands_for_all);
  CHECK(scan.At("b.x", "p")->number.AsInt() == 1);
  CHECK(scan.Related("b.x", "c", "to") == "c.y ");
  REQUIRE(scan.At("d.z", "i[0].p") != nullptr);
  CHECK(scan.At("d.z", "i[0].p")->is_unknown());
}

TEST_CASE("a policy document is its JSON where everything in it is known") {
  const Scan scan(Files{{"m.tf", R"(
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:*"]
    resources = ["a", "b"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
data "aws_iam_policy_document" "e" {
  statement {
    actions   = ["s3:*"]
    resources = [b.x.arn]
  }
}
resource "b" "x" {}
resource "p" "x" {
  policy = data.aws_iam_policy_document.d.json
}
resource "p" "y" {
  policy = data.aws_iam_policy_document.e.json
}
)"}});
  CHECK(scan.Summaries() == "");
  REQUIRE(scan.At("p.x", "policy")->kind == Kind::kString);
  CHECK(scan.At("p.x", "policy")->text ==
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":["b","a"],)"
        R"("Principal":{"AWS":"*"},"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})");
  CHECK(scan.At("p.y", "policy")->is_unknown());
  CHECK(scan.Related("b.x", "p", "policy") == "p.y ");
}

TEST_CASE("a resource that is declared again is there too, and references mean the first") {
  const Scan scan(Files{{"a.tf", "resource \"r\" \"a\" {\n  p = 1\n}\nresource \"r\" \"b\" {\n  q = r.a.p\n}\n"}, {"b.tf", "resource \"r\" \"a\" {\n  p = 2\n}\n"}});
  CHECK(scan.Summaries() == "Duplicate declaration; ");
  CHECK(scan.At("r.b", "q")->number.AsInt() == 1);
  std::vector<int64_t> values;
  for (const Resource* r : scan.document.resources)
    if (r->address == "r.a") values.push_back(r->body->Get("p")->number.AsInt().value_or(0));
  CHECK(values == std::vector<int64_t>{1, 2});
}

TEST_CASE("what a provider may compute is unknown to others, although nothing is written for it") {
  const Scan scan(Files{{"m.tf", R"(variable "none" {
  default = null
}
data "look" "up" {
  name = var.none
}
resource "a" "b" {
  range = var.none
  dynamic "identity" {
    for_each = []
    content {}
  }
}
resource "c" "d" {
  text   = "${data.look.up.name}-x"
  number = cidrsubnet(a.b.range, 8, 1)
  id     = a.b.identity[0].id
  either = a.b.identity[0].id != null ? [][0] : "x"
}
resource "terraform_data" "t" {
  input = var.none
}
resource "c" "e" {
  known = terraform_data.t.input == null
}
)"}});
  CHECK(scan.Summaries() == "");
  for (const char* path : {"text", "number", "id", "either"}) {
    INFO(path);
    CHECK(scan.At("c.d", path)->is_unknown());
  }
  CHECK(scan.At("a.b", "range")->is_null());
  CHECK(scan.At("c.e", "known")->boolean);
  CHECK(scan.Related("a.b", "c", "id") == "c.d ");
}

TEST_CASE("the files that set variables win in Terraform's order") {
  const std::string main = "variable \"v\" {\n  default = 0\n}\nresource \"r\" \"a\" {\n  p = var.v\n}\n";
  Files files = {{"m.tf", main}, {"other.tfvars", "v = 9\n"}};
  const std::pair<const char*, const char*> order[] = {{"terraform.tfvars", "v = 1\nunknown = 2\n"},
                                                       {"terraform.tfvars.json", "{\"v\": 2, \"//\": 0}"},
                                                       {"a.auto.tfvars.json", "{\"v\": 3}"},
                                                       {"b.auto.tfvars", "v = 4\n"},
                                                       {"b.auto.tfvars.json", "{\"v\": 5}"},
                                                       {"c.auto.tfvars", "v = 6\n"}};
  int64_t expected = 0;
  CHECK(Scan(files).At("r.a", "p")->number.AsInt() == expected);
  for (const auto& [name, text] : order) {
    INFO(name);
    files[name] = text;
    const Scan scan(files);
    CHECK(scan.Summaries() == "");
    CHECK(scan.At("r.a", "p")->number.AsInt() == ++expected);
  }
}

TEST_CASE("a module that init has installed is read below the root and nowhere else") {
  const std::string call = "module \"m\" {\n  source = \"git::https://example.com/m.git\"\n  v = 7\n}\nresource \"r\" \"a\" {\n  p = module.m.o\n}\n";
  const std::string child = "variable \"v\" {}\noutput \"o\" { value = var.v }\n";
  const auto manifest = [](const std::string& dir) {
    return R"({"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"git::https://example.com/m.git","Dir":")" + dir + "\"}]}";
  };
  const Scan installed(Files{{"live/m.tf", call}, {"live/.terraform/modules/modules.json", manifest(".terraform/modules/m")}, {"live/.terraform/modules/m/m.tf", child}}, "live");
  CHECK(installed.Summaries() == "");
  CHECK(installed.At("r.a", "p")->number.AsInt() == 7);
  CHECK(installed.Origin("r.a", "p") == "live/m.tf: 7");
  for (const std::string dir : {"../../../m", "/m", "gone"}) {
    INFO(dir);
    const Scan outside(Files{{"live/m.tf", call}, {"live/.terraform/modules/modules.json", manifest(dir)}}, "live");
    CHECK(outside.At("r.a", "p")->is_unknown());
  }
  const Scan without(Files{{"live/m.tf", call}}, "live");
  CHECK(without.Summaries() == "");
  CHECK(without.At("r.a", "p")->is_unknown());
}

TEST_CASE("the provider's default tags are in tags_all, through aliases and calls") {
  const Scan scan(Files{{"m.tf",
                         "provider \"aws\" {\n  default_tags {\n    tags = { team = \"x\", env = \"dev\" }\n  }\n}\nprovider \"aws\" {\n  alias = "
                         "\"west\"\n  default_tags {\n    tags = { team = \"w\" }\n  }\n}\nresource \"aws_a\" \"a\" {\n  tags = { env = \"prod\" }\n}\n"
                         "resource \"aws_a\" \"b\" {\n  provider = aws.west\n}\nmodule \"m\" {\n  source = \"./m\"\n  providers = { aws = aws.west }\n}\n"
                         "module \"n\" {\n  source = \"./m\"\n}\nresource \"other\" \"c\" {}\n"},
                        {"m/m.tf", "resource \"aws_a\" \"d\" {}\n"}});
  CHECK(scan.Summaries() == "");
  CHECK(scan.At("aws_a.a", "tags_all.team")->text == "x");
  CHECK(scan.At("aws_a.a", "tags_all.env")->text == "prod");
  CHECK(scan.At("aws_a.a", "tags")->entries.size() == 1);
  CHECK(scan.At("aws_a.b", "tags_all.team")->text == "w");
  CHECK(scan.At("module.m.aws_a.d", "tags_all.team")->text == "w");
  CHECK(scan.At("module.n.aws_a.d", "tags_all.team")->text == "x");
  CHECK(scan.At("other.c", "tags_all") == nullptr);
}

TEST_CASE("a changed file is judged with every root that reaches it") {
  const auto snapshot = git::NewMemorySnapshot(Files{
      {"live/prod/main.tf", "module \"n\" {\n  source = \"../../modules/net\"\n}\n"},
      {"live/dev/main.tf", "module \"s\" {\n  source = \"../../modules/stack\"\n}\n"},
      {"modules/stack/main.tf", "module \"n\" {\n  source = \"../net\"\n}\n"},
      {"modules/net/main.tf", "resource \"r\" \"a\" {}\n"},
      {"alone/main.tf.json", R"({"module": {"n": {"source": "registry/x/y"}}})"},
  });
  std::string cache;
  const auto scopes = [&](std::vector<std::string> paths) {
    std::string out;
    const auto found = Terraform().ScopesOf(paths, *snapshot, cache);
    REQUIRE(found.ok());
    for (const std::string& scope : *found) out += scope + " ";
    return out;
  };
  CHECK(scopes({"modules/net/main.tf"}) == "live/dev live/prod modules/net ");
  CHECK(scopes({"modules/stack/main.tf"}) == "live/dev modules/stack ");
  CHECK(scopes({"live/prod/terraform.tfvars"}) == "live/prod ");
  const auto all = Terraform().AllScopes(*snapshot, cache);
  REQUIRE(all.ok());
  CHECK(*all == std::vector<std::string>{"alone", "live/dev", "live/prod"});
}

TEST_CASE("a secret stays one when a part of it is taken, and makes one of what it decides") {
  const std::string head = "variable \"s\" {\n  default   = { a = \"x\", l = [\"y\"] }\n  sensitive = true\n}\nresource \"r\" \"a\" {\n  v = ";
  const auto secret = [&](const char* expression) {
    const Scan scan(Files{{"main.tf", head + expression + "\n}\n"}});
    INFO(expression << " " << scan.Summaries());
    return scan.At("r.a", "v")->has(Value::kSensitive);
  };
  for (const char* expression : {"var.s.a", "var.s[\"a\"]", "var.s.l[0]", "var.s.l[*]", "element(var.s.l, 1)", "lookup(var.s, \"a\", 1)", "true ? 1 : var.s.a", "{ (var.s.a) = 1 }",
                                 "\"${sensitive(\"a\")}b\"", "\"%{ for v in var.s.l }-%{ endfor }\"", "jsondecode(jsonencode([var.s.a]))", "toset([var.s.a])", "[1, 2][var.s.a == \"x\" ? 0 : 1]"})
    CHECK(secret(expression));
  for (const char* expression : {"length([var.s.a])", "keys({ k = var.s.a })", "merge({ k = 1 }, { l = var.s.a })", "nonsensitive(var.s.a)", "issensitive(var.s)", "{ k = var.s.a, l = 1 }.l"})
    CHECK_FALSE(secret(expression));
}

TEST_CASE("what try() asks for has errors of its own") {
  const Scan scan(Files{{"main.tf", "variable \"n\" {\n  type    = number\n  default = \"x\"\n}\nlocals {\n  a = try(var.n + 1, 4)\n  b = can(local.c)\n  c = local.d\n  d = local.c\n}\n"}});
  CHECK(scan.Summaries() == "Invalid value for variable; Cycle; ");
}

TEST_CASE("of what a provider names it is known that it is a name, declared or not") {
  const Scan scan(Files{{"m.tf", "resource \"aws_b\" \"x\" {}\nresource \"r\" \"a\" {\n  id = aws_b.x.id\n  arn = aws_b.x.arn\n  size = aws_b.x.size\n  gone = aws_b.gone.arn\n  data = data.aws_b.gone.id\n"
                            "  all = \"${aws_b.x.arn}/*\"\n  var = var.gone\n"
                            "  some = try(aws_b.n[0].arn, \"\")\n  splat = join(\"\", aws_b.n.*.arn)\n}\nvariable \"n\" {}\nresource \"aws_b\" \"n\" {\n  count = var.n\n}\n"}});
  for (const char* named : {"id", "arn", "gone", "data"}) {
    INFO(named);
    CHECK(scan.At("r.a", named)->has(Value::kName));
  }
  for (const char* unknown : {"size", "var", "some", "splat"}) CHECK_FALSE(scan.At("r.a", unknown)->has(Value::kName));
  CHECK(MayBe(*scan.At("r.a", "all"), "arn:aws:x/*"));
  CHECK_FALSE(MayBe(*scan.At("r.a", "all"), "*"));
  CHECK(scan.Summaries() == "Reference to undeclared name; Reference to undeclared name; Reference to undeclared name; ");
}

TEST_CASE("of maps that are merged with an unknown one the entries behind it are known") {
  const Scan scan(Files{{"m.tf", "variable \"m\" {\n  type = map(string)\n}\nlocals {\n  tags = merge({ a = \"1\", b = \"2\" }, var.m, { b = \"3\" })\n}\nresource \"r\" \"a\" {\n  tags = local.tags\n"
                            "  a = local.tags.a\n  b = local.tags[\"b\"]\n  c = lookup(local.tags, \"c\", \"x\")\n  d = lookup(local.tags, \"b\", \"x\")\n  e = merge(local.tags, { e = 5 })\n  f = merge(var.m, null)\n}\n"}});
  const Value& tags = *scan.At("r.a", "tags");
  CHECK(tags.is_unknown());
  REQUIRE(KnownEntry(tags, "b") != nullptr);
  CHECK(KnownEntry(tags, "b")->text == "3");
  REQUIRE(KnownEntry(tags, "a") != nullptr);
  CHECK(KnownEntry(tags, "a")->is_unknown());
  CHECK(KnownEntry(tags, "c") == nullptr);
  CHECK(scan.At("r.a", "a")->is_unknown());
  CHECK(scan.At("r.a", "b")->text == "3");
  CHECK(scan.At("r.a", "c")->is_unknown());
  CHECK(scan.At("r.a", "d")->text == "3");
  CHECK(KnownEntry(*scan.At("r.a", "e"), "b")->text == "3");
  CHECK(KnownEntry(*scan.At("r.a", "e"), "e") != nullptr);
  CHECK(scan.At("r.a", "f")->is_unknown());
  CHECK(scan.Summaries().empty());
}

TEST_CASE("what Terraform refuses and says how to mend is judged as if it were mended") {
  const Scan scan(Files{{"m.tf", "resource \"r\" \"a\" {\n  on = True\n  off = FALSE\n  word = enabled\n}\nresource \"r\" \"b\" {\n  for_each = [\"l\", \"k\", \"l\"]\n  p = each.value\n}\nresource \"r\" \"c\" {\n  for_each = [1]\n}\n"}});
  CHECK(scan.At("r.a", "on")->boolean);
  CHECK(scan.At("r.a", "off")->kind == Kind::kBool);
  CHECK_FALSE(scan.At("r.a", "off")->boolean);
  CHECK(scan.At("r.a", "word")->is_unknown());
  CHECK(scan.Addresses("r") == "r.a r.b[\"k\"] r.b[\"l\"] r.c ");
  CHECK(scan.At("r.b[\"k\"]", "p")->text == "k");
  CHECK(scan.Summaries() == "Reference to undeclared name; Reference to undeclared name; Reference to undeclared name; Invalid for_each argument; Invalid for_each argument; ");
}

TEST_CASE("a provider that is configured twice is there twice") {
  const Scan scan(Files{{"a.tf", "provider \"p\" {\n  key = 1\n}\n"}, {"b.tf", "provider \"p\" {\n  key = 2\n}\n"}});
  CHECK(scan.Addresses("provider.p") == "provider.p provider.p ");
  CHECK(scan.Summaries() == "Duplicate declaration; ");
}

TEST_CASE("blocks that are written as an argument read like blocks, and maps stay maps") {
  const Scan scan(Files{{"m.tf", "variable \"rules\" {\n  default = [{ port = 22, to = { x = 1 } }]\n}\nresource \"r\" \"a\" {\n  rule = var.rules\n  tags = { a = 1 }\n  names = [\"x\"]\n  b {\n    c = [{ d = 1 }]\n  }\n}\nlocals {\n  rules = var.rules\n}\n"}});
  CHECK(scan.At("r.a", "rule[0]")->has(Value::kSoft));
  CHECK(scan.At("r.a", "rule[0].to")->has(Value::kSoft));
  CHECK(scan.At("r.a", "b.c[0]")->has(Value::kSoft));
  CHECK_FALSE(scan.At("r.a", "tags")->has(Value::kSoft));
  CHECK_FALSE(scan.At("local.rules", "value[0]")->has(Value::kSoft));
  CHECK(scan.At("r.a", "rule[0].port")->origin.valid());
}

}  // namespace
}  // namespace weir::terraform
