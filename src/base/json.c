#include "base/json.h"

#include "base/num.h"
#include "base/text.h"

void json_init(struct json *j, struct buf *out)
{
	*j = (struct json){ .out = out };
}

/* The comma before a value or a key, when one is due. */
static void separate(struct json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	uint64_t bit = (uint64_t)1 << j->depth;
	if (j->comma & bit)
		buf_char(j->out, ',');
	j->comma |= bit;
}

static void open_level(struct json *j, char c)
{
	separate(j);
	buf_char(j->out, c);
	if (++j->depth >= 64)
		die("json: nested too deeply");
	j->comma &= ~((uint64_t)1 << j->depth);
}

static void close_level(struct json *j, char c)
{
	if (j->depth == 0)
		die("json: closed more than opened");
	j->depth--;
	buf_char(j->out, c);
}

void json_object_begin(struct json *j)
{
	open_level(j, '{');
}

void json_object_end(struct json *j)
{
	close_level(j, '}');
}

void json_array_begin(struct json *j)
{
	open_level(j, '[');
}

void json_array_end(struct json *j)
{
	close_level(j, ']');
}

static bool utf8_ok(struct str s)
{
	uint32_t c;
	while (s.n > 0)
		if (!text_next(&s, &c))
			return false;
	return true;
}

static void put_string(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789abcdef";
	buf_char(b, '"');
	if (!utf8_ok(s))
		s = STR_NULL;
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool line_separator = c == 0xe2 && i + 2 < s.n && (unsigned char)s.p[i + 1] == 0x80 &&
		                      ((unsigned char)s.p[i + 2] & 0xfe) == 0xa8; /* U+2028, U+2029 end a line in old scripts */
		if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0x7f && !line_separator)
			continue;
		buf_bytes(b, s.p + from, i - from);
		switch (c) {
		case '"':
			buf_lit(b, "\\\"");
			break;
		case '\\':
			buf_lit(b, "\\\\");
			break;
		case '\n':
			buf_lit(b, "\\n");
			break;
		case '\r':
			buf_lit(b, "\\r");
			break;
		case '\t':
			buf_lit(b, "\\t");
			break;
		case 0xe2:
			buf_str(b, (unsigned char)s.p[i + 2] == 0xa8 ? STR("\\u2028") : STR("\\u2029"));
			i += 2;
			break;
		default:
			buf_lit(b, "\\u00");
			buf_char(b, hex[c >> 4]);
			buf_char(b, hex[c & 15]);
		}
		from = i + 1;
	}
	buf_bytes(b, s.p ? s.p + from : s.p, s.n - from);
	buf_char(b, '"');
}

void json_key_str(struct json *j, struct str key)
{
	separate(j);
	put_string(j->out, key);
	buf_char(j->out, ':');
	j->after_key = true;
}

void json_key(struct json *j, const char *key)
{
	json_key_str(j, str_of(key));
}

void json_str(struct json *j, struct str s)
{
	separate(j);
	put_string(j->out, s);
}

void json_i64(struct json *j, int64_t v)
{
	separate(j);
	buf_i64(j->out, v);
}

void json_bool(struct json *j, bool v)
{
	separate(j);
	buf_str(j->out, v ? STR("true") : STR("false"));
}

void json_null_value(struct json *j)
{
	separate(j);
	buf_lit(j->out, "null");
}

void json_decimal(struct json *j, int64_t scaled, unsigned decimals)
{
	separate(j);
	num_put_decimal(j->out, scaled, decimals);
}

void json_put_str(struct json *j, const char *key, struct str s)
{
	json_key(j, key);
	json_str(j, s);
}

void json_put_i64(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_i64(j, v);
}

void json_put_bool(struct json *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}
