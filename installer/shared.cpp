#include "installer/shared.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "installer/disk.h"
#include "installer/place.h"
#include "installer/redirect.h"
#include "installer/script.h"
#include "lib/base/file.h"
#include "lib/base/process.h"

namespace weir::installer {
namespace {

constexpr const char* kHooksPath = "core.hooksPath";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// The system's: beside its configuration (/etc/weir). A user's: where configuration belongs (~/.config/weir).
Result<std::string> WeirFolder(ConfigScope scope) {
  if (scope == ConfigScope::kSystem) {
    WEIR_ASSIGN_OR_RETURN(const std::string file, ConfigFile(scope, ""));
    return file.substr(0, file.rfind('/')) + "/weir";
  }
  const std::string xdg = Environment("XDG_CONFIG_HOME"), home = Environment("HOME");
  if (xdg.empty() && home.empty()) return {Code::kUsage, "HOME is not set, so there is no configuration of this user"};
  return (xdg.empty() ? home + "/.config" : xdg) + "/weir";
}

/// Where git looks for hooks by the user's and the system's configuration, weir's own folders left out.
std::string HooksPathBefore(ConfigScope scope, const std::string& file, const std::string& ours) {
  auto value = ReadConfigValue(file, kHooksPath);
  if (!value && scope == ConfigScope::kGlobal)
    if (const auto system = ConfigFile(ConfigScope::kSystem, ""); system.ok()) value = ReadConfigValue(*system, kHooksPath);
  if (value && *value == ours) return RedirectedFrom(ours).value_or("");
  return value.value_or("");
}

/// One word for a path, for the name of a file.
std::string Flat(std::string path) {
  std::ranges::replace(path, '/', '%');
  return path;
}

struct ServerPlace {
  std::string root, folder, config, include, key, undo;
};

Result<ServerPlace> ServerPlaceOf(ConfigScope scope, const std::string& root) {
  std::error_code error;
  ServerPlace place;
  place.root = std::filesystem::canonical(root, error).string();
  if (error || !IsFolder(place.root)) return {Code::kUsage, root + " is no folder; --server takes the folder that holds the repositories"};
  WEIR_ASSIGN_OR_RETURN(const std::string folder, WeirFolder(scope));
  WEIR_ASSIGN_OR_RETURN(place.config, ConfigFile(scope, ""));
  place.folder = folder + "/server-hooks";
  place.include = folder + "/server.gitconfig";
  std::string pattern;
  for (const char c : place.root) pattern += std::string(std::string_view("*?[\\").find(c) != std::string_view::npos ? "\\" : "") + c;
  place.key = "includeIf.gitdir:" + pattern + "/.path";
  place.undo = folder + "/server-roots/" + Flat(place.root);
  return place;
}

/// Repositories that look elsewhere, in spite of the include.
std::vector<std::string> NotCovered(const ServerPlace& place, size_t& all) {
  std::vector<std::string> others;
  const auto repositories = RepositoriesBelow(place.root);
  all = repositories.size();
  for (const std::string& repository : repositories)
    if (const auto set = EffectiveConfig(repository, kHooksPath); !set || set->value != place.folder) others.push_back(repository);
  return others;
}

}  // namespace

std::vector<std::string> RepositoriesBelow(const std::string& root) {
  namespace fs = std::filesystem;
  std::vector<std::string> found;
  std::error_code error;
  const auto is_repository = [&](const fs::path& path) { return fs::exists(path / "HEAD", error) && fs::is_directory(path / "objects", error) && fs::is_directory(path / "refs", error); };
  if (is_repository(root)) return {root};
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (!at->is_directory(error) || at->is_symlink(error)) continue;
    if (is_repository(at->path())) found.push_back(at->path().string());
    else if (at->path().filename() != ".git") continue;
    at.disable_recursion_pending();
  }
  std::ranges::sort(found);
  return found;
}

Result<std::string> SharedFolder(ConfigScope scope, bool server) {
  WEIR_ASSIGN_OR_RETURN(const std::string folder, WeirFolder(scope));
  return folder + (server ? "/server-hooks" : "/hooks");
}

Result<std::vector<std::string>> InstallFor(ConfigScope scope, const std::string& binary) {
  WEIR_ASSIGN_OR_RETURN(const std::string folder, SharedFolder(scope, false));
  WEIR_ASSIGN_OR_RETURN(const std::string file, ConfigFile(scope, ""));
  const std::string before = HooksPathBefore(scope, file, folder);
  if (!before.empty() && !IsFolder(before))
    return Status(Code::kUsage, "core.hooksPath in " + file + " names " + before + ", which is not there\nmake the folder, or run: git config --file " + Quote(file) + " --unset core.hooksPath");
  WEIR_RETURN_IF_ERROR(WriteRedirect({.folder = folder, .before = before, .judged = {"pre-commit", "pre-merge-commit", "pre-push"}, .binary = binary}));
  WEIR_RETURN_IF_ERROR(SetConfigValue(file, kHooksPath, folder, folder));
  return std::vector<std::string>{
      "pre-commit, pre-merge-commit and pre-push run weir in " + std::string(scope == ConfigScope::kSystem ? "every repository of this machine" : "all your repositories") + ", after " +
          (before.empty() ? "each repository's own hooks" : "the hooks in " + before) + ": " + folder,
      "a repository that sets core.hooksPath itself (husky does) needs its own: weir install there; weir doctor tells"};
}

Result<std::vector<std::string>> UninstallFor(ConfigScope scope) {
  WEIR_ASSIGN_OR_RETURN(const std::string folder, SharedFolder(scope, false));
  WEIR_ASSIGN_OR_RETURN(const std::string file, ConfigFile(scope, ""));
  if (!IsFolder(folder)) return std::vector<std::string>{std::string("weir is not installed for ") + (scope == ConfigScope::kSystem ? "this machine" : "this user")};
  WEIR_RETURN_IF_ERROR(UndoConfigValue(file, kHooksPath, folder, folder));
  WEIR_RETURN_IF_ERROR(RemoveRedirect(folder));
  std::error_code ignored;
  std::filesystem::remove(folder.substr(0, folder.rfind('/')), ignored);  // only if it is empty
  return std::vector<std::string>{"the configuration is as it was before: " + file};
}

Result<std::vector<std::string>> InstallServer(ConfigScope scope, const std::string& root, const std::string& binary) {
  WEIR_ASSIGN_OR_RETURN(const ServerPlace place, ServerPlaceOf(scope, root));
  const std::string before = HooksPathBefore(scope, place.config, place.folder);
  WEIR_RETURN_IF_ERROR(WriteRedirect({.folder = place.folder, .before = before, .judged = {"pre-receive"}, .binary = binary}));
  WEIR_RETURN_IF_ERROR(MakeFolders(place.undo));
  if (ReadConfigValue(place.include, kHooksPath) != place.folder) {
    const auto set = Run({"git", "config", "--file=" + place.include, kHooksPath, place.folder});
    if (!set.ok()) return set.status();
    if (set->exit != 0) return Status(Code::kIo, place.include + " cannot be written: " + set->err);
  }
  WEIR_RETURN_IF_ERROR(SetConfigValue(place.config, place.key, place.include, place.undo));
  size_t all = 0;
  const std::vector<std::string> others = NotCovered(place, all);
  std::vector<std::string> lines = {"pre-receive runs weir in every repository below " + place.root + ", those to come too, after its own hooks: " + place.folder,
                                    std::to_string(all) + " there now; for " + (scope == ConfigScope::kSystem ? "whoever serves them" : "the user who ran this") + " (" + place.config + ")"};
  for (const std::string& other : others) lines.push_back("not in " + other + ", which sets core.hooksPath itself: weir install there");
  return lines;
}

Result<std::vector<std::string>> UninstallServer(ConfigScope scope, const std::string& root) {
  WEIR_ASSIGN_OR_RETURN(const ServerPlace place, ServerPlaceOf(scope, root));
  if (!IsFolder(place.undo)) return std::vector<std::string>{"weir is not installed for " + place.root};
  WEIR_RETURN_IF_ERROR(UndoConfigValue(place.config, place.key, place.include, place.undo));
  std::error_code ignored;
  std::filesystem::remove_all(place.undo, ignored);
  const std::string folder = place.undo.substr(0, place.undo.rfind('/'));
  if (Names(folder).empty()) {  // the last root
    WEIR_RETURN_IF_ERROR(RemoveRedirect(place.folder));
    WEIR_RETURN_IF_ERROR(Remove(place.include));
    std::filesystem::remove(folder, ignored);
    std::filesystem::remove(folder.substr(0, folder.rfind('/')), ignored);
  }
  return std::vector<std::string>{"the configuration is as it was before: " + place.config};
}

}  // namespace weir::installer
