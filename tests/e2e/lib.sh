# The harness of the end-to-end tests: real git, the real binary (WEIR), a repository of its own for every case.
# shellcheck shell=sh
set -u
: "${WEIR:?WEIR names the binary}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$work/gitconfig" LC_ALL=C.UTF-8 NO_COLOR=1
git config --global user.name Test
git config --global user.email test@example.com
git config --global init.defaultBranch main
failures=0
cases=0

# A new repository with weir installed; the shell stands in it.
new_repository() {
  cases=$((cases + 1))
  git init -q "$work/r$cases"
  cd "$work/r$cases" || exit 3
  "$WEIR" install >/dev/null
}
ok() { echo "ok $1"; }
not_ok() { echo "not ok $1"; failures=$((failures + 1)); [ -f "$work/out" ] && sed 's/^/  # /' "$work/out"; }
# check NAME COMMAND…: the command succeeds.
check() { name=$1; shift; if "$@"; then ok "$name"; else not_ok "$name"; fi; }
commit() { git commit -q -m change "$@" >"$work/out" 2>&1; }
blocked() { ! commit "$@"; }
says() { grep -qF -- "$1" "$work/out"; }
silent() { [ ! -s "$work/out" ]; }
finish() { exit $((failures > 0)); }

group() { # NAME CIDR-EXPRESSION
  cat <<TF
resource "aws_security_group" "$1" {
  description = "d"

  ingress {
    description = "d"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [$2]
  }
}
TF
}
bucket() { # ACL
  cat <<TF
resource "aws_s3_bucket" "b" {
  bucket = "example"
}

resource "aws_s3_bucket_acl" "b" {
  bucket = aws_s3_bucket.b.id
  acl    = "$1"
}
TF
}
