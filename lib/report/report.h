// What people and machines read.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "lib/fix/fix.h"
#include "lib/scan/scan.h"

namespace weir::report {

enum class Occasion : uint8_t { kCommit, kPush, kScan, kFix };  // kFix: without closing lines, the caller has its own

/// Findings that text shows unless all are asked for.
inline constexpr size_t kShown = 10;

struct TextOptions {
  bool color = false;
  bool unicode = true;    // box characters and heavy underline
  unsigned width = 80;
  bool all = false;       // more than ten findings
  bool suppressions = false;  // what Report::suppressions says
  Occasion occasion = Occasion::kCommit;
  std::string ref;        // kPush: the reference, or what stands for several
  bool client = false;    // kPush: git push is still on the pusher's machine (pre-push)
  bool team = false;      // kPush: the repository has a team's file of hooks (.weir/hooks), so weir install is meant for everybody
  std::string exception;  // kPush: how the pusher gets an exception, as one line; empty: there is none
};

/// By index into Report::findings.
struct Fixes : std::map<size_t, fix::Fix> {
  size_t untried = 0;  // findings that may have one: the time was too short to prove it
};

/// How long a report is waited for at most because of fixes.
constexpr std::chrono::seconds kTimeForProofs{20};

/// Verified fixes of the first `most` findings that block or warn. What is not proven in time is counted as untried.
Fixes ProposeFixes(const scan::Report& report, const git::Snapshot& snapshot, const scan::Options& options, size_t most,
                   std::chrono::steady_clock::time_point until = std::chrono::steady_clock::now() + kTimeForProofs);
/// What is said of those that were not tried, as a sentence; empty where there are none.
std::string UntriedNote(const Fixes& fixes);

/// Text for a terminal (terminal.md). Empty where there is nothing to say. Nothing of a repository is in it raw.
std::string Text(const scan::Report& report, const Fixes& fixes, const TextOptions& options);

/// A finding's place, severity and policy with what is wrong; and a fix of it as a diff.
std::string Heading(const scan::Finding& finding, const TextOptions& options);
std::string FixText(const scan::Finding& finding, const fix::Fix& fix, const TextOptions& options);

/// One object with version, findings and summary; or one finding a line.
std::string Json(const scan::Report& report, const Fixes& fixes);
std::string JsonLines(const scan::Report& report, const Fixes& fixes);

/// The page of `weir explain`: why, what passes and fails, the fix of an example, how to accept it. Runs the policy's examples.
std::string Explain(const policy::Image& image, const policy::PolicyRecord& policy, const TextOptions& options);
/// The page on a finding that is weir's own and no policy's ("syntax-error"); empty for any other id.
std::string ExplainOwn(std::string_view id, const TextOptions& options);
/// The page of `weir policies show`: all that the policy says.
std::string ShowPolicy(const policy::Image& image, const policy::PolicyRecord& policy, const TextOptions& options);

}  // namespace weir::report
