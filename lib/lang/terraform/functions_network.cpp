// cidrhost, cidrnetmask, cidrsubnet, cidrsubnets, cidrcontains: IPv4 and IPv6 (RFC 4632, RFC 4291, texts as RFC 5952 has them).
#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <optional>

#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

using Address = unsigned __int128;

struct Range {
  Address address = 0;  // without the host's bits
  int bits = 0;         // of the prefix
  int width = 32;       // 32 or 128

  Address size() const { return bits == 0 && width == 128 ? 0 : Address(1) << (width - bits); }  // 0: 2^128
};

/// The low `n` bits.
Address Ones(int n) { return n >= 128 ? ~Address(0) : (Address(1) << n) - 1; }

std::optional<Address> ParseAddress(const std::string& text, int width) {
  Address out = 0;
  if (width == 128) {
    unsigned char bytes[16];
    if (inet_pton(AF_INET6, text.c_str(), bytes) != 1) return std::nullopt;
    for (const unsigned char b : bytes) out = out << 8 | b;
    return out;
  }
  // Zeros in front are decimal, as in Terraform.
  const char* at = text.data();
  const char* end = at + text.size();
  for (int i = 0; i < 4; ++i) {
    unsigned part = 0;
    const auto r = std::from_chars(at, end, part);
    if (r.ec != std::errc() || part > 255 || (i < 3 ? r.ptr == end || *r.ptr != '.' : r.ptr != end)) return std::nullopt;
    out = out << 8 | part;
    at = r.ptr + (i < 3);
  }
  return out;
}

std::optional<Range> Parse(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const std::string address(text.substr(0, slash));
  Range range;
  range.width = address.find(':') != address.npos ? 128 : 32;
  const auto r = std::from_chars(text.data() + slash + 1, text.data() + text.size(), range.bits);
  if (r.ec != std::errc() || r.ptr != text.data() + text.size() || range.bits < 0 || range.bits > range.width) return std::nullopt;
  const auto parsed = ParseAddress(address, range.width);
  if (!parsed) return std::nullopt;
  range.address = *parsed & ~Ones(range.width - range.bits);
  return range;
}

std::string Text(Address a, int width) {
  unsigned char bytes[16];
  const int count = width / 8;
  for (int i = 0; i < count; ++i) bytes[i] = static_cast<unsigned char>(a >> (width - 8 * (i + 1)));
  char buffer[INET6_ADDRSTRLEN];
  inet_ntop(width == 32 ? AF_INET : AF_INET6, bytes, buffer, sizeof buffer);
  return buffer;
}
std::string Text(const Range& r) { return Text(r.address, r.width) + "/" + std::to_string(r.bits); }

std::optional<Range> RangeOf(const Value* v, FunctionCallSite& site) {
  std::string_view text;
  std::optional<Range> range;
  if (TextOf(v, site, text)) range = Parse(text);
  if (!range) Fail(site, "'" + std::string(text) + "' is no range of addresses, such as 10.0.0.0/8");
  return range;
}

/// A whole number as an address's part; its sign apart.
std::optional<Address> Magnitude(const Value* v, FunctionCallSite& site, bool& negative) {
  Number n;
  if (!NumberOf(v, site, n) || !n.IsWhole()) return std::nullopt;
  std::string digits = n.ToString();
  negative = digits[0] == '-';
  if (digits.size() > 39) return std::nullopt;
  Address out = 0;
  for (const char c : digits.substr(negative)) out = out * 10 + unsigned(c - '0');
  return out;
}

const Value* CidrHost(Args a, FunctionCallSite& site) {
  const auto range = RangeOf(a[0], site);
  if (!range) return nullptr;
  bool negative = false;
  const auto host = Magnitude(a[1], site, negative);
  const Address last = Ones(range->width - range->bits);
  if (!host || (negative ? *host - 1 : *host) > last) return Fail(site, "the range has no host of that number");
  return MakeString(Text(range->address | (negative ? last - (*host - 1) : *host), range->width), site);
}

const Value* CidrNetmask(Args a, FunctionCallSite& site) {
  const auto range = RangeOf(a[0], site);
  if (!range) return nullptr;
  if (range->width == 128) return Fail(site, "IPv6 has no netmasks");
  return MakeString(Text(~Ones(32 - range->bits) & Ones(32), 32), site);
}

/// Range number `number` of those with `more` bits of prefix.
std::optional<Range> Subnet(const Range& range, int64_t more, Address number) {
  if (more < 0 || range.bits + more > range.width || number > Ones(int(more))) return std::nullopt;
  Range out = range;
  out.bits += int(more);
  if (out.bits > 0) out.address |= out.width - out.bits >= 128 ? 0 : number << (out.width - out.bits);
  return out;
}

const Value* CidrSubnet(Args a, FunctionCallSite& site) {
  const auto range = RangeOf(a[0], site);
  if (!range) return nullptr;
  int64_t more = 0;
  bool negative = false;
  if (!IntOf(a[1], site, more)) return Fail(site, "the number of bits is a whole number");
  const auto number = Magnitude(a[2], site, negative);
  const auto subnet = number && !negative ? Subnet(*range, more, *number) : std::nullopt;
  return subnet ? MakeString(Text(*subnet), site) : Fail(site, "the range has no part of that size and number");
}

const Value* CidrSubnets(Args a, FunctionCallSite& site) {
  const auto range = RangeOf(a[0], site);
  if (!range) return nullptr;
  Address next = 0;  // offset of the next free address
  bool full = false;
  std::vector<const Value*> items;
  for (const Value* v : a.subspan(1)) {
    int64_t more = 0;
    if (!IntOf(v, site, more) || more < 1 || range->bits + more > range->width) return Fail(site, "a part is at least one bit smaller than the range, and not smaller than an address");
    const int bits = int(range->bits + more);
    const Address size = Address(1) << (range->width - bits);
    const Address start = (next + size - 1) / size * size;
    if (full || start < next || start > Ones(range->width - range->bits)) return Fail(site, "the parts do not fit the range");
    items.push_back(MakeString(Text({range->address | start, bits, range->width}), site));
    next = start + size;
    full = next == 0;
  }
  return MakeList(std::move(items), site, Kind::kList);
}

// OpenTofu's.
const Value* CidrContains(Args a, FunctionCallSite& site) {
  const auto range = RangeOf(a[0], site);
  if (!range) return nullptr;
  std::string_view text;
  if (!TextOf(a[1], site, text)) return Fail(site, "an address or a range is needed");
  auto inner = Parse(text);
  if (!inner)
    if (const int width = text.find(':') != text.npos ? 128 : 32; const auto address = ParseAddress(std::string(text), width)) inner = Range{*address, width, width};
  if (!inner) return Fail(site, "'" + std::string(text) + "' is no address and no range");
  if (inner->width != range->width) return Fail(site, "one is IPv4 and the other IPv6");
  return MakeBool(inner->bits >= range->bits && (inner->address & ~Ones(range->width - range->bits)) == range->address, site);
}

constexpr BuiltIn kFunctions[] = {
    {"cidrcontains", 2, 2, kAny, CidrContains},
    {"cidrhost", 2, 2, kAny, CidrHost},
    {"cidrnetmask", 1, 1, kAny, CidrNetmask},
    {"cidrsubnet", 3, 3, kAny, CidrSubnet},
    {"cidrsubnets", 1, 255, kAny, CidrSubnets},
};

}  // namespace

std::span<const BuiltIn> NetworkFunctions() { return kFunctions; }

}  // namespace weir::terraform
