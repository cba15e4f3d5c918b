// Structural operations on YAML: what comes out is compared byte for byte.
#include "lib/fix/yaml_editor.h"

#include "lib/base/arena.h"
#include "lib/syntax/yaml/yaml.h"
#include "tests/support/test.h"

namespace weir::fix {
namespace {

// Makes the operations on the value of the outermost mapping's first key.
std::string Edited(const std::string& source, const std::string& edits, const std::string& language = "x") {
  Arena arena;
  const yaml::Tree tree = yaml::ParseEither("", source, 0, arena);
  REQUIRE(tree.documents[0].root != nullptr);
  const yaml::Pair* pair = &tree.documents[0].root->pairs()[0];
  if (language == "cloudformation") pair = &pair->value->pairs()[0];
  EditedText text(source);
  const uint32_t end = std::max(pair->key->span.end(), pair->value->span.end());
  const auto editor = NewEditor("x.yaml", text, {Target::Kind::kResource, pair->key->span.offset, end, language, "T", std::string(pair->key->text), "self", {}});
  REQUIRE(editor != nullptr);
  const auto rule = ReadRuleFix(R"({"suggest":false,"reason":"","edits":[)" + edits + "]}");
  REQUIRE(rule);
  for (const Operation& o : rule->operations)
    if (!editor->Do(o.op, SplitPath(o.target), o.value)) return "refused";
  CHECK(IsWellFormed("x.yaml", text.text()));
  CHECK(yaml::Print(yaml::ParseEither("", text.text(), 0, arena)) == text.text());
  return text.text();
}

std::string Op(const char* op, const std::string& path, const std::string& value) { return std::string(R"({"op":")") + op + R"(","path":")" + path + R"(","value":)" + value + "}"; }
std::string Set(const std::string& path, const std::string& value) { return Op("set", path, value); }
std::string Append(const std::string& path, const std::string& value) { return Op("append", path, value); }
std::string Remove(const std::string& path) { return R"({"op":"remove","path":")" + path + R"("})"; }

struct Case {
  const char* name;
  std::string edits, before, after;
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"a value is replaced, its comment stays", Set("a", "\"new\""), "r:\n  a: old   # why\n  b: 1\n", "r:\n  a: new   # why\n  b: 1\n"},
      {"double quotes stay", Set("a", "\"new\""), "r:\n  a: \"old\"\n", "r:\n  a: \"new\"\n"},
      {"single quotes stay", Set("a", "\"it's\""), "r:\n  a: 'old'\n", "r:\n  a: 'it''s'\n"},
      {"a boolean is written plain", Set("a", "true"), "r:\n  a: false\n", "r:\n  a: true\n"},
      {"text that looks like something else is quoted", Set("a", "\"2\"") + "," + Set("b", "\"yes\"") + "," + Set("c", "\"*\""), "r:\n  a: x\n  b: x\n  c: x\n", "r:\n  a: \"2\"\n  b: \"yes\"\n  c: \"*\"\n"},
      {"an address range and an ARN are not", Set("a", "\"203.0.113.0/24\"") + "," + Set("b", "\"arn:aws:kms:::key/1\""), "r:\n  a: x\n  b: x\n", "r:\n  a: 203.0.113.0/24\n  b: arn:aws:kms:::key/1\n"},
      {"a new key goes behind the last one", Set("c", "true"), "r:\n  a: 1\n  b: 2  # b\nnext: 1\n", "r:\n  a: 1\n  b: 2  # b\n  c: true\nnext: 1\n"},
      {"a new key goes behind a block scalar", Set("c", "true"), "r:\n  a: |\n    text\n\n# n\nnext: 1\n", "r:\n  a: |\n    text\n  c: true\n\n# n\nnext: 1\n"},
      {"a missing newline at the end stays missing", Set("c", "true"), "r:\n  a: 1", "r:\n  a: 1\n  c: true"},
      {"missing mappings are made", Set("b.c.d", "true"), "r:\n  a: 1\n", "r:\n  a: 1\n  b:\n    c:\n      d: true\n"},
      {"four spaces stay", Set("b.c", "true"), "r:\n    a: 1\n", "r:\n    a: 1\n    b:\n        c: true\n"},
      {"CRLF stays", Set("b.c", "true"), "r:\r\n  a: 1\r\n", "r:\r\n  a: 1\r\n  b:\r\n    c: true\r\n"},
      {"an empty key gets a mapping", Set("b.c", "true"), "r:\n  b:\n  d: 1\n", "r:\n  b:\n    c: true\n  d: 1\n"},
      {"a flow mapping stays one", Set("b.d", "\"x\""), "r:\n  b: {c: 1}  # k\n", "r:\n  b: {c: 1, d: x}  # k\n"},
      {"an empty flow mapping is filled", Set("b.d", "1"), "r:\n  b: {}\n", "r:\n  b: {d: 1}\n"},
      {"a flow mapping of several lines gets another", Set("c", "1"), "r: {\n  a: 1,\n  b: 2\n}\n", "r: {\n  a: 1,\n  b: 2,\n  c: 1\n}\n"},
      {"JSON in a YAML file stays JSON", Set("c", "\"x\""), "{\"r\": {\"a\": 1}}\n", "{\"r\": {\"a\": 1, \"c\": \"x\"}}\n"},
      {"a list becomes a block list", Set("c", "[\"x\", \"z\"]"), "r:\n  a: 1\n", "r:\n  a: 1\n  c:\n    - x\n    - z\n"},
      {"a block list takes the place of text", Set("a", "[\"x\"]"), "r:\n  a: 1\n  b: 2\n", "r:\n  a:\n    - x\n  b: 2\n"},
      {"text takes the place of a block list", Set("a", "\"x\""), "r:\n  a:\n    - 1\n    - 2\n  b: 2\n", "r:\n  a: x\n  b: 2\n"},
      {"an element of a list", Set("a[1]", "\"z\""), "r:\n  a:\n    - x\n    - y # k\n", "r:\n  a:\n    - x\n    - z # k\n"},
      {"a key of a mapping in a list", Set("a[0].c", "true"), "r:\n  a:\n    - b: 1\n    - b: 2\n", "r:\n  a:\n    - b: 1\n      c: true\n    - b: 2\n"},
      {"a tagged value is replaced with its tag", Set("a", "\"x\""), "r:\n  a: !Ref P\n", "r:\n  a: x\n"},
      {"an anchor keeps its name", Set("a", "\"x\""), "r:\n  a: &n old\n  b: *n\n", "r:\n  a: &n x\n  b: *n\n"},
      {"an alias is not followed", Set("a.b", "1"), "r:\n  x: &n {c: 1}\n  a: *n\n", "refused"},
      {"a function call is not added to", Set("a.b", "1"), "r:\n  a: !If [c, {x: 1}, {x: 2}]\n", "refused"},
      {"nor a long one", Set("a.b", "1"), "r:\n  a:\n    Fn::If: [c, {x: 1}, {x: 2}]\n", "refused"},
      {"append to a block list", Append("a", "\"z\""), "r:\n  a:\n    - x  # k\n  b: 1\n", "r:\n  a:\n    - x  # k\n    - z\n  b: 1\n"},
      {"append to a list that is not indented", Append("a", "\"z\""), "r:\n  a:\n  - x\n  b: 1\n", "r:\n  a:\n  - x\n  - z\n  b: 1\n"},
      {"append a mapping", Append("a", "{\"Key\":\"k\",\"Value\":\"true\"}"), "r:\n  a:\n    - Key: x\n      Value: y\n", "r:\n  a:\n    - Key: x\n      Value: y\n    - Key: k\n      Value: \"true\"\n"},
      {"append to a flow list", Append("a", "\"z\""), "r:\n  a: [x]\n", "r:\n  a: [x, z]\n"},
      {"append makes the list", Append("b", "{\"k\":1}"), "r:\n  a: 1\n", "r:\n  a: 1\n  b:\n    - k: 1\n"},
      {"remove a key", Remove("a"), "r:\n  a: 1  # gone\n  # stays\n  b: 2\n", "r:\n  # stays\n  b: 2\n"},
      {"remove a key with everything below it", Remove("a"), "r:\n  a:\n    - 1\n    - 2\n  b: 2\n", "r:\n  b: 2\n"},
      {"remove the first key behind a dash", Remove("l[0].a"), "r:\n  l:\n    - a: 1\n      b: 2\n", "r:\n  l:\n    - b: 2\n"},
      {"remove from a flow mapping", Remove("m.b"), "r:\n  m: {a: 1, b: 2, c: 3}\n", "r:\n  m: {a: 1, c: 3}\n"},
      {"remove an element", Remove("l[0]"), "r:\n  l:\n    - a: 1\n      b: 2\n    - c: 3\n", "r:\n  l:\n    - c: 3\n"},
      {"remove what is not there", Remove("x"), "r:\n  a: 1\n", "r:\n  a: 1\n"},
      {"replace elements", Op("replace", "l", R"({"x":"z"})"), "r:\n  l: [x, 'y', x]\n", "r:\n  l: [z, 'y', z]\n"},
      {"rename a key", R"({"op":"rename","path":"a","value":"b"})", "r:\n  a: 1\n", "r:\n  b: 1\n"},
  };
  return cases;
}

}  // namespace

TEST_CASE("operations change what they name and nothing else in YAML") {
  for (const Case& c : Cases()) {
    INFO(c.name);
    CHECK(Edited(c.before, c.edits) == c.after);
  }
}

TEST_CASE("a CloudFormation resource is edited below its Properties, and gets company") {
  const std::string before = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: 1\nOutputs: {}\n";
  CHECK(Edited(before, Set("C.D", "true"), "cloudformation") == "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: 1\n      C:\n        D: true\nOutputs: {}\n");
  CHECK(Edited(before, Set("DeletionPolicy", "\"Retain\""), "cloudformation") == "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: 1\n    DeletionPolicy: Retain\nOutputs: {}\n");
  CHECK(Edited("Resources:\n  B:\n    Type: AWS::S3::Bucket\n", Set("A", "1"), "cloudformation") == "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: 1\n");
  CHECK(Edited(before, R"({"op":"add_resource","value":{"type":"AWS::S3::BucketPolicy","name":"P","body":{"Bucket":"=!Ref self"}}})", "cloudformation") ==
        "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: 1\n  P:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: !Ref B\nOutputs: {}\n");
}

TEST_CASE("a manifest is edited as a whole, whatever its first key holds") {
  const std::string before = "metadata:\n  name: x\nspec:\n  a: 1\n---\nmetadata:\n  name: y\n";
  EditedText text(before);
  const auto editor = NewEditor("x.yaml", text, {Target::Kind::kResource, 0, uint32_t(before.find("\n---")), "kubernetes", "T", "x", "", {}});
  NewValue yes;
  yes.kind = NewValue::Kind::kBool;
  yes.text = "true";
  REQUIRE(editor->Do(Operation::Op::kSet, {"spec", "b"}, yes));
  REQUIRE(editor->Do(Operation::Op::kRemove, {"spec", "a"}, {}));
  REQUIRE(editor->Do(Operation::Op::kSet, {"c"}, yes));
  CHECK(text.text() == "metadata:\n  name: x\nspec:\n  b: true\nc: true\n---\nmetadata:\n  name: y\n");
}

TEST_CASE("operations follow each other, each on what the one before left") {
  CHECK(Edited("r:\n  a: 1\nnext: 2\n", Set("b.c", "1") + "," + Set("b.d", "2") + "," + Append("l", "\"x\"") + "," + Append("l", "\"z\"") + "," + Remove("a")) ==
        "r:\n  b:\n    c: 1\n    d: 2\n  l:\n    - x\n    - z\nnext: 2\n");
}

}  // namespace weir::fix
