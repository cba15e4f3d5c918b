// Digests, and what nobody knows before it happens: random and encrypted values.
#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

const Value* NoText(FunctionCallSite& site) { return Fail(site, "a text is needed"); }

/// "filemd5" and "md5" are told apart by their arguments' meaning only: the algorithm is in the name.
std::string_view AlgorithmOf(std::string_view name) {
  for (const std::string_view algorithm : {"md5", "sha1", "sha256", "sha512"})
    if (name.ends_with(algorithm)) return algorithm;
  return {};
}

const Value* Hash(Args a, FunctionCallSite& site) {
  std::string_view s;
  if (!TextOf(a[0], site, s)) return NoText(site);
  const std::string digest = Digest(AlgorithmOf(site.name), s);
  return MakeString(site.name.starts_with("base64") ? ToBase64(digest) : ToHex(digest), site);
}

const Value* UuidV5(Args a, FunctionCallSite& site) {
  std::string_view space, name;
  if (!TextOf(a[0], site, space) || !TextOf(a[1], site, name)) return NoText(site);
  // RFC 9562, section 6.6: the namespaces that have names.
  constexpr std::pair<std::string_view, std::string_view> kNamed[] = {{"dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, {"url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"},
                                                                      {"oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"}, {"x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"}};
  const std::string_view given = space;
  for (const auto& [known, id] : kNamed)
    if (space == known) space = id;
  std::string bytes;
  int high = -1;
  for (size_t i = 0; i < space.size(); ++i) {
    const char c = space[i];
    if (c == '-' && (i == 8 || i == 13 || i == 18 || i == 23)) continue;
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return Fail(site, "'" + std::string(given) + "' is no namespace: dns, url, oid, x500 or a UUID");
    if (high < 0) high = digit;
    else bytes += char(high << 4 | digit), high = -1;
  }
  if (bytes.size() != 16 || space.size() != 36) return Fail(site, "'" + std::string(given) + "' is no namespace: dns, url, oid, x500 or a UUID");
  std::string id = Digest("sha1", bytes + std::string(name)).substr(0, 16);
  id[6] = char((id[6] & 0x0F) | 0x50);
  id[8] = char((id[8] & 0x3F) | 0x80);
  std::string text = ToHex(id);
  for (const size_t at : {8, 13, 18, 23}) text.insert(at, "-");
  return MakeString(text, site);
}

const Value* Unknowable(Args, FunctionCallSite& site) { return MakeUnknown(site); }

constexpr BuiltIn kFunctions[] = {
    {"base64sha256", 1, 1, kAny, Hash},
    {"base64sha512", 1, 1, kAny, Hash},
    {"bcrypt", 1, 2, kAny, Unknowable},
    {"md5", 1, 1, kAny, Hash},
    {"rsadecrypt", 2, 2, kAny, Unknowable},
    {"sha1", 1, 1, kAny, Hash},
    {"sha256", 1, 1, kAny, Hash},
    {"sha512", 1, 1, kAny, Hash},
    {"uuid", 0, 0, kAny, Unknowable},
    {"uuidv5", 2, 2, kAny, UuidV5},
};

}  // namespace

std::string ToHex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) (out += kHex[uint8_t(c) >> 4]) += kHex[uint8_t(c) & 15];
  return out;
}

std::string Digest(std::string_view algorithm, std::string_view bytes) {
  const nettle_hash& hash = algorithm == "md5" ? nettle_md5 : algorithm == "sha1" ? nettle_sha1 : algorithm == "sha256" ? nettle_sha256 : nettle_sha512;
  union {
    md5_ctx md5;
    sha1_ctx sha1;
    sha256_ctx sha256;
    sha512_ctx sha512;
  } context;
  hash.init(&context);
  hash.update(&context, bytes.size(), reinterpret_cast<const uint8_t*>(bytes.data()));
  std::string digest(hash.digest_size, '\0');
  hash.digest(&context, digest.size(), reinterpret_cast<uint8_t*>(digest.data()));
  return digest;
}

std::span<const BuiltIn> HashFunctions() { return kFunctions; }

}  // namespace weir::terraform
