// A way through JSON of which little is wanted: a plan of Terraform says everything three or four times.
//
// Whoever walks names the members that it wants. What is kept becomes values at once, whose names and texts are views into the JSON where
// they have no escapes; the rest is stepped over by its quotes and brackets alone, 64 bytes at a time, several times as fast as it could be
// read, and takes no memory. So what is stepped over is not checked: only that its strings and brackets close.
//
// Every call returns false where it cannot go on; `status` then says why. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/model/value.h"

namespace weir::tfplan {

class Walker {
 public:
  /// `text` must outlive the values that are kept, which live in `arena` and stand at their bytes of `file`.
  Walker(std::string_view text, FileId file, Arena& arena, const Limits& limits) : text_(text), file_(file), arena_(arena), limits_(limits) {}

  /// Why a call returned false: no JSON (with the byte), cut off, no UTF-8, nested too deeply, more than limits.scope_memory.
  const Status& status() const { return status_; }
  /// The byte at which it stands.
  size_t at() const { return at_; }

  /// The byte that comes next, white space aside; 0 at the end.
  char Next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  /// Calls `member(name)`, which must take the value, for each member of the object that comes next; steps over anything else. Names are
  /// as they are written, between their quotes.
  template <typename Member>
  bool Object(Member member) {
    if (Next() != '{') return Skip();
    ++at_;
    if (Next() == '}') return ++at_, true;
    for (;;) {
      if (Next() != '"') return Unexpected("a name was expected");
      const size_t start = at_ + 1;
      if (!SkipString()) return false;
      const std::string_view name = text_.substr(start, at_ - 1 - start);
      if (Next() != ':') return Unexpected("a colon was expected");
      ++at_;
      if (!member(name)) return false;
      const char c = Next();
      if (c == '}') return ++at_, true;
      if (c != ',') return Unexpected("a comma or a closing brace was expected");
      ++at_;
    }
  }

  /// Calls `element()`, which must take it, for each element of the array that comes next; steps over anything else.
  template <typename Element>
  bool Array(Element element) {
    if (Next() != '[') return Skip();
    ++at_;
    if (Next() == ']') return ++at_, true;
    for (;;) {
      if (!element()) return false;
      const char c = Next();
      if (c == ']') return ++at_, true;
      if (c != ',') return Unexpected("a comma or a closing bracket was expected");
      ++at_;
    }
  }

  /// Steps over the value that comes next.
  bool Skip();
  /// Makes the value that comes next.
  bool Keep(const Value*& slot);
  /// Whether nothing stands behind.
  bool End() { return (Next() == '\0' && at_ == text_.size()) || Unexpected("the end was expected"); }

 private:
  bool Fail(Status status) { return status_ = std::move(status), false; }
  bool TooDeep();
  bool Unexpected(std::string_view what);

  bool SkipString();
  bool SkipNested();

  // Each makes what begins at `at_`; null where it cannot.
  const Value* Make(uint32_t depth);
  const Value* MakeObject(uint32_t depth);
  const Value* MakeArray(uint32_t depth);
  const Value* MakeNumber();
  const Value* Word(std::string_view word, Value* value);
  // A string and where it stands, with its quotes.
  bool String(std::string_view& text, Span& span);
  bool Decode(size_t start, size_t end, std::string_view& text);

  Span SpanFrom(size_t start) const { return {file_, uint32_t(start), uint32_t(at_ - start)}; }

  std::string_view text_;
  FileId file_;
  Arena& arena_;
  const Limits& limits_;
  size_t at_ = 0;
  Status status_;
  std::vector<Entry> entries_;       // of the objects that are being made, and
  std::vector<const Value*> items_;  // of the arrays
};

}  // namespace weir::tfplan
