#include "lib/base/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

#include "lib/base/text.h"

namespace weir {
namespace {

/// Its capital letter was added to Unicode late, and simple case mapping leaves it out.
constexpr char32_t kSharpS = 0xDF;

bool IsAscii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c & 0x80) != 0; });
}

/// Calls `change(code point, its bytes)`, which appends to the result.
template <typename Change>
std::string Mapped(std::string_view text, Change change) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    const char32_t c = DecodeUtf8(text, at);
    const std::string_view bytes = text.substr(from, at - from);
    const char32_t mapped = c == 0xFFFD ? c : change(c);
    if (mapped == c) out += bytes;
    else AppendUtf8(out, mapped);
  }
  return out;
}

bool IsSpace(char32_t c) {
  const auto category = utf8proc_category(utf8proc_int32_t(c));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP || c == 0x85;
}

bool EndsWord(char32_t c) {
  if (c < 0x80) return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
  return IsSpace(c);
}

}  // namespace

std::string ToLower(std::string_view text) {
  return Mapped(text, [](char32_t c) { return c < 0x80 ? (c >= 'A' && c <= 'Z' ? c + 32 : c) : char32_t(utf8proc_tolower(utf8proc_int32_t(c))); });
}
std::string ToUpper(std::string_view text) {
  return Mapped(text, [](char32_t c) { return c < 0x80 ? (c >= 'a' && c <= 'z' ? c - 32 : c) : c == kSharpS ? c : char32_t(utf8proc_toupper(utf8proc_int32_t(c))); });
}
std::string ToTitle(std::string_view text) {
  bool first = true;
  return Mapped(text, [&](char32_t c) {
    const char32_t mapped = first && c != kSharpS ? char32_t(utf8proc_totitle(utf8proc_int32_t(c))) : c;
    first = EndsWord(c);
    return mapped;
  });
}

std::string Compose(std::string_view text) {
  if (IsAscii(text) || !IsValidUtf8(text)) return std::string(text);
  utf8proc_uint8_t* out = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), utf8proc_ssize_t(text.size()), &out,
                                 utf8proc_option_t(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  if (size < 0) return std::string(text);
  std::string composed(reinterpret_cast<const char*>(out), size_t(size));
  std::free(out);
  return composed;
}

std::vector<size_t> CharacterStarts(std::string_view text) {
  std::vector<size_t> starts;
  utf8proc_int32_t state = 0;
  char32_t before = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    const char32_t c = DecodeUtf8(text, at);
    if (from == 0 || utf8proc_grapheme_break_stateful(utf8proc_int32_t(before), utf8proc_int32_t(c), &state)) starts.push_back(from);
    before = c;
  }
  starts.push_back(text.size());
  return starts;
}

}  // namespace weir
