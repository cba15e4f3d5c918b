#include "installer/config_value.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "installer/disk.h"
#include "lib/base/file.h"
#include "lib/base/process.h"

namespace weir::installer {
namespace {

constexpr uint64_t kMaxBytes = 16 << 20;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// `--file=` reads and writes that file alone; what a surrounding hook has set does not matter to it.
Result<ProcessResult> GitConfig(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"git", "config"});
  return Run(arguments, {.input = {}, .environment = {{"GIT_CONFIG_PARAMETERS", ""}, {"GIT_CONFIG_COUNT", "0"}}});
}

std::string WithoutLineFeed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::optional<std::string> Read(const std::string& file, const std::string& key, std::vector<std::string> options) {
  options.insert(options.end(), {"--file=" + file, "--get", key});
  const auto said = GitConfig(std::move(options));
  if (!said.ok() || said->exit != 0) return std::nullopt;
  return WithoutLineFeed(said->out);
}

Status Refused(const std::string& file, const std::string& said) {
  std::string why = WithoutLineFeed(said);
  if (why.starts_with("error: ")) why = why.substr(7);
  const bool locked = why.find("File exists") != std::string::npos;
  return {Code::kIo, "git's configuration " + file + " cannot be changed: " + why +
                         (locked ? "\nif no git is running, remove " + file + ".lock and run this again" : "\nrun this as somebody who may write it")};
}

}  // namespace

Result<std::string> ConfigFile(ConfigScope scope, const std::string& common_dir) {
  if (scope == ConfigScope::kLocal) return common_dir + "/config";
  if (scope == ConfigScope::kSystem) {
    if (const std::string named = Variable("GIT_CONFIG_SYSTEM"); !named.empty()) return named;
    // Only a file that holds something tells its name; git's builds differ.
    if (const auto said = GitConfig({"--system", "--show-origin", "--null", "--list"}); said.ok() && said->out.starts_with("file:"))
      return said->out.substr(5, said->out.find('\0') - 5);
    return std::string("/etc/gitconfig");
  }
  if (const std::string named = Variable("GIT_CONFIG_GLOBAL"); !named.empty()) return named;
  const std::string home = Variable("HOME");
  if (home.empty()) return {Code::kNotFound, "HOME is not set, so there is no configuration of this user"};
  const std::string own = home + "/.gitconfig";
  std::string xdg = Variable("XDG_CONFIG_HOME");
  xdg = (xdg.empty() ? home + "/.config" : xdg) + "/git/config";
  return !Exists(own) && Exists(xdg) ? xdg : own;
}

std::optional<std::string> ReadConfigValue(const std::string& file, const std::string& key) { return Read(file, key, {"--type=path"}); }

Status SetConfigValue(const std::string& file, const std::string& key, const std::string& value, const std::string& undo) {
  if (ReadConfigValue(file, key) == value) return {};
  const auto before = ReadFile(file, kMaxBytes);
  if (!before.ok() && before.status().code() != Code::kNotFound) return before.status();
  if (undo.empty()) {
    // what was kept before still holds
  } else if (before.ok()) {
    WEIR_RETURN_IF_ERROR(WriteFileAtomically(undo + "/.config.before", before->text(), 0600));
  } else {
    unlink((undo + "/.config.before").c_str());
  }
  const auto said = GitConfig({"--file=" + file, key, value});
  if (!said.ok()) return said.status();
  if (said->exit != 0) return Refused(file, said->err);
  if (undo.empty()) return {};
  WEIR_ASSIGN_OR_RETURN(const Blob after, ReadFile(file, kMaxBytes));
  return WriteFileAtomically(undo + "/.config.after", after.text(), 0600);
}

Status UndoConfigValue(const std::string& file, const std::string& key, const std::string& value, const std::string& undo) {
  if (ReadConfigValue(file, key) != value) return {};
  const auto now = ReadFile(file, kMaxBytes), before = ReadFile(undo + "/.config.before", kMaxBytes), after = ReadFile(undo + "/.config.after", kMaxBytes);
  if (now.ok() && after.ok() && now->text() == after->text()) {
    std::error_code error;
    const std::string real = std::filesystem::canonical(file, error).string();
    struct stat info;
    if (!error && stat(real.c_str(), &info) == 0) {
      // Made in the folder that is about to go: an interruption leaves nothing beside git's own file.
      const std::string made = undo + "/.config.new";
      if (before.ok()) {
        WEIR_RETURN_IF_ERROR(WriteFileAtomically(made, before->text(), info.st_mode & 07777));
        if (Move(made, real).ok()) return {};
        return WriteFileAtomically(real, before->text(), info.st_mode & 07777);  // on another disk
      }
      if (unlink(real.c_str()) == 0) return {};
      return {Code::kIo, real + " cannot be removed: " + std::strerror(errno)};
    }
  }
  const auto old = before.ok() ? Read(undo + "/.config.before", key, {}) : std::nullopt;
  const auto said = old ? GitConfig({"--file=" + file, key, *old}) : GitConfig({"--file=" + file, "--unset", key});
  if (!said.ok()) return said.status();
  return said->exit == 0 ? Status() : Refused(file, said->err);
}

std::optional<ConfigInForce> EffectiveConfig(const std::string& git_dir, const std::string& key) {
  const auto said = Run({"git", "--git-dir=" + git_dir, "config", "--show-scope", "--null", "--type=path", "--get", key});
  if (!said.ok() || said->exit != 0) return std::nullopt;
  const size_t end = said->out.find('\0');
  if (end == std::string::npos) return std::nullopt;
  return ConfigInForce{said->out.substr(end + 1, said->out.find('\0', end + 1) - end - 1), said->out.substr(0, end)};
}

}  // namespace weir::installer
