// The network extension: ip(), cidr() and what can be asked of them. Zones and IPv4 written inside IPv6 are
// refused.
#include <charconv>
#include <cstring>
#include <optional>

#include "lib/cel/functions.h"

namespace weir::cel {
namespace {

std::optional<NetAddress> ReadV4(std::string_view text) {
  NetAddress out{};
  out.family = 4;
  for (int i = 0; i < 4; ++i) {
    size_t n = 0;
    unsigned value = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9' && n < 4)
      value = value * 10 + unsigned(text[n++] - '0');
    if (n == 0 || n > 3 || value > 255 || (n > 1 && text[0] == '0')) return std::nullopt;
    out.bytes[i] = uint8_t(value);
    text.remove_prefix(n);
    if (i == 3) break;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty()) return std::nullopt;
  return out;
}

std::optional<NetAddress> ReadV6(std::string_view text) {
  uint16_t groups[8] = {};
  int count = 0, gap = -1;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    uint32_t value = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    const size_t n = size_t(r.ptr - text.data());
    if (n == 0 || n > 4 || r.ec != std::errc() || count == 8) return std::nullopt;
    groups[count++] = uint16_t(value);
    text.remove_prefix(n);
    if (text.empty()) break;
    if (text.starts_with("::") && gap < 0) {
      gap = count;
      text.remove_prefix(2);
    } else if (text.starts_with(':') && text.size() > 1 && text[1] != ':') {
      text.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  if (gap < 0 ? count != 8 : count > 7) return std::nullopt;
  NetAddress out{};
  out.family = 6;
  for (int i = 0; i < count; ++i) {
    const int at = gap >= 0 && i >= gap ? 8 - count + i : i;
    out.bytes[2 * at] = uint8_t(groups[i] >> 8);
    out.bytes[2 * at + 1] = uint8_t(groups[i]);
  }
  return out;
}

std::optional<NetAddress> ReadIp(std::string_view text) {
  return text.find(':') == std::string_view::npos ? ReadV4(text) : ReadV6(text);
}

std::optional<NetAddress> ReadCidr(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto out = ReadIp(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto r = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (!out || digits.empty() || r.ec != std::errc() || r.ptr != digits.data() + digits.size() ||
      (digits.size() > 1 && digits[0] == '0') || prefix > (out->family == 4 ? 32u : 128u))
    return std::nullopt;
  out->prefix = uint8_t(prefix);
  return out;
}

// ::ffff:a.b.c.d is the IPv4 address a.b.c.d.
NetAddress Unmapped(NetAddress a) {
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  if (a.family != 6 || std::memcmp(a.bytes, kMapped, 12) != 0) return a;
  NetAddress out{};
  out.family = 4;
  std::memcpy(out.bytes, a.bytes + 12, 4);
  return out;
}

NetAddress Masked(NetAddress a, unsigned prefix) {
  for (unsigned i = 0; i < 16; ++i)
    a.bytes[i] &= uint8_t(i * 8 + 8 <= prefix ? 255 : i * 8 >= prefix ? 0 : 0xFF00 >> (prefix - i * 8));
  return a;
}

Value Make(const NetAddress& a, Type type, EvalContext& context) {
  Value v;
  v.type = type;
  v.address = context.arena.New<NetAddress>(a);
  return v;
}

Value Ip(Args args, EvalContext& context) {
  if (args[0].is(Type::kIp)) return args[0];
  if (!args[0].is(Type::kString)) return NoOverload();
  const auto a = ReadIp(args[0].text);
  return a ? Make(Unmapped(*a), Type::kIp, context) : Value::Error("ip() of text that is no address");
}
Value Cidr(Args args, EvalContext& context) {
  if (args[0].is(Type::kCidr)) return args[0];
  if (!args[0].is(Type::kString)) return NoOverload();
  const auto a = ReadCidr(args[0].text);
  return a ? Make(*a, Type::kCidr, context) : Value::Error("cidr() of text that is no network");
}
Value IsIp(Args args, EvalContext&) {
  return args[0].is(Type::kString) ? Value::Bool(ReadIp(args[0].text).has_value()) : NoOverload();
}
Value IsCidr(Args args, EvalContext&) {
  return args[0].is(Type::kString) ? Value::Bool(ReadCidr(args[0].text).has_value()) : NoOverload();
}
Value IsCanonical(Args args, EvalContext&) {
  if (!args[0].is(Type::kString)) return NoOverload();
  const auto a = ReadIp(args[0].text);
  return a ? Value::Bool(AddressText(*a, false) == args[0].text)
           : Value::Error("ip.isCanonical() of text that is no address");
}

template <typename Test>
Value Ask(Args args, Test test) {
  if (!args[0].is(Type::kIp)) return NoOverload();
  return Value::Bool(test(*args[0].address));
}
bool All(const NetAddress& a, uint8_t first, uint8_t last) {
  const int n = a.family == 4 ? 4 : 16;
  for (int i = 0; i < n; ++i)
    if (a.bytes[i] != (i == n - 1 ? last : i == 0 ? first : 0)) return false;
  return true;
}
bool Unspecified(const NetAddress& a) { return All(a, 0, 0); }
bool Loopback(const NetAddress& a) { return a.family == 4 ? a.bytes[0] == 127 : All(a, 0, 1); }
bool Multicast(const NetAddress& a) {
  return a.family == 4 ? (a.bytes[0] & 0xF0) == 0xE0 : a.bytes[0] == 0xFF;
}
bool LinkLocalMulticast(const NetAddress& a) {
  if (a.family == 4) return a.bytes[0] == 224 && a.bytes[1] == 0 && a.bytes[2] == 0;
  return a.bytes[0] == 0xFF && (a.bytes[1] & 0x0F) == 2;
}
bool LinkLocalUnicast(const NetAddress& a) {
  return a.family == 4 ? a.bytes[0] == 169 && a.bytes[1] == 254
                       : a.bytes[0] == 0xFE && (a.bytes[1] & 0xC0) == 0x80;
}
bool Broadcast(const NetAddress& a) {
  return a.family == 4 && (a.bytes[0] & a.bytes[1] & a.bytes[2] & a.bytes[3]) == 255;
}
bool GlobalUnicast(const NetAddress& a) {
  return !Unspecified(a) && !Loopback(a) && !Multicast(a) && !LinkLocalUnicast(a) && !Broadcast(a);
}
Value AskUnspecified(Args args, EvalContext&) { return Ask(args, Unspecified); }
Value AskLoopback(Args args, EvalContext&) { return Ask(args, Loopback); }
Value AskLinkLocalMulticast(Args args, EvalContext&) { return Ask(args, LinkLocalMulticast); }
Value AskLinkLocalUnicast(Args args, EvalContext&) { return Ask(args, LinkLocalUnicast); }
Value AskGlobalUnicast(Args args, EvalContext&) { return Ask(args, GlobalUnicast); }
Value Family(Args args, EvalContext&) {
  return args[0].is(Type::kIp) ? Value::Int(args[0].address->family) : NoOverload();
}

Value Contains(Args args, bool network) {
  if (!args[0].is(Type::kCidr)) return NoOverload();
  NetAddress inner{};
  if (args[1].is(network ? Type::kCidr : Type::kIp)) {
    inner = *args[1].address;
  } else if (args[1].is(Type::kString)) {
    const auto a = network ? ReadCidr(args[1].text) : ReadIp(args[1].text);
    if (!a) return Value::Error("text that is no address or network");
    inner = network ? *a : Unmapped(*a);
  } else {
    return NoOverload();
  }
  const NetAddress& outer = *args[0].address;
  if (outer.family != inner.family || (network && inner.prefix < outer.prefix)) return Value::Bool(false);
  const NetAddress a = Masked(outer, outer.prefix), b = Masked(inner, outer.prefix);
  return Value::Bool(std::memcmp(a.bytes, b.bytes, 16) == 0);
}
Value ContainsIp(Args args, EvalContext&) { return Contains(args, false); }
Value ContainsCidr(Args args, EvalContext&) { return Contains(args, true); }

Value IpOf(Args args, EvalContext& context) {
  if (!args[0].is(Type::kCidr)) return NoOverload();
  NetAddress a = *args[0].address;
  a.prefix = 0;
  return Make(a, Type::kIp, context);
}
Value MaskedOf(Args args, EvalContext& context) {
  if (!args[0].is(Type::kCidr)) return NoOverload();
  return Make(Masked(*args[0].address, args[0].address->prefix), Type::kCidr, context);
}
Value PrefixLength(Args args, EvalContext&) {
  return args[0].is(Type::kCidr) ? Value::Int(args[0].address->prefix) : NoOverload();
}

constexpr Function kFunctions[] = {
    {"ip", 1, 1, false, Ip},
    {"cidr", 1, 1, false, Cidr},
    {"isIP", 1, 1, false, IsIp},
    {"isCIDR", 1, 1, false, IsCidr},
    {"ip.isCanonical", 1, 1, false, IsCanonical},
    {"family", 1, 1, true, Family},
    {"isUnspecified", 1, 1, true, AskUnspecified},
    {"isLoopback", 1, 1, true, AskLoopback},
    {"isGlobalUnicast", 1, 1, true, AskGlobalUnicast},
    {"isLinkLocalMulticast", 1, 1, true, AskLinkLocalMulticast},
    {"isLinkLocalUnicast", 1, 1, true, AskLinkLocalUnicast},
    {"containsIP", 2, 2, true, ContainsIp},
    {"containsCIDR", 2, 2, true, ContainsCidr},
    {"ip", 1, 1, true, IpOf},
    {"masked", 1, 1, true, MaskedOf},
    {"prefixLength", 1, 1, true, PrefixLength},
};

}  // namespace

std::span<const Function> NetworkFunctions() { return kFunctions; }

// IPv6 as RFC 5952 writes it: lower case, the longest run of zero groups (of two at least, the first of
// equals) as "::".
std::string AddressText(const NetAddress& a, bool with_prefix) {
  std::string out;
  char buffer[8];
  if (a.family == 4) {
    for (int i = 0; i < 4; ++i) out += (i == 0 ? "" : ".") + std::to_string(a.bytes[i]);
  } else {
    int best = -1, length = 1;
    const auto group = [&](int i) { return a.bytes[2 * i] << 8 | a.bytes[2 * i + 1]; };
    for (int i = 0; i < 8; ++i) {
      int n = 0;
      while (i + n < 8 && group(i + n) == 0) ++n;
      if (n > length) best = i, length = n;
      if (n > 0) i += n - 1;
    }
    for (int i = 0; i < 8; ++i) {
      if (i == best) {
        out += "::";
        i += length - 1;
        continue;
      }
      if (!out.empty() && out.back() != ':') out += ':';
      const auto r = std::to_chars(buffer, buffer + sizeof buffer, group(i), 16);
      out.append(buffer, r.ptr);
    }
  }
  if (with_prefix) out += "/" + std::to_string(a.prefix);
  return out;
}

}  // namespace weir::cel
