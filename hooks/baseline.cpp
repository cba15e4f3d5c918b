#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/report/listing.h"
#include "lib/scan/exceptions.h"

namespace weir::hooks {
namespace {

// What git would store, judged as a whole without the baseline.
struct Now {
  std::unique_ptr<git::Repository> repository;
  scan::Report report;
};
Result<Now> JudgeIndex() {
  Now now;
  WEIR_ASSIGN_OR_RETURN(now.repository, git::Repository::Open());
  if (now.repository->work_tree().empty()) return Status(Code::kUsage, "a baseline is written in a work tree; this repository is bare");
  WEIR_ASSIGN_OR_RETURN(const auto index, now.repository->Index());
  WEIR_ASSIGN_OR_RETURN(scan::Options options, MakeOptions(*index, now.repository.get(), false));
  now.report = scan::ScanTree(*index, "", options);
  if (!now.report.incomplete.empty())
    return Status(Code::kLimit, "the scan was not completed, so there is no baseline of it:\n" + now.report.incomplete.front());
  return now;
}

std::string PathOf(const git::Repository& repository) { return repository.work_tree() + "/" + std::string(policy::kBaselinePath); }

Result<policy::Baseline> ReadBaseline(const git::Repository& repository) {
  const auto file = ReadFile(PathOf(repository), 64u << 20);
  if (!file.ok())
    return file.status().code() == Code::kNotFound ? Status(Code::kUsage, "there is no " + std::string(policy::kBaselinePath) + "; weir baseline create writes it") : file.status();
  return policy::ParseBaseline(policy::kBaselinePath, file->text());
}

Status WriteTo(const git::Repository& repository, const policy::Baseline& baseline) {
  mkdir((repository.work_tree() + "/.weir").c_str(), 0755);
  return WriteFileAtomically(PathOf(repository), policy::WriteBaseline(baseline));
}

std::string Findings(size_t n) { return std::to_string(n) + (n == 1 ? " finding" : " findings"); }

}  // namespace

int CreateBaseline(bool force) {
  auto now = JudgeIndex();
  if (!now.ok()) return Fail(now.status());
  struct stat there {};
  if (!force && lstat(PathOf(*now->repository).c_str(), &there) == 0)
    return Fail({Code::kUsage, std::string(policy::kBaselinePath) + " is there already: weir baseline update takes out what is gone; create --force starts anew"});
  const policy::Baseline baseline = scan::BaselineOf(now->report);
  if (const Status status = WriteTo(*now->repository, baseline); !status.ok()) return Fail(status);
  std::printf("weir: %s in %.*s. git add it: they no longer count, new ones do.\n", Findings(baseline.entries.size()).c_str(), int(policy::kBaselinePath.size()),
              policy::kBaselinePath.data());
  return 0;
}

int UpdateBaseline(bool add) {
  auto now = JudgeIndex();
  if (!now.ok()) return Fail(now.status());
  const auto old = ReadBaseline(*now->repository);
  if (!old.ok()) return Fail(old.status());
  const policy::Baseline current = scan::BaselineOf(now->report);
  const policy::Baseline baseline = add ? current : scan::Shrunk(*old, current);
  if (const Status status = WriteTo(*now->repository, baseline); !status.ok()) return Fail(status);
  const size_t before = (*old).entries.size(), after = baseline.entries.size(), kept = scan::Shrunk(*old, current).entries.size();
  std::printf("weir: %s in %.*s: %zu gone, %zu added.", Findings(after).c_str(), int(policy::kBaselinePath.size()), policy::kBaselinePath.data(), before - kept, after - kept);
  if (!add && current.entries.size() > kept) std::printf(" %s not in it; --add takes them in.", (std::to_string(current.entries.size() - kept) + (current.entries.size() - kept == 1 ? " is" : " are")).c_str());
  std::puts("");
  return 0;
}

int ShowBaseline() {
  auto now = JudgeIndex();
  if (!now.ok()) return Fail(now.status());
  const auto baseline = ReadBaseline(*now->repository);
  if (!baseline.ok()) return Fail(baseline.status());
  const policy::Baseline current = scan::BaselineOf(now->report), kept = scan::Shrunk(*baseline, current);
  std::map<uint64_t, size_t> left;
  for (const policy::BaselineEntry& e : kept.entries) ++left[e.fingerprint];
  std::vector<std::vector<std::string>> rows;
  for (const policy::BaselineEntry& e : (*baseline).entries) {
    size_t& n = left[e.fingerprint];
    rows.push_back({n > 0 ? "still there" : "gone", e.policy, e.resource, e.file});
    if (n > 0) --n;
  }
  std::fputs(report::Table(rows, isatty(STDOUT_FILENO) != 0 ? TerminalOptions(false).width : UINT_MAX).c_str(), stdout);
  const size_t gone = rows.size() - kept.entries.size();
  std::printf("weir: %s, %zu gone.%s\n", Findings(rows.size()).c_str(), gone, gone > 0 ? " weir baseline update takes them out." : "");
  return 0;
}

}  // namespace weir::hooks
