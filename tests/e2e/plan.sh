#!/bin/sh
# A plan of Terraform is judged, by the real terraform where it is installed: findings point into the configuration, and secrets stay in it.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
mkdir "$work/live" && cd "$work/live" || exit 3

change() { # ADDRESS TYPE NAME ACTIONS AFTER
  printf '{"address":"%s","mode":"managed","type":"%s","name":"%s","change":{"actions":[%s],"before":null,"after":%s,"after_unknown":{"id":true}}}' "$@"
}
plan() { printf '{"format_version":"1.2","resource_changes":[%s],"configuration":{}}\n' "$1"; }
# status N COMMAND…: its exit status, its output in $work/out.
# shellcheck disable=SC2317  # check calls them
status() { want=$1; shift; "$@" >"$work/out" 2>&1; [ $? -eq "$want" ]; }
# shellcheck disable=SC2317
piped() { status 1 "$WEIR" scan --plan - <plan.json; }
# shellcheck disable=SC2317
silent_about() { ! grep -qF -- "$1" "$work/out"; }

plan "$(change aws_ebs_volume.new aws_ebs_volume new '"create"' '{"encrypted":false}'),$(change aws_db_instance.old aws_db_instance old '"no-op"' '{"publicly_accessible":true}')" >plan.json
printf 'block: medium\nversion: 1\n' >.weir.yaml
check "a planned volume without encryption blocks" status 1 "$WEIR" scan --plan plan.json
check "the finding points at the plan's bytes" says "plan.json:1:"
check "what the plan leaves alone is not judged" silent_about "aws_db_instance.old"
"$WEIR" scan --plan plan.json --format jsonl >"$work/out"
check "but known to persist" says '"resource":"aws_db_instance.old"'
check "a plan comes through a pipe too" piped
printf 'block: medium\nversion: 1\njudge: all\n' >.weir.yaml
check "judge: all judges what stays" status 1 "$WEIR" scan --plan plan.json
check "and shows it" says "aws_db_instance.old"
rm .weir.yaml

head -c 150 plan.json >cut.json
check "a plan that was cut off is not completed" status 3 "$WEIR" scan --plan cut.json
check "and says so" says "cut off"
check "a plan that is not there is an error" status 3 "$WEIR" scan --plan none.json
check "--plan does not go with --staged" status 2 "$WEIR" scan --plan plan.json --staged

password=$(printf '%s%s' 'kP7-wQ2z' '-L9xT4vB')
mkdir m
cat >main.tf <<'TF'
variable "token" {
  type      = string
  sensitive = true
}

module "m" {
  for_each = toset(["a", "b"])
  source   = "./m"
  token    = var.token
}
TF
cat >m/main.tf <<TF
variable "token" {}

resource "terraform_data" "t" {
  input = {
    password = "$password"
    token    = var.token
  }
}
TF
if command -v terraform >/dev/null; then
  (unset TF_CLI_CONFIG_FILE; export CHECKPOINT_DISABLE=1
   terraform init -input=false >"$work/log" 2>&1 && terraform plan -input=false -out=p -var "token=tok-$password-tok" >"$work/log" 2>&1 && terraform show -json p >plan.json) || cat "$work/log"
  check "a real plan is judged" status 1 "$WEIR" scan --plan plan.json
  check "where the literal stands in the configuration" says "m/main.tf:5:16"
  check "with the instance's address" says 'module.m["a"].terraform_data.t'
  check "without the secrets that the plan holds in clear" silent_about "$password"
  cd .. && check "also from the folder above" status 1 "$WEIR" scan --plan live/plan.json
  check "with the path from there" says "live/m/main.tf:5:16"
  cd live && mv plan.json p ..
  check "a saved plan is refused with what to do" status 3 "$WEIR" scan --plan ../p
  check "in one sentence" says "terraform show -json"
else
  ok "real plans # skipped: no terraform"
fi
finish
