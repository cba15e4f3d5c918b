#include "tests/lang/terraform/scan.h"

namespace weir::terraform {
namespace {

std::string Document(const Scan& scan, std::string_view name) {
  const Value* json = scan.At("data.aws_iam_policy_document." + std::string(name), "json");
  if (json == nullptr) return "(none)";
  return json->kind == Kind::kString ? std::string(json->text) : "(unknown)";
}

TEST_CASE("a policy document is written as the provider writes it") {
  struct Case {
    const char* what;
    const char* body;
    const char* json;
  };
  const Case cases[] = {
      {"nothing", "", R"({"Version":"2012-10-17"})"},
      {"id and version", "version = \"2008-10-17\"\npolicy_id = \"p\"", R"({"Version":"2008-10-17","Id":"p"})"},
      {"allow is what is meant", "statement {\n actions = [\"a:b\"]\n resources = [\"*\"]\n}",
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*"}]})"},
      {"lists are sorted backwards", "statement {\n sid = \"S\"\n effect = \"Deny\"\n not_actions = [\"a:a\", \"a:c\", \"a:b\"]\n not_resources = [\"y\", \"x\"]\n}",
       R"({"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":"Deny","NotAction":["a:c","a:b","a:a"],"NotResource":["y","x"]}]})"},
      {"everybody", "statement {\n principals {\n  type = \"*\"\n  identifiers = [\"*\"]\n }\n}",
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*"}]})"},
      {"principals of one type", "statement {\n principals {\n  type = \"AWS\"\n  identifiers = [\"a\"]\n }\n principals {\n  type = \"AWS\"\n  identifiers = [\"b\"]\n }\n}",
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["a","b"]}}]})"},
      {"principals of two types", "statement {\n not_principals {\n  type = \"Service\"\n  identifiers = [\"s\"]\n }\n not_principals {\n  type = \"AWS\"\n  identifiers = [\"b\"]\n }\n}",
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"b","Service":"s"}}]})"},
      {"conditions", "statement {\n condition {\n  test = \"StringLike\"\n  variable = \"v\"\n  values = [\"b\", \"a\"]\n }\n condition {\n  test = \"Bool\"\n  variable = \"w\"\n  values = [\"true\"]\n }\n}",
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Condition":{"Bool":{"w":"true"},"StringLike":{"v":["b","a"]}}}]})"},
      {"a merged source", "source_policy_documents = [jsonencode({ Statement = [{ Sid = \"A\", Effect = \"Deny\", Action = [\"x:y\"] }] })]\nstatement {\n sid = \"B\"\n}",
       R"({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Action":"x:y"},{"Sid":"B","Effect":"Allow"}]})"},
      {"its own statement over a source's", "source_policy_documents = [jsonencode({ Statement = { Sid = \"A\", Effect = \"Deny\" } })]\nstatement {\n sid = \"A\"\n}",
       R"({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow"}]})"},
      {"an override over its own", "override_policy_documents = [jsonencode({ Version = \"2008-10-17\", Statement = [{ Sid = \"A\", Effect = \"Deny\" }, { Effect = \"Allow\" }] })]\nstatement {\n sid = \"A\"\n}",
       R"({"Version":"2008-10-17","Statement":[{"Sid":"A","Effect":"Deny"},{"Effect":"Allow"}]})"},
      {"an unknown source", "source_policy_documents = [r.x.json]\nstatement {\n sid = \"A\"\n}", "(unknown)"},
      {"an unknown resource", "statement {\n resources = [r.x.arn]\n}", "(unknown)"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const Scan scan(Files{{"m.tf", "resource \"r\" \"x\" {}\ndata \"aws_iam_policy_document\" \"d\" {\n" + std::string(c.body) + "\n}\n"}});
    CHECK(scan.Summaries() == "");
    CHECK(Document(scan, "d") == c.json);
  }
}

TEST_CASE("what is known of a policy document is there although some of it is not") {
  const Scan scan(Files{{"m.tf",
                         "resource \"r\" \"x\" {}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"s3:*\"]\n    "
                         "resources = [r.x.arn, \"*\"]\n  }\n}\nresource \"p\" \"y\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n"}});
  const Value* policy = scan.At("p.y", "policy");
  REQUIRE(policy->is_unknown());
  REQUIRE(policy->structure != nullptr);
  const auto action = ValuesAt(*policy->structure, "Statement[0].Action");
  REQUIRE(action.size() == 1);
  CHECK(action[0]->text == "s3:*");
  CHECK(scan.sources.text(action[0]->origin) == "\"s3:*\"");
  CHECK(scan.Related("r.x", "p", "policy") == "p.y ");
}

TEST_CASE("data sources that need no provider are computed and others are not") {
  const Scan scan(Files{
      {"t.tpl", "port ${port}"},
      {"m.tf",
       "data \"template_file\" \"t\" {\n  template = file(\"t.tpl\")\n  vars = { port = 22 }\n}\ndata \"null_data_source\" \"n\" {\n  inputs "
       "= { a = 1 }\n}\ndata \"http\" \"h\" {\n  url = \"x\"\n}\ndata \"template_cloudinit_config\" \"c\" {\n}\nresource \"r\" \"a\" {\n  p = "
       "data.template_file.t.rendered\n  q = data.null_data_source.n.outputs.a\n  s = data.http.h.response_body\n  t = "
       "data.template_cloudinit_config.c.rendered\n}\n"}});
  CHECK(scan.Summaries() == "");
  CHECK(scan.At("r.a", "p")->text == "port 22");
  CHECK(scan.At("r.a", "q")->number.AsInt() == 1);
  CHECK(scan.At("r.a", "s")->is_unknown());
  CHECK(scan.At("r.a", "t")->is_unknown());
}

TEST_CASE("a local file is read from the side of the change, and an archive is not made") {
  const Scan scan(Files{{"policy.json", "{}\n"}, {"logo.png", "\x89PNG"}, {"m.tf", R"(data "local_file" "f" {
  filename = "${path.module}/policy.json"
}
data "local_file" "binary" {
  filename = "logo.png"
}
data "local_file" "made" {
  filename = "build/out.txt"
}
data "local_file" "outside" {
  filename = "/etc/hostname"
}
data "archive_file" "z" {
  type        = "zip"
  source_file = "policy.json"
  output_path = "z.zip"
}
resource "r" "a" {
  text    = data.local_file.f.content
  digest  = data.local_file.f.content_md5
  base64  = data.local_file.binary.content_base64
  binary  = data.local_file.binary.content
  made    = data.local_file.made.content
  outside = data.local_file.outside.content
  archive = data.archive_file.z.output_base64sha256
}
)"}});
  CHECK(scan.Summaries() == "");
  CHECK(scan.At("r.a", "text")->text == "{}\n");
  CHECK(scan.At("r.a", "digest")->text == "8a80554c91d9fca8acb82f023de02f11");
  CHECK(scan.At("r.a", "base64")->text == "iVBORw==");
  for (const char* path : {"binary", "made", "outside", "archive"}) {
    INFO(path);
    CHECK(scan.At("r.a", path)->is_unknown());
  }
}

}  // namespace
}  // namespace weir::terraform
