# Debian packages by what they are for; sourced by ./run, ./test, ./bench, ./fuzz and dist/build.
PACKAGES_BUILD="gcc make pkg-config libmicrohttpd-dev libsqlite3-dev libpq-dev libsodium-dev libjansson-dev libutf8proc-dev libzip-dev
	libexpat1-dev libxlsxwriter-dev libmd4c-dev libseccomp-dev liboath-dev libqrencode-dev libcairo2-dev libpango1.0-dev libcurl4-openssl-dev fonts-noto-cjk"
PACKAGES_TEST="libcmocka-dev chromium-headless-shell poppler-utils cppcheck clang-tidy zip unzip curl openssl"
PACKAGES_FUZZ="clang-14 libclang-rt-14-dev"
PACKAGES_VALGRIND="valgrind"
PACKAGES_DURABILITY="sqlite3"
PACKAGES_PEERS="fossil"
PACKAGES_SECURITY="wapiti"
PACKAGES_POSTGRES="postgresql"
PACKAGES_DIST="git dpkg-dev debhelper lintian"
PACKAGES_ROOT="debootstrap iproute2"

# Installs those of its arguments that are missing; says so once. Needs root or sudo only when something is missing.
packages_need() {
	local missing="" p
	for p in "$@"; do
		dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
	done
	# A machine may have Node.js from elsewhere: then Debian's is not wanted.
	command -v node >/dev/null && command -v npm >/dev/null || missing="$missing nodejs npm"
	[ -n "$missing" ] || return 0
	echo "Installing from Debian:$missing" >&2
	local sudo=""
	[ "$(id -u)" = 0 ] || sudo="sudo"
	$sudo apt-get update -qq >&2 &&
		$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null || {
		echo "These packages could not be installed:$missing. Install them by hand and run this again." >&2
		return 1
	}
}

cores() { nproc 2>/dev/null || echo 2; }
