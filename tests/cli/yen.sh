#!/usr/bin/env bash
# Scores by annual loss are money in Excel, and plain numbers in CSV and JSON lines; other scores are plain everywhere.
. "$(dirname "$0")/lib.sh"
data="$dir/data"
$ishigaki init --data "$data" --demo >/dev/null
for f in xlsx csv jsonl; do
	same "$(code $ishigaki export risk --data "$data" --format $f --out "$dir/risk.$f")" 0 "export as $f ($(cat "$dir/err"))"
done
annual=$(grep -c '"method":"annual_loss"' "$dir/risk.jsonl" || :)
[ "$annual" -gt 0 ] || fail "the demo company has no risk by annual loss"
# The style of the cells that are yen: the place of its format among the formats of cells.
unzip -p "$dir/risk.xlsx" xl/styles.xml >"$dir/styles.xml"
format=$(grep -o '<numFmt numFmtId="[0-9]*" formatCode="#,##0&quot;円&quot;"/>' "$dir/styles.xml" | sed 's/.*numFmtId="\([0-9]*\)".*/\1/')
[ -n "$format" ] || fail "no format of yen: $(cat "$dir/styles.xml")"
style=$(sed 's/.*<cellXfs[^>]*>\(.*\)<\/cellXfs>.*/\1/' "$dir/styles.xml" | grep -o '<xf [^>]*' | grep -n "numFmtId=\"$format\"" | cut -d: -f1)
unzip -p "$dir/risk.xlsx" xl/worksheets/sheet1.xml >"$dir/sheet.xml"
scored=$(grep '"method":"annual_loss"' "$dir/risk.jsonl" | grep -o '"\(inherent\|residual\)_score":[0-9]' | wc -l)
same "$(grep -o "<c r=\"[A-Z]*[0-9]*\" s=\"$((style - 1))\"><v>[0-9]*</v>" "$dir/sheet.xml" | wc -l)" "$scored" "cells of yen"
! grep -q '[0-9]円' "$dir/risk.csv" "$dir/risk.jsonl" || fail "CSV and JSON lines are plain"
# What was written out comes back without a change.
same "$(code $ishigaki import risk "$dir/risk.xlsx" --data "$data" --json)" 0 "import of the export ($(cat "$dir/err"))"
grep -q '"updated": *0' "$dir/out" || fail "the export changed something: $(head -c 600 "$dir/out")"
echo ok
