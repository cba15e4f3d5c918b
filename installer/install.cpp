#include "installer/install.h"

#include <algorithm>

#include "installer/config_value.h"
#include "installer/disk.h"
#include "installer/in_place.h"
#include "installer/managers.h"
#include "installer/place.h"
#include "installer/redirect.h"
#include "installer/script.h"
#include "lib/base/file.h"

namespace weir::installer {
namespace {

constexpr const char* kHooksPath = "core.hooksPath";
constexpr std::string_view kTeamText =
    "# Git hooks that run weir in this repository. Once in every clone: weir install\n"
    "# weir doctor says whether a clone is set up.\n"
    "pre-commit\n"
    "pre-merge-commit\n"
    "pre-push\n";

/// Weir's scripts for the user or the machine are in force and judge all of `names`.
bool IsCovered(const HookPlace& place, const std::vector<std::string>& names) {
  if (place.in_place || place.folder == place.redirect) return false;
  return std::ranges::all_of(names, [&](const std::string& name) { return !BinaryOf(HookText(place.folder + "/" + name)).empty() && IsScript(HookText(place.folder + "/" + name)); });
}

/// ", after those that were there: pre-commit (husky 9), pre-push (a script)".
std::string After(const std::vector<std::string>& names, const auto& earlier_of) {
  std::string text;
  for (const std::string& name : names)
    for (const std::string& path : earlier_of(name))
      if (Exists(path)) text += (text.empty() ? "" : ", ") + name + " (" + std::string(ManagerOf(HookText(path), path.substr(0, path.rfind('/')))) + ")";
  return text.empty() ? "" : ", after what was there: " + text;
}

Status InstallBefore(const git::Repository& repository, const HookPlace& place, const std::vector<std::string>& names, const std::string& binary, std::string& before) {
  // A repository that was moved still names weir's folder where it used to be.
  const bool moved = !IsFolder(place.folder) && place.folder.ends_with("/hooks.weir") && IsFolder(place.redirect);
  const bool in_force = place.folder == place.redirect;
  const std::string config = repository.common_dir() + "/config";
  before = in_force || moved ? RedirectedFrom(place.redirect).value_or("") : place.configured == place.own ? "" : place.configured;
  if (!in_force && !moved && !IsFolder(place.folder))
    return {Code::kUsage, "core.hooksPath names " + place.folder + ", which is not there, so git runs no hook\nmake the folder, or run: git config " +
                              (place.scope == "global" || place.scope == "system" ? "--" + place.scope + " " : "") + "--unset core.hooksPath; then weir install"};
  Redirect redirect{.folder = place.redirect, .before = before, .judged = names, .binary = binary};
  const std::string& base = repository.work_tree().empty() ? repository.git_dir() : repository.work_tree();
  const std::string other = before.empty() ? place.own : before.starts_with('/') ? before : base + "/" + before;
  for (const std::string& name : Names(other)) {
    const bool common = std::ranges::any_of(CommonHooks(), [&](const GitHook& hook) { return hook.name == name; });
    if (!common && FindGitHook(name) != nullptr) redirect.others.push_back(name);
  }
  WEIR_RETURN_IF_ERROR(WriteRedirect(redirect));
  if (in_force) return {};
  WEIR_RETURN_IF_ERROR(SetConfigValue(config, kHooksPath, place.redirect, moved ? "" : place.redirect));
  const auto now = EffectiveConfig(repository.git_dir(), kHooksPath);
  if (now && now->value == place.redirect) return {};
  WEIR_RETURN_IF_ERROR(UndoConfigValue(config, kHooksPath, place.redirect, place.redirect));
  WEIR_RETURN_IF_ERROR(RemoveRedirect(place.redirect));
  return {Code::kUsage, "core.hooksPath is " + (now ? now->value + ", set for this " + (now->scope == "worktree" ? "work tree (git config --worktree)" : now->scope) : "not set") +
                            ", and outweighs what weir would set\nremove it there, then run weir install"};
}

}  // namespace

Result<std::vector<std::string>> Install(const git::Repository& repository, const std::string& binary) {
  WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> names, WantedHooks(repository));
  const HookPlace place = PlaceOf(repository);
  const std::string verb = names.size() == 1 ? " runs weir" : " run weir";
  if (IsCovered(place, names)) return std::vector<std::string>{Listed(names) + verb + " here already: " + place.folder + " (" + place.scope + ")"};
  if (place.in_place) {
    WEIR_RETURN_IF_ERROR(InstallInPlace(place.own, names, binary));
    return std::vector<std::string>{Listed(names) + verb + After(names, [&](const std::string& name) { return KeptHooks(place.own, name); }) + ": " + place.own};
  }
  std::string before;
  WEIR_RETURN_IF_ERROR(InstallBefore(repository, place, names, binary, before));
  const std::string& base = repository.work_tree().empty() ? repository.git_dir() : repository.work_tree();
  const std::string folder = before.empty() ? place.own : before.starts_with('/') ? before : base + "/" + before;
  return std::vector<std::string>{Listed(names) + verb + After(names, [&](const std::string& name) { return std::vector<std::string>{folder + "/" + name}; }) + ": " + place.redirect,
                                  "core.hooksPath, which was " + (before.empty() ? "not set" : before) + ", names that folder now; the hooks there run as before"};
}

Result<std::vector<std::string>> Uninstall(const git::Repository& repository) {
  const HookPlace place = PlaceOf(repository);
  bool was_there = false;
  if (IsFolder(place.redirect)) {
    WEIR_RETURN_IF_ERROR(UndoConfigValue(repository.common_dir() + "/config", kHooksPath, place.redirect, place.redirect));
    WEIR_RETURN_IF_ERROR(RemoveRedirect(place.redirect));
    was_there = true;
  }
  std::vector<std::string> lines;
  if (!IsSymlink(place.own)) {
    std::vector<std::string> left;
    WEIR_ASSIGN_OR_RETURN(const bool in_place, UninstallInPlace(place.own, left));
    was_there |= in_place;
    for (const std::string& path : left) lines.push_back("another program has replaced an earlier hook, which is kept: " + path);
  }
  lines.insert(lines.begin(), was_there ? "the hooks are as they were before: " + PlaceOf(repository).folder : "weir is not installed here");
  return lines;
}

Result<std::vector<std::string>> InstallTeam(const git::Repository& repository, const std::string& binary) {
  if (repository.work_tree().empty()) return Status(Code::kUsage, "a bare repository has no work tree to commit " + std::string(kTeamFile) + " in; on a server: weir install --server <root>");
  const std::string path = repository.work_tree() + "/" + std::string(kTeamFile);
  std::vector<std::string> lines;
  if (!Exists(path)) {
    WEIR_RETURN_IF_ERROR(MakeFolder(repository.work_tree() + "/.weir"));
    WEIR_RETURN_IF_ERROR(WriteFileAtomically(path, kTeamText));
    lines.push_back(std::string(kTeamFile) + " is written; commit it, then everybody once: weir install");
  } else {
    lines.push_back(std::string(kTeamFile) + " is there already");
  }
  WEIR_ASSIGN_OR_RETURN(const auto done, Install(repository, binary));
  lines.insert(lines.end(), done.begin(), done.end());
  return lines;
}

Result<std::vector<std::string>> UninstallTeam(const git::Repository& repository) {
  const std::string path = repository.work_tree() + "/" + std::string(kTeamFile);
  std::vector<std::string> lines;
  if (Exists(path)) {
    if (HookText(path) != kTeamText) return Status(Code::kUsage, std::string(kTeamFile) + " was changed since weir wrote it; remove it with git rm if the team is to go without");
    WEIR_RETURN_IF_ERROR(Remove(path));
    if (Names(repository.work_tree() + "/.weir").empty()) WEIR_RETURN_IF_ERROR(Remove(repository.work_tree() + "/.weir"));
    lines.push_back(std::string(kTeamFile) + " is removed; commit that");
  }
  WEIR_ASSIGN_OR_RETURN(const auto done, Uninstall(repository));
  lines.insert(lines.end(), done.begin(), done.end());
  return lines;
}

}  // namespace weir::installer
