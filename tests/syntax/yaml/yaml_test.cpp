#include "lib/syntax/yaml/yaml.h"

#include <random>

#include "tests/support/test.h"

namespace weir::yaml {
namespace {

struct Read {
  explicit Read(std::string source, const Limits& limits = {}) : text(std::move(source)), tree(Parse(text, 0, arena, limits)) {}
  std::string_view Of(const Node& node) const { return std::string_view(text).substr(node.span.offset, node.span.length); }
  const Node& Root(size_t i = 0) const { return *tree.documents[i].root; }
  std::string Places() const {
    std::string out;
    for (const Error& e : tree.errors) out += std::to_string(e.span.offset) + ":" + std::string(e.message) + "\n";
    return out;
  }
  Arena arena;
  std::string text;
  Tree tree;
};

bool PrintsBack(const std::string& source) {
  Arena arena;
  return Print(Parse(source, 0, arena)) == source;
}

}  // namespace

TEST_CASE("every node tells its text, style and bytes") {
  const Read r(R"(a: plain text
b: 'it''s'
c: "t\tab"
d: |
  one
  two

e: >-
  folded
  text
f: [x, {y: 1}]
g:
  - p
  - q: r
)");
  REQUIRE(r.tree.ok());
  const Node& root = r.Root();
  REQUIRE(root.pairs().size() == 7);
  const auto check = [&](const char* key, Style style, std::string_view text, std::string_view written) {
    INFO(key);
    const Node* node = root.Find(key);
    REQUIRE(node != nullptr);
    CHECK(node->style == style);
    CHECK(node->text == text);
    CHECK(r.Of(*node) == written);
  };
  check("a", Style::kPlain, "plain text", "plain text");
  check("b", Style::kSingleQuoted, "it's", "'it''s'");
  check("c", Style::kDoubleQuoted, "t\tab", "\"t\\tab\"");
  check("d", Style::kLiteral, "one\ntwo\n", "|\n  one\n  two");
  check("e", Style::kFolded, "folded text", ">-\n  folded\n  text");
  check("f", Style::kFlow, "", "[x, {y: 1}]");
  check("g", Style::kBlock, "", "- p\n  - q: r");
  CHECK(r.Of(root) == r.text.substr(0, r.text.size() - 1));
}

TEST_CASE("tags, anchors and aliases keep their places, and an alias leads to its node") {
  const Read r("base: &base !Thing\n  k: !Ref Name\nuse: *base\nempty: !Ref\nboth: !<tag:x> &n 7\n");
  REQUIRE(r.tree.ok());
  const Node* base = r.Root().Find("base");
  CHECK(base->tag() == "!Thing");
  CHECK(base->anchor() == "base");
  CHECK(r.text.substr(base->content, 2) == "k:");
  CHECK(r.Of(*base->Find("k")) == "!Ref Name");
  CHECK(base->Find("k")->tag() == "!Ref");
  CHECK(r.Root().Find("use") == base);
  CHECK(r.Of(*r.Root().FindPair("use")->value) == "*base");
  CHECK(r.Root().Find("empty")->text.empty());
  CHECK(r.Root().Find("both")->tag() == "tag:x");
  CHECK(r.text[r.Root().Find("both")->content] == '7');
  CHECK(PrintsBack(r.text));
}

TEST_CASE("bytes are right behind characters of two, three and four bytes, a byte order mark and CRLF") {
  const Read r("\xEF\xBB\xBF# größe\r\nnäme: 'ключ €'\r\nlist:\r\n  - 𝄞\r\n  - end\r\n");
  REQUIRE(r.tree.ok());
  CHECK(r.Of(*r.Root().Find("näme")) == "'ключ €'");
  CHECK(r.Of(*r.Root().Find("list")->items()[0]) == "𝄞");
  CHECK(r.Of(*r.Root().Find("list")->items()[1]) == "end");
  CHECK(PrintsBack(r.text));
}

TEST_CASE("a document that does not parse hides none of the others") {
  const Read r("a: 1\n---\nb: [1, 2\n---\nc: 3\n---\nd: \"open\n---\ne: 5\n");
  CHECK(r.tree.errors.size() == 2);
  REQUIRE(r.tree.documents.size() == 5);
  CHECK(r.Root(0).Find("a")->text == "1");
  CHECK(r.tree.documents[1].failed);
  CHECK(r.Root(2).Find("c")->text == "3");
  CHECK(r.tree.documents[3].failed);
  CHECK(r.Root(4).Find("e")->text == "5");
  CHECK(PrintsBack(r.text));
}

TEST_CASE("a byte that is not UTF-8 and a control character fail their document only") {
  const Read r("a: 1\n---\nb: \xFF\n---\nc: 3\n---\nd: \x01\n---\ne: 5\n");
  REQUIRE(r.tree.errors.size() == 2);
  CHECK(r.tree.errors[0].span.offset == 12);
  CHECK(r.text[r.tree.errors[1].span.offset] == '\x01');
  REQUIRE(r.tree.documents.size() == 5);
  CHECK(r.Root(0).Find("a")->text == "1");
  CHECK(r.Root(2).Find("c")->text == "3");
  CHECK(r.Root(4).Find("e")->text == "5");
}

TEST_CASE("what is wrong with a file is told with its place") {
  const auto wrong = GENERATE(table<std::string, size_t, std::string>({
      {"a: 1\nb: 2\na: 3\n", 10, "occurs twice"},
      {"a: *none\n", 3, "no anchor of this name"},
      {"a: &x\n  b: *x\n", 11, "inside of what it stands for"},
      {"a: b: c\n", 4, "mapping values are not allowed"},
      {"a:\n\tb: 1\n", 3, "cannot start any token"},
      {"a: [1\nb: 2\n", 7, "begins in line 1"},
      {"a: 'x\n", 3, "quoted scalar"},
      {std::string("\xFF\xFE" "a\0:\0", 6), 0, "UTF-16"},
      {std::string("\x7F" "ELF\x02\x01\0", 7), 0, "binary"},
  }));
  const Read r(std::get<0>(wrong));
  INFO(std::get<0>(wrong) << " gives " << r.Places());
  REQUIRE(r.tree.errors.size() == 1);
  CHECK(r.tree.errors[0].span.offset >= std::get<1>(wrong));
  CHECK(r.tree.errors[0].span.offset <= std::get<1>(wrong) + 2);
  CHECK(r.tree.errors[0].message.find(std::get<2>(wrong)) != std::string_view::npos);
  CHECK_FALSE(r.tree.errors[0].limit);
}

TEST_CASE("depth, aliases and errors are bounded, and the bound is told as one") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n", chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  for (int i = 1; i < 300; ++i) chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  std::string errors;
  for (int i = 0; i < 200; ++i) errors += "a: [\n---\n";
  for (const std::string& text : {bomb, chain, std::string(5000, '['), errors}) {
    const Read r(text);
    REQUIRE_FALSE(r.tree.ok());
    CHECK(r.tree.errors.back().limit);
    CHECK(Print(r.tree) == text);
  }
}

TEST_CASE("a hundred thousand documents are read, each with its place") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "---\nk: v\n";
  const Read r(text);
  CHECK(r.tree.ok());
  REQUIRE(r.tree.documents.size() == 100'000);
  CHECK(r.tree.documents[99'999].span.offset == 8 * 99'999u + 99'999u);
}

TEST_CASE("comments are found where they stand, and not inside of text") {
  const Read r("# first\na: b#not # second\nc: '# no'\nd: |\n  # no\n# third\ne: &y z\n");
  std::vector<std::string> found;
  for (const Span& s : Comments(r.tree, const_cast<Arena&>(r.arena))) found.push_back(r.text.substr(s.offset, s.length));
  CHECK(found == std::vector<std::string>{"# first", "# second", "# third"});
}

TEST_CASE("an anchor ends where libyaml ends it, a tag before a comma") {
  for (const char* text : {"a: &xa:[1, \"b\", ", "[!t,&a,!<tag:x>b]", "a: &b: c\n"}) {
    INFO(text);
    CHECK(PrintsBack(text));
  }
}

TEST_CASE("JSON gives the same tree as the same text read as YAML") {
  const std::string text = R"({"a": [1, "two", {"b": null}], "c": true, "d": "x\ny", "e": {}})";
  Arena arena;
  const Tree json = ParseJson(text, 0, arena), yaml = Parse(text, 0, arena);
  const auto same = [](const auto& self, const Node& a, const Node& b) -> bool {
    if (a.kind != b.kind || a.style != b.style || a.text != b.text || a.span != b.span || a.items().size() != b.items().size() || a.pairs().size() != b.pairs().size()) return false;
    for (size_t i = 0; i < a.items().size(); ++i)
      if (!self(self, *a.items()[i], *b.items()[i])) return false;
    for (size_t i = 0; i < a.pairs().size(); ++i)
      if (!self(self, *a.pairs()[i].key, *b.pairs()[i].key) || !self(self, *a.pairs()[i].value, *b.pairs()[i].value)) return false;
    return true;
  };
  CHECK(same(same, *json.documents[0].root, *yaml.documents[0].root));
  CHECK(Print(json) == text);
}

TEST_CASE("printing gives every YAML and JSON file of the fixtures back, and every random change of one") {
  const auto fixtures = test::Conformance("checkov/fixtures");
  if (!fixtures) return;
  std::mt19937 random(20261125);
  size_t files = 0;
  const std::string alphabet = "\n\n  :-#[]{},&*!|>'\"%?a1\t\r\xC3\xFF";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*fixtures)) {
    const std::string extension = entry.path().extension().string();
    if (!entry.is_regular_file() || (extension != ".yaml" && extension != ".yml" && extension != ".json")) continue;
    std::string text = test::ReadFile(entry.path());
    if (text.size() > 100'000) continue;
    INFO(entry.path().string());
    ++files;
    if (extension == ".json") {
      Arena arena;
      CHECK(Print(ParseJson(text, 0, arena)) == text);
    }
    CHECK(PrintsBack(text));
    if (text.empty() || text.size() > 4'000) continue;
    for (int i = 0; i < 4; ++i) {
      std::string changed = text;
      const size_t at = random() % changed.size();
      switch (random() % 3) {
        case 0: changed.erase(at, 1 + random() % 3); break;
        case 1: changed.insert(at, 1, alphabet[random() % alphabet.size()]); break;
        default: changed.resize(at);
      }
      if (!PrintsBack(changed)) {
        FAIL_CHECK("does not print back: " << changed);
        break;
      }
    }
  }
  CHECK(files > 500);
}

}  // namespace weir::yaml
