// The tokens of HCL's native syntax: what the parser reads, and where an editor finds comments, newlines and
// columns.
//
// Tokens are in source order and do not overlap; between two of them stand only spaces, tabs and a byte order
// mark (so a gap's bytes are indentation or alignment). A comment that runs to the end of its line includes
// the newline. Lexing never fails: bytes that no token may hold become kInvalid, kBadUtf8 and the like. Time
// is linear.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::hcl {

enum class TokenKind : uint8_t {
  kEof,
  kNewline,  // "\n" or "\r\n"
  kComment,  // "# …\n", "// …\n", "/* … */"
  kIdent,
  kNumber,
  kOpenQuote,        // "
  kCloseQuote,       // "
  kQuotedLiteral,    // text between quotes and sequences
  kOpenHeredoc,      // "<<EOT\n", "<<-EOT\n"
  kCloseHeredoc,     // the last line with its indentation, without its newline
  kStringLiteral,    // text in a heredoc or bare template; in a flush heredoc one token a line
  kTemplateInterp,   // "${", "${~"
  kTemplateControl,  // "%{", "%{~"
  kTemplateEnd,      // "}", "~}" that ends a sequence
  kOpenBrace,
  kCloseBrace,
  kOpenBracket,
  kCloseBracket,
  kOpenParen,
  kCloseParen,
  kDot,
  kComma,
  kEllipsis,
  kDoubleColon,
  kColon,
  kQuestion,
  kFatArrow,
  kEqual,
  kStar,
  kSlash,
  kPercent,
  kPlus,
  kMinus,
  kBang,
  kOr,
  kAnd,
  kEqualEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  // What no valid file has outside of strings:
  kBitwise,  // & | ^ ~
  kSemicolon,
  kBacktick,
  kApostrophe,
  kQuotedNewline,  // empty, before a line ending inside quotes: there the string ends
  kInvalid,
  kBadUtf8,
};

struct Token {
  TokenKind kind = TokenKind::kEof;
  bool escaped = false;  // of a literal: it has escapes to decode
  uint32_t offset = 0;
  uint32_t length = 0;

  uint32_t end() const { return offset + length; }
};

struct LexOptions {
  // Keeps comments. Without, one that ends in a newline becomes a kNewline of the same span, others vanish.
  bool comments = true;
  // The whole source is the inside of a template, without quotes.
  bool bare_template = false;
};

struct TokenList {
  std::vector<Token> tokens;  // the last one is kEof
  bool invalid = false;       // some token is kBitwise … kBadUtf8
};

/// The tokens of `source` (at most 4 GiB).
TokenList Lex(std::string_view source, const LexOptions& options = {});

/// True where `name` can be written without quotes: as an attribute's name, or a key.
bool IsIdentifier(std::string_view name);

}  // namespace weir::hcl
