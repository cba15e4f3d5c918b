// The images that a scan judges by, seen as one library: weir's own first, then a server's, then a repository's.
//
// Ids and aliases are unique among weir's own image and any other one (compiling refuses a collision). Two images that are not
// weir's own may share an id: the first one has it, and the later policy of that id is hidden, so that a repository cannot
// take the place of what its server demands.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lib/policy/image.h"

namespace weir::policy {

class Library {
 public:
  Library() = default;
  Library(const Image& image) { Add(image); }  // NOLINT: implicit on purpose, one image is a library

  /// `image` must outlive the library.
  void Add(const Image& image);

  struct Member {
    const Image* image;
    std::vector<bool> hidden;  // by policy; empty where none is
    bool Hides(uint32_t policy) const { return policy < hidden.size() && hidden[policy]; }
  };
  std::span<const Member> members() const { return members_; }

  /// A policy and the image that its texts lie in.
  struct Found {
    const Image* image = nullptr;
    const PolicyRecord* record = nullptr;
    explicit operator bool() const { return record != nullptr; }
    std::string_view id() const { return image->Text(record->id); }
  };
  /// By id or alias.
  Found Find(std::string_view id_or_alias) const;
  /// The id nearest to a mistyped one; empty where there is no policy at all.
  std::string_view Nearest(std::string_view id) const;
  /// Whether a rule for `language` has `text` in one of its expressions.
  bool Mentions(std::string_view language, std::string_view text) const;
  /// Changes whenever one of the images does.
  uint64_t Fingerprint() const;

 private:
  std::vector<Member> members_;
};

}  // namespace weir::policy
