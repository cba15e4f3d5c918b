// The hook scripts that weir writes: POSIX sh, for git's own shell on every system, a poor PATH and any file name.
//
// A script first runs the hooks that were there before weir, in the order in which they came, with the same arguments, standard
// input and working folder; the first that refuses ends it with its exit status. Then it runs weir. Where weir has gone, a script
// stops what git was about to do and says how to mend it: a gate that opens by itself is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::installer {

/// A hook that git knows, and how it is called.
struct GitHook {
  std::string_view name;
  bool input = false;   // git writes to its standard input
  bool server = false;  // runs where a push arrives
};
/// Every hook whose mere presence changes nothing (githooks(5)): what a folder of hooks must hold to stand before another one.
const std::vector<GitHook>& CommonHooks();
/// The hook of this name, one that is not in CommonHooks() too; null where git has none.
const GitHook* FindGitHook(std::string_view name);

struct ScriptOptions {
  std::string name;            // "pre-commit"
  std::string binary;          // absolute path of weir
  bool judges = true;          // false: only the earlier hooks run
  enum class Before { kKept, kFolder, kRepository } before = Before::kKept;
  std::string folder = {};     // kFolder: where git looked for hooks before; relative to where hooks run, as core.hooksPath is
};

/// kKept: the earlier hooks are in `<folder of the script>.before-weir`, `….before-weir.2` and so on (install.h).
/// kFolder: the earlier hook is in `folder`. kRepository: it is in the repository's own folder hooks.
std::string Script(const ScriptOptions& options);

/// True for a text that Script() made, in this version of weir or another.
bool IsScript(std::string_view text);
/// The path of weir that a script names; empty where there is none.
std::string BinaryOf(std::string_view script);

/// `text` as one word of sh.
std::string Quote(std::string_view text);

inline constexpr std::string_view kKeptSuffix = ".before-weir";
inline constexpr std::string_view kPending = ".pending";  // in the folder of kept hooks while they are moved: scripts run only those
inline constexpr int kSlots = 9;                           // so many managers can have been there before

}  // namespace weir::installer
