#!/bin/sh
# What is wrong with a repository or a disk: each is said with what to do, with the right exit status, and is never a pass.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

status_of() { "$@" >"$work/out" 2>&1; echo $?; }
# stopped NAME REMEDY: the commit hook is not completed, and says what to do.
stopped() {
  check "$1: not completed" [ "$(status_of "$WEIR" hook pre-commit)" = 3 ]
  check "$1: what to do is said" says "$2"
}
repository() { new_repository && group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q --no-verify -m base && group edge '"0.0.0.0/0"' >edge.tf && git add .; }
loose() { echo ".git/objects/$(echo "$1" | cut -c1-2)/$(echo "$1" | cut -c3-)"; }

repository && printf 'DIRC broken' >.git/index
stopped "a corrupt index" "run git reset to rebuild it"
repository && : >.git/index.new && head -c 40 .git/index >.git/index.new && mv .git/index.new .git/index
stopped "an index that is cut off" "run git reset to rebuild it"
repository && rm -f "$(loose "$(git rev-parse :edge.tf)")"
stopped "a missing blob" "git fsck"
repository && rm -f "$(loose "$(git rev-parse 'HEAD^{tree}')")"
stopped "a missing tree" "git fsck"
repository && file=$(loose "$(git rev-parse :edge.tf)") && chmod +w "$file" && echo garbage >"$file"
stopped "a broken object" "git fsck"
repository && echo "not an id" >.git/refs/heads/main
stopped "a broken reference" "refs/heads/main"
repository && echo 1234567890123456789012345678901234567890 >.git/refs/heads/main
stopped "a reference to nothing" "git fsck"
repository && echo nonsense >.git/HEAD
check "a broken HEAD: not completed" [ "$(status_of "$WEIR" hook pre-commit)" -ge 2 ]
repository && printf '[core\n' >>.git/config
check "a broken configuration: not completed" [ "$(status_of "$WEIR" hook pre-commit)" -ge 2 ]
check "a broken configuration: is named" says "config"

# No permission: as somebody else, because root may read everything.
repository && chmod -R a+rX "$work" && chmod 000 .git/index
if [ "$(id -u)" = 0 ]; then
  cp "$WEIR" "$work/weir-for-all" && chmod 755 "$work/weir-for-all"
  check "an index that may not be read: not completed" [ "$(status_of setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent GIT_CONFIG_GLOBAL=/dev/null GIT_DIR="$(pwd)/.git" GIT_WORK_TREE="$(pwd)" "$work/weir-for-all" hook pre-commit)" = 3 ]
else
  check "an index that may not be read: not completed" [ "$(status_of "$WEIR" hook pre-commit)" = 3 ]
fi
check "an index that may not be read: is named" says ".git/index"
check "an index that may not be read: why" says "Permission denied"
chmod 644 .git/index

# A full disk: what is printed there is not taken for a pass, and what is only kept for the next time is no matter.
repository
check "output to a full disk: not completed" [ "$(status_of sh -c '"$WEIR" scan --format json . >/dev/full')" = 3 ]
check "output to a full disk: is said" says "cannot be written"
check "a file on a full disk: not completed" [ "$(status_of "$WEIR" scan --format json --output /dev/full/x .)" = 3 ]
if [ "$(id -u)" = 0 ] && mkdir -p "$work/small" && mount -t tmpfs -o size=300k none "$work/small" 2>/dev/null; then
  git init -q "$work/small/r" && cd "$work/small/r" && group web '"10.0.0.0/8"' >main.tf && git add . && rm -rf .git/hooks
  head -c 1000000 /dev/zero >fill 2>/dev/null
  check "installing on a full disk: not completed" [ "$(status_of "$WEIR" install)" = 3 ]
  check "installing on a full disk: is said" says "No space left"
  check "installing on a full disk: git runs what it ran" sh -c '[ -z "$(find .git/hooks -type f 2>/dev/null)" ] || [ -e .git/hooks.before-weir/.pending ]'
  rm fill && check "and then again" [ "$(status_of "$WEIR" install)" = 0 ]
  head -c 1000000 /dev/zero >fill 2>/dev/null
  check "a commit's judgement on a full disk: goes on without its cache" [ "$(status_of "$WEIR" hook pre-commit)" = 0 ]
  cd "$work" && umount "$work/small"
else
  echo "skipped: a full disk needs a small one to be mounted"
fi
finish
