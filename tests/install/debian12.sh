#!/usr/bin/env bash
# The package in a clean Debian 12: installed, used, upgraded, removed, purged. With a file as argument that package is taken.
. "$(dirname "$0")/lib.sh"
deb=${1:-$(package)}
clean_root bookworm
cp "$deb" "$dir/root/root/ishigaki.deb"
cp tests/install/steps.sh "$dir/root/root/"

# The next version: the same files under a higher version, with another default in the configuration.
dpkg-deb -R "$deb" "$dir/next"
sed -i 's/^Version: .*/&+next/' "$dir/next/DEBIAN/control"
echo '# A line of the next version.' >>"$dir/next/etc/ishigaki/ishigaki.conf"
(cd "$dir/next" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group -b "$dir/next" "$dir/root/root/next.deb" >/dev/null

in_root sh -ec 'apt-get update -qq && apt-get install -y -qq --no-install-recommends /root/ishigaki.deb nginx-light curl openssl >/root/install.log 2>&1 || { tail -n 20 /root/install.log >&2; exit 1; }'
for step in installed used proxied upgraded removed purged empty; do
	in_root --offline bash /root/steps.sh "$step" || fail "$step"
	echo "$step"
done
