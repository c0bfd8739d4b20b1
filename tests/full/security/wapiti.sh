#!/usr/bin/env bash
# wapiti (Debian's) against the demo company, as each of its people and as nobody: no vulnerability and no anomaly.
# WAPITI_SECONDS=N lets it look longer than a minute for each.
. "$(dirname "$0")/../../cli/lib.sh"
. tools/packages.sh
packages_need $PACKAGES_SECURITY || { echo "skipped: wapiti could not be installed (apt-get install wapiti)"; exit 0; }
$ishigaki init --data "$dir/data" --demo >/dev/null
# As behind a proxy that speaks TLS: cookies are Secure and the browser is told to stay with TLS.
echo 'trusted_proxies = 127.0.0.1' >"$dir/data/ishigaki.conf"
serve
base="http://127.0.0.1:$port"
seconds=${WAPITI_SECONDS:-60}

cookie_in() { sed -n "s/^[Ss]et-[Cc]ookie: __Host-$2=\([^;]*\).*/\1/p" "$1" | head -n 1; }
# The cookie of somebody who signed in as a browser does; empty for nobody.
session_of() {
	local jar="$dir/jar-$1" csrf visit
	[ "$1" = nobody ] && return
	csrf=$(curl -fs -D "$jar" -H 'X-Forwarded-Proto: https' "$base/sign-in" | sed -n 's/.*name="csrf" content="\([^"]*\)".*/\1/p' | head -n 1)
	visit=$(cookie_in "$jar" visit)
	curl -fs -o /dev/null -D "$jar" -H "Cookie: __Host-visit=$visit" -H 'X-Forwarded-Proto: https' -H 'Sec-Fetch-Site: same-origin' --data-urlencode "csrf=$csrf" --data-urlencode "login=$1" \
		--data-urlencode "password=$2" "$base/sign-in" || fail "$1 could not sign in"
	cookie_in "$jar" session
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
	local who=$1 session report="$dir/$1.json" before start=/today
	[ "$who" = nobody ] && start=/sign-in
	before=$(wc -l <"$dir/data/access.log")
	session=$(session_of "$@")
	[ "$who" = nobody ] || [ -n "$session" ] || fail "no session for $who"
	[ "$who" = nobody ] || same "$(curl -s -o /dev/null -w '%{http_code}' -H "Cookie: __Host-session=$session" -H "X-Forwarded-Proto: https" "$base/today")" 200 "signed in as $who"
	# What would end the session, or lock wapiti's own door, stays out; everything else may be changed.
	HOME="$dir" timeout $((seconds * 2 + 300)) /usr/bin/python3 "$dir/wapiti.py" -u "$base$start" --scope domain -s "$base/help" -s "$base/settings" -s "$base/search?q=a" -H "Cookie: __Host-session=$session" -H "X-Forwarded-Proto: https" -H 'Sec-Fetch-Site: same-origin' -m "$modules" \
		-x "$base/sign-out" -x "$base/account/sessions/*" -x "$base/account/password" --flush-session --max-scan-time "$seconds" --max-attack-time $((seconds / 8 + 5)) \
		--max-links-per-page 60 --max-files-per-dir 60 -S normal -f json -o "$report" -v 0 >"$dir/wapiti-$who.log" 2>&1 || { tail -n 30 "$dir/wapiti-$who.log"; fail "wapiti ended badly as $who"; }
	[ "$who" = nobody ] || same "$(curl -s -o /dev/null -w '%{http_code}' -H "Cookie: __Host-session=$session" -H "X-Forwarded-Proto: https" "$base/today")" 200 "still signed in as $who"
	# X-XSS-Protection is not sent on purpose: what it switches on in old browsers could be turned against a page, and new ones ignore it.
	js "Object.entries(d.vulnerabilities).concat(Object.entries(d.anomalies)).flatMap(([k, v]) => v.filter(x => !/^X-XSS-Protection/.test(x.info)).map(x => k + ': ' + x.method + ' ' + x.path + ' ' + x.info)).join('\n')" <"$report" >"$dir/found-$who"
	local pages
	pages=$(awk -v from="$before" 'NR > from { print $5 }' "$dir/data/access.log" | sort -u | wc -l)
	echo "$who: $pages addresses, $(($(wc -l <"$dir/data/access.log") - before)) requests, $(grep -c . "$dir/found-$who" || :) findings"
	# Where nobody is signed in there are few pages; of the others a look at the door alone would show nothing.
	[ "$pages" -ge $([ "$who" = nobody ] && echo 10 || echo 20) ] || fail "wapiti saw only $pages addresses as $who"
	! grep -q . "$dir/found-$who" || { head -n 30 "$dir/found-$who"; fail "wapiti found something as $who"; }
}
curl -fs -o /dev/null "$base/health"
look_as nobody ''
look_as admin mihon-kagi-01
look_as lead mihon-kagi-02
look_as contact mihon-kagi-03
look_as executive mihon-kagi-04
look_as auditor mihon-kagi-05
! grep -E ' 5[0-9][0-9] ' "$dir/data/access.log" | head -n 5 | grep . || fail "the server failed"
kill -0 "$server" || fail "the server is gone"
