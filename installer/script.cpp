#include "installer/script.h"

#include <algorithm>

namespace weir::installer {
namespace {

constexpr std::string_view kMark = "# Written by weir install; weir uninstall puts back what was here.";
constexpr std::string_view kBinary = "weir=";

// Present or not, these change nothing else. Others do: push-to-checkout replaces what git does itself, proc-receive and
// fsmonitor-watchman are asked for by configuration, reference-transaction and post-index-change run many times an operation.
const std::vector<GitHook> kHooks = {
    {"applypatch-msg"},   {"pre-applypatch"},       {"post-applypatch"}, {"pre-commit"},   {"pre-merge-commit"}, {"prepare-commit-msg"}, {"commit-msg"},
    {"post-commit"},      {"pre-rebase"},           {"post-checkout"},   {"post-merge"},   {"pre-push", true},   {"post-rewrite", true}, {"pre-auto-gc"},
    {"sendemail-validate"}, {"pre-receive", true, true}, {"update", false, true}, {"post-receive", true, true}, {"post-update", false, true},
};
const std::vector<GitHook> kOthers = {
    {"push-to-checkout", false, true}, {"proc-receive", false, true}, {"reference-transaction", true}, {"post-index-change"}, {"fsmonitor-watchman"}, {"p4-changelist"},
    {"p4-prepare-changelist"}, {"p4-post-changelist"}, {"p4-pre-submit"},
};

// pre-commit and prek move an earlier hook to <hook>.legacy and run it themselves: a script of theirs that weir kept must not
// run them once more, only what they had moved aside before.
constexpr std::string_view kRun = R"sh(
# Runs an earlier hook as git would: where it is there and may be run.
earlier() {
  file=$1
  shift
  if [ -n "${PRE_COMMIT_RUNNING_LEGACY:-}${PREK_RUNNING_LEGACY:-}" ] && [ -f "$file" ] && grep -q hook-impl "$file"; then file=$file.legacy; fi
  if [ -f "$file" ] && [ -x "$file" ]; then "$file" "$@"; fi
}
)sh";

constexpr std::string_view kFind = R"sh(
# Programs with windows start git with a short PATH.
found=$weir
if [ ! -x "$found" ]; then
  found=$(PATH=$PATH:/usr/local/bin:/opt/homebrew/bin:$HOME/.local/bin && command -v weir) || found=
fi
if [ -z "$found" ]; then
)sh";

/// What a script says when weir is gone: to whom pushes, or to whom works here.
std::string Missing(const GitHook& hook, const ScriptOptions& options) {
  if (hook.server)
    return "  echo \"weir: this push is refused: weir is gone from the server, so nothing can be judged.\" >&2\n"
           "  echo \"  for the server's administrator: install weir again at $weir, or remove $0\" >&2\n  exit 3\nfi\n";
  const std::string what = hook.name == "pre-push" ? "push" : hook.name == "pre-merge-commit" ? "merge" : "commit";
  std::string text = "  echo \"weir: this " + what + " is stopped: weir is neither at $weir nor in PATH.\" >&2\n"
                     "  echo \"  install it again, then run in this repository: weir install\" >&2\n";
  if (options.before == ScriptOptions::Before::kKept)
    text += "  if [ -e \"$kept/$name\" ]; then\n    echo \"  or do without it: mv '$kept/$name' '$0'\" >&2\n"
            "  else\n    echo \"  or do without it: rm '$0'\" >&2\n  fi\n";
  return text + "  echo \"  git " + (what == "push" ? "push" : "commit") + " --no-verify skips all hooks once\" >&2\n  exit 3\nfi\n";
}

/// Runs the hook at the shell's word `path`.
std::string RunEarlier(const GitHook& hook, const std::string& path) {
  return std::string(hook.input ? "feed | " : "") + "earlier " + path + " \"$@\" || exit $?\n";
}

}  // namespace

const std::vector<GitHook>& CommonHooks() { return kHooks; }

const GitHook* FindGitHook(std::string_view name) {
  for (const auto* list : {&kHooks, &kOthers})
    for (const GitHook& hook : *list)
      if (hook.name == name) return &hook;
  return nullptr;
}

std::string Quote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string Script(const ScriptOptions& options) {
  const GitHook& hook = *FindGitHook(options.name);
  std::string script = "#!/bin/sh\n" + std::string(kMark) + "\nname=" + options.name + "\n";
  if (options.judges) script += std::string(kBinary) + Quote(options.binary) + "\n";
  const bool kept = options.before == ScriptOptions::Before::kKept;
  if (!kept) {
    if (options.before == ScriptOptions::Before::kFolder)
      script += "before=" + Quote(options.folder) + "\n";
    else
      script += "before=$(git rev-parse --git-common-dir)/hooks || exit $?\n";
    // Another of weir's scripts judges by itself; and what talks with git in both directions needs its input untouched.
    script += "if [ -x \"$before/$name\" ] && ";
    script += options.judges ? "grep -q '^" + std::string(kMark) + "' \"$before/$name\" && grep -q '^" + std::string(kBinary) + "' \"$before/$name\"; then\n" : "[ -f \"$before/$name\" ]; then\n";
    script += "  exec \"$before/$name\" \"$@\"\nfi\n";
    if (!options.judges) return script + "exit 0\n";
  } else {
    script += "case $0 in */*) hooks=${0%/*} ;; *) hooks=$(pwd) ;; esac\nkept=$hooks" + std::string(kKeptSuffix) + "\n";
  }
  script += kRun;
  if (hook.input) script += "input=$(cat)\nfeed() { [ -z \"$input\" ] || printf '%s\\n' \"$input\" 2>/dev/null; }\n";
  if (kept) {
    script += "for before in \"$kept\" \"$kept\".[2-" + std::to_string(kSlots) + "]; do\n  " + RunEarlier(hook, "\"$before/$name\"") + "done\n";
    if (!options.judges) return script + "exit 0\n";
    script += "# While weir install or weir uninstall is under way, things are as they were without weir.\nif [ -e \"$kept/" + std::string(kPending) + "\" ]; then exit 0; fi\n";
  } else {
    script += RunEarlier(hook, "\"$before/$name\"");
  }
  script += std::string(kFind) + Missing(hook, options);
  if (hook.input) return script + "feed | \"$found\" hook " + options.name + " \"$@\"\n";
  return script + "exec \"$found\" hook " + options.name + " \"$@\"\n";
}

bool IsScript(std::string_view text) { return text.find(kMark) != std::string_view::npos; }

std::string BinaryOf(std::string_view script) {
  const size_t at = script.find("\n" + std::string(kBinary) + "'");
  if (at == std::string_view::npos) return {};
  std::string path;
  for (size_t i = at + 1 + kBinary.size() + 1; i < script.size() && script[i] != '\n'; ++i) {
    if (script[i] != '\'') path += script[i];
    else if (script.substr(i, 4) == "'\\''") path += '\'', i += 3;
    else break;
  }
  return path;
}

}  // namespace weir::installer
