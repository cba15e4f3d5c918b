#include "lib/syntax/hcl/lexer.h"

#include <array>
#include <cstring>

#include "lib/base/text.h"

namespace weir::hcl {
namespace {

enum : uint8_t { kSpace = 1, kDigit = 2, kIdStart = 4, kIdContinue = 8, kQuotedStop = 16, kHeredocStop = 32 };

constexpr std::array<uint8_t, 256> kClass = [] {
  std::array<uint8_t, 256> c{};
  c[' '] = c['\t'] = kSpace;
  for (int i = '0'; i <= '9'; ++i) c[i] = kDigit | kIdContinue;
  for (int i = 'a'; i <= 'z'; ++i) c[i] = c[i - 32] = kIdStart | kIdContinue;
  c['_'] = kIdStart | kIdContinue;
  c['-'] = kIdContinue;
  for (int i = 128; i < 256; ++i) c[i] = kQuotedStop | kHeredocStop;
  for (unsigned char i : {'"', '\\'}) c[i] |= kQuotedStop;
  for (unsigned char i : {'$', '%', '\n', '\r'}) c[i] |= kQuotedStop | kHeredocStop;
  return c;
}();

struct Range {
  char32_t first, last;
};

// Of the code points above ASCII, those that are no part of an identifier (Unicode's ID_Continue), as ranges:
// the punctuation, symbols and spaces that people paste by accident. Scripts and ideographs are all taken for
// letters.
constexpr Range kNotIdentifier[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB6},       {0xB8, 0xB9},       {0xBB, 0xBF},
    {0xD7, 0xD7},     {0xF7, 0xF7},     {0x2000, 0x203E},   {0x2041, 0x2053},   {0x2055, 0x2070},
    {0x2072, 0x207E}, {0x2080, 0x208F}, {0x20A0, 0x20CF},   {0x2190, 0x2BFF},   {0x2E00, 0x2E7F},
    {0x2FF0, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030},   {0x303D, 0x3040},   {0x30FB, 0x30FB},
    {0xE000, 0xF8FF}, {0xFD3E, 0xFD3F}, {0xFE10, 0xFE1F},   {0xFE30, 0xFE32},   {0xFE35, 0xFE4C},
    {0xFE50, 0xFE6F}, {0xFEFF, 0xFF0F}, {0xFF1A, 0xFF20},   {0xFF3B, 0xFF3E},   {0xFF40, 0xFF40},
    {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FBEF}, {0xE0000, 0xE00FF}, {0xE01F0, 0x10FFFF},
};

bool IsIdentifierCodePoint(char32_t c) {
  for (const Range& r : kNotIdentifier)
    if (c >= r.first && c <= r.last) return false;
  return true;
}

class Lexer {
 public:
  Lexer(std::string_view source, const LexOptions& options) : source_(source), options_(options) {
    end_ = static_cast<uint32_t>(source.size());
    out_.tokens.reserve(source.size() / 3 + 16);  // dense text; pages that are not used cost nothing
  }

  TokenList Run() {
    if (source_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    if (options_.bare_template) stack_.push_back({Mode::kBare, 0, {}, false, false});
    while (at_ < end_) {
      switch (stack_.empty() ? Mode::kNormal : stack_.back().mode) {
        case Mode::kNormal:
          Normal();
          break;
        case Mode::kQuoted:
          Quoted();
          break;
        case Mode::kHeredoc:
          Heredoc();
          break;
        case Mode::kBare:
          Bare();
          break;
      }
    }
    Emit(TokenKind::kEof, end_, end_);
    return std::move(out_);
  }

 private:
  enum class Mode : uint8_t { kNormal, kQuoted, kHeredoc, kBare };
  struct Frame {
    Mode mode;
    int64_t braces;  // kNormal in a sequence: the level at which it ends; kQuoted: the level around it
    std::string_view marker;
    bool flush;
    bool start_of_line;
  };

  char Peek(uint32_t ahead) const { return at_ + ahead < end_ ? source_[at_ + ahead] : '\0'; }
  static uint8_t Class(char c) { return kClass[static_cast<unsigned char>(c)]; }
  /// The first byte from `at` that is not of `cls`. Most bytes of a file are passed here: on copies, which stay in registers.
  uint32_t SkipClass(uint32_t at, uint8_t cls) const {
    const char* const source = source_.data();
    const uint32_t end = end_;
    while (at < end && (Class(source[at]) & cls) != 0) ++at;
    return at;
  }
  /// The first byte from `at` that is of `cls`.
  uint32_t FindClass(uint32_t at, uint8_t cls) const {
    const char* const source = source_.data();
    const uint32_t end = end_;
    while (at < end && (Class(source[at]) & cls) == 0) ++at;
    return at;
  }

  void Emit(TokenKind kind, uint32_t from, uint32_t to, bool escaped = false) {
    out_.tokens.push_back({kind, escaped, from, to - from});
    out_.invalid |= kind >= TokenKind::kBitwise;
  }
  void Take(TokenKind kind, uint32_t length) {
    Emit(kind, at_, at_ + length);
    at_ += length;
  }

  void Normal() {
    const int64_t ends_at = stack_.empty() ? INT64_MIN : stack_.back().braces;
    const size_t depth = stack_.size();
    while (at_ < end_) {
      const char c = source_[at_];
      const uint8_t cls = Class(c);
      if (cls & kSpace) {
        at_ = SkipClass(at_ + 1, kSpace);
        continue;
      }
      if (cls & kIdStart) {
        Identifier();
        continue;
      }
      if (cls & kDigit) {
        Number();
        continue;
      }
      switch (c) {
        case '\n':
          Take(TokenKind::kNewline, 1);
          break;
        case '\r':
          if (Peek(1) == '\n')
            Take(TokenKind::kNewline, 2);
          else
            Take(TokenKind::kInvalid, 1);
          break;
        case '"':
          if (PlainString()) break;
          Take(TokenKind::kOpenQuote, 1);
          stack_.push_back({Mode::kQuoted, braces_, {}, false, false});
          return;
        case '#':
          LineComment();
          break;
        case '/':
          if (Peek(1) == '/')
            LineComment();
          else if (Peek(1) == '*')
            BlockComment();
          else
            Take(TokenKind::kSlash, 1);
          break;
        case '{':
          ++braces_;
          Take(TokenKind::kOpenBrace, 1);
          break;
        case '}':
          if (braces_-- == ends_at) {
            Take(TokenKind::kTemplateEnd, 1);
            stack_.pop_back();
            return;
          }
          Take(TokenKind::kCloseBrace, 1);
          break;
        case '~':
          if (Peek(1) == '}') {
            // Also where it closes a plain brace: the parser then reports it.
            Take(TokenKind::kTemplateEnd, 2);
            if (braces_-- == ends_at) {
              stack_.pop_back();
              return;
            }
          } else {
            Take(TokenKind::kBitwise, 1);
          }
          break;
        case '<':
          if (Peek(1) == '<' && OpenHeredoc()) return;
          if (Peek(1) == '=')
            Take(TokenKind::kLessEqual, 2);
          else
            Take(TokenKind::kLess, 1);
          break;
        default:
          Punctuation(c);
          break;
      }
      if (stack_.size() != depth) return;
    }
  }

  void Punctuation(char c) {
    const char next = Peek(1);
    switch (c) {
      case '[':
        return Take(TokenKind::kOpenBracket, 1);
      case ']':
        return Take(TokenKind::kCloseBracket, 1);
      case '(':
        return Take(TokenKind::kOpenParen, 1);
      case ')':
        return Take(TokenKind::kCloseParen, 1);
      case ',':
        return Take(TokenKind::kComma, 1);
      case '.':
        return next == '.' && Peek(2) == '.' ? Take(TokenKind::kEllipsis, 3) : Take(TokenKind::kDot, 1);
      case ':':
        return next == ':' ? Take(TokenKind::kDoubleColon, 2) : Take(TokenKind::kColon, 1);
      case '?':
        return Take(TokenKind::kQuestion, 1);
      case '=':
        if (next == '=') return Take(TokenKind::kEqualEqual, 2);
        return next == '>' ? Take(TokenKind::kFatArrow, 2) : Take(TokenKind::kEqual, 1);
      case '*':
        return Take(TokenKind::kStar, 1);
      case '%':
        return Take(TokenKind::kPercent, 1);
      case '+':
        return Take(TokenKind::kPlus, 1);
      case '-':
        return Take(TokenKind::kMinus, 1);
      case '!':
        return next == '=' ? Take(TokenKind::kNotEqual, 2) : Take(TokenKind::kBang, 1);
      case '|':
        return next == '|' ? Take(TokenKind::kOr, 2) : Take(TokenKind::kBitwise, 1);
      case '&':
        return next == '&' ? Take(TokenKind::kAnd, 2) : Take(TokenKind::kBitwise, 1);
      case '>':
        return next == '=' ? Take(TokenKind::kGreaterEqual, 2) : Take(TokenKind::kGreater, 1);
      case '^':
        return Take(TokenKind::kBitwise, 1);
      case ';':
        return Take(TokenKind::kSemicolon, 1);
      case '`':
        return Take(TokenKind::kBacktick, 1);
      case '\'':
        return Take(TokenKind::kApostrophe, 1);
      default:
        break;
    }
    if (static_cast<unsigned char>(c) < 128) return Take(TokenKind::kInvalid, 1);
    const uint32_t length = Utf8Length(at_);
    if (length == 0) return Take(TokenKind::kBadUtf8, 1);
    size_t probe = at_;
    // Identifiers may not begin with a combining mark, but to tell those apart is not worth a table.
    if (IsIdentifierCodePoint(DecodeUtf8(source_, probe))) return Identifier();
    Take(TokenKind::kInvalid, length);
  }

  /// Bytes of the valid UTF-8 character at `at`, or 0.
  uint32_t Utf8Length(uint32_t at) const {
    size_t after = at;
    const char32_t c = DecodeUtf8(source_, after);
    // U+FFFD itself is three bytes; an invalid byte advances by one.
    return c == 0xFFFD && after == at + 1 ? 0 : static_cast<uint32_t>(after - at);
  }

  void Identifier() {
    const uint32_t from = at_;
    while (at_ < end_) {
      at_ = SkipClass(at_, kIdContinue);
      if (at_ == end_ || static_cast<unsigned char>(source_[at_]) < 128) break;
      size_t after = at_;
      const uint32_t length = Utf8Length(at_);
      if (length == 0 || !IsIdentifierCodePoint(DecodeUtf8(source_, after))) break;
      at_ += length;
    }
    Emit(TokenKind::kIdent, from, at_);
  }

  // A digit, then digits, dots and exponents; never a dot at the end. "1.2.3" is one token, which the parser
  // refuses.
  void Number() {
    const uint32_t from = at_;
    uint32_t last = at_;  // just after the last byte that may end the number
    uint32_t i = at_;
    while (i < end_) {
      const char c = source_[i];
      if (Class(c) & kDigit) {
        last = ++i;
      } else if (c == '.') {
        ++i;
      } else if (c == 'e' || c == 'E') {
        uint32_t j = i + 1;
        if (j < end_ && (source_[j] == '+' || source_[j] == '-')) ++j;
        if (j >= end_ || !(Class(source_[j]) & kDigit)) break;
        i = last = j + 1;
      } else {
        break;
      }
    }
    at_ = last;
    Emit(TokenKind::kNumber, from, at_);
  }

  void LineComment() {
    const void* newline = std::memchr(source_.data() + at_, '\n', end_ - at_);
    const uint32_t from = at_;
    at_ = newline == nullptr ? end_
                             : static_cast<uint32_t>(static_cast<const char*>(newline) - source_.data()) + 1;
    if (options_.comments)
      Emit(TokenKind::kComment, from, at_);
    else if (newline != nullptr)
      Emit(TokenKind::kNewline, from, at_);
  }

  void BlockComment() {
    const size_t close = no_close_ ? std::string_view::npos : source_.find("*/", at_ + 2);
    if (close == std::string_view::npos) {
      no_close_ = true;  // looked for once, so that many openers do not cost a scan each
      return Take(TokenKind::kSlash, 1);
    }
    const uint32_t from = at_;
    at_ = static_cast<uint32_t>(close) + 2;
    if (options_.comments) Emit(TokenKind::kComment, from, at_);
  }

  bool OpenHeredoc() {
    uint32_t i = at_ + 2;
    const bool flush = i < end_ && source_[i] == '-';
    if (flush) ++i;
    const uint32_t from = i;
    while (i < end_) {
      const char c = source_[i];
      if (Class(c) & (i == from ? kIdStart : kIdContinue)) {
        ++i;
        continue;
      }
      if (static_cast<unsigned char>(c) < 128) break;
      size_t after = i;
      const uint32_t length = Utf8Length(i);
      if (length == 0 || !IsIdentifierCodePoint(DecodeUtf8(source_, after))) break;
      i += length;
    }
    const std::string_view marker = source_.substr(from, i - from);
    if (marker.empty()) return false;
    if (i < end_ && source_[i] == '\r') ++i;
    if (i >= end_ || source_[i] != '\n') return false;
    Take(TokenKind::kOpenHeredoc, i + 1 - at_);
    stack_.push_back({Mode::kHeredoc, 0, marker, flush, true});
    return true;
  }

  /// "${" or "%{" at `at_`, with a following "~".
  void OpenSequence() {
    const TokenKind kind = source_[at_] == '$' ? TokenKind::kTemplateInterp : TokenKind::kTemplateControl;
    Take(kind, Peek(2) == '~' ? 3 : 2);
    stack_.back().start_of_line = false;
    stack_.push_back({Mode::kNormal, ++braces_, {}, false, false});
  }

  /// What "$" or "%" at `i` begins: a sequence (0), or this many bytes of literal.
  uint32_t DollarLength(uint32_t i, bool* escaped) const {
    const char c = source_[i];
    if (i + 1 >= end_) return 1;
    if (source_[i + 1] == '{') return 0;
    if (source_[i + 1] == c && i + 2 < end_ && source_[i + 2] == '{') {
      *escaped = true;
      return 3;
    }
    return 1;
  }

  // A line ending inside quotes. The reference goes on inside the string and so misreads the rest of the
  // file; here the string ends (with all strings around it, up to a heredoc), so that the next error found is
  // another one.
  void BreakQuoted() {
    Emit(TokenKind::kQuotedNewline, at_, at_);
    while (!stack_.empty() && (stack_.back().mode == Mode::kQuoted || stack_.back().mode == Mode::kNormal)) {
      const bool quoted = stack_.back().mode == Mode::kQuoted;
      // A sequence of a heredoc stays open: its closing brace may come.
      if (!quoted && stack_.size() >= 2 && stack_[stack_.size() - 2].mode != Mode::kQuoted) break;
      if (quoted) braces_ = stack_.back().braces;
      stack_.pop_back();
    }
  }

  /// A string of which nothing is to be decoded or evaluated, as most are, at once.
  bool PlainString() {
    const uint32_t close = FindClass(at_ + 1, kQuotedStop);
    if (close == end_ || source_[close] != '"') return false;
    Emit(TokenKind::kOpenQuote, at_, at_ + 1);
    if (close > at_ + 1) Emit(TokenKind::kQuotedLiteral, at_ + 1, close);
    Emit(TokenKind::kCloseQuote, close, close + 1);
    at_ = close + 1;
    return true;
  }

  void Quoted() {
    const uint32_t from = at_;
    bool escaped = false;
    const auto flush = [&](uint32_t to) {
      if (to > from) Emit(TokenKind::kQuotedLiteral, from, to, escaped);
      at_ = to;
    };
    uint32_t i = at_;
    while (i < end_) {
      i = FindClass(i, kQuotedStop);
      if (i == end_) break;
      const char c = source_[i];
      switch (c) {
        case '"':
          flush(i);
          Take(TokenKind::kCloseQuote, 1);
          stack_.pop_back();
          return;
        case '$':
        case '%': {
          const uint32_t length = DollarLength(i, &escaped);
          if (length == 0) {
            flush(i);
            return OpenSequence();
          }
          i += length;
          break;
        }
        case '\n':
        case '\r':
          flush(i);
          return BreakQuoted();
        case '\\': {
          uint32_t length = 1;
          if (i + 1 < end_ && static_cast<unsigned char>(source_[i + 1]) >= 128) length = Utf8Length(i + 1);
          if (i + 1 >= end_ || source_[i + 1] == '\n' || source_[i + 1] == '\r' || length == 0) {
            flush(i);
            return Take(TokenKind::kInvalid, 1);
          }
          escaped = true;
          i += 1 + length;
          break;
        }
        default: {
          const uint32_t length = Utf8Length(i);
          if (length == 0) {
            flush(i);
            return Take(TokenKind::kBadUtf8, 1);
          }
          i += length;
        }
      }
    }
    flush(i);
  }

  /// Ends the heredoc where the line at `at` is its marker (and ends in a newline, as the reference demands).
  bool CloseHeredoc(uint32_t at) {
    const std::string_view marker = stack_.back().marker;
    uint32_t i = at;
    while (i < end_ &&
           (source_[i] == ' ' || (source_[i] >= '\t' && source_[i] <= '\r' && source_[i] != '\n')))
      ++i;
    if (source_.compare(i, marker.size(), marker) != 0) return false;
    i += static_cast<uint32_t>(marker.size());
    while (i < end_ &&
           (source_[i] == ' ' || (source_[i] >= '\t' && source_[i] <= '\r' && source_[i] != '\n')))
      ++i;
    if (i >= end_ || source_[i] != '\n') return false;
    if (source_[i - 1] == '\r') --i;
    at_ = at;
    Take(TokenKind::kCloseHeredoc, i - at);
    stack_.pop_back();
    return true;
  }

  void Heredoc() {
    const uint32_t from = at_;
    const bool per_line = stack_.back().flush;
    bool escaped = false;
    const auto flush = [&](uint32_t to) {
      if (to > from) Emit(TokenKind::kStringLiteral, from, to, escaped);
      at_ = to;
    };
    bool start_of_line = stack_.back().start_of_line;
    uint32_t i = at_;
    while (i < end_) {
      if (start_of_line) {
        start_of_line = false;
        const uint32_t line = i;
        const size_t before = out_.tokens.size();
        // The literal before the marker comes first, so look ahead before it is emitted.
        flush(line);
        if (CloseHeredoc(line)) return;
        if (out_.tokens.size() != before) out_.tokens.pop_back();
        at_ = from;
      }
      i = FindClass(i, kHeredocStop);
      if (i == end_) break;
      const char c = source_[i];
      switch (c) {
        case '$':
        case '%': {
          const uint32_t length = DollarLength(i, &escaped);
          if (length == 0) {
            flush(i);
            return OpenSequence();
          }
          i += length;
          break;
        }
        case '\n':
          ++i;
          start_of_line = true;
          if (per_line) {
            flush(i);
            stack_.back().start_of_line = true;
            return;
          }
          break;
        case '\r':
          if (i + 1 < end_ && source_[i + 1] == '\n') {
            ++i;
            break;
          }
          flush(i);
          stack_.back().start_of_line = false;
          return Take(TokenKind::kInvalid, 1);
        default: {
          const uint32_t length = Utf8Length(i);
          if (length == 0) {
            flush(i);
            stack_.back().start_of_line = false;
            return Take(TokenKind::kBadUtf8, 1);
          }
          i += length;
        }
      }
    }
    flush(i);
  }

  void Bare() {
    const uint32_t from = at_;
    bool escaped = false;
    uint32_t i = at_;
    const auto flush = [&](uint32_t to) {
      if (to > from) Emit(TokenKind::kStringLiteral, from, to, escaped);
      at_ = to;
    };
    while (i < end_) {
      const char c = source_[i];
      if (c == '$' || c == '%') {
        const uint32_t length = DollarLength(i, &escaped);
        if (length == 0) {
          flush(i);
          return OpenSequence();
        }
        i += length;
      } else if (static_cast<unsigned char>(c) < 128) {
        ++i;
      } else {
        const uint32_t length = Utf8Length(i);
        if (length == 0) {
          flush(i);
          return Take(TokenKind::kBadUtf8, 1);
        }
        i += length;
      }
    }
    flush(i);
  }

  std::string_view source_;
  LexOptions options_;
  uint32_t at_ = 0;
  uint32_t end_ = 0;
  int64_t braces_ = 0;
  bool no_close_ = false;
  std::vector<Frame> stack_;
  TokenList out_;
};

}  // namespace

TokenList Lex(std::string_view source, const LexOptions& options) { return Lexer(source, options).Run(); }

bool IsIdentifier(std::string_view name) {
  const TokenList list = Lex(name);
  return list.tokens.size() == 2 && list.tokens[0].kind == TokenKind::kIdent &&
         list.tokens[0].length == name.size();
}

}  // namespace weir::hcl
