#!/usr/bin/env bash
# The package is made from a clean clone, without errors or warnings of lintian, and two builds, in directories of different
# names and under different circumstances, are the same to the byte.
. "$(dirname "$0")/lib.sh"
git clone -q . "$dir/one"
git clone -q . "$dir/another-and-longer-name"
# What npm fetches is fetched once.
make -s web/node_modules/.stamp
for d in "$dir/one" "$dir/another-and-longer-name"; do cp -a web/node_modules "$d/web/" && touch "$d/web/node_modules/.stamp"; done
"$dir/one/dist/build" "$dir/a" >"$dir/a.log" 2>&1 || { cat "$dir/a.log" >&2; fail "the first build"; }
(umask 077 && cd / && TZ=Asia/Tokyo LANG=ja_JP.UTF-8 HOME=/nonexistent USER=nobody nice "$dir/another-and-longer-name/dist/build" "$dir/b") >"$dir/b.log" 2>&1 ||
	{ cat "$dir/b.log" >&2; fail "the second build"; }
n=0
for deb in "$dir"/a/*.deb; do
	name=$(basename "$deb")
	same "$(sha256sum <"$dir/b/$name")" "$(sha256sum <"$deb")" "$name"
	! dpkg-deb --fsys-tarfile "$deb" | grep -qaF "$dir" || fail "$name: the build directory is in it"
	n=$((n + 1))
done
same "$n" 2 "packages (the program, its debug symbols)"
mkdir -p build/deb && cp "$dir"/a/*.deb build/deb/
sha256sum "$dir"/a/*.deb | sed 's|/.*/||'
