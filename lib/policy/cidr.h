// Address ranges in CIDR notation (RFC 4632; IPv6: RFC 4291), and what a policy asks of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::policy {

/// 16 bytes, IPv4 in the first four; the prefix counts from the first bit. Bits after the prefix are as written.
struct AddressRange {
  std::array<uint8_t, 16> address{};
  int prefix = 0;
  bool v6 = false;
};

/// "10.0.0.0/8", "2001:db8::/32", or an address alone, which is a range of one. IPv4 mapped into IPv6 (::ffff:10.0.0.0/104) is
/// the IPv4 range. Nothing for any other text: leading zeros and zones are refused.
std::optional<AddressRange> ReadAddressRange(std::string_view text);

bool Contains(const AddressRange& outer, const AddressRange& inner);

/// So wide that it is the internet and not somebody: IPv4 shorter than /8, IPv6 shorter than /16, private ranges aside.
bool IsWideRange(std::string_view text);

}  // namespace weir::policy
