#include "register/warn.h"

#include "base/text/register.h"
#include "register/setting.h"

const int64_t *warn_days_load(struct db_conn *c, struct arena *a, const struct reg *r)
{
	int64_t *days = NULL;
	for (size_t i = 0; i < r->fields; i++) {
		if (!r->field[i].warn)
			continue;
		if (!days)
			days = ARENA_ARRAY(a, r->fields, int64_t);
		days[i] = setting_i64(c, r->field[i].warn);
	}
	return days;
}

static struct value day(struct arena *a, int64_t from_today)
{
	return (struct value){ .known = true, .s = date_iso(a, date_add_days(clock_today(), from_today)) };
}

void warn_filter(struct arena *a, struct query *q, int field, enum warn_state state)
{
	if (q->filters == COUNT_OF(q->filter) || !q->view->warn_days)
		die("%s has no date that warns", q->view->reg->name);
	struct filter f = { .field = field, .kind = state == WARN_UNKNOWN ? FILTER_EMPTY : FILTER_RANGE };
	if (state == WARN_PAST)
		f.until = day(a, -1);
	if (state == WARN_SOON) {
		f.from = day(a, 0);
		f.until = day(a, q->view->warn_days[field]);
	}
	q->filter[q->filters++] = f;
}

void warn_badge(struct html *h, const struct reg_view *view, int field, const struct value *v)
{
	struct date d;
	if ((size_t)field >= view->reg->fields || !view->field[field]->warn || !view->warn_days || !v->known || date_parse_iso(v->s, &d) < 0)
		return;
	int64_t left = date_days(d) - date_days(clock_today());
	if (left > view->warn_days[field])
		return;
	html_lit(h, " ");
	if (left < 0)
		html_badge(h, TONE_RED, msg(h->lang, MSG_WARN_PAST));
	else if (left == 0)
		html_badge(h, TONE_YELLOW, msg(h->lang, MSG_WARN_TODAY));
	else
		html_badge(h, TONE_YELLOW, note_str(h->arena, h->lang, &NOTE(MSG_WARN_LEFT, ARG_I(left))));
}
