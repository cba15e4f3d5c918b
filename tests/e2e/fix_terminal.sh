#!/bin/sh
# weir fix -i and the hook's offer, at a real terminal.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119,SC2012  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"
if ! command -v python3 >/dev/null; then
  echo "skipped: no python3 to open a terminal with"
  exit 0
fi
cat >"$work/type.py" <<'PY'
"""type.py KEYS COMMAND…: runs the command at a terminal of its own and types one of the keys whenever it asks. Prints what was shown."""
import os, pty, re, select, sys, time
keys = sys.argv[1].split(",")
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, at, end = b"", 0, time.time() + 60
while time.time() < end:
    if not select.select([fd], [], [], 1)[0]:
        continue
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data
    while keys and (m := re.compile(rb"\[q\]uit  |reason: ").search(shown, at)):
        at = m.end()
        os.write(fd, keys.pop(0).replace("\\n", "\n").encode())
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(status))
PY
type_at() { keys=$1; shift; python3 "$work/type.py" "$keys" "$@" >"$work/out" 2>&1; }
key() { # NAME
  printf 'resource "aws_kms_key" "%s" {\n  description             = "orders"\n  deletion_window_in_days = 8\n  enable_key_rotation     = false\n}\n' "$1"
}
two_files() {
  new_repository
  git config weir.block medium
  key a >a.tf
  key b >b.tf
  git add .
}
rotates() { git show ":$1" | grep -q '= true' && grep -q '= true' "$1"; }
export EDITOR=true TERM=xterm

two_files
type_at "y,n" "$WEIR" fix -i
check "yes applies, no leaves" rotates a.tf
check "the other is as it was" grep -q '= false' b.tf
check "the count is shown" says "1 of "
check "the diff is shown" says "4 +   enable_key_rotation     = true"
check "what was done is said" says "weir: 1 fixed and staged. Unstaged changes were left alone."

two_files
type_at "?,q" "$WEIR" fix -i
check "explain explains" says "WHY"
check "quit changes nothing" says "weir: nothing was changed."
check "as promised" sh -c 'git show :a.tf | grep -q "= false"'

new_repository
mkdir -p .weir/policies
cat >.weir/policies/queues.yaml <<'YAML'
id: acme-sqs-no-delay
title: Queue delivers at once
severity: high
category: convention
why: Consumers count on half a minute.
rules:
  - terraform: [aws_sqs_queue]
    pass: self.delay_seconds == 30
    fix: {set: {delay_seconds: 30}}
examples:
  - terraform: |
      resource "aws_sqs_queue" "bad" {
        delay_seconds = 0
      }
    fail: {aws_sqs_queue.bad: delay_seconds}
YAML
printf 'resource "aws_sqs_queue" "q" {\n  delay_seconds           = 0\n  sqs_managed_sse_enabled = true\n}\n' >q.tf
git add .
type_at "?,y" "$WEIR" fix -i --policy acme-sqs-no-delay
check "a team's own policy is explained" says "Consumers count on half a minute."
check "and its fix applied" sh -c 'git show :q.tf | grep -q "delay_seconds           = 30"'

two_files
type_at "y,q" "$WEIR" fix -i
check "what was accepted before quitting is kept" rotates a.tf

two_files
type_at 's,rotated by hand\n,n' "$WEIR" fix -i
check "suppress writes the reason above the line" grep -q '^  # weir:ignore aws-kms-no-rotation rotated by hand$' a.tf
check "into the index too" sh -c 'git show :a.tf | grep -q "rotated by hand"'
check "and the finding is accepted" sh -c '! "$WEIR" scan --staged --format jsonl | grep "\"file\":\"a.tf\"" | grep rotation | grep -q "\"fail\""'

two_files
# The editor of a person who writes another right value.
cat >"$work/editor" <<'ED'
#!/bin/sh
sed -i 's/deletion_window_in_days = 8/deletion_window_in_days = 30/' "$1"
ED
chmod +x "$work/editor"
EDITOR="$work/editor" type_at "e,n" "$WEIR" fix -i
check "edit takes what the editor leaves" sh -c 'git show :a.tf | grep -q "= 30" && grep -q "= true" a.tf'
two_files
cat >"$work/editor" <<'ED'
#!/bin/sh
sed -i 's/= true/= false # no/' "$1"
ED
EDITOR="$work/editor" type_at "e,q" "$WEIR" fix -i
check "but not what keeps the finding" says "not taken: the finding would stay"
check "so nothing is changed" grep -q 'rotation     = false$' a.tf

# In the hook.
two_files
git config weir.fix ask
type_at "y,y" git commit -q -m change
check "the hook asks, and the commit goes through" sh -c 'git show HEAD:a.tf | grep -q "= true" && git show HEAD:b.tf | grep -q "= true"'
check "with a clean work tree" git diff --quiet HEAD
two_files
type_at "n,n" git commit -q -m change
check "no keeps the commit blocked" sh -c '! git rev-parse -q --verify HEAD >/dev/null'
two_files
git config weir.fix never
type_at "y,y" git commit -q -m change
check "fix: never does not ask" sh -c '! grep -q "apply?" "$0"' "$work/out"
two_files
git commit -q --no-verify -m base
sed -i 's/days = 8/days = 9/' a.tf
key c >>a.tf
type_at "y,y,y" git commit -q -a -m change
check "commit -a can be repaired in the hook" sh -c 'git show HEAD:a.tf | tail -2 | grep -q "= true" && git diff --quiet HEAD && git diff --cached --quiet'
if setsid "$WEIR" fix -i >"$work/out" 2>&1 </dev/null; then not_ok "without a terminal -i says so"; else check "without a terminal -i says so" says "there is none"; fi
finish
