#!/usr/bin/env bash
# wapiti (Debian's) against the demo company, as each of its people and as nobody: no vulnerability and no anomaly.
# WAPITI_SECONDS=N lets it look longer than four minutes for each.
. "$(dirname "$0")/../../cli/lib.sh"
. tools/packages.sh
packages_need wapiti || { echo "skipped: wapiti could not be installed (apt-get install wapiti)"; exit 0; }
$ishigaki init --data "$dir/data" --demo >/dev/null
serve
base="http://127.0.0.1:$port"
seconds=${WAPITI_SECONDS:-240}

# The cookie of somebody who signed in as a browser does; empty for nobody.
session_of() {
	local jar="$dir/jar-$1" csrf
	[ "$1" = nobody ] && return
	csrf=$(curl -fs -c "$jar" "$base/sign-in" | sed -n 's/.*name="csrf" content="\([^"]*\)".*/\1/p' | head -n 1)
	curl -fs -o /dev/null -b "$jar" -c "$jar" -H 'Sec-Fetch-Site: same-origin' --data-urlencode "csrf=$csrf" --data-urlencode "login=$1" \
		--data-urlencode "password=$2" "$base/sign-in" || fail "$1 could not sign in"
	awk '$6 == "session" { print $7 }' "$jar"
}

# All that look at a server by itself; those left out ask a machine of wapiti's makers (ssrf, xxe) or guess names of other products.
modules=backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,sql,xss

# Debian's wapiti 3.0.4 stumbles over -x under Debian's Python 3.11 (a flag inside a pattern): the pattern is made without it.
cat >"$dir/wapiti.py" <<'PY'
import fnmatch, re
import wapitiCore.net.crawler as crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
from wapitiCore.main.wapiti import wapiti_main
wapiti_main()
PY

look_as() {
	local who=$1 session report="$dir/$1.json"
	session=$(session_of "$@")
	[ "$who" = nobody ] || [ -n "$session" ] || fail "no session for $who"
	[ "$who" = nobody ] || same "$(curl -s -o /dev/null -w '%{http_code}' -H "Cookie: session=$session" "$base/today")" 200 "signed in as $who"
	# What would end the session, or lock wapiti's own door, stays out; everything else may be changed.
	HOME="$dir" timeout $((seconds * 2 + 300)) /usr/bin/python3 "$dir/wapiti.py" -u "$base/" -H "Cookie: session=$session" -H 'Sec-Fetch-Site: same-origin' -m "$modules" \
		-x "$base/sign-out" -x "$base/account/sessions/*" -x "$base/account/password" --flush-session --max-scan-time "$seconds" --max-attack-time $((seconds / 8 + 5)) \
		--max-links-per-page 60 --max-files-per-dir 60 -S normal -f json -o "$report" -v 0 >"$dir/wapiti-$who.log" 2>&1 || { tail -n 30 "$dir/wapiti-$who.log"; fail "wapiti ended badly as $who"; }
	[ "$who" = nobody ] || same "$(curl -s -o /dev/null -w '%{http_code}' -H "Cookie: session=$session" "$base/today")" 200 "still signed in as $who"
	js "Object.entries(d.vulnerabilities).concat(Object.entries(d.anomalies)).flatMap(([k, v]) => v.map(x => k + ': ' + x.method + ' ' + x.path + ' ' + x.info)).join('\n')" <"$report" >"$dir/found-$who"
	echo "$who: $(js 'd.infos.crawled_pages_nbr ?? d.infos.crawled_pages ?? "some"' <"$report") pages, $(grep -c . "$dir/found-$who" || :) findings"
	! grep -q . "$dir/found-$who" || { head -n 30 "$dir/found-$who"; fail "wapiti found something as $who"; }
}
look_as nobody ''
look_as admin mihon-kagi-01
look_as lead mihon-kagi-02
look_as contact mihon-kagi-03
look_as executive mihon-kagi-04
look_as auditor mihon-kagi-05
! grep -E ' 5[0-9][0-9] ' "$dir/data/access.log" | head -n 5 | grep . || fail "the server failed"
kill -0 "$server" || fail "the server is gone"
