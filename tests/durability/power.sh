#!/usr/bin/env bash
# The power goes at every sync.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
make -s -j"$(nproc)" durability
node tests/durability/power.mjs ${SEED:-}
echo ok
