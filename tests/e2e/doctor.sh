#!/bin/sh
# weir doctor: what runs when, what is broken, and mending it.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

weir() { "$WEIR" "$@" >"$work/out" 2>&1; }
status_of() { "$@" >"$work/out" 2>&1; echo $?; }
repository() { cases=$((cases + 1)) && git init -q "$work/r$cases" && cd "$work/r$cases" || exit 3; }
hook() { mkdir -p "$(dirname "$1")" && printf '#!/bin/sh\n%s\n' "$2" >"$1" && chmod 755 "$1"; }
# mended NAME: doctor is unhappy, repairs, and then is happy and weir runs.
mended() {
  check "$1: doctor's status is 1" [ "$(status_of "$WEIR" doctor)" = 1 ]
  check "$1: it says so" says "$2"
  check "$1: doctor --fix mends it" weir doctor --fix
  check "$1: and doctor agrees" weir doctor
  group web '"0.0.0.0/0"' >main.tf && git add main.tf
  check "$1: weir runs again" blocked
}

repository
mended "not installed" "bad   weir is not installed here"
check "doctor says what runs" sh -c '"$WEIR" doctor | grep -qx "ok    pre-commit runs weir"'
check "which weir" sh -c '"$WEIR" doctor | grep -q "^ok    weir [0-9.]*, $WEIR, [0-9]* policies$"'
cd "$work" && check "outside of a repository: wrong usage" [ "$(status_of "$WEIR" doctor)" = 2 ]

repository
hook .git/hooks/pre-commit 'exit 0' && weir install && weir doctor
check "the order is told" says "ok    pre-commit runs .git/hooks.before-weir/pre-commit, then weir"
chmod -x .git/hooks/pre-commit
mended "not executable" "bad   pre-commit is not executable: .git/hooks/pre-commit"

repository
cp "$WEIR" "$work/gone" && "$work/gone" install >"$work/out" && rm "$work/gone"
mended "weir moved" "the hooks name a weir that is gone: $work/gone"
printf '#!/bin/sh\necho "weir 0.0.1"\n' >"$work/older" && chmod +x "$work/older"
sed "s,^weir='.*,weir='$work/older'," .git/hooks/pre-commit >x && cat x >.git/hooks/pre-commit
check "another version: no fault" weir doctor
check "but said" says "note  the hooks run weir 0.0.1, $work/older"

repository
weir install && mkdir .git/hooks.before-weir && : >.git/hooks.before-weir/.pending
mended "interrupted" "was interrupted"
check "interrupted: the mark is gone" [ ! -e .git/hooks.before-weir ]

repository
weir install && hook .husky/_/pre-commit '. "$(dirname "$0")/h"' && hook .husky/_/h 'exec sh -e .husky/pre-commit' && hook .husky/pre-commit 'echo "lint"' && git config core.hooksPath .husky/_
mended "hooksPath set later" "core.hooksPath was set after weir was installed"
check "hooksPath set later: the new hooks still run" says "lint"
weir doctor
check "hooksPath set later: all is told" says "ok    pre-commit runs .husky/pre-commit (husky 9), then weir"
weir uninstall
check "hooksPath set later: uninstalled" sh -c '[ "$(git config core.hooksPath)" = .husky/_ ] && [ ! -e .git/hooks.weir ]'
printf 'weir hook pre-commit "$@"\n' >>.husky/pre-commit
weir doctor
check "weir in a team's own husky file counts" says "ok    pre-commit runs .husky/pre-commit (husky 9), which runs weir"

repository
hook .git/hooks/pre-commit 'echo first' && weir install
hook .git/hooks/pre-commit '# lefthook
call_lefthook() { echo second; }; call_lefthook run "pre-commit" "$@"'
mended "overwritten" "weir's script was overwritten"
check "overwritten: all run in their order" [ "$(grep -xE 'first|second' "$work/out" | tr '\n' ' ')" = "first second " ]
hook .git/hooks/pre-commit '# lefthook
call_lefthook() { echo third; }; call_lefthook run "pre-commit" "$@"'
weir doctor --fix && blocked
check "overwritten: a newer script of the same program replaces its older one" [ "$(grep -xE 'first|second|third' "$work/out" | tr '\n' ' ')" = "first third " ]
weir uninstall
check "overwritten: uninstall leaves the program's hook" grep -q "echo third" .git/hooks/pre-commit
check "overwritten: and loses nothing" grep -q "echo first" .git/hooks/pre-commit.old

repository
mkdir githooks && git config core.hooksPath githooks && weir install && hook githooks/push-to-checkout 'exit 0'
mended "a rare hook that came later" "push-to-checkout in githooks does not run"
cd "$work" && mv "r$cases" moved && cd moved || exit 3
mended "repository moved" "which is not there: git runs no hook"
weir uninstall
check "repository moved: uninstall knows what was before" [ "$(git config core.hooksPath)" = githooks ]

repository
git config core.hooksPath nowhere
check "hooksPath to nowhere: status" [ "$(status_of "$WEIR" doctor)" = 1 ]
check "hooksPath to nowhere: what to do" says "take the setting away"

repository
printf 'blok: high\n' >.weir.yaml && git add . && weir install
check "a broken configuration is bad" [ "$(status_of "$WEIR" doctor)" = 1 ]
check "and named" says ".weir.yaml:1: there is no key 'blok'"
printf 'broken' >.git/index
check "a corrupt index is bad" [ "$(status_of "$WEIR" doctor)" = 1 ]

git init -q --bare "$work/server.git" && cd "$work/server.git" || exit 3
check "bare: not installed" [ "$(status_of "$WEIR" doctor)" = 1 ]
weir install && git config weir.config "$work/server.yaml" && printf 'version: 1\nserver: {override: [alice]}\n' >"$work/server.yaml"
check "bare: installed" weir doctor
check "bare: pre-receive is told" says "ok    pre-receive runs weir"
check "bare: so is the configuration" says "configuration: $work/server.yaml"
check "bare: and what it lacks" says "git config receive.advertisePushOptions true"
printf 'blok: 1\n' >"$work/server.yaml"
check "bare: a broken configuration is bad" [ "$(status_of "$WEIR" doctor)" = 1 ]
finish
