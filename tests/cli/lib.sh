# Shared by tests/cli/*.sh: a data directory of one's own, small assertions, a server that is stopped at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
make -s -j"$(nproc)" all
ishigaki=build/ishigaki
dir=$(mktemp -d)
server=""
finish() { [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }; rm -rf "$dir"; }
trap finish EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
same() { [ "$1" = "$2" ] || fail "$3: expected «$2», got «$1»"; }
# js 'expression over d' < JSON
js() { node -e 'const d=JSON.parse(require("fs").readFileSync(0,"utf8"));const r=eval(process.argv[1]);console.log(typeof r==="string"?r:JSON.stringify(r))' "$1"; }
# jsl 'expression over rows' < JSON lines
jsl() { node -e 'const rows=require("fs").readFileSync(0,"utf8").trim().split("\n").filter(Boolean).map(JSON.parse);const r=eval(process.argv[1]);console.log(typeof r==="string"?r:JSON.stringify(r))' "$1"; }
# The exit code of a command that may fail.
code() { local c=0; "$@" >"$dir/out" 2>"$dir/err" || c=$?; echo $c; }
# Below the ports that the system gives to clients; one that somebody else has is not insisted on.
serve() {
	for _ in 1 2 3 4 5; do
		port=$((20000 + RANDOM % 12000))
		"$ishigaki" serve --data "$dir/data" --listen "127.0.0.1:$port" >"$dir/serve.log" 2>&1 &
		server=$!
		for _ in $(seq 600); do
			curl -fs "http://127.0.0.1:$port/health" >/dev/null 2>&1 && kill -0 "$server" 2>/dev/null && return
			kill -0 "$server" 2>/dev/null || break
			sleep 0.05
		done
		kill -0 "$server" 2>/dev/null && break
	done
	cat "$dir/serve.log"; fail "the server did not start"
}
places='保管場所,種類,脅威の発生頻度,脆弱性
事務所PC,事務所のパソコン,3,2
書類,書類,2,2
社外サーバー,社外サーバー,3,2
'
