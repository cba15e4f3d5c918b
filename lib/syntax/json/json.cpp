#include "lib/syntax/json/json.h"

#include <string>
#include <unordered_set>
#include <vector>

#include "lib/base/text.h"

namespace weir::json {
namespace {

class Reader {
 public:
  Reader(std::string_view source, FileId file, Arena& arena, const Limits& limits)
      : source_(source), file_(file), arena_(arena), depth_left_(limits.depth) {}

  Tree Run() {
    if (source_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    Tree tree;
    tree.root = ReadValue();
    if (ok()) {
      SkipSpace();
      if (at_ < source_.size()) Fail(at_, 1, "There is more text after the end of the JSON value.");
    }
    tree.errors = arena_.Copy(errors_);
    tree.repeated = arena_.Copy(repeated_);
    return tree;
  }

 private:
  bool ok() const { return errors_.empty(); }
  char Peek() const { return at_ < source_.size() ? source_[at_] : '\0'; }
  Span SpanOf(size_t from, size_t to) const {
    return {file_, static_cast<uint32_t>(from), static_cast<uint32_t>(to - from)};
  }
  void Fail(size_t at, size_t length, std::string_view message, bool limit = false) {
    if (at > source_.size()) at = source_.size();
    if (at + length > source_.size()) length = source_.size() - at;
    if (ok()) errors_.push_back({SpanOf(at, at + length), message, limit});
  }
  void SkipSpace() {
    while (at_ < source_.size() &&
           (source_[at_] == ' ' || source_[at_] == '\n' || source_[at_] == '\r' || source_[at_] == '\t'))
      ++at_;
  }

  /// Null only where there is an error at the value's very beginning.
  const Value* ReadValue() {
    SkipSpace();
    const size_t from = at_;
    Value value;
    switch (Peek()) {
      case '{':
        ReadObject(&value);
        break;
      case '[':
        ReadArray(&value);
        break;
      case '"':
        value.kind = Kind::kString;
        value.text = ReadString();
        break;
      case 't':
        value.kind = Kind::kBool;
        value.boolean = true;
        ReadWord("true");
        break;
      case 'f':
        value.kind = Kind::kBool;
        ReadWord("false");
        break;
      case 'n':
        ReadWord("null");
        break;
      default:
        value.kind = Kind::kNumber;
        ReadNumber();
        value.text = source_.substr(from, at_ - from);
        break;
    }
    if (!ok() && value.kind != Kind::kObject && value.kind != Kind::kArray) return nullptr;
    value.span = SpanOf(from, at_);
    return arena_.New<Value>(value);
  }

  void ReadWord(std::string_view word) {
    if (source_.substr(at_, word.size()) != word) return Fail(at_, 1, "A value is expected here.");
    at_ += word.size();
  }

  bool Digits() {
    const size_t from = at_;
    while (Peek() >= '0' && Peek() <= '9') ++at_;
    return at_ > from;
  }

  void ReadNumber() {
    const size_t from = at_;
    if (Peek() == '-') ++at_;
    const bool zero = Peek() == '0';
    const size_t whole = at_;
    if (!Digits()) {
      if (at_ == from)
        return Fail(
            at_, 1,
            at_ < source_.size() ? "A value is expected here." : "The text ends where a value is expected.");
      return Fail(from, 1, "A number needs digits after its sign.");
    }
    if (zero && at_ > whole + 1) return Fail(from, at_ - from, "A number may not begin with zeros.");
    if (Peek() == '.') {
      ++at_;
      if (!Digits()) return Fail(from, at_ - from, "A number needs digits after its point.");
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++at_;
      if (Peek() == '+' || Peek() == '-') ++at_;
      if (!Digits()) return Fail(from, at_ - from, "A number needs digits in its exponent.");
    }
  }

  std::string_view ReadString() {
    const size_t from = at_++;
    bool escaped = false;
    for (;;) {
      if (at_ >= source_.size()) {
        Fail(from, 1, "This string has no closing quote.");
        return {};
      }
      const unsigned char c = static_cast<unsigned char>(source_[at_]);
      if (c == '"') break;
      if (c == '\\') {
        escaped = true;
        at_ += 2;
      } else if (c < 0x20) {
        Fail(at_, 1, "A control character in a string must be written as an escape.");
        return {};
      } else if (c < 0x80) {
        ++at_;
      } else {
        const size_t before = at_;
        if (DecodeUtf8(source_, at_) == 0xFFFD && at_ == before + 1) {
          Fail(before, 1, "This byte is not valid UTF-8.");
          return {};
        }
      }
    }
    const std::string_view raw = source_.substr(from + 1, at_ - from - 1);
    ++at_;
    return escaped ? Decode(raw, from + 1) : raw;
  }

  /// Four hexadecimal digits at raw[i], or -1.
  static int32_t Hex4(std::string_view raw, size_t i) {
    if (i + 4 > raw.size()) return -1;
    int32_t code = 0;
    for (size_t j = i; j < i + 4; ++j) {
      const char d = raw[j];
      if (d >= '0' && d <= '9')
        code = code * 16 + (d - '0');
      else if ((d | 32) >= 'a' && (d | 32) <= 'f')
        code = code * 16 + ((d | 32) - 'a' + 10);
      else
        return -1;
    }
    return code;
  }

  std::string_view Decode(std::string_view raw, size_t offset) {
    std::string out;
    out.reserve(raw.size());
    for (size_t i = 0; i < raw.size();) {
      if (raw[i] != '\\') {
        out += raw[i++];
        continue;
      }
      const size_t from = i;
      const char selector = i + 1 < raw.size() ? raw[i + 1] : '\0';
      i += 2;
      switch (selector) {
        case '"':
        case '\\':
        case '/':
          out += selector;
          break;
        case 'b':
          out += '\b';
          break;
        case 'f':
          out += '\f';
          break;
        case 'n':
          out += '\n';
          break;
        case 'r':
          out += '\r';
          break;
        case 't':
          out += '\t';
          break;
        case 'u': {
          const int32_t high = Hex4(raw, i);
          if (high < 0) {
            Fail(offset + from, 2, "\\u must be followed by four hexadecimal digits.");
            return {};
          }
          i += 4;
          char32_t code = static_cast<char32_t>(high);
          if (high >= 0xD800 && high < 0xDC00 && raw.substr(i, 2) == "\\u") {
            const int32_t low = Hex4(raw, i + 2);
            if (low >= 0xDC00 && low < 0xE000) {
              code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<char32_t>(low) - 0xDC00);
              i += 6;
            }
          }
          AppendUtf8(out, code);  // half of a pair becomes U+FFFD
          break;
        }
        default:
          Fail(offset + from, 2, "This is not an escape sequence of JSON.");
          return {};
      }
    }
    return arena_.Copy(out);
  }

  bool Enter() {
    if (depth_left_ == 0) {
      Fail(at_, 1, "This is nested more deeply than the limit on nesting allows.", true);
      return false;
    }
    --depth_left_;
    return true;
  }

  void ReadArray(Value* value) {
    value->kind = Kind::kArray;
    const size_t from = at_;
    if (!Enter()) return;
    ++at_;
    const size_t mark = values_.size();
    SkipSpace();
    if (Peek() == ']') {
      ++at_;
    } else {
      while (ok()) {
        const Value* item = ReadValue();
        if (item != nullptr) values_.push_back(item);
        if (!ok()) break;
        SkipSpace();
        if (Peek() == ']') {
          ++at_;
          break;
        }
        if (at_ >= source_.size())
          Fail(from, 1, "This bracket is never closed.");
        else if (Peek() != ',')
          Fail(at_, 1, "A comma or a closing bracket is expected here.");
        else
          ++at_;
      }
    }
    std::span<const Value*> items = arena_.NewArray<const Value*>(values_.size() - mark);
    for (size_t i = 0; i < items.size(); ++i) items[i] = values_[mark + i];
    values_.resize(mark);
    value->items = items;
    ++depth_left_;
  }

  void ReadObject(Value* value) {
    value->kind = Kind::kObject;
    const size_t from = at_;
    if (!Enter()) return;
    ++at_;
    const size_t mark = members_.size();
    SkipSpace();
    if (Peek() == '}') {
      ++at_;
    } else {
      while (ok()) {
        SkipSpace();
        if (at_ >= source_.size()) {
          Fail(from, 1, "This brace is never closed.");
          break;
        }
        if (Peek() != '"') {
          Fail(at_, 1, "A key in double quotes is expected here.");
          break;
        }
        Member member;
        const size_t key = at_;
        member.key = ReadString();
        member.key_span = SpanOf(key, at_);
        SkipSpace();
        if (ok() && Peek() != ':') Fail(at_, 1, "A colon is expected after the key.");
        if (!ok()) break;
        ++at_;
        member.value = ReadValue();
        if (member.value != nullptr) members_.push_back(member);
        if (!ok()) break;
        SkipSpace();
        if (Peek() == '}') {
          ++at_;
          break;
        }
        if (at_ >= source_.size())
          Fail(from, 1, "This brace is never closed.");
        else if (Peek() != ',')
          Fail(at_, 1, "A comma or a closing brace is expected here.");
        else
          ++at_;
      }
    }
    NoteRepeated(mark);
    std::span<Member> members = arena_.NewArray<Member>(members_.size() - mark);
    for (size_t i = 0; i < members.size(); ++i) members[i] = members_[mark + i];
    members_.resize(mark);
    value->members = members;
    ++depth_left_;
  }

  void NoteRepeated(size_t mark) {
    if (members_.size() - mark <= 8) {
      for (size_t i = mark; i < members_.size(); ++i)
        for (size_t j = mark; j < i; ++j)
          if (members_[i].key == members_[j].key) {
            repeated_.push_back(members_[i].key_span);
            break;
          }
      return;
    }
    std::unordered_set<std::string_view> keys;
    for (size_t i = mark; i < members_.size(); ++i)
      if (!keys.insert(members_[i].key).second) repeated_.push_back(members_[i].key_span);
  }

  std::string_view source_;
  FileId file_;
  Arena& arena_;
  uint32_t depth_left_;
  size_t at_ = 0;
  std::vector<Error> errors_;
  std::vector<Span> repeated_;
  // Lists that are being read, each used as a stack.
  std::vector<const Value*> values_;
  std::vector<Member> members_;
};

}  // namespace

const Value* Value::Find(std::string_view key) const {
  for (size_t i = members.size(); i-- > 0;)
    if (members[i].key == key) return members[i].value;
  return nullptr;
}

Tree Parse(std::string_view source, FileId file, Arena& arena, const Limits& limits) {
  return Reader(source, file, arena, limits).Run();
}

}  // namespace weir::json
