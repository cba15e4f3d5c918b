#!/bin/sh
# Suppressions, waivers and the baseline, with real git.
# shellcheck source-path=SCRIPTDIR disable=SC2317  # check calls the functions
. "$(dirname "$0")/lib.sh"

run() { "$WEIR" "$@" >"$work/out" 2>&1; }
status_is() { expected=$1; shift; run "$@"; [ $? -eq "$expected" ]; }
lacks() { ! says "$1"; }

accept() { group web '"0.0.0.0/0"' | sed "s|^    cidr_blocks.*|& # weir:ignore $1|" >main.tf; }

new_repository
accept "aws-security-group-open-ssh bastion"
git add . && check "a comment with a reason lets the commit through" commit
check "--no-suppress shows what it hides" status_is 1 scan --no-suppress
check "by its id" says "aws-security-group-open-ssh"
run scan --show-suppressions
check "--show-suppressions says what it accepts" says "accepts 1 finding: bastion"
sed 's/ # weir:ignore.*bastion//' main.tf >new && mv new main.tf
git add . && check "taking the comment away brings the finding back" blocked
accept "aws-security-group-open-shh bastion"
git add . && check "a misspelled id accepts nothing" blocked
run scan --show-suppressions
check "and the nearest right name is told" says "the nearest is 'aws-security-group-open-ssh'"
printf 'suppressions: {reason: required}\n' >.weir.yaml
accept aws-security-group-open-ssh
git add . && check "where a reason is required, a bare comment accepts nothing" blocked
check "and the finding says why" says "it gives no reason"

new_repository
group web '"0.0.0.0/0"' >main.tf
printf '# our rules\nversion: 1   # first\n' >.weir.yaml
check "waive writes a waiver" run waive CKV_AWS_24 --until 2199-12-31 --reason "the bastion: vetted" --owner ops --path 'main.tf'
head -n 2 .weir.yaml >"$work/head" && printf '# our rules\nversion: 1   # first\n' | check "and keeps every other byte" cmp -s "$work/head" -
git add . && check "the waived finding does not block" commit
group edge '"0.0.0.0/0"' >edge.tf
git add . && check "another path is not covered" blocked
check "waive refuses an id that no policy has" status_is 2 waive aws-s3-public-akl --until 2199-12-31 --reason x --owner ops
check "with the nearest right one" says "did you mean 'aws-s3-public-acl'?"
check "a day that does not exist" status_is 2 waive CKV_AWS_24 --until 2199-02-30 --reason x --owner ops
check "and one that is over" status_is 2 waive CKV_AWS_24 --until 2020-01-01 --reason x --owner ops
git rm -q --cached edge.tf && rm edge.tf
run waive k8s-privileged --until 2199-12-31 --reason "left over" --owner ops
run scan --show-suppressions
check "--show-suppressions says what a waiver accepts" says ".weir.yaml:4  holds  waiver of CKV_AWS_24"
check "and that another never matches" says ".weir.yaml:9  unused  waiver of k8s-privileged"
run scan --staged --show-suppressions
check "of a change that would say nothing" test "$(grep -c "unused  waiver" "$work/out")" -eq 0
git add .
if ! git checkout -q HEAD -- . 2>/dev/null; then git checkout -q .; fi
sed 's/2199-12-31/2020-12-31/' .weir.yaml >new && mv new .weir.yaml
git add . && git commit -q --no-verify -m expired
run scan
check "an expired waiver is a finding" says ".weir.yaml:4:1  medium  waiver-expired"
check "and accepts nothing" says "the waiver at .weir.yaml:4 ended on 2020-12-31 (ops)"

new_repository
group web '"0.0.0.0/0"' >main.tf
bucket public-read >site.tf
printf 'judge: all\n' >.weir.yaml
git add . && git commit -q --no-verify -m old
check "without a baseline everything counts" status_is 1 scan
check "create writes it from the index" run baseline create
check "and refuses to replace it" status_is 2 baseline create
git add . && check "what it holds does not block, also with judge: all" commit
check "nor in a scan" status_is 0 scan
check "--no-baseline judges without it" status_is 1 scan --no-baseline

printf '# moved down\n\n' | cat - main.tf >new && mv new main.tf
git add . && check "it survives moved lines" commit
git mv main.tf network.tf && check "a renamed file" commit
sed 's/    cidr_blocks = \[/    cidr_blocks   =   [ /; s/^  ingress {/    ingress   {/' network.tf >new && mv new network.tf
git add . && check "another layout" commit
cat network.tf site.tf >all.tf && git rm -q -f network.tf site.tf
git add . && check "blocks that move to another file" commit
mkdir -p modules/web && git mv all.tf modules/web/main.tf
printf 'module "web" {\n  source = "./modules/web"\n}\n' >main.tf
git add . && check "and into a module" commit
check "which a scan says too" status_is 0 scan

group second '"0.0.0.0/0"' >second.tf
git add . && check "a second one of the same kind is new" blocked
rm second.tf && git add .
mkdir staging && group web '"0.0.0.0/0"' >staging/main.tf
git add . && check "and so is one of the same name elsewhere" blocked
check "it is the new file's that is told" says "staging/main.tf:"
run baseline update
check "update does not take it in" says "not in it; --add takes them in"
run baseline update --add
git add . && check "update --add does, when the same change stores it" commit
git rm -rq staging && group web '"10.0.0.0/8"' >modules/web/main.tf && git add . && git commit -q --no-verify -m mended
run baseline show
check "show names what is gone" says "gone"
run baseline update
run baseline show
check "update takes it out" says ", 0 gone."
git add . && git commit -q --no-verify -m smaller
bucket public-read >>modules/web/main.tf
group web '"0.0.0.0/0"' >>modules/web/main.tf
git add . && check "what comes back after it was taken out blocks" blocked

printf '<<<<<<< HEAD\n' >.weir/baseline.json
git add . && check "a baseline that cannot be read stops the scan" status_is 2 scan
check "and says what to do" says "restore it from git"
finish
