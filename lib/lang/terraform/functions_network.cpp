// cidrhost, cidrnetmask, cidrsubnet, cidrsubnets for IPv4; IPv6 addresses give unknown.
#include <charconv>
#include <optional>

#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

struct Range {
  uint32_t address;
  int bits;
};

std::optional<Range> ParseIpv4(std::string_view text) {
  Range range{0, 0};
  const char* at = text.data();
  const char* end = at + text.size();
  for (int i = 0; i < 4; ++i) {
    unsigned part = 0;
    const auto r = std::from_chars(at, end, part);
    if (r.ec != std::errc() || part > 255 || r.ptr == end || *r.ptr != (i < 3 ? '.' : '/')) return std::nullopt;
    range.address = range.address << 8 | part;
    at = r.ptr + 1;
  }
  const auto r = std::from_chars(at, end, range.bits);
  if (r.ec != std::errc() || r.ptr != end || range.bits < 0 || range.bits > 32) return std::nullopt;
  if (range.bits < 32) range.address &= ~(0xFFFFFFFFu >> range.bits);
  return range;
}

std::string Format(uint32_t a, int bits = -1) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += std::to_string((a >> shift) & 255) + (shift > 0 ? "." : "");
  return bits < 0 ? out : out + "/" + std::to_string(bits);
}

// The parsed range, or (unknown or error) the result of the call.
std::optional<Range> First(Args a, FunctionCallSite& site, const Value*& result) {
  std::string_view text;
  if (!TextOf(a[0], site, text)) return std::nullopt;
  const auto range = ParseIpv4(text);
  if (!range && text.find(':') != text.npos) result = NewUnknown(site.context.arena, site.at);
  return range;
}

const Value* CidrHost(Args a, FunctionCallSite& site) {
  const Value* result = nullptr;
  const auto range = First(a, site, result);
  int64_t host = 0;
  if (!range || !IntOf(a[1], site, host)) return result;
  const int64_t size = int64_t{1} << (32 - range->bits);
  if (host >= size || -host > size) return nullptr;
  return MakeString(Format(uint32_t(range->address + uint32_t(host < 0 ? size + host : host))), site);
}

const Value* CidrNetmask(Args a, FunctionCallSite& site) {
  const Value* result = nullptr;
  const auto range = First(a, site, result);
  if (!range) return result;
  return MakeString(Format(range->bits == 0 ? 0 : ~uint32_t{0} << (32 - range->bits)), site);
}

const Value* CidrSubnet(Args a, FunctionCallSite& site) {
  const Value* result = nullptr;
  const auto range = First(a, site, result);
  int64_t more = 0, number = 0;
  if (!range || !IntOf(a[1], site, more) || !IntOf(a[2], site, number)) return result;
  if (more < 0 || range->bits + more > 32 || number < 0 || (more < 32 && number >= (int64_t{1} << more))) return nullptr;
  const int bits = int(range->bits + more);
  return MakeString(Format(range->address + (bits == 0 ? 0 : uint32_t(uint64_t(number) << (32 - bits))), bits), site);
}

const Value* CidrSubnets(Args a, FunctionCallSite& site) {
  const Value* result = nullptr;
  const auto range = First(a, site, result);
  if (!range) return result;
  uint64_t at = range->address;
  const uint64_t end = at + (uint64_t{1} << (32 - range->bits));
  std::vector<const Value*> items;
  for (const Value* v : a.subspan(1)) {
    int64_t more = 0;
    if (!IntOf(v, site, more) || more < 1 || range->bits + more > 32) return nullptr;
    const int bits = int(range->bits + more);
    const uint64_t size = uint64_t{1} << (32 - bits);
    at = (at + size - 1) / size * size;
    if (at + size > end) return nullptr;
    items.push_back(MakeString(Format(uint32_t(at), bits), site));
    at += size;
  }
  return MakeList(std::move(items), site, Kind::kList);
}

constexpr BuiltIn kFunctions[] = {
    {"cidrhost", 2, 2, kAny, CidrHost},
    {"cidrnetmask", 1, 1, kAny, CidrNetmask},
    {"cidrsubnet", 3, 3, kAny, CidrSubnet},
    {"cidrsubnets", 1, 255, kAny, CidrSubnets},
};

}  // namespace

std::span<const BuiltIn> NetworkFunctions() { return kFunctions; }

}  // namespace weir::terraform
