// What a file in HCL's native syntax says (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md), as
// a tree.
//
// Nodes live in the Arena that Parse was given and hold views into the source: both must outlive the tree.
// Every node has a span in bytes of the file whose FileId Parse was given; a node's span contains those of
// its children. The classes are those of the reference parser (hclsyntax), so that what is written about it
// holds here.
//
// Expressions are told apart by `kind`; an evaluator is one switch:
//
//   switch (e.kind) {
//     case ExprKind::kLiteral: return Literal(As<LiteralValue>(e));
//     case ExprKind::kTemplate: return Concatenate(As<Template>(e).parts);
//     …
//   }
//
// The height of an expression's tree is bounded by kHeightFactor * limits.depth (parser.h): recursion over it
// is safe.
#pragma once

#include <cassert>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/span.h"

namespace weir::hcl {

enum class ExprKind : uint8_t {
  kLiteral,            // 1, true, null; a literal part of a template
  kTemplate,           // "a ${b} c", "plain", <<EOT … EOT
  kTemplateWrap,       // "${x}" alone: the value of x, not converted to a string
  kTemplateJoin,       // %{ for … } … %{ endfor } in a template
  kTuple,              // [a, b]
  kObject,             // {a = b}
  kObjectKey,          // the key in {a = b}: only ever in ObjectItem::key
  kFunctionCall,       // f(a, b...)
  kScopeTraversal,     // aws_x.y[0].z
  kRelativeTraversal,  // f(a).b, the same steps after any other expression
  kIndex,              // a[b] where b is not a constant
  kSplat,              // a.*.b, a[*].b[0]
  kAnonSymbol,         // the element inside Splat::each
  kFor,                // [for k, v in c : v if d], {for …}
  kConditional,        // a ? b : c; %{ if } … %{ else } … %{ endif } in a template
  kBinaryOp,
  kUnaryOp,
  kParentheses,  // (a)
  kError,        // stands where no expression could be read; an error was reported
};

/// The reference parser's name of the class ("ScopeTraversalExpr", …).
std::string_view KindName(ExprKind kind);

struct Expr {
  ExprKind kind = ExprKind::kError;
  uint16_t height = 1;  // of the tree below and including this node
  Span span;
};

/// `e` as the class that its kind stands for.
template <typename T>
const T& As(const Expr& e) {
  assert(e.kind == T::kKind);
  return static_cast<const T&>(e);
}
/// `e` as a T, or null where it is of another kind (or null itself).
template <typename T>
const T* If(const Expr* e) {
  return e != nullptr && e->kind == T::kKind ? static_cast<const T*>(e) : nullptr;
}

enum class LiteralType : uint8_t { kNull, kBool, kNumber, kString };

struct LiteralValue : Expr {
  static constexpr ExprKind kKind = ExprKind::kLiteral;
  LiteralType type = LiteralType::kNull;
  bool boolean = false;
  // kNumber: as it is written ("1e3", "0.10"). kString: decoded (escapes, heredoc indentation, `~` trimming);
  // a view into the source where nothing had to be decoded, else into the arena. Not NFC-normalised.
  std::string_view text;
};

/// A string with parts, to be concatenated. A quoted string without sequences has exactly one part, a kString
/// literal (also ""); so has a heredoc without sequences, whatever its number of lines.
struct Template : Expr {
  static constexpr ExprKind kKind = ExprKind::kTemplate;
  std::span<const Expr* const> parts;  // never empty
  bool heredoc = false;
  bool flush = false;  // <<-

  /// The string where it is constant: one literal part. Null otherwise.
  const LiteralValue* literal() const {
    const auto* only = parts.size() == 1 ? If<LiteralValue>(parts[0]) : nullptr;
    return only != nullptr && only->type == LiteralType::kString ? only : nullptr;
  }
};

struct TemplateWrap : Expr {
  static constexpr ExprKind kKind = ExprKind::kTemplateWrap;
  const Expr* wrapped = nullptr;
};

/// Concatenates the elements of the tuple that `tuple` (a For whose value is a Template) gives.
struct TemplateJoin : Expr {
  static constexpr ExprKind kKind = ExprKind::kTemplateJoin;
  const Expr* tuple = nullptr;
};

struct TupleCons : Expr {
  static constexpr ExprKind kKind = ExprKind::kTuple;
  std::span<const Expr* const> items;
};

/// The key of an object's item. `literal_name` is not empty where a bare identifier (or the keyword true,
/// false, null) is the key itself: `{a = 1}` has the key "a". Otherwise `wrapped` is to be evaluated: `{(a) =
/// 1}`, `{"${a}" = 1}`.
struct ObjectKey : Expr {
  static constexpr ExprKind kKind = ExprKind::kObjectKey;
  const Expr* wrapped = nullptr;
  std::string_view literal_name;
};

struct ObjectItem {
  const ObjectKey* key = nullptr;
  const Expr* value = nullptr;
};

struct ObjectCons : Expr {
  static constexpr ExprKind kKind = ExprKind::kObject;
  std::span<const ObjectItem> items;
};

struct FunctionCall : Expr {
  static constexpr ExprKind kKind = ExprKind::kFunctionCall;
  std::string_view name;  // "merge", "provider::aws::arn_parse"
  Span name_span;
  std::span<const Expr* const> args;
  bool expand_final = false;  // f(a, b...)
};

enum class StepKind : uint8_t { kAttr, kIndex };

/// One step of a traversal: `.name`, or an index with a constant key: `[0]`, `["k"]`, the legacy `.0`.
struct Step {
  StepKind kind = StepKind::kAttr;
  LiteralType key_type =
      LiteralType::kString;  // of an index: number or string (bool and null parse, but are useless)
  Span span;                 // with the dot or brackets
  std::string_view text;     // the name; the key: number as written, or decoded string
};

struct ScopeTraversal : Expr {
  static constexpr ExprKind kKind = ExprKind::kScopeTraversal;
  std::string_view root;
  Span root_span;
  std::span<const Step> steps;
};

struct RelativeTraversal : Expr {
  static constexpr ExprKind kKind = ExprKind::kRelativeTraversal;
  const Expr* source = nullptr;
  std::span<const Step> steps;
};

struct Index : Expr {
  static constexpr ExprKind kKind = ExprKind::kIndex;
  const Expr* collection = nullptr;
  const Expr* key = nullptr;
};

/// The element that the innermost Splat around it is at.
struct AnonSymbol : Expr {
  static constexpr ExprKind kKind = ExprKind::kAnonSymbol;
};

/// `each` is evaluated for every element of `source`; in it AnonSymbol stands for the element.
struct Splat : Expr {
  static constexpr ExprKind kKind = ExprKind::kSplat;
  const Expr* source = nullptr;
  const Expr* each = nullptr;   // an AnonSymbol, or traversals over one
  Span marker_span;             // `.*` or `[*]`
  bool attribute_only = false;  // `.*`
};

struct For : Expr {
  static constexpr ExprKind kKind = ExprKind::kFor;
  std::string_view key_var;  // empty where only one variable is declared
  std::string_view value_var;
  const Expr* collection = nullptr;
  const Expr* key = nullptr;  // null: a tuple is made
  const Expr* value = nullptr;
  const Expr* cond = nullptr;  // null without `if`
  bool group = false;          // `...` after the value
};

struct Conditional : Expr {
  static constexpr ExprKind kKind = ExprKind::kConditional;
  const Expr* condition = nullptr;
  const Expr* true_result = nullptr;
  const Expr* false_result = nullptr;
};

enum class BinaryOperator : uint8_t {
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo
};

struct BinaryOp : Expr {
  static constexpr ExprKind kKind = ExprKind::kBinaryOp;
  BinaryOperator op = BinaryOperator::kAdd;
  const Expr* lhs = nullptr;
  const Expr* rhs = nullptr;
};

enum class UnaryOperator : uint8_t { kNot, kNegate };

struct UnaryOp : Expr {
  static constexpr ExprKind kKind = ExprKind::kUnaryOp;
  UnaryOperator op = UnaryOperator::kNot;
  const Expr* operand = nullptr;
};

struct Parentheses : Expr {
  static constexpr ExprKind kKind = ExprKind::kParentheses;
  const Expr* inner = nullptr;
};

struct ErrorExpr : Expr {
  static constexpr ExprKind kKind = ExprKind::kError;
};

struct Body;

struct Attribute {
  std::string_view name;
  Span name_span;
  Span equals_span;
  const Expr* expr = nullptr;  // never null; an ErrorExpr where it could not be read
  Span span;                   // from the name to the end of the expression
};

struct Label {
  std::string_view text;  // decoded
  Span span;              // with its quotes
  bool quoted = false;
};

struct Block {
  std::string_view type;
  Span type_span;
  std::span<const Label> labels;
  Span header_span;  // from the type to the end of the last label
  Span body_span;    // from { to } inclusive; empty, after the header, where an error left no body
  Span span;
  const Body* body = nullptr;  // never null
};

/// Attributes and blocks, each list in source order. A name that is set twice is there twice (and an error).
struct Body {
  std::span<const Attribute* const> attributes;
  std::span<const Block* const> blocks;
  Span span;  // as Block::body_span; of a file: all of it

  /// The first attribute of that name, or null. Linear.
  const Attribute* Find(std::string_view name) const {
    for (const Attribute* a : attributes)
      if (a->name == name) return a;
    return nullptr;
  }
};

}  // namespace weir::hcl
