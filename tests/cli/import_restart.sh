#!/usr/bin/env bash
# An import of the browser over restarts of the server: a preview that was not decided is there again, a decided one that was
# killed in the middle is dropped and checked anew, a result stays, and what was thrown away is gone.
. "$(dirname "$0")/lib.sh"
data="$dir/data"
$ishigaki init --data "$data" --demo >/dev/null
jar="$dir/jar"
page() { curl -s -b "$jar" -c "$jar" -H 'Sec-Fetch-Site: same-origin' -H 'Accept-Language: ja' "$@"; }
csrf() { page "$site$1" | grep -o 'name="csrf" content="[^"]*"' | head -n 1 | sed 's/.*content="//; s/"//'; }
sign_in() {
	rm -f "$jar"
	page -o /dev/null "$site/sign-in"
	local token; token=$(page "$site/sign-in" | grep -o 'name="csrf" value="[^"]*"' | head -n 1 | sed 's/.*value="//; s/"//')
	page -o /dev/null --data-urlencode "csrf=$token" --data-urlencode "login=$1" --data-urlencode "password=$2" "$site/sign-in"
}
start() { serve; site="http://127.0.0.1:$port"; }
# The page of a job, once it is neither checking nor running.
settled() {
	for _ in $(seq 600); do
		page "$site$1" >"$dir/page"
		grep -q '<progress' "$dir/page" || return 0
		sleep 0.1
	done
	fail "$1 does not end"
}
upload() { page -o /dev/null -w '%{redirect_url}' -F "csrf=$(csrf /asset/asset/import)" -F "file=@$1" "$site/asset/asset/import" | sed 's,^http://[^/]*,,'; }
decide() { page -o /dev/null -w '%{http_code}' --data-urlencode "csrf=$(csrf "$1")" --data "do=$2" "$site$1"; }
rows() { $ishigaki export asset --data "$data" --format jsonl | grep -c "$1" || true; }
printf '資産名,管理部署,媒体・保存先\n再起動の行,総務部,書類\n' >"$dir/one.csv"
start
sign_in lead mihon-kagi-02
job=$(upload "$dir/one.csv")
case "$job" in /asset/asset/import/*) ;; *) fail "no job: «$job»" ;; esac
settled "$job"
grep -q '再起動の行\|資産名' "$dir/page" || fail "no preview"
# Stopped and started: the same page, the same preview, and nothing has come in.
kill -INT "$server"; wait "$server" || fail "it does not stop cleanly"; server=""
same "$(rows 再起動の行)" 0 "nothing was decided"
start
settled "$job"
grep -q 'value="all"' "$dir/page" || fail "the preview is not there again: $(sed 's/<[^>]*>/ /g' "$dir/page" | tr -s ' \n' ' ' | tail -c 600)"
# Killed: the same once more. Then somebody else looks, and another register is asked.
kill -9 "$server"; wait "$server" 2>/dev/null || true; server=""
start
cp "$jar" "$dir/lead-jar"
invitation=$($ishigaki user create --login mihon-lead --name '例示 二人目' --role lead --data "$data")
rm -f "$jar"
token=$(page "$site$invitation" | grep -o 'name="csrf" value="[^"]*"' | head -n 1 | sed 's/.*value="//; s/"//')
page -o /dev/null --data-urlencode "csrf=$token" --data 'password=hanare-no-aikotoba-7&again=hanare-no-aikotoba-7' "$site$invitation"
sign_in mihon-lead hanare-no-aikotoba-7
same "$(page -o /dev/null -w '%{http_code}' "$site/asset/asset/import")" 200 "the other lead is signed in"
same "$(page -o /dev/null -w '%{http_code}' "$site$job")" 404 "it is nobody else's"
cp "$dir/lead-jar" "$jar"
same "$(page -o /dev/null -w '%{http_code}' "$site${job/\/asset\/asset\//\/asset\/place\/}")" 404 "it is of no other register"
same "$(page -o /dev/null -w '%{http_code}' "$site/asset/asset/import/..%2f..%2fkey")" 404 "no path"
# A decision about the preview that went with the server is not lost: the preview is made again first.
same "$(decide "$job" all)" 303 "decided"
settled "$job"
if grep -q 'value="all"' "$dir/page"; then same "$(decide "$job" all)" 303 "decided again"; settled "$job"; fi
same "$(rows 再起動の行)" 1 "it came in"
kill -INT "$server"; wait "$server" || fail "it does not stop cleanly"; server=""
start
settled "$job"
grep -q '再起動\|取り込み' "$dir/page" || fail "the result is kept"
same "$(page -o /dev/null -w '%{http_code}' "$site$job")" 200 "the result after a restart"
# Killed in the middle of a large import.
make -s build/tools/make_ledger
build/tools/make_ledger 3000 "$dir/large.xlsx" >/dev/null
before=$($ishigaki export asset --data "$data" --format jsonl | wc -l)
job=$(upload "$dir/large.xlsx")
settled "$job"
choice=all; grep -q 'value="good"[^>]*btn-primary\|btn-primary"[^>]*value="good"' "$dir/page" && choice=good
token=$(csrf "$job")
page -o /dev/null --data-urlencode "csrf=$token" --data "do=$choice" "$site$job"
# It is at work from the moment on when the database says so.
page "$site$job" >"$dir/page"
kill -9 "$server"; wait "$server" 2>/dev/null || true; server=""
start
settled "$job"
after=$($ishigaki export asset --data "$data" --format jsonl | wc -l)
if [ "$after" = "$before" ]; then
	grep -q 'value="\(all\|good\)"' "$dir/page" || fail "the interrupted import is not offered again"
else
	[ "$after" -gt $((before + 1500)) ] || fail "half an import stands: $before, then $after"
fi
same "$(code $ishigaki audit-trail verify --data "$data" --json)" 0 "the trail"
# Thrown away is gone.
same "$(page -o /dev/null -w '%{http_code}' --data-urlencode "csrf=$(csrf /asset/asset/import)" --data 'do=drop' "$site$job")" 303 "thrown away"
same "$(page -o /dev/null -w '%{http_code}' "$site$job")" 404 "it is gone"
[ -z "$(ls "$data/uploads" | grep -v xlsx || true)" ] || fail "a file is left: $(ls "$data/uploads")"
echo ok
