#include "lib/model/refined.h"

#include <algorithm>

namespace weir {
namespace {

struct Part {
  enum class Kind : uint8_t { kText, kAnything, kName } kind;
  std::string_view text;
};

constexpr size_t kMostParts = 256;

bool Flatten(const Value& value, size_t most, size_t& seen, int depth, std::vector<const Value*>& out) {
  constexpr int kDeepest = 100;
  if (++seen > most || depth > kDeepest) return false;
  if (!value.is_unknown() || !value.has(Value::kPartial) || value.structure == nullptr) return out.push_back(&value), true;
  return std::ranges::all_of(value.structure->items, [&](const Value* part) { return Flatten(*part, most, seen, depth + 1, out); });
}

// As texts, and what stands between them.
bool Read(const Value& value, std::vector<Part>& out) {
  std::vector<const Value*> parts;
  if (!PartsOf(value, kMostParts, parts)) return false;
  for (const Value* part : parts) {
    const bool unknown = part->is_unknown();
    if (part->kind == Kind::kString || (unknown && part->has(Value::kPartial))) out.push_back({Part::Kind::kText, part->text});
    if (unknown && !part->has(Value::kPartial) && part->has(Value::kName)) out.push_back({Part::Kind::kName, {}});
    else if (part->kind != Kind::kString) out.push_back({Part::Kind::kAnything, {}});
  }
  return true;
}

bool HasWildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

}  // namespace

bool PartsOf(const Value& value, size_t most, std::vector<const Value*>& out) {
  size_t seen = 0;
  return Flatten(value, most, seen, 0, out);
}

bool MayBe(const Value& value, std::string_view text) {
  constexpr size_t kLongest = 1024;
  std::vector<Part> parts;
  if (text.size() > kLongest || !Read(value, parts)) return true;
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
  exact = Read(value, parts);
  if (!exact) return "*";
  std::string out;
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
