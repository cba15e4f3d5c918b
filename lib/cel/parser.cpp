#include "lib/cel/parser.h"

#include <algorithm>
#include <map>

namespace weir::cel {
namespace {

bool IsIdStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Parser::Parser(std::string_view text, const Environment& env, std::vector<CompileError>& errors, const Limits& limits)
    : text_(text),
      env_(env),
      errors_(errors),
      limits_(limits),
      scope_(env.variables.begin(), env.variables.end()),
      slots_(uint32_t(env.variables.size())) {}

std::vector<std::byte> Parser::Run() {
  if (text_.size() > 64 * 1024) {
    Fail(0, "the expression is longer than 64 KiB");
    return {};
  }
  Expression();
  Skip();
  if (!failed_ && at_ < text_.size()) Fail(at_, "expected an operator or the end of the expression");
  if (errors_.empty()) return Assemble();
  // An operator's mistake is seen after those of its operands.
  std::ranges::stable_sort(errors_, {}, &CompileError::offset);
  return {};
}

Parser::Deeper::Deeper(Parser& parser) : p(parser), ok(++parser.depth_ <= parser.limits_.depth) {
  if (!ok) p.Fail(p.at_, "the expression is nested too deeply");
}

uint32_t Parser::Fail(size_t offset, std::string message) {
  if (!failed_) errors_.push_back({uint32_t(offset), std::move(message)});
  failed_ = true;
  return 0;
}

void Parser::Complain(size_t offset, std::string message) {
  if (!failed_) errors_.push_back({uint32_t(offset), std::move(message)});
  failed_ |= errors_.size() == kMaxCompileErrors;
}

uint32_t Parser::Refuse(size_t offset, const std::string& message) {
  if (env_.check) Complain(offset, message);
  return EmitText(Op::kFail, offset, message);
}

uint32_t Parser::Emit(Node node) {
  if (failed_) return 0;
  uint32_t height = 0;
  ForEachOperand(node, lists_.data(),
                 [&](uint32_t operand) { height = std::max(height, heights_[operand] + 1); });
  if (height > kMaxHeight) return Fail(node.offset, "the expression has too many operators in a row");
  nodes_.push_back(node);
  heights_.push_back(height);
  return uint32_t(nodes_.size() - 1);
}

uint32_t Parser::Intern(std::string_view s) {
  const size_t found = pool_.size() < 4096 ? pool_.find(s) : std::string::npos;
  if (found != std::string::npos) return uint32_t(found);
  pool_ += s;
  return uint32_t(pool_.size() - s.size());
}

uint32_t Parser::EmitText(Op op, size_t offset, std::string_view text) {
  return Emit({.op = op, .offset = uint32_t(offset), .a = Intern(text), .b = uint32_t(text.size())});
}

void Parser::Skip() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (text_.compare(at_, 2, "//") == 0) {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') {
      ++at_;
    } else {
      break;
    }
  }
}
bool Parser::Peek(std::string_view token) {
  Skip();
  return text_.compare(at_, token.size(), token) == 0;
}
bool Parser::Take(std::string_view token) {
  if (!Peek(token)) return false;
  at_ += token.size();
  return true;
}
bool Parser::Expect(std::string_view token) {
  if (Take(token)) return true;
  Fail(at_, "expected '" + std::string(token) + "'");
  return false;
}
std::string_view Parser::Identifier() {
  Skip();
  size_t end = at_;
  if (end < text_.size() && IsIdStart(text_[end]))
    while (end < text_.size() && (IsIdStart(text_[end]) || IsDigit(text_[end]))) ++end;
  const std::string_view id = text_.substr(at_, end - at_);
  at_ = end;
  return id;
}
bool Parser::TakeIn() {
  if (!Peek("in") || (at_ + 2 < text_.size() && (IsIdStart(text_[at_ + 2]) || IsDigit(text_[at_ + 2]))))
    return false;
  at_ += 2;
  return true;
}

uint32_t Parser::Expression() {
  const Deeper deeper(*this);
  if (!deeper.ok || failed_) return 0;
  const uint32_t condition = Or();
  Skip();
  const size_t offset = at_;
  if (failed_ || !Take("?")) return condition;
  CheckBool(condition);
  const uint32_t yes = Or();
  if (!Expect(":")) return 0;
  const uint32_t no = Expression();
  return Emit({.op = Op::kConditional, .offset = uint32_t(offset), .a = condition, .b = yes, .c = no});
}

uint32_t Parser::Or() {
  uint32_t left = And();
  while (!failed_ && Peek("||")) {
    const size_t offset = at_;
    at_ += 2;
    CheckBool(left);
    const uint32_t right = And();
    CheckBool(right);
    left = Emit({.op = Op::kOr, .offset = uint32_t(offset), .a = left, .b = right});
  }
  return left;
}

uint32_t Parser::And() {
  uint32_t left = Relation();
  while (!failed_ && Peek("&&")) {
    const size_t offset = at_;
    at_ += 2;
    CheckBool(left);
    const uint32_t right = Relation();
    CheckBool(right);
    left = Emit({.op = Op::kAnd, .offset = uint32_t(offset), .a = left, .b = right});
  }
  return left;
}

void Parser::CheckBool(uint32_t node) {
  if (failed_ || !env_.check) return;
  const Op op = nodes_[node].op;
  if (op == Op::kNull || (op >= Op::kInt && op <= Op::kBytes) || op == Op::kList || op == Op::kMap)
    Complain(nodes_[node].offset, "a condition is needed here, not a constant or a list");
}

uint32_t Parser::Relation() {
  uint32_t left = Sum();
  while (!failed_) {
    Skip();
    const size_t offset = at_;
    Op op;
    if (Take("=="))
      op = Op::kEqual;
    else if (Take("!="))
      op = Op::kNotEqual;
    else if (Take("<="))
      op = Op::kLessEqual;
    else if (Take(">="))
      op = Op::kGreaterEqual;
    else if (Take("<"))
      op = Op::kLess;
    else if (Take(">"))
      op = Op::kGreater;
    else if (TakeIn())
      op = Op::kIn;
    else
      break;
    const uint32_t right = Sum();
    if (failed_) break;
    CheckComparable(op, left, right, offset);
    left = Emit({.op = op, .offset = uint32_t(offset), .a = left, .b = right});
  }
  return left;
}

namespace {

// What some functions of the standard library give whatever they are given; 0 for the others.
int ResultClass(uint64_t function) {
  static const auto* classes = [] {
    auto* out = new std::map<uint64_t, int>;
    for (const bool member : {false, true})
      for (const char* name : {"size", "int", "uint", "double", "indexOf", "lastIndexOf"})
        out->emplace(FunctionTable::Hash(name, member), 1);
    for (const char* name : {"lowerAscii", "upperAscii", "trim", "replace", "substring", "join", "charAt"})
      out->emplace(FunctionTable::Hash(name, true), 2);
    out->emplace(FunctionTable::Hash("string", false), 2);
    return out;
  }();
  const auto at = classes->find(function);
  return at == classes->end() ? 0 : at->second;
}

// 0: anything. What can never be equal is a mistake in the policy.
int LiteralClass(const Node& node) {
  switch (node.op) {
    case Op::kInt:
    case Op::kUint:
    case Op::kDouble:
      return 1;
    case Op::kString:
      return 2;
    case Op::kTrue:
    case Op::kFalse:
      return 3;
    case Op::kBytes:
      return 4;
    case Op::kList:
      return 5;
    case Op::kMap:
      return 6;
    case Op::kCall:
      return ResultClass(uint64_t(node.a) | uint64_t(node.b) << 32);
    default:
      return 0;
  }
}
constexpr const char* kClassNames[] = {"", "a number", "a text", "a bool", "bytes", "a list", "a map"};

}  // namespace

void Parser::CheckComparable(Op op, uint32_t left, uint32_t right, size_t offset) {
  if (!env_.check) return;
  const int l = LiteralClass(nodes_[left]), r = LiteralClass(nodes_[right]);
  if (op == Op::kIn) {
    if (r >= 1 && r <= 4) Complain(offset, "the right side of 'in' must be a list or a map");
    return;
  }
  if (l != 0 && r != 0 && l != r)
    Complain(offset, std::string("compares ") + kClassNames[l] + " with " + kClassNames[r] + ": never equal");
}

void Parser::CheckArithmetic(Op op, uint32_t left, uint32_t right, size_t offset) {
  if (failed_ || !env_.check) return;
  const int l = LiteralClass(nodes_[left]), r = LiteralClass(nodes_[right]);
  for (const int c : {l, r})
    if (c == 3 || c == 6 || (c != 0 && c != 1 && op != Op::kAdd))
      return Complain(offset, std::string("this operator does not take ") + kClassNames[c]);
  if (l != 0 && r != 0 && l != r)
    Complain(offset, std::string("mixes ") + kClassNames[l] + " with " + kClassNames[r]);
}

uint32_t Parser::Sum() {
  uint32_t left = Product();
  while (!failed_) {
    Skip();
    const size_t offset = at_;
    const Op op = Take("+") ? Op::kAdd : Take("-") ? Op::kSubtract : Op::kNull;
    if (op == Op::kNull) break;
    const uint32_t right = Product();
    CheckArithmetic(op, left, right, offset);
    left = Emit({.op = op, .offset = uint32_t(offset), .a = left, .b = right});
  }
  return left;
}

uint32_t Parser::Product() {
  uint32_t left = Unary();
  while (!failed_) {
    Skip();
    const size_t offset = at_;
    const Op op = Take("*") ? Op::kMultiply : Take("/") ? Op::kDivide : Take("%") ? Op::kModulo : Op::kNull;
    if (op == Op::kNull) break;
    const uint32_t right = Unary();
    CheckArithmetic(op, left, right, offset);
    left = Emit({.op = op, .offset = uint32_t(offset), .a = left, .b = right});
  }
  return left;
}

uint32_t Parser::Unary() {
  const Deeper deeper(*this);
  if (!deeper.ok || failed_) return 0;
  Skip();
  const size_t offset = at_;
  if (!Peek("!=") && Take("!")) {
    const uint32_t operand = Unary();
    CheckBool(operand);
    return Emit({.op = Op::kNot, .offset = uint32_t(offset), .a = operand});
  }
  const auto digit = [&](size_t at) { return at < text_.size() && IsDigit(text_[at]); };
  if (Peek("-") && !digit(at_ + 1) && !(text_.compare(at_ + 1, 1, ".") == 0 && digit(at_ + 2))) {
    ++at_;
    const uint32_t operand = Unary();
    return Emit({.op = Op::kNegate, .offset = uint32_t(offset), .a = operand});
  }
  return Member();
}

uint32_t Parser::Member() {
  uint32_t node = Primary();
  while (!failed_) {
    Skip();
    const size_t offset = at_;
    if (Take("[")) {
      const uint8_t flags = Take("?") ? Node::kOptional : 0;
      const uint32_t index = Expression();
      if (!Expect("]")) return 0;
      node = Emit({.op = Op::kIndex, .flags = flags, .offset = uint32_t(offset), .a = node, .b = index});
    } else if (Take(".")) {
      node = Selection(node);
    } else {
      break;
    }
  }
  return node;
}

uint32_t Parser::Selection(uint32_t operand) {
  const bool optional = Take("?");
  Skip();
  const size_t offset = at_;
  std::string_view name;
  if (Take("`")) {
    const size_t end = text_.find('`', at_);
    if (end == std::string_view::npos) return Fail(offset, "this name is not closed");
    name = text_.substr(at_, end - at_);
    const auto allowed = [](char c) {
      return IsIdStart(c) || IsDigit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
    };
    if (name.empty() || !std::all_of(name.begin(), name.end(), allowed))
      return Fail(offset, "a name in backticks holds letters, digits and . - / _");
    at_ = end + 1;
  } else {
    name = Identifier();
    if (name.empty()) return Fail(at_, "expected a name after '.'");
    if (name == "in" || name == "true" || name == "false" || name == "null")
      return Fail(offset, "'" + std::string(name) + "' is no name");
    if (!optional && Take("(")) {
      if (const auto macro = MemberMacro(operand, name, offset)) return *macro;
      return failed_ ? 0 : Call(std::string(name), offset, true, operand);
    }
  }
  return Emit({.op = Op::kSelect,
               .flags = optional ? Node::kOptional : uint8_t(0),
               .offset = uint32_t(offset),
               .a = operand,
               .b = Intern(name),
               .c = uint32_t(name.size())});
}

uint32_t Parser::Primary() {
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
  if (IsDigit(c) || c == '-' || (c == '.' && at_ + 1 < text_.size() && IsDigit(text_[at_ + 1])))
    return Number();
  if (StartsText(text_, at_)) {
    const Literal literal = ReadText(text_, at_);
    if (!literal.problem.empty()) return Fail(literal.end, std::string(literal.problem));
    at_ = literal.end;
    return EmitText(literal.op, offset, literal.text);
  }
  return Name();
}

uint32_t Parser::Number() {
  const size_t offset = at_;
  const Literal literal = ReadNumber(text_, at_);
  if (!literal.problem.empty()) return Fail(literal.end, std::string(literal.problem));
  at_ = literal.end;
  if (at_ < text_.size() && IsIdStart(text_[at_]))
    return Fail(at_, "a name may not follow a number directly");
  return Emit({.op = literal.op,
               .offset = uint32_t(offset),
               .a = uint32_t(literal.bits),
               .b = uint32_t(literal.bits >> 32)});
}

uint32_t Parser::Sequence(Op op, std::string_view close, size_t offset) {
  std::vector<uint32_t> parts;
  while (!failed_ && !Take(close)) {
    const uint32_t mark = Take("?") ? kOptionalEntry : 0;
    parts.push_back(Expression() | mark);
    if (op == Op::kMap) {
      if (!Expect(":")) return 0;
      parts.push_back(Expression());
    }
    if (!Take(",")) {
      Expect(close);
      break;
    }
  }
  if (failed_) return 0;
  const uint32_t first = uint32_t(lists_.size());
  lists_.insert(lists_.end(), parts.begin(), parts.end());
  return Emit({.op = op, .offset = uint32_t(offset), .a = first, .b = uint32_t(parts.size())});
}

std::vector<uint32_t> Parser::Arguments() {
  std::vector<uint32_t> args;
  if (Take(")")) return args;
  do {
    args.push_back(Expression());
  } while (!failed_ && Take(","));
  Expect(")");
  return args;
}

std::vector<std::byte> Parser::Assemble() const {
  const Header header{Header::kMagic,         uint32_t(nodes_.size()),         uint32_t(lists_.size()),
                      uint32_t(pool_.size()), uint32_t(env_.variables.size()), slots_};
  // Padded to 8 bytes, so that programs can be laid one behind the other.
  const size_t size = sizeof header + nodes_.size() * sizeof(Node) + lists_.size() * 4 + pool_.size();
  std::vector<std::byte> out((size + 7) / 8 * 8);
  std::byte* to = out.data();
  const auto put = [&](const void* data, size_t bytes) {
    if (bytes != 0) std::memcpy(to, data, bytes);
    to += bytes;
  };
  put(&header, sizeof header);
  put(nodes_.data(), nodes_.size() * sizeof(Node));
  put(lists_.data(), lists_.size() * 4);
  put(pool_.data(), pool_.size());
  return out;
}

std::vector<std::byte> Compile(std::string_view expression, const Environment& environment,
                               CompileError& error, const Limits& limits) {
  std::vector<CompileError> errors;
  auto program = Compile(expression, environment, errors, limits);
  if (!errors.empty()) error = std::move(errors.front());
  return program;
}

std::vector<std::byte> Compile(std::string_view expression, const Environment& environment,
                               std::vector<CompileError>& errors, const Limits& limits) {
  errors.clear();
  return Parser(expression, environment, errors, limits).Run();
}

}  // namespace weir::cel
