// What expands where it is parsed: has(), comprehensions with one and two variables, optMap(), cel.bind(),
// cel.block(). When one of these is called its '(' has been consumed.
#include <algorithm>

#include "lib/cel/parser.h"

namespace weir::cel {
namespace {

struct Macro {
  std::string_view name;
  Op op;
};
constexpr Macro kMacros[] = {{"all", Op::kAll},
                             {"exists", Op::kExists},
                             {"exists_one", Op::kExistsOne},
                             {"existsOne", Op::kExistsOne},
                             {"filter", Op::kFilter},
                             {"map", Op::kMapTo},
                             {"transformList", Op::kTransformList},
                             {"transformMap", Op::kTransformMap},
                             {"transformMapEntry", Op::kTransformMapEntry},
                             {"optMap", Op::kOptMap},
                             {"optFlatMap", Op::kOptFlatMap}};

}  // namespace

uint32_t Parser::Push(std::string name) {
  if (scope_.size() >= 4000) return Fail(at_, "the expression binds too many names");
  scope_.push_back(std::move(name));
  slots_ = std::max<uint32_t>(slots_, uint32_t(scope_.size()));
  return uint32_t(scope_.size() - 1);
}

// The rest of `cel.iterVar(0, 1` and its like, behind '(': the name under which the variable stands in the
// scope.
std::string Parser::BlockVariable() {
  std::string name;
  do {
    Skip();
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    if (at_ == start) Fail(at_, "expected a whole number");
    name += ":" + std::string(text_.substr(start, at_ - start));
  } while (!failed_ && Take(","));
  Expect(")");
  return name;
}

std::string Parser::LoopVariable() {
  Skip();
  const size_t start = at_;
  const std::string name(Identifier());
  if (name == "cel" && Take(".")) {
    const std::string kind(Identifier());
    if ((kind == "iterVar" || kind == "accuVar") && Take("(")) return "@" + kind + BlockVariable();
  }
  if (name.empty() || Peek(".")) Fail(start, "a macro needs the name of a variable here");
  return name;
}

std::optional<uint32_t> Parser::MemberMacro(uint32_t target, std::string_view name, size_t offset) {
  for (const Macro& macro : kMacros) {
    if (macro.name != name) continue;
    if (macro.op == Op::kOptMap || macro.op == Op::kOptFlatMap) return Bound(macro.op, target, offset);
    return Comprehension(target, macro.op, offset);
  }
  return std::nullopt;
}

// `variable, body)` evaluated with the variable bound to what `target` gives.
uint32_t Parser::Bound(Op op, uint32_t target, size_t offset) {
  std::string variable = LoopVariable();
  if (!Expect(",")) return 0;
  const uint32_t slot = Push(std::move(variable));
  const uint32_t body = Expression();
  if (failed_ || !Expect(")")) return 0;
  scope_.pop_back();
  return Emit({.op = op, .offset = uint32_t(offset), .a = target, .b = body, .c = slot});
}

uint32_t Parser::Comprehension(uint32_t target, Op op, size_t offset) {
  const size_t outer = scope_.size();
  std::string first = LoopVariable();
  if (!Expect(",")) return 0;
  const bool transforms = op == Op::kTransformList || op == Op::kTransformMap || op == Op::kTransformMapEntry;
  const bool may_have_two = op != Op::kFilter && op != Op::kMapTo;
  // A second variable is a name that a comma follows: the body of a macro with one variable is its last
  // argument.
  std::string second;
  const size_t body_at = at_;
  if (may_have_two) {
    const bool was_failed = failed_;
    const size_t errors = errors_.size();
    std::string name = LoopVariable();
    if (!failed_ && Take(",")) second = std::move(name);
    if (second.empty()) {
      if (!was_failed) failed_ = false, errors_.resize(errors);
      at_ = body_at;
    }
  }
  if (transforms && second.empty()) return Fail(offset, "this macro needs two variables");
  if (!second.empty() && second == first) return Fail(body_at, "the two variables need different names");
  Node node{.op = op, .offset = uint32_t(offset), .a = target};
  node.c = Push(std::move(first));
  if (!second.empty()) node.extra = uint16_t(Push(std::move(second)));
  node.b = Expression();
  if (!failed_ && (op == Op::kMapTo || transforms) && Take(",")) {
    const uint32_t condition = node.b;
    CheckBool(condition);
    node.b = Expression();
    if (transforms) node.d = condition;
    // map(x, condition, value) is filter(x, condition).map(x, value).
    else
      node.a =
          Emit({.op = Op::kFilter, .offset = uint32_t(offset), .a = target, .b = condition, .c = node.c});
  } else if (!transforms && op != Op::kMapTo) {
    CheckBool(node.b);
  }
  if (failed_ || !Expect(")")) return 0;
  scope_.resize(outer);
  return Emit(node);
}

std::optional<uint32_t> Parser::GlobalMacro(const std::string& name, size_t offset) {
  if (name == "has") return Has(offset);
  if (name == "cel.bind") {
    std::string variable = LoopVariable();
    if (!Expect(",")) return 0;
    const uint32_t value = Expression();
    if (failed_ || !Expect(",")) return 0;
    const uint32_t slot = Push(std::move(variable));
    const uint32_t body = Expression();
    if (failed_ || !Expect(")")) return 0;
    scope_.pop_back();
    return Emit({.op = Op::kBind, .offset = uint32_t(offset), .a = value, .b = body, .c = slot});
  }
  if (name == "cel.block") return Block(offset);
  if (name == "cel.index" || name == "cel.iterVar" || name == "cel.accuVar") {
    const std::string variable = "@" + name.substr(4) + BlockVariable();
    if (failed_) return 0;
    for (size_t slot = scope_.size(); slot-- > env_.variables.size();)
      if (scope_[slot] == variable)
        return Emit({.op = Op::kVariable, .offset = uint32_t(offset), .a = uint32_t(slot)});
    return Fail(offset, name + "() names no variable of an enclosing cel.block()");
  }
  return std::nullopt;
}

uint32_t Parser::Has(size_t offset) {
  const uint32_t operand = Expression();
  if (failed_ || !Expect(")")) return 0;
  if (nodes_[operand].op != Op::kSelect || operand + 1 != nodes_.size())
    return Fail(offset, "has() takes a selection: has(self.name)");
  nodes_[operand].op = Op::kHas;
  return operand;
}

uint32_t Parser::Block(size_t offset) {
  const size_t outer = scope_.size();
  if (!Expect("[")) return 0;
  std::vector<uint32_t> parts;
  while (!failed_ && !Take("]")) {
    parts.push_back(Expression());
    Push("@index:" + std::to_string(parts.size() - 1));
    if (!Take(",")) {
      Expect("]");
      break;
    }
  }
  if (failed_ || !Expect(",")) return 0;
  const uint32_t body = Expression();
  if (failed_ || !Expect(")")) return 0;
  scope_.resize(outer);
  const uint32_t first = uint32_t(lists_.size());
  lists_.insert(lists_.end(), parts.begin(), parts.end());
  return Emit({.op = Op::kBlock,
               .offset = uint32_t(offset),
               .a = first,
               .b = uint32_t(parts.size()),
               .c = uint32_t(outer),
               .d = body});
}

}  // namespace weir::cel
