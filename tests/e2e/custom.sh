#!/bin/sh
# A team's own policies: where they are read, what is kept of them, what is said about a wrong one.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

policy() { # ID EXPRESSION
  cat <<YAML
id: $1
title: Queue has no owner
severity: high
category: convention
why: Nobody knows whom to ask about it.
rules:
  - terraform: [aws_sqs_queue]
    pass: $2
examples:
  - terraform: |
      resource "aws_sqs_queue" "good" {
        tags = { owner = "orders" }
      }

      resource "aws_sqs_queue" "bad" {
        tags = { cost = "12" }
      }
    pass: [aws_sqs_queue.good]
    fail: {aws_sqs_queue.bad: tags.owner}
YAML
}
queue() { printf 'resource "aws_sqs_queue" "q" {\n  name                    = "q"\n  sqs_managed_sse_enabled = true\n\n  tags = {\n    cost = "%s"\n  }\n}\n' "$1"; }
owned='"has(self.tags.owner)"'
weir_status() { expected=$1; shift; "$WEIR" "$@" >"$work/out" 2>&1; [ $? -eq "$expected" ]; }
# shellcheck disable=SC2119  # commits what is staged, with no more options
last_blocked() { blocked && says "$1"; }

new_repository
mkdir -p .weir/policies
policy acme-sqs-no-owner "$owned" >.weir/policies/queues.yaml
git add . && git commit -q -m policies
queue 1 >main.tf && git add .
check "a policy in .weir/policies judges the commit" last_blocked "high  acme-sqs-no-owner"
check "it underlines the value" says "main.tf:5:10"
check "its compiled form is kept" sh -c 'ls .git/weir/cache/policies-*'
check "and judges the same" last_blocked "acme-sqs-no-owner"
for f in .git/weir/cache/policies-*; do printf x | dd of="$f" bs=1 seek=300 conv=notrunc 2>/dev/null; done
check "a damaged one is compiled anew" last_blocked "acme-sqs-no-owner"
for f in .git/weir/cache/policies-*; do : >"$f"; done
check "an empty one too" last_blocked "acme-sqs-no-owner"
rm -rf .git/weir/cache
check "and one that was deleted" last_blocked "acme-sqs-no-owner"
policy acme-sqs-no-owner '"true"' >.weir/policies/queues.yaml
check "what is not staged does not count" last_blocked "acme-sqs-no-owner"
check "policies list shows it" sh -c '"$WEIR" policies list | grep -q "acme-sqs-no-owner .*Queue has no owner"'
check "explain knows it" sh -c '"$WEIR" explain acme-sqs-no-owner | grep -q "Nobody knows whom to ask"'
check "weir fix knows it by its id" weir_status 0 fix --policy acme-sqs-no-owner
check "a waiver may name it" weir_status 0 waive acme-sqs-no-owner --owner web --reason "moves in spring" --until 2199-12-31
check "and is written" grep -q "policy: acme-sqs-no-owner" .weir.yaml
rm -f .weir.yaml
printf 'version: 1\npolicies: {acme-sqs-no-owner: off}\n' >.weir.yaml && git add .weir.yaml
check "the configuration may name it" commit
git reset -q --hard HEAD~1

policy acme-sqs-no-owner '"has(self.tags.owner) && sizee(self.tags) > 0"' >.weir/policies/queues.yaml
queue 1 >main.tf && git add .
check "a wrong policy is wrong configuration" weir_status 2 hook pre-commit
check "with file, line, column and the nearest right name" says ".weir/policies/queues.yaml:8:36: there is no function 'sizee'; did you mean 'size'?"
policy aws-s3-public-acl "$owned" >.weir/policies/queues.yaml && git add .
check "an id of weir's own policies is taken" weir_status 2 hook pre-commit
check "which is said" says "queues.yaml:1:5: 'aws-s3-public-acl' is claimed already by weir's own policy aws-s3-public-acl"
{ policy acme-a "$owned"; echo ---; policy acme-a "$owned"; } >.weir/policies/queues.yaml && git add .
check "so is one that the team has used" weir_status 2 hook pre-commit
check "which is said with its place" says "'acme-a' is claimed already at .weir/policies/queues.yaml:1"
{ policy acme-a "$owned"; echo 'aliases: [CKV_AWS_20]'; echo ---; policy acme-b "$owned"; echo 'aliases: [acme-a, X_1, X_1]'; } >.weir/policies/queues.yaml
check "policies test says so before a scan does" weir_status 2 policies test .weir/policies
check "of weir's aliases" says ".weir/policies/queues.yaml:20:11: 'CKV_AWS_20' is claimed already by weir's own policy "
check "of the team's ids" says ".weir/policies/queues.yaml:41:11: 'acme-a' is claimed already at .weir/policies/queues.yaml:1"
check "and of its aliases" says ".weir/policies/queues.yaml:41:24: 'X_1' is claimed already at .weir/policies/queues.yaml:41"
policy acme-a '"selff.a && self.b.startWith(selv.c)"' >.weir/policies/queues.yaml
check "all wrong names of an expression are named in one go" weir_status 2 policies test .weir/policies
check "each with its place" test "$(grep -c "queues.yaml:8:" "$work/out")" = 3
slow='"range.all(a, range.all(b, range.all(c, range.all(d, a + b + c + d >= 0))))"'
slow=$(echo "$slow" | sed 's/range/lists.range(1000)/g')
policy acme-slow "$slow" >.weir/policies/queues.yaml && git add .
check "one that would never end is cut short, and the scan is not completed" weir_status 3 hook pre-commit
check "which names it" says "acme-slow takes more than 1000000 steps on aws_sqs_queue.q"
printf 'id: &a [*a]\n' >.weir/policies/queues.yaml && git add .
check "a file that contains itself is refused" weir_status 2 hook pre-commit

git rm -rqf .weir
mkdir -p security/rules
policy acme-sqs-no-owner "$owned" >security/rules/q.yml
printf 'version: 1\ncustom: [security/rules]\n' >.weir.yaml && git add .
check "custom names a folder" last_blocked "acme-sqs-no-owner"
printf 'version: 1\ncustom: [security/rules/q.yml]\n' >.weir.yaml && git add .
check "or a file" last_blocked "acme-sqs-no-owner"
printf 'version: 1\ncustom: [security/rulez]\n' >.weir.yaml && git add .
check "one that is not there is wrong configuration" weir_status 2 hook pre-commit
printf 'version: 1\ncustom: [../rules]\n' >.weir.yaml && git add .
check "so is one outside the repository" weir_status 2 hook pre-commit
check "which is said with its line" says ".weir.yaml:2: 'custom' names files and folders"
git rm -qf .weir.yaml
check "scan takes policies from anywhere" weir_status 1 scan --policies security/rules .
check "and says what they find" says "acme-sqs-no-owner"
check "alone, if asked" sh -c '"$WEIR" scan --no-built-in --policies security/rules --format jsonl . | grep -vq acme-; [ $? -eq 1 ]'
check "policies test runs the examples of a folder" weir_status 0 policies test security/rules
check "and counts them" says "2 verdicts as stated"

# Their reference: with --own, those that .weir.yaml names.
printf 'version: 1\ncustom: [security/rules]\n' >.weir.yaml && git add .weir.yaml
check "policies docs writes their reference" weir_status 0 policies docs --own reference
check "a page with the id as its anchor" grep -q '^## acme-sqs-no-owner$' reference/acme.md
check "and nothing of weir's" sh -c '[ "$(ls reference)" = "$(printf "README.md\nacme.md")" ]'
check "into a folder that can be made" weir_status 3 policies docs --own no/such/place
rm -rf reference && git rm -qf .weir.yaml

# Policies in Checkov's form, beside weir's own.
mkdir -p checkov
cat >checkov/q.yaml <<'YAML'
metadata:
  id: "ACME_SQS_1"
  name: "Queues keep messages for a day at most"
  category: "CONVENTION"
  severity: "HIGH"
definition:
  and:
    - cond_type: filter
      attribute: resource_type
      value: [aws_sqs_queue]
      operator: within
    - cond_type: connection
      resource_types: [aws_sqs_queue]
      connected_resource_types: [aws_sqs_queue_redrive_policy]
      operator: exists
    - cond_type: attribute
      resource_types: [aws_sqs_queue]
      attribute: message_retention_seconds
      operator: less_than_or_equal
      value: 86400
YAML
printf 'resource "aws_sqs_queue" "w" {\n  name                      = "w"\n  message_retention_seconds = 90000\n}\nresource "aws_sqs_queue_redrive_policy" "w" {\n  queue_url = aws_sqs_queue.w.id\n}\n' >redrive.tf
check "a policy in Checkov's form judges" weir_status 1 scan --no-built-in --policies checkov .
check "and underlines the attribute" says "redrive.tf:3:31  high  ACME_SQS_1"
check "and what is absent is the resource" says "main.tf:1:1  high  ACME_SQS_1"
check "its rows carry the id as alias" sh -c '"$WEIR" scan --no-built-in --policies checkov --format jsonl . | grep -q "\"aliases\":\[\"ACME_SQS_1\"\]"'
check "debug cel evaluates a line" sh -c 'echo "{\"expr\":\"1 + a\",\"bindings\":{\"a\":{\"int\":\"2\"}}}" | "$WEIR" debug cel | grep -qxF "{\"value\":{\"int\":\"3\"}}"'

# Of a map that is merged with an unknown one, a key that is not among the known may be there.
new_repository
mkdir -p .weir/policies
cat >.weir/policies/env.yaml <<'Y'
metadata:
  id: "ACME_ENV"
  name: "Queues say their environment"
  category: "CONVENTION"
  severity: "HIGH"
definition:
  cond_type: attribute
  resource_types: [aws_sqs_queue]
  attribute: tags.Env
  operator: equals
  value: prod
Y
printf 'variable "tags" {}\nresource "aws_sqs_queue" "q" {\n  tags = merge(var.tags, { Team = "a" })\n}\n' >main.tf
"$WEIR" scan main.tf >"$work/out" 2>&1
check "a key that may be there is no finding" test "$(grep -c ACME_ENV "$work/out")" -eq 0
printf 'variable "tags" {}\nresource "aws_sqs_queue" "q" {\n  tags = merge(var.tags, { Env = "test" })\n}\n' >main.tf
"$WEIR" scan main.tf >"$work/out" 2>&1
check "one that certainly is there is judged" says ACME_ENV

# What a verdict asked of all resources of a type bears on it too.
new_repository
mkdir -p .weir/policies k
cat >.weir/policies/quota.yaml <<'Y'
id: acme-service-no-quota
title: t
severity: high
category: access
why: w
docs: https://example.com
rules:
  - kubernetes: [Service]
    pass: "declared('ResourceQuota').size() > 0"
Y
printf 'apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {ports: [{port: 80}], selector: {a: b}}\n' >k/s.yaml
printf 'apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\nspec: {hard: {pods: "9"}}\n' >k/q.yaml
git add . && git commit -q -m quota >"$work/out" 2>&1
git rm -q k/q.yaml
check "a manifest that is taken away bears on who asked for its type" blocked
check "and it is named" says "acme-service-no-quota"
new_repository
mkdir -p .weir/policies
cat >.weir/policies/x.yaml <<'Y'
id: acme-w-no-y
title: t
severity: high
category: access
why: w
docs: https://example.com
rules:
  - terraform: [w_thing]
    pass: "related('y_thing', 'of').size() > 0"
    fix: {add_resource: {type: y_thing, name: self.name, body: {of: "=self.id"}}}
---
id: acme-x-where-y
title: t
severity: high
category: access
why: w
docs: https://example.com
rules:
  - terraform: [x_thing]
    when: "declared('y_thing').size() > 0"
    pass: "self.a == 1"
Y
printf 'resource "w_thing" "w" {}\n\nresource "x_thing" "x" {\n  a = 2\n}\n' >main.tf
git add .
"$WEIR" fix --staged >"$work/out" 2>&1
check "a fix that makes what another policy asks for is not proven" says "0 safe fixes"

# A server: what a pushed repository brings is judged as well, and cannot replace what the server demands.
server=$work/server.git
git init -q --bare "$server"
(cd "$server" && "$WEIR" install >/dev/null)
mkdir -p "$work/policy/house"
git -C "$server" config weir.config "$work/policy/server.yaml"
git init -q "$work/client" && cd "$work/client" || exit 3
git remote add origin "$server"
push() { git push -q origin HEAD:main >"$work/out" 2>&1; }
rejected() { ! push && says "$1"; }
printf 'version: 1\n' >"$work/policy/server.yaml"
mkdir -p .weir/policies
policy acme-sqs-no-owner "$owned" >.weir/policies/queues.yaml
queue 1 >main.tf && git add . && git commit -q -m queue
check "a pushed repository's own policies judge its push" rejected "high  acme-sqs-no-owner"
git rm -rqf .weir && git commit -q -m "no policies"
printf 'version: 1\ncustom: [house]\n' >"$work/policy/server.yaml"
policy acme-sqs-no-owner "$owned" >"$work/policy/house/q.yaml"
check "a server's own policies lie beside its configuration" rejected "high  acme-sqs-no-owner"
mkdir -p .weir/policies
policy acme-sqs-no-owner '"true"' >.weir/policies/queues.yaml && git add . && git commit -q -m "mine"
check "a repository cannot take their place" rejected "high  acme-sqs-no-owner"
judged_by() { tail -1 "$server/weir/audit.jsonl" | python3 -c 'import json, sys; p = json.loads(sys.stdin.read())["policies"]; sys.exit(not (len(p) == len(set(p)) == int(sys.argv[1])))' "$1"; }
check "the record names weir's, the server's and the repository's policies" judged_by 3
printf 'version: 1\ncustom: [hose]\n' >"$work/policy/server.yaml"
check "a server's configuration that names nothing stops the push" rejected "$work/policy/hose is no file or folder"
finish
