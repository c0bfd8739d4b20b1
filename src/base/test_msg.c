#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/msg.h"
#include "base/text.h"
#include "base/text/all.h"

/* The argument numbers a text uses, as bits; the braces of a wrong number or an unclosed one make it -1. */
static int places(struct str t)
{
	int bits = 0;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] != '{')
			continue;
		if (i + 2 >= t.n || t.p[i + 1] < '0' || t.p[i + 1] > '3' || t.p[i + 2] != '}')
			return -1;
		bits |= 1 << (t.p[i + 1] - '0');
	}
	return bits;
}

static void both_languages_say_the_same(void **state)
{
	(void)state;
	for (msg_id id = 1; id < MSG__N; id++) {
		if (!msg_exists(id))
			continue;
		struct str ja = msg(LANG_JA, id), en = msg(LANG_EN, id);
		if (ja.n == 0 || en.n == 0 || !text_valid(ja) || !text_valid(en))
			fail_msg("text %d: \"%.*s\", \"%.*s\" is empty or not text", id, STR_FMT(ja), STR_FMT(en));
		if (places(ja) < 0 || places(ja) != places(en))
			fail_msg("text %d: \"%.*s\", \"%.*s\" take different arguments", id, STR_FMT(ja), STR_FMT(en));
		if (!str_eq(str_trim(ja), ja) || !str_eq(str_trim(en), en))
			fail_msg("text %d: \"%.*s\", \"%.*s\" has blanks around it", id, STR_FMT(ja), STR_FMT(en));
	}
	assert_int_equal(msg(LANG_JA, MSG_NONE).n, 0);
}

/* Every room's file is in the table, and what lies between two rooms is no text. */
static void rooms_are_complete(void **state)
{
	(void)state;
#define MSG(id, ja, en) assert_true(msg_exists(id));
#include "base/text/all.def"
#undef MSG
	assert_false(msg_exists(MSG_NONE));
	assert_false(msg_exists(MSG_BASE__AFTER));
	assert_false(msg_exists(MSG_MAIN__AFTER));
	assert_false(msg_exists(MSG__N));
	assert_false(msg_exists(-1));
}

static void arguments_are_put_in(void **state)
{
	(void)state;
	struct arena *a = arena_new(10000);
	/* the only text that is sure to have an argument is found, not named: rooms change their texts */
	struct note n = { .arg = { ARG_S(STR("{1}x")), ARG_I(-42), ARG_M(MSG_YES), ARG_L(((struct label){ "台", "L" })) } };

	for (msg_id id = 1; id < MSG__N; id++) {
		if (!msg_exists(id))
			continue;
		n.id = id;
		for (int lang = 0; lang < LANG__N; lang++) {
			struct str t = msg((enum lang)lang, n.id), out = note_str(a, (enum lang)lang, &n);
			int bits = places(t);
			if (bits == 0)
				assert_true(str_eq(out, t));
			if (bits & 1)
				assert_true(str_contains(out, STR("{1}x"))); /* an argument is not read for arguments again */
			if (bits & 2)
				assert_true(str_contains(out, STR("-42")));
			if (bits & 4)
				assert_true(str_contains(out, msg((enum lang)lang, MSG_YES)));
			if (bits & 8)
				assert_true(str_contains(out, lang == LANG_JA ? STR("台") : STR("L")));
			arena_clear(a);
		}
	}
	struct note plain = NOTE0(MSG_SAVE);
	assert_true(str_eq(note_str(a, LANG_JA, &plain), STR("保存")));
	assert_true(str_eq(label_of((struct label){ "台帳", "Ledger" }, LANG_EN), STR("Ledger")));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_languages_say_the_same),
		cmocka_unit_test(rooms_are_complete),
		cmocka_unit_test(arguments_are_put_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
