// One line of `weir debug cel`: an expression with typed bindings in, its typed value out, as the conformance
// data of the CEL specification writes them: {"int":"1"}, {"list":[…]}, {"map":[[key,value],…]},
// {"bytes":"<base64>"}.
#pragma once

#include <string>
#include <string_view>

namespace weir::cel {

/// `line` is {"expr":…,"bindings":{name: typed},"container":…,"disable_check":…}; other members are ignored.
/// Gives
/// {"value": typed}, {"unknown": true} or {"eval_error": "why"} without a line ending. Never fails otherwise.
std::string DebugLine(std::string_view line);

}  // namespace weir::cel
