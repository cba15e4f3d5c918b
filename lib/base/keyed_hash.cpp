#include "lib/base/keyed_hash.h"

#include <bit>
#include <cstring>
#include <random>

namespace weir {
namespace {

uint64_t Word(const char* bytes) {
  uint64_t word = 0;
  for (int i = 7; i >= 0; --i) word = word << 8 | uint8_t(bytes[i]);
  return word;
}

struct State {
  uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1, v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0, v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1, v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2, v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void Add(uint64_t word) {
    v3 ^= word;
    Round(), Round();
    v0 ^= word;
  }
};

}  // namespace

HashKey RandomHashKey() {
  std::random_device random;
  const auto word = [&] { return uint64_t(random()) << 32 | random(); };
  return {word(), word()};
}

uint64_t KeyedHash(const HashKey& key, std::string_view bytes) {
  State s{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
  const char* at = bytes.data();
  for (size_t left = bytes.size(); left >= 8; left -= 8, at += 8) s.Add(Word(at));
  char rest[8] = {};
  if (const size_t left = bytes.size() % 8; left > 0) std::memcpy(rest, at, left);
  rest[7] = char(bytes.size());
  s.Add(Word(rest));
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) s.Round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

}  // namespace weir
