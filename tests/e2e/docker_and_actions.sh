#!/bin/sh
# One staged change of a Dockerfile, a Compose project and a workflow: blocked, underlined, repaired.
# Expressions of workflows stand in single quotes.
# shellcheck disable=SC2016
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

new_repository
printf 'FROM debian:12.7\nCOPY a.conf /etc/app/\nUSER app\nHEALTHCHECK CMD ["app", "ping"]\n' >Dockerfile
git add . && check "a good Dockerfile goes through" commit && check "without a word" silent
printf 'FROM debian:12.7\nCOPY a.conf b.conf /etc/app\nUSER app\nHEALTHCHECK CMD ["app", "ping"]\n' >Dockerfile
git add . && check "an instruction that breaks the build blocks" blocked
check "with its place" says "Dockerfile:2:20  high  docker-copy-many-to-file"
check "the destination is underlined" says "━━━━━━━━"
"$WEIR" fix --apply --staged >"$work/out" 2>&1
check "its fix is applied" sh -c 'git show :Dockerfile | grep -q "^COPY a.conf b.conf /etc/app/$"'
check "then the commit goes through" commit
printf 'FROM debian:12.7\nCOPY a.conf b.conf /etc/app/\nRUN set -e; \\\n  # the mirror\n  curl -fLk https://example.com/a -o /a\nUSER app\nHEALTHCHECK CMD ["app", "ping"]\n' >Dockerfile
git add . && check "a download without verification blocks" blocked
check "at the letter of the option" says "Dockerfile:5:11  high  docker-curl-insecure"
sed 's|^RUN set|# weir:ignore docker-curl-insecure the mirror is ours\nRUN set|' Dockerfile >new && mv new Dockerfile
git add . && check "a comment accepts it" commit
printf 'FROM debian:12.7\nRUN <<EOF\nls\n' >Dockerfile
git add . && check "a here-document without end blocks" blocked
check "and is said" says "The here-document is never closed"

new_repository
printf 'services:\n  web:\n    image: registry.example.com/web:1.4.2\n    mem_limit: 1g\n    security_opt: ["no-new-privileges:true"]\n' >compose.yaml
git add . && check "a good Compose project goes through" commit
printf 'services:\n  web:\n    privileged: true\n' >compose.override.yaml
git add . && check "an override that makes a container privileged blocks" blocked
check "where it says so" says "compose.override.yaml:3:17  critical  compose-privileged"

new_repository
mkdir -p .github/workflows
printf 'on: pull_request\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n' >.github/workflows/ci.yml
git add . && check "a good workflow goes through" commit && check "without a word" silent
printf 'on: pull_request\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          make test\n          echo "${{ github.event.pull_request.title }}"\n' >.github/workflows/ci.yml
git add . && check "a title in a script blocks" blocked
check "with its place in the block" says ".github/workflows/ci.yml:10:17  high  github-actions-injection"
check "the expression is underlined" says "│                 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━"
check "the line to accept it is outside of the script" says "above line 8 accepts it"
"$WEIR" fix --apply --staged >"$work/out" 2>&1
check "its fix passes the title through env" sh -c 'git show :.github/workflows/ci.yml | grep -q "PULL_REQUEST_TITLE: .*github.event.pull_request.title" && git show :.github/workflows/ci.yml | grep -q "echo \"\${PULL_REQUEST_TITLE}\""'
check "then the commit goes through" commit
finish
