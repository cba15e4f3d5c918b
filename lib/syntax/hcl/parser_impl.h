// The parser's inside: one class, its methods by subject in parser.cpp (bodies), expression.cpp,
// collection.cpp and template.cpp. Not for inclusion elsewhere.
//
// Parsing is one pass over the tokens without backtracking; a token is looked at a bounded number of times.
// After an error `recovery_` is set, which silences what follows from it until the next item of a body
// begins.
#pragma once

#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/syntax/hcl/lexer.h"
#include "lib/syntax/hcl/parser.h"

namespace weir::hcl {

class Parser {
 public:
  /// `at` says where the source stands; where its length differs, every span is `at`.
  Parser(std::string_view source, Span at, const LexOptions& lexing, Arena& arena, const Limits& limits);

  const Body* ParseFile();
  const Expr* ParseOnlyExpression();
  const Expr* ParseBareTemplate();
  std::span<const SyntaxError> errors() { return arena_.Copy(errors_); }

 private:
  // Tokens. Newlines count where `newlines_` is set, as inside bodies and objects.
  const Token& Peek() const {
    size_t i = next_;
    if (!newlines_)
      while (tokens_[i].kind == TokenKind::kNewline) ++i;
    return tokens_[i];
  }
  const Token& Read() {
    if (!newlines_)
      while (tokens_[next_].kind == TokenKind::kNewline) ++next_;
    return tokens_[next_].kind == TokenKind::kEof ? tokens_[next_] : tokens_[next_++];
  }
  TokenKind PeekKind() const { return Peek().kind; }
  std::string_view Text(const Token& t) const { return source_.substr(t.offset, t.length); }
  bool IsKeyword(const Token& t, std::string_view word) const {
    return t.kind == TokenKind::kIdent && Text(t) == word;
  }
  Span SpanOf(uint32_t from, uint32_t to) const {
    return exact_ ? Span{at_.file, at_.offset + from, to - from} : at_;
  }
  Span SpanOf(const Token& t) const { return SpanOf(t.offset, t.end()); }

  /// Sets whether newlines count, until the end of the scope.
  class NewlineMode {
   public:
    NewlineMode(Parser& p, bool on) : parser_(p), before_(p.newlines_) { p.newlines_ = on; }
    ~NewlineMode() { parser_.newlines_ = before_; }
    NewlineMode(const NewlineMode&) = delete;
    NewlineMode& operator=(const NewlineMode&) = delete;

   private:
    Parser& parser_;
    bool before_;
  };

  // Errors.
  void Report(Span span, std::string_view summary, std::string_view detail);
  /// Reports unless this is a consequence of an earlier error, and begins recovery.
  void Fail(Span span, std::string_view summary, std::string_view detail);
  void ReportBadTokens();
  /// Reads to the `end` that closes what is open, and past it. Stops early where a new top-level block
  /// begins.
  const Token& Recover(TokenKind end);
  void RecoverAfterItem(bool in_block);
  bool AtNewTopLevelItem() const;

  /// Counts one level of nesting for as long as it lives; ok() is false (and an error reported) beyond the
  /// limit.
  class Level {
   public:
    explicit Level(Parser& p) : parser_(p), ok_(++p.depth_ <= p.limits_.depth) {
      if (!ok_) p.FailDepth();
    }
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    bool ok() const { return ok_; }

   private:
    Parser& parser_;
    bool ok_;
  };
  void FailDepth();

  // Bodies (parser.cpp).
  const Body* ParseBody(uint32_t start, bool in_block);
  const Body* ParseSingleLineBody(uint32_t start);
  void ParseItem(bool in_block);
  const Attribute* ParseAttribute(const Token& name, bool single_line, bool in_block);
  const Block* ParseBlock(const Token& type, bool in_block);
  Label ParseLabel();
  const Body* FinishBody(size_t attributes, size_t blocks, Span span);
  void ReportRedefined(size_t attributes);

  // Expressions (expression.cpp).
  const Expr* ParseExpression();
  const Expr* ParseBinary(int min_precedence);
  const Expr* ParseWithTraversals();
  const Expr* ParseTraversals(const Expr* from);
  const Expr* ParseTerm();
  const Expr* ParseUnary();
  const Expr* ParseParentheses();
  const Expr* ParseFunctionCall(const Token& name);
  const Expr* ParseAttributeSplat(const Expr* source, const Token& dot);
  bool ParseDotStep(const Token& dot);
  const Expr* ParseBracket(const Expr* ret, size_t steps);
  Step NumberStep(const Token& dot, const Token& number);
  const Expr* NumberLiteral(const Token& token);
  const Expr* FinishSteps(const Expr* source, size_t steps);

  // Tuples, objects, for (collection.cpp).
  const Expr* ParseTuple();
  const Expr* ParseObject();
  bool ParseObjectItem(const Token& open);
  const Expr* ParseFor(const Token& open, TokenKind closer);
  const Expr* FailFor(const Token& open, TokenKind closer, std::string_view detail);
  bool ParseForNames(std::string_view* key, std::string_view* value, std::string_view summary);

  // Templates (template.cpp).
  enum class PartKind : uint8_t { kLiteral, kInterp, kIf, kElse, kEndIf, kFor, kEndFor, kEnd };
  struct Part {
    PartKind kind;
    bool quoted = false;  // of a literal
    Span span;
    std::string_view text;  // of a literal: decoded
    const Expr* expr = nullptr;
    std::string_view key_var, value_var;
  };
  const Expr* ParseTemplate();
  const Expr* ParseTemplateParts(TokenKind end, const Token& open, bool flush);
  void ReadParts(TokenKind end, bool flush);
  void ReadInterp(const Token& open, TokenKind end, Span start, bool* trim_next);
  void ReadControl(const Token& open, bool* trim_next);
  void FinishSequence(const Token& keyword, bool* trim_next);
  void TrimBefore();
  void StripIndentation(size_t first);
  void MeldLiterals(size_t first);
  const Expr* StructurePart(size_t* at);
  const Expr* StructureIf(size_t* at);
  const Expr* StructureFor(size_t* at);
  const Expr* TemplateOf(size_t mark, Span empty_at);
  std::string_view Decode(const Token& token, bool quoted);
  std::string_view DecodeEscapes(std::string_view raw, uint32_t offset, bool quoted);

  // Nodes. Heights are kept so that no tree is deeper than an evaluator's stack can bear.
  template <typename T>
  T* New(Span span, uint32_t height = 1) {
    T* node = arena_.New<T>();
    node->kind = T::kKind;
    node->span = span;
    node->height = static_cast<uint16_t>(height);
    return node;
  }
  /// The height of a node above `child`, which becomes an ErrorExpr where that would be too much.
  uint32_t Above(const Expr*& child) {
    if (child->height >= max_height_) child = FailHeight(child);
    return child->height + 1u;
  }
  const Expr* FailHeight(const Expr* child);
  const Expr* NewError(Span span) { return New<ErrorExpr>(span); }
  /// An expression that is not there: empty, after what was read last, and so inside whatever node is being read.
  const Expr* NewMissing() {
    const uint32_t at = next_ == 0 ? tokens_[0].offset : tokens_[next_ - 1].end();
    return New<ErrorExpr>(SpanOf(at, at));
  }
  const LiteralValue* NewString(std::string_view text, Span span);

  std::string_view source_;
  Span at_;
  bool exact_;
  Arena& arena_;
  Limits limits_;
  std::vector<Token> tokens_;
  bool bad_tokens_ = false;
  size_t next_ = 0;
  bool newlines_ = true;
  bool recovery_ = false;
  bool resync_ = false;    // recovery stopped at a new top-level item: bodies around end
  uint32_t failures_ = 0;  // Fail() calls, silenced ones too
  uint32_t depth_ = 0;
  uint32_t max_height_;
  std::vector<SyntaxError> errors_;
  // Lists that are being built, each used as a stack: a list's items are those above the size it began with.
  std::vector<const Expr*> exprs_;
  std::vector<Step> steps_;
  std::vector<ObjectItem> items_;
  std::vector<Part> parts_;
  std::vector<Label> labels_;
  std::vector<const Attribute*> attributes_;
  std::vector<const Block*> blocks_;

  template <typename T>
  std::span<T> Pop(std::vector<T>& list, size_t mark) {
    std::span<T> out = arena_.NewArray<T>(list.size() - mark);
    for (size_t i = 0; i < out.size(); ++i) out[i] = list[mark + i];
    list.resize(mark);
    return out;
  }
};

}  // namespace weir::hcl
