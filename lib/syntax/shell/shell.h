// A shell script as the simple commands that it runs: enough of POSIX sh and bash to know which programs are called with
// which words, under which assignments, from and into which pipes. It judges nothing and expands nothing.
//
// Any text gives a script: what never ends (a quote, a here-document, a bracket) ends with the text and sets `unterminated`. Linear, nested at most
// kMaxDepth deep. Offsets are bytes into the text that was given; views point into it or into the arena.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/arena.h"

namespace weir::shell {

inline constexpr int kMaxDepth = 24;

struct Word {
  std::string_view text;         // quotes and escapes removed; expansions stand as they are written
  uint32_t begin = 0, end = 0;
  bool quoted = false;           // some part of it
  bool dynamic = false;          // holds an expansion: $x, ${x}, $(…), `…`
};

struct Assignment {
  std::string_view name;
  Word value;
};

struct Redirect {
  std::string_view op;           // ">", ">>", "<", "2>", "&>", "<<<", "<<"
  Word target;
  std::string_view body;         // of a here-document
};

/// How a command is tied to the one before it in its list.
enum class Link : uint8_t { kNone, kPipe, kAnd, kOr, kThen, kBackground };

struct Command {
  std::span<const Assignment> assignments;
  std::span<const Word> words;   // may be empty: assignments or redirections alone
  std::span<const Redirect> redirects;
  Link link = Link::kNone;
  uint32_t begin = 0, end = 0;
  uint32_t depth = 0;            // of subshells, groups, substitutions and `sh -c` texts around it
  bool substituted = false;      // stands in $(…) or `…`
  int32_t pipe_from = -1;        // number of the command whose output it reads, or -1
};

struct Script {
  std::span<const Command> commands;  // in the order in which they are written; those of a substitution stand before the command that holds it
  bool unterminated = false;
};

/// `posix`: false reads a backslash inside single quotes as an escape, which no shell does: a second chance for texts whose quotes do not match.
Script Parse(std::string_view text, Arena& arena, bool posix = true);

/// As Parse(), with the second chance where the first reading never ends.
Script ParseLeniently(std::string_view text, Arena& arena);

}  // namespace weir::shell
