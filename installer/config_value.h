// One value in one of git's configuration files, set by git itself and taken back byte for byte.
#pragma once

#include <optional>
#include <string>

#include "lib/base/result.h"

namespace weir::installer {

enum class ConfigScope : uint8_t { kLocal, kGlobal, kSystem };

/// The file that git writes for `scope`: `<common_dir>/config`; GIT_CONFIG_GLOBAL, ~/.gitconfig or git's folder in
/// XDG_CONFIG_HOME; GIT_CONFIG_SYSTEM or where git was built to look. kNotFound without a home.
Result<std::string> ConfigFile(ConfigScope scope, const std::string& common_dir);

/// The value of `key` in `file` alone ("~/" expanded), or nothing.
std::optional<std::string> ReadConfigValue(const std::string& file, const std::string& key);

/// Sets `key` in `file` and keeps in the folder `undo` what the file held before, and after (not where `undo` is empty). kIo where git cannot write, with what to do.
Status SetConfigValue(const std::string& file, const std::string& key, const std::string& value, const std::string& undo);

/// Takes that back. Where nobody has changed the file since, every byte of it returns; else only the value does, and only if it
/// is still `value`.
Status UndoConfigValue(const std::string& file, const std::string& key, const std::string& value, const std::string& undo);

/// The value in force in the repository whose Git folder is `git_dir`, and the scope that set it ("local", "global", "system",
/// "worktree", "command").
struct ConfigInForce {
  std::string value, scope;
};
std::optional<ConfigInForce> EffectiveConfig(const std::string& git_dir, const std::string& key);

}  // namespace weir::installer
