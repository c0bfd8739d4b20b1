#!/usr/bin/env bash
# The checks can fail: five planted holes, each in a build of its own, are found, each for what it is.
. "$(dirname "$0")/lib.sh"
make -s -j"$(nproc)" holes
# hole, what the check says of it
found() {
	ISHIGAKI_FULL='' build/holes/test/main/"$1" >"$dir/$1.log" 2>&1 && fail "the hole «$1» was not found"
	grep -qE "$2" "$dir/$1.log" || { tail -n 40 "$dir/$1.log" | cut -c1-300; fail "the hole «$1» was found for something else"; }
	grep -q 'FAILED  \]' "$dir/$1.log" || fail "the hole «$1» ended the program"
}
found escaping 'markup came through'
found csrf 'a change of state was not refused that came from elsewhere'
found sql 'the server failed'
found path 'a file of the machine was read'
found access 'another unit|generated_leaks|foreign'
# Without a hole the same programs pass: that is `./test unit`. And what people run has none of it.
if strings -a build/ishigaki | grep -q '__wrap_'; then fail "a planted hole is in the product"; fi
