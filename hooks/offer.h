// The pre-commit hook's offer to fix what blocks.
#pragma once

#include "lib/git/repository.h"
#include "lib/report/report.h"
#include "lib/scan/scan.h"

namespace weir::hooks {

/// Where `fix:` of the configuration and the terminal allow it, asks for (or makes) the fixes of a blocked commit, in the index and the
/// work tree. True where something was changed: then the commit is to be judged again.
bool OfferFixes(const scan::Report& report, const report::Fixes& fixes, const git::ChangeSet& change, const scan::Options& options, git::Repository& repository);

}  // namespace weir::hooks
