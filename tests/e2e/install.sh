#!/bin/sh
# Getting in next to a hook that is there, and out again.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

git init -q "$work/r" && cd "$work/r" || exit 3
printf '#!/bin/sh\necho "the old hook ran"\n[ ! -f refuse ]\n' >.git/hooks/pre-commit
chmod 750 .git/hooks/pre-commit
cp -p .git/hooks/pre-commit "$work/kept"
"$WEIR" install >"$work/out" && "$WEIR" install >"$work/out"
echo x >a && git add a
check "a hook that was there keeps running" commit
check "its output is seen" says "the old hook ran"
touch refuse && echo y >a && git add a
check "its refusal counts" blocked
rm refuse
group web '"0.0.0.0/0"' >main.tf && git add main.tf
check "weir runs after it" blocked
"$WEIR" uninstall >"$work/out"
check "uninstall puts it back byte for byte" cmp -s .git/hooks/pre-commit "$work/kept"
check "with its mode" [ "$(stat -c %a .git/hooks/pre-commit)" = 750 ]
check "and leaves nothing behind" [ ! -e .git/hooks/pre-commit.before-weir ]
finish
