#!/usr/bin/env bash
# The runner of ./test is honest: whatever goes wrong with a test program or a check, it is counted and the run fails.
. "$(dirname "$0")/lib.sh"

mkdir -p "$dir/test" "$dir/logs"
cat >"$dir/t.c" <<'C'
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void good(void **state) { (void)state; }
static void bad(void **state) { (void)state; assert_int_equal(1, 2); }
static void crash(void **state) { (void)state; signal(SIGSEGV, SIG_DFL); raise(SIGSEGV); }
static void hang(void **state) { (void)state; for (;;) pause(); }
int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') + 1;
	const struct CMUnitTest fine[] = { cmocka_unit_test(good), cmocka_unit_test(good) };
	const struct CMUnitTest mixed[] = { cmocka_unit_test(good), cmocka_unit_test(bad), cmocka_unit_test(bad) };
	const struct CMUnitTest crashing[] = { cmocka_unit_test(good), cmocka_unit_test(crash) };
	const struct CMUnitTest hanging[] = { cmocka_unit_test(good), cmocka_unit_test(hang) };
	(void)argc;
	if (!strcmp(name, "fine")) return cmocka_run_group_tests(fine, NULL, NULL);
	if (!strcmp(name, "mixed")) return cmocka_run_group_tests(mixed, NULL, NULL);
	if (!strcmp(name, "crashing")) return cmocka_run_group_tests(crashing, NULL, NULL);
	if (!strcmp(name, "hanging")) return cmocka_run_group_tests(hanging, NULL, NULL);
	if (!strcmp(name, "leaving")) { cmocka_run_group_tests(fine, NULL, NULL); return 3; }
	if (!strcmp(name, "twice")) return cmocka_run_group_tests(fine, NULL, NULL) + cmocka_run_group_tests(fine, NULL, NULL);
	return 0; /* "silent": runs nothing */
}
C
gcc -o "$dir/test/fine" "$dir/t.c" -lcmocka
for n in mixed crashing hanging leaving twice silent; do cp "$dir/test/fine" "$dir/test/$n"; done

# counts PROGRAM...: "passed failed verdict" of a run of these programs, two at a time
counts() {
	bash -c 'set -uo pipefail; logs=$1 dir=$2; PROGRAM_SECONDS=2; . tools/runner.sh; shift 2
		printf "%s\n" "$@" | { run_programs self 2 "$dir"; summary; echo "$passed $failed $?"; }' _ "$dir/logs" "$dir/test" "$@" >"$dir/out" 2>&1
	tail -n 1 "$dir/out"
}
# A check of these: "passed failed verdict"
checks() {
	bash -c 'set -uo pipefail; logs=$1; . tools/runner.sh; shift; for c; do check "self/$c" "$c"; done >/dev/null
		summary >/dev/null; echo "$passed $failed $?"' _ "$dir/logs" "$@"
}

same "$(counts fine)" "2 0 0" "a good program"
same "$(counts twice)" "4 0 0" "a program with two groups"
same "$(counts mixed)" "1 2 1" "a program with failing tests"
same "$(counts leaving)" "2 1 1" "a program that ends with an error after good tests"
same "$(counts silent)" "0 1 1" "a program without a test"
same "$(counts crashing)" "0 1 1" "a program that crashes"
same "$(counts absent)" "0 1 1" "a program that is not there"
same "$(counts hanging)" "0 1 1" "a program that never ends"
grep -q 'FAIL  self hanging (exit 124' "$dir/out" || fail "the program that hung is not named"
same "$(counts fine silent mixed twice)" "7 3 1" "several at a time"
same "$(grep -oE '(ok|FAIL)  self [a-z]+' "$dir/out" | awk '{ printf "%s ", $3 }')" "fine silent mixed twice " "the order"
same "$(counts '')" "0 1 1" "no program at all"
same "$(checks true true)" "2 0 0" "good checks"
same "$(checks true false)" "1 1 1" "a failing check, as a linter is one"
same "$(checks no-such-linter)" "0 1 1" "a check that cannot be run"
same "$(checks)" "0 0 1" "nothing checked"
echo "the runner counts what fails"
