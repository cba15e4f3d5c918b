// Functions of text: the standard library's and the string extension. Positions count code points, not bytes.
#include <re2/re2.h>

#include <algorithm>

#include "lib/base/text.h"
#include "lib/cel/functions.h"
#include "lib/cel/pattern.h"

namespace weir::cel {

namespace {

constexpr size_t kLongest = 1 << 20;

// A test of an absent text is false, so that a policy need not guard every call. Of a text that is known at its beginning
// alone `decided` may tell enough.
template <typename Test, typename Decided>
Value TextTest(Args args, EvalContext& context, Test test, Decided decided) {
  if (args[1].is(Type::kUnknown)) return args[1];
  if (args[0].is(Type::kUnknown)) {
    const std::string_view known = KnownPrefix(args[0]);
    Value out = args[0];
    if (!known.empty() && args[1].is(Type::kString)) decided(known, args[1].text, out);
    return out;
  }
  if (args[0].is_soft_null() || args[1].is_soft_null()) return Value::Bool(false);
  if (!args[0].is(Type::kString) || !args[1].is(Type::kString)) return NoOverload();
  if (!context.SpendSearch(args[0].text, args[1].text)) return EvalContext::Exhausted();
  return Value::Bool(test(args[0].text, args[1].text));
}
Value StartsWith(Args args, EvalContext& c) {
  return TextTest(
      args, c, [](auto a, auto b) { return a.starts_with(b); },
      [](auto known, auto b, Value& out) {
        if (known.starts_with(b)) out = Value::Bool(true);
        else if (!b.starts_with(known)) out = Value::Bool(false);
      });
}
Value EndsWith(Args args, EvalContext& c) {
  return TextTest(args, c, [](auto a, auto b) { return a.ends_with(b); }, [](auto, auto, Value&) {});
}
Value Contains(Args args, EvalContext& c) {
  return TextTest(
      args, c, [](auto a, auto b) { return a.find(b) != std::string_view::npos; },
      [](auto known, auto b, Value& out) {
        if (known.find(b) != std::string_view::npos) out = Value::Bool(true);
      });
}

Value Matches(Args args, EvalContext& context) {
  if (args[0].is_soft_null()) return Value::Bool(false);
  if (!args[0].is(Type::kString) || !args[1].is(Type::kString)) return NoOverload();
  const std::string_view text = args[0].text, pattern = args[1].text;
  const RE2* compiled = CompiledPattern(pattern, context);
  if (compiled == nullptr) return Value::Error("the pattern of matches() is no regular expression");
  if (!context.Spend(text.size() / 64)) return EvalContext::Exhausted();
  return Value::Bool(RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled));
}

// What is made of a resource's text keeps that text as its source, for blame.
Value Made(const Value& from, std::string_view text) {
  Value out = Value::String(text);
  out.model = from.model;
  return out;
}

template <typename Change>
Value Changed(Args args, EvalContext& context, Change change) {
  if (!args[0].is(Type::kString)) return NoOverload();
  std::string copy(args[0].text);
  for (char& c : copy) c = change(c);
  return Made(args[0], context.Keep(copy));
}
Value LowerAscii(Args args, EvalContext& context) {
  return Changed(args, context, [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
}
Value UpperAscii(Args args, EvalContext& context) {
  return Changed(args, context, [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
}

bool IsSpace(char32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}
Value Trim(Args args, EvalContext&) {
  if (!args[0].is(Type::kString)) return NoOverload();
  const std::string_view text = args[0].text;
  size_t first = text.size(), last = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    if (IsSpace(DecodeUtf8(text, at))) continue;
    first = std::min(first, start);
    last = at;
  }
  return Made(args[0], first >= last ? std::string_view() : text.substr(first, last - first));
}

// Byte offset of the code point `index`; npos where the text is shorter.
size_t OffsetOf(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; index > 0; --index) {
    if (at >= text.size()) return std::string_view::npos;
    DecodeUtf8(text, at);
  }
  return at;
}

Value CharAt(Args args, EvalContext&) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kInt)) return NoOverload();
  const std::string_view text = args[0].text;
  const size_t at = args[1].integer < 0 ? std::string_view::npos : OffsetOf(text, args[1].integer);
  if (at == std::string_view::npos) return Value::Error("index out of range");
  size_t end = at;
  if (end < text.size()) DecodeUtf8(text, end);
  return Value::String(text.substr(at, end - at));
}

Value Search(Args args, EvalContext& context, bool last) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kString)) return NoOverload();
  if (!context.SpendSearch(args[0].text, args[1].text)) return EvalContext::Exhausted();
  const std::string_view text = args[0].text, part = args[1].text;
  size_t from = last ? std::string_view::npos : 0;
  if (args.size() == 3) {
    if (!args[2].is(Type::kInt)) return NoOverload();
    from = args[2].integer < 0 ? std::string_view::npos : OffsetOf(text, args[2].integer);
    if (from == std::string_view::npos) return Value::Error("index out of range");
    if (from == text.size() && !part.empty()) return Value::Int(-1);
  }
  const size_t found = last ? text.rfind(part, from) : text.find(part, from);
  return Value::Int(found == std::string_view::npos ? -1 : int64_t(CountCodePoints(text.substr(0, found))));
}
Value IndexOf(Args args, EvalContext& context) { return Search(args, context, false); }
Value LastIndexOf(Args args, EvalContext& context) { return Search(args, context, true); }

Value Join(Args args, EvalContext& context) {
  if (!args[0].is(Type::kList) || (args.size() == 2 && !args[1].is(Type::kString))) return NoOverload();
  std::string out;
  for (size_t i = 0; i < args[0].size(); ++i) {
    const Value v = args[0].At(i);
    if (v.is(Type::kUnknown)) return v;
    if (!v.is(Type::kString)) return NoOverload();
    if (i != 0 && args.size() == 2) out += args[1].text;
    out += v.text;
    if (out.size() > kLongest) return EvalContext::Exhausted();
  }
  return Value::String(context.Keep(out));
}

Value Replace(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kString) || !args[2].is(Type::kString))
    return NoOverload();
  if (args.size() == 4 && !args[3].is(Type::kInt)) return NoOverload();
  const std::string_view text = args[0].text, from = args[1].text, to = args[2].text;
  if (!context.SpendSearch(text, from)) return EvalContext::Exhausted();
  int64_t left = args.size() == 4 ? args[3].integer : -1;
  std::string out;
  size_t at = 0;
  while (left != 0) {
    // The empty text stands before each code point and at the end.
    const size_t found = text.find(from, at);
    if (found == std::string_view::npos) break;
    out.append(text, at, found - at);
    out += to;
    at = found + from.size();
    if (left > 0) --left;
    if (out.size() > kLongest) return EvalContext::Exhausted();
    if (!from.empty()) continue;
    if (at >= text.size()) break;
    const size_t start = at;
    DecodeUtf8(text, at);
    out.append(text, start, at - start);
  }
  out.append(text, at);
  return Made(args[0], context.Keep(out));
}

Value Split(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kString)) return NoOverload();
  if (args.size() == 3 && !args[2].is(Type::kInt)) return NoOverload();
  std::string_view text = args[0].text;
  const std::string_view by = args[1].text;
  int64_t left = args.size() == 3 ? args[2].integer : -1;
  if (!context.SpendSearch(text, by)) return EvalContext::Exhausted();
  std::vector<Value> parts;
  if (left == 0) return Value::List({});
  while (left != 1) {
    size_t end = text.find(by);
    if (by.empty()) {
      end = 0;
      if (!text.empty()) DecodeUtf8(text, end);
      if (end >= text.size()) break;
    }
    if (end == std::string_view::npos) break;
    parts.push_back(Made(args[0], text.substr(0, end)));
    text.remove_prefix(end + by.size());
    if (left > 0) --left;
  }
  if (!by.empty() || !text.empty()) parts.push_back(Made(args[0], text));
  if (!context.Spend(parts.size())) return EvalContext::Exhausted();
  return Value::List(context.arena.Copy(parts));
}

Value Substring(Args args, EvalContext&) {
  if (!args[0].is(Type::kString) || !args[1].is(Type::kInt) || (args.size() == 3 && !args[2].is(Type::kInt)))
    return NoOverload();
  const std::string_view text = args[0].text;
  const size_t first = args[1].integer < 0 ? std::string_view::npos : OffsetOf(text, args[1].integer);
  size_t last = text.size();
  if (args.size() == 3) last = args[2].integer < 0 ? std::string_view::npos : OffsetOf(text, args[2].integer);
  if (first == std::string_view::npos || last == std::string_view::npos || first > last)
    return Value::Error("index out of range");
  return Made(args[0], text.substr(first, last - first));
}

Value Reverse(Args args, EvalContext& context) {
  if (args[0].is(Type::kList)) {
    const size_t n = args[0].size();
    auto items = context.NewList(n);
    for (size_t i = 0; i < n; ++i) items[i] = args[0].At(n - 1 - i);
    return Value::List(items);
  }
  if (!args[0].is(Type::kString)) return NoOverload();
  std::string out;
  const std::string_view text = args[0].text;
  std::vector<size_t> starts;
  for (size_t at = 0; at < text.size(); DecodeUtf8(text, at)) starts.push_back(at);
  for (size_t i = starts.size(), end = text.size(); i-- > 0; end = starts[i])
    out.append(text, starts[i], end - starts[i]);
  return Value::String(context.Keep(out));
}

Value Quote(Args args, EvalContext& context) {
  if (!args[0].is(Type::kString)) return NoOverload();
  static constexpr std::string_view kFrom = "\a\b\f\n\r\t\v\\\"", kTo = "abfnrtv\\\"";
  std::string out = "\"";
  const std::string_view text = args[0].text;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = DecodeUtf8(text, at);
    const size_t i = c < 128 ? kFrom.find(char(c)) : std::string_view::npos;
    if (i != std::string_view::npos)
      out += '\\', out += kTo[i];
    else
      AppendUtf8(out, c);
  }
  return Value::String(context.Keep(out += '"'));
}

constexpr Function kFunctions[] = {
    {"startsWith", 2, 2, true, StartsWith, true, true},
    {"endsWith", 2, 2, true, EndsWith, true, true},
    {"contains", 2, 2, true, Contains, true, true},
    {"matches", 2, 2, true, Matches, true},
    {"matches", 2, 2, false, Matches, true},
    {"lowerAscii", 1, 1, true, LowerAscii},
    {"upperAscii", 1, 1, true, UpperAscii},
    {"trim", 1, 1, true, Trim},
    {"split", 2, 3, true, Split},
    {"charAt", 2, 2, true, CharAt},
    {"indexOf", 2, 3, true, IndexOf},
    {"lastIndexOf", 2, 3, true, LastIndexOf},
    {"join", 1, 2, true, Join},
    {"replace", 3, 4, true, Replace},
    {"substring", 2, 3, true, Substring},
    {"reverse", 1, 1, true, Reverse},
    {"strings.quote", 1, 1, false, Quote},
};

}  // namespace

std::span<const Function> TextFunctions() { return kFunctions; }

}  // namespace weir::cel
