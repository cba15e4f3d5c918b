#!/bin/sh
# weir install for a user, a machine, a team and a server: repositories that are there and those to come, with their own hooks.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119,SC2088  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

weir() { "$WEIR" "$@" >"$work/out" 2>&1; }
status_of() { "$@" >"$work/out" 2>&1; echo $?; }
repository() { cases=$((cases + 1)) && git init -q "$work/r$cases" && cd "$work/r$cases" || exit 3; }
hook() { mkdir -p "$(dirname "$1")" && printf '#!/bin/sh\n%s\n' "$2" >"$1" && chmod 755 "$1"; }
open() { group web '"0.0.0.0/0"' >main.tf && git add main.tf; }
push() { git push -q "$@" >"$work/out" 2>&1; }
rejected() { ! push "$@"; }

# A user.
repository && hook .git/hooks/pre-commit 'echo "own hook"' && hook .git/hooks/commit-msg 'echo "own message in $1"' && there=$(pwd)
cp "$work/gitconfig" "$work/gitconfig.before"
weir install --user && weir install --user
repository && open
check "user: a repository made later is judged" blocked
cd "$there" && open && check "user: one that was there too" blocked
check "user: after its own hook" says "own hook"
group web '"10.0.0.0/8"' >main.tf && git add . && check "user: its other hooks run" commit
check "user: with their arguments" says "own message in .git/COMMIT_EDITMSG"
check "user: doctor tells it" sh -c '"$WEIR" doctor >"$1" && grep -q "pre-commit runs .git/hooks/pre-commit, then weir" "$1"' - "$work/out"
weir install
check "user: installing in one repository says that it is covered" says "run weir here already"
open && "$WEIR" uninstall >/dev/null && git -c core.hooksPath=.git/hooks -c alias.w="!$WEIR install" w >/dev/null 2>&1
blocked
check "user: a repository that has weir of its own is judged once" [ "$(grep -c 'blocks this commit' "$work/out")" = 1 ]
git init -q --bare "$work/bare.git" && push "$work/bare.git" HEAD:refs/heads/x
check "user: a push into a repository of theirs is not a server's" push "$work/bare.git" HEAD:refs/heads/x
mkdir -p .husky/_ && git config core.hooksPath .husky/_
check "user: doctor sees a repository that looks elsewhere" [ "$(status_of "$WEIR" doctor)" = 1 ]
weir uninstall --user
check "user: uninstall restores every byte of the configuration" cmp -s "$work/gitconfig" "$work/gitconfig.before"
check "user: and leaves nothing" [ ! -e "$work/.config/weir" ]
rm "$work/gitconfig.before"
hook "$work/global hooks/pre-commit" 'echo "global hook"' && git config --global core.hooksPath '~/global hooks'
weir install --user && repository && open
check "user: a folder of hooks that was there" blocked
check "user: runs first" says "global hook"
git config --global user.name Else && weir uninstall --user
check "user: it is named again, and what changed since stays" [ "$(git config --global core.hooksPath) $(git config --global user.name)" = "~/global hooks Else" ]
git config --global core.hooksPath "$work/nowhere"
check "user: hooksPath to nowhere is wrong configuration" [ "$(status_of "$WEIR" install --user)" = 2 ]
git config --global --unset core.hooksPath && rm -rf "$work/global hooks"
: >"$work/gitconfig.lock"
check "user: a configuration that cannot be written" [ "$(status_of "$WEIR" install --user)" = 3 ]
check "user: is named" says "$work/gitconfig cannot be changed"
rm "$work/gitconfig.lock" && weir uninstall --user

# A machine.
mkdir "$work/etc" && export GIT_CONFIG_SYSTEM="$work/etc/gitconfig" && unset GIT_CONFIG_NOSYSTEM
weir install --system && repository && hook .git/hooks/pre-commit 'echo "own hook"' && open
check "system: every repository is judged" blocked
check "system: after its own hooks" says "own hook"
weir install --user && blocked
check "system: once, with a user's own too" [ "$(grep -c 'blocks this commit' "$work/out")" = 1 ]
weir uninstall --user && weir uninstall --system
check "system: uninstall leaves nothing" [ -z "$(ls "$work/etc")" ]
check "system: and nothing is judged" commit
rmdir "$work/etc" && unset GIT_CONFIG_SYSTEM && export GIT_CONFIG_NOSYSTEM=1

# A team.
repository && team=$(pwd) && weir install --team
check "team: the file says what to do" grep -q "weir install" .weir/hooks
check "team: what to do now is said" says "commit it"
group web '"10.0.0.0/8"' >main.tf && git add . && commit && git clone -q "$team" "$work/mate" && cd "$work/mate" || exit 3
check "team: doctor tells a new clone" [ "$(status_of "$WEIR" doctor)" = 1 ]
check "team: what is asked" says "this team's .weir/hooks asks for it"
git init -q --bare "$work/team.git" && (cd "$work/team.git" && "$WEIR" install >/dev/null) && push "$work/team.git" main
open && git commit -q -m open && rejected "$work/team.git" main
check "team: the server's refusal tells, too" says "weir install"
git reset -q --hard HEAD~1 && weir install && open
check "team: one word is enough" blocked
printf '# only this\npre-push\n' >.weir/hooks && weir uninstall && weir install
check "team: the file decides which hooks" sh -c '[ -e .git/hooks/pre-push ] && [ ! -e .git/hooks/pre-commit ]'
printf 'pre-comit\n' >.weir/hooks
check "team: a wrong name is wrong configuration" [ "$(status_of "$WEIR" install)" = 2 ]
check "team: with its line" says ".weir/hooks:1: 'pre-comit' is no hook that weir runs"
check "team: a file that was changed is not removed" [ "$(status_of "$WEIR" uninstall --team)" = 2 ]
cd "$team" && weir uninstall --team
check "team: uninstalled" [ ! -e .weir ]

# A server: all repositories below a root.
mkdir -p "$work/srv/group [a]" && git init -q --bare "$work/srv/first.git" && git init -q --bare "$work/elsewhere.git"
hook "$work/srv/first.git/hooks/pre-receive" 'cat >"'"$work"'/seen"; echo "own server hook"' && hook "$work/srv/first.git/hooks/update" 'echo "own update of $1"'
cp "$work/gitconfig" "$work/gitconfig.before"
weir install --server "$work/srv" && weir install --server "$work/srv"
check "server: what is there is counted" says "1 there now"
git init -q --bare "$work/srv/group [a]/later.git"
repository && group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m base
for server in first.git "group [a]/later.git"; do
  check "server: $server takes what is clean" push "$work/srv/$server" main
done
check "server: its own pre-receive has its input" grep -q "refs/heads/main" "$work/seen"
open && git commit -q -m open
for server in first.git "group [a]/later.git"; do
  check "server: $server refuses" rejected "$work/srv/$server" main
  check "server: $server says why" says "remote: main.tf:9:20  high  aws-security-group-open-ssh"
done
check "server: another root is not concerned" push "$work/elsewhere.git" main
push "$work/srv/first.git" main~1:refs/heads/clean
check "server: its own hooks run first" says "own server hook"
check "server: all of them" says "own update of refs/heads/clean"
check "server: doctor is happy" weir doctor --server "$work/srv"
check "server: and counts" says "2 of 2 repositories"
git -C "$work/srv/first.git" config core.hooksPath own && mkdir "$work/srv/first.git/own"
check "server: doctor finds the one that looks elsewhere" [ "$(status_of "$WEIR" doctor --server "$work/srv")" = 1 ]
check "server: by name" says "$work/srv/first.git: weir is not installed here"
weir install --server "$work/srv"
check "server: so does install" says "not in $work/srv/first.git"
(cd "$work/srv/first.git" && "$WEIR" install >/dev/null)
check "server: which its own installation mends" rejected "$work/srv/first.git" main
(cd "$work/srv/first.git" && "$WEIR" uninstall >/dev/null) && git -C "$work/srv/first.git" config --unset core.hooksPath
mkdir "$work/srv2" && git init -q --bare "$work/srv2/second.git" && weir install --server "$work/srv2"
check "server: a second root" rejected "$work/srv2/second.git" main
weir uninstall --server "$work/srv"
check "server: uninstalled from the first, the second stays" rejected "$work/srv2/second.git" main
check "server: and the first accepts" push "$work/srv/group [a]/later.git" main
weir uninstall --server "$work/srv2"
check "server: the configuration is as before" cmp -s "$work/gitconfig" "$work/gitconfig.before"
check "server: and nothing is left" [ ! -e "$work/.config/weir" ]
check "server: a root that is not there is wrong usage" [ "$(status_of "$WEIR" install --server "$work/none")" = 2 ]
check "scopes exclude each other" [ "$(status_of "$WEIR" install --user --team)" = 2 ]
finish
