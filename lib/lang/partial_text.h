// Text that is being put together from parts of which some are unknown, and the names of variables in it, as shells have them
// (https://pubs.opengroup.org/onlinepubs/9699919799/basedefs/V1_chap03.html#tag_03_235).
#pragma once

#include <string>
#include <string_view>

namespace weir {

constexpr bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool IsName(char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); }

/// An unknown part ends what is known.
struct PartialText {
  std::string known;
  bool unknown = false;
  void Add(std::string_view part) {
    if (!unknown) known += part;
  }
  void Add(const PartialText& part) {
    Add(part.known);
    unknown |= part.unknown;
  }
};

}  // namespace weir
