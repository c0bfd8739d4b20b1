#include "work/days.h"

#include "register/batch.h"
#include "register/register.h"

static void read_off(struct arena *a, struct str list, struct days *ret)
{
	struct str line;
	ret->off = ARENA_ARRAY(a, LIMIT_DAYS_OFF, struct date);
	while (ret->off_n < LIMIT_DAYS_OFF && str_cut(&list, '\n', &line))
		if (date_parse_human(str_trim(line), &ret->off[ret->off_n]) == 0)
			ret->off_n++;
}

int days_load(struct db_conn *c, struct arena *a, struct days *ret)
{
	const struct reg *company = reg_find(STR("company"));
	struct sql q;
	*ret = (struct days){ .first_month = 4 };
	sql_init(&q, a);
	sql_lit(&q, "SELECT COALESCE(t.fiscal_year_start, 4), COALESCE(t.busy_months, 0), COALESCE(t.holidays, '') FROM ");
	sql_name(&q, company->table);
	sql_lit(&q, " t WHERE t.archived = 0");
	batch_visible(&q, "t");
	sql_lit(&q, " ORDER BY t.id LIMIT 1");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0 && (e = stmt_step(s)) == 1) {
		ret->first_month = (int)stmt_i64(s, 0);
		ret->busy = stmt_i64(s, 1);
		read_off(a, stmt_str(s, 2), ret);
	}
	return e < 0 ? e : 0;
}

bool days_is_off(const struct days *d, struct date day)
{
	const int weekday = date_weekday(day);
	if (weekday == 0 || weekday == 6 || date_holiday(day, false).n)
		return true;
	for (size_t i = 0; d && i < d->off_n; i++)
		if (date_cmp(d->off[i], day) == 0)
			return true;
	return false;
}

int days_fiscal_year(const struct days *d, struct date day)
{
	return day.month >= d->first_month ? day.year : day.year - 1;
}

struct date days_fiscal_start(const struct days *d, int fiscal_year)
{
	return (struct date){ fiscal_year, d->first_month, 1 };
}

/* The wished day of that month, or the month's last one. */
static struct date day_of_month(struct date first, int wished)
{
	const struct date last = date_add_days(date_add_months(first, 1), -1);
	first.day = wished < last.day ? wished : last.day;
	return first;
}

static struct date working_days_after(struct date base, int n, const struct days *d)
{
	struct date day = base;
	for (int searched = 0; n > 0 && searched < DAYS_SEARCHED; searched++) {
		day = date_add_days(day, 1);
		if (!days_is_off(d, day)) {
			n--;
			searched = 0;
		}
	}
	return day;
}

struct date recur_next(const struct recurrence *r, struct date base, const struct days *d)
{
	const int every = r->every > 0 ? r->every : 1;
	struct date next;
	if (r->kind == REPEAT_WORKING_DAYS) {
		next = working_days_after(base, every, d);
	} else {
		const struct date first = { base.year, base.month, 1 };
		next = day_of_month(date_add_months(first, r->kind == REPEAT_YEARS ? 12 * every : every), r->day ? r->day : base.day);
	}
	return date_valid(next) ? next : (struct date){ 0, 0, 0 };
}

struct date recur_shift(enum shift shift, struct date day, const struct days *d)
{
	struct date found = day;
	for (int i = 0; shift != SHIFT_NONE && i < DAYS_SEARCHED; i++) {
		if (!days_is_off(d, found))
			return found;
		found = date_add_days(found, shift == SHIFT_BEFORE ? -1 : 1);
	}
	return day;
}
