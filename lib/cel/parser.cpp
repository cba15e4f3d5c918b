// Recursive descent over CEL's grammar that writes the program's nodes as it goes: the post-order of the tree is the
// program, so there is no tree in between.
#include <charconv>
#include <optional>

#include "lib/base/text.h"
#include "lib/cel/program.h"

namespace weir::cel {
namespace {

bool IsIdStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  Parser(std::string_view text, const Environment& env, CompileError& error, const Limits& limits)
      : text_(text), env_(env), error_(error), limits_(limits), scope_(env.variables), slots_(uint32_t(env.variables.size())) {}

  std::vector<std::byte> Run() {
    if (text_.size() > 64 * 1024) return Fail(0, "the expression is longer than 64 KiB"), std::vector<std::byte>{};
    Expression();
    Skip();
    if (!failed_ && at_ < text_.size()) Fail(at_, "expected an operator or the end of the expression");
    if (failed_) return {};
    return Assemble();
  }

 private:
  uint32_t Fail(size_t offset, std::string message) {
    if (!failed_) error_ = {uint32_t(offset), std::move(message)};
    failed_ = true;
    return 0;
  }

  uint32_t Emit(Op op, size_t offset, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0) {
    nodes_.push_back({op, uint32_t(offset), a, b, c});
    return uint32_t(nodes_.size() - 1);
  }
  template <typename T>
  uint32_t EmitConstant(Op op, size_t offset, T value) {
    uint64_t bits;
    std::memcpy(&bits, &value, 8);
    return Emit(op, offset, uint32_t(bits), uint32_t(bits >> 32));
  }
  uint32_t Intern(std::string_view s) {
    const size_t found = pool_.find(s);
    if (found != std::string::npos) return uint32_t(found);
    pool_ += s;
    return uint32_t(pool_.size() - s.size());
  }

  void Skip() {
    while (at_ < text_.size()) {
      if (text_.compare(at_, 2, "//") == 0) {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (std::strchr(" \t\r\n\f", text_[at_]) != nullptr && text_[at_] != 0) {
        ++at_;
      } else {
        break;
      }
    }
  }
  bool Take(std::string_view token) {
    Skip();
    if (text_.compare(at_, token.size(), token) != 0) return false;
    at_ += token.size();
    return true;
  }
  bool Expect(std::string_view token) {
    if (Take(token)) return true;
    Fail(at_, "expected '" + std::string(token) + "'");
    return false;
  }
  std::string_view Identifier() {
    Skip();
    size_t end = at_;
    if (end < text_.size() && IsIdStart(text_[end]))
      while (end < text_.size() && (IsIdStart(text_[end]) || IsDigit(text_[end]))) ++end;
    const std::string_view id = text_.substr(at_, end - at_);
    at_ = end;
    return id;
  }

  struct Deeper {
    Parser& p;
    bool ok;
    explicit Deeper(Parser& parser) : p(parser), ok(++parser.depth_ <= parser.limits_.depth) {
      if (!ok) p.Fail(p.at_, "the expression is nested too deeply");
    }
    ~Deeper() { --p.depth_; }
  };

  uint32_t Expression() {
    const Deeper deeper(*this);
    if (!deeper.ok || failed_) return 0;
    const uint32_t condition = Or();
    Skip();
    const size_t offset = at_;
    if (failed_ || !Take("?")) return condition;
    const uint32_t yes = Or();
    if (!Expect(":")) return 0;
    const uint32_t no = Expression();
    return Emit(Op::kConditional, offset, condition, yes, no);
  }

  uint32_t Or() { return Chain("||", Op::kOr, [this] { return Chain("&&", Op::kAnd, [this] { return Relation(); }); }); }

  template <typename Next>
  uint32_t Chain(std::string_view token, Op op, Next next) {
    uint32_t left = next();
    for (Skip(); !failed_ && text_.compare(at_, 2, token) == 0; Skip()) {
      const size_t offset = at_;
      at_ += 2;
      CheckBool(left);
      const uint32_t right = next();
      CheckBool(right);
      left = Emit(op, offset, left, right);
    }
    return left;
  }
  void CheckBool(uint32_t node) {
    if (failed_) return;
    const Op op = nodes_[node].op;
    if (op == Op::kNull || op == Op::kInt || op == Op::kDouble || op == Op::kString || op == Op::kList || op == Op::kMap)
      Fail(nodes_[node].offset, "a condition is needed here, not a constant or a list");
  }

  uint32_t Relation() {
    uint32_t left = Sum();
    while (!failed_) {
      Skip();
      const size_t offset = at_;
      Op op;
      if (Take("==")) op = Op::kEqual;
      else if (Take("!=")) op = Op::kNotEqual;
      else if (Take("<=")) op = Op::kLessEqual;
      else if (Take(">=")) op = Op::kGreaterEqual;
      else if (Take("<")) op = Op::kLess;
      else if (Take(">")) op = Op::kGreater;
      else if (text_.compare(at_, 2, "in") == 0 && (at_ + 2 == text_.size() || !(IsIdStart(text_[at_ + 2]) || IsDigit(text_[at_ + 2])))) {
        at_ += 2;
        op = Op::kIn;
      } else {
        break;
      }
      const uint32_t right = Sum();
      if (failed_) break;
      CheckComparable(op, left, right, offset);
      left = Emit(op, offset, left, right);
    }
    return left;
  }

  // 0: anything, 1: number, 2: text, 3: bool. What can never be equal is a mistake in the policy.
  int LiteralClass(uint32_t node) const {
    switch (nodes_[node].op) {
      case Op::kInt: case Op::kDouble: return 1;
      case Op::kString: return 2;
      case Op::kTrue: case Op::kFalse: return 3;
      default: return 0;
    }
  }
  void CheckComparable(Op op, uint32_t left, uint32_t right, size_t offset) {
    if (op == Op::kIn) {
      const Op r = nodes_[right].op;
      if (r == Op::kInt || r == Op::kDouble || r == Op::kString || r == Op::kTrue || r == Op::kFalse)
        Fail(offset, "the right side of 'in' must be a list or a map");
      return;
    }
    const int l = LiteralClass(left), r = LiteralClass(right);
    static constexpr const char* kNames[] = {"", "a number", "a text", "a bool"};
    if (l != 0 && r != 0 && l != r) Fail(offset, std::string("compares ") + kNames[l] + " with " + kNames[r] + ": never equal");
  }

  uint32_t Sum() {
    uint32_t left = Product();
    while (!failed_) {
      Skip();
      const size_t offset = at_;
      const Op op = Take("+") ? Op::kAdd : Take("-") ? Op::kSubtract : Op::kNull;
      if (op == Op::kNull) break;
      const uint32_t right = Product();
      left = Emit(op, offset, left, right);
    }
    return left;
  }
  uint32_t Product() {
    uint32_t left = Unary();
    while (!failed_) {
      Skip();
      const size_t offset = at_;
      const Op op = Take("*") ? Op::kMultiply : Take("/") ? Op::kDivide : Take("%") ? Op::kModulo : Op::kNull;
      if (op == Op::kNull) break;
      const uint32_t right = Unary();
      left = Emit(op, offset, left, right);
    }
    return left;
  }
  uint32_t Unary() {
    const Deeper deeper(*this);
    if (!deeper.ok || failed_) return 0;
    Skip();
    const size_t offset = at_;
    if (text_.compare(at_, 2, "!=") != 0 && Take("!")) {
      const uint32_t operand = Unary();
      CheckBool(operand);
      return Emit(Op::kNot, offset, operand);
    }
    if (at_ < text_.size() && text_[at_] == '-' && !(at_ + 1 < text_.size() && IsDigit(text_[at_ + 1]))) {
      ++at_;
      const uint32_t operand = Unary();
      return Emit(Op::kNegate, offset, operand);
    }
    return Member();
  }

  uint32_t Member() {
    // `iam.statements(x)`: a dotted name that begins with no variable is the name of a function.
    std::string space;
    uint32_t node = Primary(space);
    while (!failed_) {
      Skip();
      const size_t offset = at_;
      if (Take("[")) {
        if (!space.empty()) return Fail(offset, UnknownVariable(space));
        const uint32_t index = Expression();
        if (!Expect("]")) return 0;
        node = Emit(Op::kIndex, offset, node, index);
      } else if (Take(".")) {
        Skip();
        const size_t name_at = at_;
        const std::string_view name = Identifier();
        if (name.empty()) return Fail(at_, "expected a name after '.'");
        if (Take("(")) {
          node = space.empty() ? MemberCall(node, name, name_at) : Call(space + "." + std::string(name), offset, false, 0);
          space.clear();
        } else if (!space.empty()) {
          space += "." + std::string(name);
        } else {
          node = Emit(Op::kSelect, name_at, node, Intern(name), uint32_t(name.size()));
        }
      } else {
        break;
      }
    }
    if (!failed_ && !space.empty()) Fail(at_ - space.size(), UnknownVariable(space));
    return node;
  }

  std::string UnknownVariable(std::string_view name) const {
    std::string message = "there is no variable '" + std::string(name) + "'; there is";
    for (const std::string_view v : scope_)
      if (!v.empty()) message += " " + std::string(v);
    return message;
  }

  uint32_t Primary(std::string& space) {
    Skip();
    const size_t offset = at_;
    if (at_ >= text_.size()) return Fail(at_, "the expression ends where a value is expected");
    if (Take("(")) {
      const uint32_t inner = Expression();
      Expect(")");
      return inner;
    }
    if (Take("[")) return Sequence(Op::kList, "]", offset);
    if (Take("{")) return Sequence(Op::kMap, "}", offset);
    const char c = text_[at_];
    if (IsDigit(c) || c == '-' || (c == '.' && at_ + 1 < text_.size() && IsDigit(text_[at_ + 1]))) return NumberLiteral();
    if (c == '"' || c == '\'') return StringLiteral(false);
    if ((c == 'r' || c == 'R') && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\'')) {
      ++at_;
      return StringLiteral(true);
    }
    const std::string_view id = Identifier();
    if (id.empty()) return Fail(at_, "expected a value");
    if (id == "true") return Emit(Op::kTrue, offset);
    if (id == "false") return Emit(Op::kFalse, offset);
    if (id == "null") return Emit(Op::kNull, offset);
    if (Take("(")) return id == "has" ? Has(offset) : Call(std::string(id), offset, false, 0);
    for (size_t slot = scope_.size(); slot-- > 0;)
      if (scope_[slot] == id) return Emit(Op::kVariable, offset, uint32_t(slot));
    space = id;
    return 0;
  }

  uint32_t Has(size_t offset) {
    const uint32_t operand = Expression();
    if (!Expect(")")) return 0;
    if (nodes_[operand].op != Op::kSelect) return Fail(offset, "has() takes a selection: has(self.name)");
    nodes_[operand].op = Op::kHas;
    return operand;
  }

  uint32_t Sequence(Op op, std::string_view close, size_t offset) {
    std::vector<uint32_t> parts;
    while (!failed_ && !Take(close)) {
      parts.push_back(Expression());
      if (op == Op::kMap) {
        if (!Expect(":")) return 0;
        parts.push_back(Expression());
      }
      if (!Take(",")) {
        Expect(close);
        break;
      }
    }
    const uint32_t first = uint32_t(lists_.size());
    lists_.insert(lists_.end(), parts.begin(), parts.end());
    return Emit(op, offset, first, uint32_t(parts.size()));
  }

  static std::optional<Op> Macro(std::string_view name) {
    if (name == "all") return Op::kAll;
    if (name == "exists") return Op::kExists;
    if (name == "exists_one" || name == "existsOne") return Op::kExistsOne;
    if (name == "filter") return Op::kFilter;
    if (name == "map") return Op::kMapTo;
    return std::nullopt;
  }

  uint32_t MemberCall(uint32_t target, std::string_view name, size_t offset) {
    const auto macro = Macro(name);
    if (!macro) return Call(std::string(name), offset, true, target);
    Skip();
    const size_t name_at = at_;
    const std::string_view variable = Identifier();
    if (variable.empty()) return Fail(name_at, std::string(name) + "() needs a variable name first");
    if (!Expect(",")) return 0;
    scope_.push_back(variable);
    slots_ = std::max<uint32_t>(slots_, uint32_t(scope_.size()));
    const uint32_t slot = uint32_t(scope_.size() - 1);
    uint32_t body = Expression();
    if (!failed_ && *macro == Op::kMapTo && Take(",")) {
      // map(x, condition, value) is filter(x, condition).map(x, value).
      const uint32_t condition = body;
      body = Expression();
      target = Emit(Op::kFilter, offset, target, condition, slot);
    }
    scope_.pop_back();
    if (!Expect(")")) return 0;
    return Emit(*macro, offset, target, body, slot);
  }

  uint32_t Call(const std::string& name, size_t offset, bool member, uint32_t target) {
    std::vector<uint32_t> args;
    if (member) args.push_back(target);
    while (!failed_ && !Take(")")) {
      args.push_back(Expression());
      if (!Take(",")) {
        Expect(")");
        break;
      }
    }
    if (failed_) return 0;
    const Function* function = env_.functions->Find(name, member);
    if (function == nullptr) {
      const std::string_view near = env_.functions->Nearest(name);
      return Fail(offset, "there is no function '" + name + "'" + (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"));
    }
    if (args.size() < function->min_args || args.size() > function->max_args)
      return Fail(offset, name + "() takes " + std::to_string(function->min_args - member) +
                              (function->max_args == function->min_args ? "" : " to " + std::to_string(function->max_args - member)) +
                              " arguments, not " + std::to_string(args.size() - member));
    const uint32_t first = uint32_t(lists_.size());
    lists_.push_back(uint32_t(args.size()));
    lists_.insert(lists_.end(), args.begin(), args.end());
    const uint64_t hash = FunctionTable::Hash(name, member);
    return Emit(Op::kCall, offset, uint32_t(hash), uint32_t(hash >> 32), first);
  }

  uint32_t NumberLiteral() {
    const size_t start = at_;
    size_t end = at_ + (text_[at_] == '-');
    bool real = false;
    if (text_.compare(end, 2, "0x") == 0) {
      int64_t value = 0;
      const auto [p, ec] = std::from_chars(text_.data() + end + 2, text_.data() + text_.size(), value, 16);
      if (ec != std::errc()) return Fail(start, "this number does not fit 64 bits");
      at_ = size_t(p - text_.data());
      return EmitConstant(Op::kInt, start, text_[start] == '-' ? -value : value);
    }
    while (end < text_.size() && (IsDigit(text_[end]) || text_[end] == '.' || text_[end] == 'e' || text_[end] == 'E' ||
                                  ((text_[end] == '+' || text_[end] == '-') && (text_[end - 1] == 'e' || text_[end - 1] == 'E')))) {
      if (text_[end] == '.' && !(end + 1 < text_.size() && IsDigit(text_[end + 1]))) break;
      real |= !IsDigit(text_[end]);
      ++end;
    }
    at_ = end;
    if (real) {
      double value = 0;
      std::from_chars(text_.data() + start, text_.data() + end, value);
      return EmitConstant(Op::kDouble, start, value);
    }
    int64_t value = 0;
    if (std::from_chars(text_.data() + start, text_.data() + end, value).ec != std::errc()) return Fail(start, "this number does not fit 64 bits");
    if (at_ < text_.size() && (text_[at_] == 'u' || text_[at_] == 'U')) ++at_;
    return EmitConstant(Op::kInt, start, value);
  }

  uint32_t StringLiteral(bool raw) {
    const size_t start = at_;
    const char quote = text_[at_];
    const bool triple = text_.compare(at_, 3, std::string(3, quote)) == 0;
    const std::string close(triple ? 3 : 1, quote);
    at_ += close.size();
    std::string value;
    while (true) {
      if (at_ >= text_.size() || (!triple && text_[at_] == '\n')) return Fail(start, "this text is not closed");
      if (text_.compare(at_, close.size(), close) == 0) break;
      if (text_[at_] == '\\' && !raw) {
        if (!Escape(value)) return 0;
      } else {
        value += text_[at_++];
      }
    }
    at_ += close.size();
    return Emit(Op::kString, start, Intern(value), uint32_t(value.size()));
  }
  bool Escape(std::string& out) {
    const size_t start = at_++;
    const char c = at_ < text_.size() ? text_[at_++] : 0;
    static constexpr std::string_view kFrom = "abfnrtv\\'\"`?", kTo = "\a\b\f\n\r\t\v\\'\"`?";
    if (const size_t i = kFrom.find(c); c != 0 && i != std::string_view::npos) return out += kTo[i], true;
    const int digits = c == 'x' || c == 'X' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : c >= '0' && c <= '3' ? 3 : 0;
    if (digits == 3) --at_;
    uint32_t code = 0;
    const char* first = text_.data() + at_;
    if (digits == 0 || at_ + size_t(digits) > text_.size() ||
        std::from_chars(first, first + digits, code, digits == 3 ? 8 : 16).ptr != first + digits)
      return Fail(start, "there is no such escape in a text; write \\\\ for a backslash"), false;
    at_ += size_t(digits);
    AppendUtf8(out, code);
    return true;
  }

  std::vector<std::byte> Assemble() const {
    const Header header{Header::kMagic, uint32_t(nodes_.size()), uint32_t(lists_.size()), uint32_t(pool_.size()),
                        uint32_t(env_.variables.size()), slots_};
    std::vector<std::byte> out(sizeof header + nodes_.size() * sizeof(Node) + lists_.size() * 4 + pool_.size());
    std::byte* to = out.data();
    const auto put = [&](const void* data, size_t size) {
      if (size != 0) std::memcpy(to, data, size);
      to += size;
    };
    put(&header, sizeof header);
    put(nodes_.data(), nodes_.size() * sizeof(Node));
    put(lists_.data(), lists_.size() * 4);
    put(pool_.data(), pool_.size());
    return out;
  }

  std::string_view text_;
  const Environment& env_;
  CompileError& error_;
  const Limits& limits_;
  size_t at_ = 0;
  uint32_t depth_ = 0;
  bool failed_ = false;
  std::vector<std::string_view> scope_;  // by slot; the variables of macros come last
  uint32_t slots_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> lists_;
  std::string pool_;
};

}  // namespace

std::vector<std::byte> Compile(std::string_view expression, const Environment& environment, CompileError& error,
                               const Limits& limits) {
  return Parser(expression, environment, error, limits).Run();
}

bool Verify(Program bytes) {
  if (bytes.size() < sizeof(Header) || reinterpret_cast<uintptr_t>(bytes.data()) % 4 != 0) return false;
  const View view(bytes);
  const Header& h = *view.header;
  const uint64_t size = sizeof(Header) + uint64_t(h.node_count) * sizeof(Node) + uint64_t(h.list_count) * 4 + h.text_size;
  if (h.magic != Header::kMagic || h.node_count == 0 || size != bytes.size() || h.variables > h.slots || h.slots > 4096) return false;
  const auto text_ok = [&](uint32_t offset, uint32_t length) { return uint64_t(offset) + length <= h.text_size; };
  const auto list_ok = [&](uint64_t first, uint64_t count, uint32_t before) {
    if (first + count > h.list_count) return false;
    for (uint64_t i = first; i < first + count; ++i)
      if (view.lists[i] >= before) return false;
    return true;
  };
  for (uint32_t i = 0; i < h.node_count; ++i) {
    const Node& n = view.nodes[i];
    bool ok = true;
    switch (n.op) {
      case Op::kNull: case Op::kTrue: case Op::kFalse: case Op::kInt: case Op::kDouble: break;
      case Op::kString: ok = text_ok(n.a, n.b); break;
      case Op::kVariable: ok = n.a < h.slots; break;
      case Op::kSelect: case Op::kHas: ok = n.a < i && text_ok(n.b, n.c); break;
      case Op::kNot: case Op::kNegate: ok = n.a < i; break;
      case Op::kConditional: ok = n.a < i && n.b < i && n.c < i; break;
      case Op::kList: ok = list_ok(n.a, n.b, i); break;
      case Op::kMap: ok = n.b % 2 == 0 && list_ok(n.a, n.b, i); break;
      case Op::kCall: ok = n.c < h.list_count && list_ok(uint64_t(n.c) + 1, view.lists[n.c], i); break;
      case Op::kAll: case Op::kExists: case Op::kExistsOne: case Op::kFilter: case Op::kMapTo:
        ok = n.a < i && n.b < i && n.c < h.slots; break;
      case Op::kIndex: case Op::kAnd: case Op::kOr: case Op::kEqual: case Op::kNotEqual: case Op::kLess: case Op::kLessEqual:
      case Op::kGreater: case Op::kGreaterEqual: case Op::kIn: case Op::kAdd: case Op::kSubtract: case Op::kMultiply:
      case Op::kDivide: case Op::kModulo: ok = n.a < i && n.b < i; break;
      default: ok = false;
    }
    if (!ok) return false;
  }
  return true;
}

}  // namespace weir::cel
