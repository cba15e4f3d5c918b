// The names of all policies, to be looked up by the thousand. Internal to lib/policy/.
//
// A configuration may have tens of thousands of names, and each could be any of some thousands: names are found by hash, and only
// patterns are compared with each. A reader bounds the number and length of patterns.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/policy/library.h"

namespace weir::policy {

class PolicyNames {
 public:
  static constexpr size_t kMaxPatterns = 500, kMaxPatternLength = 128;

  explicit PolicyNames(const Library& library) : library_(library) {}

  static bool IsPattern(std::string_view name) { return name.find_first_of("*?") != std::string_view::npos; }

  /// The ids of the policies that `name` means, as NamesPolicy() has it: an id or alias in any case, or a pattern. Some more than once.
  std::vector<std::string_view> Named(std::string_view name);

 private:
  void Index();

  const Library& library_;
  std::unordered_multimap<std::string, std::string_view> ids_;  // of an id or alias, as it is compared
};

}  // namespace weir::policy
