#!/usr/bin/env bash
# Import by command line: errors with row and column, strict, good rows, encodings, hostile files.
. "$(dirname "$0")/lib.sh"
data="$dir/data"
$ishigaki init --data "$data" >/dev/null

printf '資産名,管理部署,媒体・保存先,機密性,完全性,可用性\n顧客一覧,営業部,書類,2,1,1\n注文控え,営業部,書類,5,1,1\n,営業部,書類,1,1,1\n' >"$dir/bad.csv"
same "$(code $ishigaki import asset "$dir/bad.csv" --data "$data" --json)" 1 "refused rows give exit code 1"
same "$(js '[d.created,d.refused].join()' <"$dir/out")" 0,2 "all or none"
same "$(js 'd.errors.some(e=>e.row===3&&e.column==="機密性"&&e.message.length>5)' <"$dir/out")" true "the error names row and column"
same "$(js 'd.errors.some(e=>e.row===4&&e.column==="資産名")' <"$dir/out")" true "the missing name is found"
same "$(code $ishigaki import asset "$dir/bad.csv" --data "$data" --take-good-rows --json)" 1 "good rows"
same "$(js '[d.created,d.refused].join()' <"$dir/out")" 1,2 "good rows are taken"

printf '資産名,管理部署,媒体・保存先\n別の一覧,知らない部,書類\n' >"$dir/strict.csv"
same "$(code $ishigaki import asset "$dir/strict.csv" --data "$data" --strict --json)" 1 "strict refuses a unit that does not exist"
same "$(js '[d.created,d.refused].join()' <"$dir/out")" 0,1 "strict"

printf '資産名\t管理部署\t媒体・保存先\n委託先一覧\t営業部\t書類\n' | iconv -f UTF-8 -t CP932 >"$dir/tab.txt"
same "$(code $ishigaki import asset "$dir/tab.txt" --data "$data" --json)" 0 "CP932 with tabs ($(cat "$dir/out"))"
same "$(js 'd.created' <"$dir/out")" 1 "CP932 with tabs"

printf 'not a workbook' >"$dir/x.xlsx"
same "$(code $ishigaki import asset "$dir/x.xlsx" --data "$data" --json)" 1 "not a workbook"
head -c 100000 /dev/zero >"$dir/zeros"
(cd "$dir" && mkdir -p bomb/xl/worksheets && printf '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>' >bomb/xl/worksheets/sheet1.xml && cd bomb && zip -qr ../bomb.xlsx .)
for f in bomb.xlsx zeros; do
	same "$(code $ishigaki import asset "$dir/$f" --data "$data" --json)" 1 "$f is refused"
	[ -s "$dir/out" ] || fail "$f: no report"
done
same "$(code $ishigaki import nothing "$dir/bad.csv" --data "$data")" 2 "an unknown register is wrong use"
same "$(code $ishigaki import asset "$dir/absent.csv" --data "$data")" 3 "a missing file could not be read"
same "$($ishigaki export asset --data "$data" --format jsonl | jsl 'rows.length')" 2 "only the good rows are there"

# Who may not, what is not there, and what does not go together is said by name.
$ishigaki user create --data "$data" --login butan --name 部門担当 --role contact >/dev/null
same "$(code $ishigaki import asset "$dir/bad.csv" --data "$data" --as butan)" 3 "an import without the right"
grep -q "部門担当.*情報資産.*取り込む権限" "$dir/err" || fail "who lacks which right: $(cat "$dir/err")"
same "$(code $ishigaki export asset --data "$data" --layout nosuch)" 2 "an unknown layout"
grep -q "nosuch.*ledger" "$dir/err" || fail "the layouts there are: $(cat "$dir/err")"
same "$(code $ishigaki export asset --data "$data" --format csv --layout ledger --out "$dir/x.csv")" 2 "a workbook is no CSV file"
[ ! -e "$dir/x.csv" ] || fail "a refused export left a file"
same "$(code $ishigaki export asset --data "$data" --layout ledger --out "$dir/x.xlsx")" 0 "the layout without a format"

# A formula stays text, out and in again.
printf '資産名,管理部署,媒体・保存先,備考\n=1+1,営業部,書類,@SUM(A1)\n' >"$dir/formula.csv"
$ishigaki import asset "$dir/formula.csv" --data "$data" --json >/dev/null
$ishigaki export asset --data "$data" --format csv --out "$dir/out.csv"
grep -q "'=1+1" "$dir/out.csv" || fail "the formula guard is missing"
same "$(code $ishigaki import asset "$dir/out.csv" --data "$data" --json)" 0 "own export"
same "$(js '[d.created,d.updated,d.unchanged].join()' <"$dir/out")" 0,0,3 "the guard is taken off again"

# The list of a phishing drill's service: its own headings, as CSV and as a workbook; the drill's figures follow.
printf '訓練の名前,送った日\n秋の訓練,2026-11-10\nだれも開かない訓練,2026-11-11\n' >"$dir/drill.csv"
same "$(code $ishigaki import phishing "$dir/drill.csv" --data "$data" --json)" 0 "drills ($(cat "$dir/out"))"
printf '訓練名,メールアドレス,配信,開封,エスカレーション\n秋の訓練,a@example.jp,○,○,○\n秋の訓練,b@example.jp,○,○,×\n秋の訓練,c@example.jp,○,×,×\n秋の訓練,d@example.jp,×,×,×\nだれも開かない訓練,a@example.jp,○,×,×\n' >"$dir/opened.csv"
same "$(code $ishigaki import phishing_result "$dir/opened.csv" --data "$data" --json)" 0 "results of a drill ($(cat "$dir/out"))"
same "$(js '[d.created,d.refused].join()' <"$dir/out")" 5,0 "results of a drill"
$ishigaki export phishing_result --data "$data" --format xlsx >"$dir/opened.xlsx"
same "$(code $ishigaki import phishing_result "$dir/opened.xlsx" --data "$data" --json)" 0 "the same from a workbook ($(cat "$dir/out"))"
same "$(js 'd.created' <"$dir/out")" 0 "nobody is counted twice"
$ishigaki export phishing --data "$data" --format jsonl >"$dir/drills"
same "$(jsl 'rows.map(r=>[r.delivered,r.opened,r.reported,r.open_stands,r.report_rate??"-",r.report_stands].join()).sort().join(" ")' <"$dir/drills")" "1,0,0,met,-,nobody 3,2,1,missed,50,missed" "figures of drills ($(cat "$dir/drills"))"
echo ok
