// What the administrator of a Git server decides: a file in the form of `.weir.yaml` with a `server:` section, which
// `git config weir.config` of the bare repository, or of the system, names. It has the last word: a repository's own
// `.weir.yaml` can make the judgement stricter, never weaker.
//
//   version: 1
//   block: high
//   server:
//     repository: tighten            # tighten | trust: what a pushed .weir.yaml may do
//     waivers: server                # server | repository: whose waivers count
//     baseline: ignore               # ignore | repository: whether the pushed .weir/baseline.json counts
//     commits: secrets               # tips | secrets | all: what is judged in commits that a later one of the push undoes
//     on-error: reject               # reject | accept: a push whose judgement could not be completed
//     time-limit: 60                 # seconds
//     memory-limit: 2048             # MiB of address space
//     override: [alice, bob]         # who may push with -o weir.override="reason"; "*": everybody
//     administrators: [alice]        # who may push to the reference that holds this file, where it is one
//     user: GL_USER                  # the environment variable that names the pusher (identity.h has the usual ones)
//     audit: /var/log/weir/push.jsonl
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/git/repository.h"
#include "lib/policy/config.h"
#include "lib/policy/custom.h"

namespace weir::server {

enum class RepositoryConfig : uint8_t { kTighten, kTrust };
enum class Waivers : uint8_t { kServer, kRepository };
enum class Baselines : uint8_t { kIgnore, kRepository };
enum class Commits : uint8_t { kTips, kSecrets, kAll };
enum class OnError : uint8_t { kReject, kAccept };

struct Settings {
  policy::Config config;
  std::shared_ptr<const policy::OwnPolicies> own;  // the server's own policies, from `custom:`; null: none
  RepositoryConfig repository = RepositoryConfig::kTighten;
  Waivers waivers = Waivers::kServer;
  Baselines baseline = Baselines::kIgnore;
  Commits commits = Commits::kSecrets;
  OnError on_error = OnError::kReject;
  uint32_t time_limit = 60;        // seconds
  uint64_t memory_limit = 2048;    // MiB
  std::vector<std::string> override_users, administrators;
  std::string user_variable;       // empty: the usual ones
  std::string audit;               // absolute path; empty: weir/audit.jsonl in the repository
  std::string source;              // the file or reference that was read; empty: there is none, these are the defaults
  std::string reference;           // "refs/…" where `source` is one
};

/// The settings that `weir.config` names: an absolute path, a path relative to the repository's Git folder, or a reference
/// ("refs/meta/weir"), whose `.weir.yaml` is read; `custom:` names files and folders beside it. Defaults where weir.config is not set. kUsage with file and line where it
/// cannot be understood, kNotFound where it names nothing: the caller must not take either for a pass.
Result<Settings> LoadSettings(const git::Repository& repository, const policy::Image& image);

/// `text` as settings; `name` stands in errors.
Result<Settings> ParseSettings(std::string_view name, std::string_view text, const policy::Library& library);

/// `server` made stricter by what `repository` asks for: the lower threshold, the wider judgement, higher severities (for paths and languages
/// too), stricter suppressions, smaller limits. What would weaken it (policies that are off, lower severities, exclusions, waivers) is left out.
policy::Config Tighten(const policy::Config& server, const policy::Config& repository, const policy::Library& library);

}  // namespace weir::server
