#include "lib/base/sources.h"

#include <algorithm>

#include "lib/base/text.h"

namespace weir {

FileId SourceMap::Add(std::string path, std::string_view text, std::shared_ptr<const void> owner) {
  files_.push_back({std::move(path), text, std::move(owner), false, {}});
  return FileId(files_.size() - 1);
}

std::string_view SourceMap::text(const Span& span) const {
  if (!span.valid() || span.file >= files_.size()) return {};
  const std::string_view text = files_[span.file].text;
  return span.offset <= text.size() ? text.substr(span.offset, span.length) : std::string_view{};
}

const std::vector<uint32_t>& SourceMap::LineStarts(const File& file) const {
  if (file.line_starts.empty()) {
    file.line_starts.push_back(0);
    for (size_t at = file.text.find('\n'); at != std::string_view::npos; at = file.text.find('\n', at + 1))
      file.line_starts.push_back(uint32_t(at + 1));
  }
  return file.line_starts;
}

Position SourceMap::PositionOf(FileId id, uint32_t byte) const {
  const File& file = files_[id];
  byte = std::min<uint32_t>(byte, uint32_t(file.text.size()));
  const auto& starts = LineStarts(file);
  const auto next = std::upper_bound(starts.begin(), starts.end(), byte);
  const uint32_t start = *(next - 1);
  constexpr uint32_t kLongLine = 64 * 1024;
  const uint32_t before = byte - start > kLongLine ? byte - start : uint32_t(CountCodePoints(file.text.substr(start, byte - start)));
  return {uint32_t(next - starts.begin()), 1 + before, byte};
}

std::string_view SourceMap::Line(FileId id, uint32_t line) const {
  const File& file = files_[id];
  const auto& starts = LineStarts(file);
  if (line == 0 || line > starts.size()) return {};
  const size_t start = starts[line - 1];
  size_t end = line < starts.size() ? starts[line] - 1 : file.text.size();
  if (end > start && file.text[end - 1] == '\r') --end;
  return file.text.substr(start, end - start);
}

}  // namespace weir
