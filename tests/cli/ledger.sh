#!/usr/bin/env bash
# The main line on the real workbooks: ledger in, importance and risk out, and back again.
. "$(dirname "$0")/lib.sh"
ledgers=""
for d in ../shared/data/ledger ../../shared/data/ledger; do [ -f "$d/ledger.xlsx" ] && ledgers=$d && break; done
[ -n "$ledgers" ] || { echo "skipped: shared/data/ledger absent"; exit 0; }

for book in ledger ledger-messy; do
	data="$dir/$book"
	$ishigaki init --data "$data" >/dev/null
	printf '%s' "$places" >"$dir/places.csv"
	same "$(code $ishigaki import place "$dir/places.csv" --data "$data" --json)" 0 "import of places ($(cat "$dir/out" "$dir/err"))"
	same "$(code $ishigaki import asset "$ledgers/$book.xlsx" --data "$data" --dry-run --json)" 0 "dry run"
	same "$(js 'd.created' <"$dir/out")" 8 "dry run counts"
	same "$($ishigaki export asset --data "$data" --format jsonl | wc -l)" 0 "a dry run writes nothing"
	same "$(code $ishigaki import asset "$ledgers/$book.xlsx" --data "$data" --json)" 0 "import"
	cp "$dir/out" "$dir/report"
	same "$(js '[d.created,d.updated,d.unchanged,d.refused].join()' <"$dir/report")" 8,0,0,0 "$book: counts"
	risks=$($ishigaki export asset --data "$data" --format jsonl | jsl 'rows.sort((a,b)=>a.id-b.id).map(r=>r.risk_value+r.risk_band).join(" ")')
	if [ $book = ledger ]; then
		same "$risks" "4大 2中 2中 4大 1中 1中 4大 4大" "risks"
		same "$(js 'd.errors.length' <"$dir/report")" "$(js 'd.errors.filter(e=>e.warning&&/人事部|総務部/.test(e.message)).length' <"$dir/report")" "only created units are reported"
	else
		same "$risks" "4大 2中 2中 4大 2中 1中 4大 4大" "risks of the messy ledger"
		same "$(js 'd.errors.some(e=>e.warning&&e.row===9&&/重要度/.test(e.column))' <"$dir/report")" true "the differing importance is reported at its row"
		same "$($ishigaki export asset --data "$data" --format jsonl | jsl 'rows.filter(r=>r.registered_on==="2026-04-01").length')" 5 "dates in era and ISO form"
		same "$($ishigaki export asset --data "$data" --format jsonl | jsl 'rows.map(r=>r.name).filter(n=>n!==n.trim()).length')" 0 "names are trimmed"
	fi
	# Again, and the product's own exports: nothing changes.
	same "$(code $ishigaki import asset "$ledgers/$book.xlsx" --data "$data" --json)" 0 "second import"
	same "$(js '[d.created,d.updated,d.unchanged,d.refused].join()' <"$dir/out")" 0,0,8,0 "$book again: counts"
	for format in csv xlsx; do
		$ishigaki export asset --data "$data" --format $format --out "$dir/own.$format"
		same "$(code $ishigaki import asset "$dir/own.$format" --data "$data" --json)" 0 "import of our own $format ($(head -c 2000 "$dir/out" "$dir/err"))"
		same "$(js '[d.created,d.updated,d.unchanged,d.refused].join()' <"$dir/out")" 0,0,8,0 "our own $format changes nothing"
	done
	$ishigaki export asset --data "$data" --layout ledger --out "$dir/back.xlsx"
	same "$(code $ishigaki import asset "$dir/back.xlsx" --data "$data" --json)" 0 "import of the ledger layout"
	same "$(js '[d.created,d.updated,d.unchanged,d.refused].join()' <"$dir/out")" 0,0,8,0 "the ledger layout changes nothing"
	if [ $book = ledger ]; then
		node tests/cli/compare-ledger.mjs "$ledgers/ledger.xlsx" "$dir/back.xlsx" || fail "columns A-O differ"
	fi
	same "$(code $ishigaki audit-trail verify --data "$data")" 0 "audit trail"
done
echo "both workbooks ok"
