// HCL's native syntax, read without losing a byte.
//
// Parse() never fails as a whole: what it cannot read is reported, and parsing goes on at the next line or
// brace, so one typing mistake hides nothing else. Files are accepted and rejected, and errors named, as by
// the reference parser (hashicorp/hcl, hclsyntax). Print(Parse(x)) == x for every input, valid or not.
//
// Time is linear in the input; recursion is bounded by limits.depth.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/span.h"
#include "lib/syntax/hcl/tree.h"

namespace weir::hcl {

/// Long chains (a + b + c …) make trees deeper than the brackets they stand in: this many times limits.depth.
inline constexpr uint32_t kHeightFactor = 8;

/// More errors than this in one text are not told.
inline constexpr size_t kMaxErrors = 100;

struct SyntaxError {
  Span span;
  std::string_view summary;  // the reference parser's wording; static text or in the arena
  std::string_view detail;   // one or two sentences; static text or in the arena
};

/// One configuration file.
struct Tree {
  std::string_view source;
  FileId file = kNoFile;
  const Body* root = nullptr;           // never null
  std::span<const SyntaxError> errors;  // in the order they were found; empty for valid input
};

/// Reads `source` (UTF-8; a byte order mark is skipped, offsets count it). Nesting deeper than limits.depth
/// is an error at the token that exceeds it.
Tree Parse(std::string_view source, FileId file, Arena& arena, const Limits& limits = {});

/// The text that the tree was read from, put together from its nodes' spans and what lies between them.
std::string Print(const Tree& tree);

struct ExpressionTree {
  const Expr* expr = nullptr;  // never null; an ErrorExpr where nothing could be read
  std::span<const SyntaxError> errors;
};

/// Reads one expression that is all of `source`; newlines are allowed anywhere in it. Spans begin at
/// `base_offset` of `file`.
ExpressionTree ParseExpression(std::string_view source, FileId file, uint32_t base_offset, Arena& arena,
                               const Limits& limits = {});

/// Reads `text` as a template that stands without quotes: a string of Terraform's JSON syntax, or a file that
/// templatefile() reads. No backslash escapes. The result is a Template or a TemplateWrap (or an ErrorExpr).
///
/// Where `at` is as long as `text`, spans are exact. Where it is not (`text` was decoded from JSON escapes),
/// every node gets `at` as its span.
ExpressionTree ParseTemplate(std::string_view text, Span at, Arena& arena, const Limits& limits = {});

}  // namespace weir::hcl
