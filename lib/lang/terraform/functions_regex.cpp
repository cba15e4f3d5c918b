// Regular expressions: RE2's, as Terraform's own are. Matching is linear in the text.
#include <memory>

#include <re2/re2.h>

#include "lib/base/text.h"
#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

/// Null, and the reason was reported, where `pattern` is none.
std::unique_ptr<RE2> Compile(std::string_view pattern, FunctionCallSite& site) {
  // A group's name may be written without the P.
  std::string text;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    text += pattern[i];
    if (pattern[i] == '\\' && i + 1 < pattern.size()) text += pattern[++i];
    else if (pattern[i] == '[') in_class = true;
    else if (pattern[i] == ']') in_class = false;
    else if (!in_class && pattern.substr(i, 3) == "(?<") text += "?P", ++i;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto re = std::make_unique<RE2>(text, options);
  if (re->ok()) return re;
  Fail(site, "'" + std::string(pattern) + "' is no regular expression: " + re->error());
  return nullptr;
}

/// Every match from left to right; an empty one next to the one before is none. `see` stops by giving false.
template <typename See>
void ForEachMatch(const RE2& re, std::string_view text, See see) {
  std::vector<re2::StringPiece> groups(size_t(re.NumberOfCapturingGroups()) + 1);
  const re2::StringPiece subject(text.data(), text.size());
  size_t end_before = std::string_view::npos;
  for (size_t at = 0; at <= text.size() && re.Match(subject, at, text.size(), RE2::UNANCHORED, groups.data(), int(groups.size()));) {
    const size_t from = size_t(groups[0].data() - text.data()), to = from + groups[0].size();
    const bool counts = to != at || from != end_before;
    if (to == at) {
      if (at == text.size()) at = text.size() + 1;
      else DecodeUtf8(text, at);
    } else {
      at = to;
    }
    end_before = to;
    if (counts && !see(groups, from, to)) return;
  }
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
    return MakeObject(std::move(entries), site);
  }
  std::vector<const Value*> items;
  for (const auto& group : groups.subspan(1)) items.push_back(text(group));
  return MakeList(std::move(items), site);
}

const Value* Regexes(Args a, FunctionCallSite& site, bool all) {
  std::string_view pattern, text;
  if (!TextOf(a[0], site, pattern) || !TextOf(a[1], site, text)) return Fail(site, "texts are needed");
  const auto re = Compile(pattern, site);
  if (re == nullptr) return nullptr;
  const size_t names = re->CapturingGroupNames().size();
  if (names != 0 && names != size_t(re->NumberOfCapturingGroups())) return Fail(site, "either all groups have names or none has");
  std::vector<const Value*> found;
  ForEachMatch(*re, text, [&](std::span<const re2::StringPiece> groups, size_t, size_t) {
    found.push_back(MatchValue(*re, groups, site));
    return all && site.context.Spend(groups.size(), site.at);
  });
  if (all) return MakeList(std::move(found), site, Kind::kList);
  return found.empty() ? Fail(site, "the pattern does not match") : found[0];
}
const Value* Regex(Args a, FunctionCallSite& site) { return Regexes(a, site, false); }
const Value* RegexAll(Args a, FunctionCallSite& site) { return Regexes(a, site, true); }

/// A replacement with $1, ${1}, $name and ${name} filled in; $$ is a dollar sign, and what is no group is empty.
void Expand(std::string_view to, const RE2& re, std::span<const re2::StringPiece> groups, std::string& out) {
  const auto is_name = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i] != '$' || i + 1 == to.size()) {
      out += to[i];
      continue;
    }
    if (to[i + 1] == '$') {
      out += to[i++];
      continue;
    }
    const bool braced = to[i + 1] == '{';
    size_t end = i + 1 + braced;
    while (end < to.size() && is_name(to[end])) ++end;
    const std::string name(to.substr(i + 1 + braced, end - i - 1 - braced));
    if (name.empty() || (braced && (end == to.size() || to[end] != '}'))) {
      out += '$';
      continue;
    }
    size_t group = SIZE_MAX;
    if (name.find_first_not_of("0123456789") == name.npos && name.size() < 4) group = size_t(std::stoi(name));
    else if (const auto at = re.NamedCapturingGroups().find(name); at != re.NamedCapturingGroups().end()) group = size_t(at->second);
    if (group < groups.size() && groups[group].data() != nullptr) out.append(groups[group].data(), groups[group].size());
    i = end - 1 + braced;
  }
}

const Value* TooLong(FunctionCallSite& site) { return Fail(site, "the text becomes too long"); }

const Value* ReplacePattern(std::string_view text, std::string_view pattern, std::string_view to, FunctionCallSite& site) {
  const auto re = Compile(pattern, site);
  if (re == nullptr) return nullptr;
  std::string out;
  size_t done = 0;
  ForEachMatch(*re, text, [&](std::span<const re2::StringPiece> groups, size_t from, size_t end) {
    out += text.substr(done, from - done);
    Expand(to, *re, groups, out);
    done = end;
    return out.size() <= site.context.limits.file_size;
  });
  if (out.size() > site.context.limits.file_size) return TooLong(site);
  return MakeString(out += text.substr(done), site);
}

const Value* Replace(Args a, FunctionCallSite& site) {
  std::string_view text, from, to;
  if (!TextOf(a[0], site, text) || !TextOf(a[1], site, from) || !TextOf(a[2], site, to)) return Fail(site, "texts are needed");
  if (from.size() > 1 && from.front() == '/' && from.back() == '/') return ReplacePattern(text, from.substr(1, from.size() - 2), to, site);
  std::string out;
  if (from.empty()) {  // between all characters
    for (size_t at = 0; at < text.size();) {
      const size_t start = at;
      DecodeUtf8(text, at);
      (out += to) += text.substr(start, at - start);
      if (out.size() > site.context.limits.file_size) return TooLong(site);
    }
    return MakeString(out += to, site);
  }
  for (size_t at = text.find(from); at != text.npos; at = text.find(from)) {
    (out += text.substr(0, at)) += to;
    text.remove_prefix(at + from.size());
    if (out.size() > site.context.limits.file_size) return TooLong(site);
  }
  return MakeString(out += text, site);
}

constexpr BuiltIn kFunctions[] = {
    {"regex", 2, 2, kAny, Regex},
    {"regexall", 2, 2, kAny, RegexAll},
    {"replace", 3, 3, kAny, Replace},
};

}  // namespace

std::span<const BuiltIn> RegexFunctions() { return kFunctions; }

}  // namespace weir::terraform
