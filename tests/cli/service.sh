#!/usr/bin/env bash
# The unit file: systemd's own score of what a service is exposed to stays under 2.0 (0 is best, 10 worst).
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze here (Debian package systemd)"; exit 0; }
score=$(systemd-analyze security --offline=true dist/debian/ishigaki.service 2>/dev/null | sed -n 's/.*Overall exposure level for ishigaki.service: \([0-9.]*\).*/\1/p')
[ -n "$score" ] || { echo "systemd-analyze gave no score" >&2; exit 1; }
echo "exposure $score"
awk -v s="$score" 'BEGIN { exit !(s < 2.0) }' || { echo "FAILED: exposure $score is not under 2.0" >&2; exit 1; }
