#include "installer/redirect.h"

#include <unistd.h>

#include <algorithm>

#include "installer/disk.h"
#include "installer/place.h"
#include "installer/script.h"
#include "lib/base/file.h"

namespace weir::installer {
namespace {

constexpr std::string_view kBefore = "/.before";

Status WriteIfOther(const std::string& path, const std::string& text, uint32_t mode) {
  if (Exists(path) && !IsSymlink(path) && HookText(path) == text && (mode == 0644 || access(path.c_str(), X_OK) == 0)) return {};
  return WriteFileAtomically(path, text, mode);
}

}  // namespace

Status WriteRedirect(const Redirect& redirect) {
  WEIR_RETURN_IF_ERROR(MakeFolders(redirect.folder));
  std::vector<std::string> names = redirect.others;
  for (const GitHook& hook : CommonHooks()) names.emplace_back(hook.name);
  using Before = ScriptOptions::Before;
  for (const std::string& name : names) {
    const bool judges = std::ranges::find(redirect.judged, name) != redirect.judged.end();
    const std::string script = Script({.name = name, .binary = redirect.binary, .judges = judges,
                                       .before = redirect.before.empty() ? Before::kRepository : Before::kFolder, .folder = redirect.before});
    WEIR_RETURN_IF_ERROR(WriteIfOther(redirect.folder + "/" + name, script, 0755));
  }
  return WriteIfOther(redirect.folder + std::string(kBefore), redirect.before + "\n", 0644);
}

std::optional<std::string> RedirectedFrom(const std::string& folder) {
  if (!Exists(folder + std::string(kBefore))) return std::nullopt;
  const std::string text = HookText(folder + std::string(kBefore));
  return text.substr(0, text.find('\n'));
}

Status RemoveRedirect(const std::string& folder) {
  for (const std::string& name : Names(folder)) {
    const std::string path = folder + "/" + name;
    // "<hook>.XXXXXX" is what an interrupted WriteRedirect left.
    const bool hook = FindGitHook(name.substr(0, name.find('.'))) != nullptr;
    if (hook || name.starts_with(".before") || name.starts_with(".config.")) WEIR_RETURN_IF_ERROR(Remove(path));
  }
  rmdir(folder.c_str());
  return {};
}

}  // namespace weir::installer
