#!/bin/sh
# Ranges: for CI (scan --diff), and what the commits of a push bring that its tip no longer shows.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

status_of() { "$@" >"$work/out" 2>&1; echo $?; }
range() { status_of "$WEIR" scan --diff "$1"; }
git init -q "$work/r" && cd "$work/r" || exit 3
group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m base
git checkout -q -b topic && group edge '"0.0.0.0/0"' >edge.tf && git add . && git commit -q -m "open the edge"
git checkout -q main && bucket public-read >old.tf && git add . && git commit -q --no-verify -m "open on main"
check "A..B compares the two" [ "$(range main..topic)" = 1 ]
check "A..B: what B adds" says "edge.tf:9:20"
check "A...B compares from where they last agreed" [ "$(range main...topic)" = 1 ]
check "A...B: what B adds" says "edge.tf:9:20"
check "B..A: what main has added is not taken from topic" [ "$(range topic..main)" = 1 ]
check "A..A is nothing" [ "$(range main..main)" = 0 ]
git checkout -q topic
check "a side that is left out is HEAD" [ "$(range main...)" = 1 ]
check "indeed" says "edge.tf:9:20"
git checkout -q main
check "on either side" [ "$(range ..main~1)" = 0 ]
git checkout -q --orphan other && git rm -rqf . && group x '"0.0.0.0/0"' >x.tf && git add . && git commit -q -m other
check "histories that share nothing have no fork: not completed" [ "$(range main...other)" -ge 2 ]
check "and says so" says "share no commit"
check "two dots compare them still" [ "$(range main..other)" = 1 ]
check "a revision that is not there" [ "$(range main..nowhere)" -ge 2 ]
check "is named" says "nowhere"
check "one revision is wrong usage" [ "$(range main)" = 2 ]
check "a revision cannot be an option" [ "$(range --output=x..main)" -ge 2 ]

# A secret that one commit of a push writes and a later one removes.
secret=$(printf '%s%s' 'kP7-wQ2z' '-L9xT4vB')
server=$work/server.git && git init -q --bare "$server" && (cd "$server" && "$WEIR" install >/dev/null)
git -C "$server" config weir.config "$work/server.yaml"
settings() { printf 'version: 1\n%s\n' "$1" >"$work/server.yaml"; }
settings ''
push() { git push -q "$server" "$@" >"$work/out" 2>&1; }
rejected() { ! push "$@"; }
git checkout -q -f main && git reset -q --hard main~1 && push main
git checkout -q -b leak && printf 'resource "aws_db_instance" "d" {\n  engine            = "postgres"\n  storage_encrypted = true\n  password          = "%s"\n}\n' "$secret" >db.tf && git add . && git commit -q -m "for a test"
leaked=$(git rev-parse HEAD)
sed -i 's/password .*/password = var.db/' db.tf && git commit -q -a -m "take it away" && echo "# more" >>main.tf && git commit -q -a -m more
check "a secret that a later commit removes is refused" rejected leak
check "its commit is named" says "since $(git rev-parse --short=7 "$leaked") \"for a test\", undone later in the push"
check "the secret is not repeated" sh -c '! grep -qF -- "$1" "$2"' - "$secret" "$work/out"
# Many commits are looked at by several threads; what they find is the same, in the same order.
git checkout -q -b long && i=0 && while [ "$i" -lt 40 ]; do i=$((i + 1)) && echo "# $i" >>notes.tf && git add . && git commit -q -m "note $i"; done
check "also among many commits" rejected long
check "by its commit" says "since $(git rev-parse --short=7 "$leaked") \"for a test\", undone later in the push"
git checkout -q leak
settings 'server: {commits: tips}'
check "not where the server judges tips alone" push "$leaked~1:refs/heads/start" leak
settings ''
git checkout -q -b next && echo "# next" >>main.tf && git commit -q -a -m next
check "commits that another reference reaches are not judged again" push next
git checkout -q main && git checkout -q -b harmless && group p '"0.0.0.0/0"' >p.tf && git add . && git commit -q -m "open" && git rm -q p.tf && git commit -q -m "shut"
check "what is no secret is judged at the tip" push harmless
git push -q "$server" --delete leak next start harmless 2>/dev/null
check "a forced push is judged for the secrets that it brings" sh -c 'git push -q -f "$1" leak:main 2>"$2"; [ $? = 1 ] && grep -q "undone later" "$2"' - "$server" "$work/out"

# A first push of a whole repository says what it is doing.
git checkout -q --orphan whole && git rm -rqf . && i=0
while [ "$i" -lt 1000 ]; do echo "note $i" >"n$i.txt"; i=$((i + 1)); done
group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m whole
check "a first push of many files is accepted" push whole
check "and tells what it judges" says "remote: weir: judging the 1001 files that refs/heads/whole brings"
finish
