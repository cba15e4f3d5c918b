// Functions on texts.
#include <algorithm>
#include <charconv>

#include <re2/re2.h>

#include "lib/base/text.h"
#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

template <typename Change>
const Value* Mapped(Args a, FunctionCallSite& site, Change change) {
  std::string_view text;
  if (!TextOf(a[0], site, text)) return nullptr;
  return MakeString(change(std::string(text)), site);
}

// ASCII and Latin-1; other letters keep their case.
const Value* Lower(Args a, FunctionCallSite& site) {
  return Mapped(a, site, [](std::string s) {
    for (char& c : s) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
    return s;
  });
}
const Value* Upper(Args a, FunctionCallSite& site) {
  return Mapped(a, site, [](std::string s) {
    for (char& c : s) c = c >= 'a' && c <= 'z' ? char(c - 32) : c;
    return s;
  });
}
const Value* Title(Args a, FunctionCallSite& site) {
  return Mapped(a, site, [](std::string s) {
    bool start = true;
    for (char& c : s) {
      if (start && c >= 'a' && c <= 'z') c = char(c - 32);
      start = c == ' ' || c == '\t' || c == '-' || c == '\n';
    }
    return s;
  });
}
const Value* Chomp(Args a, FunctionCallSite& site) {
  return Mapped(a, site, [](std::string s) {
    while (!s.empty() && (s.back() == '\n' || s.back() == '\r')) s.pop_back();
    return s;
  });
}
const Value* Strrev(Args a, FunctionCallSite& site) {
  return Mapped(a, site, [](const std::string& s) {
    std::string out;
    for (size_t end = s.size(); end > 0;) {
      size_t start = end - 1;
      while (start > 0 && (s[start] & 0xC0) == 0x80) --start;
      out.append(s, start, end - start);
      end = start;
    }
    return out;
  });
}

std::string_view TrimBy(std::string_view text, std::string_view set, bool left, bool right) {
  const size_t first = left ? text.find_first_not_of(set) : 0;
  if (first == std::string_view::npos) return {};
  const size_t last = right ? text.find_last_not_of(set) : text.size() - 1;
  return last == std::string_view::npos || text.empty() ? std::string_view() : text.substr(first, last - first + 1);
}
const Value* TrimSpace(Args a, FunctionCallSite& site) {
  std::string_view s;
  return TextOf(a[0], site, s) ? MakeString(TrimBy(s, " \t\n\r\v\f", true, true), site) : nullptr;
}
const Value* Trim(Args a, FunctionCallSite& site) {
  std::string_view s, set;
  return TextOf(a[0], site, s) && TextOf(a[1], site, set) ? MakeString(TrimBy(s, set, true, true), site) : nullptr;
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

std::unique_ptr<RE2> Compile(std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto re = std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  return re->ok() ? std::move(re) : nullptr;
}

// What regex() gives for one match: the text, the groups, or the named groups.
const Value* MatchValue(const RE2& re, std::span<const re2::StringPiece> groups, FunctionCallSite& site) {
  const auto text = [&](const re2::StringPiece& p) -> const Value* {
    return p.data() == nullptr ? NewNull(site.context.arena, site.at) : MakeString({p.data(), p.size()}, site);
  };
  if (groups.size() == 1) return text(groups[0]);
  if (!re.CapturingGroupNames().empty()) {
    std::vector<Entry> entries;
    for (const auto& [number, name] : re.CapturingGroupNames()) entries.push_back({site.context.arena.Copy(std::string_view(name)), text(groups[size_t(number)]), {}});
    return NewMapping(site.context.arena, Kind::kObject, site.context.arena.Copy(entries), site.at);
  }
  std::vector<const Value*> items;
  for (const auto& group : groups.subspan(1)) items.push_back(text(group));
  return MakeList(std::move(items), site);
}

const Value* Regexes(Args a, FunctionCallSite& site, bool all) {
  std::string_view pattern, text;
  if (!TextOf(a[0], site, pattern) || !TextOf(a[1], site, text)) return nullptr;
  const auto re = Compile(pattern);
  if (re == nullptr) return nullptr;
  std::vector<re2::StringPiece> groups(size_t(re->NumberOfCapturingGroups()) + 1);
  std::vector<const Value*> found;
  const re2::StringPiece subject(text.data(), text.size());
  for (size_t at = 0; at <= text.size() && re->Match(subject, at, text.size(), RE2::UNANCHORED, groups.data(), int(groups.size()));) {
    const Value* match = MatchValue(*re, groups, site);
    if (!all) return match;
    found.push_back(match);
    const size_t end = size_t(groups[0].data() - text.data()) + groups[0].size();
    at = end == at && groups[0].empty() ? end + 1 : end;
    if (!site.context.Spend(1, site.at)) return nullptr;
  }
  return all ? MakeList(std::move(found), site, Kind::kList) : nullptr;
}
const Value* Regex(Args a, FunctionCallSite& site) { return Regexes(a, site, false); }
const Value* RegexAll(Args a, FunctionCallSite& site) { return Regexes(a, site, true); }

const Value* Replace(Args a, FunctionCallSite& site) {
  std::string_view text, from, to;
  if (!TextOf(a[0], site, text) || !TextOf(a[1], site, from) || !TextOf(a[2], site, to)) return nullptr;
  if (from.size() > 1 && from.front() == '/' && from.back() == '/') {
    const auto re = Compile(from.substr(1, from.size() - 2));
    if (re == nullptr) return nullptr;
    // Terraform writes groups as $1 or ${1}; RE2 as \1.
    std::string rewrite;
    for (size_t i = 0; i < to.size(); ++i) {
      const bool braced = to.substr(i, 2) == "${";
      const size_t digit = i + 1 + braced;
      if (to[i] == '$' && digit < to.size() && to[digit] >= '0' && to[digit] <= '9') {
        (rewrite += '\\') += to[digit];
        i = digit + braced;
      } else {
        if (to[i] == '\\') rewrite += '\\';
        rewrite += to[i];
      }
    }
    std::string out(text);
    RE2::GlobalReplace(&out, *re, rewrite);
    return MakeString(out, site);
  }
  if (from.empty()) return MakeString(text, site);
  std::string out;
  for (size_t at = text.find(from); at != text.npos; at = text.find(from)) {
    (out += text.substr(0, at)) += to;
    text.remove_prefix(at + from.size());
    if (out.size() > site.context.limits.file_size) return nullptr;
  }
  return MakeString(out += text, site);
}

const Value* Substr(Args a, FunctionCallSite& site) {
  std::string_view text;
  int64_t offset = 0, length = 0;
  if (!TextOf(a[0], site, text) || !IntOf(a[1], site, offset) || !IntOf(a[2], site, length)) return nullptr;
  std::vector<size_t> starts;
  for (size_t at = 0; at < text.size();) {
    starts.push_back(at);
    DecodeUtf8(text, at);
  }
  const int64_t n = int64_t(starts.size());
  starts.push_back(text.size());
  if (offset < 0) offset += n;
  if (offset < 0) return nullptr;
  const int64_t from = std::min(offset, n), to = length < 0 ? n : std::min(n, from + length);
  return MakeString(text.substr(starts[size_t(from)], starts[size_t(to)] - starts[size_t(from)]), site);
}

// One verb of format(): %[flags][width][.precision]v
bool FormatVerb(const Value* v, std::string_view spec, char verb, std::string& out, FunctionCallSite& site) {
  std::string piece;
  std::string_view text;
  int width = 0, precision = -1;
  bool left = false, zero = false, plus = false;
  size_t i = 0;
  for (; i < spec.size() && std::string_view("-0+ #").find(spec[i]) != std::string_view::npos; ++i) {
    left |= spec[i] == '-';
    zero |= spec[i] == '0';
    plus |= spec[i] == '+';
  }
  for (; i < spec.size() && spec[i] >= '0' && spec[i] <= '9'; ++i) width = std::min(width * 10 + (spec[i] - '0'), 10000);
  if (i < spec.size() && spec[i] == '.') {
    precision = 0;
    for (++i; i < spec.size() && spec[i] >= '0' && spec[i] <= '9'; ++i) precision = std::min(precision * 10 + (spec[i] - '0'), 1000);
  }
  switch (verb) {
    case 's': case 'v': case 'q':
      if (verb == 'v' && v->is_null()) text = "null";
      else if (!TextOf(v, site, text)) return false;
      piece = precision >= 0 ? std::string(text.substr(0, size_t(precision))) : std::string(text);
      if (verb == 'q') piece = "\"" + piece + "\"";
      break;
    case 't': {
      const Value* b = ToBool(v, site.context);
      if (b == nullptr || b->kind != Kind::kBool) return false;
      piece = b->boolean ? "true" : "false";
      break;
    }
    case 'd': case 'x': case 'X': case 'o': case 'b': case 'f': case 'e': case 'g': {
      const Value* n = ToNumber(v, site.context);
      if (n == nullptr || n->kind != Kind::kNumber) return false;
      char buffer[500];
      std::to_chars_result r{};
      if (verb == 'f' || verb == 'e' || verb == 'g') {
        const auto how = verb == 'f' ? std::chars_format::fixed : verb == 'e' ? std::chars_format::scientific : std::chars_format::general;
        r = precision < 0 && verb == 'g' ? std::to_chars(buffer, std::end(buffer), n->number.AsDouble(), how)
                                         : std::to_chars(buffer, std::end(buffer), n->number.AsDouble(), how, std::min(precision < 0 ? 6 : precision, 100));
      } else {
        r = std::to_chars(buffer, std::end(buffer), n->number.AsInt() ? *n->number.AsInt() : int64_t(n->number.AsDouble()),
                          verb == 'd' ? 10 : verb == 'o' ? 8 : verb == 'b' ? 2 : 16);
      }
      piece.assign(buffer, r.ptr);
      if (verb == 'X') std::ranges::transform(piece, piece.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
      if (plus && piece[0] != '-') piece.insert(0, "+");
      break;
    }
    default: return false;
  }
  const size_t have = CountCodePoints(piece);
  if (size_t(width) > have) {
    if (left) piece.append(size_t(width) - have, ' ');
    else piece.insert(zero && (piece[0] == '-' || piece[0] == '+') ? 1 : 0, size_t(width) - have, zero ? '0' : ' ');
  }
  out += piece;
  return true;
}

const Value* Format(Args a, FunctionCallSite& site) {
  std::string_view format;
  if (!TextOf(a[0], site, format)) return nullptr;
  std::string out;
  size_t next = 1;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    const size_t start = ++i;
    while (i < format.size() && std::string_view("-0+ #.0123456789").find(format[i]) != std::string_view::npos) ++i;
    if (i >= format.size()) return nullptr;
    if (format[i] == '%') {
      out += '%';
      continue;
    }
    if (format[i] == '[') return NewUnknown(site.context.arena, site.at);  // explicit argument numbers
    if (next >= a.size() || !FormatVerb(a[next++], format.substr(start, i - start), format[i], out, site)) return nullptr;
  }
  return next == a.size() ? MakeString(out, site) : nullptr;
}

const Value* FormatList(Args a, FunctionCallSite& site) {
  size_t count = 1;
  bool list = false;
  for (const Value* v : a.subspan(1))
    if (IsSequence(v->kind)) count = v->items.size(), list = true;
  std::vector<const Value*> items;
  for (size_t i = 0; i < count && (list || i < 1); ++i) {
    std::vector<const Value*> args(a.begin(), a.end());
    for (size_t k = 1; k < args.size(); ++k)
      if (IsSequence(args[k]->kind)) {
        if (i >= args[k]->items.size()) return nullptr;
        args[k] = args[k]->items[i];
      }
    const Value* text = Format(args, site);
    if (text == nullptr) return nullptr;
    items.push_back(text);
  }
  return MakeList(std::move(items), site, Kind::kList);
}

const Value* Indent(Args a, FunctionCallSite& site) {
  int64_t n = 0;
  std::string_view text;
  if (!IntOf(a[0], site, n) || n < 0 || n > 1000 || !TextOf(a[1], site, text)) return nullptr;
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out.append(size_t(n), ' ');
  }
  return MakeString(out, site);
}

const Value* BaseName(Args a, FunctionCallSite& site) {
  std::string_view path;
  if (!TextOf(a[0], site, path)) return nullptr;
  return MakeString(path.substr(path.rfind('/') + 1), site);
}
const Value* DirName(Args a, FunctionCallSite& site) {
  std::string_view path;
  if (!TextOf(a[0], site, path)) return nullptr;
  const size_t slash = path.rfind('/');
  return MakeString(slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash), site);
}

const Value* File(Args a, FunctionCallSite& site) {
  std::string_view path;
  if (!TextOf(a[0], site, path)) return nullptr;
  if (site.context.files == nullptr) return NewUnknown(site.context.arena, site.at);
  const auto text = site.context.files->Read(path);
  if (!text.ok()) return site.context.Error(site.at, "Invalid function argument", text.status().message());
  if (!IsValidUtf8(*text)) return nullptr;
  return MakeString(*text, site);
}
const Value* FileExists(Args a, FunctionCallSite& site) {
  std::string_view path;
  if (!TextOf(a[0], site, path)) return nullptr;
  if (site.context.files == nullptr) return NewUnknown(site.context.arena, site.at);
  return MakeBool(site.context.files->Read(path).ok(), site);
}

constexpr BuiltIn kFunctions[] = {
    {"basename", 1, 1, kAny, BaseName},
    {"chomp", 1, 1, kAny, Chomp},
    {"dirname", 1, 1, kAny, DirName},
    {"endswith", 2, 2, kAny, EndsWith},
    {"file", 1, 1, kAny, File},
    {"fileexists", 1, 1, kAny, FileExists},
    {"format", 1, 255, kAny, Format},
    {"formatlist", 1, 255, kAny, FormatList},
    {"indent", 2, 2, kAny, Indent},
    {"join", 1, 255, kAny, Join},
    {"lower", 1, 1, kAny, Lower},
    {"regex", 2, 2, kAny, Regex},
    {"regexall", 2, 2, kAny, RegexAll},
    {"replace", 3, 3, kAny, Replace},
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
