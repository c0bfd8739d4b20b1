#!/usr/bin/env bash
# The n-th allocation fails, the n-th write fails, for every n of a save, an import and a backup.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
make -s -j"$(nproc)" durability
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
run() { # WHAT KIND ERRNO
	mkdir "$top/$1-$2-$3"
	FAULTS_DIR="$top/$1-$2-$3" build/tools/durability_inject "$top/$1-$2-$3" "$1" "$2" "$3"
}
for what in ${WHAT:-save import backup}; do
	run "$what" write 28
	run "$what" write 5
	run "$what" alloc 12
done
echo ok
