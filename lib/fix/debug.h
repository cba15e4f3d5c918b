// Every fix of a tree, tried: what the property test over examples and repositories reads.
#pragma once

#include <string>

#include "lib/scan/scan.h"

namespace weir::fix {

/// One JSON object a line for each failing finding whose rule has a fix: {"policy","resource","file","blame":[…],"safe":bool,
/// "verified":bool,"why":text,"edits":[{"file","start","end","text"},…]}; last {"complete":bool}.
std::string DebugFixes(const git::Snapshot& snapshot, scan::Options& options);

}  // namespace weir::fix
