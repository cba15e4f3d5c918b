// A Git server's decision on a push: judges what every reference brings, prints what the pusher must know, records it, and says
// whether git may go on.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "lib/git/repository.h"
#include "lib/report/report.h"
#include "lib/scan/scan.h"
#include "lib/server/settings.h"

namespace weir::server {

enum class Event : uint8_t { kPreReceive, kUpdate, kPostReceive };

struct Push {
  Event event = Event::kPreReceive;
  std::vector<git::RefUpdate> updates;
  std::vector<std::string> options;  // what `git push -o` gave
};

/// How to scan one side: its options before the server's settings are laid over them, and where to keep what a scan learnt for the next.
struct Scanner {
  std::function<Result<scan::Options>(const git::Snapshot&)> options_for;
  std::function<void(const scan::Options&)> keep;
};
/// Shows text to the pusher at once, so that long work is seen to go on.
using Print = std::function<void(const std::string&)>;

/// The exit status for git: 0 the push goes on, 1 findings block, 2 the configuration is wrong, 3 the judgement was not completed.
/// After kPostReceive it is always 0: what is there is there. The judgement runs in a process of its own within the settings' bounds;
/// a crash, a kill or a timeout is a rejection unless the settings say `on-error: accept`. Updates that bring the same
/// commits are judged once.
int Receive(const git::Repository& repository, const policy::Image& image, const Push& push, const Scanner& scanner,
            const report::TextOptions& text, const Print& print);

/// pre-push in a clone: the same judgement by the repository's own configuration, without record, override or bounds.
int BeforePush(const git::Repository& repository, std::span<const git::RefUpdate> updates, const Scanner& scanner,
               const report::TextOptions& text, const Print& print);

}  // namespace weir::server
