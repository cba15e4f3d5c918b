#include "lib/syntax/shell/shell.h"

#include <algorithm>
#include <string>
#include <vector>

namespace weir::shell {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsName(char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); }
bool IsMeta(char c) { return c == '|' || c == '&' || c == ';' || c == '<' || c == '>' || c == '(' || c == ')' || c == '\n'; }

// Words after which a command begins again.
bool IsOpening(std::string_view w) {
  for (const std::string_view k : {"if", "then", "else", "elif", "do", "while", "until", "!", "{", "time"})
    if (w == k) return true;
  return false;
}
bool IsClosing(std::string_view w) { return w == "fi" || w == "done" || w == "esac" || w == "}"; }

class Parser {
 public:
  Parser(std::string_view text, Arena& arena, bool posix) : text_(text), arena_(arena), posix_(posix) {}

  Script Run() {
    List(0, false, 0);
    Script script;
    script.commands = arena_.Copy(commands_);
    script.unterminated = unterminated_;
    return script;
  }

 private:
  struct Building {
    std::vector<Assignment> assignments;
    std::vector<Word> words;
    std::vector<Redirect> redirects;
    uint32_t begin = UINT32_MAX, end = 0;
    bool empty() const { return begin == UINT32_MAX; }
  };
  struct Pending {  // a here-document whose body has not come yet
    std::string name;
    bool strip_tabs;
    size_t command, redirect;
  };

  bool End() const { return at_ >= text_.size(); }
  char Now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  // Commands up to `closing` (')' or '`'; 0: the end of the text).
  void List(char closing, bool substituted, uint32_t depth) {
    if (depth > uint32_t(kMaxDepth)) {
      unterminated_ = true;
      at_ = text_.size();
      return;
    }
    Link link = Link::kNone;
    int32_t pipe_from = -1;
    int cases = 0;
    Building b;
    const auto flush = [&](Link next) {
      const int32_t number = Flush(b, link, pipe_from, substituted, depth);
      pipe_from = next == Link::kPipe ? (number >= 0 ? number : last_group_) : -1;
      if (number >= 0) last_group_ = number;
      link = next;
    };
    while (!End()) {
      const char c = Now();
      if (c == closing && closing != 0 && (c != ')' || cases == 0 || !pattern_)) break;
      if (IsBlank(c)) {
        ++at_;
      } else if (c == '\\' && (Starts("\\\n") || Starts("\\\r\n"))) {
        at_ += Starts("\\\n") ? 2 : 3;
      } else if (c == '\n') {
        flush(Link::kThen);
        ++at_;
        ReadBodies();
      } else if (c == '#') {
        while (!End() && Now() != '\n') ++at_;
      } else if (Starts("&&")) {
        flush(Link::kAnd), at_ += 2;
      } else if (Starts("||")) {
        flush(Link::kOr), at_ += 2;
      } else if (Starts("|&")) {
        flush(Link::kPipe), at_ += 2;
      } else if (c == '|') {
        if (pattern_ && cases > 0) ++at_;
        else flush(Link::kPipe), ++at_;
      } else if (Starts(";;")) {
        flush(Link::kThen);
        while (Now() == ';' || Now() == '&') ++at_;
        pattern_ = cases > 0;
      } else if (c == ';') {
        flush(Link::kThen), ++at_;
      } else if (c == '&' && !Starts("&>")) {
        flush(Link::kBackground), ++at_;
      } else if (c == '(') {
        Bracket(b, depth, substituted, link);
      } else if (c == ')') {
        ++at_;  // of a case pattern, or one too many
        if (pattern_) b = Building();
        else flush(Link::kThen);
        pattern_ = false;
      } else if (IsRedirect()) {
        ReadRedirect(b);
      } else {
        const Word word = ReadWord(depth);
        if (word.end == word.begin) {
          ++at_;
          continue;
        }
        if (pattern_ && cases > 0 && word.text != "esac") continue;
        Add(word, b, cases);
      }
    }
    flush(Link::kNone);
    if (closing != 0) {
      if (End()) unterminated_ = true;
      else ++at_;
    }
    if (depth == 0) ReadBodies();
  }

  // A subshell, or the brackets of a function's head.
  void Bracket(Building& b, uint32_t depth, bool substituted, Link link) {
    if (pattern_) {
      ++at_;  // (pattern)
      return;
    }
    if (Starts("()")) {
      at_ += 2;
      b = Building();
      return;
    }
    if (Starts("((")) {
      SkipArithmetic();
      return;
    }
    ++at_;
    const bool pattern = pattern_;
    pattern_ = false;
    if (!b.words.empty()) Flush(b, link, -1, substituted, depth);  // an array: a=(x y), or what no shell reads
    const size_t first = commands_.size();
    List(')', substituted, depth + 1);
    if (commands_.size() > first) commands_[first].link = link;
    pattern_ = pattern;
  }

  void SkipArithmetic() {
    int open = 0;
    do {
      if (Now() == '(') ++open;
      if (Now() == ')') --open;
      ++at_;
    } while (!End() && open > 0);
    if (open > 0) unterminated_ = true;
  }

  void Add(const Word& word, Building& b, int& cases) {
    const bool first = b.words.empty();
    if (first && !word.quoted && b.assignments.empty()) {
      if (word.text == "case") {
        SkipCaseHead();
        ++cases;
        pattern_ = true;
        b = Building();
        return;
      }
      if (word.text == "esac" && cases > 0) {
        --cases;
        pattern_ = false;
        b = Building();
        return;
      }
      if (word.text == "for" || word.text == "select") {
        while (!End() && Now() != ';' && Now() != '\n') ++at_;
        b = Building();
        return;
      }
      if (IsOpening(word.text) || IsClosing(word.text)) {
        b = Building();
        return;
      }
      if (word.text == "function") {
        while (!End() && IsBlank(Now())) ++at_;
        ReadWord(0);
        b = Building();
        return;
      }
    }
    const uint32_t begin = std::min(b.begin, word.begin);
    b.begin = begin;
    b.end = word.end;
    const std::string_view raw = text_.substr(word.begin, word.end - word.begin);
    size_t name = 0;
    if (first && !raw.empty() && IsNameStart(raw[0])) {
      while (name < raw.size() && IsName(raw[name])) ++name;
      const size_t sign = raw.substr(name).starts_with("+=") ? 2 : raw.substr(name).starts_with("=") ? 1 : 0;
      if (sign != 0) {
        Word value = word;
        value.begin += uint32_t(name + sign);
        value.text = word.text.substr(std::min(word.text.size(), name + sign));
        b.assignments.push_back({raw.substr(0, name), value});
        return;
      }
    }
    b.words.push_back(word);
  }

  // "case WORD in": the cursor ends up behind `in`.
  void SkipCaseHead() {
    for (int i = 0; i < 2; ++i) {
      while (!End() && (IsBlank(Now()) || Now() == '\n')) ++at_;
      ReadWord(0);
    }
  }

  int32_t Flush(Building& b, Link link, int32_t pipe_from, bool substituted, uint32_t depth) {
    if (b.empty()) return -1;
    Command c;
    c.assignments = arena_.Copy(b.assignments);
    c.words = arena_.Copy(b.words);
    c.redirects = arena_.Copy(b.redirects);
    c.link = link;
    c.begin = b.begin;
    c.end = b.end;
    c.depth = depth;
    c.substituted = substituted;
    c.pipe_from = pipe_from;
    for (Pending& p : pending_)
      if (p.command == SIZE_MAX) p.command = commands_.size();
    commands_.push_back(c);
    b = Building();
    return int32_t(commands_.size() - 1);
  }

  bool IsRedirect() const {
    size_t i = at_;
    while (i < text_.size() && text_[i] >= '0' && text_[i] <= '9') ++i;
    if (i < text_.size() && (text_[i] == '<' || text_[i] == '>')) return !(text_[i] != '\0' && i + 1 < text_.size() && text_[i + 1] == '(');
    return i == at_ && Starts("&>");
  }

  void ReadRedirect(Building& b) {
    const size_t begin = at_;
    while (!End() && ((Now() >= '0' && Now() <= '9') || Now() == '&')) ++at_;
    while (!End() && (Now() == '<' || Now() == '>' || Now() == '|' || Now() == '&') && at_ - begin < 6) ++at_;
    const bool heredoc = text_.substr(begin, at_ - begin).ends_with("<<") && !text_.substr(begin, at_ - begin).ends_with("<<<");
    bool strip = false;
    if (heredoc && Now() == '-') strip = true, ++at_;
    const std::string_view op = text_.substr(begin, at_ - begin);
    while (!End() && IsBlank(Now())) ++at_;
    const Word target = ReadWord(0);
    b.begin = std::min(b.begin, uint32_t(begin));
    b.end = std::max(b.end, target.end);
    if (heredoc) pending_.push_back({std::string(target.text), strip, SIZE_MAX, b.redirects.size()});
    b.redirects.push_back({op, target, {}});
  }

  // The bodies of here-documents begin on the line after the one with their markers.
  void ReadBodies() {
    for (const Pending& p : pending_) {
      const size_t begin = at_;
      size_t end = at_;
      bool closed = false;
      while (!End() && !closed) {
        size_t newline = text_.find('\n', at_);
        std::string_view line = text_.substr(at_, newline == std::string_view::npos ? newline : newline - at_);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (p.strip_tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
        closed = line == p.name;
        end = at_;
        at_ = newline == std::string_view::npos ? text_.size() : newline + 1;
        if (!closed) end = at_;
      }
      unterminated_ |= !closed;
      if (p.command >= commands_.size()) continue;
      Command& c = commands_[p.command];
      std::vector<Redirect> redirects(c.redirects.begin(), c.redirects.end());
      if (p.redirect < redirects.size()) redirects[p.redirect].body = text_.substr(begin, end - begin);
      c.redirects = arena_.Copy(redirects);
    }
    pending_.clear();
  }

  Word ReadWord(uint32_t depth) {
    Word word;
    word.begin = uint32_t(at_);
    std::string out;
    while (!End()) {
      const char c = Now();
      if (IsBlank(c) || (IsMeta(c) && !((c == '<' || c == '>') && text_.substr(at_ + 1).starts_with('(')))) break;
      if (c == '`' && in_backticks_) break;
      if (c == '\'') {
        word.quoted = true;
        Single(out);
      } else if (c == '"') {
        word.quoted = true;
        Double(out, word, depth);
      } else if (c == '\\') {
        if (Starts("\\\n")) { at_ += 2; continue; }
        if (Starts("\\\r\n")) { at_ += 3; continue; }
        word.quoted = true;
        if (++at_ < text_.size()) out += text_[at_++];
      } else if (c == '$' || c == '`' || c == '<' || c == '>') {
        word.dynamic = true;
        Expansion(out, depth);
      } else if (c == '#' && at_ == word.begin) {
        break;
      } else {
        out += c;
        ++at_;
      }
    }
    word.end = uint32_t(at_);
    const std::string_view raw = text_.substr(word.begin, word.end - word.begin);
    word.text = raw == out ? raw : arena_.Copy(std::string_view(out));
    return word;
  }

  void Single(std::string& out) {
    for (++at_; !End() && Now() != '\''; ++at_) {
      if (!posix_ && Now() == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_];
    }
    if (End()) unterminated_ = true;
    else ++at_;
  }

  void Double(std::string& out, Word& word, uint32_t depth) {
    ++at_;
    while (!End() && Now() != '"') {
      if (Now() == '\\' && at_ + 1 < text_.size()) {
        const char next = text_[at_ + 1];
        if (next != '\n') {
          if (next != '"' && next != '\\' && next != '$' && next != '`') out += '\\';
          out += next;
        }
        at_ += 2;
      } else if (Now() == '$' || Now() == '`') {
        word.dynamic |= Now() == '`' || (at_ + 1 < text_.size() && text_[at_ + 1] != '"' && text_[at_ + 1] != ' ');
        Expansion(out, depth);
      } else {
        out += Now();
        ++at_;
      }
    }
    if (End()) unterminated_ = true;
    else ++at_;
  }

  // $x, ${…}, $(…), $((…)), `…`, <(…): kept as written; commands inside are read.
  void Expansion(std::string& out, uint32_t depth) {
    const size_t begin = at_;
    const char c = Now();
    ++at_;
    if (c == '`') {
      Substitution('`', depth);
    } else if (Starts("((") && c == '$') {
      SkipArithmetic();
    } else if (Starts("(")) {
      ++at_;
      Substitution(')', depth);
    } else if (Starts("{") && c == '$') {
      int open = 0;
      do {
        if (Now() == '\\') ++at_;
        else if (Now() == '{') ++open;
        else if (Now() == '}') --open;
        ++at_;
      } while (!End() && open > 0);
      at_ = std::min(at_, text_.size());
      if (open > 0) unterminated_ = true;
    } else if (Starts("'") && c == '$') {
      Single(out);
      return;
    } else if (!End() && IsNameStart(Now())) {
      while (!End() && IsName(Now())) ++at_;
    } else if (!End() && std::string_view("@*#?-$!0123456789").find(Now()) != std::string_view::npos) {
      ++at_;
    }
    out += text_.substr(begin, at_ - begin);
  }

  void Substitution(char closing, uint32_t depth) {
    const bool pattern = pattern_;
    const int32_t group = last_group_;
    std::vector<Pending> pending;
    pending.swap(pending_);
    pattern_ = false;
    const bool outer = in_backticks_;
    in_backticks_ = closing == '`';
    List(closing, true, depth + 1);
    in_backticks_ = outer;
    ReadBodiesOf(pending);
    pattern_ = pattern;
    last_group_ = group;
  }
  void ReadBodiesOf(std::vector<Pending>& outer) {
    pending_.insert(pending_.begin(), outer.begin(), outer.end());
  }

  std::string_view text_;
  Arena& arena_;
  const bool posix_;
  size_t at_ = 0;
  bool pattern_ = false;      // inside `case`, before the ')' of a pattern
  bool in_backticks_ = false;
  bool unterminated_ = false;
  int32_t last_group_ = -1;   // the last command of what was just closed, for pipes out of groups
  std::vector<Command> commands_;
  std::vector<Pending> pending_;
};

}  // namespace

Script Parse(std::string_view text, Arena& arena, bool posix) { return Parser(text, arena, posix).Run(); }

Script ParseLeniently(std::string_view text, Arena& arena) {
  const Script strict = Parse(text, arena);
  if (!strict.unterminated || text.find("\\'") == std::string_view::npos) return strict;
  const Script lenient = Parse(text, arena, false);
  return lenient.unterminated ? strict : lenient;
}

}  // namespace weir::shell
