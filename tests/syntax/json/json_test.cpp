#include "lib/syntax/json/json.h"

#include <rapidjson/document.h>

#include <random>
#include <string>

#include "tests/support/test.h"

namespace weir::json {
namespace {

/// True where both trees say the same (RapidJSON is the oracle) and every span is where its text stands.
bool Same(const Value& ours, const rapidjson::Value& theirs, std::string_view source) {
  const std::string_view text = source.substr(ours.span.offset, ours.span.length);
  switch (ours.kind) {
    case Kind::kNull:
      return theirs.IsNull() && text == "null";
    case Kind::kBool:
      return theirs.IsBool() && theirs.GetBool() == ours.boolean && text == (ours.boolean ? "true" : "false");
    case Kind::kNumber:
      return theirs.IsNumber() && theirs.GetDouble() == std::stod(std::string(ours.text)) &&
             text == ours.text;
    case Kind::kString:
      return theirs.IsString() &&
             ours.text == std::string_view(theirs.GetString(), theirs.GetStringLength()) &&
             text.front() == '"' && text.back() == '"';
    case Kind::kArray: {
      if (!theirs.IsArray() || theirs.Size() != ours.items.size() || text.front() != '[' ||
          text.back() != ']')
        return false;
      for (rapidjson::SizeType i = 0; i < theirs.Size(); ++i)
        if (!Same(*ours.items[i], theirs[i], source)) return false;
      return true;
    }
    case Kind::kObject: {
      if (!theirs.IsObject() || theirs.MemberCount() != ours.members.size() || text.front() != '{' ||
          text.back() != '}')
        return false;
      size_t i = 0;
      for (const auto& member : theirs.GetObject()) {
        const Member& mine = ours.members[i++];
        if (mine.key != std::string_view(member.name.GetString(), member.name.GetStringLength()))
          return false;
        if (!Same(*mine.value, member.value, source)) return false;
      }
      return true;
    }
  }
  return false;
}

void CompareWithRapidJson(const std::string& source) {
  INFO(source);
  Arena arena;
  const Tree tree = Parse(source, 0, arena);
  rapidjson::Document oracle;
  oracle.Parse<rapidjson::kParseValidateEncodingFlag>(source.c_str(), source.size());
  REQUIRE(tree.errors.empty() == !oracle.HasParseError());
  if (tree.errors.empty()) CHECK(Same(*tree.root, oracle, source));
}

}  // namespace

TEST_CASE("JSON is read as another reader reads it, and refused where that one refuses") {
  const std::string rows[] = {
      "null",
      " true ",
      "[]",
      "{}",
      "-0",
      "0.5e-3",
      "1E+2",
      "[1, [2, {\"a\": [3]}], \"x\"]",
      R"({"a": "b\n\t\"\\\/\b\f\r", "c": "\u00e9\ud83d\ude00"})",
      "{\"a\": 1, \"a\": 2}",
      "\"\xC3\xA9\"",
      "",
      "{",
      "[1,]",
      "{\"a\":}",
      "{\"a\" 1}",
      "{a: 1}",
      "01",
      "1.",
      "-",
      ".5",
      "1e",
      "nul",
      "\"a",
      "\"\\x\"",
      "\"\\u12g4\"",
      "\"a\nb\"",
      "[1 2]",
      "1 2",
      "\"\xFF\"",
      "{\"a\":1,}",
      "[",
      "tru",
      "'a'",
      "// c\n1",
  };
  for (const std::string& source : rows) CompareWithRapidJson(source);
}

TEST_CASE("random JSON-like text is read or refused as another reader does") {
  const std::string pieces[] = {"{", "}", "[",    "]",    "\"a\"", "\"b\\n\"", ":",
                                ",", "1", "-2.5", "true", "null",  " ",        "\n"};
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    for (size_t n = 1 + random() % 12; n > 0; --n) source += pieces[random() % std::size(pieces)];
    CompareWithRapidJson(source);
  }
}

TEST_CASE("keys keep their place, and a repeated key is kept and told") {
  const std::string source = "{\"a\": 1,\n \"b\": {\"c\": 2, \"c\": 3}}";
  Arena arena;
  const Tree tree = Parse(source, 5, arena);
  REQUIRE(tree.root != nullptr);
  CHECK(tree.root->members[1].key_span == Span{5, 10, 3});
  CHECK(tree.root->Find("b")->members.size() == 2);
  CHECK(tree.root->Find("b")->Find("c")->text == "3");
  REQUIRE(tree.repeated.size() == 1);
  CHECK(source.substr(tree.repeated[0].offset, tree.repeated[0].length) == "\"c\"");
}

TEST_CASE("what stands before an error is kept") {
  Arena arena;
  const Tree tree = Parse("{\"a\": [1, 2], \"b\": ?}", 0, arena);
  REQUIRE(tree.errors.size() == 1);
  CHECK(tree.errors[0].span.offset == 19);
  REQUIRE(tree.root != nullptr);
  CHECK(tree.root->Find("a")->items.size() == 2);
}

TEST_CASE("nesting beyond the limit is an error") {
  for (const char* piece : {"[", "{\"a\":"}) {
    std::string source;
    for (int i = 0; i < 100'000; ++i) source += piece;
    Arena arena;
    CHECK(Parse(source, 0, arena).errors.size() == 1);
  }
}

}  // namespace weir::json
