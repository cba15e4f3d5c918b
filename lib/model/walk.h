// Going through a value and all that is in it. Internal to lib/model/.
#pragma once

#include <algorithm>
#include <unordered_set>

#include "lib/model/value.h"

namespace weir {

/// Whether `test` is true of the value or of anything inside it; stops at the first. Linear, though values are shared and a short file can
/// spell out any number of them: from some thousand on each list and map is looked into once.
template <typename Test>
bool Anywhere(const Value& value, const Test& test) {
  constexpr size_t kMany = 4096;
  size_t looked = 0;
  std::unordered_set<const Value*> seen;
  const auto in = [&](const auto& self, const Value& v) -> bool {
    if (test(v)) return true;
    const bool list = IsSequence(v.kind);
    if ((!list && !IsMapping(v.kind)) || (++looked > kMany && !seen.insert(&v).second)) return false;
    return list ? std::ranges::any_of(v.items, [&](const Value* item) { return self(self, *item); }) : std::ranges::any_of(v.entries, [&](const Entry& e) { return self(self, *e.value); });
  };
  return in(in, value);
}

}  // namespace weir
