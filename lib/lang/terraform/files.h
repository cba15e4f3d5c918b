// The files that a configuration's functions may read.
#pragma once

#include <memory>

#include "lib/git/snapshot.h"
#include "lib/lang/terraform/eval.h"

namespace weir::terraform {

/// Files of `snapshot`, by paths relative to `root`; nothing outside of the snapshot can be named. `snapshot`, `arena` and `limits` must outlive it.
std::unique_ptr<FileReader> NewSnapshotFiles(const git::Snapshot& snapshot, std::string_view root, Arena& arena, const Limits& limits);

}  // namespace weir::terraform
