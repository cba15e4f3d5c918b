#!/bin/sh
# Other programs that manage hooks, the real ones: installed before weir and after it, and calling weir themselves. They come from their
# registries into a folder of the test; without a network it says that it skips them.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

project=$(cd "$(dirname "$0")/../.." && pwd)
weir() { "$WEIR" "$@" >"$work/out" 2>&1; }
status_of() { "$@" >"$work/out" 2>&1; echo $?; }
repository() { cases=$((cases + 1)) && git init -q "$work/r$cases" && cd "$work/r$cases" || exit 3; }
open() { group web '"0.0.0.0/0"' >main.tf && git add main.tf; }
shut() { group web '"10.0.0.0/8"' >main.tf && git add main.tf; }
hooks_folder() { git rev-parse --git-path hooks; }
# Its bytes and modes; the samples are git's.
picture() { find "$(hooks_folder)" ! -name '*.sample' -printf '%P %y %m %l ' \( -type f -exec sha256sum {} \; -o -printf '\n' \) | sed 's,  .*,,' | sort; }
both() { # NAME WORDS-OF-THE-OTHER…
  title=$1
  open && check "$title: weir blocks" blocked
  check "$title: and the other ran before" says "$2"
  touch refuse && shut
  check "$title: the other may refuse" blocked
  rm refuse && check "$title: both pass what is clean" commit --allow-empty
  check "$title: doctor agrees" weir doctor
}
# exercise NAME WORDS INSTALL-COMMAND…: a repository that is set up so that the program says WORDS and refuses where the file `refuse` is.
exercise() {
  who=$1 words=$2
  shift 2
  "$@" >"$work/out" 2>&1 || not_ok "$who installs"
  picture >"$work/before"
  weir install
  both "$who, then weir" "$words"
  weir uninstall && picture >"$work/after"
  check "$who: uninstall puts back every byte" cmp -s "$work/before" "$work/after"
  open && check "$who: alone again" commit
  check "$who: as before" says "$words"
  shut && commit --allow-empty
}
# later NAME WORDS INSTALL-COMMAND…: the same in a repository where weir was first.
later() {
  who=$1 words=$2
  shift 2
  "$@" >"$work/out" 2>&1 || not_ok "weir, then $who: it installs"
  if ! weir doctor; then
    check "weir, then $who: doctor sees that weir is out" says "bad "
    check "weir, then $who: and puts it back" weir doctor --fix
  fi
  both "weir, then $who" "$words"
  "$@" >"$work/out" 2>&1 || not_ok "weir, then $who: it installs again"
  weir doctor || weir doctor --fix
  both "weir, then $who twice" "$words"
  weir uninstall
  open && check "weir, then $who: uninstalled, the other goes on alone" commit
  check "weir, then $who: indeed" says "$words"
}

mkdir -p "$work/bin" && ln -s "$WEIR" "$work/bin/weir" && PATH=$work/bin:$PATH
if python3 -m venv "$work/python" >/dev/null 2>&1 && "$work/python/bin/pip" install -q --disable-pip-version-check pre-commit prek >"$work/log" 2>&1; then
  PATH=$work/python/bin:$PATH
  export PRE_COMMIT_HOME="$work/pre-commit" PREK_HOME="$work/prek"
  local_hook() {
    cat >.pre-commit-config.yaml <<'YAML'
repos:
  - repo: local
    hooks:
      - {id: lint, name: the linter ran, entry: test ! -f refuse, language: system, always_run: true, pass_filenames: false}
YAML
    git add .pre-commit-config.yaml
  }
  for program in pre-commit prek; do
    repository && local_hook
    exercise $program "the linter ran" $program install
    repository && local_hook && weir install
    later $program "the linter ran" $program install
    repository && local_hook && printf '#!/bin/sh\necho older script\n' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit && $program install >/dev/null
    exercise "$program with an older script" "the linter ran" true
    commit --allow-empty
    check "$program with an older script: which still runs" says "older script"
    weir install && $program install >"$work/out" 2>&1 && open
    check "$program installed again over weir: weir runs" blocked
    check "$program installed again over weir: the linter too" says "the linter ran"
    check "$program installed again over weir: and the older script" says "older script"
    check "$program installed again over weir: each once" [ "$(grep -c -e 'older script' -e 'blocks this commit' "$work/out")" = 2 ]
    weir uninstall && commit
    check "$program installed again over weir: all is there without it" says "older script"

    # The project's own integration file.
    mkdir -p "$work/integration$program" && cp "$project/.pre-commit-hooks.yaml" "$work/integration$program" && cd "$work/integration$program" || exit 3
    git init -q && git add . && git commit -q -m hooks && git tag v1.0
    repository
    printf 'repos:\n  - repo: %s\n    rev: v1.0\n    hooks: [{id: weir}, {id: weir-push}]\n' "$work/integration$program" >.pre-commit-config.yaml
    $program install --hook-type pre-commit --hook-type pre-push >"$work/out" 2>&1
    shut && git add . && check "$program's configuration with weir: a clean commit" commit
    git init -q --bare "$work/remote$cases.git" && git remote add origin "$work/remote$cases.git"
    check "$program's configuration with weir: a clean first push" git push -q origin main
    open && check "$program's configuration with weir: blocks the commit" blocked
    check "$program's configuration with weir: with its finding" says "main.tf:9:20  high  aws-security-group-open-ssh"
    git commit -q --no-verify -m open
    check "$program's configuration with weir: blocks the push" sh -c '! git push origin main >"$1" 2>&1 && grep -q "aws-security-group-open-ssh" "$1"' - "$work/out"
    git init -q --bare "$work/empty$cases.git" && git remote set-url origin "$work/empty$cases.git" && git update-ref -d refs/remotes/origin/main
    check "$program's configuration with weir: blocks a first push" sh -c '! git push origin main >"$1" 2>&1 && grep -q "aws-security-group-open-ssh" "$1"' - "$work/out"
  done
  # A user's folder of hooks: pre-commit refuses to install into a repository whose hooks are elsewhere, unless it is told that they are not.
  weir install --user && repository && local_hook
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0='' pre-commit install >"$work/out" 2>&1
  both "pre-commit under weir install --user" "the linter ran"
  weir uninstall --user
else
  echo "skipped: pre-commit and prek (python3 -m venv and the package index are needed)"
fi

# The folder that is packed holds the programs; the repositories of the tests link to it.
mkdir "$work/node" && cd "$work/node" || exit 3
echo '{"private": true}' >package.json
if command -v npm >/dev/null && npm install --silent --no-audit --no-fund husky@9 lefthook@2 simple-git-hooks@2 >"$work/log" 2>&1; then
  node_repository() { repository && ln -s "$work/node/node_modules" node_modules && echo node_modules >.git/info/exclude; }
  PATH=$work/node/node_modules/.bin:$PATH

  husky_9() { mkdir -p .husky && printf 'echo "husky ran"\n[ ! -f refuse ]\n' >.husky/pre-commit && printf '{"private": true}' >package.json && git add .; }
  node_repository && husky_9
  exercise "husky 9" "husky ran" husky
  check "husky 9: nothing that is tracked was changed" sh -c 'test -z "$(git status --porcelain)"'
  node_repository && husky_9 && weir install
  later "husky 9" "husky ran" husky

  # husky 4 looks for itself in the project's own node_modules, and does not install where CI is set.
  unset CI
  git init -q "$work/husky4" && cd "$work/husky4" || exit 3
  printf '{"private": true, "husky": {"hooks": {"pre-commit": "echo husky ran; [ ! -f refuse ]"}}}' >package.json && echo node_modules >.git/info/exclude
  npm install --silent --no-audit --no-fund husky@4 >"$work/log" 2>&1
  husky_4() { (cd node_modules/husky && INIT_CWD=$work/husky4 npm_config_user_agent=npm/10 node husky install); }
  exercise "husky 4" "husky ran" husky_4
  rm -rf .git/hooks && mkdir .git/hooks && weir install && husky_4 >"$work/out" 2>&1
  check "weir, then husky 4: which leaves a hook alone that is there" says "skipping existing user hook: pre-commit"
  check "weir, then husky 4: doctor agrees" weir doctor
  open && check "weir, then husky 4: weir blocks" blocked

  lefthook_config() { printf 'pre-commit:\n  jobs:\n    - name: linter\n      run: echo "lefthook ran" && test ! -f refuse\n' >lefthook.yml && git add .; }
  node_repository && lefthook_config
  exercise lefthook "lefthook ran" lefthook install
  node_repository && lefthook_config && weir install
  later lefthook "lefthook ran" lefthook install --force
  weir install && printf '    - name: another\n      run: echo "another ran"\n' >>lefthook.yml && git add . && commit
  check "lefthook after a change of its configuration" says "another ran"
  weir doctor || weir doctor --fix
  open && check "lefthook after a change of its configuration: weir is there, or doctor puts it back" blocked
  node_repository && cp "$project/installer/lefthook.yml" weir.yml && printf 'extends: [weir.yml]\n' >lefthook.yml && lefthook install >"$work/out" 2>&1
  shut && git add . && check "lefthook's configuration with weir: a clean commit" commit
  open && check "lefthook's configuration with weir: blocks" blocked
  check "lefthook's configuration with weir: with its finding" says "aws-security-group-open-ssh"
  git init -q --bare "$work/remote$cases.git" && git commit -q --no-verify -m open
  check "lefthook's configuration with weir: blocks the push" sh -c '! git push "$1" main >"$2" 2>&1 && grep -q "refs/heads/main is not pushed" "$2"' - "$work/remote$cases.git" "$work/out"

  simple() { printf '{"simple-git-hooks": {"pre-commit": "echo simple ran; [ ! -f refuse ]"}}' >package.json && git add .; }
  node_repository && simple
  exercise simple-git-hooks "simple ran" simple-git-hooks
  node_repository && simple && weir install
  later simple-git-hooks "simple ran" simple-git-hooks
else
  echo "skipped: husky, lefthook and simple-git-hooks (npm and its registry are needed)"
fi

# overcommit is a Ruby program; its layout, as its documentation states it: every hook is a copy of one script that asks for its own name.
repository
for name in overcommit-hook pre-commit commit-msg; do
  printf '#!/bin/sh\n# Overcommit: OVERCOMMIT_DISABLE turns it off\necho "overcommit ran $(basename "$0")"\n[ ! -f refuse ]\n' >.git/hooks/$name && chmod +x .git/hooks/$name
done
exercise "overcommit's layout" "overcommit ran pre-commit" true
repository && weir install
overcommit() {
  mkdir -p .git/hooks/old-hooks
  for name in pre-commit commit-msg; do
    if [ -e ".git/hooks/$name" ] && ! grep -q Overcommit ".git/hooks/$name"; then mv ".git/hooks/$name" .git/hooks/old-hooks/; fi
    printf '#!/bin/sh\n# Overcommit: OVERCOMMIT_DISABLE turns it off\necho "overcommit ran $(basename "$0")"\n[ ! -f refuse ]\n' >".git/hooks/$name" && chmod +x ".git/hooks/$name"
  done
}
later "overcommit's layout" "overcommit ran pre-commit" overcommit
finish
