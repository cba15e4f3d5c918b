#include "lib/policy/cidr.h"

#include <algorithm>
#include <charconv>

#include "lib/policy/function_groups.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

bool ReadV4(std::string_view text, uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    unsigned part = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), part);
    const size_t digits = size_t(r.ptr - text.data());
    if (r.ec != std::errc() || part > 255 || (digits > 1 && text[0] == '0')) return false;
    out[i] = uint8_t(part);
    text.remove_prefix(digits);
    if (i < 3 && !text.starts_with('.')) return false;
    if (i < 3) text.remove_prefix(1);
  }
  return text.empty();
}

// Groups of `text`, which holds no "::"; the last may be an IPv4 address.
bool ReadGroups(std::string_view text, uint8_t* out, size_t& bytes) {
  bytes = 0;
  while (!text.empty()) {
    const size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      if (bytes > 12 || !ReadV4(group, out + bytes)) return false;
      bytes += 4;
      return true;
    }
    unsigned value = 0;
    const auto r = std::from_chars(group.data(), group.data() + group.size(), value, 16);
    if (group.empty() || group.size() > 4 || r.ec != std::errc() || r.ptr != group.data() + group.size() || bytes > 14) return false;
    out[bytes++] = uint8_t(value >> 8);
    out[bytes++] = uint8_t(value);
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;
  }
  return true;
}

bool ReadV6(std::string_view text, std::array<uint8_t, 16>& out) {
  const size_t gap = text.find("::");
  size_t head = 0, tail = 0;
  if (gap == std::string_view::npos) return ReadGroups(text, out.data(), head) && head == 16;
  std::array<uint8_t, 16> after{};
  if (!ReadGroups(text.substr(0, gap), out.data(), head) || !ReadGroups(text.substr(gap + 2), after.data(), tail) || head + tail > 14) return false;
  std::copy_n(after.begin(), tail, out.end() - ptrdiff_t(tail));
  return true;
}

std::optional<AddressRange> Read(const Value& v) { return v.is(Type::kString) ? ReadAddressRange(v.text) : std::nullopt; }

Value Malformed() { return Value::Error("text that is no address range"); }

Value CidrContains(Args args, EvalContext&) {
  const auto outer = Read(args[0]), inner = Read(args[1]);
  if (!outer || !inner) return Malformed();
  return Value::Bool(Contains(*outer, *inner));
}
Value CidrOverlaps(Args args, EvalContext&) {
  const auto a = Read(args[0]), b = Read(args[1]);
  if (!a || !b) return Malformed();
  return Value::Bool(Contains(*a, *b) || Contains(*b, *a));
}
Value CidrPrefixLength(Args args, EvalContext&) {
  const auto range = Read(args[0]);
  return range ? Value::Int(range->prefix) : Malformed();
}
// Text that is no range gives false: what cannot be applied opens nothing. Of a list one range is enough.
// Azure's security rules also take `*`, the service tag Internet and its older spelling Any, in any case of letters.
bool IsInternet(std::string_view text) {
  static constexpr std::string_view kNames[] = {"*", "internet", "any"};
  const auto equal = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? char(a + 32) : a) == b; };
  return IsWideRange(text) || text.ends_with("/0") || std::ranges::any_of(kNames, [&](std::string_view name) { return std::ranges::equal(text, name, equal); });
}
Value CidrIsPublic(Args args, EvalContext&) {
  const Value& ranges = args[0];
  if (ranges.is(Type::kUnknown)) return ranges;
  if (ranges.is(Type::kString)) return Value::Bool(IsInternet(ranges.text));
  if (!ranges.is(Type::kList) && !ranges.is(Type::kNull)) return Value::Error("cidr.isPublic() takes a text or a list of texts");
  Value out = Value::Bool(false);
  for (size_t i = 0; i < ranges.size(); ++i) {
    const Value range = ranges.At(i);
    if (range.is(Type::kString) && IsInternet(range.text)) return Value::Bool(true);
    if (range.is(Type::kUnknown)) out = range;
  }
  return out;
}
Value CidrIsPrivate(Args args, EvalContext&) {
  static constexpr std::string_view kPrivate[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
                                                  "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128"};
  const auto range = Read(args[0]);
  if (!range) return Malformed();
  return Value::Bool(std::ranges::any_of(kPrivate, [&](std::string_view p) { return Contains(*ReadAddressRange(p), *range); }));
}

constexpr cel::Function kFunctions[] = {
    {"cidr.contains", 2, 2, false, CidrContains},   {"cidr.overlaps", 2, 2, false, CidrOverlaps},
    {"cidr.isPublic", 1, 1, false, CidrIsPublic, true, true}, {"cidr.isPrivate", 1, 1, false, CidrIsPrivate},
    {"cidr.prefixLength", 1, 1, false, CidrPrefixLength},
};

}  // namespace

std::optional<AddressRange> ReadAddressRange(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  AddressRange range;
  range.v6 = address.find(':') != std::string_view::npos;
  if (range.v6 ? !ReadV6(address, range.address) : !ReadV4(address, range.address.data())) return std::nullopt;
  range.prefix = range.v6 ? 128 : 32;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    int prefix = 0;
    const auto r = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (digits.empty() || digits[0] == '-' || r.ec != std::errc() || r.ptr != digits.data() + digits.size() || prefix > range.prefix) return std::nullopt;
    range.prefix = prefix;
  }
  static constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  if (range.v6 && range.prefix >= 96 && std::equal(kMapped.begin(), kMapped.end(), range.address.begin())) {
    AddressRange v4;
    std::copy_n(range.address.begin() + 12, 4, v4.address.begin());
    v4.prefix = range.prefix - 96;
    return v4;
  }
  return range;
}

bool Contains(const AddressRange& outer, const AddressRange& inner) {
  if (outer.v6 != inner.v6 || inner.prefix < outer.prefix) return false;
  for (int bit = 0; bit < outer.prefix; ++bit)
    if (((outer.address[size_t(bit / 8)] ^ inner.address[size_t(bit / 8)]) >> (7 - bit % 8)) & 1) return false;
  return true;
}

bool IsWideRange(std::string_view text) {
  const auto range = ReadAddressRange(text);
  if (!range) return false;
  // fc00::/7 is private, however wide.
  if (range->v6 && range->prefix >= 7 && (range->address[0] & 0xFE) == 0xFC) return false;
  return range->prefix < (range->v6 ? 16 : 8);
}

std::span<const cel::Function> CidrFunctions() { return kFunctions; }

}  // namespace weir::policy
