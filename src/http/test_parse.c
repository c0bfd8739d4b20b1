#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/internal.h"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static int parse(const char *z, struct http_pair **pair, size_t *n)
{
	return http_parse_urlencoded(arena, str_of(z), pair, n);
}

static void urlencoded_pairs(void **state)
{
	(void)state;
	struct http_pair *p;
	size_t n;
	assert_int_equal(parse("", &p, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(parse("a=1&&b=+x%20y&c&d==&", &p, &n), 0);
	assert_int_equal(n, 4);
	assert_true(str_eq_z(p[0].name, "a") && str_eq_z(p[0].value, "1"));
	assert_true(str_eq_z(p[1].name, "b") && str_eq_z(p[1].value, " x y"));
	assert_true(str_eq_z(p[2].name, "c") && p[2].value.n == 0);
	assert_true(str_eq_z(p[3].name, "d") && str_eq_z(p[3].value, "="));
	assert_int_equal(parse("%E5%9F%8E=%e5%9f%8e&q=a%26b%3dc", &p, &n), 0);
	assert_true(str_eq_z(p[0].name, "城") && str_eq_z(p[0].value, "城"));
	assert_true(str_eq_z(p[1].value, "a&b=c"));
	assert_int_equal(parse("t=line%0D%0Anext%09tab", &p, &n), 0);
	assert_true(str_eq_z(p[0].value, "line\r\nnext\ttab"));
}

static void urlencoded_refuses(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"a=%", "a=%4", "a=%zz", "a=%4g", "%=1", "=1", "a=%00", "a=%FF", "a=%C0%80", "a=%ED%A0%80", "a=%01", "a=%7f%",
		"a=\xff", "a=1&=2", "%c3=1",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct http_pair *p = (struct http_pair *)0x10;
		size_t n = 77;
		if (parse(bad[i], &p, &n) != ERR_SYNTAX) fail_msg("accepted: %s", bad[i]);
		assert_ptr_equal(p, (struct http_pair *)0x10);
		assert_int_equal(n, 77);
	}
}

static void urlencoded_is_bounded(void **state)
{
	(void)state;
	struct buf b;
	struct http_pair *p;
	size_t n;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < LIMIT_PARAMS; i++) buf_lit(&b, "&a=1");
	assert_int_equal(http_parse_urlencoded(arena, buf_view(&b), &p, &n), 0);
	assert_int_equal(n, LIMIT_PARAMS);
	buf_lit(&b, "&a=1");
	assert_int_equal(http_parse_urlencoded(arena, buf_view(&b), &p, &n), ERR_LIMIT);
	buf_release(&b);
}

static void encoding_reverses(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	http_put_encoded(&b, STR("A-z_0.~ /+%&城"));
	assert_true(str_eq_z(buf_view(&b), "A-z_0.~%20%2F%2B%25%26%E5%9F%8E"));
	char out[100];
	ptrdiff_t n = percent_decode(buf_view(&b), false, out);
	assert_true(n > 0 && str_eq_z((struct str){ out, (size_t)n }, "A-z_0.~ /+%&城"));
	buf_release(&b);
}

static void cookies(void **state)
{
	(void)state;
	struct str h = STR("a=1; sid=abc ;  b = x; sid=second; empty=; q=\"v\"; flag; __Host-sid=secure");
	assert_true(str_eq_z(http_parse_cookie(h, "a"), "1"));
	assert_true(str_eq_z(http_parse_cookie(h, "sid"), "abc"));
	assert_true(str_eq_z(http_parse_cookie(h, "__Host-sid"), "secure"));
	assert_true(str_eq_z(http_parse_cookie(h, "q"), "v"));
	assert_non_null(http_parse_cookie(h, "empty").p);
	assert_int_equal(http_parse_cookie(h, "empty").n, 0);
	assert_null(http_parse_cookie(h, "flag").p);
	assert_null(http_parse_cookie(h, "si").p);
	assert_null(http_parse_cookie(h, "b").p); /* no blanks belong there */
	assert_null(http_parse_cookie(STR(""), "a").p);
	assert_null(http_parse_cookie(STR(";;;=;"), "a").p);
	assert_true(str_eq_z(http_parse_cookie(STR("a=\""), "a"), "\""));
}

static void media_types(void **state)
{
	(void)state;
	struct str h = STR(" multipart/form-data ; charset=UTF-8; Boundary=\"a;b c\"; x");
	assert_true(str_eq_z(media_type(h), "multipart/form-data"));
	assert_true(str_eq_z(media_param(h, "charset"), "UTF-8"));
	assert_true(str_eq_z(media_param(h, "boundary"), "a;b c"));
	assert_null(media_param(h, "x").p);
	assert_null(media_param(STR("text/plain"), "charset").p);
	assert_null(media_param(STR("a/b; c=\"open"), "c").p);
	assert_null(media_param(STR("a/b;;; ;"), "c").p);
	assert_true(str_eq_z(media_param(STR("a/b; d=1;c= x "), "c"), "x"));
}

static void languages(void **state)
{
	(void)state;
	assert_int_equal(accept_language(STR("")), LANG_JA);
	assert_int_equal(accept_language(STR("en-US,en;q=0.9,ja;q=0.8")), LANG_EN);
	assert_int_equal(accept_language(STR("fr, ja;q=0.2, en;q=0.7")), LANG_EN);
	assert_int_equal(accept_language(STR("ja,en;q=0.9")), LANG_JA);
	assert_int_equal(accept_language(STR("en;q=0, ja;q=0.001")), LANG_JA);
	assert_int_equal(accept_language(STR("de")), LANG_JA);
	assert_int_equal(accept_language(STR("eng, jav")), LANG_JA);
	assert_int_equal(accept_language(STR("EN")), LANG_EN);
	assert_int_equal(accept_language(STR("en;q=x,,;;q=9")), LANG_JA);
}

static int multipart(const char *body, struct http_pair **pair, size_t *n)
{
	return http_parse_multipart(arena, str_of(body), STR("XyZ"), pair, n);
}

static void multipart_parts(void **state)
{
	(void)state;
	struct http_pair *p;
	size_t n;
	assert_int_equal(multipart("--XyZ--\r\n", &p, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(multipart("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n値\r\n"
	                           "--XyZ  \r\ncontent-disposition:form-data; name=f; filename=\"C:\\台帳\\l.xlsx\"\r\n"
	                           "Content-Type: application/x-test\r\n\r\n--XyZ is inside\r\n--Xy\r\n\r\n--XyZ\r\n"
	                           "Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
	                           "--XyZ\r\nContent-Disposition: form-data; name=\"g\"; filename=\"\"\r\n\r\n\r\n--XyZ--",
	                           &p, &n), 0);
	assert_int_equal(n, 4);
	assert_true(str_eq_z(p[0].name, "a") && str_eq_z(p[0].value, "値") && !p[0].file);
	assert_true(str_eq_z(p[1].name, "f"));
	assert_true(str_eq_z(p[1].file->name, "l.xlsx"));
	assert_true(str_eq_z(p[1].file->type, "application/x-test"));
	assert_true(str_eq_z(p[1].file->data, "--XyZ is inside\r\n--Xy\r\n"));
	assert_int_equal(p[1].file->fd, -1);
	assert_true(str_eq_z(p[2].name, "empty") && p[2].value.n == 0);
	assert_int_equal(p[3].file->name.n, 0);
}

static struct str file_name(const char *written)
{
	struct http_pair *p;
	size_t n;
	struct str body = str_printf(arena, "--XyZ\r\nContent-Disposition: form-data; name=\"f\"; filename=\"%s\"\r\n\r\nx\r\n--XyZ--",
	                             written);
	assert_int_equal(http_parse_multipart(arena, body, STR("XyZ"), &p, &n), 0);
	return p[0].file->name;
}

static void multipart_file_names(void **state)
{
	(void)state;
	assert_true(str_eq_z(file_name("a%22b.csv"), "a\"b.csv"));
	assert_true(str_eq_z(file_name("a\\\"b.csv"), "a\"b.csv"));
	assert_true(str_eq_z(file_name("../../etc/passwd"), "passwd"));
	assert_true(str_eq_z(file_name("C:\\folder\\"), ""));
	assert_true(str_eq_z(file_name("\x83\x65\x83\x58\x83\x67.csv"), "file")); /* CP932: not a label we can show */
	assert_true(str_eq_z(file_name("a;b=c.csv"), "a;b=c.csv"));
}

static void multipart_refuses(void **state)
{
	(void)state;
#define HEAD "Content-Disposition: form-data; name=\"a\"\r\n\r\n"
	static const char *const bad[] = {
		"", "--XyZ", "--XyZ\r\n", "--Xy--", "preamble\r\n--XyZ--", "--XyZ\r\n" HEAD "x", "--XyZ\r\n" HEAD "x\r\n--XyZ",
		"--XyZ\r\n\r\nx\r\n--XyZ--", "--XyZ\r\n" HEAD "x\r\n--XyZ--trailer", "--XyZ\n" HEAD "x\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\nno colon\r\n\r\nx\r\n--XyZ--", "--XyZ\r\n" HEAD "\x01\r\n--XyZ--", "--XyZ\r\n" HEAD "\xff\r\n--XyZ--",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct http_pair *p;
		size_t n;
		if (multipart(bad[i], &p, &n) != ERR_SYNTAX) fail_msg("accepted: %s", bad[i]);
	}
	struct http_pair *p;
	size_t n;
	static const char *const boundary[] = {
		"", "ends ", "a\"b", "12345678901234567890123456789012345678901234567890123456789012345678901",
	};
	for (size_t i = 0; i < COUNT_OF(boundary); i++) {
		struct str body = str_printf(arena, "--%s--", boundary[i]);
		assert_int_equal(http_parse_multipart(arena, body, str_of(boundary[i]), &p, &n), ERR_SYNTAX);
	}
}

static void multipart_is_bounded(void **state)
{
	(void)state;
	struct buf b;
	struct http_pair *p;
	size_t n;
	buf_init(&b, 16 << 20);
	for (int i = 0; i < LIMIT_PARAMS + 1; i++) buf_lit(&b, "--XyZ\r\n" HEAD "x\r\n");
	buf_lit(&b, "--XyZ--");
	assert_int_equal(http_parse_multipart(arena, buf_view(&b), STR("XyZ"), &p, &n), ERR_LIMIT);
	buf_clear(&b);
	buf_lit(&b, "--XyZ\r\n" HEAD);
	for (size_t i = 0; i < LIMIT_FORM + 1; i++) buf_char(&b, 'x');
	buf_lit(&b, "\r\n--XyZ--");
	assert_int_equal(http_parse_multipart(arena, buf_view(&b), STR("XyZ"), &p, &n), ERR_LIMIT);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(urlencoded_pairs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(urlencoded_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(urlencoded_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(encoding_reverses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cookies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(media_types, set_up, tear_down),
		cmocka_unit_test_setup_teardown(languages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(multipart_parts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(multipart_file_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(multipart_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(multipart_is_bounded, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
