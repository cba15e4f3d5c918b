// JSON (RFC 8259) with the place of every value and key, for files that are judged: .tf.json, plans,
// templates.
//
// Nothing is lost: members stay in order, a key that occurs twice is there twice (and is told), a number is
// the text that was written, and every node's span is exact. Nodes live in the Arena and hold views into the
// source where a string has no escapes: both must outlive the tree. Comments, trailing commas and the like
// are errors, as the RFC says; a byte order mark is skipped. Time is linear, recursion bounded by
// limits.depth.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/span.h"

namespace weir::json {

enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

struct Member;

struct Value {
  Kind kind = Kind::kNull;
  bool boolean = false;
  Span span;              // of a string with its quotes, of an object with its braces
  std::string_view text;  // kString: decoded; kNumber: as written
  std::span<const Value* const> items;
  std::span<const Member> members;

  /// The value of the last member of that name (as most readers take it), or null. Linear.
  const Value* Find(std::string_view key) const;
};

struct Member {
  std::string_view key;  // decoded
  Span key_span;         // with its quotes
  const Value* value = nullptr;
};

struct Error {
  Span span;
  std::string_view message;  // one sentence; static text
  bool limit = false;        // the text is nested more deeply than limits.depth
};

struct Tree {
  const Value* root = nullptr;    // null only where there is an error; what was read before the error is kept
  std::span<const Error> errors;  // at most one: JSON gives no place to go on from
  std::span<const Span> repeated;  // keys whose object had them before
};

/// Reads one JSON text that is all of `source`.
Tree Parse(std::string_view source, FileId file, Arena& arena, const Limits& limits = {});

}  // namespace weir::json
