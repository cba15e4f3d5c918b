// The smallest change to a file: bytes replaced by text. What reports carry and what is written.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::fix {

/// Replaces bytes [start, end) of a file by `text`.
struct Edit {
  std::string file;
  uint32_t start = 0, end = 0;
  std::string text;

  friend auto operator<=>(const Edit&, const Edit&) = default;  // by file, then by start
};

/// `text` with the edits of `file` applied; nothing where one is out of bounds or two overlap. `edits` are sorted by file and
/// start.
std::optional<std::string> Apply(std::string_view text, std::string_view file, const std::vector<Edit>& edits);

}  // namespace weir::fix
