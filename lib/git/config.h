// Git's configuration as git reads it: system, global, repository, work tree, and what `git -c` and the
// environment add.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

struct git_config;

namespace weir::git {

/// Files are read at the first question and kept. Thread-safe.
class ConfigReader {
 public:
  ConfigReader(std::string git_dir, std::string common_dir);
  ConfigReader(const ConfigReader&) = delete;
  ConfigReader& operator=(const ConfigReader&) = delete;
  ~ConfigReader();

  /// The value of "section.name" or "section.sub.name"; section and name in any case. A key without a value
  /// is "true".
  std::optional<std::string> Get(std::string_view key) const;
  /// The same for a path: a leading "~/" is the home folder.
  std::optional<std::string> GetPath(std::string_view key) const;

 private:
  void Load() const;
  void AddListed(std::string_view entries) const;  // of git config --list --null

  std::string git_dir_, common_dir_;
  mutable std::once_flag loaded_;
  mutable git_config* files_ = nullptr;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::string, std::less<>> given_;  // by -c, by GIT_CONFIG_COUNT, or all where git was asked
};

/// Section and name in lower case, a subsection as it is: how git compares keys.
std::string NormalKey(std::string_view key);

}  // namespace weir::git
