#include "lib/model/refined.h"

#include <vector>

namespace weir {
namespace {

struct Part {
  enum class Kind : uint8_t { kText, kAnything, kName } kind;
  std::string_view text;
};

constexpr int kDeepest = 100;

void Flatten(const Value& value, std::vector<Part>& out, int depth = 0) {
  if (value.kind == Kind::kString) return out.push_back({Part::Kind::kText, value.text});
  if (value.is_unknown() && value.has(Value::kPartial) && depth < kDeepest) {
    if (value.structure != nullptr) {
      for (const Value* part : value.structure->items) Flatten(*part, out, depth + 1);
      return;
    }
    out.push_back({Part::Kind::kText, value.text});
  } else if (value.is_unknown() && value.has(Value::kName)) {
    return out.push_back({Part::Kind::kName, {}});
  }
  out.push_back({Part::Kind::kAnything, {}});
}

bool HasWildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

}  // namespace

bool MayBe(const Value& value, std::string_view text) {
  constexpr size_t kLongest = 4096;
  if (text.size() > kLongest) return true;
  std::vector<Part> parts;
  Flatten(value, parts);
  std::vector<bool> at(text.size() + 1);  // how far the parts so far may reach
  at[0] = true;
  for (const Part& part : parts) {
    std::vector<bool> next(at.size());
    bool open = false;  // a part that began before may go on
    for (size_t i = 0; i < at.size(); ++i) {
      switch (part.kind) {
        case Part::Kind::kText:
          if (at[i] && text.substr(i).starts_with(part.text)) next[i + part.text.size()] = true;
          break;
        case Part::Kind::kAnything:
          next[i] = open = open || at[i];
          break;
        case Part::Kind::kName:
          next[i] = open;
          open = (open || at[i]) && i < text.size() && !HasWildcard(text.substr(i, 1));
          break;
      }
    }
    at.swap(next);
  }
  return at.back();
}

std::string PatternOf(const Value& value, bool& exact) {
  std::vector<Part> parts;
  Flatten(value, parts);
  std::string out;
  exact = true;
  for (const Part& part : parts) {
    exact = exact && part.kind != Part::Kind::kAnything && !HasWildcard(part.text);
    if (part.kind == Part::Kind::kText) out += part.text;
    else out += part.kind == Part::Kind::kName ? "?*" : "*";
  }
  return out;
}

const Value* KnownEntry(const Value& value, std::string_view key) {
  return value.is_unknown() && value.has(Value::kOpen) && value.structure != nullptr ? value.structure->Get(key) : nullptr;
}

}  // namespace weir
