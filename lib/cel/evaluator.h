// Walks a program's nodes. Internal to lib/cel/: Evaluate and Explain share it, so that an explanation can
// ask for the value of any part without a second copy of the language's meaning.
#pragma once

#include "lib/cel/program.h"

namespace weir::cel {

class Evaluator {
 public:
  Evaluator(Program program, std::span<const Value> variables, EvalContext& context);

  Value Eval(uint32_t index);
  const View& view() const { return view_; }
  EvalContext& context() { return context_; }
  Value& slot(uint32_t index) { return slots_[index]; }
  /// Element `i` that a macro with one variable binds: of a list its element, of a map its key.
  static Value Element(const Value& range, size_t i) { return range.At(i); }

  /// Sets the variables of a macro to element `i` of its range.
  void Bind(const Node& node, const Value& range, size_t i);

 private:
  Value And(const Node& node);
  Value Or(const Node& node);
  Value Select(const Node& node);
  Value Index(const Node& node);
  Value In(const Node& node);
  Value Relation(const Node& node);
  Value Arithmetic(const Node& node);
  Value Make(const Node& node);
  Value Call(const Node& node);
  Value Quantify(const Node& node);
  Value Collect(const Node& node);
  Value Transform(const Node& node);
  Value OnOptional(const Node& node);
  Value Block(const Node& node);
  Value Has(const Node& node);
  Value Read(const Value& operand, const Value& key, bool field, bool& missing);
  /// A text of a resource where a list is asked for is a list of one: "Action": "s3:*", and what was meant by cidr_blocks = "0.0.0.0/0".
  Value AsRange(const Value& value);
  Value ReadThrough(const Value& operand, const Value& key, bool field, bool optional);

  View view_;
  EvalContext& context_;
  std::span<Value> slots_;
};

/// What a condition makes of a value: soft reading of value.h; an error where it is neither true nor false.
Value AsCondition(const Value& value);

/// True where a macro cannot range over the value; `out` is then the result (unknown, or an error). Soft null
/// is an empty list.
bool NotARange(const Value& range, Value& out);

}  // namespace weir::cel
