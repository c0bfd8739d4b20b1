#!/usr/bin/env bash
# The monthly report in all four formats, beside a server and without; the PDF is what it promises to be.
. "$(dirname "$0")/lib.sh"
data="$dir/data"
$ishigaki init --data "$data" --demo >/dev/null
last=$(date -u -d "$(TZ=Asia/Tokyo date +%Y-%m-01) -1 day" +%Y-%m)
report() { code $ishigaki report monthly --data "$data" "$@"; }
for f in html pdf xlsx docx; do
	same "$(report --month "$last" --format $f --out "$dir/r.$f")" 0 "report as $f ($(cat "$dir/err"))"
	[ -s "$dir/r.$f" ] || fail "$f is empty"
done
pdfinfo "$dir/r.pdf" >"$dir/info"
grep -q '^Tagged: *yes' "$dir/info" || fail "tagged: $(cat "$dir/info")"
grep -q '^Title: .*月次セキュリティ報告' "$dir/info" || fail "title: $(cat "$dir/info")"
grep -q '(A4)' "$dir/info" || fail "A4: $(cat "$dir/info")"
# Every font is embedded, a subset, and can be copied from.
pdffonts "$dir/r.pdf" | tail -n +3 >"$dir/fonts"
[ -s "$dir/fonts" ] || fail "no fonts"
if grep -v ' yes yes yes ' "$dir/fonts"; then fail "fonts"; fi
pdftotext "$dir/r.pdf" "$dir/text"
for words in 月次セキュリティ報告 変わったこと 判断をお願いしたいこと 付録 リスクの分布 月末に確定した値です この表も月末に確定した 最大の損失 リスク対応計画 費用の内訳; do
	grep -q "$words" "$dir/text" || fail "«$words» is not in the text"
done
# The running month tells what is to be decided now; a month that nothing was kept of tells nothing.
same "$(report --month "$(TZ=Asia/Tokyo date +%Y-%m)" --format html --out "$dir/now.html")" 0 "the running month"
for words in 計画した対策 期限の来る受容 月の途中です; do
	grep -q "$words" "$dir/now.html" || fail "«$words» is not in the report of the running month"
done
same "$(report --month 2020-07 --format html --out "$dir/then.html")" 0 "a month without a record"
grep -q この月の記録はありません "$dir/then.html" || fail "a month without a record does not say so"
if grep -q 件 "$dir/then.html"; then fail "a month without a record has figures"; fi
pages=$(sed -n 's/^Pages: *//p' "$dir/info")
for p in 1 "$pages"; do
	tr -d ' ' <"$dir/text" | grep -qx "$p/$pages" || fail "page $p does not say that it is one of $pages"
done
pdfinfo -struct-text "$dir/r.pdf" >"$dir/structure" 2>&1
[ "$(head -n 1 "$dir/structure")" = Document ] || fail "the structure: $(head -n 3 "$dir/structure")"
for tag in H1 H2 Table TR TH TD Figure P; do grep -q "^ *$tag\b" "$dir/structure" || fail "no $tag in the structure"; done
unzip -tq "$dir/r.docx" >/dev/null || fail "the DOCX is no sound package"
unzip -tq "$dir/r.xlsx" >/dev/null || fail "the XLSX is no sound package"
if grep -qE '<script|href=' "$dir/r.html"; then fail "the HTML file leads somewhere"; fi
# Wrong use, and rights.
same "$(report --format gif)" 2 "a format that is none"
same "$(report --month 2026-13 --format pdf)" 2 "a month that is none"
same "$(report --month 2190-01 --format pdf)" 2 "a month to come"
same "$(report --format html --as contact --out "$dir/no.html")" 3 "a contact"
[ ! -e "$dir/no.html" ] || fail "a refused report left a file"
same "$(report --format html --as executive --out "$dir/yes.html")" 0 "an executive ($(cat "$dir/err"))"
# What was handed out stands in the trail.
same "$(code $ishigaki audit-trail verify --data "$data")" 0 "the trail"
# Through a running server it is the same report.
serve
same "$(report --month "$last" --format pdf --out "$dir/s.pdf")" 0 "through the server ($(cat "$dir/err"))"
pdftotext "$dir/s.pdf" "$dir/text2"
# When a report was made stands in it, to the minute: that may differ, and nothing else.
moment() { sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}( 作成| のもの)/(moment)\1/' "$1"; }
[ "$(moment "$dir/text" | grep -c '(moment)')" -ge 4 ] || fail "the report does not say when it was made"
same "$(moment "$dir/text2")" "$(moment "$dir/text")" "the same text"
