#include "lib/model/refined.h"

#include "tests/support/test.h"

namespace weir {
namespace {

struct Maker {
  Arena arena;
  const Value* Text(std::string_view text) { return NewString(arena, text); }
  const Value* Unknown(uint8_t flags = 0) {
    Value* v = NewUnknown(arena);
    v->flags = flags;
    return v;
  }
  const Value* Name() { return Unknown(Value::kName); }
  const Value* Parts(std::initializer_list<const Value*> parts) {
    Value* v = NewUnknown(arena);
    v->flags = Value::kPartial;
    v->structure = NewSequence(arena, Kind::kTuple, arena.Copy(std::vector<const Value*>(parts)));
    return v;
  }
  const Value* Beginning(std::string_view text) {
    Value* v = NewUnknown(arena);
    v->flags = Value::kPartial;
    v->text = text;
    return v;
  }
};

TEST_CASE("an unknown text may be what its known parts leave room for, and nothing else") {
  Maker m;
  const Value* const name = m.Name();
  const Value* const any = m.Unknown();
  const Value* const in_bucket = m.Parts({name, m.Text("/*")});
  const Value* const key = m.Parts({m.Text("arn:"), any, m.Text(":key/"), name});
  struct Case {
    const Value* value;
    const char* text;
    bool may;
  };
  const Case cases[] = {
      {any, "", true},          {any, "*", true},
      {name, "", false},        {name, "*", false},           {name, "a*", false},           {name, "a?", false},          {name, "*a", false}, {name, "a", true},
      {in_bucket, "*", false},  {in_bucket, "/*", false},     {in_bucket, "b/*", true},      {in_bucket, "b/*c", false},   {in_bucket, "b*/*", false},
      {key, "arn:aws:key/1", true}, {key, "arn::key/1", true}, {key, "arn:aws:key/", false}, {key, "arn:*:key/1", true},   {key, "arn:aws:key/*", false}, {key, "", false},
      {m.Beginning("arn:"), "arn:", true}, {m.Beginning("arn:"), "arn:x", true}, {m.Beginning("arn:"), "ar", false},
      {m.Parts({m.Parts({m.Text("a"), any}), m.Text("z")}), "abz", true}, {m.Parts({m.Parts({m.Text("a"), any}), m.Text("z")}), "ab", false},
      {m.Parts({name, name}), "a", false}, {m.Parts({name, name}), "ab", true}, {m.Parts({any, m.Text("aa"), any}), "aaa", true}, {m.Parts({any, m.Text("aa"), any}), "aba", false},
  };
  for (const Case& c : cases) {
    INFO(c.text << " " << (&c - cases));
    CHECK(MayBe(*c.value, c.text) == c.may);
  }
}

TEST_CASE("parts of parts that double each other are not spelled out") {
  Maker m;
  const Value* text = m.Parts({m.Text("a"), m.Unknown()});
  for (int i = 0; i < 60; ++i) text = m.Parts({text, text});
  std::vector<const Value*> parts;
  CHECK_FALSE(PartsOf(*text, 1000, parts));
  CHECK(parts.size() <= 1000);
  CHECK(MayBe(*text, "b"));
  bool exact = true;
  CHECK(PatternOf(*text, exact) == "*");
  CHECK_FALSE(exact);
}

TEST_CASE("a value that stands in very many places is looked into a few times") {
  Maker m;
  const Value* list = m.Text("a");
  for (int i = 0; i < 60; ++i) list = NewSequence(m.arena, Kind::kTuple, m.arena.Copy(std::vector<const Value*>{list, list}));
  CHECK_FALSE(ContainsUnknown(*list));
  CHECK(ContainsUnknown(*NewSequence(m.arena, Kind::kTuple, m.arena.Copy(std::vector<const Value*>{list, m.Unknown()}))));
}

TEST_CASE("as a pattern an unknown text is exact where nothing in it can be a wildcard") {
  Maker m;
  bool exact = false;
  CHECK(PatternOf(*m.Parts({m.Name(), m.Text("/x")}), exact) == "?*/x");
  CHECK(exact);
  CHECK(PatternOf(*m.Parts({m.Name(), m.Text("/*")}), exact) == "?*/*");
  CHECK_FALSE(exact);
  CHECK(PatternOf(*m.Beginning("arn:"), exact) == "arn:*");
  CHECK_FALSE(exact);
}

TEST_CASE("an unknown map gives the entries that are known of it") {
  Arena arena;
  std::vector<Entry> entries = {{"a", NewBool(arena, true), {}}};
  Value* known = NewMapping(arena, Kind::kMap, arena.Copy(entries));
  known->flags |= Value::kOpen;
  Value* map = NewUnknown(arena);
  map->flags |= Value::kOpen;
  map->structure = known;
  REQUIRE(KnownEntry(*map, "a") != nullptr);
  CHECK(KnownEntry(*map, "a")->boolean);
  CHECK(KnownEntry(*map, "b") == nullptr);
  CHECK(KnownEntry(*NewUnknown(arena), "a") == nullptr);
}

}  // namespace
}  // namespace weir
