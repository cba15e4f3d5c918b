// Memory that is given back all at once.
//
// Syntax trees, values and findings of one scan live in an arena: allocation is an addition, nothing is freed
// singly, and a view into the arena is valid until the arena is destroyed or `Reset`. Not thread-safe: one arena a
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

class Arena {
 public:
  /// Nothing is allocated before the first use. Blocks grow from `first_block` bytes, doubling up to 1 MiB.
  explicit Arena(size_t first_block = 4096) : next_block_(first_block) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// `bytes` uninitialised bytes, aligned to `align` (a power of two, at most alignof(max_align_t)). Never null.
  void* Allocate(size_t bytes, size_t align = alignof(std::max_align_t)) {
    const uintptr_t at = (reinterpret_cast<uintptr_t>(cursor_) + (align - 1)) & ~uintptr_t(align - 1);
    if (cursor_ != nullptr && at + bytes <= reinterpret_cast<uintptr_t>(limit_)) {
      cursor_ = reinterpret_cast<char*>(at + bytes);
      return reinterpret_cast<void*>(at);
    }
    return AllocateSlow(bytes);
  }

  /// Constructs a T in the arena. Its destructor never runs, so T must not need one.
  template <typename T, typename... Args>
  T* New(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena never runs destructors");
    return new (Allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  /// `count` value-initialised elements.
  template <typename T>
  std::span<T> NewArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena never runs destructors");
    if (count == 0) return {};
    T* first = static_cast<T*>(Allocate(sizeof(T) * count, alignof(T)));
    for (size_t i = 0; i < count; ++i) new (first + i) T{};
    return {first, count};
  }

  /// A copy of the elements of `items` (a vector that was filled while building, say).
  template <typename T>
  std::span<T> Copy(const std::vector<T>& items) {
    static_assert(std::is_trivially_copyable_v<T>, "copied as bytes");
    if (items.empty()) return {};
    T* first = static_cast<T*>(Allocate(sizeof(T) * items.size(), alignof(T)));
    std::memcpy(static_cast<void*>(first), items.data(), sizeof(T) * items.size());
    return {first, items.size()};
  }

  /// A copy of `text` that lives as long as the arena.
  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(Allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  /// Forgets everything that was allocated, keeps the largest block for reuse.
  void Reset();

  /// Bytes of all blocks that the arena holds, used or not.
  size_t bytes_reserved() const { return reserved_; }

 private:
  void* AllocateSlow(size_t bytes);

  struct Block {
    std::unique_ptr<char[]> data;
    size_t size;
  };
  std::vector<Block> blocks_;
  char* cursor_ = nullptr;
  char* limit_ = nullptr;
  size_t next_block_;
  size_t reserved_ = 0;
};

}  // namespace weir
