#!/bin/sh
# Pushes made to hurt: what weir cannot judge is refused, within the bounds of the server, and never a pass.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

server=$work/server.git
git init -q --bare "$server"
(cd "$server" && "$WEIR" install >/dev/null)
git -C "$server" config weir.config "$work/server.yaml"
settings() { printf 'version: 1\n%s\n' "$1" >"$work/server.yaml"; }
settings ''
git init -q "$work/client" && cd "$work/client" || exit 3
git remote add origin "$server"
push() { git push -q origin "$@" >"$work/out" 2>&1; }
rejected() { ! push "$@"; }
open_port() { group "$1" '"0.0.0.0/0"'; }
blob() { git hash-object -w --stdin; }
# commit_of TREE: a commit without parents; trees are written as they are told, sound or not.
commit_of() { git commit-tree -m hostile "$1"; }
raw_tree() { git hash-object -t tree -w --stdin --literally; }
# entry MODE NAME ID: one entry of a tree, as bytes.
entry() { printf '%s %s\0' "$1" "$2"; printf '%s' "$3" | xxd -r -p 2>/dev/null || python3 -c "import sys; sys.stdout.buffer.write(bytes.fromhex('$3'))"; }

open=$(open_port web | blob)
shut=$(group web '"10.0.0.0/8"' | blob)
inner=$(entry 100644 main.tf "$open" | raw_tree)

# Trees that no git would write.
tree=$(entry 40000 .. "$inner" | raw_tree)
check "a tree with ../ is refused, or judged" rejected "$(commit_of "$tree"):refs/heads/dots"
tree=$(entry 40000 .git "$inner" | raw_tree)
check "so is one with .git" rejected "$(commit_of "$tree"):refs/heads/dotgit"
tree=$(entry 100644 "a/../../main.tf" "$open" | raw_tree)
check "so is one with slashes in a name" rejected "$(commit_of "$tree"):refs/heads/slashes"
tree=$({ entry 100644 main.tf "$shut"; entry 100644 main.tf "$open"; } | raw_tree)
check "a tree with the same name twice, the harmless one first, is refused" rejected "$(commit_of "$tree"):refs/heads/twice"
tree=$({ entry 100644 main.tf "$open"; entry 100644 main.tf "$shut"; } | raw_tree)
check "or last" rejected "$(commit_of "$tree"):refs/heads/twice"
tree=$({ entry 100644 z.tf "$shut"; entry 100644 main.tf "$open"; } | raw_tree)
check "a tree that is not sorted hides nothing" rejected "$(commit_of "$tree"):refs/heads/unsorted"
check "nothing of these arrived" [ -z "$(git -C "$server" for-each-ref)" ]
check "and nothing was written outside" [ ! -e "$work/main.tf" ]

# Sizes.
head -c 70000000 /dev/zero | tr '\0' '#' >huge.tf && git add huge.tf && git commit -q -m huge
check "a huge file is not completed, so refused" rejected HEAD:refs/heads/huge
check "and named with the limit" says "huge.tf"
git rm -q --cached huge.tf && head -c 70000000 /dev/zero >image.bin && rm huge.tf && git add image.bin && group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m binary
git branch -f orphan "$(git commit-tree -m "no infrastructure" "$(git write-tree)")"
check "a huge file that is no infrastructure is no matter" push orphan:refs/heads/image
git checkout -q --orphan deep && git rm -rqf . && { printf 'locals {\n  x = '; head -c 200000 /dev/zero | tr '\0' '['; printf '\n}\n'; } >deep.tf && git add . && git commit -q -m deep
check "nesting without end is refused" rejected HEAD:refs/heads/deep
check "not by a crash" sh -c '! grep -q "signal" "$1"' - "$work/out"

# What grows when it is expanded.
git checkout -q --orphan bomb && git rm -rqf . && printf 'a: &a ["x","x","x","x","x","x","x","x","x"]\n' >.weir.yaml
previous=a
for name in b c d e f g h i j; do
  printf '%s: &%s [*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s]\n' $name $name $previous $previous $previous $previous $previous $previous $previous $previous $previous >>.weir.yaml
  previous=$name
done
group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m bomb
check "a configuration that expands without end is refused" rejected HEAD:refs/heads/bomb
settings 'server: {time-limit: 20, memory-limit: 1024}'
git checkout -q --orphan count && git rm -rqf . && printf 'resource "aws_s3_bucket" "b" {\n  count = 2000000000\n  bucket = "b${count.index}"\n}\nlocals {\n  n = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]\n}\noutput "n" {\n  value = local.n\n}\n' >main.tf && git add . && git commit -q -m count
rejected HEAD:refs/heads/count || push HEAD:refs/heads/count
check "expressions that grow without end end" sh -c '! grep -q "signal" "$1"' - "$work/out"

# Many references, all at once; the tip is clean, then one opens a port.
settings 'server: {time-limit: 120}'
git checkout -q --orphan many && git rm -rqf . && group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m many
many=$(git rev-parse HEAD)
git init -q --bare "$work/refs.git" && cp "$server/hooks/pre-receive" "$work/refs.git/hooks/pre-receive" && git -C "$work/refs.git" config weir.config "$work/server.yaml"
push "$work/refs.git" 2>/dev/null
git push -q "$work/refs.git" HEAD:refs/heads/main >"$work/out" 2>&1
i=0
while [ $i -lt 100000 ]; do echo "0000000000000000000000000000000000000000 $many refs/heads/b/$i"; i=$((i + 1)); done >"$work/lines"
check "100,000 references on one commit are judged" sh -c 'cd "$1/refs.git" && "$WEIR" hook pre-receive <"$1/lines" >"$1/out" 2>&1' - "$work"
open_port web >main.tf && git add . && git commit -q -m open && git push -q "$work/refs.git" HEAD:refs/keep/x >/dev/null 2>&1
bad=$(git rev-parse HEAD)
git -C "$work/refs.git" fetch -q "$work/client" HEAD && sed "s/$many refs.heads.b.77777\$/$bad refs\/heads\/b\/77777/" "$work/lines" >"$work/lines.bad"
check "and the one among them that opens a port is found" sh -c 'cd "$1/refs.git" && ! "$WEIR" hook pre-receive <"$1/lines.bad" >"$1/out" 2>&1 && grep -q "b/77777 was not updated" "$1/out"' - "$work"

# Many pushes at once: none disturbs another.
settings ''
git checkout -q --orphan base && git rm -rqf . && group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m base && push HEAD:refs/heads/base
for i in 1 2 3 4 5 6; do
  git checkout -q -B "good$i" base && group "g$i" '"10.0.0.0/8"' >"g$i.tf" && git add . && git commit -q -m "good $i"
  git checkout -q -B "bad$i" base && open_port "b$i" >"b$i.tf" && git add . && git commit -q -m "bad $i"
done
for i in 1 2 3 4 5 6; do
  git push -q origin "good$i" >"$work/good$i" 2>&1 &
  git push -q origin "bad$i" >"$work/bad$i" 2>&1 &
done
wait
check "concurrent pushes: every clean one arrived" [ "$(git -C "$server" for-each-ref 'refs/heads/good*' | wc -l)" = 6 ]
check "concurrent pushes: none of the others" [ "$(git -C "$server" for-each-ref 'refs/heads/bad*' | wc -l)" = 0 ]
check "concurrent pushes: each was told of its own file" sh -c 'for i in 1 2 3 4 5 6; do grep -q "b$i.tf:9:20" "$1/bad$i" || exit 1; ! grep -q "tf:9" "$1/good$i" || exit 1; done' - "$work"
check "concurrent pushes: the record has a whole line for each" python3 - "$server/weir/audit.jsonl" <<'PY'
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
for kind, result in (("good", "accepted"), ("bad", "rejected")):
    assert sorted(r["ref"] for r in rows if r["ref"].startswith("refs/heads/" + kind) and r["result"] == result) == [f"refs/heads/{kind}{i}" for i in range(1, 7)]
PY

# The judge is killed in the midst of its work, or hangs. A script in weir's place starts it and sends it the signal.
cat >"$work/killer" <<KILLER
#!/bin/sh
exec 3<&0  # what runs beside a script has no input of its own
"$WEIR" "\$@" <&3 &
victim=\$!
while kill -0 \$victim 2>/dev/null; do
  for child in \$(cat /proc/\$victim/task/\$victim/children 2>/dev/null); do
    [ "\$(cat /proc/\$child/comm 2>/dev/null)" = "$(basename "$WEIR" | cut -c1-15)" ] && kill -s \$(cat "$work/signal") \$child
  done
  [ "\$(cut -d' ' -f3 /proc/\$victim/stat 2>/dev/null)" = Z ] && break
done
wait \$victim
KILLER
chmod +x "$work/killer" && echo KILL >"$work/signal"
git checkout -q -B killed base
i=0
while [ $i -lt 3000 ]; do echo "resource \"aws_kms_key\" \"k$i\" { enable_key_rotation = true }"; i=$((i + 1)); done >keys.tf
git add . && git commit -q -m keys
sed "s|^weir='.*'|weir='$work/killer'|" "$server/hooks/pre-receive" >"$work/hook" && cat "$work/hook" >"$server/hooks/pre-receive"
check "a judgement that is killed is a refusal" rejected killed
check "and says so" says "ended by signal 9"
echo STOP >"$work/signal" && settings 'server: {time-limit: 1}'
check "so is one that hangs" rejected killed
check "and says which limit" says "longer than 1 s (server.time-limit)"
echo KILL >"$work/signal" && settings 'server: {on-error: accept}'
check "or accepted where the server says so" push killed
finish
