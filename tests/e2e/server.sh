#!/bin/sh
# What a server's administrator decides: configuration, override, record, bounds.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

server=$work/server.git
git init -q --bare "$server"
(cd "$server" && "$WEIR" install >/dev/null)
git -C "$server" config receive.advertisePushOptions true
git -C "$server" config weir.config "$work/server.yaml"
log=$server/weir/audit.jsonl
settings() { printf 'version: 1\n%s\n' "$1" >"$work/server.yaml"; }
git init -q "$work/client" && cd "$work/client" || exit 3
git remote add origin "$server"
push() { git push -q origin "$@" >"$work/out" 2>&1; }
rejected() { ! push "$@"; }
logged() { tail -1 "$log" | grep -qF -- "$1"; }
settings ''
group web '"10.0.0.0/8"' >main.tf
git add . && git commit -q -m base && git push -q origin main 2>/dev/null

group web '"0.0.0.0/0"' >main.tf
git add . && git commit -q -m "reach the bastion from home"
check "an open port is refused" rejected main
check "the refusal names the commit that brought it" says '"reach the bastion from home"'
check "and is recorded" logged '"result":"rejected","findings":[{"policy":"aws-security-group-open-ssh"'
check "no exception is offered where nobody has one" sh -c '! grep -q exception: "$1"' - "$work/out"

# The repository's own configuration cannot weaken the server's.
for weaker in 'policies: {aws-security-group-open-ssh: off}' 'policies: {aws-security-group-open-ssh: low}' 'block: critical' 'exclude: ["**"]' 'paths: {"**": {exclude: true}}' 'paths: {"**": {block: critical}}' \
  'languages: {terraform: off}' 'waivers: [{policy: CKV_AWS_24, owner: me, reason: mine, until: 2199-01-01}]'; do
  printf 'version: 1\n%s\n' "$weaker" >.weir.yaml
  git add . && git commit -q -m weaker
  check "a pushed configuration cannot weaken the server's: $weaker" rejected main
  git reset -q --hard HEAD~1
done
settings 'server: {repository: trust}'
printf 'version: 1\npolicies: {aws-security-group-open-ssh: off}\n' >.weir.yaml
git add . && git commit -q -m weaker
check "unless the server trusts it" push main:trusted
git -C "$server" update-ref -d refs/heads/trusted  # or its commits would be known
git reset -q --hard HEAD~1
settings ''
printf 'version: 1\nblok: high\n' >.weir.yaml
git add . && git commit -q -m typo
check "a pushed configuration that cannot be read is refused" rejected main
check "with its line and the nearest right key" says ".weir.yaml:2: there is no key 'blok'; did you mean 'block'?"
git reset -q --hard HEAD~1
printf 'version: 1\npolicies: {aws-s3-public-acl: critical}\nblock: medium\n' >.weir.yaml
git rm -q --cached main.tf && rm main.tf && cat >db.tf <<'TF'
resource "aws_kms_key" "k" {
  description = "d"
}
TF
git add . && git commit -q -m stricter
check "a stricter one is obeyed" rejected main:stricter
check "and says so with a finding that only warns elsewhere" says "medium  aws-kms-no-rotation"
git reset -q --hard HEAD~1

# Suppressions, waivers and baselines count as the server says.
git checkout -q -b accepted
group web '"0.0.0.0/0"' | sed 's|^    cidr_blocks.*|& # weir:ignore CKV_AWS_24|' >main.tf
git add . && git commit -q -m accepted
settings 'suppressions: {reason: required}'
check "a comment without a reason does not count where the server demands one" rejected accepted
check "and the pusher is told" says "it gives no reason"
settings 'suppressions: {refuse: high}'
check "nor one for a severity that the server refuses to accept" rejected accepted
group web '"0.0.0.0/0"' >main.tf
printf 'waivers:\n- {policy: CKV_AWS_24, owner: me, reason: mine, until: 2199-01-01}\n' >.weir.yaml
git add . && git commit -q -m waived
settings 'server: {waivers: repository}'
check "a repository's waiver counts where the server says so" push accepted:waived
git rm -q .weir.yaml && "$WEIR" baseline create >/dev/null && git add . && git commit -q -m known
settings ''
git -C "$server" update-ref -d refs/heads/waived
check "a pushed baseline is ignored by default" rejected accepted
settings 'server: {baseline: repository}'
check "and counts where the server says so" push accepted:known
git -C "$server" update-ref -d refs/heads/known
settings ''
git checkout -q -f main

# Override.
me=$(id -un)
check "an override is refused to whom the server does not name" rejected -o weir.override="outage 12" main
check "and says to whom" says "weir.override is not open to $me"
check "and is recorded" logged '"override":{"reason":"outage 12","allowed":false}'
settings "server: {override: [$me]}"
check "the refusal says how to get an exception" sh -c '! git push -q origin main 2>"$1"; grep -qF "git push -o weir.override=" "$1"' - "$work/out"
check "an override without a reason is refused" rejected -o weir.override= main
check "an override of a named user is accepted" push -o weir.override="outage 12" main:overridden
check "it is said" says "accepted by the override of $me, which is recorded: outage 12"
check "and recorded with its findings" logged '"result":"overridden","override":{"reason":"outage 12","allowed":true},"findings":[{'
settings 'server: {override: [alice], user: WEIR_TEST_USER}'
git -C "$server" update-ref -d refs/heads/overridden
check "the user is who the named variable says" sh -c 'WEIR_TEST_USER=alice git push -q -o weir.override=x origin main:named 2>"$1"' - "$work/out"
git -C "$server" update-ref -d refs/heads/named
check "and nobody where it is not set" rejected -o weir.override=x main:nobody

# Errors of the server's own configuration refuse, and say where.
printf 'version: 1\nserver: {on-eror: accept}\n' >"$work/server.yaml"
check "a server's configuration that cannot be read refuses" rejected main:x
check "and names file, line and key" says "server.yaml:2: there is no key 'on-eror' in 'server'; did you mean 'on-error'?"
rm "$work/server.yaml"
check "so does one that is not there" rejected main:x
settings ''
group shut '"10.0.0.0/8"' >other.tf && git add . && git commit -q -m fine
check "the record's failure refuses nothing" sh -c 'printf "version: 1\nserver: {audit: /dev/full}\n" >"$2"; git push -q origin HEAD~2:refs/heads/fine 2>"$1"' - "$work/out" "$work/server.yaml"
check "but is said" says "the audit log /dev/full cannot be written"

# Bounds. The judgement of a hook that hangs, starves or dies is no pass.
settings 'server: {memory-limit: 8}'
i=0
while [ $i -lt 6000 ]; do echo "resource \"aws_kms_key\" \"k$i\" { enable_key_rotation = true }"; i=$((i + 1)); done >many.tf
git add . && git commit -q -m many
check "a judgement that wants more memory than it may have is refused" rejected main:big
check "and says which limit" says "server.memory-limit"
check "and is recorded" logged '"result":"incomplete"'
settings 'server: {memory-limit: 8, on-error: accept}'
check "or accepted where the server says so" push main:big
check "which is said" says "on-error: accept"
git reset -q --hard HEAD~1
git -C "$server" update-ref -d refs/heads/big
settings ''

# A configuration in a reference.
git -C "$server" config weir.config refs/meta/weir
git checkout -q --orphan meta && git rm -q -rf . && printf 'version: 1\nblock: low\nserver: {administrators: [nobody-here]}\n' >.weir.yaml
git add . && git commit -q -m settings
check "a reference that is not there refuses" rejected main:x
git -C "$server" fetch -q "$work/client" meta:refs/meta/weir
git commit -q --amend -m "settings of mine"
check "whom the configuration does not name may not change it" rejected meta:refs/meta/weir --force
git checkout -q main
cat >kms.tf <<'TF'
resource "aws_kms_key" "k" {
  description = "d"
}
TF
git add . && git commit -q -m kms
check "a configuration in a reference is obeyed" rejected HEAD:refs/heads/kms
git reset -q --hard HEAD~1

# References.
git -C "$server" config --unset weir.config
check "deleting is accepted" push --delete fine
git tag blob "$(git hash-object -w main.tf)"
check "a tag of a blob is accepted" push blob
git reset -q --hard HEAD~2 && group web2 '"10.0.0.0/8"' >two.tf && git add . && git commit -q -m two
i=0; refs=
while [ $i -lt 100 ]; do refs="$refs HEAD:refs/heads/b$i"; i=$((i + 1)); done
# shellcheck disable=SC2086
check "a hundred branches at once are accepted" push $refs
group web '"0.0.0.0/0"' >main.tf && git add . && git commit -q -m open
# shellcheck disable=SC2086
check "and refused" rejected $refs
check "with one report for all" sh -c 'test "$(grep -c "high  aws-security-group-open-ssh" "$1")" = 1' - "$work/out"
check "that counts them" says "(and 99 more)"
check "each is recorded" sh -c 'test "$(tail -100 "$1" | grep -c "\"result\":\"rejected\"")" = 100' - "$log"

# update, and what is undone within a push.
"$WEIR" hook update refs/heads/main "$(git rev-parse HEAD~1)" "$(git rev-parse HEAD)" >"$work/out" 2>&1
check "update judges one reference" says "refs/heads/main was not updated"
check "post-receive reports and refuses nothing" sh -c 'echo "$1 $2 refs/heads/main" | "$WEIR" hook post-receive' - "$(git rev-parse HEAD~1)" "$(git rev-parse HEAD)"
group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m shut
check "what a later commit undoes is not judged by default" push HEAD:refs/heads/undone
settings 'server: {commits: all}'
git -C "$server" config weir.config "$work/server.yaml"
git -C "$server" update-ref -d refs/heads/undone
check "it is where the server says so" rejected HEAD:refs/heads/undone
check "and names the commit" says '"open", undone later in the push'
git -C "$server" config --unset weir.config

# pre-push in the clone.
git reset -q --hard HEAD~1
printf '#!/bin/sh\nexec "%s" hook pre-push "$@"\n' "$WEIR" >.git/hooks/pre-push && chmod +x .git/hooks/pre-push
rm "$server/hooks/pre-receive"
check "pre-push stops a push" rejected HEAD:refs/heads/main
check "in its own words" says "refs/heads/main is not pushed"
check "and --no-verify skips it" push --no-verify HEAD:refs/heads/skipped
finish
