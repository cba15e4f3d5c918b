// `.weir.yaml`: what a repository wants to be judged by (docs/configuration.md).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/policy/exceptions.h"
#include "lib/policy/library.h"
#include "lib/policy/waiver.h"

namespace weir::policy {

enum class Judge : uint8_t { kIntroduced, kTouched, kAll };
enum class OnUnknown : uint8_t { kIgnore, kWarn, kBlock };
enum class OfferFixes : uint8_t { kAsk, kNever, kAlways };  // what the pre-commit hook does with safe fixes

struct Config {
  Severity block = Severity::kHigh;
  Judge judge = Judge::kIntroduced;
  OnUnknown unknown = OnUnknown::kIgnore;
  OfferFixes fix = OfferFixes::kAsk;
  struct Setting { bool off = false; Severity severity = Severity::kLow; };
  using Settings = std::map<std::string, Setting, std::less<>>;  // by policy id; patterns and aliases are resolved
  Settings policies;
  std::vector<std::string> exclude;                              // globs of paths (** crosses folders as * does), then whole paths, sorted

  /// What differs for some paths or for one language (`paths:`, `languages:`); later ones win.
  struct Section {
    std::string path;      // glob; empty: any
    std::string language;  // empty: any
    bool off = false;      // exclude: true, or a language that is off
    std::optional<Severity> block;
    Settings policies;
    bool raise_only = false;  // may make the judgement stricter only: what a server takes over from a repository
  };
  std::vector<Section> sections;

  std::vector<std::string> custom;                               // files and folders of a team's own policies
  std::vector<Waiver> waivers;
  ExceptionRules exceptions;
  Limits limits;

  bool Excludes(std::string_view path) const;
  bool LanguageOff(std::string_view language) const;
  /// What is set for a policy on a resource that `path` declares; nothing where the policy's own severity holds.
  std::optional<Setting> For(std::string_view policy, std::string_view language, std::string_view path, Severity own) const;
  /// Findings of this severity and above block.
  Severity BlockFor(std::string_view language, std::string_view path) const;
};

/// Reads ask, never or always.
bool ParseOfferFixes(std::string_view word, OfferFixes& out);

/// A server's configuration may have a section `server`, which lib/server reads.
enum class ConfigRole : uint8_t { kRepository, kServer };

/// Reads the text of a configuration file. An unknown key, a wrong type or a policy that `library` does not have is kUsage with
/// file, line and the nearest right name.
Result<Config> ParseConfig(std::string_view path, std::string_view text, const Library& library, ConfigRole role = ConfigRole::kRepository);

/// The files and folders that `custom:` names, or the default where it is not there: what must be read before ParseConfig can know
/// the ids of own policies. Everything else in `text` is not looked at.
Result<std::vector<std::string>> CustomPaths(std::string_view path, std::string_view text);
/// Where own policies are looked for without being named.
inline constexpr std::string_view kDefaultCustom = ".weir/policies";

}  // namespace weir::policy
