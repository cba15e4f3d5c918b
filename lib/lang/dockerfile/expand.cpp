#include "lib/lang/dockerfile/expand.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "lib/lang/partial_text.h"

namespace weir::dockerfile {
namespace {

constexpr int kDeepest = 16;
// Variables that hold each other twice grow without end. No longer text is known where variables are in it.
constexpr size_t kLongest = 16 * 1024;

class Expander {
 public:
  Expander(const Environment& environment, char escape) : environment_(environment), escape_(escape) {}

  PartialText Word(std::string_view w, int depth) {
    PartialText out;
    for (size_t at = 0; at < w.size();) {
      const char c = w[at];
      if (c == '\'') {
        const size_t end = std::min(w.find('\'', at + 1), w.size());
        out.Add(w.substr(at + 1, end - at - 1));
        at = end + 1;
      } else if (c == '"') {
        for (++at; at < w.size() && w[at] != '"';) {
          if (w[at] == '$') Variable(w, at, out, depth);
          else if (w[at] == escape_ && at + 1 < w.size() && (w[at + 1] == '"' || w[at + 1] == '$' || w[at + 1] == escape_)) out.Add(w.substr(at + 1, 1)), at += 2;
          else out.Add(w.substr(at++, 1));
        }
        ++at;
      } else if (c == '$') {
        Variable(w, at, out, depth);
      } else if (c == escape_ && at + 1 < w.size()) {
        out.Add(w.substr(at + 1, 1));
        at += 2;
      } else {
        out.Add(w.substr(at++, 1));
      }
    }
    return out;
  }

  // The variable that alone makes up the last word, for its origin.
  const Value* single = nullptr;
  std::string_view last_name;
  std::vector<const Value*> used;

 private:
  // What a name stands for; nothing where it is unset.
  std::optional<PartialText> Lookup(std::string_view name) {
    last_name = name;
    const dockerfile::Variable* v = environment_.Find(name);
    single = nullptr;
    if (v == nullptr) return environment_.open ? std::optional(PartialText{{}, true}) : std::nullopt;
    if (v->value == nullptr) return PartialText{{}, true};
    used.push_back(v->value);
    single = v->value;
    return PartialText{std::string(v->value->text), v->value->is_unknown()};
  }

  // $x, ${x}, ${x:-word} and the like, beginning at w[at].
  void Variable(std::string_view w, size_t& at, PartialText& out, int depth) {
    if (out.known.size() > kLongest) out.unknown = true;
    size_t i = at + 1;
    if (i >= w.size()) return void((out.Add("$"), at = i));
    if (w[i] != '{') {
      if (!IsName(w[i])) return void((out.Add("$"), at = i));
      const size_t begin = i;
      if (IsNameStart(w[i])) while (i < w.size() && IsName(w[i])) ++i;
      else ++i;
      at = i;
      if (const auto value = Lookup(w.substr(begin, i - begin))) out.Add(*value);
      return;
    }
    const size_t begin = ++i;
    while (i < w.size() && IsName(w[i])) ++i;
    const std::string_view name = w.substr(begin, i - begin);
    size_t close = i;
    for (int open = 1; close < w.size(); ++close) {
      if (w[close] == escape_ && close + 1 < w.size()) ++close;
      else if (w[close] == '{' && w[close - 1] == '$') ++open;
      else if (w[close] == '}' && --open == 0) break;
    }
    const std::string_view rest = w.substr(i, close - i);
    at = std::min(close + 1, w.size());
    if (depth > kDeepest) {
      out.unknown = true;
      return;
    }
    Modify(name, rest, out, depth);
  }

  void Modify(std::string_view name, std::string_view rest, PartialText& out, int depth) {
    std::optional<PartialText> value = Lookup(name);
    const Value* own = single;
    if (rest.empty()) {
      if (value) out.Add(*value);
      return;
    }
    const bool colon = rest[0] == ':';
    const std::string_view op = rest.substr(colon ? 1 : 0, 1);
    if (op.empty()) return;
    const std::string_view word = rest.substr(colon ? 2 : 1);
    if (op == "-" || op == "+" || op == "?") {
      if (value && value->unknown) return void(out.unknown = true);
      const bool set = value && !(colon && value->known.empty());
      single = nullptr;
      if (op == "+") return void(set ? out.Add(Word(word, depth + 1)) : void());
      if (set) single = own, out.Add(*value);
      else if (op == "-") out.Add(Word(word, depth + 1));
      else out.unknown = true;  // ${x:?message}: the build stops
      return;
    }
    single = nullptr;
    PartialText pattern = Word(word, depth + 1);
    if (!value) return;
    if (value->unknown || pattern.unknown) return void(out.unknown = true);
    const std::string& text = value->known;
    if (op == "#" || op == "%") {
      const bool longest = pattern.known.starts_with(op);
      out.Add(Trim(text, longest ? pattern.known.substr(1) : pattern.known, op == "#", longest));
    } else if (op == "/") {
      out.Add(Substitute(text, word));
    }
  }

  static std::string Trim(const std::string& text, std::string_view pattern, bool front, bool longest) {
    const size_t n = text.size();
    for (size_t k = 0; k <= n; ++k) {
      const size_t length = longest ? n - k : k;
      const std::string_view part = front ? std::string_view(text).substr(0, length) : std::string_view(text).substr(n - length);
      if (PatternMatches(pattern, part)) return front ? text.substr(length) : text.substr(0, n - length);
    }
    return text;
  }

  // ${x/pattern/text}, ${x//pattern/text}
  std::string Substitute(const std::string& text, std::string_view word) {
    const bool all = word.starts_with('/');
    if (all) word.remove_prefix(1);
    const size_t slash = word.find('/');
    if (slash == std::string_view::npos) return text;
    const PartialText pattern = Word(word.substr(0, slash), kDeepest), replacement = Word(word.substr(slash + 1), kDeepest);
    std::string out;
    size_t at = 0;
    bool done = false;
    while (at < text.size() && out.size() <= kLongest) {
      size_t length = 0;
      if (!done)
        for (size_t n = std::min(text.size() - at, size_t(256)); n > 0 && length == 0; --n)
          if (PatternMatches(pattern.known, std::string_view(text).substr(at, n))) length = n;
      if (length == 0) {
        out += text[at++];
        continue;
      }
      out += replacement.known;
      at += length;
      done = !all;
    }
    return out;
  }

  const Environment& environment_;
  const char escape_;
};

}  // namespace

bool PatternMatches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && pattern[p] == '\\' && p + 1 < pattern.size() && pattern[p + 1] == text[t]) {
      p += 2;
      ++t;
    } else if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] != '\\' && pattern[p] == text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

const Value* Expand(std::string_view word, Span span, const Environment& environment, char escape, Arena& arena) {
  if (word.find_first_of("$'\"") == std::string_view::npos && word.find(escape) == std::string_view::npos) return NewString(arena, word, span);
  Expander expander(environment, escape);
  PartialText text = expander.Word(word, 0);
  if (!expander.used.empty() && text.known.size() > kLongest) text = {{}, true};
  const std::string plain = "$" + std::string(expander.last_name), braces = "${" + std::string(expander.last_name) + "}";
  const bool alone = expander.single != nullptr && (word == plain || word == braces || word == "\"" + plain + "\"" || word == "\"" + braces + "\"");
  Value* out = text.unknown ? NewUnknown(arena, span) : NewString(arena, arena.Copy(std::string_view(text.known)), span);
  if (text.unknown && !text.known.empty()) {
    out->flags |= Value::kPartial;
    out->text = arena.Copy(std::string_view(text.known));
  }
  if (expander.used.empty()) return out;
  auto* provenance = arena.New<Provenance>();
  provenance->hops = arena.New<Hop>(Hop::Kind::kAttribute, arena.Copy("$" + std::string(expander.last_name)), span,
                                    expander.used.back()->provenance != nullptr ? expander.used.back()->provenance->hops : nullptr);
  if (alone && expander.single->origin.valid()) out->origin = expander.single->origin;
  out->provenance = provenance;
  return out;
}

}  // namespace weir::dockerfile
