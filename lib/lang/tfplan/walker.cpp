#include "lib/lang/tfplan/walker.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "lib/base/text.h"

namespace weir::tfplan {
namespace {

constexpr size_t kBlock = 64;

// What brackets are made of, a bit a byte, the first byte lowest.
struct Marks {
  uint64_t quotes = 0, backslashes = 0, opening = 0, closing = 0;
};

Marks MarksOf(const char* block) {
  Marks marks;
#ifdef __SSE2__
  for (unsigned part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block) + part);
    const __m128i braces = _mm_or_si128(bytes, _mm_set1_epi8(0x20));  // '[' and '{' differ in this bit, ']' and '}' too
    const auto where = [&](__m128i of, char c) { return uint64_t(uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(of, _mm_set1_epi8(c))))) << (part * 16); };
    marks.quotes |= where(bytes, '"');
    marks.backslashes |= where(bytes, '\\');
    marks.opening |= where(braces, '{');
    marks.closing |= where(braces, '}');
  }
#else
  for (unsigned i = 0; i < kBlock; ++i) {
    const char c = block[i];
    marks.quotes |= uint64_t(c == '"') << i;
    marks.backslashes |= uint64_t(c == '\\') << i;
    marks.opening |= uint64_t(c == '{' || c == '[') << i;
    marks.closing |= uint64_t(c == '}' || c == ']') << i;
  }
#endif
  return marks;
}

// The bytes behind a backslash that is none itself. `carry`: whether the first byte is one; then, whether the next block's is.
uint64_t Escaped(uint64_t backslashes, bool& carry) {
  uint64_t escaped = carry ? 1 : 0;
  carry = false;
  for (uint64_t left = backslashes & ~escaped; left != 0;) {
    const int at = std::countr_zero(left);
    if (at == 63) {
      carry = true;
      break;
    }
    escaped |= uint64_t(2) << at;
    left &= ~(uint64_t(3) << at);
  }
  return escaped;
}

// Bit i is the parity of bits 0 to i.
uint64_t Parity(uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// How many bytes come before the first one that is a quote, a backslash, a control character or not ASCII.
size_t PlainBytes(std::string_view text) {
  size_t at = 0;
#ifdef __SSE2__
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));  // signed: bytes from 0x80 are low too
    const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    if (const int found = _mm_movemask_epi8(_mm_or_si128(low, ends)); found != 0) return at + size_t(std::countr_zero(unsigned(found)));
  }
#endif
  while (at < text.size() && text[at] >= 0x20 && text[at] != '"' && text[at] != '\\') ++at;
  return at;
}

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Four hexadecimal digits, or nothing.
bool Hex(std::string_view text, size_t at, char32_t& out) {
  if (at + 4 > text.size()) return false;
  out = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const char c = text[i];
    const int digit = IsDigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return false;
    out = out * 16 + char32_t(digit);
  }
  return true;
}

}  // namespace

bool Walker::TooDeep() { return Fail({Code::kLimit, "the plan is nested more deeply than " + std::to_string(limits_.depth) + " levels"}); }

bool Walker::Unexpected(std::string_view what) {
  if (at_ >= text_.size()) return Fail({Code::kInvalid, "the JSON ends in the middle of the plan, after " + std::to_string(text_.size()) + " bytes; it was cut off"});
  return Fail({Code::kInvalid, "no JSON: " + std::string(what) + " (byte " + std::to_string(at_) + ")"});
}

bool Walker::Skip() {
  const char c = Next();
  if (c == '"') return SkipString();
  if (c == '{' || c == '[') return SkipNested();
  const size_t start = at_;
  while (at_ < text_.size() && ((text_[at_] >= 'a' && text_[at_] <= 'z') || IsDigit(text_[at_]) || text_[at_] == '+' || text_[at_] == '-' || text_[at_] == '.' || text_[at_] == 'E')) ++at_;
  return (at_ > start && at_ < text_.size()) || Unexpected("a value was expected");
}

bool Walker::SkipString() {
  ++at_;
  for (;;) {
    at_ += PlainBytes(text_.substr(at_));
    if (at_ >= text_.size()) return Unexpected("");
    const char c = text_[at_++];
    if (c == '"') return true;
    if (c == '\\' && at_ < text_.size()) ++at_;
  }
}

bool Walker::SkipNested() {
  uint64_t depth = 0, in_string = 0;
  bool escaped = false;
  for (size_t from = at_; from < text_.size(); from += kBlock) {
    char last[kBlock];
    const char* block = text_.data() + from;
    if (text_.size() - from < kBlock) {
      std::memset(last, ' ', kBlock);
      std::memcpy(last, block, text_.size() - from);
      block = last;
    }
    const Marks marks = MarksOf(block);
    uint64_t quotes = marks.quotes;
    if (marks.backslashes != 0 || escaped) quotes &= ~Escaped(marks.backslashes, escaped);
    const uint64_t strings = Parity(quotes) ^ in_string;  // from each opening quote to before the closing one
    in_string = strings >> 63 != 0 ? ~uint64_t(0) : 0;
    const uint64_t opening = marks.opening & ~strings, closing = marks.closing & ~strings;
    const auto closed = uint64_t(std::popcount(closing));
    if (closed < depth) {  // it cannot end here
      depth += uint64_t(std::popcount(opening));
      if (depth > limits_.depth + kBlock) return TooDeep();
      depth -= closed;
      continue;
    }
    for (uint64_t left = opening | closing; left != 0; left &= left - 1) {
      const int bit = std::countr_zero(left);
      if ((opening >> bit & 1) != 0) ++depth;
      else if (--depth == 0) return at_ = from + size_t(bit) + 1, true;
    }
  }
  at_ = text_.size();
  return Unexpected("");
}

bool Walker::Keep(const Value*& slot) {
  const Value* made = Make(0);
  if (made == nullptr) return false;
  slot = made;
  if (arena_.bytes_reserved() > limits_.scope_memory) return Fail({Code::kLimit, "what the plan will create takes more memory than is allowed (limits.scope_memory)"});
  return true;
}

const Value* Walker::Make(uint32_t depth) {
  switch (Next()) {
    case '{':
      if (depth < limits_.depth) return MakeObject(depth + 1);
      return TooDeep(), nullptr;
    case '[':
      if (depth < limits_.depth) return MakeArray(depth + 1);
      return TooDeep(), nullptr;
    case '"': {
      std::string_view text;
      Span span;
      return String(text, span) ? NewString(arena_, text, span) : nullptr;
    }
    case 'n': return Word("null", NewNull(arena_));
    case 't': return Word("true", NewBool(arena_, true));
    case 'f': return Word("false", NewBool(arena_, false));
    default: return MakeNumber();
  }
}

const Value* Walker::MakeObject(uint32_t depth) {
  const size_t start = at_++, first = entries_.size();
  if (Next() != '}') {
    for (;;) {
      Entry entry;
      if (Next() != '"') return Unexpected("a name was expected"), nullptr;
      if (!String(entry.key, entry.key_span)) return nullptr;
      if (Next() != ':') return Unexpected("a colon was expected"), nullptr;
      ++at_;
      entry.value = Make(depth);
      if (entry.value == nullptr) return nullptr;
      entries_.push_back(entry);
      const char c = Next();
      if (c == '}') break;
      if (c != ',') return Unexpected("a comma or a closing brace was expected"), nullptr;
      ++at_;
    }
  }
  ++at_;
  const std::span<Entry> entries = arena_.NewArray<Entry>(entries_.size() - first);
  std::copy(entries_.begin() + ptrdiff_t(first), entries_.end(), entries.begin());
  entries_.resize(first);
  return NewMapping(arena_, Kind::kObject, entries, SpanFrom(start));
}

const Value* Walker::MakeArray(uint32_t depth) {
  const size_t start = at_++, first = items_.size();
  if (Next() != ']') {
    for (;;) {
      const Value* item = Make(depth);
      if (item == nullptr) return nullptr;
      items_.push_back(item);
      const char c = Next();
      if (c == ']') break;
      if (c != ',') return Unexpected("a comma or a closing bracket was expected"), nullptr;
      ++at_;
    }
  }
  ++at_;
  const std::span<const Value*> items = arena_.NewArray<const Value*>(items_.size() - first);
  std::copy(items_.begin() + ptrdiff_t(first), items_.end(), items.begin());
  items_.resize(first);
  return NewSequence(arena_, Kind::kTuple, items, SpanFrom(start));
}

const Value* Walker::Word(std::string_view word, Value* value) {
  if (!text_.substr(at_).starts_with(word)) {
    if (word.starts_with(text_.substr(at_))) at_ = text_.size();
    return Unexpected("a value was expected"), nullptr;
  }
  const size_t start = at_;
  at_ += word.size();
  value->origin = SpanFrom(start);
  return value;
}

const Value* Walker::MakeNumber() {
  const size_t start = at_;
  const auto digits = [&] {
    const size_t from = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ > from;
  };
  const auto comes = [&](std::string_view any) { return at_ < text_.size() && any.find(text_[at_]) != std::string_view::npos; };
  if (comes("-")) ++at_;
  const size_t first = at_;
  if (!digits()) return Unexpected("a value was expected"), nullptr;
  if (text_[first] == '0' && at_ > first + 1) return at_ = first, Unexpected("a number has no zero in front"), nullptr;
  bool whole = true;
  if (comes(".")) {
    ++at_, whole = false;
    if (!digits()) return Unexpected("a digit was expected"), nullptr;
  }
  if (comes("eE")) {
    ++at_, whole = false;
    if (comes("+-")) ++at_;
    if (!digits()) return Unexpected("a digit was expected"), nullptr;
  }
  if (at_ == text_.size()) return Unexpected(""), nullptr;
  const std::string_view text = text_.substr(start, at_ - start);
  constexpr size_t kSurely64Bits = 18;
  if (whole && text.size() <= kSurely64Bits && text[0] != '-') {
    int64_t value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return NewNumber(arena_, Number::FromInt(value), SpanFrom(start));
  }
  const auto number = Number::Parse(text, arena_);
  return number ? NewNumber(arena_, *number, SpanFrom(start)) : NewUnknown(arena_, SpanFrom(start));
}

bool Walker::String(std::string_view& text, Span& span) {
  const size_t start = at_++;
  bool escapes = false, ascii = true;
  for (;;) {
    at_ += PlainBytes(text_.substr(at_));
    if (at_ >= text_.size()) return Unexpected("");
    const char c = text_[at_];
    if (c == '"') break;
    if (c == '\\') {
      escapes = true;
      at_ = std::min(at_ + 2, text_.size());
    } else if (c >= 0) {
      return Unexpected("a control character in a string must be written as an escape");
    } else {
      ascii = false;
      while (at_ < text_.size() && text_[at_] < 0) ++at_;
    }
  }
  const size_t end = at_++;
  text = text_.substr(start + 1, end - start - 1);
  span = SpanFrom(start);
  if (!ascii && !IsValidUtf8(text)) return Fail({Code::kInvalid, "the plan is not UTF-8 text (byte " + std::to_string(start) + ")"});
  return !escapes || Decode(start + 1, end, text);
}

bool Walker::Decode(size_t start, size_t end, std::string_view& text) {
  const std::string_view raw = text_.substr(0, end);
  std::string out;
  for (size_t at = start; at < end;) {
    const size_t plain = std::min(raw.find('\\', at), end);
    out += raw.substr(at, plain - at);
    if (plain == end) break;
    at = plain + 2;
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    const char letter = raw[plain + 1];
    if (const size_t known = kLetters.find(letter); known != std::string_view::npos) {
      out += kMeant[known];
      continue;
    }
    char32_t code = 0, low = 0;
    if (letter != 'u' || !Hex(raw, at, code)) return at_ = plain, Unexpected("this is no escape sequence");
    at += 4;
    if (code >= 0xD800 && code < 0xDC00 && raw.substr(at).starts_with("\\u") && Hex(raw, at + 2, low) && low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at += 6;
    }
    AppendUtf8(out, code);  // half a pair becomes U+FFFD, as in Go
  }
  text = arena_.Copy(std::string_view(out));
  return true;
}

}  // namespace weir::tfplan
