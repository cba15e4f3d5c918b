// From a change to findings before and after, and their difference.
//
// A scan is a function of (snapshots, policies, configuration): it can be tested without a repository, and a fix is verified by
// scanning again what the fix would leave.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/git/change_set.h"
#include "lib/policy/baseline.h"
#include "lib/policy/config.h"
#include "lib/policy/custom.h"
#include "lib/policy/image.h"
#include "lib/scan/finding.h"
#include "lib/scan/suppression.h"

namespace weir::scan {

class VerdictCache;

struct Options {
  const policy::Image* image = nullptr;  // weir's own policies; null where only `own` judges
  std::vector<std::shared_ptr<const policy::OwnPolicies>> own;  // a server's, then the repository's
  policy::Config config;
  bool all_verdicts = false;
  policy::Baseline baseline;     // of the side that is judged
  bool suppress = true;          // comments, annotations, metadata and waivers count
  bool use_baseline = true;
  bool suppression_states = false;  // fill Report::suppressions
  std::string today;             // YYYY-MM-DD, for suppressions and waivers that expire
  std::string cache;             // what languages keep between scans; read and updated by a scan of a change
  bool brief = false;            // findings that neither block nor warn are counted and not described
  std::shared_ptr<VerdictCache> verdicts;  // what is kept of the side before a change, for scans that are brief
  unsigned threads = 0;          // at most; 0: as many as there are processors, few for little work

  /// All policies in use, weir's own first.
  policy::Library library() const;
};

struct Summary {
  size_t blocking = 0, warnings = 0, persisting = 0, fixed = 0, suppressed = 0;
  size_t known = 0;  // covered by the baseline; part of `persisting`
  size_t files = 0, resources = 0;
};

struct Report {
  std::vector<Finding> findings;       // most severe first, then by file and line
  std::vector<std::string> incomplete;  // why the scan could not be completed: a report with any is never a pass
  std::vector<SuppressionState> suppressions;  // of the files that were read, in the order of file and line; only where asked for
  Summary summary;
};

/// Judges a change: findings after it that were not there before are introduced, those only before are fixed.
Report ScanChange(const git::ChangeSet& change, Options& options);

/// Judges everything in a snapshot, or (not empty) what stands in `file` with what it belongs to; every failing finding counts as
/// introduced. A file that no language claims is not completed.
Report ScanTree(const git::Snapshot& snapshot, const std::string& file, Options& options);

/// A plan of Terraform (`terraform show -json`) and where it came from.
struct PlanInput {
  std::string path;        // as findings name it; "-" for standard input
  std::shared_ptr<const std::string> text;
  std::string beside;      // the folder of the snapshot in which the configuration is looked for first
};

/// Judges what a plan will create and change: such findings are introduced, those of what stays as it is persist, what will be deleted is
/// not judged. They point into the configuration's files where `snapshot` holds them (beside the plan, in its root, else in the first
/// module that declares most of what is planned), else at the plan's bytes. The plan's text is never shown: it holds secrets in clear.
Report ScanPlan(const PlanInput& plan, const git::Snapshot& snapshot, Options& options);

/// Reads `.weir/baseline.json` of the snapshot, if it has one.
Result<policy::Baseline> LoadBaseline(const git::Snapshot& snapshot);

/// Reads `.weir.yaml` of the snapshot, if it has one, and the policies that it names (or those in `.weir/policies`) into `options.config` and
/// `options.own`. Compiled policies are kept in the folder `cache`; empty: nowhere.
Status LoadConfig(const git::Snapshot& snapshot, const std::string& cache, Options& options);

}  // namespace weir::scan
