// Getting weir into one repository, and out again.
//
// A hook that is there keeps running: it is renamed to `<hook>.before-weir`, bytes and mode kept, and runs first with the
// same arguments and input; where it refuses, so does the whole. Uninstalling puts it back.
#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/git/repository.h"

namespace weir::installer {

/// Writes the hook (pre-commit; in a bare repository pre-receive) that runs `binary`, an absolute path. Twice is the same as once.
/// `done` says in one line what was done.
Status Install(const git::Repository& repository, const std::string& binary, std::string& done);
/// Everything as it was before, byte for byte. A hook that weir did not write is left alone.
Status Uninstall(const git::Repository& repository, std::string& done);

}  // namespace weir::installer
