#!/bin/sh
# Files that are cut, binary, or made to exhaust whoever reads them: bounded, told with their place, and never a pass.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# $1: what is wrong, $2: exit status, $3: text of the output; the folder `bad` is scanned.
judged() {
  status=0
  (cd bad && timeout 60 "$WEIR" scan .) >"$work/out" 2>&1 || status=$?
  check "$1: the status is $2" test "$status" = "$2"
  check "$1: it is said" says "$3"
  rm -rf bad && mkdir bad
}
# $1 copies of $2
copies() { awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) printf "%s", text }'; }

new_repository
mkdir bad
head -c 2000 /dev/zero >bad/Dockerfile
judged "a binary Dockerfile" 1 "Dockerfile:1"
printf 'AWSTemplateFormatVersion: x\nResources: {A: [' >bad/cut.yaml
judged "a template that is cut" 1 "cut.yaml:2"
{ printf 'AWSTemplateFormatVersion: x\na0: &a0 [x, x, x, x, x, x, x, x, x]\n'
  for i in 1 2 3 4 5 6 7 8 9; do printf 'a%d: &a%d [%s*a%d]\n' $i $i "$(copies 8 "*a$((i - 1)), ")" $((i - 1)); done; } >bad/bomb.yaml
judged "aliases of aliases" 3 "bomb.yaml"
{ printf '{"AWSTemplateFormatVersion": "x", "Resources": '; copies 50000 '{"a":'; } >bad/deep.json
judged "objects in objects" 3 "deep.json"
printf 'services:\n  a:\n    extends: {file: ../../../etc/passwd, service: b}\n' >bad/compose.yaml
judged "a service from outside" 0 "compose.yaml:3"
printf 'Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ./loop.yaml}\n' >bad/loop.yaml
judged "a stack in itself" 0 "loop.yaml:4"
printf 'services:\n  a: {extends: b}\n  b: {extends: a}\n' >bad/compose.yaml
judged "services in a circle" 0 "compose.yaml"
# shellcheck disable=SC2016  # Docker expands them, and Terraform below
{ printf 'FROM alpine:3.20\nARG A0=xxxxxxxxxxxxxxxx\n'
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40; do
    printf 'ARG A%d=$A%d$A%d\n' $i $((i - 1)) $((i - 1)); done; printf 'USER app\nRUN echo $A40\n'; } >bad/Dockerfile
judged "arguments that double each other" 0 "weir:"
# shellcheck disable=SC2016
{ printf 'locals {\n  t0 = "${aws_sqs_queue.q.arn}/"\n'
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do printf '  t%d = "${local.t%d}-${local.t%d}"\n' "$i" $((i - 1)) $((i - 1)); done
  printf '}\nresource "aws_sqs_queue" "q" {}\nresource "aws_sqs_queue_policy" "p" {\n  queue_url = aws_sqs_queue.q.id\n  policy    = local.t30\n}\nresource "aws_s3_bucket" "b" {\n  acl = local.t30\n}\n'; } >bad/main.tf
judged "texts that double each other" 3 "takes more than"
{ printf 'locals {\n  l0 = [{ x = 1 }]\n'
  for i in 1 2 3 4 5 6 7 8; do printf '  l%d = [%s]\n' "$i" "$(copies 12 "{ v = local.l$((i - 1)) }, ")"; done
  printf '}\nresource "aws_sqs_queue" "q" {\n  kms_master_key_id = "alias/q"\n  redrive           = local.l8\n}\n'; } >bad/main.tf
judged "lists of lists that are one" 3 "takes more than"
{ printf 'FROM alpine:3.20\nRUN <<EOF\n'; copies 1000000 'x
'; } >bad/Dockerfile
judged "a here-document without an end" 3 "Dockerfile:2"
copies 1000000 'a
---
' >bad/compose.yaml
judged "a million documents that are nothing" 1 "compose.yaml:1"
copies 300000 'services: {}
---
' >bad/compose.yaml
(cd bad && timeout 60 "$WEIR" scan .) >"$work/out" 2>&1
check "a file of 300,000 documents ends" test $? -le 3
finish
