# A PostgreSQL server of one's own for tests: on a Unix socket in a temporary directory, run by a user who is not root (initdb
# refuses root). Sourced by ./test. postgres_start sets ISHIGAKI_TEST_POSTGRES; postgres_stop ends the server and removes it.
postgres_dir=""

postgres_as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }

postgres_start() {
	local bin
	bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
	[ -n "$bin" ] || { echo "PostgreSQL's server programs were not found below /usr/lib/postgresql." >&2; return 1; }
	postgres_dir=$(mktemp -d "${TMPDIR:-/tmp}/ishigaki-postgres-XXXXXX") || return 1
	postgres_bin=$bin
	mkdir "$postgres_dir/data" "$postgres_dir/socket"
	chmod 711 "$postgres_dir"
	chmod 700 "$postgres_dir/data"
	[ "$(id -u)" != 0 ] || chown postgres "$postgres_dir/data" "$postgres_dir/socket"
	postgres_as "$bin/initdb" -D "$postgres_dir/data" -A trust -U ishigaki -E UTF8 --locale=C >"$postgres_dir/initdb.log" 2>&1 ||
		{ cat "$postgres_dir/initdb.log" >&2; return 1; }
	# Nothing of it outlives the tests, so nothing of it needs to be synced.
	printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$postgres_dir/socket'" 'fsync = off' 'max_connections = 300' \
		'max_locks_per_transaction = 2048' 'log_min_messages = error' >>"$postgres_dir/data/postgresql.conf"
	(cd "$postgres_dir/data" && postgres_as "$bin/pg_ctl" -D "$postgres_dir/data" -l "$postgres_dir/data/server.log" -w start) \
		>"$postgres_dir/start.log" 2>&1 || { cat "$postgres_dir/start.log" >&2; return 1; }
	"$bin/createdb" -h "$postgres_dir/socket" -U ishigaki ishigaki || return 1
	export ISHIGAKI_TEST_POSTGRES="postgres://ishigaki@/ishigaki?host=$postgres_dir/socket"
}

postgres_stop() {
	[ -n "$postgres_dir" ] || return 0
	(cd "$postgres_dir/data" && postgres_as "$postgres_bin/pg_ctl" -D "$postgres_dir/data" -m immediate stop) >/dev/null 2>&1
	rm -rf "$postgres_dir"
	postgres_dir=""
	unset ISHIGAKI_TEST_POSTGRES
}
