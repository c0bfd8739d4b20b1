#!/usr/bin/env bash
# steps.sh STEP: run inside the clean root by debian12.sh, each step in processes and a network of its own.
set -euo pipefail
fail() { echo "FAILED: $*" >&2; exit 1; }
same() { [ "$1" = "$2" ] || fail "$3: expected «$2», got «$1»"; }
data=/var/lib/ishigaki/data
as_service() { runuser -u ishigaki -- "$@"; }
code() { local c=0; "$@" >/tmp/out 2>/tmp/err || c=$?; echo $c; }

# As the unit starts it: same user, same command, same umask.
serve() {
	local command
	command=$(sed -n 's/^ExecStart=//p' /lib/systemd/system/ishigaki.service)
	(umask 077 && cd /var/lib/ishigaki && exec setpriv --reuid=ishigaki --regid=ishigaki --init-groups $command >/tmp/serve.log 2>&1) &
	server=$!
	for _ in $(seq 1200); do
		curl -fs "http://127.0.0.1:${1:-8420}/health" >/dev/null && return
		kill -0 $server 2>/dev/null || break
		sleep 0.05
	done
	cat /tmp/serve.log >&2
	fail "the server does not answer"
}
stop() { kill -TERM "$server" && wait "$server" || fail "the server does not stop cleanly: $(cat /tmp/serve.log)"; }
rows() { as_service ishigaki export asset --data $data --format jsonl | wc -l; }
# What of ours is on the disk, apart from the package manager's own records and this test.
traces() { find / -xdev \( -path /proc -o -path /dev -o -path /root -o -path /tmp -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/log \) -prune -o -path '*ishigaki*' -print | LC_ALL=C sort; }

case $1 in
installed)
	same "$(ishigaki --version)" "ishigaki $(dpkg-query -W -f '${Version}' ishigaki)" "the version"
	same "$(getent passwd ishigaki | cut -d: -f6,7)" "/var/lib/ishigaki:/usr/sbin/nologin" "the user"
	[ "$(id -u ishigaki)" -lt 1000 ] || fail "the user is no system user"
	same "$(stat -c '%U:%G %a' /var/lib/ishigaki)" "ishigaki:ishigaki 700" "the data's directory"
	same "$(dpkg-query -W -f '${Conffiles}' ishigaki | awk '{ print $1 }' | xargs)" "/etc/ishigaki/ishigaki.conf" "configuration files"
	for f in /lib/systemd/system/ishigaki.service /usr/share/man/man1/ishigaki.1.gz /usr/share/doc/ishigaki/copyright /usr/share/doc/ishigaki/operations.md.gz; do
		# A root without documents would say nothing of them.
		[ -f $f ] || grep -rqs 'path-exclude=/usr/share/\(doc\|man\)' /etc/dpkg || fail "$f is missing"
	done
	dpkg -L ishigaki | while read -r f; do
		[ -L "$f" ] || [ -d "$f" ] || case $(stat -c '%U:%G %a' "$f") in "root:root 755" | "root:root 644") ;; *) fail "$f: $(stat -c '%U:%G %a' "$f")" ;; esac
	done
	dpkg -V ishigaki | grep . && fail "files differ from the package"
	ldd /usr/lib/ishigaki/ishigaki* | grep 'not found' && fail "a library is missing"
	[ ! -e $data ] || fail "the installation made a company of its own"
	;;
used)
	same "$(code as_service ishigaki init --data $data --demo)" 0 "init ($(cat /tmp/err))"
	same "$(find $data ! -user ishigaki -o -perm /077 | wc -l)" 0 "files that others can read"
	# Root's own files in there would stop the server.
	same "$(code ishigaki doctor --data $data --lang en)" 3 "root"
	grep -q 'runuser -u ishigaki' /tmp/err || fail "root is not told what to do: $(cat /tmp/err)"
	same "$(find $data ! -user ishigaki | wc -l)" 0 "root left files"
	# The configuration counts, and a mistake in it is named.
	echo 'listen = 127.0.0.1:8421' >>/etc/ishigaki/ishigaki.conf
	serve 8421
	stop
	sed -i '$s/.*/lisen = x/' /etc/ishigaki/ishigaki.conf
	same "$(code as_service ishigaki serve --data $data --config /etc/ishigaki/ishigaki.conf)" 3 "a mistake"
	grep -q '/etc/ishigaki/ishigaki.conf.*lisen' /tmp/err || fail "the mistake is not named: $(cat /tmp/err)"
	same "$(code as_service ishigaki serve --data $data --config /etc/ishigaki/no.conf)" 3 "a file that is not there"
	sed -i '$s/.*/# Ours: nothing is changed here./' /etc/ishigaki/ishigaki.conf
	serve
	# Pages with their style sheet; the helper for passwords.
	site=http://127.0.0.1:8420
	page() { curl -s -c /tmp/jar -b /tmp/jar -H 'Sec-Fetch-Site: same-origin' "$@"; }
	page $site/sign-in | grep -o '/static/[^"]*' | sort -u | while read -r f; do page -f -o /dev/null "$site$f" || fail "$f"; done
	token=$(page $site/sign-in | grep -o 'name="csrf" value="[^"]*"' | head -n 1 | sed 's/.*value="//; s/"//')
	password=$(ishigaki schema --what demo-people | awk '$1 == "lead" { print $2 }')
	same "$(page -o /dev/null -w '%{http_code}' --data-urlencode "csrf=$token" --data-urlencode login=lead --data-urlencode "password=$password" $site/sign-in)" 303 "signing in"
	page $site/today | grep -qF "$(dpkg-query -W -f '${Version}' ishigaki)</p>" || fail "the page does not tell the version"
	page $site/today | grep -q 'name="csrf"' || fail "not signed in"
	# The helpers for workbooks and PDF, through the server.
	before=$(rows)
	printf '資産名,管理部署,媒体・保存先\n入れた行,総務部,書類\n' >/tmp/one.csv
	same "$(code as_service ishigaki import asset /tmp/one.csv --data $data)" 0 "import ($(cat /tmp/err))"
	same "$(rows)" $((before + 1)) "rows"
	install -d -o ishigaki /tmp/reports
	same "$(code as_service ishigaki report monthly --data $data --format pdf --out /tmp/reports/report.pdf)" 0 "PDF ($(cat /tmp/err))"
	same "$(head -c 5 /tmp/reports/report.pdf)" "%PDF-" "PDF"
	grep -qa 'NotoSansCJK' /tmp/reports/report.pdf || fail "the PDF has no Japanese font"
	same "$(code as_service ishigaki backup /var/lib/ishigaki/before.db --data $data)" 0 "backup ($(cat /tmp/err))"
	stop
	;;
proxied)
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sec.example.co.jp -keyout /tmp/key.pem -out /tmp/cert.pem 2>/dev/null
	sed 's|/etc/ssl/ishigaki/fullchain.pem|/tmp/cert.pem|; s|/etc/ssl/ishigaki/privkey.pem|/tmp/key.pem|' \
		/usr/share/doc/ishigaki/examples/nginx.conf.sample >/etc/nginx/sites-enabled/ishigaki
	rm -f /etc/nginx/sites-enabled/default
	nginx -t 2>/tmp/nginx || { cat /tmp/nginx >&2; fail "nginx refuses the sample"; }
	serve
	nginx
	secure() { curl -s --cacert /tmp/cert.pem --resolve sec.example.co.jp:443:127.0.0.1 -o /dev/null "$@"; }
	same "$(secure --tlsv1.3 -w '%{http_code} %{http_version}' https://sec.example.co.jp/health)" "200 2" "TLS 1.3, HTTP/2"
	! secure --tls-max 1.2 https://sec.example.co.jp/health || fail "TLS 1.2 is let in"
	same "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: sec.example.co.jp' http://127.0.0.1/today)" "301 https://sec.example.co.jp/today" "plain HTTP"
	head -c 100000 /dev/zero >/tmp/large
	same "$(secure -w '%{http_code}' --data-binary @/tmp/large https://sec.example.co.jp/sign-in)" 413 "a large sign-in"
	truncate -s 66M /tmp/large
	same "$(secure -w '%{http_code}' -H 'Expect:' --data-binary @/tmp/large https://sec.example.co.jp/asset/asset/import)" 413 "a file over the limit"
	# A flood on the page that checks passwords meets the limit; other pages go on.
	for _ in $(seq 40); do secure -w '%{http_code}\n' https://sec.example.co.jp/sign-in; done >/tmp/codes
	grep -q 429 /tmp/codes || fail "no limit on the sign-in page: $(sort /tmp/codes | uniq -c | xargs)"
	same "$(secure -w '%{http_code}' https://sec.example.co.jp/health)" 200 "other pages"
	nginx -s stop
	stop
	;;
upgraded)
	id=$(id -u ishigaki) before=$(rows)
	dpkg --force-confold -i /root/next.deb >/tmp/dpkg 2>&1 || { cat /tmp/dpkg >&2; fail "the upgrade"; }
	case $(dpkg-query -W -f '${Status} ${Version}' ishigaki) in "install ok installed "*+next) ;; *) fail "$(dpkg-query -W ishigaki)" ;; esac
	same "$(id -u ishigaki)" "$id" "the user"
	grep -q '^# Ours' /etc/ishigaki/ishigaki.conf || fail "the administrator's configuration is gone"
	same "$(rows)" "$before" "rows"
	serve
	stop
	same "$(code as_service ishigaki doctor --data $data)" 0 "doctor ($(cat /tmp/out))"
	# A backup made by the version before, restored by this one.
	printf '資産名,管理部署,媒体・保存先\nあとの行,総務部,書類\n' >/tmp/two.csv
	same "$(code as_service ishigaki import asset /tmp/two.csv --data $data)" 0 "import ($(cat /tmp/err))"
	same "$(rows)" $((before + 1)) "a row more"
	same "$(code as_service ishigaki restore /var/lib/ishigaki/before.db --data $data)" 0 "restore ($(cat /tmp/err))"
	same "$(rows)" "$before" "restored"
	same "$(code as_service ishigaki audit-trail verify --data $data)" 0 "audit trail ($(cat /tmp/err))"
	serve
	stop
	;;
removed)
	before=$(find $data -type f | wc -l)
	dpkg -r ishigaki >/tmp/dpkg 2>&1 || { cat /tmp/dpkg >&2; fail "removal"; }
	! command -v ishigaki >/dev/null || fail "the program is still there"
	[ ! -e /usr/lib/ishigaki ] || fail "helpers are still there"
	grep -q '^# Ours' /etc/ishigaki/ishigaki.conf || fail "the configuration is gone"
	same "$(find $data -type f | wc -l)" "$before" "the company's files"
	dpkg --force-confold -i /root/next.deb >/tmp/dpkg 2>&1 || { cat /tmp/dpkg >&2; fail "installed again"; }
	serve
	[ "$(rows)" -gt 50 ] || fail "the company is not there again"
	stop
	;;
purged)
	before=$(find $data -type f | LC_ALL=C sort | xargs sha256sum)
	dpkg -P ishigaki >/tmp/dpkg 2>&1 || { cat /tmp/dpkg >&2; fail "purge"; }
	grep -q 'stays in /var/lib/ishigaki' /tmp/dpkg || fail "the purge does not say what stays: $(cat /tmp/dpkg)"
	same "$(find $data -type f | LC_ALL=C sort | xargs sha256sum)" "$before" "the company's files"
	same "$(stat -c '%U %a' /var/lib/ishigaki)" "ishigaki 700" "and whose they are"
	same "$(traces | grep -v '^/var/lib/ishigaki' | xargs)" "/etc/nginx/sites-enabled/ishigaki" "what else is left is the administrator's own"
	;;
empty)
	# Without a company nothing stays, and a company that its owner gave up goes with a last purge.
	rm -r /var/lib/ishigaki /etc/nginx/sites-enabled/ishigaki
	dpkg -i /root/ishigaki.deb >/tmp/dpkg 2>&1 || { cat /tmp/dpkg >&2; fail "installation"; }
	dpkg -P ishigaki >/tmp/dpkg 2>&1 || { cat /tmp/dpkg >&2; fail "purge"; }
	same "$(traces | xargs)" "" "what is left"
	! getent passwd ishigaki || fail "the user is left"
	;;
*) fail "no such step: $1" ;;
esac
