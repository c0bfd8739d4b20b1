#!/usr/bin/env bash
# Killed 200 times at random moments of mixed writes, and 40 times under each thing that a machine can do meanwhile. ROUNDS and SEED
# make it longer, and play a run again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
make -s -j"$(nproc)" durability
node tests/durability/kill.mjs plain "${ROUNDS:-200}" ${SEED:-}
for kind in slow eio full readonly clock tmpfs; do node tests/durability/kill.mjs $kind "${ROUNDS:-40}" ${SEED:-}; done
echo ok
