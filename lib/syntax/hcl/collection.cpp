// Tuples, objects and for-expressions.
#include <algorithm>

#include "lib/syntax/hcl/parser_impl.h"

namespace weir::hcl {

const Expr* Parser::ParseTuple() {
  const Token& open = Read();
  const NewlineMode mode(*this, false);
  if (IsKeyword(Peek(), "for")) return ParseFor(open, TokenKind::kCloseBracket);
  const size_t items = exprs_.size();
  uint32_t height = 1;
  for (;;) {
    if (PeekKind() == TokenKind::kCloseBracket) {
      Read();
      break;
    }
    const uint32_t before = failures_;
    const Expr* item = ParseExpression();
    height = std::max(height, Above(item));
    exprs_.push_back(item);
    if (failures_ == before) {
      const Token& next = Peek();
      if (next.kind == TokenKind::kComma) {
        Read();
        continue;
      }
      if (next.kind == TokenKind::kCloseBracket) continue;
      if (next.kind == TokenKind::kEof)
        Fail(SpanOf(open), "Unterminated tuple constructor expression",
             "There is no closing bracket for this one before the end of the file.");
      else
        Fail(SpanOf(next), "Missing item separator", "Expected a comma before the next item.");
    }
    Recover(TokenKind::kCloseBracket);
    break;
  }
  TupleCons* e = New<TupleCons>(SpanOf(open.offset, tokens_[next_ - 1].end()), height);
  e->items = Pop(exprs_, items);
  return e;
}

const Expr* Parser::ParseObject() {
  const Token& open = Read();
  {
    const NewlineMode mode(*this, false);
    if (IsKeyword(Peek(), "for")) return ParseFor(open, TokenKind::kCloseBrace);
  }
  const NewlineMode mode(*this, true);
  const size_t items = items_.size();
  uint32_t height = 1;
  for (;;) {
    const TokenKind kind = PeekKind();
    if (kind == TokenKind::kNewline) {
      Read();
      continue;
    }
    if (kind == TokenKind::kCloseBrace) {
      Read();
      break;
    }
    if (!ParseObjectItem(open)) {
      Recover(TokenKind::kCloseBrace);
      break;
    }
  }
  for (size_t i = items; i < items_.size(); ++i)
    height = std::max({height, items_[i].key->height + 1u, items_[i].value->height + 1u});
  ObjectCons* e = New<ObjectCons>(SpanOf(open.offset, tokens_[next_ - 1].end()), height);
  e->items = Pop(items_, items);
  return e;
}

/// One `key = value` with the comma or newline after it; false where recovery is needed.
bool Parser::ParseObjectItem(const Token& open) {
  const bool parenthesised = PeekKind() == TokenKind::kOpenParen;
  const uint32_t before = failures_;
  const Expr* wrapped = ParseExpression();
  if (failures_ != before) return false;
  const uint32_t height = Above(wrapped);
  ObjectKey* key = New<ObjectKey>(wrapped->span, height);
  key->wrapped = wrapped;
  if (!parenthesised) {
    const auto* name = If<ScopeTraversal>(wrapped);
    const auto* keyword = If<LiteralValue>(wrapped);
    if (name != nullptr && name->steps.empty()) key->literal_name = name->root;
    if (keyword != nullptr && keyword->type != LiteralType::kNumber) key->literal_name = keyword->text;
  }

  const Token& equal = Peek();
  if (equal.kind != TokenKind::kEqual && equal.kind != TokenKind::kColon) {
    if (equal.kind == TokenKind::kNewline || equal.kind == TokenKind::kComma)
      Fail(SpanOf(equal), "Missing attribute value",
           "Expected a value after the key, with an equals sign (\"=\").");
    else if (equal.kind == TokenKind::kEof)
      Fail(SpanOf(open), "Unterminated object constructor expression",
           "There is no closing brace for this one before the end of the file.");
    else
      Fail(SpanOf(equal), "Missing key/value separator",
           "Expected an equals sign (\"=\") before the value. A key with dots or spaces must be quoted.");
    return false;
  }
  Read();
  const Expr* value = ParseExpression();
  Above(value);
  const Expr* bounded = key;
  Above(bounded);
  if (bounded == key) items_.push_back({key, value});
  if (failures_ != before) return false;

  const Token& next = Peek();
  if (next.kind == TokenKind::kCloseBrace) return true;
  if (next.kind == TokenKind::kComma || next.kind == TokenKind::kNewline) {
    Read();
    return true;
  }
  if (next.kind == TokenKind::kEof)
    Fail(SpanOf(open), "Unterminated object constructor expression",
         "There is no closing brace for this one before the end of the file.");
  else
    Fail(SpanOf(next), "Missing attribute separator",
         "Expected a newline or comma before the next attribute.");
  return false;
}

const Expr* Parser::FailFor(const Token& open, TokenKind closer, std::string_view detail) {
  Fail(SpanOf(Peek()), "Invalid 'for' expression", detail);
  Recover(closer);
  return NewError(SpanOf(open.offset, tokens_[next_ - 1].end()));
}

/// `v in` or `k, v in`; false (and an error) where they are not there.
bool Parser::ParseForNames(std::string_view* key, std::string_view* value, std::string_view summary) {
  if (PeekKind() != TokenKind::kIdent) {
    Fail(SpanOf(Peek()), summary, "The name of a variable is required after 'for'.");
    return false;
  }
  *value = Text(Read());
  if (PeekKind() == TokenKind::kComma) {
    *key = *value;
    Read();
    if (PeekKind() != TokenKind::kIdent) {
      Fail(SpanOf(Peek()), summary, "The name of a variable is required after the comma.");
      return false;
    }
    *value = Text(Read());
  }
  if (!IsKeyword(Peek(), "in")) {
    Fail(SpanOf(Peek()), summary, "The keyword 'in' is required after the names.");
    return false;
  }
  Read();
  return true;
}

const Expr* Parser::ParseFor(const Token& open, TokenKind closer) {
  const NewlineMode mode(*this, false);
  Read();  // "for"
  const uint32_t before = failures_;
  const auto recovered = [&] {
    Recover(closer);
    return NewError(SpanOf(open.offset, tokens_[next_ - 1].end()));
  };
  std::string_view key_var, value_var;
  if (!ParseForNames(&key_var, &value_var, "Invalid 'for' expression")) return recovered();
  const Expr* collection = ParseExpression();
  if (failures_ != before) return recovered();
  if (PeekKind() != TokenKind::kColon)
    return FailFor(open, closer, "A colon is required after the collection expression.");
  Read();
  const Expr* key = nullptr;
  const Expr* value = ParseExpression();
  if (failures_ == before && PeekKind() == TokenKind::kFatArrow) {
    Read();
    key = value;
    value = ParseExpression();
  }
  if (failures_ != before) return recovered();
  const Token* ellipsis = nullptr;
  if (PeekKind() == TokenKind::kEllipsis) ellipsis = &Read();
  const Expr* cond = nullptr;
  if (IsKeyword(Peek(), "if")) {
    Read();
    cond = ParseExpression();
    if (failures_ != before) return recovered();
  }
  if (PeekKind() != closer)
    return FailFor(open, closer, "There are extra characters after the end of the 'for' expression.");
  Read();
  const bool object = closer == TokenKind::kCloseBrace;
  if (!object && key != nullptr)
    Report(key->span, "Invalid 'for' expression", "A key is not valid where a tuple is built.");
  if (!object && ellipsis != nullptr)
    Report(SpanOf(*ellipsis), "Invalid 'for' expression",
           "\"...\" groups an object's values; this is a tuple.");
  if (object && key == nullptr)
    Report(value->span, "Invalid 'for' expression", "A key is required where an object is built.");

  uint32_t height = std::max(Above(collection), Above(value));
  if (key != nullptr) height = std::max(height, Above(key));
  if (cond != nullptr) height = std::max(height, Above(cond));
  For* e = New<For>(SpanOf(open.offset, tokens_[next_ - 1].end()), height);
  e->key_var = key_var;
  e->value_var = value_var;
  e->collection = collection;
  e->key = key;
  e->value = value;
  e->cond = cond;
  e->group = ellipsis != nullptr;
  return e;
}

}  // namespace weir::hcl
