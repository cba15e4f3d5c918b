// Variables and quotes in the arguments of instructions (https://docs.docker.com/reference/dockerfile/#environment-replacement).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/model/value.h"
#include "lib/syntax/dockerfile/tree.h"

namespace weir::dockerfile {

/// What is known of a variable. A name that is absent is unset.
struct Variable {
  const Value* value = nullptr;  // text or unknown; null: declared without a value
  bool from_arg = false;
};

/// The variables that an instruction sees.
struct Environment {
  std::map<std::string, Variable, std::less<>> variables;
  bool open = true;  // a base image, which nobody has read, may set others: they are unknown rather than unset

  const Variable* Find(std::string_view name) const {
    const auto at = variables.find(name);
    return at == variables.end() ? nullptr : &at->second;
  }
};

/// The word without quotes and escapes, its variables replaced: text, or unknown with its known beginning. The value's origin is
/// the word, or where the variable was set if the word is nothing else.
const Value* Expand(std::string_view word, Span span, const Environment& environment, char escape, Arena& arena);

/// Shell pattern: `*`, `?`, and a backslash before what stands for itself. Greedy or not is the caller's business: it tries lengths.
bool PatternMatches(std::string_view pattern, std::string_view text);

}  // namespace weir::dockerfile
