#include "lib/syntax/hcl/tree.h"

#include "lib/syntax/hcl/parser.h"

namespace weir::hcl {

std::string_view KindName(ExprKind kind) {
  switch (kind) {
    case ExprKind::kLiteral:
      return "LiteralValueExpr";
    case ExprKind::kTemplate:
      return "TemplateExpr";
    case ExprKind::kTemplateWrap:
      return "TemplateWrapExpr";
    case ExprKind::kTemplateJoin:
      return "TemplateJoinExpr";
    case ExprKind::kTuple:
      return "TupleConsExpr";
    case ExprKind::kObject:
      return "ObjectConsExpr";
    case ExprKind::kObjectKey:
      return "ObjectConsKeyExpr";
    case ExprKind::kFunctionCall:
      return "FunctionCallExpr";
    case ExprKind::kScopeTraversal:
      return "ScopeTraversalExpr";
    case ExprKind::kRelativeTraversal:
      return "RelativeTraversalExpr";
    case ExprKind::kIndex:
      return "IndexExpr";
    case ExprKind::kSplat:
      return "SplatExpr";
    case ExprKind::kAnonSymbol:
      return "AnonSymbolExpr";
    case ExprKind::kFor:
      return "ForExpr";
    case ExprKind::kConditional:
      return "ConditionalExpr";
    case ExprKind::kBinaryOp:
      return "BinaryOpExpr";
    case ExprKind::kUnaryOp:
      return "UnaryOpExpr";
    case ExprKind::kParentheses:
      return "ParenthesesExpr";
    case ExprKind::kError:
      return "ExprSyntaxError";
  }
  return "";
}

namespace {

// Writes nodes in order, and before each what lies between it and the one before. A node that is out of
// order, overlaps another or leaves its parent shows as a difference from the source.
class Printer {
 public:
  explicit Printer(std::string_view source) : source_(source) {}

  std::string Run(const Body& body) {
    WriteBody(body);
    Gap(static_cast<uint32_t>(source_.size()));
    return std::move(out_);
  }

 private:
  void Gap(uint32_t to) {
    if (to > at_) out_ += source_.substr(at_, to - at_);
    at_ = to;
  }
  void Write(const Span& span) {
    Gap(span.offset);
    out_ += source_.substr(span.offset, span.length);
    at_ = span.end();
  }

  void WriteBody(const Body& body) {
    size_t a = 0, b = 0;
    while (a < body.attributes.size() || b < body.blocks.size()) {
      const bool attribute =
          b == body.blocks.size() ||
          (a < body.attributes.size() && body.attributes[a]->span.offset < body.blocks[b]->span.offset);
      if (attribute) {
        const Attribute& it = *body.attributes[a++];
        Write(it.name_span);
        Write(it.equals_span);
        Write(it.expr->span);
      } else {
        const Block& it = *body.blocks[b++];
        Write(it.type_span);
        for (const Label& label : it.labels) Write(label.span);
        Gap(it.body_span.offset);
        WriteBody(*it.body);
        Gap(it.body_span.end());
      }
    }
  }

  std::string_view source_;
  uint32_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string Print(const Tree& tree) { return Printer(tree.source).Run(*tree.root); }

}  // namespace weir::hcl
