// Functions on texts.
#include <algorithm>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

const Value* NoText(FunctionCallSite& site) { return Fail(site, "a text is needed"); }

template <typename Change>
const Value* Mapped(Args a, FunctionCallSite& site, Change change) {
  std::string_view text;
  if (!TextOf(a[0], site, text)) return NoText(site);
  return MakeString(change(text), site);
}

const Value* Lower(Args a, FunctionCallSite& site) { return Mapped(a, site, ToLower); }
const Value* Upper(Args a, FunctionCallSite& site) { return Mapped(a, site, ToUpper); }
const Value* Title(Args a, FunctionCallSite& site) { return Mapped(a, site, ToTitle); }
const Value* Chomp(Args a, FunctionCallSite& site) {
  return Mapped(a, site, [](std::string_view s) {
    while (!s.empty() && (s.back() == '\n' || s.back() == '\r')) s.remove_suffix(1);
    return s;
  });
}
const Value* Strrev(Args a, FunctionCallSite& site) {
  return Mapped(a, site, [](std::string_view s) {
    const std::vector<size_t> starts = CharacterStarts(s);
    std::string out;
    for (size_t i = starts.size() - 1; i-- > 0;) out += s.substr(starts[i], starts[i + 1] - starts[i]);
    return out;
  });
}

/// Cuts off characters that `in` is true of, at both ends.
template <typename In>
std::string_view TrimBy(std::string_view text, In in) {
  size_t from = 0, to = 0;
  bool any = false;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    if (in(DecodeUtf8(text, at))) continue;
    if (!any) from = start;
    any = true;
    to = at;
  }
  return any ? text.substr(from, to - from) : std::string_view();
}
bool IsSpace(char32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}
const Value* TrimSpace(Args a, FunctionCallSite& site) {
  return Mapped(a, site, [](std::string_view s) { return TrimBy(s, IsSpace); });
}
const Value* Trim(Args a, FunctionCallSite& site) {
  std::string_view s, set;
  if (!TextOf(a[0], site, s) || !TextOf(a[1], site, set)) return NoText(site);
  std::u32string letters;
  for (size_t at = 0; at < set.size();) letters += DecodeUtf8(set, at);
  return MakeString(TrimBy(s, [&](char32_t c) { return letters.find(c) != letters.npos; }), site);
}
const Value* TrimPrefix(Args a, FunctionCallSite& site) {
  std::string_view s, part;
  if (!TextOf(a[0], site, s) || !TextOf(a[1], site, part)) return nullptr;
  return MakeString(s.starts_with(part) ? s.substr(part.size()) : s, site);
}
const Value* TrimSuffix(Args a, FunctionCallSite& site) {
  std::string_view s, part;
  if (!TextOf(a[0], site, s) || !TextOf(a[1], site, part)) return nullptr;
  return MakeString(s.ends_with(part) ? s.substr(0, s.size() - part.size()) : s, site);
}
const Value* StartsWith(Args a, FunctionCallSite& site) {
  std::string_view s, part;
  return TextOf(a[0], site, s) && TextOf(a[1], site, part) ? MakeBool(s.starts_with(part), site) : nullptr;
}
const Value* EndsWith(Args a, FunctionCallSite& site) {
  std::string_view s, part;
  return TextOf(a[0], site, s) && TextOf(a[1], site, part) ? MakeBool(s.ends_with(part), site) : nullptr;
}
const Value* StrContains(Args a, FunctionCallSite& site) {
  std::string_view s, part;
  return TextOf(a[0], site, s) && TextOf(a[1], site, part) ? MakeBool(s.find(part) != s.npos, site) : nullptr;
}

const Value* Join(Args a, FunctionCallSite& site) {
  std::string_view by;
  if (!TextOf(a[0], site, by)) return nullptr;
  std::string out;
  bool first = true;
  for (const Value* list : a.subspan(1)) {
    if (!IsSequence(list->kind)) return nullptr;
    for (const Value* item : list->items) {
      std::string_view text;
      if (!TextOf(item, site, text)) return nullptr;
      if (!first) out += by;
      out += text;
      first = false;
      if (!site.context.Spend(1 + text.size() / 64, site.at)) return nullptr;
    }
  }
  return MakeString(out, site);
}
const Value* Split(Args a, FunctionCallSite& site) {
  std::string_view by, text;
  if (!TextOf(a[0], site, by) || !TextOf(a[1], site, text)) return nullptr;
  std::vector<const Value*> parts;
  // A part stands where the text stands.
  const auto part = [&](std::string_view s) { parts.push_back(NewString(site.context.arena, site.context.arena.Copy(s), a[1]->origin)); };
  if (by.empty()) {
    for (size_t at = 0; at < text.size();) {
      const size_t start = at;
      DecodeUtf8(text, at);
      part(text.substr(start, at - start));
    }
    return MakeList(std::move(parts), site, Kind::kList);
  }
  for (size_t at = text.find(by); at != text.npos; at = text.find(by)) {
    part(text.substr(0, at));
    text.remove_prefix(at + by.size());
  }
  part(text);
  return MakeList(std::move(parts), site, Kind::kList);
}

const Value* Substr(Args a, FunctionCallSite& site) {
  std::string_view text;
  int64_t offset = 0, length = 0;
  if (!TextOf(a[0], site, text)) return NoText(site);
  if (!IntOf(a[1], site, offset) || !IntOf(a[2], site, length)) return Fail(site, "offset and length are whole numbers");
  const std::vector<size_t> starts = CharacterStarts(text);
  const int64_t n = int64_t(starts.size()) - 1;
  if (offset < 0) offset = std::max<int64_t>(offset + n, 0);
  const int64_t from = std::min(offset, n), to = length < 0 || length > n - from ? n : from + length;
  return MakeString(text.substr(starts[size_t(from)], starts[size_t(to)] - starts[size_t(from)]), site);
}

const Value* Indent(Args a, FunctionCallSite& site) {
  int64_t n = 0;
  std::string_view text;
  if (!TextOf(a[1], site, text)) return NoText(site);
  if (!IntOf(a[0], site, n) || n < 0 || n > 1000) return Fail(site, "the number of spaces is a whole number from 0 to 1000");
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out.append(size_t(n), ' ');
    if (out.size() > site.context.limits.file_size) return Fail(site, "the text becomes too long");
  }
  return MakeString(out, site);
}

constexpr BuiltIn kFunctions[] = {
    {"chomp", 1, 1, kAny, Chomp},
    {"endswith", 2, 2, kAny, EndsWith},
    {"indent", 2, 2, kAny, Indent},
    {"join", 1, 255, kAny, Join},
    {"lower", 1, 1, kAny, Lower},
    {"split", 2, 2, kAny, Split},
    {"startswith", 2, 2, kAny, StartsWith},
    {"strcontains", 2, 2, kAny, StrContains},
    {"strrev", 1, 1, kAny, Strrev},
    {"substr", 3, 3, kAny, Substr},
    {"title", 1, 1, kAny, Title},
    {"trim", 2, 2, kAny, Trim},
    {"trimprefix", 2, 2, kAny, TrimPrefix},
    {"trimspace", 1, 1, kAny, TrimSpace},
    {"trimsuffix", 2, 2, kAny, TrimSuffix},
    {"upper", 1, 1, kAny, Upper},
};

}  // namespace

std::span<const BuiltIn> TextFunctions() { return kFunctions; }

}  // namespace weir::terraform
