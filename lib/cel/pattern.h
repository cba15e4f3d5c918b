// Regular expressions that are compiled once.
#pragma once

#include <string_view>

#include "lib/cel/cel.h"

namespace re2 {
class RE2;
}

namespace weir::cel {

/// The pattern, compiled once for all that this thread evaluates (what that costs is counted as steps); null where it is no regular
/// expression. Valid until the next call. https://github.com/google/re2/wiki/Syntax
const re2::RE2* CompiledPattern(std::string_view pattern, EvalContext& context);

}  // namespace weir::cel
