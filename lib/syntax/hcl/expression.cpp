// Operators, terms, calls and traversals.
#include <algorithm>
#include <string>

#include "lib/syntax/hcl/parser_impl.h"

namespace weir::hcl {
namespace {

struct OperatorRow {
  int precedence;  // 0: no binary operator
  BinaryOperator op;
};

OperatorRow OperatorOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kOr:
      return {1, BinaryOperator::kOr};
    case TokenKind::kAnd:
      return {2, BinaryOperator::kAnd};
    case TokenKind::kEqualEqual:
      return {3, BinaryOperator::kEqual};
    case TokenKind::kNotEqual:
      return {3, BinaryOperator::kNotEqual};
    case TokenKind::kGreater:
      return {4, BinaryOperator::kGreater};
    case TokenKind::kGreaterEqual:
      return {4, BinaryOperator::kGreaterEqual};
    case TokenKind::kLess:
      return {4, BinaryOperator::kLess};
    case TokenKind::kLessEqual:
      return {4, BinaryOperator::kLessEqual};
    case TokenKind::kPlus:
      return {5, BinaryOperator::kAdd};
    case TokenKind::kMinus:
      return {5, BinaryOperator::kSubtract};
    case TokenKind::kStar:
      return {6, BinaryOperator::kMultiply};
    case TokenKind::kSlash:
      return {6, BinaryOperator::kDivide};
    case TokenKind::kPercent:
      return {6, BinaryOperator::kModulo};
    default:
      return {0, BinaryOperator::kOr};
  }
}

// Digits, a fraction, an exponent; the lexer lets more than one dot through.
bool IsNumber(std::string_view text) {
  size_t i = 0;
  const auto digits = [&] {
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
  };
  digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    digits();
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    digits();
  }
  return i == text.size();
}

}  // namespace

const Expr* Parser::ParseOnlyExpression() {
  if (bad_tokens_) ReportBadTokens();
  newlines_ = false;
  const Expr* expr = ParseExpression();
  const Token& end = Peek();
  if (end.kind != TokenKind::kEof)
    Fail(SpanOf(end), "Extra characters after expression", "An expression was read, and more follows it.");
  return expr;
}

const Expr* Parser::ParseExpression() {
  const Level level(*this);
  if (!level.ok()) return NewMissing();
  uint32_t before = failures_;
  const Expr* condition = ParseBinary(1);
  if (failures_ != before || PeekKind() != TokenKind::kQuestion) return condition;
  Read();
  const Expr* true_result = ParseExpression();
  if (failures_ != before) return condition;
  const Token& colon = Peek();
  if (colon.kind != TokenKind::kColon) {
    Fail(SpanOf(colon), "Missing false expression in conditional",
         "A conditional (...?...:...) needs a colon and the expression for the case that is false.");
    return condition;
  }
  Read();
  const Expr* false_result = ParseExpression();
  const uint32_t height = std::max({Above(condition), Above(true_result), Above(false_result)});
  Conditional* e = New<Conditional>(Cover(condition->span, false_result->span), height);
  e->condition = condition;
  e->true_result = true_result;
  e->false_result = false_result;
  return e;
}

const Expr* Parser::ParseBinary(int min_precedence) {
  const uint32_t before = failures_;
  const Expr* lhs = ParseWithTraversals();
  while (failures_ == before) {
    const OperatorRow row = OperatorOf(PeekKind());
    if (row.precedence < min_precedence || row.precedence == 0) break;
    Read();
    const Expr* rhs = ParseBinary(row.precedence + 1);
    const uint32_t height = std::max(Above(lhs), Above(rhs));
    BinaryOp* e = New<BinaryOp>(Cover(lhs->span, rhs->span), height);
    e->op = row.op;
    e->lhs = lhs;
    e->rhs = rhs;
    lhs = e;
  }
  return lhs;
}

const Expr* Parser::ParseWithTraversals() { return ParseTraversals(ParseTerm()); }

/// `source` with the steps above `steps`, or `source` where there are none.
const Expr* Parser::FinishSteps(const Expr* source, size_t steps) {
  if (steps_.size() == steps) return source;
  const Span end = steps_.back().span;
  if (source->kind == ExprKind::kScopeTraversal && As<ScopeTraversal>(*source).steps.empty()) {
    ScopeTraversal* e = New<ScopeTraversal>(Cover(source->span, end));
    e->root = As<ScopeTraversal>(*source).root;
    e->root_span = source->span;
    e->steps = Pop(steps_, steps);
    return e;
  }
  const uint32_t height = Above(source);
  RelativeTraversal* e = New<RelativeTraversal>(Cover(source->span, end), height);
  e->source = source;
  e->steps = Pop(steps_, steps);
  return e;
}

const Expr* Parser::ParseTraversals(const Expr* from) {
  const size_t steps = steps_.size();
  const uint32_t before = failures_;
  const Expr* ret = from;
  while (failures_ == before) {
    const TokenKind kind = PeekKind();
    if (kind == TokenKind::kDot) {
      const Token& dot = Read();
      if (PeekKind() == TokenKind::kStar) {
        ret = ParseAttributeSplat(FinishSteps(ret, steps), dot);
      } else if (!ParseDotStep(dot)) {
        break;
      }
    } else if (kind == TokenKind::kOpenBracket) {
      ret = ParseBracket(ret, steps);
    } else {
      break;
    }
  }
  return FinishSteps(ret, steps);
}

Step Parser::NumberStep(const Token& dot, const Token& number) {
  const std::string_view text = Text(number);
  if (text.find('.') != std::string_view::npos)
    Report(SpanOf(number), "Invalid legacy index syntax",
           "When several indices follow each other, write them in brackets: [0][1].");
  return {StepKind::kIndex, LiteralType::kNumber, SpanOf(dot.offset, number.end()), text};
}

/// `.name` or the legacy `.0`; the dot is read.
bool Parser::ParseDotStep(const Token& dot) {
  const Token& t = Peek();
  if (t.kind == TokenKind::kIdent) {
    Read();
    steps_.push_back({StepKind::kAttr, LiteralType::kString, SpanOf(dot.offset, t.end()), Text(t)});
    return true;
  }
  if (t.kind == TokenKind::kNumber) {
    Read();
    steps_.push_back(NumberStep(dot, t));
    return true;
  }
  Fail(SpanOf(t), "Invalid attribute name", "An attribute name is required after a dot.");
  return false;
}

const Expr* Parser::ParseAttributeSplat(const Expr* source, const Token& dot) {
  const Token& star = Read();
  const Span marker = SpanOf(dot.offset, star.end());
  const size_t steps = steps_.size();
  while (PeekKind() == TokenKind::kDot) {
    const Token& next = Read();
    if (PeekKind() == TokenKind::kStar) {
      Fail(SpanOf(Peek()), "Nested splat expression not allowed",
           "A splat expression (*) cannot be used inside another attribute-only splat expression.");
      break;
    }
    if (!ParseDotStep(next)) break;
  }
  const Expr* each = FinishSteps(New<AnonSymbol>(marker), steps);
  const uint32_t height = std::max(Above(source), Above(each));
  Splat* e = New<Splat>(Cover(source->span, each->span), height);
  e->source = source;
  e->each = each;
  e->marker_span = marker;
  e->attribute_only = true;
  return e;
}

const Expr* Parser::NumberLiteral(const Token& token) {
  LiteralValue* e = New<LiteralValue>(SpanOf(token));
  e->type = LiteralType::kNumber;
  e->text = Text(token);
  if (!IsNumber(e->text)) Report(e->span, "Invalid number literal", "This is not a number.");
  return e;
}

const LiteralValue* Parser::NewString(std::string_view text, Span span) {
  LiteralValue* e = New<LiteralValue>(span);
  e->type = LiteralType::kString;
  e->text = text;
  return e;
}

const Expr* Parser::ParseTerm() {
  const Token& t = Peek();
  switch (t.kind) {
    case TokenKind::kIdent: {
      Read();
      const TokenKind next = PeekKind();
      if (next == TokenKind::kOpenParen || next == TokenKind::kDoubleColon) return ParseFunctionCall(t);
      const std::string_view name = Text(t);
      if (name == "true" || name == "false" || name == "null") {
        LiteralValue* e = New<LiteralValue>(SpanOf(t));
        e->type = name == "null" ? LiteralType::kNull : LiteralType::kBool;
        e->boolean = name == "true";
        e->text = name;
        return e;
      }
      ScopeTraversal* e = New<ScopeTraversal>(SpanOf(t));
      e->root = name;
      e->root_span = e->span;
      return e;
    }
    case TokenKind::kNumber:
      Read();
      return NumberLiteral(t);
    case TokenKind::kOpenQuote:
    case TokenKind::kOpenHeredoc:
      return ParseTemplate();
    case TokenKind::kOpenParen:
      return ParseParentheses();
    case TokenKind::kMinus:
    case TokenKind::kBang:
      return ParseUnary();
    case TokenKind::kOpenBracket:
      return ParseTuple();
    case TokenKind::kOpenBrace:
      return ParseObject();
    case TokenKind::kNewline:
    case TokenKind::kEof:
      Fail(SpanOf(t), "Missing expression", "The start of an expression is expected here.");
      return NewMissing();
    default:
      if (t.kind >= TokenKind::kBitwise) {
        ++failures_;  // reported already
        recovery_ = true;
      } else {
        Fail(SpanOf(t), "Invalid expression",
             "Expected the start of an expression, but found something else.");
      }
      return NewMissing();
  }
}

const Expr* Parser::ParseUnary() {
  const Token& op = Read();
  const Level level(*this);
  if (!level.ok()) return NewError(SpanOf(op));
  const Expr* operand = ParseWithTraversals();
  const uint32_t height = Above(operand);
  UnaryOp* e = New<UnaryOp>(Cover(SpanOf(op), operand->span), height);
  e->op = op.kind == TokenKind::kBang ? UnaryOperator::kNot : UnaryOperator::kNegate;
  e->operand = operand;
  return e;
}

const Expr* Parser::ParseParentheses() {
  const Token& open = Read();
  const NewlineMode mode(*this, false);
  const uint32_t before = failures_;
  const Expr* inner = ParseExpression();
  uint32_t end;
  if (failures_ != before) {
    end = Recover(TokenKind::kCloseParen).kind == TokenKind::kCloseParen ? tokens_[next_ - 1].end() : 0;
  } else {
    const Token& close = Peek();
    if (close.kind != TokenKind::kCloseParen)
      Fail(SpanOf(close), "Unbalanced parentheses", "Expected a closing parenthesis to end the expression.");
    else
      Read();
    end = close.kind == TokenKind::kCloseParen ? close.end() : 0;
  }
  const uint32_t height = Above(inner);
  Span span = Cover(SpanOf(open), inner->span);
  if (end > open.offset) span = Cover(span, SpanOf(open.offset, end));
  Parentheses* e = New<Parentheses>(span, height);
  e->inner = inner;
  return e;
}

// A constant key is one more step of `ret`; otherwise `ret` with its steps (those above `steps`) is what is
// indexed.
const Expr* Parser::ParseBracket(const Expr* ret, size_t steps) {
  const Token& open = Read();
  if (PeekKind() == TokenKind::kStar) {
    ret = FinishSteps(ret, steps);
    Read();
    if (PeekKind() == TokenKind::kCloseBracket) {
      Read();
    } else {
      Fail(SpanOf(Peek()), "Missing close bracket on splat index",
           "A closing bracket (\"]\") must follow the star right away.");
      Recover(TokenKind::kCloseBracket);
    }
    const Span marker = SpanOf(open.offset, tokens_[next_ - 1].end());
    const Level level(*this);
    if (!level.ok()) return NewError(Cover(ret->span, marker));
    const Expr* each = ParseTraversals(New<AnonSymbol>(marker));
    const uint32_t height = std::max(Above(ret), Above(each));
    Splat* e = New<Splat>(Cover(ret->span, each->span), height);
    e->source = ret;
    e->each = each;
    e->marker_span = marker;
    return e;
  }
  const NewlineMode mode(*this, false);
  const uint32_t before = failures_;
  const Expr* key = ParseExpression();
  if (failures_ == before && PeekKind() != TokenKind::kCloseBracket)
    Fail(SpanOf(Peek()), "Missing close bracket on index",
         "The index operator must end with a closing bracket (\"]\").");
  uint32_t end;
  if (failures_ != before) {
    Recover(TokenKind::kCloseBracket);
    end = tokens_[next_ - 1].end();
  } else {
    end = Read().end();
  }
  const Span span = SpanOf(open.offset, end);
  const LiteralValue* constant = If<LiteralValue>(key);
  if (const auto* quoted = If<Template>(key); quoted != nullptr) constant = quoted->literal();
  if (constant != nullptr) {
    steps_.push_back({StepKind::kIndex, constant->type, span, constant->text});
    return ret;
  }
  ret = FinishSteps(ret, steps);
  const uint32_t height = std::max(Above(ret), Above(key));
  Index* e = New<Index>(Cover(ret->span, span), height);
  e->collection = ret;
  e->key = key;
  return e;
}

const Expr* Parser::ParseFunctionCall(const Token& name) {
  FunctionCall call;
  const Token* last = &name;
  const Token* open = &Read();
  while (open->kind == TokenKind::kDoubleColon) {
    last = &Read();
    if (last->kind != TokenKind::kIdent) {
      Fail(SpanOf(*last), "Missing function name", "A function's name must follow the scope symbol \"::\".");
      --next_;
      return NewError(SpanOf(name));
    }
    open = &Read();
  }
  call.name = source_.substr(name.offset, last->end() - name.offset);
  call.name_span = SpanOf(name.offset, last->end());
  if (last != &name && call.name.find_first_of(" \t\r\n") != std::string_view::npos) {
    std::string compact;
    for (char c : call.name)
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') compact += c;
    call.name = arena_.Copy(compact);
  }
  if (open->kind != TokenKind::kOpenParen) {
    Fail(SpanOf(*open), "Missing open parenthesis",
         "An opening parenthesis must follow the function's name.");
    if (open->kind != TokenKind::kEof) --next_;
    return NewError(call.name_span);
  }

  const NewlineMode mode(*this, false);
  const size_t args = exprs_.size();
  uint32_t height = 1;
  for (;;) {
    if (PeekKind() == TokenKind::kCloseParen) {
      Read();
      break;
    }
    const uint32_t before = failures_;
    const Expr* arg = ParseExpression();
    height = std::max(height, Above(arg));
    exprs_.push_back(arg);
    if (failures_ == before) {
      const Token& next = Peek();
      if (next.kind == TokenKind::kComma) {
        Read();
        continue;
      }
      if (next.kind == TokenKind::kEllipsis) {
        Read();
        call.expand_final = true;
        if (PeekKind() == TokenKind::kCloseParen) continue;
        Fail(SpanOf(next), "Missing closing parenthesis",
             "A closing parenthesis must follow an expanded argument (with \"...\").");
      } else if (next.kind == TokenKind::kCloseParen) {
        continue;
      } else if (next.kind == TokenKind::kEof) {
        Fail(SpanOf(name.offset, open->end()), "Unterminated function call",
             "There is no closing parenthesis for this function call before the end of the file.");
      } else {
        Fail(SpanOf(next), "Missing argument separator",
             "A comma is required between a function's arguments.");
      }
    }
    Recover(TokenKind::kCloseParen);
    break;
  }
  FunctionCall* e = New<FunctionCall>(SpanOf(name.offset, tokens_[next_ - 1].end()), height);
  e->name = call.name;
  e->name_span = call.name_span;
  e->expand_final = call.expand_final;
  e->args = Pop(exprs_, args);
  return e;
}

}  // namespace weir::hcl
