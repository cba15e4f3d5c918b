// Where a piece of source text stands.
#pragma once

#include <cstdint>

namespace weir {

/// Number of a file in a `SourceMap`; kNoFile for text that stands in no file.
using FileId = uint32_t;
inline constexpr FileId kNoFile = UINT32_MAX;

/// A half-open range of bytes [offset, offset + length) of one file. Bytes, never characters.
struct Span {
  FileId file = kNoFile;
  uint32_t offset = 0;
  uint32_t length = 0;

  constexpr uint32_t end() const { return offset + length; }
  constexpr bool valid() const { return file != kNoFile; }
  /// True where `other` is in the same file and wholly inside this span.
  constexpr bool Contains(const Span& other) const {
    return file == other.file && offset <= other.offset && other.end() <= end();
  }
  friend constexpr bool operator==(const Span&, const Span&) = default;
  friend constexpr auto operator<=>(const Span&, const Span&) = default;
};

/// The smallest span that covers both; `a` where they are in different files.
constexpr Span Cover(const Span& a, const Span& b) {
  if (!a.valid()) return b;
  if (a.file != b.file) return a;
  const uint32_t start = a.offset < b.offset ? a.offset : b.offset;
  const uint32_t end = a.end() > b.end() ? a.end() : b.end();
  return {a.file, start, end - start};
}

}  // namespace weir
