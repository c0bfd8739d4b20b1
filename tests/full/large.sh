#!/usr/bin/env bash
# A ledger of 100,000 rows by command line and through a server: counts, search against a plain reading of every row, own
# export changes nothing, saves of others go on meanwhile.
. "$(dirname "$0")/../cli/lib.sh"
rows=${ROWS:-100000}
data="$dir/data"
make -s build/tools/make_ledger
build/tools/make_ledger "$rows" "$dir/big.xlsx"
$ishigaki init --data "$data" >/dev/null
same "$(code $ishigaki import asset "$dir/big.xlsx" --data "$data" --dry-run --json)" 0 "dry run"
same "$(js 'd.created' <"$dir/out")" "$rows" "dry run"
same "$(code $ishigaki import asset "$dir/big.xlsx" --data "$data" --json)" 0 "import"
same "$(js '[d.created,d.updated,d.unchanged,d.refused].join()' <"$dir/out")" "$rows,0,0,0" "import"
$ishigaki export asset --data "$data" --format jsonl --out "$dir/all.jsonl"
same "$(wc -l <"$dir/all.jsonl")" "$rows" "export"
$ishigaki export asset --data "$data" --format xlsx --out "$dir/own.xlsx"
same "$(code $ishigaki import asset "$dir/own.xlsx" --data "$data" --json)" 0 "own export"
same "$(js '[d.created,d.updated,d.unchanged,d.refused].join()' <"$dir/out")" "0,0,$rows,0" "our own export changes nothing"
same "$(code $ishigaki audit-trail verify --data "$data")" 0 "audit trail"
$ishigaki user create --login reader --role lead --data "$data" >/dev/null
token=$($ishigaki token create --data "$data" --user reader --scope read)
serve
node tests/full/search.mjs "$dir/all.jsonl" "http://127.0.0.1:$port" "$token" 委託 先 委託先 ＢＣＰ bcp 台帳 1 100 || fail "search"
echo ok
