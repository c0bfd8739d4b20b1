#!/usr/bin/env bash
# profile.sh [ROWS]: the instructions of a list, a save and an imported row by callgrind, as Markdown: how many each takes, in whose code they are
# spent, and through which functions they go (with what those call). Instructions are the same on every machine of a kind.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/packages.sh
packages_need $PACKAGES_VALGRIND
rows=${1:-2000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
build/tools/bench build /dev/null prepare "$dir" "$rows" 2>/dev/null

# profile KIND N COLLECT...: runs the work under callgrind, counting within the functions of COLLECT (without any: all of it)
profile() {
	local kind=$1 n=$2 toggles=() f
	shift 2
	for f in "$@"; do toggles+=("--toggle-collect=$f"); done
	LD_PRELOAD=build/tools/no_limits.so valgrind --tool=callgrind --callgrind-out-file="$dir/$kind.out" "${toggles[@]}" build/tools/bench build /dev/null work "$kind" "$dir" "$n" >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
	callgrind_annotate --threshold=100 "$dir/$kind.out" >"$dir/self" 2>/dev/null
	callgrind_annotate --inclusive=yes --threshold=100 "$dir/$kind.out" >"$dir/all" 2>/dev/null
	node tools/bench/profile.mjs "$kind" "$n" "$dir/self" "$dir/all"
}
profile import "$rows"
profile list 100 reg_list
profile save 1000
