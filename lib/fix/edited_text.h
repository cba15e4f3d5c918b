// A text that is edited step by step and still knows where its bytes stood at first.
//
//   EditedText text(source);
//   text.Replace(4, 9, "private");           // in terms of text() as it is now
//   text.Now(120);                           // where byte 120 of `source` stands now
//   text.Edits("main.tf");                   // what was done, in terms of `source`
//
// So a fix of several operations is made one after another, each on the parsed result of the one before, and is told as edits
// of the original. A call costs time in proportion to the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/fix/edit.h"

namespace weir::fix {

class EditedText {
 public:
  /// `original` must outlive this.
  explicit EditedText(std::string_view original);

  const std::string& text() const { return text_; }
  std::string_view original() const { return original_; }
  bool changed() const { return changed_; }

  /// Bytes [start, end) of text() become `with`.
  void Replace(uint32_t start, uint32_t end, std::string_view with);
  /// Where the byte at `offset` of the original stands in text(); of a byte that is gone, where the next one stands.
  uint32_t Now(uint32_t offset) const;
  /// The differences as edits of the original: sorted, apart from each other.
  std::vector<Edit> Edits(const std::string& file) const;

 private:
  // Runs of the original in their order, and what was put between them.
  struct Piece {
    bool kept;
    uint32_t start, length;  // in the original, where kept
    std::string text;
    uint32_t size() const { return kept ? length : uint32_t(text.size()); }
  };

  std::string_view original_;
  std::string text_;
  std::vector<Piece> pieces_;
  bool changed_ = false;
};

}  // namespace weir::fix
