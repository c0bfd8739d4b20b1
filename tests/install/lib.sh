# Shared by tests/install/*.sh: a clean Debian in a directory of its own. Needs root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/packages.sh
fail() { echo "FAILED: $*" >&2; exit 1; }
same() { [ "$1" = "$2" ] || fail "$3: expected «$2», got «$1»"; }
[ "$(id -u)" = 0 ] || fail "a clean root wants root: sudo ./test --full install"
dir=$(mktemp -d)
trap 'rm -rf --one-file-system "$dir"' EXIT

# The package of the last commit, built unless it lies there.
package() {
	local version deb
	version=$(dist/version)
	deb=build/deb/ishigaki_${version%-dirty}_$(dpkg --print-architecture).deb
	[ -f "$deb" ] || dist/build >&2
	echo "$deb"
}

# A root of that Debian, unpacked in $dir/root. What debootstrap made is kept in var/roots until it is a week old.
clean_root() {
	local suite=$1 tar=var/roots/$1.tar
	packages_need $PACKAGES_ROOT
	mkdir -p var/roots "$dir/root"
	find var/roots -name "$suite.tar" -mtime +7 -delete
	if [ ! -f "$tar" ]; then
		debootstrap --variant=minbase "$suite" "$dir/root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$dir/debootstrap.log" 2>&1 ||
			{ tail -n 5 "$dir/debootstrap.log" >&2; fail "debootstrap $suite"; }
		tar -C "$dir/root" --numeric-owner -cf "$tar.part" . && mv "$tar.part" "$tar"
	else
		tar -C "$dir/root" --numeric-owner -xpf "$tar"
	fi
	# Services belong to the machine, not to a root without an init of its own.
	printf '#!/bin/sh\nexit 101\n' >"$dir/root/usr/sbin/policy-rc.d" && chmod 755 "$dir/root/usr/sbin/policy-rc.d"
}

# in_root [--offline] CMD...: what it started, or mounted, ends with it; --offline has a loopback of its own and no network.
in_root() {
	local net=""
	[ "$1" != --offline ] || { net=--net; shift; }
	unshare --mount --pid --fork --kill-child --propagation private $net bash -c '
		root=$1 net=$2; shift 2
		mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit 1
		[ -z "$net" ] || ip link set lo up || exit 1
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root "$@"' _ "$dir/root" "$net" "$@"
}
