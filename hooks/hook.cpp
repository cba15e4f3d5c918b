#include <unistd.h>

#include <cstdio>

#include "hooks/commands.h"
#include "hooks/common.h"

namespace weir::hooks {
namespace {

std::string ReadStandardInput() {
  std::string text;
  char buffer[65536];
  for (ssize_t n; (n = read(STDIN_FILENO, buffer, sizeof buffer)) > 0;) text.append(buffer, size_t(n));
  return text;
}

int Judge(const Result<git::ChangeSet>& change, git::Repository& repository, report::TextOptions text) {
  if (!change.ok()) return Fail(change.status());
  if (change->changes.empty()) return 0;
  auto options = MakeOptions(*change->after, &repository);
  if (!options.ok()) return Fail(options.status());
  const std::string cache = options->cache;
  const scan::Report report = scan::ScanChange(*change, *options);
  if (text.occasion == report::Occasion::kCommit) SaveCache(*options, cache, repository);
  const std::string out = report::Text(report, ProposeFixes(report, *change->after, *options, report::kShown), text);
  std::fwrite(out.data(), 1, out.size(), stderr);
  return ExitStatus(report);
}

int PreReceive(git::Repository& repository) {
  const auto updates = git::ParseRefUpdates(ReadStandardInput());
  if (!updates.ok()) return Fail(updates.status());
  int worst = 0;
  for (const git::RefUpdate& update : *updates) {
    if (update.new_id.is_null()) continue;  // a deletion brings nothing
    report::TextOptions text = TerminalOptions(true);
    text.color = false;
    text.width = 72;  // "remote: " stands in front
    text.occasion = report::Occasion::kPush;
    text.ref = update.ref;
    worst = std::max(worst, Judge(repository.Pushed(update), repository, text));
  }
  return worst;
}

}  // namespace

int Hook(const std::string& name, const std::vector<std::string>&) {
  auto repository = git::Repository::Open();
  if (!repository.ok()) return Fail(repository.status());
  if (name == "pre-commit" || name == "pre-merge-commit") return Judge((*repository)->Staged(), **repository, TerminalOptions(true));
  if (name == "pre-receive") return PreReceive(**repository);
  return Fail({Code::kUsage, "there is no hook '" + name + "'; there is pre-commit, pre-merge-commit and pre-receive"});
}

}  // namespace weir::hooks
