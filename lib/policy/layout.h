// Lays texts, arrays and programs of an image one after another. Internal to lib/policy/.
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "lib/policy/image.h"

namespace weir::policy {

class Layout {
 public:
  Layout() : bytes_(sizeof(Image::Header)) {}

  /// Equal texts are laid once.
  Ref Text(std::string_view text) {
    if (const auto at = texts_.find(text); at != texts_.end()) return at->second;
    const Ref ref{uint32_t(bytes_.size()), uint32_t(text.size())};
    Append(text.data(), text.size());
    texts_.emplace(text, ref);
    return ref;
  }
  Ref Program(const std::vector<std::byte>& program) {
    Align(8);
    const Ref ref{uint32_t(bytes_.size()), uint32_t(program.size())};
    Append(program.data(), program.size());
    return ref;
  }
  template <typename T>
  Ref Array(const std::vector<T>& items) {
    Align(8);
    const Ref ref{uint32_t(bytes_.size()), uint32_t(items.size())};
    Append(items.data(), items.size() * sizeof(T));
    return ref;
  }
  std::vector<std::byte> Finish(Image::Header header) {
    header.magic = Image::Header::kMagic;
    header.size = bytes_.size();
    header.fingerprint = 0xcbf29ce484222325;
    for (size_t i = sizeof header; i < bytes_.size(); ++i) header.fingerprint = (header.fingerprint ^ uint8_t(bytes_[i])) * 0x100000001b3;
    std::memcpy(bytes_.data(), &header, sizeof header);
    return std::move(bytes_);
  }

 private:
  void Append(const void* data, size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  void Align(size_t to) { bytes_.resize((bytes_.size() + to - 1) / to * to); }
  std::vector<std::byte> bytes_;
  std::map<std::string, Ref, std::less<>> texts_;
};

}  // namespace weir::policy
