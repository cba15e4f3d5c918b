#!/bin/sh
# What happens at git commit.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

new_repository
group web '"10.0.0.0/8"' >main.tf
git add . && check "a first commit on an unborn branch goes through" commit
group web '"0.0.0.0/0"' >main.tf
git add . && check "the one changed line blocks" blocked
check "the finding names file, line and column" says "main.tf:9:20  high  aws-security-group-open-ssh"
check "the closing says what blocks" says "weir: 1 finding blocks this commit."
git reset -q
check "commit -a runs the hook on what it would commit" blocked -a
git add . && git commit -q --no-verify -m old
printf '# a comment\n' >>main.tf
git add . && check "an untouched old problem does not block" commit
check "and nothing is said about it" silent
sed 's/"web"/"edge"/' main.tf >new && mv new main.tf
git add . && check "a renamed block is not new" commit
git mv main.tf network.tf && check "a renamed file is not new" commit

new_repository
group web var.admin >main.tf
printf 'variable "admin" {\n  default = "10.0.0.0/8"\n}\n' >variables.tf
git add . && check "a port behind a variable is not open" commit
sed 's/10.0.0.0.8/0.0.0.0\/0/' variables.tf >new && mv new variables.tf
git add . && check "a variable's default that opens a port in another file blocks" blocked
check "it points at the default" says "variables.tf:2:13"
check "it names what the value reaches" says "reaches aws_security_group.web"

new_repository
bucket private >main.tf
printf 'resource "aws_s3_bucket_public_access_block" "b" {\n  bucket                  = aws_s3_bucket.b.id\n  block_public_acls       = true\n  block_public_policy     = true\n  ignore_public_acls      = true\n  restrict_public_buckets = true\n}\n' >block.tf
git add . && git commit -q --no-verify -m base
git rm -q block.tf
commit
check "removing a bucket's access block in one file is a finding on the bucket in another" says "main.tf:1:1"

new_repository
printf 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n' >logs.tf
git add . && check "warnings let the commit through" commit
check "and are shown" says "Nothing blocks this commit."
echo text >note.txt
git add . && check "a commit without infrastructure says nothing" commit && check "not a word" silent

new_repository
printf 'resource "aws_db_instance" "a" {\n  engine              = "postgres"\n  publicly_accessible = true\n}\n' >db.tf
git add . && check "a database that is public blocks" blocked
check "with its line" says "db.tf:3:25  high  aws-rds-public"
git commit -q --no-verify -m old
sed 's/"a"/"b"/' db.tf >new && mv new db.tf
printf 'moved {\n  from = aws_db_instance.a\n  to   = aws_db_instance.b\n}\n' >moved.tf
git add . && check "a block that moved says so is not new" commit
finish
