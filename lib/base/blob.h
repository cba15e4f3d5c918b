// Content and a name for it that depends on nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace weir {

/// A Git object id: SHA-1 (20 bytes) or SHA-256 (32 bytes); all zero and size 20 for "none".
struct ObjectId {
  std::array<uint8_t, 32> bytes{};
  uint8_t size = 20;

  bool is_null() const {
    for (uint8_t b : bytes) if (b != 0) return false;
    return true;
  }
  std::string ToHex() const {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    for (size_t i = 0; i < size; ++i) (out += kHex[bytes[i] >> 4]) += kHex[bytes[i] & 15];
    return out;
  }
  friend bool operator==(const ObjectId&, const ObjectId&) = default;
  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

/// Bytes with shared ownership: cheap to copy, immutable, valid as long as any copy lives.
class Blob {
 public:
  Blob() = default;
  explicit Blob(std::string text) : Blob(std::make_shared<const std::string>(std::move(text))) {}
  Blob(std::shared_ptr<const void> owner, std::string_view text) : owner_(std::move(owner)), text_(text) {}

  std::string_view text() const { return text_; }
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  explicit Blob(std::shared_ptr<const std::string> owner) : owner_(owner), text_(*owner) {}
  std::shared_ptr<const void> owner_;
  std::string_view text_;
};

}  // namespace weir

template <>
struct std::hash<weir::ObjectId> {
  size_t operator()(const weir::ObjectId& id) const noexcept {
    size_t h;
    std::memcpy(&h, id.bytes.data(), sizeof h);  // ids are uniformly distributed already
    return h;
  }
};
