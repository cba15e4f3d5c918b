// `weir debug eval`: expressions outside of any configuration, as `terraform console` evaluates them in an empty folder.
#pragma once

#include <string>
#include <string_view>

#include "lib/git/snapshot.h"

namespace weir::terraform {

/// One JSON object: {"value": …} (what is sensitive too), {"error": "…"} or {"unknown": true}. Files are read from `snapshot`.
std::string DebugEval(std::string_view expression, const git::Snapshot& snapshot);

}  // namespace weir::terraform
