#!/usr/bin/env bash
# What ./bench says of its figures: corrected by the yardstick, judged by budgets, an exit code when one is missed.
. "$(dirname "$0")/lib.sh"
report() { code=0; node tools/bench/report.mjs "$@" >"$dir/out" 2>"$dir/err" || code=$?; }
# A machine of half the speed: twice the time for both yardsticks, the odd one out is not the middle one.
yard() { printf 'yardstick\t0\tworkbook\tms CPU\t%s\t0\t-1\n' 2820 2820 9000; printf 'yardstick\t0\targon2id\tms CPU\t%s\t0\t-1\n' 88 88 88; }
{ yard; printf 'size\t1000\tJSON by id\tµs CPU\t79\t0\t2\nsize\t1000\tlist newest\tµs CPU\t500\t0\t3\nsize\t1000\timport XLSX, elapsed\ts\t40\t30\t-1\n'; } >"$dir/slow.tsv"
report "$dir/slow.tsv"
same "$code" 0 "a slow machine is no missed budget ($(cat "$dir/out" "$dir/err"))"
grep -q '79.0 → 39.5 µs CPU' "$dir/out" || fail "both figures: $(cat "$dir/out")"
grep -q '40.0 → 25.0 s' "$dir/out" || fail "of elapsed time only what is processor time is corrected: $(cat "$dir/out")"
same "$(tail -n 1 "$dir/out")" "5 budgets met, 0 missed" "the last line"
{ yard; printf 'size\t1000\tJSON by id\tµs CPU\t81\t0\t2\n'; } >"$dir/dear.tsv"
report "$dir/dear.tsv"
same "$code" 1 "over the budget at the yardstick's speed"
grep -q '^- JSON by id, 1,000 rows: 40.5 µs CPU, budget 40$' "$dir/out" || fail "the missed one is named: $(cat "$dir/out")"
report --report-only "$dir/dear.tsv"
same "$code" 0 "only told"
same "$(tail -n 1 "$dir/out")" "1 budgets met, 1 missed" "and counted"
{ yard; printf 'size\t1000\tlist newest\tµs CPU\t10\t0\t9\n'; } >"$dir/many.tsv"
report "$dir/many.tsv"
same "$code" 1 "one statement too many"
{ yard; printf 'saves\t10000\tsaves acknowledged, in process, 32 clients\t/s\t2000\t0.8\t-1\n'; } >"$dir/saves.tsv"
report "$dir/saves.tsv"
same "$code" 0 "a rate at twice the speed: $(cat "$dir/out")"
grep -q '2,000 → 3,333 /s' "$dir/out" || fail "the rate: $(cat "$dir/out")"
# Growth: ten times the rows at the same cost, at the logarithm, at ten times the cost.
{ yard; for rows in 1000 100000; do printf "size\t$rows\tlist newest\tµs CPU\t100\t0\t3\n"; done; printf 'size\t1000\tsearch a\tµs CPU\t50\t0\t3\nsize\t100000\tsearch a\tµs CPU\t150\t0\t3\nsize\t1000\timport XLSX\ts CPU\t0.2\t0\t-1\nsize\t100000\timport XLSX\ts CPU\t22\t0\t-1\n'; } >"$dir/growth.tsv"
report "$dir/growth.tsv"
grep -q '^| list newest .* O(1) |' "$dir/out" && grep -q '^| search a .* O(log n) |' "$dir/out" && grep -q '^| import XLSX .* O(n) |' "$dir/out" || fail "the order of growth: $(cat "$dir/out")"
printf 'size\t1000\tJSON by id\tµs CPU\t1\t0\t2\n' >"$dir/none.tsv"
report "$dir/none.tsv"
same "$code" 1 "without a yardstick nothing is judged"
echo ok
