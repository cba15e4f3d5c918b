// format() and formatlist(): the verbs of https://developer.hashicorp.com/terraform/language/functions/format
#include <algorithm>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "lib/base/unicode.h"
#include "lib/lang/terraform/functions.h"
#include "lib/model/json.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;
using enum BuiltIn::Nulls;

struct Verb {
  bool left = false, zero = false, plus = false, space = false, sharp = false;
  int width = 0, precision = -1;
  size_t argument = 0;  // %[2]s: 2; 0: the next
  char letter = 0;
};

/// Reads "[flags][width][.precision][[n]]letter" after a percent sign at format[at]. False where it is none.
bool ReadVerb(std::string_view format, size_t& at, Verb& verb) {
  const auto number = [&](int most) {
    int n = 0;
    for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at) n = std::min(n * 10 + (format[at] - '0'), most);
    return n;
  };
  for (; at < format.size(); ++at) {
    if (format[at] == '-') verb.left = true;
    else if (format[at] == '0') verb.zero = true;
    else if (format[at] == '+') verb.plus = true;
    else if (format[at] == ' ') verb.space = true;
    else if (format[at] == '#') verb.sharp = true;
    else break;
  }
  verb.width = number(10'000);
  if (at < format.size() && format[at] == '.') {
    ++at;
    verb.precision = number(1'000);
  }
  if (at < format.size() && format[at] == '[') {
    ++at;
    verb.argument = size_t(number(1'000));
    if (verb.argument == 0 || at == format.size() || format[at++] != ']') return false;
  }
  if (at == format.size()) return false;
  verb.letter = format[at++];
  return true;
}

std::string JsonOf(const Value& v) {
  std::string out;
  return WriteJson(v, out) ? out : std::string();
}

bool FormatText(const Value* v, const Verb& verb, std::string& piece, FunctionCallSite& site) {
  std::string_view text;
  if (!TextOf(v, site, text)) return false;
  if (verb.precision >= 0) {
    const auto starts = CharacterStarts(text);
    text = text.substr(0, starts[std::min(size_t(verb.precision), starts.size() - 1)]);
  }
  if (verb.letter == 's') return piece = text, true;
  return piece = JsonOf(*NewString(site.context.arena, text)), true;
}

bool FormatNumber(const Value* v, const Verb& verb, std::string& piece, FunctionCallSite& site) {
  Number n;
  if (!NumberOf(v, site, n)) return false;
  const char lower = char(verb.letter | 0x20);
  if (lower == 'e' || lower == 'f' || lower == 'g') {
    piece = n.Format(verb.letter, verb.precision < 0 && lower != 'g' ? 6 : verb.precision);
  } else {
    if (!n.IsWhole()) return false;
    piece = lower == 'd' ? n.ToString() : n.Digits(lower == 'x' ? 16 : lower == 'o' ? 8 : 2);
    if (verb.letter == 'X') std::ranges::transform(piece, piece.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    const bool negative = piece[0] == '-';
    if (verb.sharp && lower != 'd') piece.insert(negative, lower == 'o' ? "0" : verb.letter == 'X' ? "0X" : lower == 'x' ? "0x" : "0b");
    const size_t digits = piece.size() - negative;
    if (verb.precision > 0 && size_t(verb.precision) > digits) piece.insert(negative, size_t(verb.precision) - digits, '0');
  }
  if (piece[0] != '-' && (verb.plus || verb.space)) piece.insert(0, verb.plus ? "+" : " ");
  return true;
}

bool FormatVerb(const Value* v, const Verb& verb, std::string& out, FunctionCallSite& site) {
  std::string piece;
  switch (verb.letter) {
    case 'v': {
      // As the value's own type is written; # as JSON.
      Verb own = verb;
      if (verb.sharp || v->is_null() || IsSequence(v->kind) || IsMapping(v->kind)) {
        piece = JsonOf(*v);
        break;
      }
      own.letter = v->kind == Kind::kNumber ? 'g' : v->kind == Kind::kBool ? 't' : 's';
      return FormatVerb(v, own, out, site);
    }
    case 's': case 'q':
      if (!FormatText(v, verb, piece, site)) return Fail(site, "%s and %q need a text") != nullptr;
      break;
    case 't': {
      const Value* b = ToBool(v, site.context);
      if (b == nullptr || b->kind != Kind::kBool) return Fail(site, "%t needs true or false") != nullptr;
      out += b->boolean ? "true" : "false";
      return true;
    }
    case 'd': case 'x': case 'X': case 'o': case 'b': case 'f': case 'F': case 'e': case 'E': case 'g': case 'G':
      if (!FormatNumber(v, verb, piece, site)) return Fail(site, std::string("%") + verb.letter + " needs a number, and all but %e, %f and %g a whole one") != nullptr;
      break;
    default: return Fail(site, std::string("there is no verb %") + verb.letter) != nullptr;
  }
  const size_t have = CharacterStarts(piece).size() - 1;
  if (size_t(verb.width) > have) {
    const size_t missing = size_t(verb.width) - have;
    const bool sign = !piece.empty() && (piece[0] == '-' || piece[0] == '+');
    if (verb.left) piece.append(missing, ' ');
    else piece.insert(verb.zero && sign ? 1 : 0, missing, verb.zero ? '0' : ' ');
  }
  out += piece;
  return true;
}

const Value* Format(Args a, FunctionCallSite& site) {
  std::string_view format;
  if (!TextOf(a[0], site, format)) return Fail(site, "the format is a text");
  std::string out;
  size_t next = 1, used = 1;
  bool null = false;
  for (size_t i = 0; i < format.size();) {
    if (format[i] != '%') {
      out += format[i++];
      continue;
    }
    if (format.substr(i, 2) == "%%") {
      out += '%';
      i += 2;
      continue;
    }
    ++i;
    Verb verb;
    if (!ReadVerb(format, i, verb)) return Fail(site, "the format has an incomplete verb");
    if (verb.argument != 0) next = verb.argument;
    if (next >= a.size()) return Fail(site, "the format has more verbs than there are arguments");
    const Value* v = a[next++];
    used = std::max(used, next);
    if (v->is_null() && verb.letter != 'v') null = true;
    else if (!FormatVerb(v, verb, out, site)) return nullptr;
    if (out.size() > site.context.limits.file_size) return Fail(site, "the text becomes too long");
  }
  if (null) return Fail(site, "a null has no text");
  if (used < a.size()) return Fail(site, "there are more arguments than verbs");
  return MakeString(out, site);
}

const Value* FormatList(Args a, FunctionCallSite& site) {
  size_t count = 1;
  bool list = false;
  for (const Value* v : a.subspan(1)) {
    if (!IsSequence(v->kind)) continue;
    if (list && v->items.size() != count) return Fail(site, "the lists have different lengths");
    count = v->items.size();
    list = true;
  }
  if (a[0]->is_unknown()) return MakeUnknown(site);
  std::vector<const Value*> items;
  for (size_t i = 0; i < count; ++i) {
    std::vector<const Value*> args(a.begin(), a.end());
    for (size_t k = 1; k < args.size(); ++k)
      if (IsSequence(args[k]->kind)) args[k] = args[k]->items[i];
    const bool unknown = std::ranges::any_of(args, [](const Value* v) { return ContainsUnknown(*v); });
    const Value* text = unknown ? Derive(MakeUnknown(site), site.at, args, site.context) : Format(args, site);
    if (text == nullptr || !site.context.Spend(args.size(), site.at)) return nullptr;
    items.push_back(text);
  }
  return MakeList(std::move(items), site, Kind::kList);
}

constexpr BuiltIn kFunctions[] = {
    {"format", 1, 255, kAny, Format, kAllowed},
    {"formatlist", 1, 255, kSelf, FormatList, kAllowed},
};

}  // namespace

std::span<const BuiltIn> FormatFunctions() { return kFunctions; }

}  // namespace weir::terraform
