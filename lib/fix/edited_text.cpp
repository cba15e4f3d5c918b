#include "lib/fix/edited_text.h"

#include <algorithm>
#include <utility>

namespace weir::fix {

EditedText::EditedText(std::string_view original) : original_(original), text_(original) {
  if (!original.empty()) pieces_.push_back({true, 0, uint32_t(original.size()), {}});
}

void EditedText::Replace(uint32_t start, uint32_t end, std::string_view with) {
  text_.replace(start, end - start, with);
  changed_ = true;
  std::vector<Piece> out;
  bool placed = with.empty();
  const auto place = [&] {
    if (!std::exchange(placed, true)) out.push_back({false, 0, 0, std::string(with)});
  };
  const auto part = [&](const Piece& p, uint32_t from, uint32_t to) {
    if (from >= to) return;
    if (p.kept) out.push_back({true, p.start + from, to - from, {}});
    else out.push_back({false, 0, 0, p.text.substr(from, to - from)});
  };
  uint32_t at = 0;
  for (const Piece& p : pieces_) {
    const uint32_t size = p.size(), from = std::clamp(start, at, at + size) - at, to = std::clamp(end, at, at + size) - at;
    part(p, 0, from);
    if (at + size > start) place();
    part(p, to, size);
    at += size;
  }
  place();
  pieces_ = std::move(out);
}

uint32_t EditedText::Now(uint32_t offset) const {
  uint32_t at = 0;
  for (const Piece& p : pieces_) {
    if (p.kept && offset < p.start + p.length) return at + (offset > p.start ? offset - p.start : 0);
    at += p.size();
  }
  return at;
}

std::vector<Edit> EditedText::Edits(const std::string& file) const {
  std::vector<Edit> edits;
  uint32_t done = 0;
  std::string added;
  const auto close = [&](uint32_t to) {
    if (to != done || !added.empty()) {
      if (original_.substr(done, to - done) != added) edits.push_back({file, done, to, std::move(added)});
    }
    added.clear();
  };
  for (const Piece& p : pieces_) {
    if (!p.kept) {
      added += p.text;
      continue;
    }
    close(p.start);
    done = p.start + p.length;
  }
  close(uint32_t(original_.size()));
  return edits;
}

}  // namespace weir::fix
