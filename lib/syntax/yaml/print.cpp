#include <vector>

#include "lib/syntax/yaml/yaml.h"

namespace weir::yaml {
namespace {

/// Calls `leaf(from, to)` for every scalar and alias without its tag and anchor, and for every document that failed, in order.
template <typename Sink>
void ForEachLeaf(const Node& node, Sink& leaf) {
  if (node.kind == Kind::kScalar || node.kind == Kind::kAlias) return leaf(node.content, node.span.end());
  for (const Node* item : node.items()) ForEachLeaf(*item, leaf);
  for (const Pair& pair : node.pairs()) {
    ForEachLeaf(*pair.key, leaf);
    ForEachLeaf(*pair.value, leaf);
  }
}

template <typename Sink>
void ForEachLeaf(const Tree& tree, Sink& leaf) {
  for (const Document& document : tree.documents)
    if (document.failed) leaf(document.span.offset, document.span.end());
    else if (document.root != nullptr) ForEachLeaf(*document.root, leaf);
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// White space, comments, indicators, tags, anchors, markers and directives; calls `comment(from, to)`.
template <typename Sink>
bool IsBetween(std::string_view text, size_t from, size_t to, Sink& comment) {
  const auto to_end_of = [&](size_t at, auto stop) {
    while (at < to && !stop(text[at])) ++at;
    return at;
  };
  const auto line_break = [](char c) { return c == '\n' || c == '\r'; };
  for (size_t at = from; at < to;) {
    const char c = text[at];
    const bool starts_line = at == 0 || line_break(text[at - 1]);
    if (c == '#') {
      const size_t end = to_end_of(at, line_break);
      comment(at, end);
      at = end;
    } else if (c == '%' && starts_line) {
      at = to_end_of(at, line_break);
    } else if (c == '!' && at + 1 < to && text[at + 1] == '<') {
      at = to_end_of(at, [](char x) { return x == '>'; });
      if (at < to) ++at;
    } else if (c == '!') {
      at = to_end_of(at, [](char x) { return IsBlank(x) || x == ',' || x == '[' || x == ']' || x == '{' || x == '}'; });
    } else if (c == '&') {
      at = to_end_of(at + 1, [](char x) { return !((x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') || (x >= '0' && x <= '9') || x == '_' || x == '-'); });
    } else if (starts_line && text.compare(at, 3, "...") == 0) {
      at += 3;
    } else if (IsBlank(c) || std::string_view("-?:,[]{}").find(c) != std::string_view::npos) {
      ++at;
    } else if (text.compare(at, 3, "\xEF\xBB\xBF") == 0) {
      at += 3;
    } else if (text.compare(at, 2, "\xC2\x85") == 0) {
      at += 2;
    } else if (text.compare(at, 3, "\xE2\x80\xA8") == 0 || text.compare(at, 3, "\xE2\x80\xA9") == 0) {
      at += 3;
    } else {
      return false;
    }
  }
  return true;
}

bool Nested(const Node& node) {
  const auto inside = [&](const Node& child) { return node.span.Contains(child.span) && Nested(child); };
  for (const Node* item : node.items())
    if (!inside(*item)) return false;
  for (const Pair& pair : node.pairs())
    if (!inside(*pair.key) || !inside(*pair.value)) return false;
  return node.span.offset <= node.content && node.content <= node.span.end();
}

/// Calls `comment` for every comment; appends the source to `out`. False where the tree's places are wrong.
template <typename Sink>
bool Walk(const Tree& tree, std::string& out, Sink comment) {
  size_t at = 0;
  bool ok = true;
  const auto between = [&](size_t to) {
    ok = ok && IsBetween(tree.source, at, to, comment);
    out += tree.source.substr(at, to - at);
  };
  auto leaf = [&](size_t from, size_t to) {
    if (!ok || from < at || to < from || to > tree.source.size()) return void(ok = false);
    between(from);
    out += tree.source.substr(from, to - from);
    at = to;
  };
  ForEachLeaf(tree, leaf);
  if (!ok) return false;
  const bool unread = tree.documents.empty() && !tree.errors.empty();
  if (unread || (!tree.errors.empty() && tree.errors.back().limit)) out += tree.source.substr(at);
  else between(tree.source.size());
  return ok;
}

}  // namespace

std::string Print(const Tree& tree) {
  std::string out;
  out.reserve(tree.source.size());
  for (const Document& document : tree.documents)
    if (document.root != nullptr && !Nested(*document.root)) return {};
  return Walk(tree, out, [](size_t, size_t) {}) ? out : std::string();
}

std::span<const Span> Comments(const Tree& tree, Arena& arena) {
  std::vector<Span> comments;
  std::string ignored;
  Walk(tree, ignored, [&](size_t from, size_t to) { comments.push_back({tree.file, uint32_t(from), uint32_t(to - from)}); });
  return arena.Copy(comments);
}

}  // namespace weir::yaml
