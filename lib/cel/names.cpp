// How a dotted name finds what it means: a macro's variable, then the longest variable or type in each
// namespace from the container outwards, else a function (specification, Name Resolution).
#include <algorithm>

#include "lib/base/text.h"
#include "lib/cel/parser.h"

namespace weir::cel {
namespace {

constexpr std::string_view kReserved[] = {"as",        "break",  "const",  "continue", "else", "for",
                                          "function",  "if",     "import", "let",      "loop", "package",
                                          "namespace", "return", "var",    "void",     "while"};
constexpr std::string_view kTypes[] = {"bool",
                                       "bytes",
                                       "double",
                                       "int",
                                       "list",
                                       "map",
                                       "null_type",
                                       "string",
                                       "type",
                                       "uint",
                                       "optional_type",
                                       "net.IP",
                                       "net.CIDR",
                                       "google.protobuf.Timestamp",
                                       "google.protobuf.Duration"};

}  // namespace

// Reads `a.b.c` without consuming it.
Parser::Chain Parser::LookAhead() {
  Chain chain;
  const size_t start = at_;
  chain.leading_dot = Take(".");
  while (chain.names.size() < 32) {
    const std::string_view name = Identifier();
    if (name.empty()) break;
    chain.names.emplace_back(name);
    chain.ends.push_back(at_);
    if (Peek("(")) {
      chain.called = true;
      break;
    }
    if (!Take(".") || Peek("?") || Peek("`")) break;
  }
  at_ = start;
  return chain;
}

std::vector<std::string> Parser::Candidates(const std::string& name, bool leading_dot) const {
  std::vector<std::string> out;
  if (!leading_dot)
    for (std::string_view space = env_.container; !space.empty();) {
      out.push_back(std::string(space) + "." + name);
      const size_t dot = space.rfind('.');
      space = dot == std::string_view::npos ? std::string_view() : space.substr(0, dot);
    }
  out.push_back(name);
  return out;
}

// The variable or type that the chain begins with, consumed; nothing where there is none.
std::optional<uint32_t> Parser::Resolve(const Chain& chain, size_t offset) {
  const size_t usable = chain.names.size() - (chain.called ? 1 : 0);
  if (usable == 0) return std::nullopt;
  if (!chain.leading_dot)
    for (size_t slot = scope_.size(); slot-- > env_.variables.size();)
      if (scope_[slot] == chain.names[0]) {
        at_ = chain.ends[0];
        return Emit({.op = Op::kVariable, .offset = uint32_t(offset), .a = uint32_t(slot)});
      }
  std::vector<std::string> joined;
  for (size_t i = 0; i < usable; ++i)
    joined.push_back(i == 0 ? chain.names[0] : joined.back() + "." + chain.names[i]);
  // The namespaces are the same for every length; the innermost one wins, in it the longest name.
  const size_t spaces = Candidates("", chain.leading_dot).size();
  for (size_t space = 0; space < spaces; ++space)
    for (size_t length = usable; length-- > 0;) {
      const std::string name = Candidates(joined[length], chain.leading_dot)[space];
      for (size_t slot = 0; slot < env_.variables.size(); ++slot)
        if (env_.variables[slot] == name) {
          at_ = chain.ends[length];
          return Emit({.op = Op::kVariable, .offset = uint32_t(offset), .a = uint32_t(slot)});
        }
      for (const std::string_view type : kTypes)
        if (type == name) {
          at_ = chain.ends[length];
          return EmitText(Op::kType, offset, name);
        }
    }
  return std::nullopt;
}

// `google.protobuf.Int32Value{value: x}` is x: the wrapper messages are the only messages that CEL itself
// gives a meaning.
std::optional<uint32_t> Parser::Wrapper(const Chain& chain) {
  static constexpr std::string_view kWrappers[] = {"BoolValue",   "BytesValue",  "DoubleValue",
                                                   "FloatValue",  "Int32Value",  "Int64Value",
                                                   "StringValue", "UInt32Value", "UInt64Value"};
  std::string name = chain.names[0];
  for (size_t i = 1; i < chain.names.size(); ++i) name += "." + chain.names[i];
  for (const std::string& candidate : Candidates(name, chain.leading_dot))
    for (const std::string_view wrapper : kWrappers) {
      if (candidate != "google.protobuf." + std::string(wrapper)) continue;
      const size_t start = at_;
      at_ = chain.ends.back();
      if (Take("{") && Identifier() == "value" && Take(":")) {
        const uint32_t value = Expression();
        Expect("}");
        return value;
      }
      at_ = start;
    }
  return std::nullopt;
}

uint32_t Parser::Name() {
  const size_t offset = at_;
  const Chain chain = LookAhead();
  if (chain.names.empty()) return Fail(at_, "expected a value");
  const std::string& first = chain.names[0];
  if (!chain.leading_dot) {
    static constexpr std::pair<std::string_view, Op> kConstants[] = {
        {"true", Op::kTrue}, {"false", Op::kFalse}, {"null", Op::kNull}};
    for (const auto& [name, op] : kConstants)
      if (first == name) {
        at_ = chain.ends[0];
        return Emit({.op = op, .offset = uint32_t(offset)});
      }
    if (first == "in") return Fail(offset, "expected a value before 'in'");
    if (std::find(std::begin(kReserved), std::end(kReserved), first) != std::end(kReserved))
      return Fail(offset, "'" + first + "' is a reserved word");
  }
  if (chain.called) {
    std::string name = first;
    for (size_t i = 1; i < chain.names.size(); ++i) name += "." + chain.names[i];
    const size_t start = at_;
    at_ = chain.ends.back();
    Expect("(");
    if (const auto macro = GlobalMacro(name, offset)) return *macro;
    if (failed_) return 0;
    for (const std::string& candidate : Candidates(name, chain.leading_dot))
      if (env_.functions->Find(candidate, false) != nullptr) return Call(candidate, offset, false, 0);
    if (chain.names.size() == 1) return Call(name, offset, false, 0);
    at_ = start;
    if (const auto found = Resolve(chain, offset)) return *found;
    if (failed_) return 0;
    at_ = chain.ends.back();
    Expect("(");
    return Call(name, offset, false, 0);
  }
  if (const auto wrapped = Wrapper(chain)) return *wrapped;
  if (const auto found = Resolve(chain, offset)) return *found;
  if (failed_) return 0;
  at_ = chain.ends.back();
  std::string name = first;
  if (!env_.check)
    for (size_t i = 1; i < chain.names.size(); ++i) name += "." + chain.names[i];
  return Refuse(offset, UnknownVariable(name));
}

std::string Parser::UnknownVariable(std::string_view name) const {
  std::string message = "there is no variable '" + std::string(name) + "'";
  std::string_view best;
  size_t distance = 1 + name.size() / 2;
  for (const std::string& v : scope_)
    if (const size_t d = EditDistance(name, v); d < distance) distance = d, best = v;
  if (!best.empty()) return message + "; did you mean '" + std::string(best) + "'?";
  for (size_t i = 0; i < scope_.size(); ++i) message += (i == 0 ? "; there is " : ", ") + scope_[i];
  return message;
}

uint32_t Parser::Call(const std::string& name, size_t offset, bool member, uint32_t target) {
  std::vector<uint32_t> args;
  if (member) args.push_back(target);
  const std::vector<uint32_t> rest = Arguments();
  args.insert(args.end(), rest.begin(), rest.end());
  if (failed_) return 0;
  if (member && args.size() == 2 && (name == "or" || name == "orValue"))
    return Emit({.op = name == "or" ? Op::kOptOr : Op::kOptOrValue,
                 .offset = uint32_t(offset),
                 .a = args[0],
                 .b = args[1]});
  return EmitCall(env_.functions->Find(name, member), name, offset, member, std::move(args));
}

uint32_t Parser::EmitCall(const Function* function, const std::string& name, size_t offset, bool member,
                          std::vector<uint32_t> args) {
  if (function == nullptr) {
    const std::string_view near = env_.functions->Nearest(name);
    return Refuse(offset, "there is no function '" + name + "'" +
                              (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"));
  }
  if (args.size() < function->min_args || args.size() > function->max_args) {
    std::string takes = std::to_string(function->min_args - member);
    if (function->max_args != function->min_args)
      takes += " to " + std::to_string(function->max_args - member);
    return Refuse(offset,
                  name + "() takes " + takes + (takes == "1" ? " argument, not " : " arguments, not ") + std::to_string(args.size() - member));
  }
  const uint32_t first = uint32_t(lists_.size());
  lists_.push_back(uint32_t(args.size()));
  lists_.insert(lists_.end(), args.begin(), args.end());
  const uint64_t hash = FunctionTable::Hash(name, member);
  return Emit({.op = Op::kCall,
               .offset = uint32_t(offset),
               .a = uint32_t(hash),
               .b = uint32_t(hash >> 32),
               .c = first});
}

}  // namespace weir::cel
