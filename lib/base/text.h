// Text: UTF-8, and what may be written to a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// Reads the code point at text[at] and advances `at` past it. An invalid byte gives 0xFFFD and advances by one.
char32_t DecodeUtf8(std::string_view text, size_t& at);
/// Appends the UTF-8 form of `code_point` (U+FFFD where it is no scalar value).
void AppendUtf8(std::string& out, char32_t code_point);
bool IsValidUtf8(std::string_view text);
/// Code points; an invalid byte counts as one.
size_t CountCodePoints(std::string_view text);

/// Columns that a terminal uses for `text`: 0 for combining marks, 2 for wide East Asian characters and emoji.
size_t DisplayWidth(std::string_view text);

/// `text` with everything that could steer a terminal made visible: C0 and C1 controls, DEL, escape sequences,
/// bidirectional overrides and invalid UTF-8 become `\x1b`-like escapes. Tabs become `tab_width` spaces (0: `\t`).
/// Text that comes from a repository is printed only through this.
std::string TerminalSafe(std::string_view text, unsigned tab_width = 0);

/// Number of single-character insertions, deletions, replacements and swaps of neighbours between two short names.
size_t EditDistance(std::string_view a, std::string_view b);

/// Calls `sink(line)` for each line without its ending ("\n" or "\r\n").
template <typename Sink>
void ForEachLine(std::string_view text, Sink sink) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    sink(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
}

}  // namespace weir
