#include "lib/syntax/hcl/parser.h"

#include <random>
#include <string>

#include "lib/syntax/hcl/lexer.h"
#include "tests/support/test.h"

namespace weir::hcl {
namespace {

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// The constant string that `expression` is.
std::string StringOf(const std::string& expression) {
  Arena arena;
  const std::string source = "a = " + expression + "\n";
  const Tree tree = Parse(source, 0, arena);
  REQUIRE(tree.errors.empty());
  const auto* text = If<Template>(tree.root->attributes[0]->expr);
  REQUIRE(text != nullptr);
  REQUIRE(text->literal() != nullptr);
  return std::string(text->literal()->text);
}

}  // namespace

TEST_CASE("strings are decoded: escapes, doubled sequences, heredocs and their indentation") {
  const std::pair<std::string, std::string> rows[] = {
      {R"("")", ""},
      {R"("plain")", "plain"},
      {R"("a\n\t\"\\b")", "a\n\t\"\\b"},
      {R"("\u00e9\U0001F600")", "\u00e9\U0001F600"},
      {R"("$${x} %%{y} $ % $$ $x")", "${x} %{y} $ % $$ $x"},
      {R"("$$${x}")", "$${x}"},
      {"<<E\none\n  two\nE", "one\n  two\n"},
      {"<<E\nE", ""},
      {"<<E\n a\\n \"q\"\n  E", " a\\n \"q\"\n"},
      {"<<-E\n    one\n      two\n\n    three\n  E", "one\n  two\n\nthree\n"},
      {"<<E\r\none\r\nE", "one\r\n"},
  };
  for (const auto& [expression, expected] : rows) {
    INFO(expression);
    CHECK(StringOf(expression) == expected);
  }
}

TEST_CASE("text without escapes is a view into the source") {
  const std::string source = "a = \"plain\"\nb = <<E\nx\ny\nE\n";
  Arena arena;
  const Tree tree = Parse(source, 0, arena);
  for (const Attribute* a : tree.root->attributes) {
    const std::string_view text = As<Template>(*a->expr).literal()->text;
    CHECK((text.data() >= source.data() && text.data() + text.size() <= source.data() + source.size()));
  }
}

TEST_CASE("operators bind as the specification says") {
  const std::pair<std::string, BinaryOperator> rows[] = {
      {"a || b && c", BinaryOperator::kOr},     {"a && b == c", BinaryOperator::kAnd},
      {"a == b < c", BinaryOperator::kEqual},   {"a < b + c", BinaryOperator::kLess},
      {"a + b * c", BinaryOperator::kAdd},      {"a * b + c", BinaryOperator::kAdd},
      {"a - b - c", BinaryOperator::kSubtract}, {"-a % b", BinaryOperator::kModulo},
      {"!a != b", BinaryOperator::kNotEqual},   {"(a || b) && c", BinaryOperator::kAnd},
  };
  for (const auto& [text, op] : rows) {
    INFO(text);
    Arena arena;
    const ExpressionTree tree = ParseExpression(text, 0, 0, arena);
    REQUIRE(tree.errors.empty());
    REQUIRE(tree.expr->kind == ExprKind::kBinaryOp);
    CHECK(As<BinaryOp>(*tree.expr).op == op);
  }
  Arena arena;
  const ExpressionTree left = ParseExpression("a - b - c", 0, 0, arena);
  CHECK(As<BinaryOp>(*left.expr).lhs->kind == ExprKind::kBinaryOp);
}

TEST_CASE("an expression is of the class that the reference gives it") {
  const std::pair<std::string, std::string_view> rows[] = {
      {"1e3", "LiteralValueExpr"},
      {"null", "LiteralValueExpr"},
      {"a.b[0][\"k\"].0", "ScopeTraversalExpr"},
      {"a[b]", "IndexExpr"},
      {"f(a).b", "RelativeTraversalExpr"},
      {"provider::x::f(a, b...)", "FunctionCallExpr"},
      {"a.*.b.c", "SplatExpr"},
      {"a[*].b[0]", "SplatExpr"},
      {"a.*.b[0]", "RelativeTraversalExpr"},
      {"\"${a}\"", "TemplateWrapExpr"},
      {"\"${a}b\"", "TemplateExpr"},
      {"\"%{ if a }x%{ else }y%{ endif }\"", "TemplateExpr"},
      {"[for k, v in a : v if k]", "ForExpr"},
      {"{for k, v in a : k => v...}", "ForExpr"},
      {"{a = 1, \"b\" : 2}", "ObjectConsExpr"},
      {"[1, 2,]", "TupleConsExpr"},
      {"a ? b : c ? d : e", "ConditionalExpr"},
      {"!a", "UnaryOpExpr"},
      {"(a)", "ParenthesesExpr"},
  };
  for (const auto& [text, kind] : rows) {
    INFO(text);
    Arena arena;
    const ExpressionTree tree = ParseExpression(text, 7, 100, arena);
    CHECK(tree.errors.empty());
    CHECK(KindName(tree.expr->kind) == kind);
    CHECK(tree.expr->span == Span{7, 100, static_cast<uint32_t>(text.size())});
  }
}

TEST_CASE("a mistake hides neither the next mistake nor the blocks after it") {
  const std::string source =
      "resource \"a\" \"one\" {\n  x = [1, 2\n  y = \"open\n}\n\n"
      "resource \"a\" \"two\" {\n  z = \n  ok = 1\n}\n\n? junk\n"
      "resource \"a\" \"three\" {\n  fine = true\n}\n";
  Arena arena;
  const Tree tree = Parse(source, 0, arena);
  REQUIRE(tree.root->blocks.size() == 3);
  CHECK(tree.root->blocks[1]->body->Find("ok") != nullptr);
  CHECK(tree.root->blocks[2]->labels[1].text == "three");
  CHECK(tree.root->blocks[2]->body->Find("fine") != nullptr);
  CHECK(tree.errors.size() >= 3);
  CHECK(Print(tree) == source);
}

TEST_CASE("what is missing at the end of the file lies inside its block") {
  for (const std::string source :
       {"b { c = ", "b { c = \n", "b {\n  c = f( ", "b { c = [1, ", "a = \"${ ", "b { c = -  "}) {
    INFO(source);
    Arena arena;
    const Tree tree = Parse(source, 0, arena);
    CHECK(!tree.errors.empty());
    CHECK(Print(tree) == source);
  }
}

TEST_CASE("nesting beyond the limit is an error, whatever nests") {
  const size_t n = 100'000;
  const std::string rows[] = {
      "a = " + Repeat("[", n) + Repeat("]", n),
      "a = " + Repeat("(", n),
      "a = " + Repeat("{a=", n),
      "a = " + Repeat("-", n) + "1",
      "a = " + Repeat("!(", n),
      "a = " + Repeat("f(", n),
      "a = " + Repeat("\"${", n) + "1" + Repeat("}\"", n),
      "a = x" + Repeat("[y", n),
      "a = x" + Repeat("[y]", n),
      "a = x" + Repeat("[*]", n),
      "a = x" + Repeat(".*.a[0]", n),
      "a = 1" + Repeat(" + 1", n),
      "a = x" + Repeat(" ? x : y", n),
      "a = \"" + Repeat("%{ if x }", n) + Repeat("%{ endif }", n) + "\"",
      "a = \"" + Repeat("%{ for x in y }", n) + "\"",
      "a = " + Repeat("[for x in ", n),
      Repeat("b {\n", n) + Repeat("}\n", n),
  };
  for (const std::string& source : rows) {
    INFO(source.substr(0, 40));
    Arena arena;
    const Tree tree = Parse(source, 0, arena);
    CHECK(!tree.errors.empty());
    CHECK(tree.errors.size() <= kMaxErrors);
    CHECK(Print(tree) == source);
  }
}

TEST_CASE("within the limit, long is not deep") {
  const size_t n = 100'000;
  const std::string rows[] = {
      "a = [" + Repeat("1, ", n) + "]\n",
      "a = {\n" + Repeat("k = v\n", n) + "}\n",
      "a = x" + Repeat(".y", n) + "\n",
      "a = \"" + Repeat("${x}", n) + "\"\n",
      "a = <<E\n" + Repeat("line ${x}\n", n) + "E\n",
      "a = 1" + Repeat(" + 1", 1000) + "\n",
      Repeat("b {}\n", n),
      "a = 1 /*" + Repeat("/* ", n) + "*/\n",
  };
  for (const std::string& source : rows) {
    INFO(source.substr(0, 40));
    Arena arena;
    const Tree tree = Parse(source, 0, arena);
    CHECK(tree.errors.empty());
    CHECK(Print(tree) == source);
  }
}

TEST_CASE("any bytes are printed back, and lexed into tokens with only white space between them") {
  const std::string pieces[] = {"a",
                                " = ",
                                "\"",
                                "${",
                                "}",
                                "%{",
                                "{",
                                "[",
                                "]",
                                "(",
                                ")",
                                "\n",
                                "\r\n",
                                "\t",
                                "<<E\n",
                                "<<-E\n",
                                "E\n",
                                "for ",
                                "in ",
                                "if ",
                                "#x\n",
                                "/*",
                                "*/",
                                ".",
                                "*",
                                "?",
                                ":",
                                ",",
                                "1.5",
                                "\\",
                                "\xff",
                                std::string(1, '\0'),
                                "\xEF\xBB\xBF",
                                "é",
                                "~}",
                                "...",
                                "=>",
                                "b \"l\" {\n",
                                "endif",
                                "else",
                                "'",
                                "`",
                                ";",
                                "&&",
                                "-"};
  std::mt19937 random(20240501);
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    for (size_t n = random() % 40; n > 0; --n) source += pieces[random() % std::size(pieces)];
    Arena arena;
    const Tree tree = Parse(source, 0, arena);
    if (Print(tree) != source) FAIL("not printed back: " << source);
    uint32_t at = 0;
    for (const Token& t : Lex(source).tokens) {
      REQUIRE(t.offset >= at);
      for (; at < t.offset; ++at) {
        const char c = source[at];
        if (c != ' ' && c != '\t' && !(at < 3 && source.compare(0, 3, "\xEF\xBB\xBF") == 0))
          FAIL("lost: " << source);
      }
      at = t.end();
    }
    CHECK(at == source.size());
    ParseTemplate(source, {0, 0, static_cast<uint32_t>(source.size())}, arena);
    ParseExpression(source, 0, 0, arena);
  }
}

TEST_CASE("a bare template is read with exact spans, or with the span of the text it was decoded from") {
  Arena arena;
  const ExpressionTree exact = ParseTemplate("a ${b.c} \"d\"\n", {3, 10, 13}, arena);
  REQUIRE(exact.errors.empty());
  const Template& parts = As<Template>(*exact.expr);
  REQUIRE(parts.parts.size() == 3);
  CHECK(parts.parts[1]->span == Span{3, 14, 3});
  CHECK(As<LiteralValue>(*parts.parts[2]).text == " \"d\"\n");

  const Span at{3, 10, 40};
  const ExpressionTree decoded = ParseTemplate("${b}", at, arena);
  REQUIRE(decoded.expr->kind == ExprKind::kTemplateWrap);
  CHECK(As<TemplateWrap>(*decoded.expr).wrapped->span == at);
}

}  // namespace weir::hcl
