// Compiled images kept in a folder: one file an image, found by its key. Internal to lib/policy/.
//
//   bytes 0..15   "weir policies 1\n"
//   then          length of the key (8 bytes), FNV-1a of the image (8 bytes), the key, padding to 8, the image
//
// The key is compared in full and the image against its hash: what does not fit is not there. At most kKept files stay; the
// oldest go first.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace weir::policy {

class ImageCache {
 public:
  static constexpr size_t kKept = 16;

  /// An empty folder keeps nothing.
  ImageCache(std::string folder, std::string key);
  /// The image, or nothing.
  std::vector<std::byte> Load() const;
  /// Keeps it; failing to is no error.
  void Save(std::span<const std::byte> image) const;

 private:
  std::string Path() const;
  std::string folder_, key_;
};

}  // namespace weir::policy
