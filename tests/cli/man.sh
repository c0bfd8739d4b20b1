#!/usr/bin/env bash
# Version and man page: the page has every command of the table, in the synopsis and among the explanations, in both languages.
. "$(dirname "$0")/lib.sh"
same "$($ishigaki --version)" "ishigaki $(dist/version)" "the version"
for lang in en ja; do
	$ishigaki schema --what man --lang $lang >"$dir/man.$lang"
	n=0
	while read -r verb; do
		verb=${verb//-/\\-}
		grep -qF ".B ishigaki $verb " "$dir/man.$lang" || fail "$lang: not in the synopsis: $verb"
		grep -qF ".B $verb " "$dir/man.$lang" || fail "$lang: not explained: $verb"
		n=$((n + 1))
	done < <(sed -n '/ verbs\[\] = {/,/^};/s/^\t{ "\([a-z-]*\)".*/\1/p' src/main/verbs.c)
	[ "$n" -ge 10 ] || fail "only $n commands were looked for"
done
! cmp -s "$dir/man.en" "$dir/man.ja" || fail "both languages have the same page"
