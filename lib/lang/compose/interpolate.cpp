#include "lib/lang/compose/interpolate.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "lib/base/text.h"
#include "lib/lang/partial_text.h"

namespace weir::compose {
namespace {

constexpr int kDeepest = 16;
constexpr int kDeepestValue = 128;

void Expand(std::string_view t, const Variables& variables, int depth, PartialText& out) {
  for (size_t at = 0; at < t.size();) {
    if (t[at] != '$' || at + 1 >= t.size()) {
      out.Add(t.substr(at++, 1));
      continue;
    }
    if (t[at + 1] == '$') {
      out.Add("$");
      at += 2;
      continue;
    }
    const bool braces = t[at + 1] == '{';
    size_t i = at + (braces ? 2 : 1);
    const size_t begin = i;
    if (i >= t.size() || !IsNameStart(t[i])) {
      out.Add(t.substr(at++, 1));
      continue;
    }
    while (i < t.size() && IsName(t[i])) ++i;
    const std::string_view name = t.substr(begin, i - begin);
    std::string_view modifier;
    if (braces) {
      size_t close = i;
      for (int open = 1; close < t.size(); ++close) {
        if (t[close] == '}' && --open == 0) break;
        if (t[close] == '{' && t[close - 1] == '$') ++open;
      }
      modifier = t.substr(i, close - i);
      i = std::min(close + 1, t.size());
    }
    at = i;
    const auto found = variables.find(name);
    const bool colon = modifier.starts_with(':');
    const std::string_view op = modifier.substr(colon ? 1 : 0, 1), word = modifier.substr(std::min(modifier.size(), size_t(colon ? 2 : 1)));
    const bool set = found != variables.end() && !(colon && found->second.empty());
    if (op == "+" && (set || depth > kDeepest)) {
      if (set) Expand(word, variables, depth + 1, out);
    } else if (set) {
      out.Add(found->second);
    } else if (op == "-" && depth <= kDeepest) {
      Expand(word, variables, depth + 1, out);
    } else if (op != "+") {
      out.unknown = true;
    }
  }
}

const Value* Visit(const Value& v, const Variables& variables, Arena& arena, int depth) {
  if (depth > kDeepestValue) return &v;
  if (v.kind == Kind::kString) {
    if (v.text.find('$') == std::string_view::npos) return &v;
    PartialText text;
    Expand(v.text, variables, 0, text);
    Value* out = text.unknown ? NewUnknown(arena, v.origin) : NewString(arena, arena.Copy(std::string_view(text.known)), v.origin);
    if (text.unknown && !text.known.empty()) {
      out->flags |= Value::kPartial;
      out->text = arena.Copy(std::string_view(text.known));
    }
    return out;
  }
  if (IsSequence(v.kind)) {
    std::vector<const Value*> items;
    for (const Value* item : v.items) items.push_back(Visit(*item, variables, arena, depth + 1));
    return NewSequence(arena, v.kind, arena.Copy(items), v.origin);
  }
  if (!IsMapping(v.kind)) return &v;
  std::vector<Entry> entries;
  for (const Entry& e : v.entries) entries.push_back({e.key, Visit(*e.value, variables, arena, depth + 1), e.key_span});
  Value* out = NewMapping(arena, v.kind, arena.Copy(entries), v.origin);
  out->flags = v.flags;
  return out;
}

}  // namespace

Variables ReadEnvFile(std::string_view text) {
  Variables out;
  ForEachLine(text, [&](std::string_view line) {
    while (!line.empty() && (line[0] == ' ' || line[0] == '\t')) line.remove_prefix(1);
    if (line.starts_with("export ")) line.remove_prefix(7);
    const size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) return;
    std::string_view value = line.substr(equals + 1);
    if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.find(value[0], 1) != std::string_view::npos) {
      value = value.substr(1, value.find(value[0], 1) - 1);
    } else {
      value = value.substr(0, value.find(" #"));
      while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    }
    out[std::string(line.substr(0, equals))] = value;
  });
  return out;
}

const Value* Interpolate(const Value& value, const Variables& variables, Arena& arena) { return Visit(value, variables, arena, 0); }

}  // namespace weir::compose
