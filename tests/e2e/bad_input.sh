#!/bin/sh
# What cannot be read is said, and is never a pass.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

status_of() { "$@" >"$work/out" 2>&1; echo $?; }
new_repository
printf 'resource "aws_s3_bucket" "x" {\n  bucket = \n}\n' >bad.tf
group web '"0.0.0.0/0"' >good.tf
git add . && check "a file that does not parse blocks" blocked
check "with line and column" says "bad.tf:2:1"
check "and hides nothing else" says "good.tf:9:20"

new_repository
printf 'version: 1\nblok: high\n' >.weir.yaml
group web '"10.0.0.0/8"' >main.tf
git add .
check "a broken configuration is wrong usage" [ "$(status_of "$WEIR" hook pre-commit)" = 2 ]
check "it names the line and the nearest key" says ".weir.yaml:2: there is no key 'blok'; did you mean 'block'?"

new_repository
printf 'limits: {file_size: 1000}\n' >.weir.yaml
group web '"10.0.0.0/8"' >main.tf
head -c 5000 /dev/zero | tr '\0' '#' >>main.tf
git add .
check "a file over the limit is not completed" [ "$(status_of "$WEIR" hook pre-commit)" = 3 ]
check "it names the file" says "main.tf"

new_repository
group web '"10.0.0.0/8"' >main.tf
git add .
id=$(git rev-parse :main.tf)
rm -f ".git/objects/$(echo "$id" | cut -c1-2)/$(echo "$id" | cut -c3-)"
check "a missing object is not completed" [ "$(status_of "$WEIR" hook pre-commit)" = 3 ]

new_repository
# Only an escape byte in the file, none in the output.
group web '"0.0.0.0/0"' | sed "s/cidr_blocks/cidr_blocks \/* $(printf '\033')[31m *\//" >main.tf
git add . && commit
check "a finding in a file with escape sequences is shown" says "aws-security-group-open-ssh"
check "nothing of a file steers the terminal" sh -c "! grep -q '$(printf '\033')' '$work/out'"
finish
