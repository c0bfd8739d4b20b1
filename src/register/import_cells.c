/* Cells into text that value_parse() reads: numbers as a spreadsheet shows them, serial numbers as dates. */
#include "base/clock.h"
#include "base/num.h"
#include "base/text/import.h"
#include "register/export.h"
#include "register/import_internal.h"

#define SHOWN_DIGITS 15 /* of a number, as a spreadsheet keeps and shows them */
#define EXPONENT_MAX 40

/* Rounds digits[0..n) to keep of them; true when a carry made one digit more (the decimal point moves). */
static bool round_digits(char *digits, size_t *n, size_t keep)
{
	if (*n <= keep)
		return false;
	bool up = digits[keep] >= '5';
	*n = keep;
	for (size_t i = keep; up && i > 0; i--) {
		if (digits[i - 1] != '9') {
			digits[i - 1]++;
			return false;
		}
		digits[i - 1] = '0';
	}
	if (!up)
		return false;
	memmove(digits + 1, digits, keep - 1);
	digits[0] = '1';
	return true;
}

struct str import_number(struct arena *a, struct str s)
{
	char digits[64];
	size_t n = 0, i = 0;
	int64_t point = 0; /* place of the decimal point, counted from the first digit kept */
	bool negative = false, seen_point = false, any = false;
	s = str_trim(s);
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		negative = s.p[i++] == '-';
	for (; i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '.' && !seen_point)); i++) {
		if (s.p[i] == '.') {
			seen_point = true;
			continue;
		}
		any = true;
		if (n == 0 && s.p[i] == '0') { /* leading zeros */
			point -= seen_point;
			continue;
		}
		if (n < sizeof digits - 2)
			digits[n++] = s.p[i];
		point += !seen_point;
	}
	if (!any)
		return STR_NULL;
	if (i < s.n && (s.p[i] == 'E' || s.p[i] == 'e')) {
		struct str e = str_sub(s, i + 1, s.n);
		int64_t exponent;
		if (str_starts(e, STR("+")))
			e = str_sub(e, 1, e.n);
		if (num_parse_i64(e, -400, 400, &exponent) < 0)
			return STR_NULL;
		point += exponent;
	} else if (i < s.n) {
		return STR_NULL;
	}
	if (round_digits(digits, &n, SHOWN_DIGITS))
		point++;
	while (n > 0 && digits[n - 1] == '0')
		n--;
	if (n == 0)
		return STR("0");
	if (point > EXPONENT_MAX || point < -EXPONENT_MAX)
		return STR_NULL;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 256);
	if (negative)
		buf_char(&b, '-');
	if (point <= 0) {
		buf_lit(&b, "0.");
		for (int64_t z = point; z < 0; z++)
			buf_char(&b, '0');
		buf_bytes(&b, digits, n);
	} else {
		for (size_t d = 0; d < n || (int64_t)d < point; d++) {
			if ((int64_t)d == point)
				buf_char(&b, '.');
			buf_char(&b, d < n ? digits[d] : '0');
		}
	}
	return str_dup(a, buf_view(&b));
}

/* The date of a serial number, with the time of day when with_time and there is one. */
static bool serial_date(struct buf *b, struct str number, bool system_1904, bool with_time)
{
	ptrdiff_t dot = str_find_char(number, '.');
	struct str whole = dot < 0 ? number : str_sub(number, 0, (size_t)dot);
	int64_t serial, minutes = 0;
	struct date d;
	if (num_parse_i64(whole, 0, 2958465, &serial) < 0 || date_from_serial(serial, system_1904, &d) < 0)
		return false;
	date_put_iso(b, d);
	if (with_time && dot >= 0) {
		int64_t part = 0, scale = 1;
		for (size_t i = (size_t)dot + 1; i < number.n && scale < 1000000000; i++, scale *= 10)
			part = part * 10 + (number.p[i] - '0');
		minutes = (part * 1440 + scale / 2) / scale;
		if (minutes > 0 && minutes < 1440)
			buf_printf(b, " %02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
	}
	return true;
}

#define SERIAL_TEXT_FIRST 32874 /* 1990-01-01 */
#define SERIAL_TEXT_LAST 73050  /* 2099-12-31 */

/* A serial number that lost its format, as in a CSV file; only of years that a ledger speaks of. */
static bool serial_text(struct str s)
{
	int64_t serial;
	return num_parse_i64(str_trim(s), SERIAL_TEXT_FIRST, SERIAL_TEXT_LAST, &serial) == 0;
}

int import_cell_text(struct arena *a, const struct file_cell *cell, const struct field *f, const struct import_book *book,
                     struct str *ret, struct note *ret_why)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 256);
	struct str number = STR_NULL;
	switch (cell->kind) {
	case CELL_TEXT:
		*ret = book->csv ? export_unguard(cell->text) : cell->text;
		if (f && f->type == FIELD_DATE && serial_text(*ret) && serial_date(&b, str_trim(*ret), book->system_1904, false))
			*ret = str_dup(a, buf_view(&b));
		return 0;
	case CELL_BOOL:
		*ret = f && f->type == FIELD_YES_NO ? cell->text : str_eq(cell->text, STR("1")) ? STR("TRUE") : STR("FALSE");
		return 0;
	case CELL_ERROR:
		*ret_why = NOTE(MSG_IMPORT_CELL_ERROR, ARG_S(str_dup(a, cell->text)));
		return ERR_INVALID;
	case CELL_NUMBER:
		number = import_number(a, cell->text);
		if (f && f->type == FIELD_DATE && serial_date(&b, number, book->system_1904, false))
			*ret = str_dup(a, buf_view(&b));
		else
			*ret = number.n ? number : cell->text;
		return 0;
	case CELL_DATE: {
		number = import_number(a, cell->text);
		bool is_number = f && (f->type == FIELD_INTEGER || f->type == FIELD_MONEY || f->type == FIELD_DECIMAL || f->type == FIELD_SCALE);
		if (!is_number && serial_date(&b, number, book->system_1904, !f || f->type != FIELD_DATE))
			*ret = str_dup(a, buf_view(&b));
		else
			*ret = number.n ? number : cell->text;
		return 0;
	}
	}
	*ret = STR_NULL;
	return 0;
}

struct str import_cell_show(struct arena *a, const struct file_cell *cell, const struct import_book *book)
{
	struct str s;
	struct note why;
	return import_cell_text(a, cell, NULL, book, &s, &why) < 0 ? cell->text : s;
}
