#!/usr/bin/env bash
# Backups while others write; each restored on another machine, that is into a fresh directory with the key. The backup of an older
# schema is restored and migrated, a newer one's is refused. The drill of docs/operations.md, as it stands there.
. "$(dirname "$0")/../cli/lib.sh"
make -s -j"$(nproc)" durability
node tests/durability/load.mjs "${BACKUPS:-10}"
data="$dir/data"
$ishigaki init --data "$data" >/dev/null

# Yesterday's: the first migrations only, and a trail of that day.
last=$(ls src/main/migrations/*.sql | wc -l)
for n in 1 $((last / 2)) $((last - 1)); do
	build/tools/durability_trail old "$dir/old-$n.db" "$n"
	mkdir "$dir/at-$n"
	cp "$data/key" "$dir/at-$n/key"
	same "$(code $ishigaki restore "$dir/old-$n.db" --data "$dir/at-$n")" 0 "a backup of schema $n ($(cat "$dir/err"))"
	same "$(code $ishigaki doctor --data "$dir/at-$n" --json)" 0 "schema $n, migrated ($(cat "$dir/out" "$dir/err"))"
	same "$(sqlite3 -readonly "$dir/at-$n/ishigaki.db" 'SELECT max(number) FROM schema_migration')" "$last" "schema $n, migrated"
	ls "$dir/at-$n"/backups/before-migration-*.db >/dev/null || fail "no backup before the migration"
	same "$(sqlite3 -readonly "$dir/at-$n/ishigaki.db" "SELECT count(*) FROM audit_entry WHERE seq <= 7 AND actor = 'account:12'")" 7 "its trail goes on"
done
echo "  ok  backups of schemas 1, $((last / 2)) and $((last - 1)) are restored and brought to schema $last"
# Tomorrow's is refused, and what is there stays.
$ishigaki backup "$dir/new.db" --data "$data" >/dev/null
sqlite3 "$dir/new.db" "INSERT INTO schema_migration VALUES ($((last + 1)), 'tomorrow', 'x', 0)"
before=$($ishigaki audit-trail head --data "$data")
same "$(code $ishigaki restore "$dir/new.db" --data "$data")" 3 "a backup of a newer schema"
grep -q "$((last + 1))" "$dir/err" || fail "the newer schema is named: $(cat "$dir/err")"
same "$($ishigaki audit-trail head --data "$data")" "$before" "nothing was changed"
echo "  ok  a backup of schema $((last + 1)) is refused: «$(cat "$dir/err")»"

# The drill, with the lines of the page.
drill="$dir/drill.sh"
sed -n '/^## Drill/,/^## /p' docs/operations.md | sed -n '/^```/,/^```/p' | grep -v '^```' >"$drill"
[ -s "$drill" ] || fail "docs/operations.md has no drill"
mkdir "$dir/bin" && ln -s "$(pwd)/$ishigaki" "$dir/bin/ishigaki"
mkdir -p "$data/backups"
printf '資産名\n訓練の前の行\n' >"$dir/before.csv"
printf '資産名\n訓練の後の行\n' >"$dir/after.csv"
$ishigaki import asset "$dir/before.csv" --data "$data" >/dev/null
$ishigaki backup "$data/backups/daily-2026-11-20.db" --data "$data" >/dev/null
head=$($ishigaki audit-trail head --data "$data")
$ishigaki import asset "$dir/after.csv" --data "$data" >/dev/null
cp "$data/key" "$dir/kept-key"
sed -i "s|/var/lib/ishigaki/data|$data|g; s|/safe/key|$dir/kept-key|g; s|/tmp/drill|$dir/drill|g; s|HEAD-OF-THAT-DAY|$head|g" "$drill"
same "$(PATH="$dir/bin:$PATH" code bash -euo pipefail "$drill")" 0 "the drill ($(cat "$drill" "$dir/out" "$dir/err"))"
rows=$($ishigaki export asset --data "$dir/drill" --format jsonl)
grep -q 訓練の前の行 <<<"$rows" || fail "what was there at that time is not"
! grep -q 訓練の後の行 <<<"$rows" || fail "what came later is there"
echo "  ok  the drill of docs/operations.md, line by line"
echo ok
