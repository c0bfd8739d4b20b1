/* For this room's tests: a page under construction, and the checks that every output must pass. */
#ifndef HTML_TEST_SUPPORT_H
#define HTML_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "html/internal.h"

struct fixture {
	struct arena *arena;
	struct buf out;
	struct html h;
};

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->arena = arena_new(LIMIT_ARENA);
	buf_init(&f->out, LIMIT_PAGE);
	html_init(&f->h, &f->out, f->arena, LANG_JA, STR("t<o>ken"));
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	buf_release(&f->out);
	arena_free(f->arena);
	free(f);
	return 0;
}

/* What was written since the last call. */
static inline struct str taken(struct fixture *f)
{
	struct str s;

	assert_int_equal(buf_error(&f->out), 0);
	s = str_dup(f->arena, buf_view(&f->out));
	buf_clear(&f->out);
	return s;
}

static inline bool has(struct str s, const char *part)
{
	return str_contains(s, str_of(part));
}

static inline bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
}

/*
 * Reads the markup as a browser would and fails on anything the policy forbids: an inline style or script, an event
 * attribute, a URL outside of the allowed kinds, an attribute without quotes, a stray "<". Returns the number of
 * elements.
 */
static inline size_t assert_clean_markup(struct str s)
{
	size_t i = 0, elements = 0;

	while (i < s.n) {
		size_t name, name_n;

		if (s.p[i] != '<') {
			i++;
			continue;
		}
		i++;
		assert_true(i < s.n);
		if (s.p[i] == '!') { /* <!doctype html> */
			assert_true(str_starts(str_sub(s, i, s.n), STR("!doctype html>")));
			continue;
		}
		if (s.p[i] == '/')
			i++;
		name = i;
		while (i < s.n && name_char(s.p[i]))
			i++;
		name_n = i - name;
		assert_true(name_n > 0);
		elements++;
		assert_false(str_eq_nocase(str_sub(s, name, name_n), STR("style")));
		assert_false(str_eq_nocase(str_sub(s, name, name_n), STR("iframe")));
		while (i < s.n && s.p[i] != '>') {
			size_t at, at_n;
			struct str attr, value = STR_NULL;

			while (s.p[i] == ' ' || s.p[i] == '/')
				i++;
			if (s.p[i] == '>')
				break;
			at = i;
			while (i < s.n && name_char(s.p[i]))
				i++;
			at_n = i - at;
			assert_true(at_n > 0);
			attr = str_sub(s, at, at_n);
			if (i < s.n && s.p[i] == '=') {
				size_t v;

				assert_int_equal(s.p[++i], '"');
				v = ++i;
				while (i < s.n && s.p[i] != '"')
					i++;
				assert_true(i < s.n);
				value = str_sub(s, v, i - v);
				i++;
				assert_true(s.p[i] == ' ' || s.p[i] == '>' || s.p[i] == '/');
			}
			assert_false(str_eq_nocase(attr, STR("style")));
			assert_false(str_eq_nocase(str_sub(attr, 0, 2), STR("on")));
			assert_false(str_starts(attr, STR("hx-on")));
			assert_ptr_equal(memchr(value.n ? value.p : "", '<', value.n), NULL);
			if (str_eq_z(attr, "href") || str_eq_z(attr, "src") || str_eq_z(attr, "action") || str_eq_z(attr, "hx-get")) {
				assert_true(value.n > 0);
				assert_true(value.p[0] == '/' || value.p[0] == '#' || value.p[0] == '?' ||
				            str_eq_nocase(str_sub(value, 0, 8), STR("https://")) ||
				            str_eq_nocase(str_sub(value, 0, 7), STR("http://")) ||
				            str_eq_nocase(str_sub(value, 0, 7), STR("mailto:")));
				assert_false(str_starts(value, STR("//")));
			}
			if (str_eq_z(attr, "src")) /* nothing is fetched from elsewhere */
				assert_true(str_starts(value, STR("/static/")));
		}
		assert_true(i < s.n);
		if (str_eq_z(str_sub(s, name, name_n), "script") && s.p[name - 1] == '<')
			assert_true(str_starts(str_sub(s, i, s.n), STR("></script>"))); /* only from a file */
		i++;
	}
	return elements;
}

#define HOSTILE "<b a=\"1\" b='2'>&amp;</b>"
#define HOSTILE_ESCAPED "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;"

#endif
