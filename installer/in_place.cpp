#include "installer/in_place.h"

#include <algorithm>
#include <unistd.h>

#include "installer/disk.h"
#include "installer/managers.h"
#include "installer/place.h"
#include "installer/script.h"
#include "lib/base/file.h"

namespace weir::installer {
namespace {

constexpr std::string_view kMade = "/.made-hooks";  // the folder of hooks was not there before

/// What an interrupted installation began to write.
Status RemoveUnfinished(const std::string& hooks) {
  for (const std::string& name : Names(KeptFolder(hooks, 1)))
    if (name.starts_with(".script") || name.starts_with(std::string(kPending) + ".") || name.starts_with(".made-hooks.")) WEIR_RETURN_IF_ERROR(Remove(KeptFolder(hooks, 1) + "/" + name));
  return {};
}

std::string PendingFile(const std::string& hooks) { return KeptFolder(hooks, 1) + "/" + std::string(kPending); }
bool IsOurs(const std::string& path) { return IsScript(HookText(path)); }

/// Links to everything in the folder of hooks that is no hook itself, for hooks that source what lies beside them.
/// What pre-commit or prek moved aside is kept as it is: they would write over it if they were installed once more.
Status LinkSiblings(const std::string& hooks, const std::string& folder) {
  for (const std::string& name : Names(hooks)) {
    if (FindGitHook(name) != nullptr || name.ends_with(".sample") || Exists(folder + "/" + name) || IsOurs(hooks + "/" + name)) continue;
    if (name.ends_with(".legacy")) {
      WEIR_RETURN_IF_ERROR(Duplicate(hooks + "/" + name, folder + "/" + name));
      continue;
    }
    const std::string target = "../" + hooks.substr(hooks.rfind('/') + 1) + "/" + name;
    if (symlink(target.c_str(), (folder + "/" + name).c_str()) != 0) return {Code::kIo, folder + " cannot be written"};
  }
  return {};
}

Status Keep(const std::string& hooks, const std::string& name) {
  const std::string path = hooks + "/" + name, text = HookText(path);
  const std::string_view manager = ManagerOf(text, hooks);
  for (int slot = 1; slot <= kSlots; ++slot) {
    const std::string folder = KeptFolder(hooks, slot), kept = folder + "/" + name;
    if (!Exists(kept)) {
      WEIR_RETURN_IF_ERROR(MakeFolder(folder));
      WEIR_RETURN_IF_ERROR(LinkSiblings(hooks, folder));
      return Duplicate(path, kept);
    }
    const std::string other = HookText(kept);
    if (other == text) return {};
    // A newer script of the same program takes the place of its older one.
    if (manager == "a script" || ManagerOf(other, hooks) != manager) continue;
    WEIR_RETURN_IF_ERROR(Remove(kept + ".new"));
    WEIR_RETURN_IF_ERROR(Duplicate(path, kept + ".new"));
    return Move(kept + ".new", kept);
  }
  return {Code::kUsage, "more hooks are kept beside " + path + " than weir looks after; remove those in " + KeptFolder(hooks, 1) + " that nobody needs"};
}

/// Hooks that are links to one that weir takes over ("commit-msg -> pre-commit"): they must go on meaning what they did.
std::vector<std::string> LinksTo(const std::string& hooks, const std::vector<std::string>& names) {
  std::vector<std::string> links;
  for (const std::string& name : Names(hooks)) {
    if (FindGitHook(name) == nullptr || std::ranges::find(names, name) != names.end()) continue;
    char target[4096];
    const ssize_t length = readlink((hooks + "/" + name).c_str(), target, sizeof target);
    if (length <= 0) continue;
    std::string to(target, size_t(length));
    if (to.starts_with("./")) to = to.substr(2);
    if (std::ranges::find(names, to) != names.end()) links.push_back(name);
  }
  return links;
}

/// Made among the kept hooks and then moved: an interruption leaves nothing in the folder that git reads.
Status WriteScript(const std::string& hooks, const std::string& path, const std::string& script) {
  const std::string made = KeptFolder(hooks, 1) + "/.script";
  WEIR_RETURN_IF_ERROR(WriteFileAtomically(made, script, 0755));
  return Move(made, path);
}

Status InstallOne(const std::string& hooks, const ScriptOptions& options) {
  const std::string path = hooks + "/" + options.name, script = Script(options);
  // pre-commit and prek moved weir's script there and run it first.
  if (const std::string legacy = path + ".legacy"; !IsOurs(path) && IsOurs(legacy) && HookText(path).find("hook-impl") != std::string::npos)
    return HookText(legacy) == script ? Status() : WriteScript(hooks, legacy, script);
  if (Exists(path) && !IsOurs(path)) WEIR_RETURN_IF_ERROR(Keep(hooks, options.name));
  if (HookText(path) != script || access(path.c_str(), X_OK) != 0) WEIR_RETURN_IF_ERROR(WriteScript(hooks, path, script));
  // lefthook moved an earlier script of weir's away.
  return IsOurs(path + ".old") ? Remove(path + ".old") : Status();
}

}  // namespace

std::string KeptFolder(const std::string& hooks, int slot) {
  return hooks + std::string(kKeptSuffix) + (slot > 1 ? "." + std::to_string(slot) : "");
}

std::vector<std::string> KeptHooks(const std::string& hooks, const std::string& name) {
  std::vector<std::string> kept;
  for (int slot = 1; slot <= kSlots; ++slot)
    if (const std::string path = KeptFolder(hooks, slot) + "/" + name; Exists(path)) kept.push_back(path);
  return kept;
}

bool IsPending(const std::string& hooks) { return Exists(PendingFile(hooks)); }

Status InstallInPlace(const std::string& hooks, const std::vector<std::string>& names, const std::string& binary) {
  bool there = false;
  for (const std::string& name : names) there |= IsOurs(hooks + "/" + name);
  const std::string folder = KeptFolder(hooks, 1);
  WEIR_RETURN_IF_ERROR(MakeFolder(folder));
  if (!there || IsPending(hooks)) {
    if (!Exists(hooks)) WEIR_RETURN_IF_ERROR(WriteFileAtomically(folder + std::string(kMade), ""));
    WEIR_RETURN_IF_ERROR(WriteFileAtomically(PendingFile(hooks), ""));
    WEIR_RETURN_IF_ERROR(MakeFolder(hooks));
  }
  const auto install = [&](const std::vector<std::string>& which, bool judges) {
    for (const std::string& name : which) WEIR_RETURN_IF_ERROR(InstallOne(hooks, {.name = name, .binary = binary, .judges = judges}));
    return Status();
  };
  WEIR_RETURN_IF_ERROR(install(LinksTo(hooks, names), false));
  WEIR_RETURN_IF_ERROR(install(names, true));
  WEIR_RETURN_IF_ERROR(RemoveUnfinished(hooks));
  WEIR_RETURN_IF_ERROR(Remove(PendingFile(hooks)));
  rmdir(folder.c_str());  // stays where something is kept in it
  return {};
}

Result<bool> UninstallInPlace(const std::string& hooks, std::vector<std::string>& left) {
  std::vector<std::string> files = Names(hooks);
  const auto ours = [&](const std::string& name) { return FindGitHook(name.substr(0, name.find('.'))) != nullptr && IsOurs(hooks + "/" + name); };
  const std::string first = KeptFolder(hooks, 1);
  if (!Exists(first) && std::ranges::none_of(files, ours)) return false;
  WEIR_RETURN_IF_ERROR(MakeFolder(first));
  WEIR_RETURN_IF_ERROR(WriteFileAtomically(PendingFile(hooks), ""));

  std::vector<std::string> names = files;
  for (int slot = 1; slot <= kSlots; ++slot)
    for (const std::string& name : Names(KeptFolder(hooks, slot))) names.push_back(name);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    if (FindGitHook(name) == nullptr) continue;
    const std::string path = hooks + "/" + name;
    std::vector<std::string> kept = KeptHooks(hooks, name);
    if (!Exists(path) || IsOurs(path)) {
      WEIR_RETURN_IF_ERROR(kept.empty() ? Remove(path) : Move(kept.back(), path));
      if (!kept.empty()) kept.pop_back();
    }
    for (const std::string& other : kept) {
      // What a later program has replaced: it would have kept it so, or not at all.
      if (HookText(other) == HookText(path)) {
        WEIR_RETURN_IF_ERROR(Remove(other));
      } else if (!Exists(path + ".old") || IsOurs(path + ".old")) {
        WEIR_RETURN_IF_ERROR(Move(other, path + ".old"));
        left.push_back(path + ".old");
      } else {
        left.push_back(other);
      }
    }
  }
  // Where others have moved weir's scripts, to put them back one day.
  for (const std::string& name : Names(hooks))
    if (ours(name)) WEIR_RETURN_IF_ERROR(Remove(hooks + "/" + name));
  for (const std::string& name : Names(hooks + "/old-hooks"))
    if (IsOurs(hooks + "/old-hooks/" + name)) WEIR_RETURN_IF_ERROR(Remove(hooks + "/old-hooks/" + name));

  WEIR_RETURN_IF_ERROR(RemoveUnfinished(hooks));
  const bool made = Exists(first + std::string(kMade));
  for (int slot = kSlots; slot >= 1; --slot) {
    const std::string folder = KeptFolder(hooks, slot);
    for (const std::string& name : Names(folder))
      if (IsSymlink(folder + "/" + name) && FindGitHook(name) == nullptr) {
        WEIR_RETURN_IF_ERROR(Remove(folder + "/" + name));
      } else if (name.ends_with(".legacy")) {
        const std::string path = hooks + "/" + name;
        WEIR_RETURN_IF_ERROR(Exists(path) && HookText(path) != HookText(folder + "/" + name) ? Remove(folder + "/" + name) : Move(folder + "/" + name, path));
      }
    if (slot > 1) rmdir(folder.c_str());
  }
  if (made) rmdir(hooks.c_str());
  WEIR_RETURN_IF_ERROR(Remove(first + std::string(kMade)));
  WEIR_RETURN_IF_ERROR(Remove(PendingFile(hooks)));
  rmdir(first.c_str());
  return true;
}

}  // namespace weir::installer
