// YAML (https://yaml.org/spec/1.1/, as libyaml reads it) and JSON as one kind of tree, with the place of every node in bytes.
//
//   Tree tree = Parse(text, file, arena);
//   for (const Document& d : tree.documents) if (d.root != nullptr) if (const Node* kind = d.root->Find("kind")) …
//
// Nothing is lost: what lies between the leaves of the tree is white space, comments, indicators, tags and anchors, so that
// Print(Parse(x)) == x for every input, and an edit of a node's span leaves everything else as it was. A document that does
// not parse is one error and hides none of the others: reading goes on at the next line that begins with `---`.
//
// Aliases point to their node and are not copied. How large a document is once they are expanded is bounded
// (limits.alias_nodes), so that whoever follows them may do so without counting.
//
// Nodes live in the Arena and hold views into the source where a scalar is written as it is meant: both must outlive the tree.
// Time is linear; two thirds of the speed of libyaml's bare events (tests/bench/yaml_bench).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/span.h"

namespace weir::yaml {

enum class Kind : uint8_t { kScalar, kSequence, kMapping, kAlias };

/// How a node is written: the first five are scalars', the last two collections'.
enum class Style : uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded, kBlock, kFlow };

class Node;

struct Pair {
  const Node* key = nullptr;
  const Node* value = nullptr;  // an empty plain scalar where nothing is written
};

class Node {
 public:
  Kind kind = Kind::kScalar;
  Style style = Style::kPlain;
  Span span;              // with its tag and anchor; a block collection or block scalar ends with its last line's last character
  uint32_t content = 0;   // where it begins after its tag and anchor
  std::string_view text;  // kScalar: its value, unquoted and unfolded; kAlias: the anchor's name

  /// Of a sequence, in order; empty for other nodes.
  std::span<const Node* const> items() const { return kind == Kind::kSequence ? std::span(items_, count_) : std::span<const Node* const>(); }
  /// Of a mapping, in order; a key that occurs twice is there twice, and an error of the tree.
  std::span<const Pair> pairs() const { return kind == Kind::kMapping ? std::span(pairs_, count_) : std::span<const Pair>(); }
  /// Resolved: "!Ref", "tag:yaml.org,2002:str"; empty where none is written.
  std::string_view tag() const { return properties_ != nullptr ? properties_->tag : std::string_view(); }
  std::string_view anchor() const { return properties_ != nullptr ? properties_->anchor : std::string_view(); }

  /// The node itself, or what an alias stands for, which is never an alias.
  const Node& Resolved() const { return kind == Kind::kAlias ? *target_ : *this; }
  /// The pair whose key is the scalar `key` (the last one), or null. Merge keys are not followed. Linear.
  const Pair* FindPair(std::string_view key) const;
  /// Its value, aliases resolved; null where there is none or this is no mapping.
  const Node* Find(std::string_view key) const;

  // For the parsers, before the node is published.
  struct Properties {
    std::string_view tag, anchor;
  };
  void SetItems(std::span<const Node* const> items) { items_ = items.data(), count_ = uint32_t(items.size()); }
  void SetPairs(std::span<const Pair> pairs) { pairs_ = pairs.data(), count_ = uint32_t(pairs.size()); }
  void SetTarget(const Node* target) { target_ = target; }
  void SetProperties(const Properties* properties) { properties_ = properties; }

 private:
  uint32_t count_ = 0;
  union {
    const Node* const* items_ = nullptr;
    const Pair* pairs_;
    const Node* target_;
  };
  const Properties* properties_ = nullptr;
};

struct Document {
  const Node* root = nullptr;  // null where it is empty or does not parse
  Span span;                   // from its directives or `---`, or its first node, to its last character
  bool failed = false;         // an error lies in it, and its nodes are not there
};

struct Error {
  Span span;
  std::string_view message;  // one sentence
  bool limit = false;        // one of limits.h was exceeded: what follows was not read
};

struct Tree {
  std::string_view source;
  FileId file = kNoFile;
  bool json = false;
  std::span<const Document> documents;
  std::span<const Error> errors;  // in source order

  /// The documents' errors aside, everything was read.
  bool ok() const { return errors.empty(); }
};

/// Reads UTF-8 (a byte order mark is skipped). UTF-16 and binary data, invalid UTF-8, a key that occurs twice, an alias without
/// anchor or inside its own anchor are errors with their place. Every key of a mapping may be any node.
Tree Parse(std::string_view source, FileId file, Arena& arena, const Limits& limits = {});

/// Reads one JSON text (lib/syntax/json) into the same tree: strings are double-quoted scalars, other values plain ones,
/// collections flow ones.
Tree ParseJson(std::string_view source, FileId file, Arena& arena, const Limits& limits = {});

/// By the file's name and first character: `*.json` and what begins with `{` as JSON, else YAML. A file that begins with `{` and
/// is no JSON is read as YAML if its name does not end in .json.
Tree ParseEither(std::string_view path, std::string_view source, FileId file, Arena& arena, const Limits& limits = {});

/// The source, put together from the tree's leaves and what lies between them. Empty where a node's place is wrong (nodes
/// overlap, leave their parent, or text stands between them that is neither comment nor indicator): the invariant of the tree.
std::string Print(const Tree& tree);

/// Comments in source order, from `#` to the end of the line.
std::span<const Span> Comments(const Tree& tree, Arena& arena);

}  // namespace weir::yaml
