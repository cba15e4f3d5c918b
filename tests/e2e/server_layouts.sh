#!/bin/sh
# Servers that cannot run here: folders laid out, and variables set, as their documentation states.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

git init -q "$work/client" && cd "$work/client" || exit 3
group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m base
git checkout -q -b open && group web '"0.0.0.0/0"' >main.tf && git commit -q -a -m "open the door"
push() { git push -q "$@" >"$work/out" 2>&1; }
rejected() { ! push "$@"; }
logged() { tail -1 "$server/weir/audit.jsonl" | grep -qF -- "$1"; }
script() { mkdir -p "$(dirname "$1")" && cat >"$1" && chmod +x "$1"; }
# What GitLab's Gitaly, Gitea and Forgejo do: every executable file of the folder, in the order of names, each with the whole input; the first that
# refuses ends it.
chain() { # FOLDER
  printf '#!/bin/sh\ninput=$(cat)\nfor hook in "%s"/*; do\n  [ -x "$hook" ] || continue\n  printf "%%s\\n" "$input" | "$hook" || exit $?\ndone\n' "$1"
}
# exercise NAME USER: pushes to $server, as $2 says to the hook by its variable.
exercise() {
  git -C "$server" config receive.advertisePushOptions true
  git -C "$server" config weir.config "$work/$1.yaml"
  printf 'version: 1\nserver: {override: [%s]}\n' "$2" >"$work/$1.yaml"
  check "$1: a clean push is accepted" push "$server" main
  check "$1: recorded with its user and repository" logged "\"user\":\"$2\",\"repository\":\"$3\""
  check "$1: an open port is refused" rejected "$server" open:main
  check "$1: with file and line" says "main.tf:9:20  high  aws-security-group-open-ssh"
  check "$1: an override is accepted" push -o weir.override=drill "$server" open:overridden
  check "$1: and recorded" logged '"override":{"reason":"drill","allowed":true}'
}
two_lines="#!/bin/sh
exec \"$WEIR\" hook pre-receive"

# GitLab: the repository's custom_hooks/pre-receive.d, run by Gitaly's own pre-receive.
server=$work/gitlab.git && git init -q --bare "$server"
echo "$two_lines" | script "$server/custom_hooks/pre-receive.d/weir"
printf '#!/bin/sh\ncat >/dev/null\necho "first of all"\n' | script "$server/custom_hooks/pre-receive.d/01-own"
chain "$server/custom_hooks/pre-receive.d" | script "$server/hooks/pre-receive"
export GL_ID=user-7 GL_USERNAME=grace GL_PROJECT_PATH=infra/network GL_PROTOCOL=ssh GL_REPOSITORY=project-1
exercise gitlab grace infra/network
check "gitlab: the other hooks of the folder run" says "first of all"
unset GL_ID GL_USERNAME GL_PROJECT_PATH GL_PROTOCOL GL_REPOSITORY

# Gitea and Forgejo: hooks/pre-receive.d beside their own file.
for name in gitea forgejo; do
  server=$work/$name.git && git init -q --bare "$server"
  printf '#!/bin/sh\ncat >/dev/null\n' | script "$server/hooks/pre-receive.d/gitea"
  echo "$two_lines" | script "$server/hooks/pre-receive.d/weir"
  chain "$server/hooks/pre-receive.d" | script "$server/hooks/pre-receive"
  export GITEA_PUSHER_NAME=tea GITEA_REPO_NAME=network GITEA_REPO_USER_NAME=infra
  exercise $name tea network
  unset GITEA_PUSHER_NAME GITEA_REPO_NAME GITEA_REPO_USER_NAME
done

# Bitbucket Data Center: a numbered file beside its own.
server=$work/bitbucket.git && git init -q --bare "$server"
printf '#!/bin/sh\ncat >/dev/null\n' | script "$server/hooks/pre-receive.d/20_bitbucket_callback"
echo "$two_lines" | script "$server/hooks/pre-receive.d/30_weir"
chain "$server/hooks/pre-receive.d" | script "$server/hooks/pre-receive"
export BB_USER_NAME=bea BB_REPO_SLUG=network
exercise bitbucket bea network
unset BB_USER_NAME BB_REPO_SLUG

# Gerrit: its plugin runs ref-update with long options.
server=$work/gerrit/git/infra.git && git init -q --bare "$server"
script "$work/gerrit/hooks/ref-update" <<HOOK
#!/bin/sh
while [ \$# -gt 0 ]; do
  case \$1 in
    --project) project=\$2 ;;
    --refname) ref=\$2 ;;
    --oldrev) old=\$2 ;;
    --newrev) new=\$2 ;;
    --uploader-username) user=\$2 ;;
  esac
  shift 2
done
cd "$work/gerrit/git/\$project.git" && REMOTE_USER=\$user exec "$WEIR" hook update "\$ref" "\$old" "\$new"
HOOK
push "$server" main && git -C "$server" fetch -q "$work/client" open
zero=0000000000000000000000000000000000000000
update() { "$work/gerrit/hooks/ref-update" --project infra --refname "$1" --uploader "Gil <gil@example.com>" --uploader-username gil --oldrev "$2" --newrev "$3" >"$work/out" 2>&1; }
check "gerrit: a clean update is accepted" update refs/heads/other $zero "$(git rev-parse main)"
check "gerrit: recorded with its user" logged '"event":"update","user":"gil"'
check "gerrit: one that opens a port is refused" sh -c '! "$@"' - "$work/gerrit/hooks/ref-update" --project infra --refname refs/heads/main --uploader-username gil --oldrev "$(git rev-parse main)" --newrev "$(git rev-parse open)"
finish
