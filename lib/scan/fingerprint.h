// What makes a finding the same finding tomorrow.
//
// The policy, the resource's own name and the attribute that is wrong: not the file, the line, the folder, the module's path, the keys of
// instances, the place in a list, or how the source is laid out. So it survives moved lines, renamed files, reformatting and a block
// that moves to another file or module. Two findings may have the same one: whoever compares must count.
#pragma once

#include <cstdint>

#include "lib/scan/finding.h"

namespace weir::scan {

uint64_t Fingerprint(const Finding& finding);

}  // namespace weir::scan
