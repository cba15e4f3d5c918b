// The commands of a shell script as values that policies read: of RUN in a Dockerfile, of `run` in a workflow.
//
// A command is an object (absent parts read as null):
//   name       "apt-get": the program without its folder, behind sudo, env, exec, xargs and their like
//   argv       its words from the program on; args: the same without the program
//   options    words that begin with a dash; "-Lk" gives -L and -k as well, "--a=b" gives --a as well
//   operands   the other words behind the program
//   via        the programs that it is called through: ["sudo"]
//   env        assignments before it, and those of export, as {name, value}
//   redirects  {op, target, body}; body is a here-document's
//   reads      names of the programs whose output is piped into it; writes: of those that its output is piped into
//   link       how it follows the one before it: "", "|", "&&", "||", ";", "&"
//   number     its place in the list; substituted, depth, text
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/model/value.h"
#include "lib/syntax/text_map.h"

namespace weir {

/// What a variable is worth where the script runs, or nothing where that is not known.
using ShellVariables = std::function<std::optional<std::string_view>(std::string_view name)>;

/// A list of the commands in `script`, texts after `sh -c` included. Variables that the script itself sets are left as they are written.
const Value* ShellCommands(const MappedText& script, Arena& arena, const ShellVariables& variables = {});

}  // namespace weir
