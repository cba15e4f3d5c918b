#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "hooks/commands.h"
#include "hooks/common.h"
#include "hooks/offer.h"
#include "lib/fix/apply.h"
#include "lib/scan/verdict_cache.h"
#include "lib/server/gate.h"

namespace weir::hooks {
namespace {

std::string ReadStandardInput() {
  std::string text;
  char buffer[65536];
  for (ssize_t n; (n = read(STDIN_FILENO, buffer, sizeof buffer)) > 0;) text.append(buffer, size_t(n));
  return text;
}

void PrintError(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

int Judge(const Result<git::ChangeSet>& change, git::Repository& repository, report::TextOptions text, bool offer) {
  if (!change.ok()) return Fail(change.status());
  if (change->changes.empty()) return 0;
  auto options = MakeOptions(*change->after, &repository);
  if (!options.ok()) return Fail(options.status());
  const std::string cache = options->cache;
  const scan::Report report = scan::ScanChange(*change, *options);
  if (text.occasion == report::Occasion::kCommit) SaveCache(*options, cache, repository);
  const report::Fixes fixes = report::ProposeFixes(report, *change->after, *options, report::kShown);
  PrintError(report::Text(report, fixes, text));
  if (offer && OfferFixes(report, fixes, *change, *options, repository)) return Judge(repository.Staged(), repository, text, false);
  return ExitStatus(report);
}

report::TextOptions PushOptions() {
  report::TextOptions text = TerminalOptions(true);
  text.color = false;
  text.width = 72;  // "remote: " stands in front
  text.occasion = report::Occasion::kPush;
  return text;
}

server::Scanner ScannerFor(const git::Repository& repository) {
  const auto loaded = std::make_shared<std::string>();
  const auto verdicts = std::make_shared<scan::VerdictCache>(CacheFolder(repository) + "/verdicts", ThisBuild());
  return {[&repository, loaded, verdicts](const git::Snapshot& side) {
            auto options = MakeOptions(side, &repository);
            if (options.ok()) *loaded = options->cache, options->verdicts = verdicts;
            return options;
          },
          [&repository, loaded, verdicts](const scan::Options& options) {
            SaveCache(options, *loaded, repository);
            MakeCacheFolder(repository);
            verdicts->Save();
          }};
}

int Receive(git::Repository& repository, server::Event event, Result<std::vector<git::RefUpdate>> updates) {
  if (!updates.ok()) return Fail(updates.status());
  const server::Push push{event, std::move(*updates), git::PushOptions()};
  return server::Receive(repository, policy::Image::BuiltIn(), push, ScannerFor(repository), PushOptions(), PrintError);
}

/// pre-commit and prek read git's lines themselves and tell the hooks that they run by variables: both ends of a range, or, where
/// the whole branch is new, its name alone.
Result<std::vector<git::RefUpdate>> UpdatesFromEnvironment(const git::Repository& repository) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr ? value : "");
  };
  std::string to = variable("PRE_COMMIT_TO_REF");
  const std::string from = variable("PRE_COMMIT_FROM_REF"), branch = variable("PRE_COMMIT_REMOTE_BRANCH");
  if (to.empty()) to = variable("PRE_COMMIT_LOCAL_BRANCH");
  if (to.empty()) return std::vector<git::RefUpdate>{};
  git::RefUpdate update{{}, {}, branch.empty() ? to : branch};
  WEIR_ASSIGN_OR_RETURN(update.new_id, repository.Resolve(to));
  if (!from.empty()) {
    WEIR_ASSIGN_OR_RETURN(update.old_id, repository.Resolve(from));
  }
  return std::vector<git::RefUpdate>{update};
}

int PrePush(git::Repository& repository) {
  const std::string input = ReadStandardInput();
  const auto updates = input.empty() ? UpdatesFromEnvironment(repository) : git::ParsePushLines(input);
  if (!updates.ok()) return Fail(updates.status());
  report::TextOptions text = TerminalOptions(true);
  text.occasion = report::Occasion::kPush;
  text.client = true;
  return server::BeforePush(repository, *updates, ScannerFor(repository), text, PrintError);
}

}  // namespace

int Hook(const std::string& name, const std::vector<std::string>& arguments) {
  using server::Event;
  auto repository = git::Repository::Open();
  if (!repository.ok()) return Fail(repository.status());
  if (name == "pre-commit" || name == "pre-merge-commit") {
    if (const auto recovered = fix::Recover({repository->get(), (*repository)->work_tree()}); !recovered.ok()) return Fail(recovered.status());
    else if (!recovered->empty()) PrintError("weir: " + *recovered + "\n");
    return Judge((*repository)->Staged(), **repository, TerminalOptions(true), true);
  }
  if (name == "pre-push") return PrePush(**repository);
  if (name == "pre-receive") return Receive(**repository, Event::kPreReceive, git::ParseRefUpdates(ReadStandardInput()));
  if (name == "post-receive") return Receive(**repository, Event::kPostReceive, git::ParseRefUpdates(ReadStandardInput()));
  if (name == "update" && arguments.size() == 3)  // git gives the reference first
    return Receive(**repository, Event::kUpdate, git::ParseRefUpdates(arguments[1] + " " + arguments[2] + " " + arguments[0]));
  if (name == "update") return Fail({Code::kUsage, "the update hook is called with <reference> <old id> <new id>"});
  return Fail({Code::kUsage, "there is no hook '" + name + "'; there is pre-commit, pre-merge-commit, pre-push, pre-receive, update and post-receive"});
}

}  // namespace weir::hooks
