#!/bin/sh
# Installation and removal, ended by a kill before each of their steps: what git runs is as before or as after, and the next run completes it.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

killed() { LD_PRELOAD=$work/kill.so WEIR_KILL_AT=$1 "$WEIR" "$2" >/dev/null 2>&1; [ $? = 137 ]; }
git config --global init.templateDir ""  # fewer files to copy
# Counts what changes a disk in the process that is called weir, and kills it before number WEIR_KILL_AT.
cat >"$work/kill.c" <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
static void step(void) {
  static int count;
  const char* at = getenv("WEIR_KILL_AT");
  if (at != NULL && strcmp(program_invocation_short_name, "weir") == 0 && ++count == atoi(at)) kill(getpid(), SIGKILL);
}
#define REAL(name) static __typeof__(&name) real; if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); step()
int rename(const char* a, const char* b) { REAL(rename); return real(a, b); }
int linkat(int a, const char* b, int c, const char* d, int e) { REAL(linkat); return real(a, b, c, d, e); }
int symlink(const char* a, const char* b) { REAL(symlink); return real(a, b); }
int unlink(const char* a) { REAL(unlink); return real(a); }
int remove(const char* a) { REAL(remove); return real(a); }
int rmdir(const char* a) { REAL(rmdir); return real(a); }
int mkdir(const char* a, mode_t b) { REAL(mkdir); return real(a, b); }
int fchmod(int a, mode_t b) { REAL(fchmod); return real(a, b); }
int mkostemp(char* a, int b) { REAL(mkostemp); return real(a, b); }
ssize_t write(int a, const void* b, size_t c) { REAL(write); return real(a, b, c); }
int fsync(int fd) { (void)fd; return 0; }
C
git init -q "$work/probe" && cd "$work/probe" || exit 3
if ! "${CC:-cc}" -shared -fPIC -o "$work/kill.so" "$work/kill.c" -ldl 2>"$work/out" || ! killed 1 install; then
  echo "skipped: the binary cannot be interrupted here (no compiler, or it is linked statically)"
  finish
fi

hook() { printf '#!/bin/sh\necho old hook\n' >"$1" && chmod 755 "$1"; }
picture() { (cd .git && find hooks* config* -printf '%p %y %m %l ' \( -type f -exec sha256sum {} \; -o -printf '\n' \) 2>/dev/null | sort); }
# What git would run now, pre-commit and pre-push: "old old" or "new new".
state() {
  folder=$(git config core.hooksPath || echo .git/hooks)
  for name in pre-commit pre-push; do
    answer=$(echo "refs/heads/main $(git rev-parse main) refs/heads/main 0000000000000000000000000000000000000000" | "$folder/$name" origin url 2>&1)
    case $answer in *"old hook"*) ;; *) printf 'lost ' ;; esac
    case $answer in *"blocks this commit"* | *"is not pushed"*) printf 'new ' ;; *) printf 'old ' ;; esac
  done
}
repository() {
  git init -q "$work/before" && cd "$work/before" || exit 3
  group web '"0.0.0.0/0"' >main.tf && git add . && git commit -q -m open
  group edge '"0.0.0.0/0"' >edge.tf && git add .
}
# interrupt NAME [many]: the repository at $work/before holds what is there, $work/after what installing makes of it.
interrupt() {
  cd "$work/before" && picture >"$work/before.picture"
  cp -a "$work/before" "$work/after" && cd "$work/after" && "$WEIR" install >/dev/null && picture | sed "s,$work/[a-z]*,,g" >"$work/after.picture"
  for command in install uninstall; do
    n=0 bad='' tried=0
    while :; do
      n=$((n + 1)) tried=$((tried + 1))
      # The scripts of a folder are written one like the other: a step of each fifth of them, another one each time.
      if [ "$2" = many ] && [ $command = install ] && [ $n -gt 15 ] && [ $n -lt 75 ]; then n=$((n + 4)); fi
      rm -rf "$work/now" && cp -a "$work/before" "$work/now" && cd "$work/now" || exit 3
      if [ $command = uninstall ]; then "$WEIR" install >/dev/null; fi
      killed $n $command || break
      case $(state) in "old old " | "new new ") ;; *) bad="$bad $n:$(state)" ;; esac
      "$WEIR" $command >/dev/null 2>&1 || bad="$bad $n:again"
      if [ $command = uninstall ]; then picture | cmp -s - "$work/before.picture" || bad="$bad $n:bytes"
      else
        case $(state) in "new new ") ;; *) bad="$bad $n:not-installed" ;; esac
        "$WEIR" uninstall >/dev/null 2>&1 && picture | cmp -s - "$work/before.picture" || bad="$bad $n:bytes"
      fi
    done
    echo "$bad" >"$work/out"
    check "$1: $command, killed before $((tried - 1)) of its $((n - 1)) steps" [ -z "$bad" ]
    check "$1: $command has steps" [ $n -gt 5 ]
  done
  rm -rf "$work/before" "$work/after"
}

repository
mkdir .git/hooks && hook .git/hooks/pre-commit && hook .git/hooks/pre-push && echo common >.git/hooks/common.sh
interrupt "own hooks" all

repository
mkdir githooks && hook githooks/pre-commit && hook githooks/pre-push && git config core.hooksPath githooks
interrupt "core.hooksPath" many
finish
