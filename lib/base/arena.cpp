#include "lib/base/arena.h"

#include <algorithm>

namespace weir {

void* Arena::AllocateSlow(size_t bytes) {
  const size_t size = std::max(next_block_, bytes);
  next_block_ = std::min<size_t>(next_block_ * 2, size_t{1} << 20);
  blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  reserved_ += size;
  char* start = blocks_.back().data.get();
  // A request larger than what is left of the present block must not throw that rest away.
  if (cursor_ != nullptr && size - bytes < size_t(limit_ - cursor_)) return start;
  cursor_ = start + bytes;
  limit_ = start + size;
  return start;
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  auto largest =
      std::max_element(blocks_.begin(), blocks_.end(), [](auto& a, auto& b) { return a.size < b.size; });
  Block kept = std::move(*largest);
  blocks_.clear();
  reserved_ = kept.size;
  cursor_ = kept.data.get();
  limit_ = cursor_ + kept.size;
  blocks_.push_back(std::move(kept));
}

}  // namespace weir
