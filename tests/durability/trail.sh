#!/usr/bin/env bash
# A trail of 1,000,000 entries is verified (processor time and memory are told); a flipped byte in the file, a removed row, two rows
# that changed places, a cut end and a forged check-point are each named with their number.
. "$(dirname "$0")/../cli/lib.sh"
make -s -j"$(nproc)" durability
n=${ENTRIES:-1000000}
tool=build/tools/durability_trail
data="$dir/data"
db="$data/ishigaki.db"
$ishigaki init --data "$data" >/dev/null
$tool make "$db" "$n"
head=$($ishigaki audit-trail head --data "$data")
same "${head%%:*}" "$n" "entries"
$tool run "$ishigaki" audit-trail verify --data "$data" --against "$head" --json >"$dir/out" 2>"$dir/took" || fail "$(cat "$dir/out" "$dir/took")"
same "$(js '[d.entries, d.intact].join()' <"$dir/out")" "$n,true" "the whole trail"
read -r cpu mb < <(tail -n 1 "$dir/took")
echo "  ok  $n entries: $cpu s of CPU, $mb MB, file of $(($(stat -c %s "$db") / 1048576)) MB"
awk -v mb="$mb" 'BEGIN { exit mb < 64 ? 0 : 1 }' || fail "$mb MB to verify: memory grows with the trail"
cp "$db" "$dir/kept.db"

# verdict WHAT FIRST WORDS: the first bad entry, and what the person is told of it.
verdict() {
	same "$(code $ishigaki audit-trail verify --data "$data" --against "$head" --json)" 1 "$1 is found ($(cat "$dir/out" "$dir/err"))"
	same "$(js 'd.first_bad' <"$dir/out")" "$2" "$1"
	js 'd.why' <"$dir/out" | grep -q "$3" || fail "$1 is told as: $(cat "$dir/out")"
	echo "  ok  $1: entry $2, «$(js 'd.why' <"$dir/out")»"
	cp "$dir/kept.db" "$db"
}
at=$((n / 2))
# One bit of the file, in the middle of an entry's own bytes.
place=$(LC_ALL=C grep -obUa "AST-$(printf %07d "$at")" "$db" | head -n 1 | cut -d: -f1)
[ -n "$place" ] || fail "the entry is not found in the file"
printf 'B' | dd of="$db" bs=1 seek="$place" conv=notrunc status=none
verdict "a flipped byte" "$at" "$at"
free='DROP TRIGGER audit_entry_no_update; DROP TRIGGER audit_entry_no_delete;'
sqlite3 "$db" "$free DELETE FROM audit_entry WHERE seq = $at"
verdict "a removed row" "$at" "$at"
sqlite3 "$db" "$free UPDATE audit_entry SET seq = -1 WHERE seq = $at; UPDATE audit_entry SET seq = $at WHERE seq = $at + 7; UPDATE audit_entry SET seq = $at + 7 WHERE seq = -1"
verdict "two rows that changed places" "$at" "$((at + 7))"
sqlite3 "$db" "$free DELETE FROM audit_entry WHERE seq > $n - 3"
verdict "a cut end" "$((n - 2))" "$((n - 2))"

# The check-point of the day, signed, as the server leaves it; then with other digits; then another day's number with its signature.
serve
kill -INT "$server"; wait "$server" || fail "it does not stop cleanly"; server=""
point=$(ls "$data"/outbox/audit-head-*.txt | head -n 1)
same "$(code $ishigaki audit-trail verify --data "$data" --against "$point")" 0 "the check-point ($(cat "$dir/err"))"
sed "1s/^\([^0-9]*\)[0-9]*:/\1$((n - 1)):/" "$point" >"$dir/forged.txt"
cmp -s "$point" "$dir/forged.txt" && fail "nothing was forged: $(cat "$point")"
same "$(code $ishigaki audit-trail verify --data "$data" --against "$dir/forged.txt")" 1 "a forged check-point"
grep -q '署名\|signature' "$dir/err" || fail "the forged check-point is not named: $(cat "$dir/err")"
echo "  ok  a forged check-point: «$(cat "$dir/err")»"
echo ok
