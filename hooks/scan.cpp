#include <cstdio>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "lib/base/file.h"
#include "lib/report/formats.h"

namespace weir::hooks {
namespace {

int Print(const scan::Report& report, const git::Snapshot& snapshot, const scan::Options& options, const ScanArguments& arguments, report::Occasion occasion) {
  // What a plan would do is mended in its configuration, where `weir fix` proves it.
  const report::Fixes fixes = arguments.all_verdicts || !arguments.plan.empty() ? report::Fixes{} : report::ProposeFixes(report, snapshot, options, arguments.format == "text" && !arguments.all ? report::kShown : SIZE_MAX);
  std::string out;
  if (const report::Format* format = report::FindFormat(arguments.format)) {
    out = format->write(report, fixes);
    if (const std::string note = report::UntriedNote(fixes); !note.empty()) std::fprintf(stderr, "weir: %s\n", note.c_str());
  } else {
    report::TextOptions text = TerminalOptions(false);
    text.all = arguments.all;
    text.occasion = occasion;
    text.suppressions = arguments.show_suppressions;
    out = report::Text(report, fixes, text);
  }
  if (!report.incomplete.empty() && arguments.format != "text")
    for (const std::string& reason : report.incomplete) (void)Fail({Code::kLimit, reason});
  if (arguments.output.empty()) {
    std::fwrite(out.data(), 1, out.size(), stdout);
    if (std::fflush(stdout) != 0) return Fail({Code::kIo, "standard output cannot be written"});
  } else if (const Status status = WriteFileAtomically(arguments.output, out); !status.ok()) {
    return Fail(status);
  }
  return ExitStatus(report);
}

Status Adjust(scan::Options& options, const ScanArguments& arguments) {
  options.all_verdicts = arguments.all_verdicts;
  options.suppress = !arguments.no_suppress;
  options.use_baseline = !arguments.no_baseline;
  options.suppression_states = arguments.show_suppressions;
  if (arguments.no_built_in) options.image = nullptr;
  for (const std::string& path : arguments.policies) {
    WEIR_ASSIGN_OR_RETURN(auto own, policy::LoadPolicyPath(path, options.image));
    if (own != nullptr) options.own.push_back(std::move(own));
  }
  return {};
}

/// The folder of `file` as seen from `root`; empty where it is not below it.
std::string FolderWithin(const std::string& root, const std::string& file) {
  std::error_code error;
  const auto base = std::filesystem::weakly_canonical(root, error);
  const auto folder = std::filesystem::weakly_canonical(file, error).parent_path().lexically_relative(base).generic_string();
  return folder.empty() || folder == "." || folder.starts_with("..") ? std::string() : folder;
}

/// The Git work tree that `file` stands in, else its folder: what belongs to a file may stand above it.
std::filesystem::path RootOf(const std::filesystem::path& file) {
  std::error_code error;
  for (auto folder = file.parent_path();; folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / ".git", error)) return folder;
    if (folder == folder.parent_path()) return file.parent_path();
  }
}

Result<scan::PlanInput> ReadPlan(const ScanArguments& arguments) {
  scan::PlanInput plan{arguments.plan, nullptr, {}};
  if (arguments.plan == "-") {
    plan.text = std::make_shared<std::string>(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    return plan;
  }
  const auto blob = ReadFile(arguments.plan, Limits{}.plan_size);
  if (!blob.ok()) return blob.status();
  plan.text = std::make_shared<std::string>(blob->text());
  plan.beside = FolderWithin(arguments.path, arguments.plan);
  return plan;
}

/// "A..B" or "A...B"; a side that is left out is HEAD, as for git.
Result<git::ChangeSet> Range(const git::Repository& repository, const std::string& range) {
  const size_t dots = range.find("..");
  if (dots == std::string::npos) return Status(Code::kUsage, "--diff takes two revisions: A..B, or A...B from where they last agreed");
  const size_t width = range.compare(dots, 3, "...") == 0 ? 3 : 2;
  std::string before = range.substr(0, dots), after = range.substr(dots + width);
  if (before.empty()) before = "HEAD";
  if (after.empty()) after = "HEAD";
  return width == 3 ? repository.SinceFork(before, after) : repository.Between(before, after);
}

}  // namespace

int Scan(const ScanArguments& arguments) {
  if (arguments.format != "text" && report::FindFormat(arguments.format) == nullptr)
    return Fail({Code::kUsage, "there is no format '" + arguments.format + "'; there is " + report::FormatNames()});
  if (!arguments.plan.empty()) {
    if (arguments.staged || !arguments.diff.empty()) return Fail({Code::kUsage, "--plan judges a plan; it does not go with --staged or --diff"});
    const auto plan = ReadPlan(arguments);
    if (!plan.ok()) return Fail(plan.status());
    auto snapshot = git::OpenFolderSnapshot(arguments.path);
    if (!snapshot.ok()) return Fail({Code::kUsage, snapshot.status().message()});
    auto options = MakeOptions(**snapshot, nullptr);
    if (!options.ok()) return Fail(options.status());
    if (const Status status = Adjust(*options, arguments); !status.ok()) return Fail(status);
    return Print(scan::ScanPlan(*plan, **snapshot, *options), **snapshot, *options, arguments, report::Occasion::kScan);
  }
  if (!arguments.staged && arguments.diff.empty()) {
    std::error_code error;
    std::string root = arguments.path, file;
    if (std::filesystem::is_regular_file(arguments.path, error)) {
      // The folder is what symbolic links lead to; the file itself is none, or no snapshot has it.
      const std::filesystem::path path = std::filesystem::absolute(arguments.path, error).lexically_normal();
      const std::filesystem::path real = std::filesystem::weakly_canonical(path.parent_path(), error) / path.filename();
      root = RootOf(real).string();
      file = real.lexically_relative(root).generic_string();
    }
    auto snapshot = git::OpenFolderSnapshot(root);
    if (!snapshot.ok()) return Fail({Code::kUsage, snapshot.status().message()});
    auto options = MakeOptions(**snapshot, nullptr);
    if (!options.ok()) return Fail(options.status());
    if (const Status status = Adjust(*options, arguments); !status.ok()) return Fail(status);
    const scan::Report report = scan::ScanTree(**snapshot, file, *options);
    return Print(report, **snapshot, *options, arguments, report::Occasion::kScan);
  }
  auto repository = git::Repository::Open(arguments.path);
  if (!repository.ok()) return Fail(repository.status());
  auto change = arguments.staged ? (*repository)->Staged() : Range(**repository, arguments.diff);
  if (!change.ok()) return Fail(change.status());
  auto options = MakeOptions(*change->after, repository->get());
  if (!options.ok()) return Fail(options.status());
  if (const Status status = Adjust(*options, arguments); !status.ok()) return Fail(status);
  const std::string cache = options->cache;
  const scan::Report report = scan::ScanChange(*change, *options);
  SaveCache(*options, cache, **repository);
  return Print(report, *change->after, *options, arguments, arguments.staged ? report::Occasion::kCommit : report::Occasion::kScan);
}

}  // namespace weir::hooks
