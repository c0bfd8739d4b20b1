#!/usr/bin/env bash
# The last commit in a clean Debian 13: it compiles, and the unit tests pass.
. "$(dirname "$0")/lib.sh"
clean_root trixie
make -s web/node_modules/.stamp
mkdir "$dir/root/src" && git archive HEAD | tar -x -C "$dir/root/src"
# The npm files of web/ are the same everywhere: no npm is wanted in there.
cp -a web/node_modules "$dir/root/src/web/" && touch "$dir/root/src/web/node_modules/.stamp"
in_root sh -ec "apt-get update -qq && apt-get install -y -qq --no-install-recommends $(xargs <<<"$PACKAGES_BUILD") nodejs libcmocka-dev poppler-utils zip unzip >/root/install.log 2>&1 ||
	{ tail -n 20 /root/install.log >&2; exit 1; }"
in_root --offline env "ISHIGAKI_VERSION=$(dist/version)" sh -ec "cd /src && make -s -j$(cores) tests >/root/make.log 2>&1 || { tail -n 40 /root/make.log >&2; exit 1; }" || fail "it does not compile"
in_root --offline bash -c 'cd /src && . tools/runner.sh && logs=/root && find build/test -type f -perm -u+x -printf "%P\n" | LC_ALL=C sort |
	{ list=$(cat); run_programs trixie "$1" build/test <<<"$list"; summary; }' _ "$(cores)" | tee "$dir/results"
grep -q '^[1-9][0-9]* passed, 0 failed$' "$dir/results" || fail "unit tests"
