// A small notation for resources in tests of CEL.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "lib/cel/cel.h"
#include "tests/support/test.h"

namespace weir::cel::test {

/// Values of a resource, in an arena that lives as long as the maker.
struct Maker {
  Arena arena;

  const weir::Value* Null() { return NewNull(arena); }
  const weir::Value* B(bool b) { return NewBool(arena, b); }
  const weir::Value* N(int64_t n) { return NewNumber(arena, Number::FromInt(n)); }
  const weir::Value* S(std::string_view s) { return NewString(arena, s); }
  const weir::Value* Unknown() { return NewUnknown(arena); }
  const weir::Value* List(std::vector<const weir::Value*> items, uint8_t flags = 0) {
    weir::Value* v = NewSequence(arena, Kind::kList, arena.Copy(items));
    v->flags |= flags;
    return v;
  }
  const weir::Value* Blocks(std::vector<const weir::Value*> items) {
    return List(std::move(items), weir::Value::kBlockList);
  }
  const weir::Value* Map(std::vector<Entry> entries, uint8_t flags = 0) {
    weir::Value* v = NewMapping(arena, Kind::kObject, arena.Copy(entries));
    v->flags |= flags;
    return v;
  }
  const weir::Value* Body(std::vector<Entry> entries) { return Map(std::move(entries), weir::Value::kSoft); }
};

inline Entry E(std::string_view key, const weir::Value* value) { return {key, value, {}}; }

}  // namespace weir::cel::test
