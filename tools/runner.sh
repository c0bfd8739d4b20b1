# How ./test runs and counts; sourced by it, and by tests/cli/runner.sh with programs that fail in every way.
# Set by whoever sources it: logs (a directory).
passed=0 failed=0
: "${PROGRAM_SECONDS:=600}" # a test program that takes longer is ended, and counts as failed

# One check: its name, then the command. Its output is shown only when it fails.
check() {
	local name=$1 start=$SECONDS
	shift
	local log="$logs/${name//\//-}.log"
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
		grep -h '^skipped: ' "$log" | sed "s|^|      $name: |"
		echo "  ok  $name ($((SECONDS - start)) s)"
	else
		failed=$((failed + 1))
		echo "FAIL  $name ($((SECONDS - start)) s)"
		tail -n 60 "$log" | sed 's/^/      /'
	fi
}

# The programs that take longest begin first, so that no core waits for the last one: those that took longest the last time
# here, and where there was no last time, those that are known to.
longest_first() {
	local mode=$1 name took
	while IFS= read -r name; do
		took=0
		case $name in main/* | helper/* | register/*) took=5 ;; esac
		read -r _ took 2>/dev/null <"$logs/$mode-${name//\//-}.code" || :
		printf '%s %s\n' "$took" "$name"
	done | sort -rns | cut -d' ' -f2-
}

# Runs test programs, $2 at a time, and then tells of each in the order given; their names come on standard input, below
# the directory $3. $1 names the mode. Programs count their own cases (cmocka: "[  PASSED  ] N test(s)."); further
# arguments are put before the program (valgrind and its options).
run_programs() {
	local mode=$1 jobs=$2 dir=$3 list name log n f code took
	shift 3
	list=$(cat)
	[ -n "$list" ] || { failed=$((failed + 1)); echo "FAIL  $mode: no test program"; return; }
	printf '%s\n' "$list" | longest_first "$mode" | LOGS=$logs MODE=$mode DIR=$dir SECONDS_MAX=$PROGRAM_SECONDS xargs -P"$jobs" -I{} bash -c '
		log="$LOGS/$MODE-${1//\//-}" name=$1 start=$SECONDS
		shift
		rm -f "$log.code"
		timeout -k 10 "$SECONDS_MAX" "$@" "$DIR/$name" >"$log.log" 2>&1
		echo "$? $((SECONDS - start))" >"$log.code"' _ {} "$@"
	while IFS= read -r name; do
		log="$logs/$mode-${name//\//-}"
		# Without a note of its end it was not run: that is a failure, not silence.
		code=125 took=0
		[ ! -f "$log.code" ] || read -r code took <"$log.code"
		n=$(sed -n 's/.*\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log.log" | awk '{ n += $1 } END { print NR ? n : "" }')
		f=$(sed -n 's/.*\[  FAILED  \] \([0-9][0-9]*\) test.*/\1/p' "$log.log" | awk '{ n += $1 } END { print n + 0 }')
		passed=$((passed + ${n:-0}))
		grep -h 'skipped: ' "$log.log" | sed "s|^|      $name: |"
		if [ "$code" -ne 0 ]; then
			failed=$((failed + (f > 0 ? f : 1)))
			[ "$code" -ne 124 ] || code="124, stopped after $took s"
			echo "FAIL  $mode $name (exit $code)"
			grep -vE '^\[ (RUN|      OK) ' "$log.log" | tail -n 40 | sed 's/^/      /'
		elif [ "${n:-0}" -eq 0 ]; then
			failed=$((failed + 1))
			echo "FAIL  $mode $name ran no test"
		else
			echo "  ok  $mode $name: $n ($took s)"
		fi
	done <<<"$list"
}

# The line that ends every run; fails when something failed, or when nothing passed.
summary() {
	echo
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
