#include "lib/syntax/dockerfile/parser.h"

#include <random>

#include "tests/support/test.h"

namespace weir::dockerfile {
namespace {

struct Read {
  explicit Read(std::string text) : source(std::move(text)), tree(Parse(source, 0, arena)) {}
  std::string source;
  Arena arena;
  Tree tree;
  const Instruction& at(size_t i) const { return *tree.instructions[i]; }
  std::string_view text(Span span) const { return std::string_view(source).substr(span.offset, span.length); }
};

std::vector<std::string> Words(const Instruction& i) {
  std::vector<std::string> out;
  for (const Word& w : i.words) out.emplace_back(w.text);
  return out;
}

const std::string kExample =
    "\xEF\xBB\xBF# syntax=docker/dockerfile:1\r\n# check=skip=all\r\n\r\nARG V=1\r\nFROM --platform=$P alpine:${V} aS Base\r\n"
    "RUN --mount=type=secret,id=\"a b\" apk add \\\r\n  # why\r\n\r\n  jq \\  \r\n  tar\r\nCOPY <<A <<-\"B\" /x/\r\none\r\nA\r\n\ttwo\r\n\tB\r\n"
    "CMD [\"a\", \"b\\u00e9\"]\r\nONBUILD RUN <<X\r\nls\r\nX\r\nHEALTHCHECK --interval=5s CMD curl x\r\nENV A=\"b c\" D=e\\ f";

TEST_CASE("a Dockerfile is read as BuildKit reads it") {
  const Read r(kExample);
  CHECK(r.tree.errors.empty());
  REQUIRE(r.tree.instructions.size() == 8);
  CHECK(r.tree.directives[0].value == "docker/dockerfile:1");
  CHECK(r.tree.directives[1].name == "check");
  CHECK(Words(r.at(1)) == std::vector<std::string>{"alpine:${V}", "aS", "Base"});
  CHECK(r.at(1).flags[0].value == "$P");
  CHECK(r.at(2).rest.text == "apk add   jq   tar");
  CHECK(r.at(2).flags[0].value == "type=secret,id=\"a b\"");
  REQUIRE(r.at(3).heredocs.size() == 2);
  CHECK(r.at(3).heredocs[0].body == "one\r\n");
  CHECK(r.at(3).heredocs[1].name == "B");
  CHECK_FALSE(r.at(3).heredocs[1].expand);
  CHECK(r.text(r.at(3).span).ends_with("\tB"));
  CHECK(Words(r.at(4)) == std::vector<std::string>{"a", "b\xC3\xA9"});
  CHECK(r.at(5).trigger->heredocs[0].body == "ls\r\n");
  CHECK(r.at(6).trigger->rest.text == "curl x");
  CHECK(Words(r.at(7)) == std::vector<std::string>{"A=\"b c\"", "D=e\\ f"});
}

TEST_CASE("a word that was continued over lines stands where it was written") {
  const Read r("FROM a\nRUN ec\\\nho \\\n  # between\n  hi\n");
  const Instruction& run = r.at(1);
  CHECK(run.rest.text == "echo   hi");
  CHECK(r.text(run.rest.SpanOf(0, 4)) == "ec\\\nho");
  CHECK(r.text(run.rest.SpanOf(7, 9)) == "hi");
  CHECK(r.text(run.span) == "RUN ec\\\nho \\\n  # between\n  hi");
}

TEST_CASE("the escape directive makes another character continue lines") {
  const Read r("# escape=`\nFROM a\nRUN dir c:\\\nRUN a `\n b\n");
  REQUIRE(r.tree.instructions.size() == 3);
  CHECK(r.at(1).rest.text == "dir c:\\");
  CHECK(r.at(2).rest.text == "a  b");
}

TEST_CASE("what BuildKit refuses is an error with its place, and hides nothing else") {
  struct Case { std::string text, at, summary; };
  for (const Case& c : std::vector<Case>{
           {"FROM a\nRUNN x\nUSER b\n", "RUNN", "Unknown instruction: RUNN"},
           {"FROM a\nRUN <<EOF\nls\n", "<<EOF", "The here-document is never closed"},
           {"# escape=x\nFROM a\n", "x", "Invalid escape character"},
           {"# syntax=a\n# syntax=b\nFROM a\n", "# syntax=b", "The parser directive syntax stands twice"},
           {"FROM a b c\n", "FROM a b c", "FROM takes one image, or an image and AS with a name"},
           {"FROM a\nCOPY x\n", "COPY x", "COPY needs a source and a destination"},
           {"FROM a\nSHELL bash\n", "bash", "SHELL takes a JSON array"},
           {"FROM a\nONBUILD FROM b\n", "FROM", "ONBUILD does not take FROM"},
           {"FROM a\nHEALTHCHECK curl\n", "curl", "HEALTHCHECK does not take CURL"},
           {"FROM a\nRUN \\\n\n", "RUN \\", "RUN needs a command"},
           {"FROM\n", "FROM", "FROM needs an argument"}}) {
    const Read r(c.text);
    INFO(c.text);
    REQUIRE(r.tree.errors.size() == 1);
    CHECK(r.text(r.tree.errors[0].span) == c.at);
    CHECK(r.tree.errors[0].summary == c.summary);
    CHECK(Print(r.tree) == c.text);
  }
}

TEST_CASE("a comment that looks like a directive is one only at the very top") {
  CHECK(Read("# a comment\n# escape=`\nFROM a\n").tree.escape == '\\');
  CHECK(Read("\n# escape=`\nFROM a\n").tree.escape == '\\');
  CHECK(Read("#escape = `\nFROM a\n").tree.escape == '`');
}

TEST_CASE("printing gives every byte back, whatever is lost, doubled or put in") {
  std::mt19937 random(7);
  const std::string alphabet = "\n\r\t \\`\"'<>-#=$[],EOFRUNab\xEF\xC3";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = kExample;
    for (size_t n = 1 + random() % 6; n > 0; --n) {
      const size_t at = random() % (text.size() + 1);
      switch (random() % 4) {
        case 0: text.insert(at, 1, alphabet[random() % alphabet.size()]); break;
        case 1: text.erase(at, random() % 5); break;
        case 2: text.resize(at); break;
        default: text.insert(at, text.substr(text.size() / 3, random() % 40)); break;
      }
    }
    const Read r(text);
    if (Print(r.tree) != text) FAIL(text);
    for (const Instruction* instruction : r.tree.instructions) {
      REQUIRE(instruction->span.end() <= text.size());
      for (const Word& w : instruction->words) REQUIRE(instruction->span.Contains(w.span));
    }
  }
}

}  // namespace
}  // namespace weir::dockerfile
