// The texts that spans point into: one table a scan side, so that a `Span` is 12 bytes and can be turned back into
// path, line and column when a person is to see it.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/span.h"

namespace weir {

/// A place as people and editors count it: lines and columns from 1, columns in characters (Unicode code points).
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
  uint32_t byte = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// Paths and texts by FileId. Texts are kept by shared ownership of their buffer, so a view into one is valid as long
/// as the map lives. Adding is not thread-safe.
class SourceMap {
 public:
  /// Adds a file; `owner` keeps `text` alive (null where the caller does). Paths use '/', relative to the root.
  FileId Add(std::string path, std::string_view text, std::shared_ptr<const void> owner = nullptr);

  /// Marks a file whose text is never to be shown: it holds secrets in clear, and no comments that would be a person's word.
  void Hide(FileId file) { files_[file].hidden = true; }
  bool hidden(FileId file) const { return files_[file].hidden; }

  size_t size() const { return files_.size(); }
  const std::string& path(FileId file) const { return files_[file].path; }
  std::string_view text(FileId file) const { return files_[file].text; }
  /// The bytes of `span`; empty where it is not valid.
  std::string_view text(const Span& span) const;

  /// Position of a byte (text.size() is allowed: the end). O(log lines) and the line's bytes before it, after the first call for the file;
  /// far in a line that no person wrote (64 KiB) columns are counted in bytes.
  Position PositionOf(FileId file, uint32_t byte) const;
  /// Text of a line (from 1) without its line ending; empty past the end.
  std::string_view Line(FileId file, uint32_t line) const;

 private:
  struct File {
    std::string path;
    std::string_view text;
    std::shared_ptr<const void> owner;
    bool hidden = false;
    mutable std::vector<uint32_t> line_starts;  // filled at first use
  };
  const std::vector<uint32_t>& LineStarts(const File& file) const;
  std::deque<File> files_;  // a deque: references to files stay valid as it grows
};

}  // namespace weir
