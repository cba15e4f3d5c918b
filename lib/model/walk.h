// Going through a value and all that is in it. Internal to lib/model/.
#pragma once

#include <algorithm>

#include "lib/model/value.h"

namespace weir {

/// Whether `test` is true of the value or of anything inside it; stops at the first.
template <typename Test>
bool Anywhere(const Value& value, const Test& test) {
  if (test(value)) return true;
  if (IsSequence(value.kind)) return std::ranges::any_of(value.items, [&](const Value* v) { return Anywhere(*v, test); });
  if (IsMapping(value.kind)) return std::ranges::any_of(value.entries, [&](const Entry& e) { return Anywhere(*e.value, test); });
  return false;
}

}  // namespace weir
