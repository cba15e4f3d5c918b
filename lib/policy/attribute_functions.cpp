// satisfies() and connected(): what policies of other tools are made of, as functions.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <re2/re2.h>

#include "lib/cel/pattern.h"
#include "lib/policy/attribute_path.h"
#include "lib/policy/cidr.h"
#include "lib/policy/function_groups.h"
#include "lib/policy/functions.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Truth;
using cel::Type;
using cel::Value;

// One operator: whether a value that is there satisfies it.
struct Operand {
  const weir::Value& value;
  const Value& expected;
  EvalContext& context;
};
using Test = Truth (*)(const Operand&);

Truth Of(bool b) { return b ? Truth::kTrue : Truth::kFalse; }

std::string TextOf(const Value& v) {
  switch (v.type) {
    case Type::kString: return std::string(v.text);
    case Type::kBool: return v.boolean ? "true" : "false";
    case Type::kInt: return std::to_string(v.integer);
    case Type::kDouble: {
      char text[32];
      std::snprintf(text, sizeof text, "%.15g", v.real);
      return text;
    }
    default: return {};
  }
}

std::string Lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return out;
}

bool IsBool(std::string_view lower) { return lower == "true" || lower == "false"; }

bool SameText(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const std::string x = Lower(a), y = Lower(b);
  return x == y && IsBool(x);
}

// Calls `test(text)` for the value's text.
template <typename TextTest>
Truth OnText(const Operand& o, TextTest test) {
  if (IsSequence(o.value.kind) || IsMapping(o.value.kind) || o.value.is_null()) return Truth::kFalse;
  const auto text = ComparableText(o.value, o.context);
  return text ? Of(test(*text)) : Truth::kUnknown;
}

// Any element of the list (or the value itself).
template <typename TextTest>
Truth OnElements(const Operand& o, TextTest test) {
  if (!IsSequence(o.value.kind)) return OnText(o, test);
  Truth out = Truth::kFalse;
  for (const weir::Value* item : o.value.items) {
    const Truth one = OnText({*item, o.expected, o.context}, test);
    if (one == Truth::kTrue) return one;
    if (one == Truth::kUnknown) out = one;
  }
  return out;
}

Truth Equals(const Operand& o) {
  if (IsSequence(o.value.kind)) {
    if (!o.expected.is(Type::kList) || o.expected.size() != o.value.items.size()) return Truth::kFalse;
    Truth out = Truth::kTrue;
    for (size_t i = 0; i < o.expected.size() && out != Truth::kFalse; ++i)
      if (const Truth one = Equals({*o.value.items[i], o.expected.At(i), o.context}); one != Truth::kTrue) out = one;
    return out;
  }
  return OnText(o, [&](std::string_view text) { return SameText(text, TextOf(o.expected)); });
}

Truth EqualsIgnoringCase(const Operand& o) {
  return OnText(o, [&](std::string_view text) { return Lower(text) == Lower(TextOf(o.expected)); });
}

Truth Contains(const Operand& o) {
  const std::string wanted = TextOf(o.expected);
  if (IsMapping(o.value.kind)) return Of(o.value.Get(wanted) != nullptr);
  if (IsSequence(o.value.kind)) return OnElements(o, [&](std::string_view text) { return SameText(text, wanted); });
  return OnText(o, [&](std::string_view text) { return text.find(wanted) != std::string_view::npos; });
}

bool InExpected(std::string_view text, const Value& expected) {
  if (!expected.is(Type::kList)) return TextOf(expected).find(text) != std::string::npos;
  for (size_t i = 0; i < expected.size(); ++i)
    if (SameText(text, TextOf(expected.At(i)))) return true;
  return false;
}

Truth Within(const Operand& o) {
  return OnElements(o, [&](std::string_view text) { return InExpected(text, o.expected); });
}

Truth Subset(const Operand& o) {
  if (!IsSequence(o.value.kind)) return Within(o);
  Truth out = Truth::kTrue;
  for (const weir::Value* item : o.value.items) {
    const Truth one = Within({*item, o.expected, o.context});
    if (one == Truth::kFalse) return one;
    if (one == Truth::kUnknown) out = one;
  }
  return out;
}

Truth Intersects(const Operand& o) {
  return OnElements(o, [&](std::string_view text) { return InExpected(text, o.expected); });
}

Truth StartsWith(const Operand& o) {
  return OnText(o, [&](std::string_view text) { return text.starts_with(TextOf(o.expected)); });
}
Truth EndsWith(const Operand& o) {
  return OnText(o, [&](std::string_view text) { return text.ends_with(TextOf(o.expected)); });
}

Truth MatchesRegex(const Operand& o) {
  const RE2* pattern = cel::CompiledPattern(TextOf(o.expected), o.context);
  if (pattern == nullptr) return Truth::kUnknown;
  // As Python's re.match does: from the beginning of the text, not necessarily to its end.
  return OnText(o, [&](std::string_view text) {
    o.context.steps += text.size() / 64;
    return pattern->Match(text, 0, text.size(), RE2::ANCHOR_START, nullptr, 0);
  });
}

std::optional<double> NumberOf(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double n = std::strtod(copy.c_str(), &end);
  return copy.empty() || *end != 0 ? std::nullopt : std::optional(n);
}

template <typename Order>
Truth Ordered(const Operand& o, Order order) {
  return OnText(o, [&](std::string_view text) {
    const auto a = NumberOf(text), b = NumberOf(TextOf(o.expected));
    return a && b && order(*a, *b);
  });
}
Truth Greater(const Operand& o) { return Ordered(o, std::greater<>()); }
Truth GreaterOrEqual(const Operand& o) { return Ordered(o, std::greater_equal<>()); }
Truth Less(const Operand& o) { return Ordered(o, std::less<>()); }
Truth LessOrEqual(const Operand& o) { return Ordered(o, std::less_equal<>()); }

std::optional<size_t> LengthOf(const Operand& o) {
  if (IsSequence(o.value.kind)) return o.value.items.size();
  if (IsMapping(o.value.kind)) return o.value.entries.size();
  const auto text = ComparableText(o.value, o.context);
  return text ? std::optional(text->size()) : std::nullopt;
}

std::optional<size_t> WordsOf(const Operand& o) {
  const auto text = ComparableText(o.value, o.context);
  if (!text) return std::nullopt;
  size_t words = 0;
  bool inside = false;
  for (const char c : *text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    words += !space && !inside;
    inside = !space;
  }
  return words;
}

template <std::optional<size_t> (*Measure)(const Operand&), typename Order>
Truth Measured(const Operand& o) {
  const auto size = Measure(o);
  const auto wanted = NumberOf(TextOf(o.expected));
  if (!size || !wanted) return o.value.is_unknown() ? Truth::kUnknown : Truth::kFalse;
  return Of(Order()(double(*size), *wanted));
}

Truth IsEmpty(const Operand& o) {
  if (o.value.is_null()) return Truth::kFalse;
  const auto size = LengthOf(o);
  return size ? Of(*size == 0) : Truth::kUnknown;
}
Truth IsFilled(const Operand& o) {
  if (o.value.is_null()) return Truth::kFalse;
  const auto size = LengthOf(o);
  return size ? Of(*size != 0) : Truth::kUnknown;
}
Truth IsTrue(const Operand& o) {
  return OnText(o, [](std::string_view text) { return Lower(text) == "true"; });
}
Truth IsFalse(const Operand& o) {
  return OnText(o, [](std::string_view text) { return Lower(text) == "false"; });
}
Truth Exists(const Operand& o) { return Of(!o.value.is_null()); }

// The value is a range "80-90" or a number; what is expected lies in it.
Truth RangeIncludes(const Operand& o) {
  const auto wanted = NumberOf(TextOf(o.expected));
  return OnElements(o, [&](std::string_view text) {
    const size_t dash = text.find('-', 1);
    const auto low = NumberOf(text.substr(0, dash)), high = dash == std::string_view::npos ? low : NumberOf(text.substr(dash + 1));
    return text == "*" || (wanted && low && high && *low <= *wanted && *wanted <= *high);
  });
}

Truth CidrSubset(const Operand& o) {
  const auto inside = [&](std::string_view text, const Value& range) {
    const auto inner = ReadAddressRange(text), outer = ReadAddressRange(TextOf(range));
    return inner && outer && weir::policy::Contains(*outer, *inner);
  };
  const auto one = [&](std::string_view text) {
    if (!o.expected.is(Type::kList)) return inside(text, o.expected);
    for (size_t i = 0; i < o.expected.size(); ++i)
      if (inside(text, o.expected.At(i))) return true;
    return false;
  };
  if (!IsSequence(o.value.kind)) return OnText(o, one);
  Truth out = Truth::kTrue;
  for (const weir::Value* item : o.value.items) {
    const Truth t = OnText({*item, o.expected, o.context}, one);
    if (t == Truth::kFalse) return t;
    if (t == Truth::kUnknown) out = t;
  }
  return out;
}

constexpr struct {
  std::string_view name;
  Test test;
} kOperators[] = {
    {"exists", Exists},
    {"equals", Equals},
    {"equals_ignore_case", EqualsIgnoringCase},
    {"contains", Contains},
    {"within", Within},
    {"subset", Subset},
    {"intersects", Intersects},
    {"starting_with", StartsWith},
    {"ending_with", EndsWith},
    {"regex_match", MatchesRegex},
    {"greater_than", Greater},
    {"greater_than_or_equal", GreaterOrEqual},
    {"less_than", Less},
    {"less_than_or_equal", LessOrEqual},
    {"is_empty", IsEmpty},
    {"is_not_empty", IsFilled},
    {"is_true", IsTrue},
    {"is_false", IsFalse},
    {"range_includes", RangeIncludes},
    {"cidr_range_subset", CidrSubset},
    {"length_equals", Measured<LengthOf, std::equal_to<>>},
    {"length_greater_than", Measured<LengthOf, std::greater<>>},
    {"length_greater_than_or_equal", Measured<LengthOf, std::greater_equal<>>},
    {"length_less_than", Measured<LengthOf, std::less<>>},
    {"length_less_than_or_equal", Measured<LengthOf, std::less_equal<>>},
    {"number_of_words_equals", Measured<WordsOf, std::equal_to<>>},
    {"number_of_words_greater_than", Measured<WordsOf, std::greater<>>},
    {"number_of_words_greater_than_or_equal", Measured<WordsOf, std::greater_equal<>>},
    {"number_of_words_less_than", Measured<WordsOf, std::less<>>},
    {"number_of_words_less_than_or_equal", Measured<WordsOf, std::less_equal<>>},
};

Value Satisfies(Args args, EvalContext& context) {
  if (!args[1].is(Type::kString) || !args[2].is(Type::kString)) return Value::Error("satisfies() takes a resource, a path, an operator and a value");
  const auto at = std::ranges::find(kOperators, args[2].text, [](const auto& o) { return o.name; });
  if (at == std::end(kOperators)) return Value::Error("satisfies() has no such operator");
  const weir::Value* root = args[0].model;
  if (root == nullptr && args[0].is(Type::kString)) root = NewString(context.arena, args[0].text);  // what stands for an absent attribute
  if (root == nullptr) return args[0].is(Type::kUnknown) ? args[0] : Value::Bool(false);
  bool complete = true;
  const auto values = ValuesOnPath(*root, args[1].text, context, complete);
  if (!complete) return EvalContext::Exhausted();
  const Value expected = args.size() > 3 ? args[3] : Value::Null();
  const weir::Value* unknown = nullptr;
  for (const weir::Value* value : values) {
    if (!context.Spend(1 + (IsSequence(value->kind) ? value->items.size() : 0))) return EvalContext::Exhausted();
    const Truth truth = at->test({*value, expected, context});
    if (truth == Truth::kTrue) return Value::Bool(true);
    if (truth == Truth::kUnknown) unknown = value;
  }
  return unknown != nullptr ? Value::Unknown(unknown) : Value::Bool(false);
}

const Resource* OwnerOf(const Host& host, const weir::Value* body) {
  if (body == host.resource->body) return host.resource;
  const auto at = std::ranges::find(host.document->resources, body, &Resource::body);
  return at == host.document->resources.end() ? nullptr : *at;
}

Value Connected(Args args, EvalContext& context) {
  if (!args[1].is(Type::kList)) return Value::Error("connected() takes a resource and a list of types");
  if (context.host == nullptr || args[0].model == nullptr) return Value::List({});
  const Host& host = *static_cast<const Host*>(context.host);
  if (!context.Spend(1 + host.document->resources.size() / 16)) return EvalContext::Exhausted();
  const Resource* of = OwnerOf(host, args[0].model);
  if (of == nullptr) return Value::List({});
  std::vector<const Resource*> found;
  const auto referred = host.document->References(*of, "");
  for (size_t i = 0; i < args[1].size(); ++i) {
    const Value type = args[1].At(i);
    if (!type.is(Type::kString)) return Value::Error("connected() takes a list of types");
    for (const Resource* r : host.document->Related(*of, type.text, "")) found.push_back(r);
    for (const Resource* r : referred)
      if (r->type == type.text && std::ranges::find(found, r) == found.end()) found.push_back(r);
  }
  if (!context.Spend(found.size())) return EvalContext::Exhausted();
  auto items = context.arena.NewArray<Value>(found.size());
  for (size_t i = 0; i < found.size(); ++i) items[i] = Value::FromModel(found[i]->body);
  return Value::List(items);
}

constexpr cel::Function kFunctions[] = {
    {"satisfies", 3, 4, false, Satisfies, true, true, true},
    {"connected", 2, 2, false, Connected},
};

}  // namespace

std::span<const cel::Function> AttributeFunctions() { return kFunctions; }

}  // namespace weir::policy
