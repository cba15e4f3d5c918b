// Recursive descent over CEL's grammar that writes the program's nodes as it goes: the post-order of the tree
// is the program, so there is no tree in between. Internal to lib/cel/: parser.cpp holds the grammar,
// macros.cpp what expands, names.cpp how a dotted name finds its variable, type or function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/cel/literals.h"
#include "lib/cel/program.h"

namespace weir::cel {

class Parser {
 public:
  Parser(std::string_view text, const Environment& env, std::vector<CompileError>& errors, const Limits& limits);
  std::vector<std::byte> Run();

 private:
  // A dotted name whose parts have been looked at but not consumed; `ends` are the offsets behind each part.
  struct Chain {
    std::vector<std::string> names;
    std::vector<size_t> ends;
    bool leading_dot = false;
    bool called = false;  // the last part is followed by '('
  };
  // Counts the nesting for as long as it lives.
  struct Deeper {
    Parser& p;
    bool ok;
    explicit Deeper(Parser& parser);
    ~Deeper() { --p.depth_; }
  };

  /// The text is no CEL here: parsing ends.
  uint32_t Fail(size_t offset, std::string message);
  /// A mistake that the checker sees: the program will not be made, and parsing goes on to the next one.
  void Complain(size_t offset, std::string message);
  /// The checker's error where the environment checks, an error of the evaluation otherwise.
  uint32_t Refuse(size_t offset, const std::string& message);
  uint32_t Emit(Node node);
  uint32_t Intern(std::string_view s);
  uint32_t EmitText(Op op, size_t offset, std::string_view text);

  void Skip();
  bool Peek(std::string_view token);
  bool Take(std::string_view token);
  bool Expect(std::string_view token);
  std::string_view Identifier();
  bool TakeIn();

  // parser.cpp
  uint32_t Expression();
  uint32_t Or();
  uint32_t And();
  uint32_t Relation();
  uint32_t Sum();
  uint32_t Product();
  uint32_t Unary();
  uint32_t Member();
  uint32_t Primary();
  uint32_t Selection(uint32_t operand);
  uint32_t Sequence(Op op, std::string_view close, size_t offset);
  uint32_t Number();
  std::vector<uint32_t> Arguments();
  void CheckBool(uint32_t node);
  void CheckComparable(Op op, uint32_t left, uint32_t right, size_t offset);
  void CheckArithmetic(Op op, uint32_t left, uint32_t right, size_t offset);

  // names.cpp
  uint32_t Name();
  std::optional<uint32_t> Wrapper(const Chain& chain);
  Chain LookAhead();
  std::optional<uint32_t> Resolve(const Chain& chain, size_t offset);
  std::vector<std::string> Candidates(const std::string& name, bool leading_dot) const;
  uint32_t Call(const std::string& name, size_t offset, bool member, uint32_t target);
  uint32_t EmitCall(const Function* function, const std::string& name, size_t offset, bool member,
                    std::vector<uint32_t> args);
  std::string UnknownVariable(std::string_view name) const;

  // macros.cpp
  std::optional<uint32_t> MemberMacro(uint32_t target, std::string_view name, size_t offset);
  std::optional<uint32_t> GlobalMacro(const std::string& name, size_t offset);
  uint32_t Comprehension(uint32_t target, Op op, size_t offset);
  uint32_t Bound(Op op, uint32_t target, size_t offset);
  std::string LoopVariable();
  std::string BlockVariable();
  uint32_t Push(std::string name);
  uint32_t Has(size_t offset);
  uint32_t Block(size_t offset);

  std::vector<std::byte> Assemble() const;

  std::string_view text_;
  const Environment& env_;
  std::vector<CompileError>& errors_;
  const Limits& limits_;
  size_t at_ = 0;
  uint32_t depth_ = 0;
  bool failed_ = false;
  std::vector<std::string> scope_;  // by slot; the variables of macros come after those of the environment
  uint32_t slots_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> heights_;
  std::vector<uint32_t> lists_;
  std::string pool_;
};

/// Calls `visit(operand)` for each operand of a node. Entries of lists come without their mark.
template <typename Visit>
void ForEachOperand(const Node& n, const uint32_t* lists, Visit visit) {
  switch (n.op) {
    case Op::kNull:
    case Op::kTrue:
    case Op::kFalse:
    case Op::kInt:
    case Op::kUint:
    case Op::kDouble:
    case Op::kString:
    case Op::kBytes:
    case Op::kType:
    case Op::kFail:
    case Op::kVariable:
      return;
    case Op::kSelect:
    case Op::kHas:
    case Op::kNot:
    case Op::kNegate:
      return visit(n.a);
    case Op::kConditional:
      visit(n.a), visit(n.b), visit(n.c);
      return;
    case Op::kList:
    case Op::kMap:
    case Op::kBlock:
      for (uint32_t i = 0; i < n.b; ++i) visit(lists[n.a + i] & ~kOptionalEntry);
      if (n.op == Op::kBlock) visit(n.d);
      return;
    case Op::kCall:
      for (uint32_t i = 0; i < lists[n.c]; ++i) visit(lists[n.c + 1 + i]);
      return;
    case Op::kTransformList:
    case Op::kTransformMap:
    case Op::kTransformMapEntry:
      if (n.d != Node::kNoNode) visit(n.d);
      [[fallthrough]];
    default:
      visit(n.a), visit(n.b);
      return;
  }
}

}  // namespace weir::cel
