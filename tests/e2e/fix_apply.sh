#!/bin/sh
# weir fix writes all or nothing, wherever it is used, and loses nothing.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119,SC2012  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

key() { # NAME
  printf 'resource "aws_kms_key" "%s" {\n  description             = "orders"\n  deletion_window_in_days = 8\n  enable_key_rotation     = false\n}\n' "$1"
}
export work
fix() { "$WEIR" fix "$@" >"$work/out" 2>&1; }
staged_has() { git show ":$1" | grep -q "$2"; }
two_files() {
  new_repository
  git config weir.block medium
  key a >a.tf
  key b >b.tf
  git add .
}

two_files
fix --policy aws-kms-no-rotation
check "--policy takes an id" says "2 safe fixes"
fix --policy no-such-policy
check "an unknown policy is named" says "there is no policy 'no-such-policy'"
fix a.tf --policy aws-kms-no-rotation
check "a path limits it" says "1 safe fix."
fix nowhere.tf
check "a path that is not there is named" says "there is no file or folder nowhere.tf"
fix --apply --diff
check "two ways at once are refused" says "choose one"

# The patch is git's.
"$WEIR" fix --diff >"$work/patch" 2>"$work/out"
check "git takes the patch" git apply --cached "$work/patch"
check "which is what apply does" sh -c 'git show :a.tf | grep -q "= true"'
check "nothing is left to fix" sh -c '"$WEIR" fix --diff --policy aws-kms-no-rotation | cmp -s - /dev/null'

# Twice.
two_files
chmod 755 a.tf && git add a.tf
fix --apply --staged
check "both files are repaired in the index" sh -c 'git show :a.tf | grep -q "rotation *= true" && git show :b.tf | grep -q "rotation *= true"'
check "and in the work tree" git diff --quiet
check "the executable bit stays" sh -c 'test -x a.tf && git ls-files -s a.tf | grep -q ^100755'
git ls-files -s >"$work/before"
fix --apply --staged
check "a second time changes nothing" sh -c 'git ls-files -s | cmp -s - "$work/before" && git diff --quiet'

# Partial staging: an unstaged line between the changes, and one where the change should go.
two_files
sed -i 's/days .*/days = 9/' a.tf
sed -i 's/rotation .*/rotation     = false # mine/' b.tf
fix --apply --staged
check "the index is repaired beside unstaged work" staged_has a.tf 'rotation *= true'
check "the unstaged line stays" grep -q '= 9' a.tf
check "the repaired line is there too" grep -q '= true' a.tf
check "a line that was changed unstaged is left" grep -q 'false # mine' b.tf
check "and told" says "b.tf is repaired in the index"

# Without --staged the index stays as it is.
two_files
fix --apply
check "--apply alone leaves the index" staged_has a.tf '= false'
check "and repairs the work tree" grep -q '= true' a.tf

# commit -a was blocked: nothing is staged.
two_files
git commit -q --no-verify -m base
sed -i 's/= true/= false/; s/days .*/days = 10/' a.tf b.tf
key c >>a.tf
check "commit -a is blocked" blocked -a
fix
check "fix looks at the work tree then" says "1 safe fix"
fix --apply
check "and repairs it" sh -c 'grep -A4 "\"c\"" a.tf | grep -q "= true"'
check "then commit -a goes through" commit -a
check "with nothing changed there is nothing to do" sh -c '"$WEIR" fix | grep -q "nothing to fix"'
fix b.tf
check "a path that is named is looked at whole" says "1 safe fix"

# Without git.
mkdir -p "$work/plain/live" && cd "$work/plain" || exit 3
key a >live/a.tf
ln -s a.tf live/link.tf
fix --apply
check "a folder without git is repaired" grep -q '= true' live/a.tf
check "the link stays a link" test -L live/link.tf
check "no journal stays" sh -c '! ls -A | grep -q journal'
cd "$work" || exit 3
key a >plain/live/a.tf
fix --apply plain
check "a folder elsewhere too" grep -q '= true' plain/live/a.tf

# CRLF with autocrlf.
new_repository
git config core.autocrlf true
git config weir.block medium
key a | sed 's/$/\r/' >a.tf
git add . 2>/dev/null
fix --apply --staged
check "the index has LF" sh -c 'git show :a.tf | grep -q "= true" && ! git show :a.tf | grep -q "$(printf "\r")"'
check "the work tree keeps CRLF" sh -c 'test "$(grep -c "$(printf "\r")" a.tf)" = 5 && grep -q "= true" a.tf'
check "and git sees no difference" git diff --quiet

# What cannot be written is said, and nothing is half done.
two_files
chmod 444 b.tf
if fix --apply; then not_ok "a read-only file stops it"; else ok "a read-only file stops it"; fi
check "it is named" says "b.tf: Permission denied"
check "and no file is changed" sh -c 'grep -q "= false" a.tf && grep -q "= false" b.tf && git show :a.tf | grep -q "= false"'
chmod 644 b.tf
: >.git/index.lock
if fix --apply --staged; then not_ok "a locked index stops it"; else ok "a locked index stops it"; fi
check "the lock is named" says "index.lock"
check "and no file is changed" sh -c 'grep -q "= false" a.tf && test -z "$(ls | grep weir-)"'
rm .git/index.lock
# A file of more than one block under a limit of one: the disk is full.
head -c 2000 /dev/zero | tr '\0' '#' >>a.tf
git add .
(ulimit -f 1 && "$WEIR" fix --apply >"$work/out" 2>&1)
check "a full disk is said" says "make room"
check "and nothing is changed" sh -c 'grep -q "= false" a.tf && grep -q "= false" b.tf && test -z "$(ls | grep weir-)" && test ! -e .git/weir/fix-journal'

# A folder that became a link is not written through.
new_repository
git config weir.block medium
mkdir live && key a >live/a.tf && git add .
mv live "$work/elsewhere" && ln -s "$work/elsewhere" live
fix --apply --staged
check "a link in the way is not followed" grep -q '= false' "$work/elsewhere/a.tf"
check "the index is repaired all the same" staged_has live/a.tf '= true'

# Somebody stages at the same time.
two_files
i=0
while [ $i -lt 30 ]; do
  i=$((i + 1))
  key "c$i" >"c$i.tf"
  git add "c$i.tf" 2>/dev/null || i=$((i - 1))
done &
adding=$!
done=1
for _ in 1 2 3 4 5 6 7 8; do
  fix --apply --staged a.tf b.tf || says "nothing was changed" || says "index.lock" || done=0
done
wait $adding
fix --apply --staged a.tf b.tf
check "while files are staged, fix works or says why not" test $done = 1
check "what was staged meanwhile is there" sh -c 'test "$(git ls-files "c*.tf" | wc -l)" = 30'
check "and what was fixed" sh -c 'git show :a.tf :b.tf | grep -c "= true" | grep -qx 2'
check "nothing is left in the folder" sh -c 'test -z "$(find . -name "*.weir-*")"'

# A file that does not parse is never edited.
two_files
printf 'resource "aws_kms_key" "c" {\n' >>b.tf
git add .
fix --apply --staged
check "a file that does not parse is left alone" sh -c 'git show :b.tf | grep -q "= false" && grep -q "= false" b.tf'
check "the other is repaired" staged_has a.tf '= true'

# Killed at every step, finished or undone by the next call.
step=1
while [ $step -le 40 ]; do
  two_files
  WEIR_STOP_AT=$step "$WEIR" fix --apply --staged >/dev/null 2>&1
  if [ $? -ne 137 ]; then break; fi
  "$WEIR" fix >"$work/out" 2>&1
  state=$(git show :a.tf :b.tf | grep rotation; grep -h rotation a.tf b.tf)
  case $(echo "$state" | sort -u | wc -l) in
    1) ;;
    *) not_ok "killed at step $step: half done" ;;
  esac
  if [ -n "$(find . -name "*.weir-*")" ] || [ -e .git/weir/fix-journal ]; then not_ok "killed at step $step: something is left"; fi
  step=$((step + 1))
done
check "a write has steps, and each was interrupted" test $step -gt 8
ok "interrupted at $((step - 1)) steps: the old state or the new one"

# What a person changed after the interruption is never overwritten.
two_files
WEIR_STOP_AT=$((step - 3)) "$WEIR" fix --apply --staged >/dev/null 2>&1
echo '# mine' >>b.tf
"$WEIR" fix >"$work/out" 2>&1
check "a file changed after an interruption keeps its change" grep -q '# mine' b.tf

# The configuration's fix: always repairs in the hook.
two_files
printf 'fix: always\nblock: medium\npolicies: {aws-kms-no-rotation: high}\n' >.weir.yaml
git add .
check "fix: always lets the commit through" commit
check "says what it did" says "2 fixed and staged"
check "and commits what was repaired" sh -c 'git show HEAD:a.tf | grep -q "= true" && git diff --quiet HEAD'
two_files
printf 'fix: sometimes\n' >.weir.yaml
git add .
check "a wrong word is named" blocked
check "with the nearest right one" says "none of its values"
finish
