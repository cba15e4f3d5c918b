#!/bin/sh
# Repositories that are not whole, or not alone: what weir takes for the change is what git does.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

# same [GIT-DIFF-ARGUMENTS…]: the staged change, byte for byte as git tells it.
same() {
  git diff --cached --raw -z --no-abbrev --no-renames "${1:-HEAD}" -- >"$work/git" 2>"$work/out" && "$WEIR" debug changes >"$work/weir" 2>>"$work/out" && cmp -s "$work/git" "$work/weir" && [ -s "$work/git" ]
}
range() { git diff-tree -r --raw -z --no-abbrev --no-renames "$1" "$2" >"$work/git" && "$WEIR" debug changes "$1" "$2" >"$work/weir" 2>"$work/out" && cmp -s "$work/git" "$work/weir" && [ -s "$work/git" ]; }
change() { group "$1" '"0.0.0.0/0"' >"$1.tf" && git add "$1.tf"; }
installed() { "$WEIR" install >/dev/null; }

git init -q "$work/origin" && cd "$work/origin" || exit 3
git config uploadpack.allowFilter true && git config uploadpack.allowAnySHA1InWant true
for n in 1 2 3 4; do
  mkdir -p live/eu modules/edge && printf 'module "edge" {\n  source = "../../modules/edge"\n  n = %s\n}\n' $n >live/eu/main.tf && group web '"10.0.0.0/8"' >modules/edge/main.tf && printf 'variable "n" {}\n' >>modules/edge/main.tf
  echo "$n" >note && git add . && git commit -q -m "$n"
done

git clone -q --depth 1 "file://$work/origin" "$work/shallow" && cd "$work/shallow" && installed && change a
check "a shallow clone: staged" same
check "a shallow clone: blocks" blocked
git commit -q --no-verify -m a
check "a shallow clone: a range" range HEAD~1 HEAD
git init -q --bare "$work/target.git" && (cd "$work/target.git" && "$WEIR" install >/dev/null)
git clone -q --shared "$work/origin" "$work/shared" && cd "$work/shared" && installed && change a
check "objects of another repository (alternates): staged" same
check "objects of another repository: blocks" blocked
check "objects of another repository: a range" range HEAD~2 HEAD

git clone -q --filter=blob:none "file://$work/origin" "$work/partial" && cd "$work/partial" && installed && change a
check "a partial clone: staged" same
check "a partial clone: blocks" blocked
git clone -q --filter=blob:none --sparse "file://$work/origin" "$work/partial-sparse" && cd "$work/partial-sparse" && git sparse-checkout set modules >/dev/null 2>&1 && installed
sed -i 's,10.0.0.0/8,0.0.0.0/0,' modules/edge/main.tf && git add modules
check "a partial clone with a sparse work tree: staged" same
check "a partial clone with a sparse work tree: blocks" blocked
check "and was completed" says "aws-security-group-open-ssh"

cd "$work/origin" && git checkout -q -b left && change left && git commit -q -m left && git checkout -q -b right main && change right && git commit -q -m right && git checkout -q -b third main && change third && git commit -q -m third
git checkout -q main && git merge -q -m octopus left right third >/dev/null 2>&1
check "an octopus merge: its range" range HEAD^1 HEAD
check "an octopus merge: from its last parent" range HEAD^3 HEAD
git rev-list --max-count=1 HEAD~1 >.git/info/grafts && git config advice.graftFileDeprecated false
check "grafts: a range" range HEAD^2 HEAD
rm .git/info/grafts
installed && git -c protocol.file.allow=always submodule --quiet add "$work/shared" sub 2>/dev/null
check "a submodule that is added" same
git commit -q --no-verify -m sub && git -C sub commit -q --allow-empty -m moved && git add sub
check "a submodule that moves" same

# What git stores is read, not what lies in the work tree: filters, line ends, encodings, LFS.
git init -q "$work/filters" && cd "$work/filters" && installed
git config filter.open.clean "sed s,10.0.0.0/8,0.0.0.0/0," && git config filter.open.smudge cat
printf 'clean.tf filter=open\ncrlf.tf text eol=crlf\nwide.tf working-tree-encoding=UTF-16LE\n' >.gitattributes
group web '"10.0.0.0/8"' >clean.tf && git add . 2>/dev/null
check "a clean filter that opens a port blocks" blocked
git rm -q --cached clean.tf && rm clean.tf && group web '"0.0.0.0/0"' | sed 's/$/\r/' >crlf.tf && git add crlf.tf 2>/dev/null
check "line ends of Windows: the line is right" sh -c '! git commit -q -m x 2>"$1" && grep -q "crlf.tf:9:20" "$1"' - "$work/out"
git rm -q --cached crlf.tf && rm crlf.tf && group web '"0.0.0.0/0"' | iconv -t UTF-16LE >wide.tf && git add wide.tf 2>/dev/null
check "an encoding of the work tree: what git stores is judged" sh -c '! git commit -q -m x 2>"$1" && grep -q "wide.tf:9:20" "$1"' - "$work/out"
git rm -q --cached wide.tf && rm wide.tf
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n' >big.tf && git add big.tf
check "a file that LFS keeps elsewhere cannot be judged, and is no pass" blocked

# A monitor of files, and an index in another place.
git init -q "$work/monitor" && cd "$work/monitor" && installed && printf '#!/bin/sh\nprintf "token\\0/\\0"\n' >"$work/fsmonitor" && chmod +x "$work/fsmonitor" && git config core.fsmonitor "$work/fsmonitor" && git config core.untrackedCache true
change a && git status >/dev/null
check "a monitor of files: staged" same "$(git hash-object -t tree /dev/null)"
check "a monitor of files: blocks" blocked
git commit -q --no-verify -m a && export GIT_INDEX_FILE="$work/monitor/other-index" && git read-tree HEAD && change b
check "an index in another place: staged" same
check "an index in another place: blocks" blocked
finish
