#!/usr/bin/env bash
# 10,000 edits of 100 rows by 32 clients over HTTP; two people with one form.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
make -s -j"$(nproc)" durability
node tests/durability/edits.mjs "${EDITS:-10000}" 100 32
echo ok
