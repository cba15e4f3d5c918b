// Semantic versions (https://semver.org, written loosely: "v1.2", "1.29") and Terraform's version constraints
// (https://developer.hashicorp.com/terraform/language/expressions/version-constraints).
#include <algorithm>
#include <array>
#include <string>

#include "lib/policy/function_groups.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

struct Version {
  std::array<int64_t, 3> parts{};
  int written = 0;  // how many of the parts
  std::string_view prerelease, build;
};

std::optional<Version> Read(std::string_view text) {
  Version v;
  if (text.starts_with('v')) text.remove_prefix(1);
  while (v.written < 3) {
    const auto r = std::from_chars(text.data(), text.data() + text.size(), v.parts[size_t(v.written)]);
    if (r.ec != std::errc() || text[0] == '-') return std::nullopt;
    ++v.written;
    text.remove_prefix(size_t(r.ptr - text.data()));
    if (!text.starts_with('.') || v.written == 3) break;
    text.remove_prefix(1);
  }
  if (const size_t plus = text.find('+'); plus != std::string_view::npos) {
    v.build = text.substr(plus + 1);
    text = text.substr(0, plus);
  }
  if (text.starts_with('-') && text.size() > 1) {
    v.prerelease = text.substr(1);
    text = {};
  }
  if (!text.empty()) return std::nullopt;
  return v;
}

// A number that a configuration writes without quotes is a version too: 1.29, 16.
std::optional<Version> Read(const Value& value, EvalContext& context) {
  if (value.is(Type::kString)) return Read(value.text);
  if (value.is(Type::kInt)) return Read(context.Keep(std::to_string(value.integer)));
  if (value.is(Type::kDouble)) return Read(context.Keep(Number::FromDouble(value.real, context.arena).ToString()));
  return std::nullopt;
}

int Sign(int64_t n) { return n < 0 ? -1 : n > 0; }

int CompareIdentifiers(std::string_view a, std::string_view b) {
  const auto x = AsInt(Value::String(a)), y = AsInt(Value::String(b));
  if (x && y) return Sign(*x - *y);
  if (x || y) return x ? -1 : 1;  // numeric ones come first
  return Sign(a.compare(b));
}

// Section 11: a pre-release comes before its release, identifier by identifier.
int ComparePrereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() == b.empty() ? 0 : a.empty() ? 1 : -1;
  while (!a.empty() && !b.empty()) {
    const size_t x = std::min(a.find('.'), a.size()), y = std::min(b.find('.'), b.size());
    if (const int order = CompareIdentifiers(a.substr(0, x), b.substr(0, y)); order != 0) return order;
    a.remove_prefix(std::min(x + 1, a.size()));
    b.remove_prefix(std::min(y + 1, b.size()));
  }
  return int(!a.empty()) - int(!b.empty());
}

int Compare(const Version& a, const Version& b) {
  if (a.parts != b.parts) return a.parts < b.parts ? -1 : 1;
  return ComparePrereleases(a.prerelease, b.prerelease);
}

std::string_view Trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

// One of the conditions that commas join; nothing where it is none.
std::optional<bool> SatisfiesOne(const Version& version, std::string_view condition) {
  constexpr std::string_view kOperators[] = {">=", "<=", "!=", "~>", "=", ">", "<"};
  condition = Trim(condition);
  std::string_view op = "=";
  for (const std::string_view o : kOperators)
    if (condition.starts_with(o)) {
      op = o;
      condition = Trim(condition.substr(o.size()));
      break;
    }
  const auto bound = Read(condition);
  if (!bound) return std::nullopt;
  const int order = Compare(version, *bound);
  // A pre-release is chosen only by name.
  if (!version.prerelease.empty() && bound->prerelease.empty() && op != "=" && op != "!=") return false;
  if (op == "=") return order == 0;
  if (op == "!=") return order != 0;
  if (op == ">") return order > 0;
  if (op == "<") return order < 0;
  if (op == ">=") return order >= 0;
  if (op == "<=") return order <= 0;
  // ~>: only the last part that is written may grow.
  for (int i = 0; i + 1 < bound->written; ++i)
    if (version.parts[size_t(i)] != bound->parts[size_t(i)]) return false;
  return order >= 0;
}

Value Malformed() { return Value::Error("text that is no version"); }

Value Parse(Args args, EvalContext& context) {
  const auto v = Read(args[0], context);
  if (!v) return Malformed();
  return MakeMap({{"major", Value::Int(v->parts[0])},
                  {"minor", Value::Int(v->parts[1])},
                  {"patch", Value::Int(v->parts[2])},
                  {"prerelease", Value::String(v->prerelease)},
                  {"build", Value::String(v->build)}},
                 context);
}
Value CompareVersions(Args args, EvalContext& context) {
  const auto a = Read(args[0], context), b = Read(args[1], context);
  return a && b ? Value::Int(Compare(*a, *b)) : Malformed();
}
Value AtLeast(Args args, EvalContext& context) {
  if (args[0].is(Type::kNull)) return Value::Bool(false);
  const auto a = Read(args[0], context), b = Read(args[1], context);
  return a && b ? Value::Bool(Compare(*a, *b) >= 0) : Malformed();
}
Value Satisfies(Args args, EvalContext& context) {
  const auto version = Read(args[0], context);
  if (!version || !args[1].is(Type::kString)) return Malformed();
  std::string_view rest = args[1].text;
  bool all = true;
  for (;;) {
    const size_t comma = rest.find(',');
    const auto one = SatisfiesOne(*version, rest.substr(0, comma));
    if (!one) return Value::Error("text that is no version constraint");
    all &= *one;
    if (comma == std::string_view::npos) return Value::Bool(all);
    rest.remove_prefix(comma + 1);
  }
}
// One version and no other: "1.2.3", "= 1.2.3".
Value IsExact(Args args, EvalContext&) {
  if (!args[0].is(Type::kString)) return args[0].is(Type::kNull) ? Value::Bool(false) : Malformed();
  std::string_view text = Trim(args[0].text);
  if (text.starts_with('=')) text = Trim(text.substr(1));
  const auto v = Read(text);
  return Value::Bool(v && v->written == 3);
}

constexpr cel::Function kFunctions[] = {
    {"semver.parse", 1, 1, false, Parse},         {"semver.compare", 2, 2, false, CompareVersions},
    {"semver.atLeast", 2, 2, false, AtLeast, true}, {"semver.satisfies", 2, 2, false, Satisfies},
    {"semver.isExact", 1, 1, false, IsExact, true},
};

}  // namespace

std::span<const cel::Function> SemverFunctions() { return kFunctions; }

}  // namespace weir::policy
