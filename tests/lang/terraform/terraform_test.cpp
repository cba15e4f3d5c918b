#include <unistd.h>

#include <functional>

#include "lib/lang/terraform/module.h"
#include "tests/lang/terraform/scan.h"
#include "tests/support/repo.h"

namespace weir::terraform {
namespace {

TEST_CASE("what is underlined is the literal that must change") {
  struct Case {
    const char* what;
    Files files;
    const char* address;
    const char* path;
    const char* origin;
  };
  const Case cases[] = {
      {"a literal",
       {{"m.tf", "resource \"r\" \"a\" {\n  acl = \"public\"\n}"}},
       "r.a",
       "acl",
       "m.tf: \"public\""},
      {"a number", {{"m.tf", "resource \"r\" \"a\" {\n  p = 22\n}"}}, "r.a", "p", "m.tf: 22"},
      {"a bool", {{"m.tf", "resource \"r\" \"a\" {\n  p = true\n}"}}, "r.a", "p", "m.tf: true"},
      {"a null", {{"m.tf", "resource \"r\" \"a\" {\n  p = null\n}"}}, "r.a", "p", "m.tf: null"},
      {"parentheses", {{"m.tf", "resource \"r\" \"a\" {\n  p = (1)\n}"}}, "r.a", "p", "m.tf: 1"},
      {"an element",
       {{"m.tf", "resource \"r\" \"a\" {\n  p = [\"x\", \"y\"]\n}"}},
       "r.a",
       "p[1]",
       "m.tf: \"y\""},
      {"an object's field",
       {{"m.tf", "resource \"r\" \"a\" {\n  p = { k = 1 }\n}"}},
       "r.a",
       "p.k",
       "m.tf: 1"},
      {"a nested block",
       {{"m.tf", "resource \"r\" \"a\" {\n  b {\n    p = 1\n  }\n}"}},
       "r.a",
       "b.p",
       "m.tf: 1"},
      {"a block's header",
       {{"m.tf", "resource \"r\" \"a\" {\n  b {\n    p = 1\n  }\n}"}},
       "r.a",
       "b[0]",
       "m.tf: b"},
      {"a resource's header",
       {{"m.tf", "resource \"r\" \"a\" {\n}"}},
       "r.a",
       "",
       "m.tf: resource \"r\" \"a\""},
      {"a variable's default",
       {{"m.tf", "variable \"v\" { default = \"d\" }\nresource \"r\" \"a\" {\n  p = var.v\n}"}},
       "r.a",
       "p",
       "m.tf: \"d\""},
      {"a variable in another file",
       {{"m.tf", "resource \"r\" \"a\" {\n  p = var.v\n}"}, {"v.tf", "variable \"v\" { default = 1 }"}},
       "r.a",
       "p",
       "v.tf: 1"},
      {"tfvars",
       {{"m.tf", "variable \"v\" { default = \"d\" }\nresource \"r\" \"a\" {\n  p = var.v\n}"},
        {"terraform.tfvars", "v = \"t\"\n"}},
       "r.a",
       "p",
       "terraform.tfvars: \"t\""},
      {"an automatic tfvars file",
       {{"m.tf", "variable \"v\" {}\nresource \"r\" \"a\" {\n  p = var.v\n}"}, {"x.auto.tfvars", "v = 3\n"}},
       "r.a",
       "p",
       "x.auto.tfvars: 3"},
      {"an unset variable",
       {{"m.tf", "variable \"v\" {}\nresource \"r\" \"a\" {\n  p = var.v\n}"}},
       "r.a",
       "p",
       "m.tf: variable \"v\""},
      {"a local",
       {{"m.tf", "locals { l = \"x\" }\nresource \"r\" \"a\" {\n  p = local.l\n}"}},
       "r.a",
       "p",
       "m.tf: \"x\""},
      {"a local of a local",
       {{"m.tf", "locals {\n  l = \"x\"\n  k = local.l\n}\nresource \"r\" \"a\" {\n  p = local.k\n}"}},
       "r.a",
       "p",
       "m.tf: \"x\""},
      {"a local object's field",
       {{"m.tf", "locals { l = { a = \"x\" } }\nresource \"r\" \"a\" {\n  p = local.l.a\n}"}},
       "r.a",
       "p",
       "m.tf: \"x\""},
      {"a local list's element",
       {{"m.tf", "locals { l = [\"x\", \"y\"] }\nresource \"r\" \"a\" {\n  p = local.l[1]\n}"}},
       "r.a",
       "p",
       "m.tf: \"y\""},
      {"a chosen branch",
       {{"m.tf", "locals { on = true }\nresource \"r\" \"a\" {\n  p = local.on ? \"x\" : \"y\"\n}"}},
       "r.a",
       "p",
       "m.tf: \"x\""},
      {"a module's input",
       {{"main.tf", "module \"m\" {\n  source = \"./m\"\n  v = \"in\"\n}"},
        {"m/m.tf", "variable \"v\" {}\nresource \"r\" \"a\" {\n  p = var.v\n}"}},
       "module.m.r.a",
       "p",
       "main.tf: \"in\""},
      {"a variable through a module",
       {{"main.tf",
         "variable \"w\" { default = \"dw\" }\nmodule \"m\" {\n  source = \"./m\"\n  v = var.w\n}"},
        {"m/m.tf", "variable \"v\" {}\nresource \"r\" \"a\" {\n  p = var.v\n}"}},
       "module.m.r.a",
       "p",
       "main.tf: \"dw\""},
      {"a default inside a module",
       {{"main.tf", "module \"m\" {\n  source = \"./m\"\n}"},
        {"m/m.tf", "variable \"v\" { default = \"dv\" }\nresource \"r\" \"a\" {\n  p = var.v\n}"}},
       "module.m.r.a",
       "p",
       "m/m.tf: \"dv\""},
      {"a module's output",
       {{"main.tf", "module \"m\" {\n  source = \"./m\"\n}\nresource \"r\" \"a\" {\n  p = module.m.o\n}"},
        {"m/m.tf", "output \"o\" { value = \"out\" }"}},
       "r.a",
       "p",
       "m/m.tf: \"out\""},
      {"an input that comes back",
       {{"main.tf",
         "module \"m\" {\n  source = \"./m\"\n  v = \"in\"\n}\nresource \"r\" \"a\" {\n  p = module.m.o\n}"},
        {"m/m.tf", "variable \"v\" {}\noutput \"o\" { value = var.v }"}},
       "r.a",
       "p",
       "main.tf: \"in\""},
      {"two modules deep",
       {{"main.tf", "module \"m\" {\n  source = \"./m\"\n  v = \"in\"\n}"},
        {"m/m.tf", "variable \"v\" {}\nmodule \"n\" {\n  source = \"../n\"\n  w = var.v\n}"},
        {"n/n.tf", "variable \"w\" {}\nresource \"r\" \"a\" {\n  p = var.w\n}"}},
       "module.m.module.n.r.a",
       "p",
       "main.tf: \"in\""},
      {"another resource's attribute",
       {{"m.tf", "resource \"r\" \"b\" {\n  q = \"x\"\n}\nresource \"r\" \"a\" {\n  p = r.b.q\n}"}},
       "r.a",
       "p",
       "m.tf: \"x\""},
      {"an element of each.value",
       {{"m.tf", "resource \"r\" \"a\" {\n  for_each = { k = \"x\" }\n  p = each.value\n}"}},
       "r.a[\"k\"]",
       "p",
       "m.tf: \"x\""},
      {"each.key",
       {{"m.tf", "resource \"r\" \"a\" {\n  for_each = { k = \"x\" }\n  p = each.key\n}"}},
       "r.a[\"k\"]",
       "p",
       "m.tf: k"},
      {"a field of each.value",
       {{"m.tf", "resource \"r\" \"a\" {\n  for_each = { k = { f = 7 } }\n  p = each.value.f\n}"}},
       "r.a[\"k\"]",
       "p",
       "m.tf: 7"},
      {"count.index",
       {{"m.tf", "resource \"r\" \"a\" {\n  count = 1\n  p = count.index\n}"}},
       "r.a[0]",
       "p",
       "m.tf: 1"},
      {"a dynamic block's value",
       {{"m.tf",
         "resource \"r\" \"a\" {\n  dynamic \"b\" {\n    for_each = [\"x\"]\n    content {\n      p = "
         "b.value\n    }\n  }\n}"}},
       "r.a",
       "b.p",
       "m.tf: \"x\""},
      {"a dynamic block's literal",
       {{"m.tf",
         "resource \"r\" \"a\" {\n  dynamic \"b\" {\n    for_each = [\"x\"]\n    content {\n      p = 9\n    "
         "}\n  }\n}"}},
       "r.a",
       "b.p",
       "m.tf: 9"},
      {"a dynamic block itself",
       {{"m.tf",
         "resource \"r\" \"a\" {\n  dynamic \"b\" {\n    for_each = [\"x\"]\n    content {\n      p = 9\n    "
         "}\n  }\n}"}},
       "r.a",
       "b[0]",
       "m.tf: dynamic \"b\""},
      {"an iterator with a name",
       {{"m.tf",
         "resource \"r\" \"a\" {\n  dynamic \"b\" {\n    for_each = [\"x\"]\n    iterator = it\n    content "
         "{\n      p = "
         "it.value\n    }\n  }\n}"}},
       "r.a",
       "b.p",
       "m.tf: \"x\""},
      {"an override file",
       {{"m.tf", "resource \"r\" \"a\" {\n  p = 1\n}"},
        {"override.tf", "resource \"r\" \"a\" {\n  p = 2\n}"}},
       "r.a",
       "p",
       "override.tf: 2"},
      {"JSON", {{"m.tf.json", R"({"resource": {"r": {"a": {"p": "x"}}}})"}}, "r.a", "p", "m.tf.json: \"x\""},
      {"JSON by a variable",
       {{"m.tf.json",
         R"({"variable": {"v": {"default": true}}, "resource": {"r": {"a": {"p": "${var.v}"}}}})"}},
       "r.a",
       "p",
       "m.tf.json: true"},
      {"JSON tfvars",
       {{"m.tf", "variable \"v\" {}\nresource \"r\" \"a\" {\n  p = var.v\n}"},
        {"terraform.tfvars.json", "{\"v\": 5}"}},
       "r.a",
       "p",
       "terraform.tfvars.json: 5"},
      {"a tofu file for a tf file",
       {{"m.tf", "resource \"r\" \"a\" {\n  p = 1\n}"}, {"m.tofu", "resource \"r\" \"a\" {\n  p = 2\n}"}},
       "r.a",
       "p",
       "m.tofu: 2"},
      {"a function of one literal elsewhere",
       {{"m.tf", "variable \"v\" { default = \"d\" }\nresource \"r\" \"a\" {\n  p = upper(var.v)\n}"}},
       "r.a",
       "p",
       "m.tf: \"d\""},
      {"a converted default",
       {{"m.tf",
         "variable \"v\" {\n  type = string\n  default = 1\n}\nresource \"r\" \"a\" {\n  p = var.v\n}"}},
       "r.a",
       "p",
       "m.tf: 1"},
      {"lookup in a variable", {{"m.tf", "variable \"v\" {\n  default = { k = \"x\" }\n}\nresource \"r\" \"a\" {\n  p = lookup(var.v, \"k\", \"y\")\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"the default of lookup", {{"m.tf", "variable \"v\" {\n  default = { k = \"x\" }\n}\nresource \"r\" \"a\" {\n  p = lookup(var.v, \"z\", \"y\")\n}"}}, "r.a", "p", "m.tf: \"y\""},
      {"merge", {{"m.tf", "variable \"v\" {\n  default = { k = \"x\" }\n}\nresource \"r\" \"a\" {\n  p = merge({ j = \"y\" }, var.v).k\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"a field over merge", {{"m.tf", "variable \"v\" {\n  default = { k = \"x\" }\n}\nresource \"r\" \"a\" {\n  p = merge(var.v, { k = \"y\" })\n}"}}, "r.a", "p.k", "m.tf: \"y\""},
      {"concat", {{"m.tf", "variable \"v\" {\n  default = [\"x\"]\n}\nresource \"r\" \"a\" {\n  p = concat([\"y\"], var.v)\n}"}}, "r.a", "p[1]", "m.tf: \"x\""},
      {"coalesce", {{"m.tf", "variable \"v\" {\n  default = \"x\"\n}\nresource \"r\" \"a\" {\n  p = coalesce(null, var.v)\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"try", {{"m.tf", "variable \"v\" {\n  default = { k = \"x\" }\n}\nresource \"r\" \"a\" {\n  p = try(var.v.none, var.v.k)\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"element", {{"m.tf", "variable \"v\" {\n  default = [\"x\", \"y\"]\n}\nresource \"r\" \"a\" {\n  p = element(var.v, 1)\n}"}}, "r.a", "p", "m.tf: \"y\""},
      {"an index", {{"m.tf", "variable \"v\" {\n  default = [\"x\", \"y\"]\n}\nresource \"r\" \"a\" {\n  p = var.v[0]\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"a splat", {{"m.tf", "variable \"v\" {\n  default = [{ k = \"x\" }, { k = \"y\" }]\n}\nresource \"r\" \"a\" {\n  p = var.v[*].k\n}"}}, "r.a", "p[1]", "m.tf: \"y\""},
      {"a for expression", {{"m.tf", "variable \"v\" {\n  default = [\"x\", \"y\"]\n}\nresource \"r\" \"a\" {\n  p = [for e in var.v : e]\n}"}}, "r.a", "p[1]", "m.tf: \"y\""},
      {"a for expression of a map", {{"m.tf", "variable \"v\" {\n  default = { k = \"x\" }\n}\nresource \"r\" \"a\" {\n  p = { for k, e in var.v : upper(k) => e }\n}"}}, "r.a", "p.K", "m.tf: \"x\""},
      {"toset", {{"m.tf", "variable \"v\" {\n  default = [\"x\"]\n}\nresource \"r\" \"a\" {\n  p = toset(var.v)\n}"}}, "r.a", "p[0]", "m.tf: \"x\""},
      {"flatten", {{"m.tf", "variable \"v\" {\n  default = [[\"x\"], [\"y\"]]\n}\nresource \"r\" \"a\" {\n  p = flatten(var.v)\n}"}}, "r.a", "p[1]", "m.tf: \"y\""},
      {"values", {{"m.tf", "variable \"v\" {\n  default = { k = \"x\" }\n}\nresource \"r\" \"a\" {\n  p = values(var.v)\n}"}}, "r.a", "p[0]", "m.tf: \"x\""},
      {"one", {{"m.tf", "variable \"v\" {\n  default = [\"x\"]\n}\nresource \"r\" \"a\" {\n  p = one(var.v)\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"reverse", {{"m.tf", "variable \"v\" {\n  default = [\"x\", \"y\"]\n}\nresource \"r\" \"a\" {\n  p = reverse(var.v)\n}"}}, "r.a", "p[0]", "m.tf: \"y\""},
      {"zipmap", {{"m.tf", "variable \"v\" {\n  default = [\"x\"]\n}\nresource \"r\" \"a\" {\n  p = zipmap([\"k\"], var.v)\n}"}}, "r.a", "p.k", "m.tf: \"x\""},
      {"a condition's other branch", {{"m.tf", "variable \"v\" {\n  default = \"x\"\n}\nresource \"r\" \"a\" {\n  p = false ? \"y\" : var.v\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"a template with text", {{"m.tf", "variable \"v\" {\n  default = \"x\"\n}\nresource \"r\" \"a\" {\n  p = \"a-${var.v}\"\n}"}}, "r.a", "p", "m.tf: \"a-${var.v}\""},
      {"a template of one variable", {{"m.tf", "variable \"v\" {\n  default = \"x\"\n}\nresource \"r\" \"a\" {\n  p = \"${var.v}\"\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"tolist of a variable", {{"m.tf", "variable \"v\" {\n  default = [\"x\"]\n}\nresource \"r\" \"a\" {\n  p = tolist(var.v)[0]\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"each.value of a variable's list", {{"m.tf", "variable \"v\" {\n  default = [\"x\"]\n}\nresource \"r\" \"a\" {\n  for_each = toset(var.v)\n  p = each.value\n}"}}, "r.a[\"x\"]", "p", "m.tf: \"x\""},
      {"a field of each.value of a variable", {{"m.tf", "variable \"v\" {\n  default = { k = { f = \"x\" } }\n}\nresource \"r\" \"a\" {\n  for_each = var.v\n  p = each.value.f\n}"}}, "r.a[\"k\"]", "p", "m.tf: \"x\""},
      {"a field in tfvars", {{"m.tf", "variable \"v\" {\n  type = map(string)\n}\nresource \"r\" \"a\" {\n  p = var.v[\"k\"]\n}"}, {"terraform.tfvars", "v = { k = \"x\" }\n"}}, "r.a", "p", "terraform.tfvars: \"x\""},
      {"optional()'s default", {{"m.tf", "variable \"v\" {\n  type = object({ k = optional(string, \"x\") })\n  default = {}\n}\nresource \"r\" \"a\" {\n  p = var.v.k\n}"}}, "r.a", "p", "m.tf: \"x\""},
      {"a policy document's action", {{"m.tf", "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"x\"]\n  }\n}"}}, "data.aws_iam_policy_document.d", "statement.actions[0]", "m.tf: \"x\""},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const Scan scan(c.files);
    CHECK(scan.Summaries() == "");
    CHECK(scan.Origin(c.address, c.path) == c.origin);
  }
}

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

TEST_CASE("what is wrong is one diagnostic and hides nothing else") {
  struct Case {
    const char* text;
    const char* summary;
  };
  const Case cases[] = {
      {"locals {\n  a = local.b\n  b = local.a\n}\n", "Cycle; "},
      {"resource \"r\" \"a\" {\n  p = r.b.p\n}\nresource \"r\" \"b\" {\n  p = r.a.p\n}\n", "Cycle; "},
      {"resource \"r\" \"a\" {}\nresource \"r\" \"a\" {}\n", "Duplicate declaration; "},
      {"module \"m\" {\n  source = \"./none\"\n}\n", "Unreadable module directory; "},
      {"module \"m\" {\n  source = \"../../up\"\n}\n", "Module outside of the repository; "},
      {"module \"m\" {\n  source = \"./\"\n}\n", "Module calls itself; "},
      {"resource \"r\" \"a\" {\n  for_each = [\"x\"]\n}\n", "Invalid for_each argument; "},
      {"resource \"r\" \"a\" {\n  count = -1\n}\n", "Invalid count argument; "},
      {"resource \"r\" \"a\" {\n  count = 1000000\n}\n", "Too many instances; "},
      {"resource \"r\" \"a\" {\n  for_each = toset(flatten([for a in range(200) : [for b in range(200) : \"${a}-${b}\"]]))\n}\n", "Too many instances; "},
      {"resource \"r\" \"a\" {\n  for_each = toset([for p in setproduct(range(1000), range(1000)) : p[0]])\n}\n", "Result too large; "},
      {"locals { x = 1 }\nlocals { x = 2 }\n", "Duplicate local value definition; "},
      {"locals { x = \"a\" + 1 }\n", "Invalid operand; "},
      {"locals { x = upper([1]) }\n", "Error in function call; "},
      {"module \"m\" {\n  source = \"./loop\"\n  in = module.m.out\n}\n", "Cycle; "},
      {"variable \"v\" {\n  type = number\n  default = \"x\"\n}\n", "Invalid value for variable; "},
      {"locals { x = y.z }\n", "Reference to undeclared name; "},
      {"nonsense \"x\" {}\n", "Unsupported block type; "},
      {"resource \"r\" \"a\" {\n  for_each = null\n}\n", "Invalid for_each argument; "},
      {"resource \"r\" \"a\" {\n  for_each = toset([for i in range(1000) : \"${i}-${i}\"])\n  count = 1\n}\n", "Invalid combination of \"count\" and \"for_each\"; "},
      {"resource \"r\" \"a\" {\n  for_each = sensitive({ k = 1 })\n}\n", "Invalid for_each argument; "},
      {"resource \"r\" \"a\" {\n  count = \"x\"\n}\n", "Invalid count argument; "},
      {"resource \"r\" \"a\" {\n  count = 1.5\n}\n", "Invalid count argument; "},
      {"resource \"r\" \"a\" {\n  count = null\n}\n", "Invalid count argument; "},
      {"variable \"v\" {\n  nullable = false\n  default = null\n}\n", "Invalid default value for variable; "},
      {"variable \"v\" {\n  type = string\n}\nlocals { x = var.v.y }\n", "Unsupported attribute; "},
      {"variable \"v\" {\n  type = object({ a = string })\n  default = {}\n}\n", "Invalid value for variable; "},
      {"locals { x = provider::nowhere::f(1) }\n", ""},
      {"locals { x = nofunction(1) }\n", "Call to unknown function; "},
      {"locals { x = file(\"../../../etc/passwd\") }\n", "Error in function call; "},
      {"variable \"v\" {}\nvariable \"v\" {}\n", "Duplicate declaration; "},
      {"output \"o\" { value = 1 }\noutput \"o\" { value = 2 }\n", "Duplicate declaration; "},
      {"locals { x = each.key }\n", "Reference to undeclared name; "},
      {"module \"m\" {\n  source = \"./child\"\n}\n", "Missing required argument; "},
      {"module \"m\" {\n}\n", "Missing required argument; "},
      {"module \"m\" {\n  source = \"./strict\"\n  v = null\n}\n", "Required variable not set; "},
      {"\xEF\xBB\xBFlocals {\r\n  x = 1\r\n}\r\n", ""},
      {"moved {\n  from = r.x\n  to = r.y\n}\nremoved {\n  from = r.z\n}\nimport {\n  to = r.ok\n  id = \"i\"\n}\ncheck \"c\" {\n  assert {\n    condition = true\n    error_message = \"m\"\n  }\n}\n", ""},
      {"ephemeral \"e\" \"x\" {}\nvariable \"w\" {\n  ephemeral = true\n  default = 1\n}\n", ""},
      {"module \"m\" {\n  source = \"registry/x/y\"\n}\nlocals { x = module.m.z }\n", ""},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const Scan scan(Files{{"a.tf", c.text}, {"child/m.tf", "variable \"needed\" {}\n"}, {"strict/m.tf", "variable \"v\" {\n  nullable = false\n}\n"}, {"loop/m.tf", "variable \"in\" {}\noutput \"out\" { value = var.in }\n"}, {"ok.tf", "resource \"r\" \"ok\" {\n  p = 1\n}\n"}});
    CHECK(scan.Summaries() == c.summary);
    for (const Diagnostic& d : scan.document.diagnostics) {
      CHECK(d.span.length > 0);
      CHECK(scan.sources.path(d.span.file) != "ok.tf");
      CHECK((d.detail.ends_with('.') || d.detail.ends_with('?') || d.summary == "Error in function call" || d.summary == "Invalid value for variable" || d.summary == "Result too large"));
    }
    CHECK(scan.At("r.ok", "p")->number.AsInt() == 1);
  }
  const Scan broken(Files{{"a.tf", "resource \"r\" \"a\" {\n  p = \n}\n"},
                          {"ok.tf", "resource \"r\" \"ok\" {\n  p = r.gone.x\n}\n"}});
  REQUIRE(broken.document.diagnostics.size() == 1);
  CHECK(broken.document.diagnostics[0].kind == Diagnostic::Kind::kSyntax);
  CHECK(broken.At("r.ok", "p")->is_unknown());
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

TEST_CASE("a link to a configuration file is not followed, and what it may declare is no mistake") {
  const test::TempFolder folder;
  std::filesystem::create_directory(folder.path() + "/m");
  std::ofstream(folder.path() + "/m/main.tf") << "resource \"r\" \"a\" {\n  p = var.elsewhere\n  q = local.too\n}\n";
  REQUIRE(symlink("../variables.tf", (folder.path() + "/m/variables.tf").c_str()) == 0);
  const auto snapshot = git::OpenFolderSnapshot(folder.path());
  REQUIRE(snapshot.ok());
  SourceMap sources;
  Arena arena;
  Document document;
  Terraform().Evaluate("m", **snapshot, sources, arena, {}, document);
  CHECK(document.diagnostics.empty());
  REQUIRE(document.resources.size() == 1);
  CHECK(document.resources[0]->body->Get("p")->is_unknown());
}

TEST_CASE("a name that is not there is told with what would declare it") {
  const std::pair<const char*, const char*> cases[] = {{"var.size", "no variable \"size\""},
                                                       {"local.size", "no local value \"size\""},
                                                       {"module.net.id", "no module \"net\""},
                                                       {"aws_vpc.main.id", "no resource \"aws_vpc\" \"main\""},
                                                       {"data.aws_ami.x.id", "no data block \"aws_ami\" \"x\""},
                                                       {"each.key", "only in a block with for_each"},
                                                       {"count.index", "only in a block with count"}};
  for (const auto& [name, said] : cases) {
    INFO(name);
    const Scan scan(Files{{"m.tf", "resource \"r\" \"a\" {\n  p = " + std::string(name) + "\n}\n"}});
    REQUIRE(scan.document.diagnostics.size() == 1);
    CHECK(scan.document.diagnostics[0].detail.find(said) != std::string::npos);
    CHECK(scan.sources.text(scan.document.diagnostics[0].span) == name);
  }
}

TEST_CASE("no configuration takes more steps than its size: twice as large, about twice as many") {
  const auto repeat = [](std::string_view text, size_t n) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += text;
    return out;
  };
  const auto lines = [](size_t n, auto line) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += line(std::to_string(i), std::to_string(i + 1), std::to_string(i + 2));
    return out;
  };
  struct Shape {
    const char* what;
    size_t size;
    std::function<std::string(size_t)> make;
  };
  const Shape shapes[] = {
      {"brackets in brackets", 90, [&](size_t n) { return "locals {\n  a = " + repeat("[", n) + "1" + repeat("]", n) + "\n}\n"; }},
      {"templates in templates", 40, [&](size_t n) { return "locals {\n  a = " + repeat("\"x${", n) + "1" + repeat("}\"", n) + "\n}\n"; }},
      {"calls in calls", 90, [&](size_t n) { return "locals {\n  a = " + repeat("abs(", n) + "1" + repeat(")", n) + "\n}\n"; }},
      {"conditions in conditions", 40, [&](size_t n) { return "locals {\n  a = " + repeat("true ? (", n) + "1" + repeat(") : 0", n) + "\n}\n"; }},
      {"a long concatenation", 200, [&](size_t n) { return "locals {\n  a = concat(" + repeat("[1], ", n) + "[2])\n  b = \"" + repeat("${local.a[0]}", n) + "\"\n}\n"; }},
      {"locals that each name two others", 300, [&](size_t n) {
         return "locals {\n  v0 = 1\n  v1 = 1\n" + lines(n, [](const auto& a, const auto& b, const auto& c) { return "  v" + c + " = min(local.v" + a + ", local.v" + b + ")\n"; }) + "}\n";
       }},
      {"a cycle of locals", 300, [&](size_t n) {
         return "locals {\n" + lines(n, [](const auto& a, const auto& b, const auto&) { return "  v" + a + " = local.v" + b + "\n"; }) + "  v" + std::to_string(n) + " = local.v0\n}\n";
       }},
      {"resources that refer to each other", 300, [&](size_t n) {
         return "resource \"r\" \"v0\" {}\n" + lines(n, [](const auto& a, const auto& b, const auto&) { return "resource \"r\" \"v" + b + "\" {\n  p = [r.v" + a + ".id, r.v" + a + ".p]\n}\n"; });
       }},
      {"instances over instances", 300, [&](size_t n) {
         return "resource \"r\" \"a\" {\n  for_each = toset([for i in range(" + std::to_string(n) + ") : \"k${i}\"])\n  p = each.key\n}\nresource \"r\" \"b\" {\n  for_each = r.a\n  p = each.value.p\n}\n";
       }},
      {"instances of instances by index", 300, [&](size_t n) {
         return "resource \"r\" \"a\" {\n  count = " + std::to_string(n) + "\n}\nresource \"r\" \"b\" {\n  count = length(r.a)\n  p = r.a[count.index].id\n}\n";
       }},
  };
  const auto steps = [](const std::string& text) {
    const auto snapshot = git::NewMemorySnapshot({{"main.tf", text}});
    SourceMap sources;
    Arena arena;
    Document document;
    const Limits limits;
    Evaluation evaluation(*snapshot, sources, arena, limits, document, "");
    ModuleInstance(evaluation, *evaluation.Load("", true), nullptr, nullptr, {}).Publish();
    return double(evaluation.eval.steps);
  };
  for (const Shape& shape : shapes) {
    INFO(shape.what);
    const double once = steps(shape.make(shape.size)), twice = steps(shape.make(2 * shape.size));
    CHECK(once >= double(shape.size));
    CHECK(twice <= 2.5 * once);
  }
}

TEST_CASE("bytes that are no text are said once and hide nothing else") {
  const Files ok = {{"ok.tf", "resource \"r\" \"ok\" {\n  p = 1\n}\n"}, {"bin.dat", std::string("\xff\xfe\0\x01", 4)}};
  for (const std::string& text : {std::string("locals {\n  x = \"\xff\"\n}\n"), std::string("locals {\n  x = 1\0\n}\n", 20),
                                  std::string("locals {\n  x = templatefile(\"bin.dat\", {})\n}\n"), std::string("locals {\n  x = file(\"bin.dat\")\n}\n")}) {
    INFO(text);
    Files files = ok;
    files["a.tf"] = text;
    const Scan scan(files);
    CHECK(scan.document.diagnostics.size() == 1);
    CHECK(scan.At("r.ok", "p")->number.AsInt() == 1);
  }
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

}  // namespace
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

}  // namespace weir::terraform
