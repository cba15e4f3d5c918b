#!/bin/sh
# Getting in next to the hooks of a repository that are there, and out again.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

repository() {
  cd "$work" || exit 3
  cases=$((cases + 1)) && mkdir -p "$work/${1:-.}" && git init -q "$work/${1:-.}/r$cases" && cd "$work/${1:-.}/r$cases" || exit 3
}
weir() { "$WEIR" "$@" >"$work/out" 2>&1; }
status_of() { "$@" >"$work/out" 2>&1; echo $?; }
# Every file of the Git folder that hooks depend on: names, kinds, modes, times, bytes.
picture() { (cd "${1:-.git}" && find hooks* config* -printf '%p %y %m %l ' \( -type f ! -name config -printf '%T@ ' -o -printf '' \) \( -type f -exec sha256sum {} \; -o -printf '\n' \) 2>/dev/null | sort); }
unchanged() { picture "$@" >"$work/after" && diff "$work/before" "$work/after" >"$work/out"; }
hook() { mkdir -p "$(dirname "$1")" && printf '#!/bin/sh\n%s\n' "$2" >"$1" && chmod "${3:-755}" "$1"; }
open() { group web '"0.0.0.0/0"' >main.tf && git add main.tf; }
shut() { group web '"10.0.0.0/8"' >main.tf && git add main.tf; }

# A plain script.
repository
hook .git/hooks/pre-commit 'echo "the old hook ran as $(basename "$0") in $(pwd)"
[ ! -f refuse ] || exit 7' 750
picture >"$work/before"
weir install
check "install names what was there" says "pre-commit (a script)"
picture >"$work/once" && weir install && picture >"$work/twice"
check "install twice is the same as once" cmp -s "$work/once" "$work/twice"
echo x >a && git add a
check "a hook that was there keeps running" commit
check "under its own name, in the root of the work tree" says "the old hook ran as pre-commit in $(pwd)"
touch refuse
check "its refusal counts, with its exit status" [ "$(status_of .git/hooks/pre-commit)" = 7 ]
rm refuse && open
check "weir runs after it" blocked
check "after it" sh -c 'head -1 "$1" | grep -q "the old hook ran"' - "$work/out"
weir uninstall
check "uninstall puts back every byte, mode and time" unchanged
weir uninstall
check "and twice says that there is nothing" says "weir is not installed here"

# Input, arguments and order; every hook that weir runs.
repository
git init -q --bare "$work/server$cases.git" && git remote add origin "$work/server$cases.git"
hook .git/hooks/pre-push 'echo "args: $1 $(basename "$2")"; cat >"'"$work"'/input"'
shut && git commit -q -m base
weir install
git push origin main >"$work/out" 2>&1
check "pre-push: an earlier hook has its arguments" says "args: origin server$cases.git"
check "and its input" grep -q "^refs/heads/main $(git rev-parse main) refs/heads/main 0000" "$work/input"
check "byte for byte" [ "$(wc -l <"$work/input")" = 1 ]
open && git commit -q --no-verify -m open
check "pre-push: weir has it too" sh -c '! git push origin main >"$1" 2>&1 && grep -q "refs/heads/main is not pushed" "$1"' - "$work/out"
hook .git/hooks.before-weir/pre-push 'exit 4'
check "pre-push: an earlier hook that reads nothing may refuse" [ "$(status_of sh -c 'echo x | .git/hooks/pre-push origin url')" = 4 ]
hook .git/hooks.before-weir/pre-push 'cat >"'"$work"'/input"'
git push -q origin main~1:refs/heads/main >"$work/out" 2>&1
check "pre-push: nothing to push is no input" [ ! -s "$work/input" ]
git reset -q --hard main~1 && git checkout -q -b side && shut && printf '# side\n' >>main.tf && git commit -q -a -m side && git checkout -q main
open && printf '# x\n' >x.tf && git add . && git commit -q --no-verify -m open && git checkout -q side && printf '# y\n' >y.tf && git add . && git commit -q -m y
check "pre-merge-commit runs weir" sh -c '! git merge -q -m merge main >"$1" 2>&1 && grep -q "blocks this" "$1"' - "$work/out"

# Links: to files that the work tree tracks, to another hook, to what lies beside the hooks.
repository
hook scripts/check 'echo "tracked check as $(basename "$0")"' && ln -s ../../scripts/check .git/hooks/pre-commit
ln -s pre-commit .git/hooks/commit-msg
hook .git/hooks/pre-push '. "$(dirname "$0")/common.sh"; common' && echo 'common() { echo "common code"; exit 5; }' >.git/hooks/common.sh
picture >"$work/before"
weir install && echo x >a && git add a
check "a hook that is a link runs" commit
check "as itself" says "tracked check as pre-commit"
check "a hook that is a link to it goes on as before" says "tracked check as commit-msg"
check "a hook that sources what lies beside it finds it" [ "$(status_of sh -c 'echo x | .git/hooks/pre-push a b')" = 5 ]
check "and runs" says "common code"
weir uninstall
check "links: uninstall puts back every byte" unchanged

# Files that git leaves out, and programs that are no scripts.
repository
printf 'exit 9\n' >.git/hooks/pre-commit && chmod 644 .git/hooks/pre-commit
cp /bin/true .git/hooks/pre-push
picture >"$work/before"
weir install && echo x >a && git add a
check "a hook that is not executable stays so" commit
check "a program as a hook runs" [ "$(status_of sh -c ': | .git/hooks/pre-push origin x')" = 0 ]
weir uninstall
check "unusual files: uninstall puts back every byte" unchanged

# core.hooksPath, relative to the work tree: a tracked folder is never written to.
repository
hook githooks/pre-commit 'echo "tracked hook in $(pwd)"' && hook githooks/commit-msg 'echo "message in $1"'
git add . && git commit -q -m hooks && git config core.hooksPath githooks
cp .git/config "$work/config"
picture >"$work/before"
weir install
check "hooksPath: what it does is said" says "core.hooksPath, which was githooks"
check "hooksPath: the tracked folder is untouched" sh -c 'test -z "$(git status --porcelain)"'
weir install && open
check "hooksPath: weir runs" blocked
check "after the tracked hook" says "tracked hook in $(pwd)"
shut && check "hooksPath: other hooks of the folder run" commit
check "with their arguments" says "message in .git/COMMIT_EDITMSG"
hook githooks/post-commit 'echo "came later"' && echo x >a && git add a
check "hooksPath: a hook that comes later runs" commit
check "indeed" says "came later"
git worktree add -q "$work/tree$cases" && cd "$work/tree$cases" || exit 3
open && check "hooksPath: in another work tree too" blocked
check "with that work tree's hooks" says "tracked hook in $(pwd)"
check "which doctor sees" sh -c '"$WEIR" doctor >"$1"; grep -qF "pre-commit runs githooks/pre-commit, then weir" "$1"' - "$work/out"
cd "$work/r$cases" && git worktree remove --force "$work/tree$cases" && git branch -q -D "tree$cases"
weir uninstall
check "hooksPath: uninstall puts back every byte" unchanged
check "of the configuration too" cmp -s .git/config "$work/config"
weir install && git config user.name other && weir uninstall
check "hooksPath: what changed meanwhile in the configuration stays" [ "$(git config user.name) $(git config core.hooksPath)" = "other githooks" ]

# Work trees and submodules.
repository
weir install && shut && git commit -q -m base && git worktree add -q "$work/tree$cases"
cd "$work/tree$cases" || exit 3
open && check "another work tree is judged" blocked
repository
main=$(pwd)
git -c protocol.file.allow=always submodule --quiet add "$work/r$((cases - 1))" sub 2>/dev/null && git commit -q -m sub
cd sub && picture "$main/.git/modules/sub" >"$work/before" && weir install
open && check "a submodule has its own" blocked
weir uninstall
check "and gets it back" unchanged "$main/.git/modules/sub"

# .git/hooks as a link into the work tree.
repository
hook githooks/pre-commit 'echo "linked folder"' && git add . && git commit -q -m hooks && rm -rf .git/hooks && ln -s ../githooks .git/hooks
picture >"$work/before"
weir install
check "linked folder: it is not written to" sh -c 'test -z "$(git status --porcelain)"'
open && check "linked folder: weir runs" blocked
check "after its hook" says "linked folder"
weir uninstall
check "linked folder: uninstall puts back every byte" unchanged

# No folder of hooks at all.
repository
rm -rf .git/hooks && picture >"$work/before" && weir install
open && check "a repository without a folder of hooks" blocked
weir uninstall
check "has none again" unchanged

# Names.
repository "it's a földer with \"quotes\" \$HOME"
hook .git/hooks/pre-commit 'echo "odd name"'
cp "$WEIR" "$work/it's weïr" && "$work/it's weïr" install >"$work/out" 2>&1
open && check "any name of repository and program" blocked
check "and the earlier hook" says "odd name"
mv "$work/it's weïr" "$work/gone"

# Weir is gone.
shut && check "without weir nothing goes through" blocked
check "it says where weir was" says "weir is neither at $work/it's weïr nor in PATH"
check "and what to do" says "weir install"
mkdir -p "$work/bin" && cp "$WEIR" "$work/bin/weir"
check "one in PATH takes its place" sh -c 'PATH=$1/bin:$PATH git commit -q -m path' - "$work"
mkdir -p "$work/.local/bin" && mv "$work/bin/weir" "$work/.local/bin/weir" && open
check "or in the places that a short PATH lacks" sh -c '! PATH=/usr/bin:/bin git commit -q -m path 2>"$1"; grep -q "blocks this commit" "$1"' - "$work/out"
rm "$work/.local/bin/weir"
git init -q --bare "$work/server$cases.git" && cd "$work/server$cases.git" && "$work/gone" install >/dev/null && mv "$work/gone" "$work/gone2" && cd "$work/r1" || exit 3
check "on a server without weir nothing goes through" sh -c '! git push "$1" main >"$2" 2>&1; grep -q "weir is gone from the server" "$2"' - "$work/server$cases.git" "$work/out"

# The scripts are for every sh.
if command -v shellcheck >/dev/null; then
  repository
  rm -f .git/hooks/*.sample && mkdir githooks && weir install && git config core.hooksPath githooks && weir install && git config core.hooksPath .git/hooks && git init -q --bare bare.git && (cd bare.git && "$WEIR" install >/dev/null)
  check "shellcheck has nothing to say of the scripts" sh -c 'shellcheck .git/hooks/pre-* .git/hooks.weir/* bare.git/hooks/pre-receive >"$1" 2>&1' - "$work/out"
fi

# What cannot be.
repository
git config core.hooksPath nowhere
check "core.hooksPath to nowhere: wrong configuration" [ "$(status_of "$WEIR" install)" = 2 ]
check "it says what to do" says "git config --unset core.hooksPath"
git config --unset core.hooksPath && cd "$work" || exit 3
check "outside of a repository: wrong usage" [ "$(status_of "$WEIR" install)" = 2 ]
repository
mkdir githooks && git config core.hooksPath githooks && touch .git/config.lock
check "a configuration that is locked" [ "$(status_of "$WEIR" install)" = 3 ]
check "is named, with the remedy" says "remove $(pwd)/.git/config.lock"
rm .git/config.lock
check "and nothing was changed" [ "$(git config core.hooksPath)" = githooks ]
git config extensions.worktreeConfig true && git config --worktree core.hooksPath githooks
check "a setting that outweighs weir's is wrong configuration" [ "$(status_of "$WEIR" install)" = 2 ]
check "and is named" says "git config --worktree"
check "leaving nothing" [ ! -e .git/hooks.weir ]
repository
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$work" && cp "$WEIR" "$work/weir-for-all" && chmod 755 "$work/weir-for-all"
  git_dir=$(pwd) && cd / && check "somebody else's repository: git's own reason is given" sh -c 'cd "$3" && setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent GIT_CONFIG_GLOBAL=/dev/null "$1/weir-for-all" install >"$2" 2>&1; [ $? = 2 ] && grep -q "dubious ownership" "$2"' - "$work" "$work/out" "$git_dir"
  cd "$git_dir" || exit 3
  check "without permission: not completed" [ "$(status_of setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' "$work/weir-for-all" install)" = 3 ]
else
  chmod 555 .git .git/hooks
  check "without permission: not completed" [ "$(status_of "$WEIR" install)" = 3 ]
  chmod 755 .git .git/hooks
fi
check "and says so" says "Permission denied"
check "with the remedy" says "somebody who may write there"
finish
