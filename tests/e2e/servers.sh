#!/bin/sh
# Real Git servers: sshd on loopback, git http-backend, gitolite 3. Each is set up in a folder of its own and ended with the test.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

me=$(id -un)
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/alice"
ssh-keygen -q -t ed25519 -N '' -f "$work/bob"
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# start_sshd: with $work/authorized_keys; its port is in $port.
start_sshd() {
  port=$(free_port)
  cat >"$work/sshd_config" <<SSHD
ListenAddress 127.0.0.1
Port $port
HostKey $work/host_key
AuthorizedKeysFile $work/authorized_keys
PidFile $work/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
SSHD
  if [ "$(id -u)" = 0 ]; then mkdir -p /run/sshd; fi
  /usr/sbin/sshd -f "$work/sshd_config" -E "$work/sshd.log" || return 1
}
as() { GIT_SSH_COMMAND="ssh -F /dev/null -i $work/$1 -p $port -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"; export GIT_SSH_COMMAND; }
stop() { [ -f "$work/sshd.pid" ] && kill "$(cat "$work/sshd.pid")"; [ -n "${http:-}" ] && kill "$http"; rm -rf "$work"; }
trap stop EXIT
push() { git push -q "$@" >"$work/out" 2>&1; }
rejected() { ! push "$@"; }
logged() { tail -1 "$log" | grep -qF -- "$1"; }
# A repository whose tip is clean, and one commit on the branch `open` that is not.
client() {
  git init -q "$work/$1" && cd "$work/$1" || exit 3
  group web '"10.0.0.0/8"' >main.tf && git add . && git commit -q -m base
  git checkout -q -b open && group web '"0.0.0.0/0"' >main.tf && git commit -q -a -m "open the door"
}
# exercise NAME REMOTE USER: what every server must do; $log is its record.
exercise() {
  check "$1: a clean push is accepted" push "$2" main
  check "$1: it is recorded with its user" logged "\"user\":\"$3\""
  check "$1: an open port is refused" rejected "$2" open:main
  check "$1: with file and line" says "remote: main.tf:9:20  high  aws-security-group-open-ssh"
  check "$1: and leaves nothing" test "$(git ls-remote "$2" refs/heads/main | cut -f1)" = "$(git rev-parse main)"
  check "$1: an override is accepted" push -o weir.override="drill" "$2" open:overridden
  check "$1: and recorded" logged "\"user\":\"$3\",\"repository\""
  check "$1: as one" logged '"result":"overridden","override":{"reason":"drill","allowed":true}'
  check "$1: deleting is accepted" push "$2" --delete overridden
}

if [ -x /usr/sbin/sshd ] && command -v ssh >/dev/null; then
  git init -q --bare "$work/plain.git"
  git -C "$work/plain.git" config receive.advertisePushOptions true
  git -C "$work/plain.git" config weir.config "$work/plain.yaml"
  printf 'version: 1\nserver: {override: [%s]}\n' "$me" >"$work/plain.yaml"
  (cd "$work/plain.git" && "$WEIR" install >/dev/null)
  printf 'environment="HOME=%s",environment="GIT_CONFIG_NOSYSTEM=1" %s\n' "$work" "$(cat "$work/alice.pub")" >"$work/authorized_keys"
  start_sshd
  as alice
  client over-ssh
  log=$work/plain.git/weir/audit.jsonl
  exercise ssh "ssh://$me@127.0.0.1$work/plain.git" "$me"
  (cd "$work/plain.git" && "$WEIR" uninstall >/dev/null)
  check "ssh: uninstalled, everything is accepted" push "ssh://$me@127.0.0.1$work/plain.git" open:main
  kill "$(cat "$work/sshd.pid")"; rm -f "$work/sshd.pid"
else
  echo "skipped: sshd is not installed"
fi

git init -q --bare "$work/www/web.git"
git -C "$work/www/web.git" config http.receivepack true
git -C "$work/www/web.git" config receive.advertisePushOptions true
git -C "$work/www/web.git" config weir.config "$work/web.yaml"
printf 'version: 1\nserver: {override: [carol]}\n' >"$work/web.yaml"
(cd "$work/www/web.git" && "$WEIR" install >/dev/null)
cat >"$work/backend.py" <<'PY'
"""git http-backend behind Python's web server; whoever gives a name is that user."""
import base64, http.server, os, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def do_GET(self):
        path, _, query = self.path.partition("?")
        user = self.headers.get("Authorization", "")
        if not user.startswith("Basic "):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while (n := int(self.rfile.readline(), 16)):
                body += self.rfile.read(n)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        env = dict(os.environ, GIT_PROJECT_ROOT=sys.argv[2], GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
                   REMOTE_USER=base64.b64decode(user[6:]).decode().split(":")[0], CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)),
                   HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""), GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
        out = subprocess.run(["git", "http-backend"], input=body, env=env, stdout=subprocess.PIPE).stdout
        head, _, content = out.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items(): self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
    do_POST = do_GET
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
PY
port=$(free_port)
python3 "$work/backend.py" "$port" "$work/www" 2>"$work/backend.log" &
http=$!
i=0
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).close()" 2>/dev/null || [ $i -gt 100 ]; do i=$((i + 1)); sleep 0.1; done
client over-http
log=$work/www/web.git/weir/audit.jsonl
exercise http "http://carol:x@127.0.0.1:$port/web.git" carol
check "http: another user may not override" rejected -o weir.override=x "http://dave:x@127.0.0.1:$port/web.git" open:other
check "http: and is told" says "weir.override is not open to dave"

if command -v gitolite >/dev/null && [ -x /usr/sbin/sshd ]; then
  mkdir "$work/gitolite" && cd "$work/gitolite" || exit 3
  (export HOME="$work/gitolite" GIT_CONFIG_GLOBAL="$work/gitconfig"
   gitolite setup -pk "$work/alice.pub" >"$work/out" 2>&1
   # The administrator's own hooks, for all repositories: gitolite's documentation names local/hooks/common.
   sed -i 's|^ *# LOCAL_CODE *=> *"$ENV.*|    LOCAL_CODE => "'"$work"'/gitolite/local",|; s/GIT_CONFIG_KEYS *=> *.*/GIT_CONFIG_KEYS => ".*",/' .gitolite.rc
   mkdir -p local/hooks/common
   printf '#!/bin/sh\nexec "%s" hook pre-receive\n' "$WEIR" >local/hooks/common/pre-receive
   chmod +x local/hooks/common/pre-receive
   gitolite setup >>"$work/out" 2>&1)
  sed "s,command=\"[^ ]*gitolite-shell,command=\"HOME=$work/gitolite GIT_CONFIG_NOSYSTEM=1 /usr/share/gitolite3/gitolite-shell," "$work/gitolite/.ssh/authorized_keys" >"$work/authorized_keys"
  start_sshd
  as alice
  url=ssh://$me@127.0.0.1
  git clone -q "$url/gitolite-admin" "$work/admin" >"$work/out" 2>&1
  cd "$work/admin" || { not_ok "gitolite: the administrator can clone"; finish; }
  cp "$work/bob.pub" keydir/bob.pub
  printf 'repo gitolite-admin\n  RW+ = alice\nrepo infra\n  RW+ = alice bob\n  config receive.advertisePushOptions = true\n  config weir.config = %s\n' "$work/gl.yaml" >conf/gitolite.conf
  printf 'version: 1\nserver: {override: [alice]}\n' >"$work/gl.yaml"
  git add . && git commit -q -m "a repository and a user"
  check "gitolite: its own administration still works" push origin HEAD:master  # the branch that gitolite reads
  sed "s,command=\"[^ ]*gitolite-shell,command=\"HOME=$work/gitolite GIT_CONFIG_NOSYSTEM=1 /usr/share/gitolite3/gitolite-shell," "$work/gitolite/.ssh/authorized_keys" >"$work/authorized_keys"
  client over-gitolite
  log=$work/gitolite/repositories/infra.git/weir/audit.jsonl
  exercise gitolite "$url/infra" alice
  as bob
  check "gitolite: another of its users is refused" rejected -o weir.override=x "$url/infra" open:bobs
  check "gitolite: by name" says "weir.override is not open to bob"
  check "gitolite: the record has its name for the repository" logged '"user":"bob","repository":"infra"'
  rm "$work/gitolite/local/hooks/common/pre-receive" "$work/gitolite/repositories/infra.git/hooks/pre-receive"
  check "gitolite: with the hook gone, everything is accepted" push "$url/infra" open:bobs
else
  echo "skipped: gitolite is not installed"
fi
finish
