#include "lib/syntax/hcl/parser.h"

#include <algorithm>
#include <unordered_set>

#include "lib/syntax/hcl/parser_impl.h"

namespace weir::hcl {

Parser::Parser(std::string_view source, Span at, const LexOptions& lexing, Arena& arena, const Limits& limits)
    : source_(source), at_(at), exact_(at.length == source.size()), arena_(arena), limits_(limits) {
  TokenList list = Lex(source, lexing);
  tokens_ = std::move(list.tokens);
  bad_tokens_ = list.invalid;
  max_height_ = std::min<uint32_t>(kHeightFactor * std::max(limits.depth, 1u), UINT16_MAX - 1);
}

void Parser::Report(Span span, std::string_view summary, std::string_view detail) {
  if (errors_.size() < kMaxErrors) errors_.push_back({span, summary, detail});
}

void Parser::Fail(Span span, std::string_view summary, std::string_view detail) {
  ++failures_;
  if (!recovery_) Report(span, summary, detail);
  recovery_ = true;
}

void Parser::FailDepth() {
  Fail(SpanOf(Peek()), "Nesting too deep", "This is nested more deeply than the limit on nesting allows.");
}

const Expr* Parser::FailHeight(const Expr* child) {
  Fail(child->span, "Nesting too deep",
       "This chain of operators is longer than the limit on nesting allows. Split it into local values.");
  return NewError(child->span);
}

// The reference looks through all tokens before it parses, and so do we: a character that means nothing is
// the first error, whatever the parser makes of what stands around it.
void Parser::ReportBadTokens() {
  unsigned bitwise = 0, backticks = 0, apostrophes = 0, semicolons = 0, bad_utf8 = 0;
  for (const Token& t : tokens_) {
    switch (t.kind) {
      case TokenKind::kBitwise:
        if (bitwise++ < 4)
          Report(SpanOf(t), "Unsupported operator",
                 "Bitwise operators are not supported. For booleans there are &&, || and !.");
        break;
      case TokenKind::kBacktick:
        if (backticks++ % 2 == 0)
          Report(SpanOf(t), "Invalid character",
                 "The \"`\" character is not valid. For a string of several lines there are heredocs: "
                 "\"<<EOT\".");
        break;
      case TokenKind::kApostrophe:
        if (apostrophes++ % 2 == 0)
          Report(SpanOf(t), "Invalid character",
                 "Single quotes are not valid. Strings stand in double quotes.");
        break;
      case TokenKind::kSemicolon:
        if (semicolons++ == 0)
          Report(SpanOf(t), "Invalid character",
                 "The \";\" character is not valid. Newlines separate arguments and blocks, commas separate "
                 "items.");
        break;
      case TokenKind::kBadUtf8:
        if (bad_utf8++ == 0)
          Report(SpanOf(t), "Invalid character encoding",
                 "Files must be encoded in UTF-8; this byte is not.");
        break;
      case TokenKind::kQuotedNewline:
        Report(SpanOf(t.offset, std::min<uint32_t>(t.offset + 1, static_cast<uint32_t>(source_.size()))),
               "Invalid multi-line string",
               "A quoted string may not go over several lines. Write \\n for a newline, or use a heredoc "
               "(\"<<EOT\").");
        break;
      case TokenKind::kInvalid:
        Report(SpanOf(t), "Invalid character", "This character is not used within the language.");
        break;
      default:
        break;
    }
  }
}

// A line that begins, in its first column, with a name and then a label or brace: however the brackets before
// it are balanced, a person would say that a new block begins here.
bool Parser::AtNewTopLevelItem() const {
  const Token& t = tokens_[next_];
  if (t.kind != TokenKind::kIdent || t.offset == 0 || source_[t.offset - 1] != '\n') return false;
  const TokenKind after = tokens_[next_ + 1].kind;
  return after == TokenKind::kOpenQuote || after == TokenKind::kOpenBrace || after == TokenKind::kIdent;
}

const Token& Parser::Recover(TokenKind end) {
  recovery_ = true;
  const auto opens = [end](TokenKind kind) {
    switch (end) {
      case TokenKind::kCloseBrace:
        return kind == TokenKind::kOpenBrace;
      case TokenKind::kCloseBracket:
        return kind == TokenKind::kOpenBracket;
      case TokenKind::kCloseParen:
        return kind == TokenKind::kOpenParen;
      case TokenKind::kCloseQuote:
        return kind == TokenKind::kOpenQuote;
      case TokenKind::kCloseHeredoc:
        return kind == TokenKind::kOpenHeredoc;
      case TokenKind::kTemplateEnd:
        return kind == TokenKind::kTemplateInterp || kind == TokenKind::kTemplateControl;
      default:
        return false;
    }
  };
  uint32_t nested = 0;
  for (;;) {
    const Token& t = tokens_[next_];
    if (t.kind == TokenKind::kEof || resync_) return t;
    if (AtNewTopLevelItem()) {
      resync_ = true;
      return t;
    }
    ++next_;
    if (opens(t.kind)) ++nested;
    if (t.kind == end && nested-- == 0) return t;
  }
}

// To the end of the line, or of the bracketed lines that begin on it. In a block, the brace that ends it
// stays.
void Parser::RecoverAfterItem(bool in_block) {
  recovery_ = true;
  std::vector<TokenKind> open;
  const auto close = [&open](auto is_opener) {
    while (!open.empty() && !is_opener(open.back())) open.pop_back();
    if (!open.empty()) open.pop_back();
  };
  for (;;) {
    const Token& t = tokens_[next_];
    if (t.kind == TokenKind::kEof || resync_) return;
    if (AtNewTopLevelItem() && !open.empty()) {
      resync_ = true;
      return;
    }
    if (t.kind == TokenKind::kCloseBrace && open.empty() && in_block) return;
    ++next_;
    switch (t.kind) {
      case TokenKind::kNewline:
        if (open.empty()) return;
        break;
      case TokenKind::kOpenBrace:
      case TokenKind::kOpenBracket:
      case TokenKind::kOpenParen:
      case TokenKind::kOpenQuote:
      case TokenKind::kOpenHeredoc:
      case TokenKind::kTemplateInterp:
      case TokenKind::kTemplateControl:
        open.push_back(t.kind);
        break;
      case TokenKind::kCloseBrace:
        close([](TokenKind k) { return k == TokenKind::kOpenBrace; });
        break;
      case TokenKind::kCloseBracket:
        close([](TokenKind k) { return k == TokenKind::kOpenBracket; });
        break;
      case TokenKind::kCloseParen:
        close([](TokenKind k) { return k == TokenKind::kOpenParen; });
        break;
      case TokenKind::kQuotedNewline:
      case TokenKind::kCloseQuote:
        close([](TokenKind k) { return k == TokenKind::kOpenQuote; });
        break;
      case TokenKind::kCloseHeredoc:
        close([](TokenKind k) { return k == TokenKind::kOpenHeredoc; });
        break;
      case TokenKind::kTemplateEnd:
        close(
            [](TokenKind k) { return k == TokenKind::kTemplateInterp || k == TokenKind::kTemplateControl; });
        break;
      default:
        break;
    }
  }
}

const Body* Parser::ParseFile() {
  if (bad_tokens_) ReportBadTokens();
  return ParseBody(0, false);
}

const Body* Parser::FinishBody(size_t attributes, size_t blocks, Span span) {
  ReportRedefined(attributes);
  Body* body = arena_.New<Body>();
  body->attributes = Pop(attributes_, attributes);
  body->blocks = Pop(blocks_, blocks);
  body->span = span;
  return body;
}

void Parser::ReportRedefined(size_t attributes) {
  const auto redefined = [this](const Attribute* a) {
    Report(a->name_span, "Attribute redefined",
           "The argument was already set above. Each may be set only once.");
  };
  if (attributes_.size() - attributes <= 16) {
    for (size_t i = attributes + 1; i < attributes_.size(); ++i)
      for (size_t j = attributes; j < i; ++j)
        if (attributes_[j]->name == attributes_[i]->name) {
          redefined(attributes_[i]);
          break;
        }
    return;
  }
  std::unordered_set<std::string_view> names;
  for (size_t i = attributes; i < attributes_.size(); ++i)
    if (!names.insert(attributes_[i]->name).second) redefined(attributes_[i]);
}

// `start` is the offset of the brace; it has been read. Reads the closing brace.
const Body* Parser::ParseBody(uint32_t start, bool in_block) {
  const size_t attributes = attributes_.size();
  const size_t blocks = blocks_.size();
  const NewlineMode mode(*this, true);
  uint32_t end = static_cast<uint32_t>(source_.size());
  for (;;) {
    if (resync_) {
      if (in_block) {
        end = tokens_[next_].offset;
        break;
      }
      resync_ = false;
    }
    const Token& next = tokens_[next_];
    if (next.kind == TokenKind::kNewline) {
      ++next_;
      continue;
    }
    if (next.kind == TokenKind::kIdent) {
      recovery_ = false;
      ParseItem(in_block);
      continue;
    }
    if (next.kind == TokenKind::kEof) {
      if (in_block)
        Fail(SpanOf(start, start + 1), "Unclosed configuration block",
             "There is no closing brace for this block before the end of the file. A brace elsewhere in the "
             "file may "
             "be missing or misplaced.");
      break;
    }
    if (in_block && next.kind == TokenKind::kCloseBrace) {
      end = next.end();
      ++next_;
      break;
    }
    recovery_ = false;
    ++next_;
    if (next.kind >= TokenKind::kBitwise) {
      recovery_ = true;  // it is reported already
    } else if (next.kind == TokenKind::kOpenQuote) {
      Fail(SpanOf(next), "Invalid argument name", "Argument names must not be quoted.");
      --next_;  // so that the recovery sees the string begin
    } else {
      Fail(SpanOf(next), "Argument or block definition required",
           "An argument or block definition is required here.");
    }
    RecoverAfterItem(in_block);
  }
  return FinishBody(attributes, blocks, SpanOf(start, end));
}

void Parser::ParseItem(bool in_block) {
  const Token& ident = Read();
  switch (PeekKind()) {
    case TokenKind::kEqual:
      attributes_.push_back(ParseAttribute(ident, false, in_block));
      break;
    case TokenKind::kOpenQuote:
    case TokenKind::kOpenBrace:
    case TokenKind::kIdent:
      blocks_.push_back(ParseBlock(ident, in_block));
      break;
    default:
      Fail(SpanOf(ident), "Argument or block definition required",
           "An argument or block definition is required here. To set an argument, write \"=\" and its value "
           "after "
           "the name.");
      RecoverAfterItem(in_block);
  }
}

const Attribute* Parser::ParseAttribute(const Token& name, bool single_line, bool in_block) {
  Attribute* attribute = arena_.New<Attribute>();
  attribute->name = Text(name);
  attribute->name_span = SpanOf(name);
  attribute->equals_span = SpanOf(Read());
  const uint32_t before = failures_;
  attribute->expr = ParseExpression();
  attribute->span = Cover(attribute->name_span, attribute->expr->span);
  if (failures_ != before) {
    RecoverAfterItem(in_block);
    return attribute;
  }
  if (single_line) return attribute;
  const Token& end = Peek();
  if (end.kind == TokenKind::kNewline) {
    Read();
  } else if (end.kind != TokenKind::kEof) {
    if (end.kind == TokenKind::kComma)
      Fail(SpanOf(end), "Unexpected comma after argument",
           "Newlines separate argument definitions, not commas. An argument definition must end with a "
           "newline.");
    else
      Fail(SpanOf(end), "Missing newline after argument", "An argument definition must end with a newline.");
    RecoverAfterItem(in_block);
  }
  return attribute;
}

Label Parser::ParseLabel() {
  const Token& open = Read();
  Label label;
  label.quoted = true;
  std::string_view text;
  for (;;) {
    const Token& t = tokens_[next_];
    if (t.kind == TokenKind::kCloseQuote) {
      ++next_;
      label.span = SpanOf(open.offset, t.end());
      break;
    }
    if (t.kind == TokenKind::kQuotedLiteral) {
      ++next_;
      text = Decode(t, true);
      continue;
    }
    label.span = SpanOf(open.offset, t.offset);
    if (t.kind == TokenKind::kTemplateInterp || t.kind == TokenKind::kTemplateControl) {
      Fail(SpanOf(t), "Invalid string literal",
           "Template sequences are not allowed in this string. To write $ or % before a brace, double it.");
      ++next_;
      Recover(TokenKind::kTemplateEnd);
      if (resync_) break;
      continue;
    }
    if (t.kind == TokenKind::kEof) {
      Fail(SpanOf(t), "Unterminated string literal",
           "The closing quote is missing before the end of the file.");
      break;
    }
    recovery_ = true;
    ++failures_;
    if (t.kind == TokenKind::kQuotedNewline) {
      ++next_;
      break;
    }
    ++next_;
  }
  label.text = text;
  return label;
}

const Block* Parser::ParseBlock(const Token& type, bool in_block) {
  Block* block = arena_.New<Block>();
  block->type = Text(type);
  block->type_span = block->header_span = SpanOf(type);
  const size_t labels = labels_.size();
  const Token* brace = nullptr;
  while (brace == nullptr) {
    const Token& t = Peek();
    if (t.kind == TokenKind::kOpenBrace) {
      brace = &Read();
    } else if (t.kind == TokenKind::kOpenQuote) {
      labels_.push_back(ParseLabel());
    } else if (t.kind == TokenKind::kIdent) {
      Read();
      labels_.push_back({Text(t), SpanOf(t), false});
    } else {
      if (t.kind == TokenKind::kEqual)
        Fail(SpanOf(t), "Invalid block definition",
             "The equals sign \"=\" sets an argument; a block is defined without it.");
      else if (t.kind == TokenKind::kNewline)
        Fail(SpanOf(t), "Invalid block definition",
             "A block's content stands between \"{\" and \"}\", and the \"{\" on the line of the block's "
             "header.");
      else
        Fail(SpanOf(t), "Invalid block definition",
             "A block label in quotes or an opening brace is expected here.");
      break;
    }
    if (!labels_.empty() && labels_.size() > labels)
      block->header_span = Cover(block->type_span, labels_.back().span);
  }
  block->labels = Pop(labels_, labels);
  if (brace == nullptr) {
    RecoverAfterItem(in_block);
    const uint32_t end = block->header_span.end() - (exact_ ? at_.offset : 0);
    block->body_span = SpanOf(end, end);
    Body* body = arena_.New<Body>();
    body->span = block->body_span;
    block->body = body;
    block->span = block->header_span;
    return block;
  }
  const Level level(*this);
  const uint32_t before = failures_;
  if (!level.ok()) {
    Recover(TokenKind::kCloseBrace);
    Body* body = arena_.New<Body>();
    body->span = SpanOf(brace->offset, tokens_[next_ - 1].end());
    block->body = body;
  } else {
    const TokenKind first = PeekKind();
    block->body = first == TokenKind::kNewline || first == TokenKind::kEof || first == TokenKind::kCloseBrace
                      ? ParseBody(brace->offset, true)
                      : ParseSingleLineBody(brace->offset);
  }
  block->body_span = block->body->span;
  block->span = Cover(block->type_span, block->body_span);
  if (resync_) return block;
  const Token& end = Peek();
  if (end.kind == TokenKind::kNewline) {
    Read();
  } else if (end.kind != TokenKind::kEof) {
    if (failures_ != before) recovery_ = true;
    Fail(SpanOf(end), "Missing newline after block definition",
         "A block definition must end with a newline.");
    RecoverAfterItem(in_block);
  }
  return block;
}

// `{ name = value }` on one line. Reads the closing brace.
const Body* Parser::ParseSingleLineBody(uint32_t start) {
  const size_t attributes = attributes_.size();
  const size_t blocks = blocks_.size();
  const NewlineMode mode(*this, true);
  const auto finish = [&] { return FinishBody(attributes, blocks, SpanOf(start, tokens_[next_ - 1].end())); };
  const Token& ident = Read();
  if (ident.kind != TokenKind::kIdent) {
    Fail(SpanOf(ident), "Argument or block definition required",
         "An argument or block definition is required here.");
    --next_;
    Recover(TokenKind::kCloseBrace);
    return finish();
  }
  const TokenKind next = PeekKind();
  if (next != TokenKind::kEqual) {
    if (next == TokenKind::kOpenQuote || next == TokenKind::kOpenBrace || next == TokenKind::kIdent)
      Fail(SpanOf(ident), "Argument definition required",
           "A block on a single line can contain only one argument. A nested block needs a line of its own.");
    else
      Fail(SpanOf(ident), "Argument or block definition required",
           "An argument or block definition is required here. To set an argument, write \"=\" and its value "
           "after "
           "the name.");
    Recover(TokenKind::kCloseBrace);
    return finish();
  }
  attributes_.push_back(ParseAttribute(ident, true, true));
  const Token& end = Peek();
  if (end.kind == TokenKind::kCloseBrace) {
    Read();
    return finish();
  }
  if (end.kind == TokenKind::kComma)
    Fail(SpanOf(end), "Invalid single-argument block definition",
         "A block on a single line can contain only one argument. For several, write one a line.");
  else if (end.kind == TokenKind::kNewline)
    Fail(SpanOf(end), "Invalid single-argument block definition",
         "A block whose argument stands on the line of its header must be closed on that line.");
  else
    Fail(SpanOf(end), "Invalid single-argument block definition",
         "A block on a single line must end with a closing brace right after its argument.");
  Recover(TokenKind::kCloseBrace);
  return finish();
}

Tree Parse(std::string_view source, FileId file, Arena& arena, const Limits& limits) {
  Parser parser(source, {file, 0, static_cast<uint32_t>(source.size())}, {.comments = false}, arena, limits);
  Tree tree;
  tree.source = source;
  tree.file = file;
  tree.root = parser.ParseFile();
  tree.errors = parser.errors();
  return tree;
}

ExpressionTree ParseExpression(std::string_view source, FileId file, uint32_t base_offset, Arena& arena,
                               const Limits& limits) {
  Parser parser(source, {file, base_offset, static_cast<uint32_t>(source.size())}, {.comments = false}, arena,
                limits);
  const Expr* expr = parser.ParseOnlyExpression();
  return {expr, parser.errors()};
}

ExpressionTree ParseTemplate(std::string_view text, Span at, Arena& arena, const Limits& limits) {
  Parser parser(text, at, {.comments = false, .bare_template = true}, arena, limits);
  const Expr* expr = parser.ParseBareTemplate();
  return {expr, parser.errors()};
}

}  // namespace weir::hcl
