// The standard library of CEL and the string extensions that policies use.
#include <algorithm>
#include <charconv>
#include <map>

#include <re2/re2.h>

#include "lib/base/text.h"
#include "lib/cel/cel.h"

namespace weir::cel {

struct Regexes {
  std::map<std::string, std::unique_ptr<RE2>, std::less<>> compiled;
};

EvalContext::EvalContext(const FunctionTable& table, const Limits& bounds)
    : functions(table), limits(bounds), regexes(std::make_unique<Regexes>()) {}
EvalContext::~EvalContext() = default;

namespace {

using Args = std::span<const Value>;

Value WrongType(std::string_view) { return Value::Error("a function got an argument of the wrong type"); }

// An absent text is an empty one, so that a policy need not guard every call.
bool Text(const Value& v, std::string_view& out) {
  if (v.is(Type::kString)) return out = v.text, true;
  if (v.is(Type::kNull)) return out = {}, true;
  return false;
}

template <typename Test>
Value TextTest(Args args, Test test) {
  std::string_view a, b;
  if (!Text(args[0], a) || !Text(args[1], b)) return WrongType("");
  return Value::Bool(test(a, b));
}

Value Size(Args args, EvalContext&) {
  if (args[0].is(Type::kString)) return Value::Int(int64_t(CountCodePoints(args[0].text)));
  if (args[0].is(Type::kList) || args[0].is(Type::kMap) || args[0].is(Type::kNull)) return Value::Int(int64_t(args[0].size()));
  return WrongType("size");
}
Value StartsWith(Args args, EvalContext&) { return TextTest(args, [](auto a, auto b) { return a.starts_with(b); }); }
Value EndsWith(Args args, EvalContext&) { return TextTest(args, [](auto a, auto b) { return a.ends_with(b); }); }
Value Contains(Args args, EvalContext&) {
  return TextTest(args, [](auto a, auto b) { return a.find(b) != std::string_view::npos; });
}

Value Matches(Args args, EvalContext& context) {
  std::string_view text, pattern;
  if (!Text(args[0], text) || !Text(args[1], pattern)) return WrongType("matches");
  auto& compiled = context.regexes->compiled;
  auto at = compiled.find(pattern);
  if (at == compiled.end()) {
    // Patterns of policies are constants and few; those made from data must not fill memory.
    if (compiled.size() >= 1024) compiled.clear();
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    at = compiled.emplace(pattern, std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options)).first;
  }
  if (!at->second->ok()) return Value::Error("the pattern of matches() is no regular expression");
  return Value::Bool(RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *at->second));
}

template <typename Change>
Value Changed(Args args, EvalContext& context, Change change) {
  std::string_view text;
  if (!Text(args[0], text)) return WrongType("");
  std::string copy(text);
  for (char& c : copy) c = change(c);
  Value out = Value::String(context.arena.Copy(std::string_view(copy)));
  out.model = args[0].model;
  return out;
}
Value LowerAscii(Args args, EvalContext& context) {
  return Changed(args, context, [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
}
Value UpperAscii(Args args, EvalContext& context) {
  return Changed(args, context, [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
}
Value Trim(Args args, EvalContext&) {
  std::string_view text;
  if (!Text(args[0], text)) return WrongType("");
  const size_t first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  return Value::String(first == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1));
}
Value Split(Args args, EvalContext& context) {
  std::string_view text, by;
  if (!Text(args[0], text) || !Text(args[1], by) || by.empty()) return WrongType("");
  std::vector<Value> parts;
  for (size_t at = text.find(by); at != std::string_view::npos; at = text.find(by)) {
    parts.push_back(Value::String(text.substr(0, at)));
    text.remove_prefix(at + by.size());
  }
  parts.push_back(Value::String(text));
  context.steps += parts.size();
  return Value::List(context.arena.Copy(parts));
}

Value ToInt(Args args, EvalContext&) {
  const Value& v = args[0];
  if (v.is(Type::kInt)) return v;
  if (v.is(Type::kDouble) && v.real > -9.2e18 && v.real < 9.2e18) return Value::Int(int64_t(v.real));
  if (v.is(Type::kString)) {
    int64_t out = 0;
    const auto [end, ec] = std::from_chars(v.text.data(), v.text.data() + v.text.size(), out);
    if (ec == std::errc() && end == v.text.data() + v.text.size() && !v.text.empty()) return Value::Int(out);
  }
  return Value::Error("int() of what is no whole number");
}
Value ToDouble(Args args, EvalContext&) {
  const Value& v = args[0];
  if (v.is(Type::kDouble)) return v;
  if (v.is(Type::kInt)) return Value::Double(double(v.integer));
  if (v.is(Type::kString)) {
    double out = 0;
    const auto [end, ec] = std::from_chars(v.text.data(), v.text.data() + v.text.size(), out);
    if (ec == std::errc() && end == v.text.data() + v.text.size() && !v.text.empty()) return Value::Double(out);
  }
  return Value::Error("double() of what is no number");
}
Value ToString(Args args, EvalContext& context) {
  const Value& v = args[0];
  if (v.is(Type::kString)) return v;
  if (v.is(Type::kBool)) return Value::String(v.boolean ? "true" : "false");
  if (v.is(Type::kInt)) return Value::String(context.arena.Copy(std::to_string(v.integer)));
  if (v.is(Type::kDouble)) {
    char buffer[64];
    const auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, v.real);
    return Value::String(context.arena.Copy(std::string_view(buffer, size_t(end - buffer))));
  }
  return Value::Error("string() of a list, a map or null");
}

constexpr Function kStandard[] = {
    {"size", 1, 1, false, Size},         {"size", 1, 1, true, Size},
    {"startsWith", 2, 2, true, StartsWith}, {"endsWith", 2, 2, true, EndsWith},
    {"contains", 2, 2, true, Contains},  {"matches", 2, 2, true, Matches},
    {"matches", 2, 2, false, Matches},   {"lowerAscii", 1, 1, true, LowerAscii},
    {"upperAscii", 1, 1, true, UpperAscii}, {"trim", 1, 1, true, Trim},
    {"split", 2, 2, true, Split},        {"int", 1, 1, false, ToInt},
    {"double", 1, 1, false, ToDouble},   {"string", 1, 1, false, ToString},
};

}  // namespace

std::span<const Function> StandardFunctions() { return kStandard; }

uint64_t FunctionTable::Hash(std::string_view name, bool member) {
  uint64_t hash = member ? 0x9ae16a3b2f90404f : 0xcbf29ce484222325;  // FNV-1a; members and globals are two spaces
  for (const char c : name) hash = (hash ^ uint8_t(c)) * 0x100000001b3;
  return hash;
}

FunctionTable::FunctionTable(std::span<const Function> extra) {
  for (const auto list : {StandardFunctions(), extra})
    for (const Function& f : list) slots_.push_back({Hash(f.name, f.member), &f});
  std::sort(slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) { return a.hash < b.hash; });
}

const Function* FunctionTable::FindByHash(uint64_t hash) const {
  const auto at = std::lower_bound(slots_.begin(), slots_.end(), hash, [](const Slot& s, uint64_t h) { return s.hash < h; });
  return at != slots_.end() && at->hash == hash ? at->function : nullptr;
}

const Function* FunctionTable::Find(std::string_view name, bool member) const {
  const Function* found = FindByHash(Hash(name, member));
  return found != nullptr && found->name == name ? found : nullptr;
}

std::string_view FunctionTable::Nearest(std::string_view name) const {
  std::string_view best;
  size_t distance = 1 + name.size() / 2;
  for (const Slot& slot : slots_) {
    const size_t d = EditDistance(name, slot.function->name);
    if (d < distance) distance = d, best = slot.function->name;
  }
  return best;
}

}  // namespace weir::cel
