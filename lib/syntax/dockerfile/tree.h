// The syntax of a Dockerfile, byte for byte: what BuildKit's parser reads, and all that it skips.
//
// Every byte of the source belongs to exactly one token, so the tokens printed one after another are the source again. On
// them stand the instructions: keyword, flags, what follows in logical form (continued lines joined, comments between them
// left out, with a map back to the source), and here-documents. All views point into the source or the arena.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/span.h"
#include "lib/syntax/text_map.h"

namespace weir::dockerfile {

struct Token {
  enum class Kind : uint8_t {
    kMark,          // byte order mark
    kSpace,         // blanks, and whole blank lines
    kNewline,
    kComment,       // from '#' to the end of the line
    kDirective,     // a parser directive: "# syntax=…"
    kKeyword,       // RUN
    kText,          // flags and arguments
    kContinuation,  // the escape character at a line's end with the blanks after it
    kHeredoc,       // the lines of a here-document
    kHeredocEnd,    // its closing line
  } kind;
  std::string_view text;
};

/// `# syntax=docker/dockerfile:1`
struct Directive {
  std::string_view name;   // in lower case: "syntax", "escape", "check"
  std::string_view value;
  Span span, value_span;
};

/// `--mount=type=cache,target=/x`; without '=' the value is empty and not there.
struct Flag {
  std::string_view name;   // without dashes
  std::string_view value;  // as written, quotes included
  bool has_value = false;
  Span span, value_span;
};

/// A word of an instruction as written; quotes, escapes and variables are still in it.
struct Word {
  std::string_view text;
  uint32_t begin = 0, end = 0;  // in Instruction::rest
  Span span;
};

/// `<<EOF`, `<<-"EOF"`: lines that follow the instruction.
struct Heredoc {
  std::string_view name;
  bool strip_tabs = false;  // <<-
  bool expand = true;       // the name is not quoted
  bool closed = true;
  Span marker;
  std::string_view body;    // with its line endings
  Span body_span;
};

enum class Form : uint8_t {
  kWords,  // words apart by blanks
  kShell,  // a text for the shell
  kJson,   // ["exec", "form"]
};

struct Instruction {
  std::string_view keyword;       // in upper case: "RUN"
  Span keyword_span;
  Span span;                      // from the keyword to the end of the instruction, here-documents included
  Span line_span;                 // without the here-documents
  std::span<const Flag> flags;
  MappedText rest;                // what follows keyword and flags, blanks at both ends cut
  Form form = Form::kWords;
  std::span<const Word> words;    // kWords: words; kShell: none; kJson: elements, without their quotes, escapes undone
  std::span<const Heredoc> heredocs;
  const Instruction* trigger = nullptr;  // ONBUILD: the instruction that it holds; HEALTHCHECK: the CMD

  const Flag* FindFlag(std::string_view name) const {
    for (const Flag& f : flags)
      if (f.name == name) return &f;
    return nullptr;
  }
};

struct SyntaxError {
  Span span;
  std::string_view summary;  // "Unknown instruction: RUNN"
  std::string_view detail;   // one sentence with the remedy
};

struct Tree {
  std::span<const Token> tokens;
  std::span<const Directive> directives;
  std::span<const Instruction* const> instructions;
  std::span<const SyntaxError> errors;  // in source order
  char escape = '\\';
};

/// The source again.
std::string Print(const Tree& tree);

}  // namespace weir::dockerfile
