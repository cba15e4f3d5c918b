// `.weir.yaml`: what a repository wants to be judged by (design.md, Configuration).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/limits.h"
#include "lib/base/result.h"
#include "lib/policy/image.h"

namespace weir::policy {

enum class Judge : uint8_t { kIntroduced, kTouched, kAll };
enum class OnUnknown : uint8_t { kIgnore, kWarn, kBlock };

struct Config {
  Severity block = Severity::kHigh;
  Judge judge = Judge::kIntroduced;
  OnUnknown unknown = OnUnknown::kIgnore;
  struct Setting { bool off = false; Severity severity = Severity::kLow; };
  std::map<std::string, Setting, std::less<>> policies;  // by policy id
  std::vector<std::string> exclude;                      // globs of paths; ** crosses folders as * does
  Limits limits;

  bool Excludes(std::string_view path) const;
};

/// A server's configuration may have a section `server`, which lib/server reads.
enum class ConfigRole : uint8_t { kRepository, kServer };

/// Reads the text of a configuration file. An unknown key, a wrong type or a policy that `image` does not have is kUsage with
/// file, line and the nearest right name.
Result<Config> ParseConfig(std::string_view path, std::string_view text, const Image& image, ConfigRole role = ConfigRole::kRepository);

}  // namespace weir::policy
