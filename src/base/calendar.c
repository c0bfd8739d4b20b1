/* Dates: arithmetic, eras, and reading what people write. The second part of base/clock.h. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

static bool leap(int y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int month_length(int y, int m)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return m == 2 && leap(y) ? 29 : length[m - 1];
}

bool date_valid(struct date d)
{
	return d.year >= 1868 && d.year <= 2200 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	       d.day <= month_length(d.year, d.month);
}

/* Counted in years that begin in March, so that the leap day is the last of its year, and in eras of 400 years. */
int64_t date_days(struct date d)
{
	int64_t y = d.month <= 2 ? d.year - 1 : d.year;
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date date_from_days(int64_t days)
{
	/* far outside of any calendar we show: the sums below must not overflow */
	if (days > INT64_C(100000000) || days < -INT64_C(100000000))
		return (struct date){ 0, 0, 0 };
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100), m = (5 * of_year + 2) / 153;
	int month = (int)(m < 10 ? m + 3 : m - 9);
	return (struct date){ (int)(year + era * 400) + (month <= 2), month, (int)(of_year - (153 * m + 2) / 5 + 1) };
}

struct date date_add_days(struct date d, int64_t days)
{
	int64_t sum;
	if (__builtin_add_overflow(date_days(d), days, &sum))
		return (struct date){ 0, 0, 0 };
	return date_from_days(sum);
}

struct date date_add_months(struct date d, int months)
{
	int64_t total = (int64_t)d.year * 12 + (d.month - 1) + months;
	if (total < 0 || total > 12 * 100000)
		return (struct date){ 0, 0, 0 };
	d.year = (int)(total / 12);
	d.month = (int)(total % 12) + 1;
	int length = month_length(d.year, d.month);
	if (d.day > length)
		d.day = length;
	return d;
}

int date_cmp(struct date a, struct date b)
{
	int c = (a.year > b.year) - (a.year < b.year);
	if (c == 0)
		c = (a.month > b.month) - (a.month < b.month);
	return c ? c : (a.day > b.day) - (a.day < b.day);
}

int date_weekday(struct date d)
{
	int w = (int)((date_days(d) + 4) % 7);
	return w < 0 ? w + 7 : w;
}

static bool digits(struct str s, size_t from, size_t n, int *ret)
{
	int v = 0;
	for (size_t i = from; i < from + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*ret = v;
	return true;
}

/* A day, or a month: "2022年12月", "2022/12", "令和4年12月". */
static struct date day_or_month(struct str s, bool last)
{
	struct date d = { 0, 0, 0 };
	s = str_trim(s);
	if (str_ends(s, STR("まで")))
		s = str_trim(str_sub(s, 0, s.n - STR("まで").n));
	if (!s.n || s.n > 100 || date_parse_human(s, &d) == 0)
		return d;
	/* The first day is put behind a month, and it is read as any date. */
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 200);
	buf_str(&b, s);
	buf_z(&b, str_find_char(s, '/') >= 0 ? "/1" : str_find_char(s, '-') >= 0 ? "-1" : str_find_char(s, '.') >= 0 ? ".1" : "1日");
	if (date_parse_human(buf_view(&b), &d) < 0)
		return (struct date){ 0, 0, 0 };
	return last ? date_add_days(date_add_months(d, 1), -1) : d;
}

int date_parse_period(struct str s, struct date *ret_from, struct date *ret_until)
{
	static const struct str separators[] = { STR_INIT("～"), STR_INIT("〜"), STR_INIT("~"), STR_INIT("から"), STR_INIT(" - ") };
	*ret_from = (struct date){ 0, 0, 0 };
	for (size_t i = 0; i < COUNT_OF(separators); i++) {
		ptrdiff_t at = str_find(s, separators[i]);
		if (at < 0)
			continue;
		*ret_from = day_or_month(str_sub(s, 0, (size_t)at), false);
		*ret_until = day_or_month(str_sub(s, (size_t)at + separators[i].n, s.n), true);
		return ret_from->year || ret_until->year ? 0 : ERR_SYNTAX;
	}
	*ret_until = day_or_month(s, true);
	if (ret_until->year)
		return 0;
	/* A hyphen stands within dates too: it divides where both sides are dates. */
	for (size_t at = 1; at + 1 < s.n; at++) {
		if (s.p[at] != '-')
			continue;
		*ret_from = day_or_month(str_sub(s, 0, at), false);
		*ret_until = day_or_month(str_sub(s, at + 1, s.n), true);
		if (ret_from->year && ret_until->year)
			return 0;
	}
	*ret_from = *ret_until = (struct date){ 0, 0, 0 };
	return ERR_SYNTAX;
}

int date_parse_iso(struct str s, struct date *ret)
{
	struct date d;
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s, 0, 4, &d.year) || !digits(s, 5, 2, &d.month) ||
	    !digits(s, 8, 2, &d.day))
		return ERR_SYNTAX;
	if (!date_valid(d))
		return ERR_RANGE;
	*ret = d;
	return 0;
}

int date_from_serial(int64_t serial, bool system_1904, struct date *ret)
{
	if (serial < 0 || serial > 1000000)
		return ERR_RANGE;
	int64_t days;
	if (system_1904)
		days = serial - 24107;
	else if (serial == 0 || serial == 60) /* day 60 is the 29th of February 1900, which never was */
		return ERR_RANGE;
	else
		days = serial - (serial < 60 ? 25568 : 25569);
	struct date d = date_from_days(days);
	if (!date_valid(d))
		return ERR_RANGE;
	*ret = d;
	return 0;
}

struct era {
	struct str name;
	char letter;
	uint32_t sign; /* the era's own character */
	struct date from;
};

/* Meiji is dated from the beginning of 1868, as the edict of that year did. */
static const struct era eras[] = {
	{ STR_INIT("令和"), 'R', 0x32ff, { 2019, 5, 1 } },  { STR_INIT("平成"), 'H', 0x337b, { 1989, 1, 8 } },
	{ STR_INIT("昭和"), 'S', 0x337c, { 1926, 12, 25 } }, { STR_INIT("大正"), 'T', 0x337d, { 1912, 7, 30 } },
	{ STR_INIT("明治"), 'M', 0x337e, { 1868, 1, 1 } },
};

void date_put_iso(struct buf *b, struct date d)
{
	buf_printf(b, "%04d-%02d-%02d", d.year, d.month, d.day);
}

struct str date_iso(struct arena *a, struct date d)
{
	return str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

void date_put_era(struct buf *b, struct date d)
{
	for (size_t i = 0; i < COUNT_OF(eras); i++) {
		if (date_cmp(d, eras[i].from) < 0)
			continue;
		int year = d.year - eras[i].from.year + 1;
		buf_str(b, eras[i].name);
		if (year == 1)
			buf_lit(b, "元");
		else
			buf_i64(b, year);
		buf_printf(b, "年%d月%d日", d.month, d.day);
		return;
	}
	date_put_iso(b, d);
}

/* What people type, brought to ASCII as far as a date needs it: digits, letters, "-", blanks; signs of eras spelt out. */
static int normalise(struct str s, struct buf *out)
{
	s = str_trim(s);
	while (s.n > 0) {
		uint32_t c;
		if (!text_next(&s, &c))
			return ERR_SYNTAX;
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xfee0;
		switch (c) {
		case 0x3000: case 0xa0: case '\t':
			c = ' ';
			break;
		case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212: case 0x30fc:
			c = '-';
			break;
		default:
			break;
		}
		for (size_t i = 0; i < COUNT_OF(eras); i++)
			if (c == eras[i].sign) {
				buf_str(out, eras[i].name);
				c = 0;
			}
		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (c)
			text_put_char(out, c);
	}
	return buf_error(out) ? ERR_SYNTAX : 0;
}

static void skip_blanks(struct str *s)
{
	while (s->n > 0 && s->p[0] == ' ')
		*s = str_sub(*s, 1, s->n);
}

static bool take(struct str *s, struct str token)
{
	if (!str_starts(*s, token))
		return false;
	*s = str_sub(*s, token.n, s->n);
	return true;
}

static bool take_number(struct str *s, size_t max_digits, int *ret)
{
	size_t n = 0;
	while (n < s->n && n <= max_digits && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (n == 0 || n > max_digits || !digits(*s, 0, n, ret))
		return false;
	*s = str_sub(*s, n, s->n);
	return true;
}

/* A time of midnight, as programs append it to dates: "00:00", "0:00:00", "T00:00:00.000Z". */
static bool take_midnight(struct str *s)
{
	struct str rest = *s;
	int h, m, sec = 0;
	(void)take(&rest, STR("T"));
	if (!take_number(&rest, 2, &h) || !take(&rest, STR(":")) || !take_number(&rest, 2, &m))
		return false;
	if (take(&rest, STR(":")) && !take_number(&rest, 2, &sec))
		return false;
	int part = 0;
	if (take(&rest, STR(".")) && !take_number(&rest, 9, &part))
		return false;
	(void)take(&rest, STR("Z"));
	if (h != 0 || m != 0 || sec != 0 || part != 0)
		return false;
	*s = rest;
	return true;
}

/* "(水)" or "水曜日" behind the date. */
static void take_weekday(struct str *s, int *ret)
{
	static const struct str names[] = { STR_INIT("日"), STR_INIT("月"), STR_INIT("火"), STR_INIT("水"),
		                            STR_INIT("木"), STR_INIT("金"), STR_INIT("土") };
	struct str rest = *s;
	bool bracket = take(&rest, STR("("));
	for (int i = 0; i < 7; i++) {
		if (!take(&rest, names[i]))
			continue;
		bool word = take(&rest, STR("曜日")) || take(&rest, STR("曜"));
		if (bracket ? !take(&rest, STR(")")) : !word)
			return;
		*s = rest;
		*ret = i;
		return;
	}
}

int date_parse_human(struct str s, struct date *ret)
{
	/* nothing that is a date is longer */
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 96);
	if (s.n > 256 || normalise(s, &b))
		return ERR_SYNTAX;
	struct str rest = str_trim(buf_view(&b));
	struct date d = { 0, 0, 0 };
	const struct era *era = NULL;
	bool complete = false;
	for (size_t i = 0; i < COUNT_OF(eras) && !era; i++) {
		struct str letter = { &eras[i].letter, 1 };
		if (take(&rest, eras[i].name) || take(&rest, letter))
			era = &eras[i];
	}
	if (era) {
		skip_blanks(&rest);
		(void)take(&rest, STR("."));
		skip_blanks(&rest);
		if (take(&rest, STR("元")))
			d.year = 1;
		else if (!take_number(&rest, 3, &d.year))
			return ERR_SYNTAX;
		if (d.year == 0)
			return ERR_RANGE;
		d.year += era->from.year - 1;
	} else {
		size_t run = 0;
		while (run < rest.n && rest.p[run] >= '0' && rest.p[run] <= '9')
			run++;
		if (run == 8) {
			(void)digits(rest, 0, 4, &d.year);
			(void)digits(rest, 4, 2, &d.month);
			(void)digits(rest, 6, 2, &d.day);
			rest = str_sub(rest, 8, rest.n);
			complete = true;
		} else if (run != 4 || !take_number(&rest, 4, &d.year)) {
			return ERR_SYNTAX;
		}
	}
	if (!complete) {
		static const struct str separators[] = { STR_INIT("年"), STR_INIT("-"), STR_INIT("/"), STR_INIT(".") };
		size_t kind = 0;
		skip_blanks(&rest);
		while (kind < COUNT_OF(separators) && !take(&rest, separators[kind]))
			kind++;
		if (kind == COUNT_OF(separators))
			return ERR_SYNTAX;
		skip_blanks(&rest);
		if (!take_number(&rest, 2, &d.month))
			return ERR_SYNTAX;
		skip_blanks(&rest);
		if (!take(&rest, kind == 0 ? STR("月") : separators[kind]))
			return ERR_SYNTAX;
		skip_blanks(&rest);
		if (!take_number(&rest, 2, &d.day))
			return ERR_SYNTAX;
		skip_blanks(&rest);
		if (kind == 0 && !take(&rest, STR("日")))
			return ERR_SYNTAX;
	}
	int weekday = -1;
	skip_blanks(&rest);
	take_weekday(&rest, &weekday);
	skip_blanks(&rest);
	(void)take_midnight(&rest);
	if (rest.n > 0)
		return ERR_SYNTAX;
	if (!date_valid(d) || (weekday >= 0 && weekday != date_weekday(d)))
		return ERR_RANGE;
	*ret = d;
	return 0;
}
