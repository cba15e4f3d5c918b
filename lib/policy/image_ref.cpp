#include "lib/policy/image_ref.h"

#include <algorithm>

#include "lib/policy/function_groups.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

bool IsLower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsWord(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// Lower-case letters and digits, between them one period, one or two underscores, or dashes.
bool IsComponent(std::string_view s) {
  if (s.empty() || !IsLower(s.front()) || !IsLower(s.back())) return false;
  for (size_t i = 0; i < s.size();) {
    const size_t start = i;
    while (i < s.size() && !IsLower(s[i])) ++i;
    const std::string_view between = s.substr(start, i - start);
    const bool dashes = between.find_first_not_of('-') == std::string_view::npos;
    if (!dashes && between != "." && between != "_" && between != "__") return false;
    while (i < s.size() && IsLower(s[i])) ++i;
  }
  return true;
}

bool IsPath(std::string_view s) {
  for (;;) {
    const size_t slash = s.find('/');
    if (!IsComponent(s.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    s.remove_prefix(slash + 1);
  }
}

bool IsTag(std::string_view s) {
  return !s.empty() && s.size() <= 128 && IsWord(s[0]) && std::ranges::all_of(s, [](char c) { return IsWord(c) || c == '.' || c == '-'; });
}

bool IsDigest(std::string_view s) {
  const size_t colon = s.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view hex = s.substr(colon + 1);
  const bool algorithm = std::ranges::all_of(s.substr(0, colon), [](char c) { return IsWord(c) || c == '+' || c == '.' || c == '-'; });
  const size_t length = s.starts_with("sha256:") ? 64 : s.starts_with("sha512:") ? 128 : 0;
  return algorithm && std::ranges::all_of(hex, IsHex) && (length != 0 ? hex.size() == length : hex.size() >= 32);
}

bool IsRegistry(std::string_view s) {
  return s.find_first_of(".:") != std::string_view::npos || s == "localhost" || std::ranges::any_of(s, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool IsHost(std::string_view s) {
  const size_t colon = s.rfind(':');
  if (colon != std::string_view::npos && !s.ends_with(']')) {
    if (!AsInt(Value::String(s.substr(colon + 1)))) return false;
    s = s.substr(0, colon);
  }
  return !s.empty() && std::ranges::all_of(s, [](char c) { return (IsWord(c) && c != '_') || c == '.' || c == '-' || c == '[' || c == ']' || c == ':'; });
}

Value Parse(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return Value::Error("image.parse() takes a text");
  const auto image = ReadImageRef(args[0].text);
  if (!image) return Value::Error("text that is no reference to an image");
  const auto text = [&](const std::string& s) { return s.empty() ? Value::SoftNull() : Value::String(context.Keep(s)); };
  return MakeMap({{"registry", text(image->registry)}, {"repository", text(image->repository)}, {"tag", text(image->tag)}, {"digest", text(image->digest)}}, context);
}

Value IsPinned(Args args, EvalContext&) {
  if (!args[0].is(Type::kString)) return Value::Error("image.isPinned() takes a text");
  const auto image = ReadImageRef(args[0].text);
  return image ? Value::Bool(!image->digest.empty()) : Value::Error("text that is no reference to an image");
}

constexpr cel::Function kFunctions[] = {
    {"image.parse", 1, 1, false, Parse},
    {"image.isPinned", 1, 1, false, IsPinned},
};

}  // namespace

std::optional<ImageRef> ReadImageRef(std::string_view text) {
  ImageRef out;
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    out.digest = text.substr(at + 1);
    if (!IsDigest(out.digest)) return std::nullopt;
    text = text.substr(0, at);
  }
  const size_t slash = text.rfind('/');
  if (const size_t colon = text.rfind(':'); colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    out.tag = text.substr(colon + 1);
    if (!IsTag(out.tag)) return std::nullopt;
    text = text.substr(0, colon);
  }
  const size_t first = text.find('/');
  if (first != std::string_view::npos && IsRegistry(text.substr(0, first))) {
    out.registry = text.substr(0, first);
    if (!IsHost(out.registry)) return std::nullopt;
    text.remove_prefix(first + 1);
  }
  if (text.size() > 255 || !IsPath(text)) return std::nullopt;
  if (out.registry == "index.docker.io" || out.registry.empty()) out.registry = "docker.io";
  out.repository = text;
  if (out.registry == "docker.io" && text.find('/') == std::string_view::npos) out.repository = "library/" + out.repository;
  if (out.tag.empty() && out.digest.empty()) out.tag = "latest";
  return out;
}

std::span<const cel::Function> ImageFunctions() { return kFunctions; }

}  // namespace weir::policy
