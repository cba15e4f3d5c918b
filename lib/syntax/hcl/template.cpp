// Quoted strings, heredocs and bare templates: first a flat list of parts, then the structure of %{ if } and
// %{ for }.
#include <algorithm>
#include <string>

#include "lib/base/text.h"
#include "lib/syntax/hcl/parser_impl.h"

namespace weir::hcl {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

const Expr* Parser::ParseBareTemplate() {
  if (bad_tokens_) ReportBadTokens();
  return ParseTemplateParts(TokenKind::kEof, tokens_[0], false);
}

const Expr* Parser::ParseTemplate() {
  const Token& open = Read();
  if (open.kind == TokenKind::kOpenQuote) {
    // Most strings have no sequence: one literal, or nothing, between the quotes.
    const Token& literal = tokens_[next_];
    const bool empty = literal.kind == TokenKind::kCloseQuote;
    if (empty ||
        (literal.kind == TokenKind::kQuotedLiteral && tokens_[next_ + 1].kind == TokenKind::kCloseQuote)) {
      next_ += empty ? 1 : 2;
      const Expr** parts =
          static_cast<const Expr**>(arena_.Allocate(sizeof(const Expr*), alignof(const Expr*)));
      parts[0] = empty ? NewString({}, SpanOf(open.end(), open.end()))
                       : NewString(Decode(literal, true), SpanOf(literal));
      Template* e = New<Template>(SpanOf(open.offset, tokens_[next_ - 1].end()), 2);
      e->parts = {parts, 1};
      return e;
    }
    return ParseTemplateParts(TokenKind::kCloseQuote, open, false);
  }
  return ParseTemplateParts(TokenKind::kCloseHeredoc, open, Text(open).substr(0, 3) == "<<-");
}

const Expr* Parser::ParseTemplateParts(TokenKind end, const Token& open, bool flush) {
  const NewlineMode mode(*this, true);
  const size_t first = parts_.size();
  const bool bare = end == TokenKind::kEof;
  ReadParts(end, flush);
  const Span span =
      bare ? SpanOf(0, static_cast<uint32_t>(source_.size())) : SpanOf(open.offset, tokens_[next_ - 1].end());
  if (parts_.size() == first + 2 && parts_[first].kind == PartKind::kInterp) {
    const Expr* wrapped = parts_[first].expr;
    parts_.resize(first);
    const uint32_t height = Above(wrapped);
    TemplateWrap* e = New<TemplateWrap>(span, height);
    e->wrapped = wrapped;
    return e;
  }
  const size_t mark = exprs_.size();
  size_t at = first;
  while (parts_[at].kind != PartKind::kEnd) {
    const Expr* part = StructurePart(&at);
    Above(part);
    exprs_.push_back(part);
  }
  parts_.resize(first);
  uint32_t height = 1;
  for (size_t i = mark; i < exprs_.size(); ++i) height = std::max<uint32_t>(height, exprs_[i]->height + 1u);
  Template* e = New<Template>(span, height);
  e->parts = Pop(exprs_, mark);
  e->heredoc = end == TokenKind::kCloseHeredoc;
  e->flush = flush;
  return e;
}

/// Appends the parts up to `end`, which is read, and a kEnd. There is at least one before it.
void Parser::ReadParts(TokenKind end, bool flush) {
  const size_t first = parts_.size();
  const Span start = SpanOf(tokens_[next_]);
  bool trim_next = false;
  Span end_span = start;
  for (;;) {
    const Token& t = tokens_[next_];
    if (t.kind == end) {
      if (t.kind != TokenKind::kEof) ++next_;
      end_span = SpanOf(t);
      break;
    }
    const bool trim = trim_next;
    trim_next = false;
    if (t.kind == TokenKind::kQuotedLiteral || t.kind == TokenKind::kStringLiteral) {
      ++next_;
      Part part{PartKind::kLiteral, t.kind == TokenKind::kQuotedLiteral, SpanOf(t), {}, nullptr, {}, {}};
      part.text = Decode(t, part.quoted);
      if (trim) {
        // In a heredoc the reference reads line by line: only the first is trimmed.
        size_t line =
            part.quoted ? part.text.size() : std::min(part.text.find('\n'), part.text.size() - 1) + 1;
        while (line-- > 0 && !part.text.empty() && IsSpace(part.text.front())) part.text.remove_prefix(1);
      }
      parts_.push_back(part);
      continue;
    }
    const bool failed = recovery_ || resync_;
    if (!resync_ && (t.kind == TokenKind::kTemplateInterp || t.kind == TokenKind::kTemplateControl)) {
      ++next_;
      if (t.length == 3 && parts_.size() > first) TrimBefore();
      const NewlineMode mode(*this, false);
      if (t.kind == TokenKind::kTemplateInterp)
        ReadInterp(t, end, start, &trim_next);
      else
        ReadControl(t, &trim_next);
      continue;
    }
    end_span = SpanOf(t);
    ++failures_;
    if (t.kind >= TokenKind::kBitwise || failed) {
      recovery_ = true;  // reported already
      if (t.kind == TokenKind::kQuotedNewline) {
        ++next_;
        break;
      }
      if (t.kind != TokenKind::kEof && !resync_) {
        ++next_;
        continue;
      }
      break;
    }
    Fail(SpanOf(t), "Unterminated template string", "No closing marker was found for the string.");
    Recover(end);
    break;
  }
  if (parts_.size() == first)
    parts_.push_back({PartKind::kLiteral, true, Span{start.file, start.offset, 0}, {}, nullptr, {}, {}});
  parts_.push_back({PartKind::kEnd, false, end_span, {}, nullptr, {}, {}});
  if (flush) StripIndentation(first);
  MeldLiterals(first);
}

/// What "${~" does to the literal before it: in a heredoc it reaches to the beginning of the last line.
void Parser::TrimBefore() {
  Part& part = parts_.back();
  if (part.kind != PartKind::kLiteral) return;
  size_t keep = 0;
  if (!part.quoted && part.text.size() >= 2) {
    const size_t newline = part.text.rfind('\n', part.text.size() - 2);
    if (newline != std::string_view::npos) keep = newline + 1;
  }
  while (part.text.size() > keep && IsSpace(part.text.back())) part.text.remove_suffix(1);
}

void Parser::ReadInterp(const Token& open, TokenKind end, Span start, bool* trim_next) {
  const uint32_t before = failures_;
  const Expr* expr = ParseExpression();
  const Token& close = Peek();
  if (close.kind == TokenKind::kTemplateEnd) {
    Read();
    *trim_next = close.length == 2;
  } else {
    if (failures_ != before) recovery_ = true;
    if (close.kind == TokenKind::kEof)
      Fail(start, "Unclosed template interpolation sequence",
           "There is no closing brace for this sequence before the end of the file.");
    else if (close.kind == TokenKind::kColon)
      Fail(SpanOf(close), "Extra characters after interpolation expression",
           "A colon is not expected here. If this is a sequence of another language, write \"$${\" for "
           "\"${\".");
    else if ((close.kind == TokenKind::kCloseQuote || close.kind == TokenKind::kOpenQuote) &&
             end == TokenKind::kCloseQuote)
      Fail(start, "Unclosed template interpolation sequence",
           "There is no closing brace for this sequence before the end of the quoted string.");
    else
      Fail(SpanOf(close), "Extra characters after interpolation expression",
           "Expected a closing brace. If this is a sequence of another language, write \"$${\" for \"${\".");
    Recover(TokenKind::kTemplateEnd);
  }
  parts_.push_back(
      {PartKind::kInterp, false, SpanOf(open.offset, tokens_[next_ - 1].end()), {}, expr, {}, {}});
}

void Parser::ReadControl(const Token& open, bool* trim_next) {
  const Token& keyword = Peek();
  if (keyword.kind != TokenKind::kIdent) {
    Fail(SpanOf(keyword), "Invalid template directive",
         "A directive's keyword (\"if\", \"for\", …) is expected at the beginning of a %{ sequence.");
    Recover(TokenKind::kTemplateEnd);
    return;
  }
  Read();
  const std::string_view word = Text(keyword);
  Part part{PartKind::kIf, false, {}, {}, nullptr, {}, {}};
  if (word == "if") {
    part.expr = ParseExpression();
  } else if (word == "else") {
    part.kind = PartKind::kElse;
  } else if (word == "endif") {
    part.kind = PartKind::kEndIf;
  } else if (word == "for") {
    part.kind = PartKind::kFor;
    if (!ParseForNames(&part.key_var, &part.value_var, "Invalid 'for' directive")) {
      Recover(TokenKind::kTemplateEnd);
      return;
    }
    part.expr = ParseExpression();
  } else if (word == "endfor") {
    part.kind = PartKind::kEndFor;
  } else {
    Fail(SpanOf(keyword), "Invalid template control keyword",
         "The keywords are \"if\", \"else\", \"endif\", \"for\" and \"endfor\".");
    Recover(TokenKind::kTemplateEnd);
    return;
  }
  FinishSequence(keyword, trim_next);
  part.span = SpanOf(open.offset, tokens_[next_ - 1].end());
  parts_.push_back(part);
}

void Parser::FinishSequence(const Token& keyword, bool* trim_next) {
  const Token& close = Peek();
  if (close.kind == TokenKind::kTemplateEnd) {
    Read();
    *trim_next = close.length == 2;
    return;
  }
  std::string summary = "Extra characters in ";
  summary += Text(keyword);
  Fail(SpanOf(close), arena_.Copy(summary += " marker"), "Expected a closing brace to end the sequence.");
  Recover(TokenKind::kTemplateEnd);
}

/// A flush heredoc (<<-): takes from every line the indentation that all lines have. Blank lines do not
/// count, and keep what they have, as in the reference.
void Parser::StripIndentation(size_t first) {
  size_t least = SIZE_MAX;
  bool newline = true;
  const auto indentation = [](std::string_view s) {
    size_t n = 0;
    while (n < s.size() && IsSpace(s[n])) ++n;
    return n;
  };
  const auto ends_line = [](const Part& p) {
    return p.kind == PartKind::kLiteral && !p.text.empty() && p.text.back() == '\n';
  };
  const auto blank = [&](const Part& p) { return ends_line(p) && indentation(p.text) == p.text.size(); };
  for (size_t i = first; i < parts_.size() && parts_[i].kind != PartKind::kEnd; ++i) {
    const Part& part = parts_[i];
    if (newline) {
      newline = false;
      if (part.kind != PartKind::kLiteral)
        least = 0;
      else if (!blank(part))
        least = std::min(least, indentation(part.text));
    }
    if (ends_line(part)) newline = true;
  }
  newline = true;
  for (size_t i = first; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    const bool ends = ends_line(part);
    if (newline && part.kind == PartKind::kLiteral && !blank(part))
      part.text.remove_prefix(std::min(least, part.text.size()));
    newline = ends;
  }
}

/// Makes one literal of those that follow each other; a view of the source where they are adjacent there.
void Parser::MeldLiterals(size_t first) {
  size_t out = first;
  for (size_t i = first; i < parts_.size();) {
    size_t next = i + 1;
    if (parts_[i].kind == PartKind::kLiteral) {
      size_t total = parts_[i].text.size();
      bool adjacent = true;
      while (next < parts_.size() && parts_[next].kind == PartKind::kLiteral) {
        const std::string_view before = parts_[next - 1].text;
        adjacent = adjacent && before.data() + before.size() == parts_[next].text.data();
        total += parts_[next++].text.size();
      }
      if (next > i + 1) {
        if (adjacent) {
          parts_[i].text = {parts_[i].text.data(), total};
        } else {
          char* to = static_cast<char*>(arena_.Allocate(total, 1));
          char* cursor = to;
          for (size_t j = i; j < next; ++j)
            cursor = std::copy(parts_[j].text.begin(), parts_[j].text.end(), cursor);
          parts_[i].text = {to, total};
        }
        parts_[i].span = Cover(parts_[i].span, parts_[next - 1].span);
      }
    }
    parts_[out++] = parts_[i];
    i = next;
  }
  parts_.resize(out);
}

const Expr* Parser::StructurePart(size_t* at) {
  const Part& part = parts_[*at];
  switch (part.kind) {
    case PartKind::kLiteral:
      ++*at;
      return NewString(part.text, part.span);
    case PartKind::kInterp:
      ++*at;
      return part.expr;
    case PartKind::kIf:
      return StructureIf(at);
    case PartKind::kFor:
      return StructureFor(at);
    case PartKind::kEnd:
      return NewError(part.span);
    case PartKind::kElse:
      Fail(part.span, "Unexpected else directive", "The directives in this template are unbalanced.");
      break;
    case PartKind::kEndIf:
      Fail(part.span, "Unexpected endif directive", "The directives in this template are unbalanced.");
      break;
    case PartKind::kEndFor:
      Fail(part.span, "Unexpected endfor directive", "The directives in this template are unbalanced.");
      break;
  }
  ++*at;
  return NewError(part.span);
}

/// A Template of the expressions above `mark`; an empty string at `empty_at` where there are none.
const Expr* Parser::TemplateOf(size_t mark, Span empty_at) {
  if (exprs_.size() == mark) exprs_.push_back(NewString({}, empty_at));
  uint32_t height = 1;
  for (size_t i = mark; i < exprs_.size(); ++i) height = std::max<uint32_t>(height, exprs_[i]->height + 1u);
  Template* e = New<Template>(Cover(exprs_[mark]->span, exprs_.back()->span), height);
  e->parts = Pop(exprs_, mark);
  return e;
}

const Expr* Parser::StructureIf(size_t* at) {
  const Part open = parts_[(*at)++];
  const Level level(*this);
  if (!level.ok()) return NewError(open.span);
  const size_t mark = exprs_.size();
  const Expr* true_result = nullptr;
  Span last = open.span;
  for (;;) {
    const Part& part = parts_[*at];
    if (part.kind == PartKind::kEnd) {
      Fail(part.span, "Unexpected end of template", "An if directive is missing its endif.");
      exprs_.resize(mark);
      return NewError(open.span);
    }
    if (part.kind == PartKind::kElse && true_result == nullptr) {
      true_result = TemplateOf(mark, Span{last.file, last.end(), 0});
      last = part.span;
      ++*at;
    } else if (part.kind == PartKind::kEndIf) {
      last = part.span;
      ++*at;
      break;
    } else if (part.kind == PartKind::kElse || part.kind == PartKind::kEndFor) {
      Fail(part.span,
           part.kind == PartKind::kElse ? "Unexpected else directive" : "Unexpected endfor directive",
           "An endif directive is expected here.");
      ++*at;
      exprs_.resize(mark);
      return NewError(open.span);
    } else {
      const Expr* e = StructurePart(at);
      Above(e);
      exprs_.push_back(e);
    }
  }
  const Span empty{last.file, last.offset, 0};
  const Expr* rest = TemplateOf(mark, empty);
  const Expr* condition = open.expr;
  const Expr* false_result = rest;
  if (true_result == nullptr) {
    true_result = rest;
    false_result = TemplateOf(exprs_.size(), empty);
  }
  const uint32_t height = std::max({Above(condition), Above(true_result), Above(false_result)});
  Conditional* e = New<Conditional>(Cover(open.span, last), height);
  e->condition = condition;
  e->true_result = true_result;
  e->false_result = false_result;
  return e;
}

const Expr* Parser::StructureFor(size_t* at) {
  const Part open = parts_[(*at)++];
  const Level level(*this);
  if (!level.ok()) return NewError(open.span);
  const size_t mark = exprs_.size();
  for (;;) {
    const Part& part = parts_[*at];
    if (part.kind == PartKind::kEndFor) break;
    if (part.kind == PartKind::kEnd || part.kind == PartKind::kElse || part.kind == PartKind::kEndIf) {
      if (part.kind == PartKind::kEnd)
        Fail(part.span, "Unexpected end of template", "A for directive is missing its endfor.");
      else
        Fail(part.span,
             part.kind == PartKind::kElse ? "Unexpected else directive" : "Unexpected endif directive",
             "An endfor directive is expected here.");
      if (part.kind != PartKind::kEnd) ++*at;
      exprs_.resize(mark);
      return NewError(open.span);
    }
    const Expr* e = StructurePart(at);
    Above(e);
    exprs_.push_back(e);
  }
  const Span close = parts_[(*at)++].span;
  const Span span = Cover(open.span, close);
  const Expr* collection = open.expr;
  const Expr* value = TemplateOf(mark, Span{close.file, close.offset, 0});
  const uint32_t height = std::max(Above(collection), Above(value));
  For* loop = New<For>(span, height);
  loop->key_var = open.key_var;
  loop->value_var = open.value_var;
  loop->collection = collection;
  loop->value = value;
  TemplateJoin* e = New<TemplateJoin>(span, height + 1);
  e->tuple = loop;
  return e;
}

std::string_view Parser::Decode(const Token& token, bool quoted) {
  return token.escaped ? DecodeEscapes(Text(token), token.offset, quoted) : Text(token);
}

std::string_view Parser::DecodeEscapes(std::string_view raw, uint32_t offset, bool quoted) {
  std::string out;
  out.reserve(raw.size());
  const auto invalid = [&](size_t from, size_t length, std::string_view detail) {
    const uint32_t at = offset + static_cast<uint32_t>(from);
    Report(SpanOf(at, at + static_cast<uint32_t>(length)), "Invalid escape sequence", detail);
  };
  for (size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    if ((c == '$' || c == '%') && i + 2 < raw.size() && raw[i + 1] == c && raw[i + 2] == '{') {
      (out += c) += '{';
      i += 3;
      continue;
    }
    if (c != '\\' || !quoted || i + 1 >= raw.size()) {
      out += c;
      ++i;
      continue;
    }
    const char selector = raw[i + 1];
    const size_t from = i;
    i += 2;
    switch (selector) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case '"':
        out += '"';
        break;
      case '\\':
        out += '\\';
        break;
      case 'u':
      case 'U': {
        const size_t digits = selector == 'u' ? 4 : 8;
        char32_t code = 0;
        size_t n = 0;
        for (; n < digits && i < raw.size(); ++n, ++i) {
          const char d = raw[i];
          if (d >= '0' && d <= '9')
            code = code * 16 + static_cast<char32_t>(d - '0');
          else if ((d | 32) >= 'a' && (d | 32) <= 'f')
            code = code * 16 + static_cast<char32_t>((d | 32) - 'a' + 10);
          else
            break;
        }
        if (n < digits)
          invalid(from, i - from,
                  selector == 'u' ? "\\u must be followed by four hexadecimal digits."
                                  : "\\U must be followed by eight hexadecimal digits.");
        else
          AppendUtf8(out, code);
        break;
      }
      default: {
        size_t after = from + 1;
        DecodeUtf8(raw, after);
        invalid(from, after - from, "This symbol is not a valid escape sequence selector.");
        out += raw.substr(from, after - from);
        i = after;
      }
    }
  }
  return arena_.Copy(out);
}

}  // namespace weir::hcl
