/* Values: text to value, value to text, checks, the form of a column. */
#include "base/num.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/register.h"
#include "register/engine.h"

#define NUMBER_MAX INT64_C(1000000000000000)
#define QUOTED_CHARS 40 /* of refused input repeated in a message */

static void bounds(const struct field *f, int64_t *min, int64_t *max)
{
	bool open = f->min == 0 && f->max == 0;
	*min = open ? -NUMBER_MAX : f->min;
	*max = open ? NUMBER_MAX : f->max;
}

static int64_t text_max(const struct field *f)
{
	if (f->max)
		return f->max;
	return f->type == FIELD_LONG_TEXT ? LIMIT_LONG_TEXT : f->type == FIELD_URL ? LIMIT_URL_FIELD : LIMIT_TEXT;
}

static const struct choice *choice_of(const struct field *f, int64_t number)
{
	for (size_t i = 0; i < f->choices; i++)
		if (f->choice[i].number == number)
			return &f->choice[i];
	return NULL;
}

/* ---- value to text ---- */

static void put_choice(struct buf *b, const struct field *f, int64_t number, enum value_form form, enum lang lang)
{
	const struct choice *c = choice_of(f, number);
	if (!c)
		buf_i64(b, number); /* a retired choice of an own field */
	else if (form == FORM_API || form == FORM_INPUT)
		buf_z(b, c->key);
	else
		buf_str(b, label_of(c->label, lang));
}

static void put_level(struct buf *b, const struct field *f, int64_t level, enum value_form form, enum lang lang)
{
	const struct choice *c = form == FORM_VIEW ? choice_of(f, level) : NULL;
	struct str label = c ? label_of(c->label, lang) : STR_NULL;
	char number[24];
	int n = snprintf(number, sizeof number, "%lld", (long long)level);
	/* Labels may bear the number already: "3：高い". */
	bool told = label.n && str_starts(label, (struct str){ number, (size_t)n }) &&
	            (label.n == (size_t)n || label.p[n] < '0' || label.p[n] > '9');
	if (!told)
		buf_bytes(b, number, (size_t)n);
	if (!told && label.n)
		buf_z(b, lang == LANG_JA ? "：" : ": ");
	buf_str(b, label);
}

static void put_several(struct buf *b, const struct field *f, int64_t mask, enum value_form form, enum lang lang)
{
	bool plain = form == FORM_API || form == FORM_INPUT;
	bool first = true;
	for (size_t i = 0; i < f->choices; i++) {
		if (!(mask >> f->choice[i].number & 1))
			continue;
		if (!first)
			buf_z(b, plain ? "," : lang == LANG_JA ? "、" : ", ");
		first = false;
		put_choice(b, f, f->choice[i].number, form, lang);
	}
}

void value_put(struct buf *b, const struct field *f, const struct value *v, enum value_form form, enum lang lang)
{
	if (!v->known) {
		if (f->type == FIELD_YES_NO && form == FORM_VIEW)
			buf_str(b, msg(lang, MSG_UNKNOWN));
		return;
	}
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_DATE:
	case FIELD_URL:
		buf_str(b, v->s);
		break;
	case FIELD_INTEGER:
		if (form == FORM_VIEW && (v->i >= 10000 || v->i <= -10000))
			num_put_grouped(b, v->i);
		else
			buf_i64(b, v->i);
		break;
	case FIELD_MONEY:
		if (form != FORM_VIEW) {
			buf_i64(b, v->i);
			break;
		}
		if (lang == LANG_EN)
			buf_lit(b, "JPY ");
		num_put_grouped(b, v->i);
		if (lang == LANG_JA)
			buf_lit(b, "円");
		break;
	case FIELD_DECIMAL:
		num_put_decimal(b, v->i, f->decimals);
		break;
	case FIELD_CHOICE:
		put_choice(b, f, v->i, form, lang);
		break;
	case FIELD_MULTI:
		put_several(b, f, v->i, form, lang);
		break;
	case FIELD_SCALE:
		put_level(b, f, v->i, form, lang);
		break;
	case FIELD_YES_NO:
		if (form == FORM_API || form == FORM_INPUT)
			buf_z(b, v->i ? "yes" : "no");
		else
			buf_str(b, msg(lang, v->i ? MSG_YES : MSG_NO));
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		if (form == FORM_INPUT || (v->s.n == 0 && v->i)) {
			buf_char(b, '#');
			buf_i64(b, v->i);
		} else {
			buf_str(b, v->s);
		}
		break;
	}
}

struct str value_str(struct arena *a, const struct field *f, const struct value *v, enum value_form form, enum lang lang)
{
	if (v->known && (f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_DATE || f->type == FIELD_URL))
		return v->s;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	value_put(&b, f, v, form, lang);
	return str_dup(a, buf_view(&b));
}

bool value_eq(const struct field *f, const struct value *a, const struct value *b)
{
	if (!a->known || !b->known)
		return a->known == b->known;
	return field_is_text(f) ? str_eq(a->s, b->s) : a->i == b->i;
}

/* ---- text to value ---- */

static int refuse(struct note *ret_why, struct note why)
{
	*ret_why = why;
	return ERR_INVALID;
}

static struct str quoted(struct arena *a, struct str s)
{
	struct str part = text_clip(s, QUOTED_CHARS);
	return part.n < s.n ? str_printf(a, "%.*s…", STR_FMT(part)) : str_dup(a, part);
}

static bool is_blank(struct str s)
{
	return s.n == 0 || str_eq(s, STR("-")) || str_eq(s, STR("－")) || str_eq(s, STR("―")) || str_eq(s, STR("ー"));
}

static bool same_word(struct arena *a, struct str key, const char *word)
{
	return word && str_eq(key, text_match_key(a, str_of(word)));
}

/* "社内限り" of "1：社内限り": a label may bear its number, which a file need not repeat. */
static struct str without_number(struct str label, int64_t number)
{
	char told[24];
	int n = snprintf(told, sizeof told, "%lld", (long long)number);
	if (!str_starts(label, (struct str){ told, (size_t)n }))
		return label;
	struct str rest = str_sub(label, (size_t)n, label.n);
	if (str_starts(rest, STR("：")))
		return str_sub(rest, strlen("："), rest.n);
	return str_starts(rest, STR(":")) ? str_trim(str_sub(rest, 1, rest.n)) : label;
}

static bool is_label(struct arena *a, struct str key, const struct choice *c, const char *label)
{
	if (!label)
		return false;
	const struct str whole = str_of(label), bare = without_number(whole, c->number);
	return same_word(a, key, label) || (bare.n < whole.n && str_eq(key, text_match_key(a, bare)));
}

static const struct choice *choice_named(const struct field *f, struct arena *a, struct str key)
{
	if (key.n == 0)
		return NULL;
	for (size_t i = 0; i < f->choices; i++) {
		const struct choice *c = &f->choice[i];
		if (same_word(a, key, c->key) || is_label(a, key, c, c->label.ja) || is_label(a, key, c, c->label.en))
			return c;
		for (const char *const *alias = c->alias; alias && *alias; alias++)
			if (same_word(a, key, *alias))
				return c;
	}
	return NULL;
}

/* Length of the one of the marks that the text begins with, or 0. */
static size_t mark_at(struct str s, const char *const *mark, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(s, str_of(mark[i])))
			return strlen(mark[i]);
	return 0;
}

/* What may stand between a number and its meaning, after folding (which makes ： and ． plain). */
static size_t separator(struct str s)
{
	static const char *const mark[] = { ":", ".", ")", "、", "・", ",", " ", "-", "=", "_", "…" };
	return mark_at(s, mark, COUNT_OF(mark));
}

/* What may begin an explanation behind a name, after folding. No comma: "3：高い、2：中" says two things. */
static bool explains(struct str s)
{
	static const char *const mark[] = { "(", "[", "<", "「", "『", "【", "〔", "〈", "《", ":", " ", "※", "。", "…", "..." };
	return mark_at(s, mark, COUNT_OF(mark)) > 0;
}

static bool only_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* The one choice whose label begins so: "一部" of "2：一部実施". */
static const struct choice *choice_shortened(const struct field *f, struct arena *a, struct str key)
{
	const struct choice *named = NULL;
	for (size_t i = 0; i < f->choices; i++) {
		const struct choice *c = &f->choice[i];
		if (!str_starts(text_match_key(a, without_number(str_of(c->label.ja), c->number)), key))
			continue;
		if (named)
			return NULL;
		named = c;
	}
	return named;
}

/* Another number: "1か2", or with its meaning further on: "高い、2：中". */
static bool says_more(struct str s)
{
	if (s.n && s.p[0] >= '0' && s.p[0] <= '9')
		return true;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == ':' && s.p[i - 1] >= '0' && s.p[i - 1] <= '9')
			return true;
	return false;
}

/*
 * Does what stands behind a number bear it out: the choice's own name, alone or with an explanation behind it, its
 * beginning, or its meaning? Behind a colon a company may explain its level in words of its own, as long as they are not
 * the name of another one.
 */
static bool borne_out(const struct field *f, struct arena *a, struct str rest, const struct choice *c, bool colon)
{
	struct str all = text_match_key(a, rest);
	const struct choice *named = NULL;
	for (size_t at = 1; at <= rest.n; at++) {
		if (at < rest.n && !explains(str_sub(rest, at, rest.n)))
			continue;
		struct str key = text_match_key(a, str_sub(rest, 0, at));
		const struct choice *found = only_digits(key) ? NULL : choice_named(f, a, key);
		named = found ? found : named; /* the longest name counts */
	}
	if (!named && !only_digits(all))
		named = same_word(a, all, c->meaning.ja) || same_word(a, all, c->meaning.en) ? c : choice_shortened(f, a, all);
	return named == c || (!named && colon && !only_digits(all) && !says_more(rest));
}

/* What nearly every cell holds, found without folding: a key, a label, an alias as they stand, "3" or "3:高い". */
static const struct choice *choice_plain(const struct field *f, struct str s)
{
	for (size_t i = 0; i < f->choices; i++) {
		const struct choice *c = &f->choice[i];
		if (str_eq_z(s, c->key) || str_eq_z(s, c->label.ja) || str_eq_z(s, c->label.en))
			return c;
		for (const char *const *alias = c->alias; alias && *alias; alias++)
			if (str_eq_z(s, *alias))
				return c;
	}
	size_t digits = 0;
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	int64_t number = 0;
	if (num_parse_i64(str_sub(s, 0, digits), 0, 1000000, &number) < 0)
		return NULL;
	const struct choice *c = choice_of(f, number);
	struct str rest = str_sub(s, digits, s.n);
	if (!c || rest.n == 0)
		return c;
	rest = str_sub(rest, str_starts(rest, STR("：")) ? strlen("：") : rest.p[0] == ':', rest.n);
	return str_eq(rest, without_number(str_of(c->label.ja), number)) ? c : NULL;
}

/* "3", "3:", "3:高い", "３：高い（説明）", "高", "高: ...", a key, a label or an alias. A number alone decides nothing when
 * something else stands behind it: "1.5", "1-2", "2：" with the name of another level. */
static const struct choice *choice_read(const struct field *f, struct arena *a, struct str s)
{
	const struct choice *c = choice_plain(f, s);
	if (!c)
		c = choice_named(f, a, text_match_key(a, s));
	if (c)
		return c;
	struct str folded = str_trim(text_fold(a, s));
	size_t digits = folded.n && folded.p[0] == '-' ? 1 : 0;
	while (digits < folded.n && folded.p[digits] >= '0' && folded.p[digits] <= '9')
		digits++;
	int64_t number = 0;
	if (num_parse_i64(str_sub(folded, 0, digits), -1000000, 1000000, &number) == 0) {
		struct str rest = str_sub(folded, digits, folded.n);
		c = choice_of(f, number);
		/* "3.0" is how a workbook may write 3. */
		if (!c || rest.n == 0 || str_eq(rest, STR(".0")))
			return c;
		const bool colon = rest.p[0] == ':';
		rest = str_trim(str_sub(rest, separator(rest), rest.n));
		return rest.n == 0 || borne_out(f, a, rest, c, colon) ? c : NULL;
	}
	ptrdiff_t colon = str_find_char(folded, ':');
	return colon > 0 ? choice_named(f, a, text_match_key(a, str_sub(folded, 0, (size_t)colon))) : NULL;
}

static struct str choices_list(const struct field *f, struct arena *a, enum lang lang)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 2000);
	for (size_t i = 0; i < f->choices && i < 12; i++) {
		if (i)
			buf_z(&b, lang == LANG_JA ? "、" : ", ");
		if (f->type == FIELD_SCALE)
			put_level(&b, f, f->choice[i].number, FORM_VIEW, lang);
		else
			buf_str(&b, label_of(f->choice[i].label, lang));
	}
	if (f->choices > 12)
		buf_lit(&b, " …");
	return str_dup(a, buf_view(&b));
}

static int parse_choice(const struct field *f, struct arena *a, struct str s, enum lang lang, struct value *ret, struct note *why)
{
	const struct choice *c = choice_read(f, a, s);
	if (!c)
		return refuse(why, NOTE(MSG_VALUE_CHOICE, ARG_S(quoted(a, s)), ARG_S(choices_list(f, a, lang))));
	ret->i = c->number;
	return 0;
}

#define MULTI_JOIN 8 /* separators that one label may hold */

/* Up to the next separator behind `from`; *ret_skip is its length, 0 at the end. */
static size_t multi_end(struct str s, size_t from, size_t *ret_skip)
{
	static const char *const mark[] = { ",", "、", "，", ";", "；", "・", "\n", "／", "/" };
	const struct str rest = str_sub(s, from, s.n);
	size_t at = rest.n;
	*ret_skip = 0;
	for (size_t i = 0; i < COUNT_OF(mark); i++) {
		ptrdiff_t found = str_find(rest, str_of(mark[i]));
		if (found >= 0 && (size_t)found < at) {
			at = (size_t)found;
			*ret_skip = strlen(mark[i]);
		}
	}
	return from + at;
}

/* The longest name that the text begins with, since a name may itself hold a separator: it ends at *ret_at, and the rest begins
 * at *ret_next. */
static const struct choice *multi_first(const struct field *f, struct arena *a, struct str s, size_t *ret_at, size_t *ret_next)
{
	const struct choice *found = NULL;
	size_t skip = 0, at = multi_end(s, 0, &skip);
	*ret_at = at;
	*ret_next = at + skip;
	for (int i = 0; i < MULTI_JOIN; i++) {
		const struct str part = str_trim(str_sub(s, 0, at));
		/* Beyond the first only by its name: "3、5" is no "3: ..." */
		const struct choice *c = i == 0 ? choice_read(f, a, part) : choice_named(f, a, text_match_key(a, part));
		if (c) {
			found = c;
			*ret_at = at;
			*ret_next = at + skip;
		}
		if (!skip)
			break;
		at = multi_end(s, at + skip, &skip);
	}
	return found;
}

static int parse_multi(const struct field *f, struct arena *a, struct str s, enum lang lang, struct value *ret, struct note *why)
{
	while (s.n) {
		size_t at, next;
		const struct choice *c = multi_first(f, a, s, &at, &next);
		const struct str part = str_trim(str_sub(s, 0, at));
		if (!c && part.n)
			return refuse(why, NOTE(MSG_VALUE_CHOICE, ARG_S(quoted(a, part)), ARG_S(choices_list(f, a, lang))));
		if (c)
			ret->i |= (int64_t)1 << c->number;
		s = str_sub(s, next, s.n);
	}
	if (ret->i == 0)
		ret->known = false;
	return 0;
}

static bool among(struct str s, struct arena *fold_in, const char *const *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fold_in ? same_word(fold_in, s, word[i]) : str_eq_z(s, word[i]))
			return true;
	return false;
}

static const char *const unknown[] = { "不明", "未確認", "未定", "わからない", "分からない", "unknown", "?", "n/a" };

static int parse_yes_no(struct arena *a, struct str s, struct value *ret, struct note *why)
{
	static const char *const yes[] = { "有", "有り", "あり", "アリ", "○", "◯", "〇", "●", "◎", "レ", "✓", "✔", "☑", "はい", "該当",
		"要", "する", "済", "yes", "y", "true", "1", "on", "o" };
	static const char *const no[] = { "無", "無し", "なし", "ナシ", "×", "✕", "✗", "✖", "☓", "いいえ", "非該当", "否", "不要", "しない",
		"no", "n", "false", "0", "off", "x", "none" };
	/* As it stands first: folding every word for every cell of a large file would take its time. */
	struct str key = s;
	for (struct arena *fold_in = NULL;; fold_in = a, key = text_match_key(a, s)) {
		ret->i = among(key, fold_in, yes, COUNT_OF(yes));
		if (ret->i || among(key, fold_in, no, COUNT_OF(no)))
			return 0;
		if (among(key, fold_in, unknown, COUNT_OF(unknown))) {
			ret->known = false;
			return 0;
		}
		if (fold_in)
			break;
	}
	return refuse(why, NOTE(MSG_VALUE_YES_NO, ARG_S(quoted(a, s))));
}

struct field field_in_row(const struct reg *r, const struct field *f, const struct row *row)
{
	struct field x = *f;
	if (f->yen_if) {
		const struct value *v = &row->v[reg_field(r, f->yen_if)];
		if (v->known && v->i == f->yen_is)
			x.type = FIELD_MONEY;
	}
	return x;
}

static int parse_number(const struct field *f, struct arena *a, struct str s, struct value *ret, struct note *why)
{
	int64_t min, max;
	bounds(f, &min, &max);
	unsigned decimals = f->type == FIELD_DECIMAL ? f->decimals : 0;
	int e = num_parse_human(s, decimals, INT64_MIN / 2, INT64_MAX / 2, &ret->i);
	if (e == ERR_RANGE && decimals == 0)
		return refuse(why, NOTE(MSG_VALUE_WHOLE, ARG_S(quoted(a, s))));
	if (e == ERR_RANGE)
		return refuse(why, NOTE(MSG_VALUE_DECIMALS, ARG_S(quoted(a, s)), ARG_I((int64_t)decimals)));
	if (e < 0)
		return refuse(why, NOTE(MSG_VALUE_NUMBER, ARG_S(quoted(a, s))));
	return value_check(f, a, ret, why);
}

static int parse_date(struct arena *a, struct str s, struct value *ret, struct note *why)
{
	struct date d;
	int e = date_parse_human(s, &d);
	if (e == ERR_RANGE)
		return refuse(why, NOTE(MSG_VALUE_NO_SUCH_DATE, ARG_S(quoted(a, s))));
	if (e < 0)
		return refuse(why, NOTE(MSG_VALUE_DATE, ARG_S(quoted(a, s))));
	ret->s = date_iso(a, d);
	return 0;
}

/* Only the ends are trimmed and line ends made one kind: what stands inside is the person's. */
static struct str trimmed(struct arena *a, struct str s)
{
	s = str_trim(s);
	if (!s.n || !memchr(s.p, '\r', s.n))
		return str_dup(a, s);
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		out[n++] = s.p[i] == '\r' ? '\n' : s.p[i];
	}
	return (struct str){ out, n };
}

int value_parse(const struct field *f, struct arena *a, struct str s, enum lang lang, struct value *ret, struct note *ret_why)
{
	*ret = (struct value){ .known = false };
	if (!text_valid(s))
		return refuse(ret_why, NOTE0(MSG_VALUE_CHARACTERS));
	s = str_trim(s);
	bool text = f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_URL;
	if (s.n == 0 || (!text && is_blank(s)))
		return 0;
	ret->known = true;
	struct value v = *ret;
	int e = 0;
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_URL:
		v.s = trimmed(a, s);
		e = value_check(f, a, &v, ret_why);
		break;
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_MONEY:
		e = parse_number(f, a, s, &v, ret_why);
		break;
	case FIELD_DATE:
		e = parse_date(a, s, &v, ret_why);
		break;
	case FIELD_CHOICE:
	case FIELD_SCALE:
		e = parse_choice(f, a, s, lang, &v, ret_why);
		break;
	case FIELD_MULTI:
		e = parse_multi(f, a, s, lang, &v, ret_why);
		break;
	case FIELD_YES_NO:
		e = parse_yes_no(a, s, &v, ret_why);
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		if (s.p[0] != '#' || num_parse_i64(str_sub(s, 1, s.n), 1, INT64_MAX, &v.i) < 0)
			v.s = str_dup(a, s);
		break;
	}
	/* "不明" in a column of levels, numbers or dates says what a blank says; a choice of that name went before. */
	if (e < 0 && !text && among(text_match_key(a, s), a, unknown, COUNT_OF(unknown))) {
		v = (struct value){ .known = false };
		e = 0;
	}
	if (e < 0)
		*ret = (struct value){ .known = false };
	else
		*ret = v;
	return e;
}

/* ---- checks ---- */

static bool url_allowed(struct str s)
{
	static const char *const scheme[] = { "https://", "http://", "mailto:" };
	for (size_t i = 0; i < COUNT_OF(scheme); i++) {
		size_t n = strlen(scheme[i]);
		if (s.n > n && str_eq_nocase(str_sub(s, 0, n), str_of(scheme[i])))
			return !memchr(s.p, ' ', s.n) && !memchr(s.p, '\n', s.n) && !memchr(s.p, '\t', s.n);
	}
	return false;
}

static struct str number_str(const struct field *f, struct arena *a, int64_t i)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 60);
	if (f->type == FIELD_DECIMAL)
		num_put_decimal(&b, i, f->decimals);
	else
		num_put_grouped(&b, i);
	return str_dup(a, buf_view(&b));
}

int value_check(const struct field *f, struct arena *a, const struct value *v, struct note *ret_why)
{
	if (!v->known)
		return 0;
	struct date d;
	int64_t min, max, mask = 0;
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_URL: {
		if (!text_valid(v->s))
			return refuse(ret_why, NOTE0(MSG_VALUE_CHARACTERS));
		int64_t chars = (int64_t)text_chars(v->s);
		if (chars > text_max(f))
			return refuse(ret_why, NOTE(MSG_VALUE_LONG, ARG_I(text_max(f)), ARG_I(chars)));
		if (f->type != FIELD_URL && chars < f->min)
			return refuse(ret_why, NOTE(MSG_VALUE_SHORT, ARG_I(f->min), ARG_I(chars)));
		if (f->type == FIELD_URL && !url_allowed(v->s))
			return refuse(ret_why, NOTE(MSG_VALUE_URL, ARG_S(quoted(a, v->s))));
		return 0;
	}
	case FIELD_DATE:
		if (date_parse_iso(v->s, &d) < 0 || !date_valid(d))
			return refuse(ret_why, NOTE(MSG_VALUE_DATE, ARG_S(quoted(a, v->s))));
		return 0;
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_MONEY:
		bounds(f, &min, &max);
		if (v->i < min || v->i > max)
			return refuse(ret_why, NOTE(MSG_VALUE_RANGE, ARG_S(number_str(f, a, v->i)), ARG_S(number_str(f, a, min)),
			                            ARG_S(number_str(f, a, max))));
		return 0;
	case FIELD_SCALE:
	case FIELD_CHOICE:
		if (!choice_of(f, v->i))
			return refuse(ret_why, NOTE(MSG_VALUE_CHOICE, ARG_S(str_printf(a, "%lld", (long long)v->i)),
			                            ARG_S(choices_list(f, a, LANG_JA))));
		return 0;
	case FIELD_MULTI:
		for (size_t i = 0; i < f->choices; i++)
			mask |= (int64_t)1 << f->choice[i].number;
		if (v->i <= 0 || v->i & ~mask)
			return refuse(ret_why, NOTE(MSG_VALUE_CHOICE, ARG_S(str_printf(a, "%llx", (unsigned long long)v->i)),
			                            ARG_S(choices_list(f, a, LANG_JA))));
		return 0;
	case FIELD_YES_NO:
		if (v->i != 0 && v->i != 1)
			return refuse(ret_why, NOTE(MSG_VALUE_YES_NO, ARG_S(str_printf(a, "%lld", (long long)v->i))));
		return 0;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		return 0; /* the writer looks for the row */
	}
	return 0;
}

/* ---- columns ---- */

void value_bind(struct sql *q, const struct field *f, const struct value *v)
{
	if (!v->known)
		sql_null(q);
	else if (field_is_text(f))
		sql_str(q, v->s);
	else
		sql_i64(q, v->i);
}

struct value value_column(struct stmt *s, int column, const struct field *f, struct arena *a)
{
	struct value v = { .known = !stmt_is_null(s, column) };
	if (v.known && field_is_text(f))
		v.s = stmt_str_dup(s, a, column);
	else if (v.known)
		v.i = stmt_i64(s, column);
	return v;
}

/* ---- the natural key ---- */

struct str reg_match_key(struct arena *a, const struct reg *r, const struct row *row)
{
	const struct reg_info *info = reg_info(r);
	if (info->keys == 0)
		return STR_NULL;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_CELL * 4);
	bool any = false;
	for (size_t i = 0; i < info->keys; i++) {
		const struct field *f = &r->field[info->key[i]];
		const struct value *v = &row->v[info->key[i]];
		if (i)
			buf_char(&b, '\x1f');
		if (!v->known)
			continue;
		any = true;
		if (f->type == FIELD_TEXT || f->type == FIELD_URL)
			buf_str(&b, text_match_key(a, v->s));
		else if (f->type == FIELD_DATE)
			buf_str(&b, v->s);
		else
			buf_i64(&b, v->i);
	}
	return any ? str_dup(a, buf_view(&b)) : STR_NULL;
}
