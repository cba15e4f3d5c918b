// Structural operations on files: what comes out is compared byte for byte, and where terraform is installed, with its formatter.
#include "lib/base/arena.h"
#include "lib/base/process.h"
#include "lib/fix/editor.h"
#include "lib/lang/terraform/json_body.h"
#include "lib/syntax/hcl/parser.h"
#include "tests/support/test.h"

namespace weir::fix {
namespace {

using Op = Operation::Op;

// `{"edits":[…]}` in short: the operations as the policy image has them.
RuleFix Rule(const std::string& edits) {
  auto rule = ReadRuleFix(R"({"suggest":false,"reason":"","edits":[)" + edits + "]}");
  REQUIRE(rule);
  return *rule;
}

// Makes the operations on the first block of `source`.
std::string Edited(const std::string& path, const std::string& source, const std::string& edits) {
  Arena arena;
  const auto tree = path.ends_with(".json") ? terraform::ParseJsonConfig(source, 0, arena) : hcl::Parse(source, 0, arena);
  REQUIRE(!tree.root->blocks.empty());
  const Span block = tree.root->blocks[0]->span;
  EditedText text(source);
  const auto editor = NewEditor(path, text, {Target::Kind::kResource, block.offset, block.end(), "terraform", "x", "y", "x.y", {}});
  REQUIRE(editor != nullptr);
  for (const Operation& o : Rule(edits).operations)
    if (!editor->Do(o.op, SplitPath(o.target), o.value)) return "refused";
  CHECK(IsWellFormed(path, text.text()));
  // What is told as edits is what was done.
  CHECK(Apply(source, path, text.Edits(path)) == text.text());
  return text.text();
}

struct Case {
  std::string name, edits, before, after;
};

std::string Set(const std::string& path, const std::string& value) { return R"({"op":"set","path":")" + path + R"(","value":)" + value + "}"; }
std::string Remove(const std::string& path) { return R"({"op":"remove","path":")" + path + R"("})"; }
std::string Append(const std::string& path, const std::string& value) { return R"({"op":"append","path":")" + path + R"(","value":)" + value + "}"; }
std::string Replace(const std::string& path, const std::string& value) { return R"({"op":"replace","path":")" + path + R"(","value":)" + value + "}"; }
std::string AddBlock(const std::string& path, const std::string& value) { return R"({"op":"add_block","path":")" + path + R"(","value":)" + value + "}"; }
std::string Rename(const std::string& path, const std::string& value) { return R"({"op":"rename","path":")" + path + R"(","value":")" + value + R"("})"; }

std::string In(const std::string& body) { return "resource \"x\" \"y\" {\n" + body + "}\n"; }

const std::vector<Case>& HclCases() {
  static const std::vector<Case> cases = {
      {"a value is replaced", Set("acl", R"("private")"), In("  acl = \"public-read\" # why\n"), In("  acl = \"private\" # why\n")},
      {"comments behind values keep their column", Set("acl", R"("private")"), In("  acl = \"public-read\" # a\n  b   = 1             # b\n"), In("  acl = \"private\" # a\n  b   = 1         # b\n")},
      {"a new argument is aligned", Set("storage_encrypted", "true"), In("  a   = 1\n  bcd = 2\n"), In("  a                 = 1\n  bcd               = 2\n  storage_encrypted = true\n")},
      {"what was not aligned stays so", Set("storage_encrypted", "true"), In("  a = 1\n  bcd = 2\n"), In("  a = 1\n  bcd = 2\n  storage_encrypted = true\n")},
      {"a group ends at a blank line", Set("c", "true"), In("  aaaa = 1\n\n  b = 2\n"), In("  aaaa = 1\n\n  b = 2\n  c = true\n")},
      {"arguments go before blocks", Set("c", "true"), In("  a = 1\n\n  b {\n    x = 1\n  }\n"), In("  a = 1\n  c = true\n\n  b {\n    x = 1\n  }\n")},
      {"a body of blocks gets its first argument", Set("c", "true"), In("  b {\n    x = 1\n  }\n"), In("  c = true\n\n  b {\n    x = 1\n  }\n")},
      {"an empty body", Set("c", "true"), "resource \"x\" \"y\" {}\n", In("  c = true\n")},
      {"an empty body of two lines", Set("c", "true"), In(""), In("  c = true\n")},
      {"two in one body on one line", Set("c", "true") + "," + Set("dd", "1"), "resource \"x\" \"y\" { a = 1 }\n", In("  a  = 1\n  c  = true\n  dd = 1\n")},
      {"a block on one line is opened", Set("b.c", "true"), In("  b { a = 1 }\n"), In("  b {\n    a = 1\n    c = true\n  }\n")},
      {"an argument in a block on one line is replaced there", Set("b.a", "2"), In("  b { a = 1 }\n"), In("  b { a = 2 }\n")},
      {"missing blocks are made", Set("b.c", "true"), In("  a = 1\n"), In("  a = 1\n\n  b {\n    c = true\n  }\n")},
      {"missing maps are made", Set("tags.team", R"("web")"), In("  a = 1\n"), In("  a = 1\n  tags = {\n    team = \"web\"\n  }\n")},
      {"tabs stay", Set("c", "true"), "resource \"x\" \"y\" {\n\tb {\n\t\ta = 1\n\t}\n}\n", "resource \"x\" \"y\" {\n\tc = true\n\n\tb {\n\t\ta = 1\n\t}\n}\n"},
      {"four spaces stay", Set("b.c", "true"), "resource \"x\" \"y\" {\n    a = 1\n}\n", "resource \"x\" \"y\" {\n    a = 1\n\n    b {\n        c = true\n    }\n}\n"},
      {"CRLF stays", Set("cc", "true"), "resource \"x\" \"y\" {\r\n  a = 1\r\n}\r\n", "resource \"x\" \"y\" {\r\n  a  = 1\r\n  cc = true\r\n}\r\n"},
      {"a missing newline at the end stays missing", Set("c", "true"), "resource \"x\" \"y\" {\n  a = 1\n}", "resource \"x\" \"y\" {\n  a = 1\n  c = true\n}"},
      {"after a heredoc", Set("c", "true"), In("  a = <<EOT\n  text = 1\nEOT\n"), In("  a = <<EOT\n  text = 1\nEOT\n  c = true\n")},
      {"a key in a map with =", Set("tags.team", R"("web")"), In("  tags = {\n    a  = 1\n    bb = 2\n  }\n"), In("  tags = {\n    a    = 1\n    bb   = 2\n    team = \"web\"\n  }\n")},
      {"a key in a map with : and commas", Set("tags.team", R"("web")"), In("  tags = {\n    \"a\" : 1,\n    \"b\" : 2,\n  }\n"), In("  tags = {\n    \"a\" : 1,\n    \"b\" : 2,\n    \"team\" : \"web\",\n  }\n")},
      {"a key in a map on one line", Set("tags.team", R"("web")"), In("  tags = { a = 1 }\n"), In("  tags = { a = 1, team = \"web\" }\n")},
      {"a key in an empty map", Set("tags.team", R"("web")"), In("  tags = {}\n"), In("  tags = {\n    team = \"web\"\n  }\n")},
      {"an element of a list", Set("l[1]", R"("n")"), In("  l = [\"a\", \"b\"]\n"), In("  l = [\"a\", \"n\"]\n")},
      {"append on one line", Append("l", R"("n")"), In("  l = [\"a\"]\n"), In("  l = [\"a\", \"n\"]\n")},
      {"append to an empty list", Append("l", R"(["n","m"])"), In("  l = []\n"), In("  l = [\"n\", \"m\"]\n")},
      {"append to a list of lines with a trailing comma", Append("l", R"(["n","m"])"), In("  l = [\n    \"a\", # first\n  ]\n"), In("  l = [\n    \"a\", # first\n    \"n\",\n    \"m\",\n  ]\n")},
      {"append to a list of lines without", Append("l", R"("n")"), In("  l = [\n    \"a\" # first\n  ]\n"), In("  l = [\n    \"a\", # first\n    \"n\"\n  ]\n")},
      {"append makes the list", Append("l", R"("n")"), In("  a = 1\n"), In("  a = 1\n  l = [\"n\"]\n")},
      {"replace in a list", Replace("l", R"({"a":"n"})"), In("  l = [\"a\", \"b\", \"a\"]\n"), In("  l = [\"n\", \"b\", \"n\"]\n")},
      {"replace a text", Replace("l", R"({"a":"n"})"), In("  l = \"a\"\n"), In("  l = \"n\"\n")},
      {"replace what is not there", Replace("l", R"({"c":"n"})"), In("  l = \"a\"\n"), "refused"},
      {"remove an argument", Remove("bcd"), In("  a   = 1\n  bcd = 2\n"), In("  a = 1\n")},
      {"remove keeps what was not aligned", Remove("bcd"), In("  a    = 1\n  bcd = 2\n"), In("  a    = 1\n")},
      {"remove an argument on one line", Remove("b.a"), In("  b { a = 1 }\n"), In("  b {}\n")},
      {"remove an element", Remove("l[0]"), In("  l = [\"a\", \"b\"]\n"), In("  l = [\"b\"]\n")},
      {"remove the last element", Remove("l[1]"), In("  l = [\"a\", \"b\"]\n"), In("  l = [\"a\"]\n")},
      {"remove an element's line", Remove("l[1]"), In("  l = [\n    \"a\",\n    \"b\", # no\n    \"c\",\n  ]\n"), In("  l = [\n    \"a\",\n    \"c\",\n  ]\n")},
      {"remove the last line without its comma", Remove("l[1]"), In("  l = [\n    \"a\",\n    \"b\"\n  ]\n"), In("  l = [\n    \"a\"\n  ]\n")},
      {"remove a key", Remove("tags.b"), In("  tags = {\n    a   = 1\n    b   = 2\n    ccc = 3\n  }\n"), In("  tags = {\n    a   = 1\n    ccc = 3\n  }\n")},
      {"remove all blocks of a name", Remove("b"), In("  a = 1\n\n  b {\n  }\n\n  b {\n  }\n"), In("  a = 1\n")},
      {"remove one block", Remove("b[0]"), In("  a = 1\n\n  b {\n    c = 1\n  }\n\n  b {\n  }\n"), In("  a = 1\n\n  b {\n  }\n")},
      {"remove what is absent", Remove("z"), In("  a = 1\n"), In("  a = 1\n")},
      {"add a block", AddBlock("rule", R"({"id":"x","status":"Enabled","filter":{},"days":{"n":7}})"), In("  a = 1\n"), In("  a = 1\n\n  rule {\n    id     = \"x\"\n    status = \"Enabled\"\n\n    filter {}\n\n    days {\n      n = 7\n    }\n  }\n")},
      {"add a second block", AddBlock("b", R"({"n":2})"), In("  b {\n    n = 1\n  }\n"), In("  b {\n    n = 1\n  }\n\n  b {\n    n = 2\n  }\n")},
      {"rename an argument", Rename("a", "longer"), In("  a = 1\n  b = 2\n"), In("  longer = 1\n  b      = 2\n")},
      {"rename a block", Rename("b", "c"), In("  b {\n  }\n"), In("  c {\n  }\n")},
      {"rename a key", Rename("tags.a", "b"), In("  tags = { a = 1 }\n"), In("  tags = { b = 1 }\n")},
      {"an expression names the resource", Set("c", R"("=self.id")"), In("  a = 1\n"), In("  a = 1\n  c = x.y.id\n")},
      {"texts are escaped", Set("c", R"("a\"${b}\\")"), In("  a = 1\n"), In("  a = 1\n  c = \"a\\\"$${b}\\\\\"\n")},
      {"in a dynamic block's content", Set("b.a", "2"), In("  dynamic \"b\" {\n    for_each = [1]\n    content {\n      a = b.value\n    }\n  }\n"), In("  dynamic \"b\" {\n    for_each = [1]\n    content {\n      a = 2\n    }\n  }\n")},
      {"a path into what is computed", Set("a.b", "2"), In("  a = f(1)\n"), "refused"},
      {"after count there is a gap", Set("c", "true"), In("  count = 2\n"), In("  count = 2\n\n  c = true\n")},
      {"depends_on stays last", Set("c", "true"), In("  a = 1\n\n  depends_on = [z.z]\n"), In("  a = 1\n  c = true\n\n  depends_on = [z.z]\n")},
      {"a resource after it", R"({"op":"add_resource","value":{"type":"t","name":"self.name","body":{"bucket":"=self.id","r":{"s":"on"}}}})", In("  a = 1\n") + "\n# next\n",
       In("  a = 1\n") + "\nresource \"t\" \"y\" {\n  bucket = x.y.id\n\n  r {\n    s = \"on\"\n  }\n}\n\n# next\n"},
      {"a resource before another one", R"({"op":"add_resource","value":{"type":"t","name":"z","body":{}}})", In("  a = 1\n") + "resource \"x\" \"z\" {\n}\n", In("  a = 1\n") + "\nresource \"t\" \"z\" {\n}\n\nresource \"x\" \"z\" {\n}\n"},
      {"a resource at the end without a newline", R"({"op":"add_resource","value":{"type":"t","name":"z","body":{}}})", "resource \"x\" \"y\" {\n}", "resource \"x\" \"y\" {\n}\n\nresource \"t\" \"z\" {\n}"},
  };
  return cases;
}

std::string J(const std::string& body) { return "{\n  \"resource\": {\n    \"x\": {\n      \"y\": {" + body + "}\n    }\n  }\n}\n"; }

const std::vector<Case>& JsonCases() {
  static const std::vector<Case> cases = {
      {"a value is replaced", Set("acl", R"("private")"), J("\n        \"acl\": \"p\"\n      "), J("\n        \"acl\": \"private\"\n      ")},
      {"a new member", Set("c", "true"), J("\n        \"acl\": \"p\"\n      "), J("\n        \"acl\": \"p\",\n        \"c\": true\n      ")},
      {"in an empty object", Set("c", "true"), J(""), J("\n        \"c\": true\n      ")},
      {"compact", Set("c", "true"), R"({"resource":{"x":{"y":{"a":1}}}})", R"({"resource":{"x":{"y":{"a":1,"c":true}}}})"},
      {"compact and empty", Set("b.c", R"("s")"), R"({"resource":{"x":{"y":{}}}})", R"({"resource":{"x":{"y":{"b":{"c":"s"}}}}})"},
      {"on one line with spaces", Set("c", "true"), R"({"resource": {"x": {"y": {"a": 1}}}})", R"({"resource": {"x": {"y": {"a": 1, "c": true}}}})"},
      {"a block in an array", Set("b.c", "true"), R"({"resource":{"x":{"y":{"b":[{"c":false}]}}}})", R"({"resource":{"x":{"y":{"b":[{"c":true}]}}}})"},
      {"the second block of an array", Set("b[1].c", "true"), R"({"resource":{"x":{"y":{"b":[{"c":1},{"c":2}]}}}})", R"({"resource":{"x":{"y":{"b":[{"c":1},{"c":true}]}}}})"},
      {"remove a member", Remove("b"), R"({"resource":{"x":{"y":{"a":1, "b":2}}}})", R"({"resource":{"x":{"y":{"a":1}}}})"},
      {"remove a member's line", Remove("a"), J("\n        \"a\": 1,\n        \"b\": 2\n      "), J("\n        \"b\": 2\n      ")},
      {"remove the only member", Remove("a"), J("\n        \"a\": 1\n      "), J("")},
      {"append", Append("l", R"("n")"), J("\n        \"l\": [\n          \"a\"\n        ]\n      "), J("\n        \"l\": [\n          \"a\",\n          \"n\"\n        ]\n      ")},
      {"replace", Replace("l", R"({"a":"n"})"), R"({"resource":{"x":{"y":{"l":["a","b"]}}}})", R"({"resource":{"x":{"y":{"l":["n","b"]}}}})"},
      {"add a block", AddBlock("r", R"({"n":1})"), R"({"resource":{"x":{"y":{"a":1}}}})", R"({"resource":{"x":{"y":{"a":1,"r":{"n":1}}}}})"},
      {"add a second block", AddBlock("r", R"({"n":1})"), R"({"resource":{"x":{"y":{"r":[{"n":2}]}}}})", R"({"resource":{"x":{"y":{"r":[{"n":2},{"n":1}]}}}})"},
      {"rename", Rename("a", "b"), R"({"resource":{"x":{"y":{"a":1}}}})", R"({"resource":{"x":{"y":{"b":1}}}})"},
      {"an expression is a template", Set("a", R"("=self.id")"), R"({"resource":{"x":{"y":{"a":1}}}})", R"({"resource":{"x":{"y":{"a":"${x.y.id}"}}}})"},
      {"a resource", R"({"op":"add_resource","value":{"type":"t","name":"self.name","body":{"bucket":"=self.id"}}})", R"({"resource":{"x":{"y":{"a":1}}}})", R"({"resource":{"x":{"y":{"a":1}},"t":{"y":{"bucket":"${x.y.id}"}}}})"},
      {"tabs and CRLF stay", Set("c", "true"), "{\r\n\t\"resource\": {\"x\": {\"y\": {\r\n\t\t\"a\": 1\r\n\t}}}\r\n}", "{\r\n\t\"resource\": {\"x\": {\"y\": {\r\n\t\t\"a\": 1,\r\n\t\t\"c\": true\r\n\t}}}\r\n}"},
  };
  return cases;
}

}  // namespace

TEST_CASE("operations on HCL change what they name and nothing else") {
  for (const Case& c : HclCases()) {
    INFO(c.name);
    CHECK(Edited("main.tf", c.before, c.edits) == c.after);
  }
}

TEST_CASE("operations on JSON keep its style") {
  for (const Case& c : JsonCases()) {
    INFO(c.name);
    CHECK(Edited("main.tf.json", c.before, c.edits) == c.after);
  }
}

TEST_CASE("what terraform fmt left stays as it would leave it") {
  const auto formatted = [](const std::string& text) { return Run({"terraform", "fmt", "-"}, {text}); };
  if (!formatted("").ok()) {
    WARN("skipped: terraform is not installed");
    return;
  }
  size_t compared = 0;
  for (const Case& c : HclCases()) {
    if (c.after == "refused") continue;
    const auto before = formatted(c.before);
    if (!before.ok() || before->out != c.before) continue;
    INFO(c.name);
    CHECK(formatted(c.after)->out == c.after);
    ++compared;
  }
  CHECK(compared >= 35);
}

TEST_CASE("a value that stands by itself is edited where it stands") {
  const std::string source = "variable \"v\" {\n  default = {\n    a = [1, 2]\n  }\n}\n";
  EditedText text(source);
  const auto editor = NewEditor("v.tf", text, {Target::Kind::kValue, uint32_t(source.find("= {") + 2), uint32_t(source.find("  }\n}") + 3), "terraform", "", "", "", {}});
  NewValue value;
  value.kind = NewValue::Kind::kBool;
  value.text = "true";
  CHECK(editor->Do(Op::kSet, {"a", "[1]"}, value));
  CHECK(editor->Do(Op::kSet, {"b"}, value));
  CHECK(text.text() == "variable \"v\" {\n  default = {\n    a = [1, true]\n    b = true\n  }\n}\n");
}

TEST_CASE("edits of edits are told as edits of the original") {
  const std::string source = "0123456789";
  EditedText text(source);
  text.Replace(2, 4, "ab");
  text.Replace(3, 5, "X");
  text.Replace(8, 8, "yz");
  text.Replace(0, 0, "<");
  CHECK(text.text() == "<01aX5678yz9");
  CHECK(Apply(source, "f", text.Edits("f")) == text.text());
  CHECK(text.Now(5) == 5);
  CHECK(text.Now(3) == 5);
  CHECK(text.Edits("f").size() == 3);
}

}  // namespace weir::fix
