#include "lib/fix/hcl_text.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/syntax/hcl/lexer.h"

namespace weir::fix::hcl_text {
namespace {

using Kind = NewValue::Kind;
using hcl::Token;
using hcl::TokenKind;

bool IsBlock(const std::string& name, const NewValue& value) {
  if (name.ends_with("=")) return false;
  return value.is(Kind::kMap) || (value.is(Kind::kList) && !value.items.empty() && value.items[0].is(Kind::kMap));
}

std::string Bare(const std::string& name) { return name.ends_with("=") ? name.substr(0, name.size() - 1) : name; }

}  // namespace

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else out += c;
    if ((c == '$' || c == '%') && i + 1 < text.size() && text[i + 1] == '{') out += c;
  }
  return out + "\"";
}

std::string Key(std::string_view name) { return hcl::IsIdentifier(name) ? std::string(name) : Quote(name); }

std::string Expression(const NewValue& value, const Style& style) {
  switch (value.kind) {
    case Kind::kNull: return "null";
    case Kind::kBool:
    case Kind::kNumber: return value.text;
    case Kind::kText: return Quote(value.text);
    case Kind::kExpression: return WithSelf(value.text, style.self);
    case Kind::kList: {
      std::string out = "[";
      for (const NewValue& item : value.items) out += (out.size() > 1 ? ", " : "") + Expression(item, style);
      return out + "]";
    }
    case Kind::kMap: break;
  }
  if (value.members.empty()) return "{}";
  size_t width = 0;
  for (const auto& [name, member] : value.members) width = std::max(width, Key(name).size());
  Style inner = style;
  inner.indent += style.unit;
  std::string out = "{" + style.newline;
  for (const auto& [name, member] : value.members) {
    const std::string key = Key(name);
    out += inner.indent + key + std::string(width - key.size(), ' ') + " = " + Expression(member, inner) + style.newline;
  }
  return out + style.indent + "}";
}

std::string Body(const NewValue& body, const Style& style) {
  std::string out;
  size_t width = 0;
  for (const auto& [name, value] : body.members)
    if (!IsBlock(name, value) && !value.is(Kind::kMap)) width = std::max(width, Bare(name).size());
  Style inner = style;
  inner.indent += style.unit;
  const auto block = [&](const std::string& name, const NewValue& content) {
    if (!out.empty()) out += style.newline;
    out += style.indent + name;
    if (content.members.empty()) out += " {}" + style.newline;
    else out += " {" + style.newline + Body(content, inner) + style.indent + "}" + style.newline;
  };
  for (const auto& [name, value] : body.members) {
    if (!IsBlock(name, value)) {
      // A mapping takes several lines, and so stands outside the column of its neighbours.
      const size_t column = value.is(Kind::kMap) && !value.members.empty() ? 0 : width;
      const std::string bare = Bare(name);
      out += style.indent + bare + std::string(column - std::min(column, bare.size()), ' ') + " = " + Expression(value, style) + style.newline;
    } else if (value.is(Kind::kMap)) {
      block(name, value);
    } else {
      for (const NewValue& item : value.items) block(name, item);
    }
  }
  return out;
}

namespace {

// A line as terraform's formatter sees it (hclwrite/format.go): what stands before `=`, the assignment, a trailing comment.
// A heredoc is one line.
struct Line {
  uint32_t start = 0, end = 0;    // end: past its newline
  uint32_t lead_end = 0;          // of the tokens before `=`
  uint32_t equals = 0;            // 0: none, or what follows goes on for several lines
  uint32_t code_end = 0;          // of the last token before a comment
  uint32_t comment = 0;           // 0: none, or the line is nothing else
};

int BracketChange(TokenKind kind) {
  switch (kind) {
    case TokenKind::kOpenBrace: case TokenKind::kOpenBracket: case TokenKind::kOpenParen: case TokenKind::kTemplateInterp: case TokenKind::kTemplateControl: return 1;
    case TokenKind::kCloseBrace: case TokenKind::kCloseBracket: case TokenKind::kCloseParen: case TokenKind::kTemplateEnd: return -1;
    default: return 0;
  }
}

std::vector<Line> LinesOf(std::string_view text) {
  std::vector<Line> lines;
  const auto list = hcl::Lex(text).tokens;
  size_t first = 0;
  uint32_t start = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const bool ends = list[i].kind == TokenKind::kNewline || list[i].kind == TokenKind::kEof ||
                      (list[i].kind == TokenKind::kComment && list[i].length > 0 && text[list[i].end() - 1] == '\n');
    if (!ends) continue;
    Line line;
    line.start = start;
    line.end = list[i].end();
    size_t last = list[i].kind == TokenKind::kComment ? i + 1 : i;
    if (last > first + 1 && list[last - 1].kind == TokenKind::kComment) line.comment = list[--last].offset;
    if (last > first) line.code_end = list[last - 1].end();
    for (size_t at = first; at < last; ++at) {
      if (at == first || list[at].kind != TokenKind::kEqual) continue;
      int net = 0;
      for (size_t k = at; k < last; ++k) net += BracketChange(list[k].kind);
      if (net == 0) line.lead_end = list[at - 1].end(), line.equals = list[at].offset;
      break;
    }
    lines.push_back(line);
    start = line.end;
    first = i + 1;
  }
  return lines;
}

// One of the two columns that are aligned: where the thing stands, and where what comes before it ends.
struct Column {
  uint32_t Line::*thing;
  uint32_t Line::*before;
};
constexpr Column kEquals{&Line::equals, &Line::lead_end};
constexpr Column kComment{&Line::comment, &Line::code_end};

size_t Width(std::string_view text, const Line& line, uint32_t end) {
  // A heredoc's column is that of its last line; the formatter counts it whole and does not align comments behind it.
  return CountCodePoints(text.substr(line.start, end - line.start));
}

// Runs [from, to) of lines that have the thing.
std::vector<std::pair<size_t, size_t>> Chains(const std::vector<Line>& lines, const Column& column) {
  std::vector<std::pair<size_t, size_t>> out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].*column.thing == 0) continue;
    size_t to = i;
    while (to < lines.size() && lines[to].*column.thing != 0) ++to;
    out.emplace_back(i, to);
    i = to;
  }
  return out;
}

size_t Wanted(std::string_view text, const std::vector<Line>& lines, std::pair<size_t, size_t> chain, const Column& column) {
  size_t widest = 0;
  for (size_t i = chain.first; i < chain.second; ++i) widest = std::max(widest, Width(text, lines[i], lines[i].*column.before));
  return widest + 1;
}

bool IsAligned(std::string_view text, const std::vector<Line>& lines, std::pair<size_t, size_t> chain, const Column& column) {
  const size_t wanted = Wanted(text, lines, chain, column);
  for (size_t i = chain.first; i < chain.second; ++i)
    if (Width(text, lines[i], lines[i].*column.thing) != wanted) return false;
  return true;
}

// The offset of `made`'s result that `offset` of the text before it has become, or the other way round.
uint32_t Before(const std::vector<Edit>& made, uint32_t after) {
  int64_t shift = 0;
  for (const Edit& e : made) {
    const int64_t start = int64_t(e.start) + shift;
    if (int64_t(after) < start) break;
    if (int64_t(after) < start + int64_t(e.text.size())) return e.start;
    shift += int64_t(e.text.size()) - int64_t(e.end - e.start);
  }
  return uint32_t(int64_t(after) - shift);
}

// `shadow` is `before` with what was done so far; it follows.
void AlignColumn(EditedText& text, EditedText& shadow, const Column& column) {
  const std::string_view before = shadow.original();
  const std::vector<Edit> made = shadow.Edits({});
  const std::vector<Line> old_lines = LinesOf(before), lines = LinesOf(text.text());
  const auto old_chains = Chains(old_lines, column);
  std::vector<Edit> moves;
  for (const auto& chain : Chains(lines, column)) {
    const uint32_t from = lines[chain.first].start, to = lines[chain.second - 1].end;
    // Touched: an edit's result lies in it or at its edge.
    bool touched = false;
    int64_t shift = 0;
    for (const Edit& e : made) {
      const int64_t start = int64_t(e.start) + shift, end = start + int64_t(e.text.size());
      touched = touched || (start <= int64_t(to) && end >= int64_t(from));
      shift += int64_t(e.text.size()) - int64_t(e.end - e.start);
    }
    if (!touched) continue;
    const uint32_t old_from = Before(made, from), old_to = Before(made, to);
    bool clean = true;
    for (const auto& old : old_chains) {
      const uint32_t start = old_lines[old.first].start, end = old_lines[old.second - 1].end;
      if (start < old_to && end > old_from) clean = clean && IsAligned(before, old_lines, old, column);
    }
    if (!clean) continue;
    const size_t wanted = Wanted(text.text(), lines, chain, column);
    for (size_t i = chain.first; i < chain.second; ++i) {
      const Line& line = lines[i];
      const size_t width = Width(text.text(), line, line.*column.before);
      const std::string gap(wanted - width, ' ');
      if (text.text().substr(line.*column.before, line.*column.thing - line.*column.before) != gap)
        moves.push_back({{}, line.*column.before, line.*column.thing, gap});
    }
  }
  for (size_t i = moves.size(); i-- > 0;)
    for (EditedText* t : {&text, &shadow}) t->Replace(moves[i].start, moves[i].end, moves[i].text);
}

}  // namespace

void Align(EditedText& text, const std::string& before, const std::vector<Edit>& made) {
  EditedText shadow(before);
  for (size_t i = made.size(); i-- > 0;) shadow.Replace(made[i].start, made[i].end, made[i].text);
  AlignColumn(text, shadow, kEquals);
  AlignColumn(text, shadow, kComment);
}

}  // namespace weir::fix::hcl_text
