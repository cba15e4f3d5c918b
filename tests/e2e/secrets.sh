#!/bin/sh
# A secret on its way into the repository: it blocks, and no report repeats it.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# Letters that look like a secret, put together here so that this file holds none.
secret=$(printf '%s%s' 'kP7-wQ2z' '-L9xT4vB')
key=$(printf '%s%s' 'AKIA' '3ZQ7T5VNWK2XJ4RD')
# shellcheck disable=SC2317  # check calls it
silence() { ! grep -qF -- "$1" "$work/out"; }

new_repository
printf 'provider "openstack" {\n  user_name = "admin"\n  password  = "%s"\n}\n' "$secret" >main.tf
git add . && check "a password in a provider blocks" blocked
check "the finding points at it" says "main.tf:3:15"
check "and shows four letters of it" says '"kP7-************"'
check "the report does not repeat it" silence "$secret"
"$WEIR" scan --staged --format jsonl >"$work/out" 2>&1
check "nor does JSON" silence "$secret"
check "JSON has the finding" says '"policy":"openstack-provider-password"'

new_repository
printf 'variable "region" {\n  default = "eu-west-1"\n}\n\nresource "aws_instance" "a" {\n  user_data = <<-EOT\n    export AWS_ACCESS_KEY_ID=%s\n  EOT\n}\n' "$key" >main.tf
git add . && check "a key in a start-up script blocks" blocked
check "the script's line is shown" says "export AWS_ACCESS_KEY_ID=AKIA****************"
check "without the key" silence "$key"

new_repository
printf 'variable "db_password" {\n  default = "changeme"\n}\n\nvariable "token" {\n  type = string\n}\n\nprovider "linode" {\n  token = var.token\n}\n' >main.tf
git add . && check "placeholders and references go through" commit
finish
