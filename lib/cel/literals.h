// Literals of CEL (specification, Syntax and Values and Types): numbers, texts and bytes. Internal to
// lib/cel/.
#pragma once

#include <string>
#include <string_view>

#include "lib/cel/program.h"

namespace weir::cel {

/// A literal that was read. `problem` is empty where it is right; `end` is the offset behind it, or of the
/// mistake.
struct Literal {
  Op op = Op::kNull;  // kInt, kUint, kDouble, kString or kBytes
  uint64_t bits = 0;  // of a number
  std::string text;   // of kString and kBytes, escapes resolved
  size_t end = 0;
  std::string_view problem;
};

/// Reads a number at text[at]: a digit, or '-' or '.' and a digit.
Literal ReadNumber(std::string_view text, size_t at);
/// True where a text or bytes literal begins at text[at], prefix included: r"", b'', rb"".
bool StartsText(std::string_view text, size_t at);
Literal ReadText(std::string_view text, size_t at);

}  // namespace weir::cel
