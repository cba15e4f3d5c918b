#!/bin/sh
# Formats and questions.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

new_repository
group web '"0.0.0.0/0"' >main.tf
"$WEIR" scan --format json . >"$work/out"
check "scan blocks with status 1" [ $? = 1 ]
check "JSON has the fields of a finding" python3 - "$work/out" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
f = next(x for x in d["findings"] if x["policy"] == "aws-security-group-open-ssh")
assert d["version"] == 1 and d["summary"]["blocking"] == 1
assert f["span"]["start"] == {"line": 9, "column": 20, "byte": f["span"]["start"]["byte"]}
assert open("main.tf").read()[f["span"]["start"]["byte"]:f["span"]["end"]["byte"]] == '"0.0.0.0/0"'
assert f["resource"] == "aws_security_group.web" and f["blame"] == ["ingress[0].cidr_blocks[0]"]
assert (f["verdict"], f["status"], f["action"], f["severity"], f["language"]) == ("fail", "introduced", "block", "high", "terraform")
assert "CKV_AWS_24" in f["aliases"] and f["fix"]["safe"] is False and f["fingerprint"]
PY
mkdir -p modules
cp main.tf modules/other.tf
"$WEIR" scan main.tf >"$work/out"
check "a file is scanned by itself" [ $? = 1 ]
check "and what lies beside or below is not told" sh -c "grep -q '^main.tf:9:20 .*aws-security-group-open-ssh' '$work/out' && ! grep -q other.tf '$work/out'"
"$WEIR" scan "$PWD/modules/other.tf" >"$work/out"
check "by any path to it" [ $? = 1 ]
echo hello >notes.txt
"$WEIR" scan notes.txt >"$work/out"
check "a file that weir does not read is no pass" [ $? = 3 ]
check "and is named" grep -q "notes.txt is nothing that weir reads" "$work/out"
mkdir live
printf 'variable "cidr" {}\nresource "aws_security_group" "web" {\n  ingress {\n    from_port   = 22\n    to_port     = 22\n    protocol    = "tcp"\n    cidr_blocks = [var.cidr]\n  }\n}\n' >modules/other.tf
printf 'module "web" {\n  source = "../modules"\n  cidr   = "0.0.0.0/0"\n}\n' >live/site.tf
(cd live && "$WEIR" scan site.tf) >"$work/out"
check "a file may call what stands above its folder" [ $? = 1 ]
check "and is named from the repository's root" grep -q '^live/site.tf:3:12 .*aws-security-group-open-ssh' "$work/out"
"$WEIR" scan modules/other.tf >"$work/out"
check "what stands in it is judged with what calls it" grep -q '^live/site.tf:3:12 .*aws-security-group-open-ssh' "$work/out"
mkdir "$work/plain" && cp live/site.tf "$work/plain" && (cd "$work/plain" && "$WEIR" scan site.tf >"$work/out" 2>&1)
check "outside a repository the file's folder is all" sh -c "! grep -q aws-security-group-open-ssh '$work/out'"
rm -r modules live notes.txt "$work/plain"
"$WEIR" scan --format jsonl --all-verdicts . >"$work/out"
check "jsonl is one object a line, passes too" python3 -c "
import json,sys
rows=[json.loads(l) for l in open('$work/out')]
assert {'pass','fail'} <= {r['verdict'] for r in rows}"
"$WEIR" scan --all-verdicts . >"$work/out"
check "scan --all-verdicts in text names the finding" says "aws-security-group-open-ssh"
"$WEIR" explain aws-security-group-open-ssh >"$work/out"
check "explain takes an id" says "CKV_AWS_24"
"$WEIR" explain CKV_AWS_24 >"$work/out"
check "explain takes an alias" says "aws-security-group-open-ssh"
"$WEIR" explain aws-security-group-open-sh >"$work/out" 2>&1
check "explain names the nearest policy" says "  aws-security-group-open-ssh"
finish
