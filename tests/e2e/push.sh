#!/bin/sh
# What happens at git push to a bare repository.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

git init -q --bare "$work/server.git"
(cd "$work/server.git" && "$WEIR" install >/dev/null)
git init -q "$work/client" && cd "$work/client" || exit 3
git remote add origin "$work/server.git"
# shellcheck disable=SC2317  # check calls it
push() { git push -q origin "$@" >"$work/out" 2>&1; }
# shellcheck disable=SC2317  # check calls it
rejected() { ! push "$@"; }
group web '"10.0.0.0/8"' >main.tf
git add . && git commit -q -m base
check "a clean first push is accepted" push main
group web '"0.0.0.0/0"' >main.tf
git add . && git commit -q -m open
check "a push that opens a port is rejected" rejected main
check "the pusher sees file and line" says "remote: main.tf:9:20  high  aws-security-group-open-ssh"
check "and the reference" says "refs/heads/main was not updated"
check "a new branch with it is rejected too" rejected main:refs/heads/other
git commit -q --amend -m shut --allow-empty && group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m shut
check "a push whose tip is clean is accepted" push main
check "a forced push back is judged by what it brings" rejected -f HEAD~1:main
git push -q origin main:gone 2>/dev/null
check "deleting a branch is accepted" push --delete gone
finish
