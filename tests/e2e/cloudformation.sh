#!/bin/sh
# CloudFormation at git commit: before and after, places, fixes, and templates that cannot be read.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

template() { # CIDR-EXPRESSION
  cat <<YAML
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Office: {Type: String, Default: 10.0.0.0/8}
Resources:
  Web:   # the public one
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - Description: ssh
          IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: $1
YAML
}

new_repository
template '!Ref Office' >web.yaml
git add . && check "a template with a closed port goes through" commit
template '0.0.0.0/0' >web.yaml
git add . && check "the one changed line blocks" blocked
check "with its place" says "web.yaml:14:19  high  aws-security-group-open-ssh"
check "and its path" says "in AWS::EC2::SecurityGroup.Web, SecurityGroupIngress[0].CidrIp"
git commit -q --no-verify -m old
printf '# a comment\n' >>web.yaml
git add . && check "an untouched old problem does not block" commit
git mv web.yaml edge.yaml && check "nor in a renamed file" commit

new_repository
template '!Ref Office' >web.yaml
git add . && commit
sed 's/10.0.0.0.8/0.0.0.0\/0/' web.yaml >new && mv new web.yaml
git add . && check "a parameter's default that opens the port blocks" blocked
check "it points at the default" says "web.yaml:3:35"
check "it names the parameter" says "Parameters.Office"

new_repository
printf 'Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead   # why\n      Tags: []\n' >b.yaml
git add . && check "a public bucket blocks" blocked
check "with the word that is wrong" says "b.yaml:5:22  critical  aws-s3-public-acl"
"$WEIR" fix --apply --staged >"$work/out" 2>&1
check "the fix is staged" sh -c 'git show :b.yaml | grep -q "AccessControl: Private   # why"'
check "then the commit goes through" commit

new_repository
printf '{\n  "Resources": {\n    "Bucket": {\n      "Type": "AWS::S3::Bucket",\n      "Properties": {\n        "AccessControl": "PublicRead"\n      }\n    }\n  }\n}\n' >b.json
git add . && check "JSON blocks in the same way" blocked
check "with its place" says "b.json:6:26  critical  aws-s3-public-acl"
"$WEIR" fix --apply --staged >"$work/out" 2>&1
check "and is fixed as JSON" sh -c 'git show :b.json | grep -q "\"AccessControl\": \"Private\""'

new_repository
printf 'key: value\n' >t.yaml
git add . && commit
template '0.0.0.0/0' >t.yaml
git add . && check "a file that becomes a template is judged" blocked
git commit -q --no-verify -m old
printf 'key: value\n' >t.yaml
git add . && check "one that stops being one is not" commit

new_repository
printf 'Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: {BucketName: [\n' >cut.yaml
git add . && check "a template that is cut off blocks" blocked
check "with its place" says "cut.yaml:4"
{ echo 'Resources:'; echo '  A: {Type: AWS::S3::Bucket}'; echo 'x0: &x0 [a, a, a, a, a, a, a, a, a, a]'; i=1; while [ $i -lt 12 ]; do echo "x$i: &x$i [*x$((i - 1)), *x$((i - 1)), *x$((i - 1)), *x$((i - 1)), *x$((i - 1)), *x$((i - 1)), *x$((i - 1)), *x$((i - 1))]"; i=$((i + 1)); done; } >cut.yaml
git add .
"$WEIR" scan --staged >"$work/out" 2>&1
check "a bomb of aliases is not completed, which is no pass" test $? -eq 3
check "and says why" says "more nodes than the limit"
printf 'Resources:\n  A: &a\n    Type: AWS::S3::Bucket\n    Metadata: *a\n' >cut.yaml
git add . && check "an alias inside of its own anchor blocks" blocked
printf 'Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ../../outside.yaml}\n' >cut.yaml
git add . && commit
check "a nested template outside of the repository is told" says "outside of the repository"
printf 'Resources:\n  A: {Type: AWS::S3::Bucket}\n\0\001\n' >cut.yaml
git add . && check "binary data in a template blocks" blocked
finish
