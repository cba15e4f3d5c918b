#!/bin/sh
# Packages: built as users get them, installed, used and removed: .deb, .rpm, tar.gz, a Python wheel, an npm package; the manual page and the completions.
# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2016,SC2119  # check calls the functions; sh -c expands
. "$(dirname "$0")/lib.sh"

project=$(cd "$(dirname "$0")/../.." && pwd)
build=$project/build/package
cd "$project" || exit 3
if ! { cmake --preset package && cmake --build --preset package && cd "$build" && rm -f ./*.deb ./*.rpm ./*.tar.gz && cpack; } >"$work/out" 2>&1; then
  tail -20 "$work/out" >"$work/end" && mv "$work/end" "$work/out"
  not_ok "the packages are built"
  finish
fi
ok "the packages are built"
version=$("$build/weir" --version | cut -d' ' -f2)
deb=$(echo "$build"/weir_"$version"_*.deb) rpm=$(echo "$build"/weir-"$version"-1.*.rpm) tar=$(echo "$build"/weir-"$version"-Linux-*.tar.gz)
says_file() { grep -qF -- "$1" "$2"; }
# used BINARY: it blocks a commit and lets another one through.
used() {
  cases=$((cases + 1)) && rm -rf "$work/r$cases" && git init -q "$work/r$cases" && cd "$work/r$cases" || exit 3
  "$1" install >/dev/null || return 1
  group web '"0.0.0.0/0"' >main.tf && git add . && blocked && says "blocks this commit" || return 1
  group web '"10.0.0.0/8"' >main.tf && git add . && commit
}
FILES="bin/weir share/man/man1/weir.1.gz share/bash-completion/completions/weir share/zsh/vendor-completions/_weir share/fish/vendor_completions.d/weir.fish share/doc/weir/copyright"
lists_all() { for file in $FILES; do grep -q "$file\$" "$work/out" || { echo "no $file"; return 1; }; done; }

check "the binary needs no library" sh -c '! ldd "$1" >"$2" 2>&1' - "$build/weir" "$work/out"
check "and works" used "$build/weir"

# tar.gz
mkdir "$work/tar" && tar -xzf "$tar" -C "$work/tar" && find "$work/tar" >"$work/out"
check "tar.gz: everything is in it" lists_all
check "tar.gz: the binary works" used "$work/tar"/*/bin/weir

# .rpm
if command -v rpm >/dev/null; then
  rpm -qlp "$rpm" >"$work/out" 2>&1
  check "rpm: everything is in it" lists_all
  check "rpm: it needs git and nothing else" [ "$(rpm -qp --requires "$rpm" 2>/dev/null | grep -v '^rpmlib' | sort -u | tr '\n' ' ')" = "/bin/sh git " ]
else
  echo "skipped: rpm is not installed"
fi

# .deb
dpkg-deb -c "$deb" >"$work/out"
check "deb: everything is in it" lists_all
if [ "$(id -u)" = 0 ] && ! dpkg -s weir >/dev/null 2>&1 && [ ! -e /etc/weir ] && [ ! -e /usr/bin/weir ]; then
  check "deb: it is installed" sh -c 'dpkg -i "$1" >"$2" 2>&1' - "$deb" "$work/out"
  check "deb: weir is in PATH" [ "$(command -v weir)" = /usr/bin/weir ]
  check "deb: it works" used weir
  # For the machine, then removed with it.
  check "deb: it is installed for the machine" env GIT_CONFIG_NOSYSTEM=0 weir install --system
  check "deb: every repository is judged" sh -c 'unset GIT_CONFIG_NOSYSTEM; git init -q "$1/all" && cd "$1/all" && echo "resource {" >x.tf && git add . && ! git commit -q -m x 2>"$1/out"' - "$work"
  check "deb: it is removed" sh -c 'dpkg -r weir >"$1" 2>&1' - "$work/out"
  check "deb: nothing of it is left" [ ! -e /usr/bin/weir ] && [ ! -e /etc/weir ]
  check "deb: and git works as before" sh -c 'unset GIT_CONFIG_NOSYSTEM; cd "$1/all" && git commit -q -m x 2>"$1/out"' - "$work"
else
  echo "skipped: only root installs a .deb, where there is no weir yet"
fi

# The manual page and the completions, in the shells themselves.
gzip -dc "$work"/tar/*/share/man/man1/weir.1.gz >"$work/weir.1"
check "manual: every command of --help is in it" sh -c '"$1" --help | sed -n "/^Subcommands:/,/^\$/s/^  \([a-z]*\) .*/\1/p" | while read -r command; do grep -q "^.SS weir $command" "$2" || exit 1; done' - "$build/weir" "$work/weir.1"
if command -v groff >/dev/null; then
  check "manual: groff has nothing to say" sh -c 'groff -man -ww -Tutf8 "$1" 2>"$2" >/dev/null && [ ! -s "$2" ]' - "$work/weir.1" "$work/out"
fi
completions=$(echo "$work"/tar/*/share)
PATH=$build:$PATH
bash -c '. "$1"; COMP_WORDS=(weir do); COMP_CWORD=1; _weir; echo "${COMPREPLY[@]}"; COMP_WORDS=(weir install --s); COMP_CWORD=2; _weir; echo "${COMPREPLY[@]}"
  COMP_WORDS=(weir explain aws-s3-public); COMP_CWORD=2; _weir; echo "${COMPREPLY[@]}"; complete -p weir' - "$completions/bash-completion/completions/weir" >"$work/out" 2>&1
check "bash completes commands" says "doctor"
check "bash completes options" says "--system --server"
check "bash completes policies" says "aws-s3-public-acl"
check "bash knows whom to ask" says "-F _weir weir"
if command -v fish >/dev/null; then
  HOME=$work fish -c 'source $argv[1]; complete -C "weir do"; complete -C "weir install --s"; complete -C "weir explain aws-s3-public"' "$completions/fish/vendor_completions.d/weir.fish" >"$work/out" 2>&1
  check "fish completes commands" says "doctor"
  check "fish completes options" says "--system"
  check "fish completes policies" says "aws-s3-public-acl"
else
  echo "skipped: fish is not installed"
fi
if command -v zsh >/dev/null; then
  cat >"$work/complete.zsh" <<'ZSH'
zmodload zsh/zpty
zpty shell zsh -f -i
ask() {
  zpty -w -n shell "$1"$'\t\t'
  local all= part i
  for i in {1..50}; do sleep 0.1; while zpty -rt shell part; do all+=${part//[^[:print:]]/}; done; [[ $all == *$2* ]] && break; done
  print -r -- "$all"
  zpty -w -n shell $'\x15'
}
zpty -w shell "fpath=($1/zsh/vendor-completions \$fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=0; unsetopt ALWAYS_LAST_PROMPT"
ask "weir doct" "doctor"
ask "weir install --sy" "--system"
ask "weir explain aws-s3-public-a" "public-acl"
zpty -d shell
ZSH
  mkdir "$work/empty"  # the second tab is to find no file
  (cd "$work/empty" && TERM=dumb HOME=$work zsh -f "$work/complete.zsh" "$completions" >"$work/out" 2>&1)
  check "zsh completes commands" says "doctor"
  check "zsh completes options" says "--system"
  check "zsh completes policies" says "aws-s3-public-acl"
else
  echo "skipped: zsh is not installed"
fi

# Carried by Python and by npm.
wheel=$(python3 "$project/installer/pack" wheel "$build/weir" "$work/dist") && npm=$(python3 "$project/installer/pack" npm "$build/weir" "$work/dist")
if python3 -m venv "$work/venv" >"$work/out" 2>&1; then
  check "wheel: pip installs it" sh -c '"$1/venv/bin/pip" install -q --no-index --disable-pip-version-check "$2" >"$1/out" 2>&1' - "$work" "$wheel"
  check "wheel: it works" used "$work/venv/bin/weir"
  check "wheel: pip removes it" sh -c '"$1/venv/bin/pip" uninstall -q -y weir >"$1/out" 2>&1 && [ ! -e "$1/venv/bin/weir" ]' - "$work"
else
  echo "skipped: python3 has no venv here"
fi
if command -v npm >/dev/null; then
  mkdir "$work/npm" && cd "$work/npm" && echo '{"private": true}' >package.json
  check "npm: it is installed" sh -c 'npm install --offline --silent --no-audit --no-fund "$1" >"$2" 2>&1' - "$npm" "$work/out"
  check "npm: it works" used "$work/npm/node_modules/.bin/weir"
  cd "$work/npm" && check "npm: npx finds it" sh -c '[ "$(npx --offline weir --version)" = "weir $1" ]' - "$version"
else
  echo "skipped: npm is not installed"
fi
finish
