#include "lib/policy/attribute_path.h"

#include <charconv>
#include <cstdlib>
#include <string>

#include <re2/re2.h>

#include "lib/cel/pattern.h"
#include "lib/model/document.h"
#include "lib/model/refined.h"
#include "lib/policy/json_document.h"

namespace weir::policy {
namespace {

struct Step {
  enum class Kind : uint8_t { kKey, kAll, kElements, kDeep, kFilter } kind;
  std::string_view text;  // the key or number, or the filter's condition
};

std::string_view Trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

std::string_view Unquoted(std::string_view s) {
  s = Trimmed(s);
  if (s.size() >= 2 && (s.front() == '\'' || s.front() == '"') && s.back() == s.front()) s = s.substr(1, s.size() - 2);
  return s;
}

// The ']' that closes the bracket at s[0], quotes considered.
size_t Closing(std::string_view s) {
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i < s.size(); ++i) {
    if (quote != 0) {
      if (s[i] == quote) quote = 0;
    } else if (s[i] == '\'' || s[i] == '"') {
      quote = s[i];
    } else if (s[i] == '[') {
      ++depth;
    } else if (s[i] == ']' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::vector<Step> StepsOf(std::string_view path) {
  std::vector<Step> steps;
  if (path.starts_with('$')) path.remove_prefix(1);
  while (!path.empty()) {
    if (path.starts_with("..")) {
      steps.push_back({Step::Kind::kDeep, {}});
      path.remove_prefix(2);
    } else if (path[0] == '.') {
      path.remove_prefix(1);
    } else if (path[0] == '[') {
      const size_t end = Closing(path);
      const std::string_view inside = Trimmed(path.substr(1, end == std::string_view::npos ? end : end - 1));
      path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
      if (inside == "*") steps.push_back({Step::Kind::kElements, {}});
      else if (inside.starts_with("?")) steps.push_back({Step::Kind::kFilter, Trimmed(inside.substr(1))});
      else steps.push_back({Step::Kind::kKey, Unquoted(inside)});
    } else {
      const size_t end = std::min(path.find_first_of(".["), path.size());
      const std::string_view key = path.substr(0, end);
      path.remove_prefix(end);
      steps.push_back({key == "*" ? Step::Kind::kAll : Step::Kind::kKey, key});
    }
  }
  return steps;
}

class Walk {
 public:
  Walk(cel::EvalContext& context, std::vector<const weir::Value*>& out) : context_(context), out_(out) {}
  bool complete() const { return complete_; }

  void Run(const weir::Value& at, std::span<const Step> steps, int depth = 0) {
    if (!complete_ || !(complete_ = context_.Spend(1)) || depth > kMaxDepth) return;
    if (steps.empty()) return out_.push_back(&at);
    const weir::Value* value = &at;
    if (value->is_unknown() && value->has(weir::Value::kOpen)) {
      const weir::Value* entry = steps[0].kind == Step::Kind::kKey ? KnownEntry(*value, steps[0].text) : nullptr;
      return entry != nullptr ? Run(*entry, steps.subspan(1), depth + 1) : out_.push_back(value);
    }
    const bool itself = steps[0].kind == Step::Kind::kElements;
    if (!itself && (value->kind == Kind::kString || (value->is_unknown() && (value->structure != nullptr || value->has(weir::Value::kPartial))))) {
      value = ReadDocument(*value, context_.arena);
      if (value == nullptr) return at.is_unknown() ? out_.push_back(&at) : void();
    }
    if (value->is_unknown()) return out_.push_back(value);
    const Step& step = steps[0];
    const auto rest = steps.subspan(1);
    switch (step.kind) {
      case Step::Kind::kKey: return Key(*value, step.text, rest, depth);
      case Step::Kind::kAll: return ForEach(*value, [&](const weir::Value& v) { Run(v, rest, depth + 1); });
      case Step::Kind::kElements:
        // What is no list is a list of itself: "Action": "s3:*".
        return IsSequence(value->kind) ? ForEach(*value, [&](const weir::Value& v) { Run(v, rest, depth + 1); }) : Run(*value, rest, depth + 1);
      case Step::Kind::kFilter:
        // A single block is a list of one.
        if (IsMapping(value->kind) && Holds(*value, step.text, depth)) return Run(*value, rest, depth + 1);
        return ForEach(*value, [&](const weir::Value& v) { if (Holds(v, step.text, depth)) Run(v, rest, depth + 1); });
      case Step::Kind::kDeep:
        Run(*value, rest, depth + 1);
        return ForEach(*value, [&](const weir::Value& v) { if (IsMapping(v.kind) || IsSequence(v.kind)) Run(v, steps, depth + 1); });
    }
  }

 private:
  static constexpr int kMaxDepth = 100;

  void Key(const weir::Value& value, std::string_view key, std::span<const Step> rest, int depth) {
    if (IsMapping(value.kind)) {
      if (const weir::Value* next = value.Get(key)) return Run(*next, rest, depth + 1);
      // A key may hold dots itself: Parameters of a database have names such as rds.force_ssl.
      if (!rest.empty() && rest[0].kind == Step::Kind::kKey && key.data() + key.size() + 1 == rest[0].text.data())
        Key(value, {key.data(), key.size() + 1 + rest[0].text.size()}, rest.subspan(1), depth);
      return;
    }
    if (!IsSequence(value.kind)) return;
    size_t index = 0;
    if (const auto read = std::from_chars(key.data(), key.data() + key.size(), index); read.ec == std::errc() && read.ptr == key.data() + key.size()) {
      if (index < value.items.size()) Run(*value.items[index], rest, depth + 1);
      return;
    }
    for (const weir::Value* item : value.items)
      if (IsMapping(item->kind)) Key(*item, key, rest, depth);
  }

  template <typename Visit>
  void ForEach(const weir::Value& value, Visit visit) {
    if (IsSequence(value.kind))
      for (const weir::Value* item : value.items) visit(*item);
    else if (IsMapping(value.kind))
      for (const Entry& entry : value.entries) visit(*entry.value);
  }

  // A condition in parentheses: comparisons joined by & or &&.
  bool Holds(const weir::Value& v, std::string_view condition, int depth) {
    condition = Trimmed(condition);
    if (condition.starts_with('(') && condition.ends_with(')')) condition = condition.substr(1, condition.size() - 2);
    char quote = 0;
    size_t from = 0;
    for (size_t i = 0; i <= condition.size(); ++i) {
      if (i < condition.size()) {
        const char c = condition[i];
        if (quote != 0) {
          if (c == quote) quote = 0;
          continue;
        }
        if (c == '\'' || c == '"') quote = c;
        if (c != '&') continue;
      }
      const std::string_view one = Trimmed(condition.substr(from, i - from));
      from = i + 1;
      if (!one.empty() && !Compares(v, one, depth)) return false;
    }
    return true;
  }

  bool Compares(const weir::Value& v, std::string_view comparison, int depth) {
    if (comparison.starts_with('@')) comparison.remove_prefix(1);
    const size_t at = comparison.find_first_of("=!<>");
    const std::string_view path = Trimmed(comparison.substr(0, at));
    std::vector<const weir::Value*> found;
    Walk walk(context_, found);
    walk.Run(v, StepsOf(path), depth + 1);
    complete_ = complete_ && walk.complete();
    if (at == std::string_view::npos) return !found.empty();
    const std::string_view rest = comparison.substr(at);
    const size_t width = rest.size() > 1 && (rest[1] == '=' || rest[1] == '~') ? 2 : 1;
    const std::string_view op = rest.substr(0, width), wanted = Unquoted(rest.substr(width));
    for (const weir::Value* value : found) {
      const auto text = ComparableText(*value, context_);
      if (text && Matches(*text, op, wanted)) return true;
    }
    return false;
  }

  bool Matches(std::string_view text, std::string_view op, std::string_view wanted) {
    if (op == "==" || op == "=") return text == wanted;
    if (op == "!=") return text != wanted;
    if (op == "=~") {
      context_.steps += text.size() / 64;
      const RE2* pattern = cel::CompiledPattern(wanted, context_);
      return pattern != nullptr && RE2::PartialMatch(text, *pattern);
    }
    const double a = std::strtod(std::string(text).c_str(), nullptr), b = std::strtod(std::string(wanted).c_str(), nullptr);
    return op == "<" ? a < b : op == "<=" ? a <= b : op == ">" ? a > b : op == ">=" && a >= b;
  }

  cel::EvalContext& context_;
  std::vector<const weir::Value*>& out_;
  bool complete_ = true;
};

}  // namespace

std::vector<const weir::Value*> ValuesOnPath(const weir::Value& root, std::string_view path, cel::EvalContext& context, bool& complete) {
  std::vector<const weir::Value*> out;
  Walk walk(context, out);
  walk.Run(root, StepsOf(path));
  complete = walk.complete();
  return out;
}

std::optional<std::string_view> ComparableText(const weir::Value& value, cel::EvalContext& context) {
  switch (value.kind) {
    case Kind::kString: return value.text;
    case Kind::kBool: return value.boolean ? "true" : "false";
    case Kind::kNumber: return context.Keep(value.number.ToString());
    case Kind::kUnknown: {
      if (value.provenance == nullptr || value.provenance->references.empty()) return std::nullopt;
      const Reference& r = value.provenance->references[0];
      if (r.target == nullptr) return std::nullopt;
      std::string text(r.target->address);
      if (!r.attribute.empty()) (text += '.') += r.attribute;
      return context.Keep(text);
    }
    default: return std::nullopt;
  }
}

}  // namespace weir::policy
