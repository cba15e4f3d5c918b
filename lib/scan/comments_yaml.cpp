#include "lib/scan/comments_yaml.h"

#include <algorithm>

#include "lib/base/text.h"

namespace weir::scan {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

struct Line {
  std::string_view text;
  uint32_t indent = 0;
  bool code = false;      // something but a comment begins on it outside of scalars that began above
  bool content = false;   // any character but white space and comments, scalars included
  bool dash = false;      // its first token is an item's "-"
};

// Goes through a stream line by line and remembers only what a line can be inside of.
class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source) {}

  template <typename OnComment>
  std::vector<Line> Run(OnComment on_comment) {
    std::vector<Line> lines;
    ForEachLine(source_, [&](std::string_view text) {
      Line line{.text = text};
      while (line.indent < text.size() && text[line.indent] == ' ') ++line.indent;
      One(line, uint32_t(lines.size() + 1), on_comment);
      lines.push_back(line);
    });
    return lines;
  }

 private:
  template <typename OnComment>
  void One(Line& line, uint32_t number, OnComment& on_comment) {
    const std::string_view text = line.text;
    const bool blank = std::ranges::all_of(text, IsSpace);
    if (block_ != Block::kNone && !blank) {
      if (block_ == Block::kFirst) {
        block_indent_ = line.indent;
        block_ = int(line.indent) > block_parent_ ? Block::kInside : Block::kNone;
      } else if (line.indent < block_indent_) {
        block_ = Block::kNone;
      }
    }
    if (blank) return;
    if (block_ == Block::kInside) {
      line.content = true;
      return;
    }
    size_t at = 0;
    if (quote_ == 0) {
      at = line.indent;
      line.code = text[text.find_first_not_of(" \t")] != '#';
      line.dash = text.substr(at) == "-" || text.substr(at).starts_with("- ");
    }
    Tokens(text, at, line, number, on_comment);
  }

  template <typename OnComment>
  void Tokens(std::string_view text, size_t at, Line& line, uint32_t number, OnComment& on_comment) {
    bool token_start = quote_ == 0;
    int parent = int(line.indent) - 1;  // the indentation that a block scalar's text must exceed
    while (at < text.size()) {
      const char c = text[at];
      if (quote_ != 0) {
        line.content = true;
        if (quote_ == '"' && c == '\\') {
          at += 2;
          continue;
        }
        if (c == quote_) {
          if (quote_ == '\'' && at + 1 < text.size() && text[at + 1] == '\'') {
            at += 2;
            continue;
          }
          quote_ = 0;
          token_start = false;
        }
        ++at;
        continue;
      }
      if (c == '#' && (at == 0 || IsSpace(text[at - 1]))) {
        size_t from = at + 1, to = text.size();
        while (from < to && IsSpace(text[from])) ++from;
        while (to > from && IsSpace(text[to - 1])) --to;
        on_comment(CommentLine{text.substr(from, to - from), uint32_t(text.data() + from - source_.data()), number, !line.content});
        return;
      }
      if (IsSpace(c)) {
        ++at;
        continue;
      }
      line.content = true;
      const bool next_space = at + 1 >= text.size() || IsSpace(text[at + 1]);
      if (token_start && flow_ == 0 && (c == '-' || c == '?') && next_space) {
        parent = int(at);
        ++at;
        continue;
      }
      if (token_start && (c == '"' || c == '\'')) {
        if (flow_ == 0 && parent < int(line.indent)) parent = int(line.indent);
        quote_ = c;
        ++at;
        continue;
      }
      if (token_start && (c == '&' || c == '!' || c == '*')) {  // an anchor, a tag or an alias: the token comes behind it
        while (at < text.size() && !IsSpace(text[at])) ++at;
        continue;
      }
      if (token_start && flow_ == 0 && (c == '|' || c == '>')) {
        BlockScalar(text.substr(at + 1), parent);
        at = std::min(text.find(" #", at), text.size());
        continue;
      }
      if ((token_start && (c == '[' || c == '{')) || (flow_ > 0 && (c == '[' || c == '{'))) {
        ++flow_;
        token_start = true;
        ++at;
        continue;
      }
      if (flow_ > 0 && (c == ']' || c == '}' || c == ',')) {
        if (c != ',') --flow_;
        token_start = c == ',';
        ++at;
        continue;
      }
      if (c == ':' && (next_space || flow_ > 0)) {
        token_start = true;
        ++at;
        continue;
      }
      if (token_start && flow_ == 0 && !text.substr(at).starts_with("---")) parent = std::max(parent, int(at));  // a key: its value must be indented deeper
      token_start = text.substr(at).starts_with("---") && at == 0;
      at += token_start ? 3 : 1;
    }
  }

  // Behind "|" or ">": an indentation and what to do with the last line breaks, in any order.
  void BlockScalar(std::string_view header, int parent) {
    block_ = Block::kFirst;
    block_parent_ = parent;
    for (const char c : header) {
      if (c >= '1' && c <= '9') {
        block_ = Block::kInside;
        block_indent_ = uint32_t(std::max(parent, 0) + (c - '0'));
      } else if (c != '+' && c != '-') {
        return;
      }
    }
  }

  enum class Block : uint8_t { kNone, kFirst, kInside };
  std::string_view source_;
  Block block_ = Block::kNone;
  uint32_t block_indent_ = 0;
  int block_parent_ = -1;
  char quote_ = 0;
  uint32_t flow_ = 0;
};

}  // namespace

void YamlComments(std::string_view source, std::vector<CommentLine>& out) {
  (void)Scanner(source).Run([&](const CommentLine& comment) { out.push_back(comment); });
}

Outline YamlOutline(std::string_view source) {
  const std::vector<Line> lines = Scanner(source).Run([](const CommentLine&) {});
  Outline outline;
  outline.last.assign(lines.size() + 2, 0);
  // What is open, deepest last: the line it began on. A line closes everything that is not shallower than it.
  struct Open {
    uint32_t line, indent;
    bool dash;
  };
  std::vector<Open> open;
  uint32_t last = 0;
  const auto close = [&](uint32_t indent, bool dash, bool all) {
    while (!open.empty()) {
      const Open& top = open.back();
      const bool inside = top.indent < indent || (top.indent == indent && dash && !top.dash);
      if (inside && !all) return;
      outline.last[top.line] = last;
      open.pop_back();
    }
  };
  for (uint32_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    if (line.code) {
      const bool marker = line.text.starts_with("---") || line.text.starts_with("...");
      close(line.indent, line.dash, marker);
      if (!marker) open.push_back({i + 1, line.indent, line.dash});
    }
    if (line.content) last = i + 1;
  }
  close(0, false, true);
  return outline;
}

}  // namespace weir::scan
