#!/bin/sh
# weir fix and the work tree.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

new_repository
bucket private >main.tf
git add . && git commit -q --no-verify -m base
bucket public-read >main.tf
git add .
printf '\n# unstaged\n' >>main.tf
check "a public bucket blocks" blocked
"$WEIR" fix >"$work/out" 2>&1
check "fix shows the change" says '+   acl    = "private"'
check "and changes nothing" sh -c 'git show :main.tf | grep -q public-read && grep -q public-read main.tf'
"$WEIR" fix --apply --staged >"$work/out" 2>&1
check "fix says what it did" says "1 fixed and staged"
check "the index is repaired" sh -c 'git show :main.tf | grep -q "\"private\""'
check "the work tree is repaired" grep -q '"private"' main.tf
check "unstaged work is still there" grep -q '# unstaged' main.tf
check "and still unstaged" sh -c '! git show :main.tf | grep -q unstaged'
git add . && check "the commit goes through" commit

new_repository
printf 'resource "aws_s3_bucket_acl" "b" {\n  bucket = "example"\n  acl    = "public-read"\n}\n' >main.tf
git add .
printf '# unstaged\n' >>main.tf
"$WEIR" fix --apply --staged >"$work/out" 2>&1
check "an ACL without its bucket is repaired in the index" sh -c 'git show :main.tf | grep -q "\"private\""'
check "and in the work tree" grep -q '"private"' main.tf
check "which keeps its unstaged line" grep -q '# unstaged' main.tf
check "that the index does not have" sh -c '! git show :main.tf | grep -q unstaged'
check "then the commit goes through" commit
check "without a word" silent
finish
