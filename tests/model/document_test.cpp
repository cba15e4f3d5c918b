#include "lib/model/document.h"

#include "tests/support/test.h"

namespace weir {
namespace {

TEST_CASE("a path is written so that it reads back as the same keys") {
  struct Case {
    std::vector<std::string_view> keys;
    std::string text;
  };
  const Case cases[] = {
      {{}, ""},
      {{"acl"}, "acl"},
      {{"ingress", "0", "cidr_blocks", "1"}, "ingress[0].cidr_blocks[1]"},
      {{"tags", "a b"}, "tags[\"a b\"]"},
      {{"tags", "a\"b\\"}, "tags[\"a\\\"b\\\\\"]"},
      {{"tags", ""}, "tags[\"\"]"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(FormatPath(c.keys) == c.text);
    // The inverse: nested maps with just these keys are walked to their innermost value.
    Arena arena;
    const Value* value = NewString(arena, "found");
    for (auto key = c.keys.rbegin(); key != c.keys.rend(); ++key) {
      auto entries = arena.NewArray<Entry>(1);
      entries[0] = {*key, value, {}};
      value = NewMapping(arena, Kind::kObject, entries);
    }
    const auto found = ValuesAt(*value, c.text);
    REQUIRE(found.size() == 1);
    CHECK(found[0]->text == "found");
  }
}

TEST_CASE("a key that meets a list is looked up in every element") {
  Arena arena;
  std::vector<const Value*> items;
  for (const std::string_view text : {"x", "y"}) {
    auto entries = arena.NewArray<Entry>(1);
    entries[0] = {"target", NewString(arena, text), {}};
    items.push_back(NewMapping(arena, Kind::kObject, entries));
  }
  auto rules = arena.NewArray<Entry>(1);
  rules[0] = {"rule", NewSequence(arena, Kind::kList, arena.Copy(items)), {}};
  const Value* body = NewMapping(arena, Kind::kObject, rules);
  CHECK(ValuesAt(*body, "rule.target").size() == 2);
  CHECK(ValuesAt(*body, "rule[1].target").size() == 1);
  CHECK(ValuesAt(*body, "rule[2].target").empty());
  CHECK(ValuesAt(*body, "gone.target").empty());
}

}  // namespace
}  // namespace weir
