// What the commands share: where they stand, how they print, which status an error has.
#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/git/repository.h"
#include "lib/report/report.h"
#include "lib/scan/scan.h"

namespace weir::hooks {

/// Prints `weir: <message>` to standard error; 2 for wrong usage or configuration, else 3.
int Fail(const Status& status);
/// Width, colour and characters of standard error (`err`) or standard output.
report::TextOptions TerminalOptions(bool err);
/// The built-in policies, the configuration of `snapshot` with the clone's own settings on top, today's date and the cache.
/// `baseline`: with that of the snapshot.
Result<scan::Options> MakeOptions(const git::Snapshot& snapshot, const git::Repository* repository, bool baseline = true);
/// The day in UTC, YYYY-MM-DD.
std::string Today();
/// The policies and the configuration that are in use here: the index of the repository of the current folder, or the folder itself.
Result<scan::Options> OptionsHere();
/// Where a repository keeps what may be deleted at any time.
std::string CacheFolder(const git::Repository& repository);
void MakeCacheFolder(const git::Repository& repository);
/// This build of weir, as far as a cache may depend on it.
std::string ThisBuild();
/// Keeps what the scan learnt for the next one; failing to is no error.
void SaveCache(const scan::Options& options, const std::string& before, const git::Repository& repository);
/// 0 nothing blocks, 1 findings block, 3 not completed.
int ExitStatus(const scan::Report& report);

}  // namespace weir::hooks
