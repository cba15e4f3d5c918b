// Other programs that put hooks into repositories, recognised by what they write. Nothing depends on a name being right: it is
// what people read, and it tells a newer script of the same program from a second one.
#pragma once

#include <string>
#include <string_view>

namespace weir::installer {

/// "husky 9", "husky", "lefthook", "pre-commit", "prek", "overcommit", "simple-git-hooks", "git-lfs", "gitolite"; "weir" for weir's
/// own script; "a script" for anything else. `folder` is where the hook lies (husky's says which husky).
std::string_view ManagerOf(std::string_view script, std::string_view folder);

/// A script that weir's own call was written into by hand or by a team: it runs `weir hook <hook>`.
bool Calls(std::string_view script, std::string_view hook);

}  // namespace weir::installer
