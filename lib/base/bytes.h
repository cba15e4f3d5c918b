// Numbers, texts and ids as bytes of a file that only weir reads: a cache. Numbers take as few bytes as they need, seven bits each, the
// lowest first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/blob.h"

namespace weir {

inline void PutNumber(std::string& out, uint64_t n) {
  for (; n >= 0x80; n >>= 7) out += char(n | 0x80);
  out += char(n);
}
inline void PutText(std::string& out, std::string_view text) {
  PutNumber(out, text.size());
  out += text;
}
inline void PutId(std::string& out, const ObjectId& id) { PutText(out, {reinterpret_cast<const char*>(id.bytes.data()), id.size}); }

/// Reads them back. Once something is not there, `ok` is false and everything else is empty.
struct ByteReader {
  std::string_view bytes;
  bool ok = true;

  uint64_t Number() {
    uint64_t n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes.empty()) break;
      const uint8_t byte = uint8_t(bytes[0]);
      bytes.remove_prefix(1);
      n |= uint64_t(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return n;
    }
    ok = false;
    return 0;
  }
  std::string_view Text() { return Take(Number()); }
  /// The next `size` bytes.
  std::string_view Take(uint64_t size) {
    if (!ok || size > bytes.size()) {
      ok = false;
      return {};
    }
    const std::string_view text = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return text;
  }
  ObjectId Id() {
    const std::string_view text = Text();
    ObjectId id;
    if (text.size() > id.bytes.size()) {
      ok = false;
      return id;
    }
    std::copy(text.begin(), text.end(), id.bytes.begin());
    id.size = uint8_t(text.size());
    return id;
  }
};

}  // namespace weir
