// Text that a reader has put together from pieces of a source (continued lines, block scalars), and where each byte stands.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/span.h"

namespace weir {

/// `text` and, for its bytes, their places. Lives in the arena or views the source where nothing had to be joined.
struct MappedText {
  struct Segment {
    uint32_t at;      // offset in `text`
    uint32_t source;  // where that byte stands; the bytes up to the next segment follow it
  };
  std::string_view text;
  std::span<const Segment> segments;  // sorted; empty: nothing of it stands anywhere
  FileId file = kNoFile;

  /// Where text[at] stands; for the end, the place behind the last byte.
  uint32_t SourceOf(uint32_t at) const {
    if (segments.empty()) return 0;
    auto next = std::upper_bound(segments.begin(), segments.end(), at, [](uint32_t a, const Segment& s) { return a < s.at; });
    const Segment& s = next == segments.begin() ? *next : *(next - 1);
    return s.source + (at - std::min(at, s.at));
  }
  /// The source from the first byte of text[begin, end) to its last one, what was joined away between them included.
  Span SpanOf(uint32_t begin, uint32_t end) const {
    if (file == kNoFile || segments.empty()) return {};
    const uint32_t from = SourceOf(begin);
    const uint32_t to = end > begin ? SourceOf(end - 1) + 1 : from;
    return {file, from, to - from};
  }
  MappedText Sub(uint32_t begin, uint32_t end, Arena& arena) const {
    std::vector<Segment> parts;
    for (size_t i = 0; i < segments.size(); ++i) {
      const uint32_t next = i + 1 < segments.size() ? segments[i + 1].at : uint32_t(text.size());
      if (next <= begin && !(begin == next && i + 1 == segments.size())) continue;
      if (segments[i].at > end) break;
      const uint32_t from = std::max(segments[i].at, begin);
      parts.push_back({from - begin, segments[i].source + (from - segments[i].at)});
    }
    return {text.substr(begin, end - begin), arena.Copy(parts), file};
  }
};

}  // namespace weir
