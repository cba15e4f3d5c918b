#include "lib/syntax/dockerfile/parser.h"

#include <algorithm>
#include <string>

#include "lib/base/text.h"

namespace weir::dockerfile {
namespace {

constexpr std::string_view kInstructions[] = {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
                                              "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"};
constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = char(c - 32);
  return out;
}
size_t LeadingBlanks(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && IsBlank(text[n])) ++n;
  return n;
}

class Parser {
 public:
  Parser(std::string_view source, FileId file, Arena& arena) : source_(source), file_(file), arena_(arena) {}

  Tree Run() {
    if (source_.starts_with(kMark)) Emit(Token::Kind::kMark, Take(kMark.size()));
    bool head = true;  // parser directives stand before anything else
    while (at_ < source_.size()) {
      const std::string_view line = PeekLine();
      const size_t blanks = LeadingBlanks(line);
      if (blanks == line.size()) {
        head = false;
        Emit(Token::Kind::kSpace, Take(blanks));
        Newline();
      } else if (line[blanks] == '#') {
        head = head && ReadDirective(line);
        if (!head) {
          Emit(Token::Kind::kSpace, Take(blanks));
          Emit(Token::Kind::kComment, Take(line.size() - blanks));
        }
        Newline();
      } else {
        head = false;
        Emit(Token::Kind::kSpace, Take(blanks));
        ReadInstruction();
      }
    }
    Tree tree;
    tree.tokens = arena_.Copy(tokens_);
    tree.directives = arena_.Copy(directives_);
    tree.instructions = arena_.Copy(instructions_);
    tree.errors = arena_.Copy(errors_);
    tree.escape = escape_;
    return tree;
  }

 private:
  // The line at the cursor without its ending ("\n" or "\r\n").
  std::string_view PeekLine() const {
    std::string_view line = source_.substr(at_, source_.find('\n', at_) - at_);
    if (line.ends_with('\r') && at_ + line.size() < source_.size()) line.remove_suffix(1);
    return line;
  }
  std::string_view Take(size_t n) {
    const std::string_view text = source_.substr(at_, n);
    at_ += n;
    return text;
  }
  void Emit(Token::Kind kind, std::string_view text) {
    if (!text.empty()) tokens_.push_back({kind, text});
  }
  void Newline() {
    if (source_.substr(at_).starts_with("\r\n")) Emit(Token::Kind::kNewline, Take(2));
    else if (at_ < source_.size() && source_[at_] == '\n') Emit(Token::Kind::kNewline, Take(1));
  }
  Span At(size_t begin, size_t end) const { return {file_, uint32_t(begin), uint32_t(end - begin)}; }
  void Error(Span span, const std::string& summary, std::string_view detail) { errors_.push_back({span, arena_.Copy(std::string_view(summary)), detail}); }

  // "# name = value"; false where the line is a comment like any other.
  bool ReadDirective(std::string_view line) {
    size_t i = LeadingBlanks(line) + 1;
    i += LeadingBlanks(line.substr(i));
    const size_t name_at = i;
    while (i < line.size() && (IsLetter(line[i]) || (i > name_at && IsDigit(line[i])))) ++i;
    std::string name(line.substr(name_at, i - name_at));
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = char(c + 32);
    i += LeadingBlanks(line.substr(i));
    if (i >= line.size() || line[i] != '=' || (name != "syntax" && name != "escape" && name != "check")) return false;
    ++i;
    i += LeadingBlanks(line.substr(i));
    size_t end = line.size();
    while (end > i && IsBlank(line[end - 1])) --end;
    if (end == i) return false;
    const size_t start = at_;
    const Directive directive{arena_.Copy(std::string_view(name)), line.substr(i, end - i), At(start, start + line.size()), At(start + i, start + end)};
    if (std::ranges::any_of(directives_, [&](const Directive& d) { return d.name == name; }))
      Error(directive.span, "The parser directive " + name + " stands twice", "Keep one of them.");
    else if (name == "escape" && directive.value != "\\" && directive.value != "`")
      Error(directive.value_span, "Invalid escape character", "The escape directive is ` or \\.");
    else if (name == "escape")
      escape_ = directive.value[0];
    directives_.push_back(directive);
    Emit(Token::Kind::kDirective, Take(line.size()));
    return true;
  }

  // Where the escape character that continues `line` stands, or npos: the last character but for blanks, and none before it.
  size_t ContinuationAt(std::string_view line) const {
    size_t end = line.size();
    while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t')) --end;
    if (end == 0 || line[end - 1] != escape_) return std::string_view::npos;
    return end == 1 || line[end - 2] != escape_ ? end - 1 : std::string_view::npos;
  }

  // An instruction with its continued lines, the cursor being on its first character; then its here-documents.
  void ReadInstruction() {
    std::vector<MappedText::Segment> segments;
    std::string joined;
    const size_t start = at_;
    size_t end = at_;  // of the last byte that belongs to it
    for (bool first = true, more = true; more && at_ < source_.size(); first = false) {
      const std::string_view line = PeekLine();
      const size_t blanks = LeadingBlanks(line);
      if (!first && blanks < line.size() && line[blanks] == '#') {
        Emit(Token::Kind::kSpace, Take(blanks));
        Emit(Token::Kind::kComment, Take(line.size() - blanks));
        Newline();
        continue;
      }
      if (!first && blanks == line.size()) {
        Emit(Token::Kind::kSpace, Take(blanks));
        Newline();
        continue;
      }
      const size_t escape_at = ContinuationAt(line);
      more = escape_at != std::string_view::npos;
      const std::string_view part = line.substr(0, escape_at);
      if (!part.empty()) segments.push_back({uint32_t(joined.size()), uint32_t(at_)});
      joined += part;
      end = at_ + line.size();
      if (first) {
        const size_t word = std::min(part.find_first_of(" \t\r\f\v"), part.size());
        Emit(Token::Kind::kKeyword, Take(word));
        Emit(Token::Kind::kText, Take(part.size() - word));
      } else {
        Emit(Token::Kind::kText, Take(part.size()));
      }
      if (more) Emit(Token::Kind::kContinuation, Take(line.size() - part.size()));
      Newline();
    }
    MappedText text{segments.size() == 1 ? source_.substr(segments[0].source, joined.size()) : arena_.Copy(std::string_view(joined)), arena_.Copy(segments), file_};
    if (auto* instruction = Interpret(text, At(start, end))) {
      ReadHeredocs(*instruction);
      instructions_.push_back(instruction);
    }
  }

  Instruction* Interpret(const MappedText& text, Span span) {
    auto* out = arena_.New<Instruction>();
    const std::string_view t = text.text;
    size_t at = LeadingBlanks(t);
    const size_t begin = at;
    while (at < t.size() && !IsBlank(t[at])) ++at;
    out->keyword = arena_.Copy(std::string_view(Upper(t.substr(begin, at - begin))));
    out->keyword_span = text.SpanOf(uint32_t(begin), uint32_t(at));
    out->span = out->line_span = span;
    if (std::ranges::find(kInstructions, out->keyword) == std::end(kInstructions)) {
      Unknown(*out);
      return nullptr;
    }
    ReadFlags(text, at, *out);
    size_t last = t.size();
    while (last > at && IsBlank(t[last - 1])) --last;
    out->rest = text.Sub(uint32_t(at), uint32_t(last), arena_);
    ReadArguments(*out);
    return out;
  }

  void Unknown(const Instruction& instruction) {
    const std::string_view name = instruction.keyword;
    const auto near = std::ranges::min_element(kInstructions, {}, [&](std::string_view k) { return EditDistance(name.substr(0, 16), k); });
    const bool typo = EditDistance(name.substr(0, 16), *near) <= 2;
    const std::string detail = typo ? "Did you mean " + std::string(*near) + "?" : "A line begins with an instruction such as FROM, RUN or COPY.";
    Error(instruction.keyword_span, "Unknown instruction: " + std::string(name.substr(0, 40)), arena_.Copy(std::string_view(detail)));
  }

  // Words that begin with "--" before the arguments; "--" alone ends them.
  void ReadFlags(const MappedText& text, size_t& at, Instruction& out) {
    std::vector<Flag> flags;
    const std::string_view t = text.text;
    for (;;) {
      at += LeadingBlanks(t.substr(at));
      if (!t.substr(at).starts_with("--")) break;
      size_t end = at;
      for (char quote = 0; end < t.size() && (quote != 0 || !IsBlank(t[end])); ++end) {
        if (quote == 0 && (t[end] == '"' || t[end] == '\'')) quote = t[end];
        else if (t[end] == quote) quote = 0;
        else if (t[end] == escape_ && end + 1 < t.size()) ++end;
      }
      const std::string_view word = t.substr(at, end - at);
      const size_t equals = word.find('=');
      const size_t begin = at;
      at = end;
      if (word == "--") break;
      Flag flag{word.substr(2, equals == std::string_view::npos ? equals : equals - 2), {}, equals != std::string_view::npos, text.SpanOf(uint32_t(begin), uint32_t(end)), {}};
      if (flag.has_value) {
        flag.value = word.substr(equals + 1);
        flag.value_span = text.SpanOf(uint32_t(begin + equals + 1), uint32_t(end));
      }
      flags.push_back(flag);
    }
    out.flags = arena_.Copy(flags);
  }

  void ReadArguments(Instruction& out) {
    const std::string_view k = out.keyword;
    if (k == "ONBUILD" || k == "HEALTHCHECK") return ReadTrigger(out);
    const bool command = k == "RUN" || k == "CMD" || k == "ENTRYPOINT" || k == "SHELL";
    std::vector<Word> words;
    if ((command || k == "ADD" || k == "COPY" || k == "VOLUME") && ReadTextArray(out.rest, arena_, words)) {
      out.form = Form::kJson;
    } else {
      out.form = command ? Form::kShell : Form::kWords;
      words = command ? std::vector<Word>() : SplitWords(out.rest, escape_);
    }
    out.words = arena_.Copy(words);
    if (out.rest.text.empty() && !(k == "RUN" || k == "CMD" || k == "ENTRYPOINT")) Error(out.line_span, std::string(k) + " needs an argument", "See the reference of its arguments.");
    else if (k == "RUN" && out.rest.text.empty()) Error(out.line_span, "RUN needs a command", "Write what it is to run.");
    else if (k == "SHELL" && out.form != Form::kJson) Error(out.rest.SpanOf(0, uint32_t(out.rest.text.size())), "SHELL takes a JSON array", "Write SHELL [\"/bin/bash\", \"-c\"].");
    else if (k == "FROM" && !(words.size() == 1 || (words.size() == 3 && Upper(words[1].text) == "AS"))) Error(out.line_span, "FROM takes one image, or an image and AS with a name", "Write FROM image AS name.");
    else if ((k == "COPY" || k == "ADD") && words.size() < 2) Error(out.line_span, std::string(k) + " needs a source and a destination", "Write both.");
  }

  // ONBUILD holds an instruction, HEALTHCHECK the word NONE or CMD with a command.
  void ReadTrigger(Instruction& out) {
    std::vector<Word> words = SplitWords(out.rest, escape_);
    if (out.keyword == "HEALTHCHECK" && !words.empty() && Upper(words[0].text) == "NONE") {
      out.words = arena_.Copy(words);
      return;
    }
    const std::string name = words.empty() ? std::string() : Upper(words[0].text);
    const bool allowed = out.keyword == "ONBUILD" ? name != "ONBUILD" && name != "FROM" && name != "MAINTAINER" : name == "CMD";
    if (words.empty() || !allowed) {
      Error(words.empty() ? out.line_span : words[0].span, std::string(out.keyword) + (words.empty() ? " needs an argument" : " does not take " + name.substr(0, 40)),
            out.keyword == "ONBUILD" ? "It takes any instruction but FROM, MAINTAINER and ONBUILD." : "Write HEALTHCHECK CMD with a command, or HEALTHCHECK NONE.");
      return;
    }
    out.trigger = Interpret(out.rest, out.rest.SpanOf(0, uint32_t(out.rest.text.size())));
  }

  // The markers of the instruction, then as many bodies.
  void ReadHeredocs(Instruction& out) {
    const Instruction& holder = out.trigger != nullptr && out.keyword == "ONBUILD" ? *out.trigger : out;
    if (holder.form == Form::kJson || (holder.keyword != "RUN" && holder.keyword != "COPY" && holder.keyword != "ADD")) return;
    std::vector<Heredoc> heredocs;
    if (holder.rest.text.find("<<") != std::string_view::npos)
      for (const Word& word : SplitWords(holder.rest, escape_)) ReadMarker(word, heredocs);
    for (Heredoc& h : heredocs) {
      const size_t begin = at_;
      size_t end = at_;
      h.closed = false;
      while (at_ < source_.size() && !h.closed) {
        const std::string_view line = PeekLine();
        const size_t tabs = h.strip_tabs ? std::min(line.find_first_not_of('\t'), line.size()) : 0;
        if (line.substr(tabs) == h.name) {
          h.closed = true;
          end = at_;
          Emit(Token::Kind::kHeredoc, source_.substr(begin, end - begin));
          Emit(Token::Kind::kHeredocEnd, Take(line.size()));
          out.span.length = uint32_t(at_ - out.span.offset);
          Newline();
        } else {
          const size_t newline = source_.find('\n', at_);
          at_ = newline == std::string_view::npos ? source_.size() : newline + 1;
        }
      }
      if (!h.closed) {
        end = at_;
        Emit(Token::Kind::kHeredoc, source_.substr(begin, end - begin));
        out.span.length = uint32_t(end - out.span.offset);
        Error(h.marker, "The here-document is never closed", arena_.Copy("Add a line that holds nothing but " + std::string(h.name) + "."));
      }
      h.body = source_.substr(begin, end - begin);
      h.body_span = At(begin, end);
    }
    const auto kept = arena_.Copy(heredocs);
    out.heredocs = kept;
    if (&holder != &out) {
      auto* trigger = arena_.New<Instruction>(holder);
      trigger->heredocs = kept;
      out.trigger = trigger;
    }
  }

  // "3<<-'EOF'": digits, <<, an optional dash and a name, nothing else in the word.
  void ReadMarker(const Word& word, std::vector<Heredoc>& out) {
    std::string_view t = word.text;
    while (!t.empty() && IsDigit(t[0])) t.remove_prefix(1);
    if (!t.starts_with("<<")) return;
    t.remove_prefix(2);
    Heredoc h;
    h.strip_tabs = t.starts_with('-');
    if (h.strip_tabs) t.remove_prefix(1);
    if (t.empty() || t.find('<') != std::string_view::npos) return;
    std::string name;
    for (const char c : t) {
      if (c == '"' || c == '\'' || c == escape_) h.expand = false;
      else name += c;
    }
    if (name.empty()) return;
    h.name = arena_.Copy(std::string_view(name));
    h.marker = word.span;
    out.push_back(h);
  }

  std::string_view source_;
  FileId file_;
  Arena& arena_;
  size_t at_ = 0;
  char escape_ = '\\';
  std::vector<Token> tokens_;
  std::vector<Directive> directives_;
  std::vector<const Instruction*> instructions_;
  std::vector<SyntaxError> errors_;
};

}  // namespace

Tree Parse(std::string_view source, FileId file, Arena& arena) { return Parser(source, file, arena).Run(); }

std::string Print(const Tree& tree) {
  std::string out;
  for (const Token& token : tree.tokens) out += token.text;
  return out;
}

}  // namespace weir::dockerfile
