// A hash that nobody can steer who does not know its key: what a push brings is chosen by its pusher, and two findings must not look alike
// because somebody wanted them to. SipHash-2-4 (https://www.aumasson.jp/siphash/siphash.pdf), about 1 GB/s.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir {

using HashKey = std::array<uint64_t, 2>;

/// A key of the system's random numbers.
HashKey RandomHashKey();

uint64_t KeyedHash(const HashKey& key, std::string_view bytes);

}  // namespace weir
