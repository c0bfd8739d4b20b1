/* /work/calendar: month, fiscal year, list; and the feed for a person's own calendar program. */
#include "auth/letter.h"
#include "auth/office.h"
#include "base/num.h"
#include "base/text/http.h"
#include "base/text/work.h"
#include "work/calendar.h"
#include "work/days.h"
#include "work/pages.h"

#define DAY_SHOWN 4      /* of one day in the month view */
#define GANTT_SHOWN 100  /* rows of the year view */
#define FEED_BEFORE 60   /* days of the feed */
#define FEED_AFTER 400

enum view { VIEW_MONTH, VIEW_YEAR, VIEW_LIST };
static const struct { const char *key; msg_id label; } views[] = { { "month", MSG_CALENDAR_MONTH }, { "year", MSG_CALENDAR_YEAR }, { "list", MSG_CALENDAR_LIST } };
static const struct calendar_part *const kinds[] = { &calendar_tasks, &calendar_approvals, &calendar_ends };

struct look {
	struct http_req *req;
	struct html h;
	enum view view;
	struct date month;       /* its first day */
	int year;                /* fiscal */
	struct str kind;         /* one part, or empty */
	struct date from, until;
	struct days days;
	struct calendar_list *list;
};

/* The address of another look; kind is kept. */
static struct str path_of(struct look *x, enum view view, struct date month, int year)
{
	struct arena *a = x->req->arena;
	struct str kind = x->kind.n ? str_printf(a, "&kind=%.*s", STR_FMT(x->kind)) : STR("");
	if (view == VIEW_MONTH)
		return str_printf(a, "/work/calendar?view=month&month=%04d-%02d%.*s", month.year, month.month, STR_FMT(kind));
	return str_printf(a, "/work/calendar?view=%s&year=%d%.*s", views[view].key, year, STR_FMT(kind));
}

static bool is_busy(const struct look *x, int month)
{
	return x->days.busy >> month & 1;
}

/* ---- what is asked for ---- */

static void read_look(struct look *x)
{
	struct http_req *req = x->req;
	struct date today = clock_today(), d;
	struct str month = http_query(req, "month"), view = http_query(req, "view");
	int64_t year = 0;
	for (size_t i = 0; i < COUNT_OF(views); i++)
		if (str_eq_z(view, views[i].key))
			x->view = (enum view)i;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_eq_z(http_query(req, "kind"), kinds[i]->key))
			x->kind = str_of(kinds[i]->key);
	x->month = (struct date){ today.year, today.month, 1 };
	if (month.n == 7 && date_parse_iso(str_printf(req->arena, "%.*s-01", STR_FMT(month)), &d) == 0)
		x->month = d;
	x->year = days_fiscal_year(&x->days, today);
	if (http_query_i64(req, "year", &year) && year >= 1900 && year <= 2190)
		x->year = (int)year;
	if (x->view == VIEW_MONTH) {
		x->from = x->month;
		x->until = date_add_days(date_add_months(x->month, 1), -1);
	} else {
		x->from = days_fiscal_start(&x->days, x->year);
		x->until = date_add_days(date_add_months(x->from, 12), -1);
	}
}

/* ---- around the view ---- */

static void tab(struct look *x, struct str path, struct str label, bool current)
{
	html_lit(&x->h, "<li><a");
	html_href(&x->h, path);
	if (current)
		html_lit(&x->h, " aria-current=\"page\"");
	html_lit(&x->h, ">");
	html_text(&x->h, label);
	html_lit(&x->h, "</a></li>");
}

static void put_tabs(struct look *x)
{
	struct arena *a = x->req->arena;
	const enum lang lang = x->h.lang;
	html_lit(&x->h, "<nav");
	html_attr_msg(&x->h, "aria-label", MSG_CALENDAR);
	html_lit(&x->h, "><ul class=\"tabs\">");
	for (size_t i = 0; i < COUNT_OF(views); i++)
		tab(x, path_of(x, (enum view)i, x->month, x->year), msg(lang, views[i].label), x->view == (enum view)i);
	html_lit(&x->h, "</ul></nav><p class=\"hint-links\">");
	const struct date today = clock_today(), this_month = { today.year, today.month, 1 };
	const struct { msg_id label; int step; } moves[] = { { MSG_CALENDAR_BEFORE, -1 }, { MSG_CALENDAR_NOW, 0 }, { MSG_CALENDAR_AFTER, 1 } };
	for (size_t i = 0; i < COUNT_OF(moves); i++) {
		const int step = moves[i].step;
		html_lit(&x->h, "<a");
		html_href(&x->h, path_of(x, x->view, step ? date_add_months(x->month, step) : this_month, step ? x->year + step : days_fiscal_year(&x->days, today)));
		html_lit(&x->h, ">");
		html_msg(&x->h, moves[i].label);
		html_lit(&x->h, "</a>");
	}
	struct str kept = x->kind;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const bool chosen = str_eq_z(kept, kinds[i]->key);
		x->kind = chosen ? STR("") : str_of(kinds[i]->key);
		html_lit(&x->h, "<a");
		html_href(&x->h, path_of(x, x->view, x->month, x->year));
		if (chosen)
			html_lit(&x->h, " aria-current=\"true\"");
		html_lit(&x->h, ">");
		html_label(&x->h, kinds[i]->label);
		if (chosen)
			html_lit(&x->h, " ✓");
		html_lit(&x->h, "</a>");
	}
	x->kind = kept;
	html_lit(&x->h, "</p>");
	if (x->list->more)
		html_alert(&x->h, TONE_YELLOW, STR_NULL, note_str(a, lang, &NOTE(MSG_CALENDAR_CUT, ARG_I(LIMIT_CALENDAR_ITEMS))));
}

static struct str span(struct look *x, const struct calendar_item *i)
{
	struct arena *a = x->req->arena;
	if (date_cmp(i->from, i->until) == 0)
		return date_iso(a, i->until);
	return note_str(a, x->h.lang, &NOTE(MSG_CALENDAR_SPAN, ARG_S(date_iso(a, i->from)), ARG_S(date_iso(a, i->until))));
}

static struct str tone_text(struct look *x, enum tone t)
{
	return msg(x->h.lang, t == TONE_RED ? MSG_CALENDAR_LATE : t == TONE_GREEN ? MSG_CALENDAR_DONE : MSG_CALENDAR_OPEN);
}

static void put_item(struct look *x, const struct calendar_item *i)
{
	html_lit(&x->h, "<li>");
	html_badge(&x->h, i->tone, tone_text(x, i->tone));
	html_lit(&x->h, " <a");
	html_href(&x->h, i->path);
	html_lit(&x->h, ">");
	html_text(&x->h, i->title);
	html_lit(&x->h, "</a></li>");
}

/* ---- the month ---- */

static struct str weekday(struct look *x, int day)
{
	struct str all = msg(x->h.lang, MSG_CALENDAR_WEEK);
	const size_t one = all.n / 7;
	return str_sub(all, (size_t)day * one, one);
}

static void put_day(struct look *x, struct date day)
{
	struct html *h = &x->h;
	const struct str holiday = date_holiday(day, h->lang == LANG_EN);
	size_t n = 0;
	html_lit(h, "<li class=\"day");
	if (days_is_off(&x->days, day))
		html_lit(h, " off");
	if (date_cmp(day, clock_today()) == 0)
		html_lit(h, " today");
	for (size_t i = 0; i < x->list->n; i++)
		n += date_cmp(x->list->item[i].until, day) == 0;
	if (!n)
		html_lit(h, " day-free");
	html_lit(h, "\"><span class=\"day-number\"><time");
	html_attr(h, "datetime", date_iso(h->arena, day));
	html_lit(h, ">");
	html_i64(h, day.day);
	html_lit(h, "</time> <span class=\"day-week\">");
	html_text(h, weekday(x, date_weekday(day)));
	html_lit(h, "</span>");
	if (holiday.n) {
		html_lit(h, " <span class=\"small\">");
		html_text(h, holiday);
		html_lit(h, "</span>");
	}
	html_lit(h, "</span>");
	if (n) {
		size_t shown = 0;
		html_lit(h, "<ul>");
		for (size_t i = 0; i < x->list->n && shown < DAY_SHOWN; i++)
			if (date_cmp(x->list->item[i].until, day) == 0) {
				put_item(x, &x->list->item[i]);
				shown++;
			}
		html_lit(h, "</ul>");
		if (n > shown) {
			html_lit(h, "<a class=\"small\"");
			html_href(h, path_of(x, VIEW_LIST, x->month, days_fiscal_year(&x->days, day)));
			html_lit(h, ">");
			html_note(h, &NOTE(MSG_CALENDAR_MORE, ARG_I((int64_t)(n - shown))));
			html_lit(h, "</a>");
		}
	}
	html_lit(h, "</li>");
}

static void put_month(struct look *x)
{
	struct html *h = &x->h;
	html_lit(h, "<section class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_note(h, &NOTE(MSG_CALENDAR_OF_MONTH, ARG_I(x->month.year), ARG_I(x->month.month)));
	if (is_busy(x, x->month.month)) {
		html_lit(h, " ");
		html_badge(h, TONE_GREY, msg(h->lang, MSG_CALENDAR_BUSY));
	}
	html_lit(h, "</h2>");
	if (!x->list->n) {
		html_lit(h, "<p>");
		html_msg(h, MSG_CALENDAR_NONE);
		html_lit(h, "</p>");
	}
	html_lit(h, "<ol class=\"month");
	if (is_busy(x, x->month.month))
		html_lit(h, " busy");
	html_lit(h, "\">");
	for (int i = 0; i < date_weekday(x->from); i++)
		html_lit(h, "<li class=\"day outside\" aria-hidden=\"true\"></li>");
	for (struct date d = x->from; date_cmp(d, x->until) <= 0; d = date_add_days(d, 1))
		put_day(x, d);
	html_lit(h, "</ol></div></section>");
}

/* ---- the fiscal year ---- */

static int64_t at(const struct look *x, struct date d)
{
	const int64_t all = date_days(x->until) - date_days(x->from) + 1;
	return (date_days(d) - date_days(x->from)) * 1000 / all;
}

static void put_year(struct look *x)
{
	struct html *h = &x->h;
	struct gantt_month months[12];
	struct gantt_row *rows = ARENA_ARRAY(h->arena, GANTT_SHOWN, struct gantt_row);
	size_t n = 0;
	for (int i = 0; i < 12; i++) {
		const struct date from = date_add_months(x->from, i);
		months[i] = (struct gantt_month){ str_printf(h->arena, "%d", from.month), at(x, from), at(x, date_add_months(from, 1)), is_busy(x, from.month) };
	}
	for (size_t i = 0; i < x->list->n && n < GANTT_SHOWN; i++) {
		const struct calendar_item *c = &x->list->item[i];
		rows[n++] = (struct gantt_row){ c->title, c->path, span(x, c), at(x, c->from), at(x, date_add_days(c->until, 1)), c->tone };
	}
	html_lit(h, "<section class=\"card\"><div class=\"card-body\">");
	const struct date today = clock_today();
	if (n)
		chart_gantt(h, note_str(h->arena, h->lang, &NOTE(MSG_CALENDAR_OF_YEAR, ARG_S(str_printf(h->arena, "%d", x->year)))), msg(h->lang, MSG_CALENDAR_WHAT), msg(h->lang, MSG_CALENDAR_WHEN), months,
		            COUNT_OF(months), date_cmp(today, x->from) >= 0 && date_cmp(today, x->until) <= 0 ? at(x, today) : -1, rows, n);
	else
		html_empty(h, msg(h->lang, MSG_CALENDAR_NONE), STR(""), STR("/work/task/new"), label_of(reg_find(STR("task"))->label, h->lang));
	if (x->days.busy) {
		html_lit(h, "<p class=\"muted small\">");
		html_msg(h, MSG_CALENDAR_BUSY_NOTE);
		html_lit(h, "</p>");
	}
	if (x->list->n > n) {
		html_lit(h, "<p><a");
		html_href(h, path_of(x, VIEW_LIST, x->month, x->year));
		html_lit(h, ">");
		html_note(h, &NOTE(MSG_CALENDAR_MORE, ARG_I((int64_t)(x->list->n - n))));
		html_lit(h, "</a></p>");
	}
	html_lit(h, "</div></section>");
}

/* ---- the list ---- */

static void put_list(struct look *x)
{
	struct html *h = &x->h;
	int year = 0, month = 0;
	html_lit(h, "<section class=\"card\"><div class=\"card-body\">");
	for (size_t i = 0; i < x->list->n; i++) {
		const struct calendar_item *c = &x->list->item[i];
		if (c->until.month != month || c->until.year != year) {
			if (month)
				html_lit(h, "</ul>");
			year = c->until.year;
			month = c->until.month;
			html_lit(h, "<h2 class=\"card-title\">");
			html_note(h, &NOTE(MSG_CALENDAR_OF_MONTH, ARG_S(str_printf(h->arena, "%d", c->until.year)), ARG_I(month)));
			if (is_busy(x, month)) {
				html_lit(h, " ");
				html_badge(h, TONE_GREY, msg(h->lang, MSG_CALENDAR_BUSY));
			}
			html_lit(h, "</h2><ul class=\"changes\">");
		}
		html_lit(h, "<li>");
		html_badge(h, c->tone, tone_text(x, c->tone));
		html_lit(h, " <a");
		html_href(h, c->path);
		html_lit(h, ">");
		html_text(h, c->title);
		html_lit(h, "</a> <span class=\"muted small nowrap\">");
		html_text(h, span(x, c));
		html_lit(h, "</span></li>");
	}
	if (month) {
		html_lit(h, "</ul>");
	} else {
		html_lit(h, "<p>");
		html_msg(h, MSG_CALENDAR_NONE);
		html_lit(h, "</p>");
	}
	html_lit(h, "</div></section>");
}

/* ---- the feed ---- */

static struct str local(struct arena *a, int64_t ms)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	clock_put_local(&b, ms);
	return str_dup(a, buf_view(&b));
}

/* secret: of a feed that was made just now. */
static void put_feed(struct look *x, const struct feed *f, struct str secret)
{
	struct html *h = &x->h;
	html_lit(h, "<section class=\"card screen-only\" id=\"feed\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(h, MSG_FEED);
	html_lit(h, "</h2><p>");
	html_msg(h, MSG_FEED_ABOUT);
	html_lit(h, "</p>");
	if (secret.n) {
		html_alert(h, TONE_YELLOW, STR_NULL, msg(h->lang, MSG_FEED_KEEP));
		html_lit(h, "<p><code class=\"secret\">");
		html_text(h, letter_url(x->req, str_printf(h->arena, "/ical/%.*s", STR_FMT(secret))));
		html_lit(h, "</code></p>");
	} else if (f->id) {
		html_lit(h, "<p>");
		if (f->used)
			html_note(h, &NOTE(MSG_FEED_IS, ARG_S(local(h->arena, f->created_at)), ARG_I(f->used), ARG_S(local(h->arena, f->used_at))));
		else
			html_note(h, &NOTE(MSG_FEED_UNUSED, ARG_S(local(h->arena, f->created_at))));
		html_lit(h, "</p>");
	}
	html_lit(h, "<div class=\"actions\">");
	html_post_button(h, STR("/work/calendar/feed"), "calendar", msg(h->lang, f->id ? MSG_FEED_MAKE_NEW : MSG_FEED_MAKE), TONE_NEUTRAL, STR_NULL);
	if (f->id)
		html_post_button(h, STR("/work/calendar/feed/end"), "x", msg(h->lang, MSG_FEED_END), TONE_RED, STR_NULL);
	html_lit(h, "</div></div></section>");
}

/* ---- the page ---- */

static void put_calendar(struct http_req *req, struct str secret)
{
	const struct principal *p = auth_principal(req);
	struct look x = { .req = req, .list = ARENA_NEW(req->arena, struct calendar_list), .kind = STR("") };
	struct feed feed = { 0 };
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = days_load(c, req->arena, &x.days);
	if (e == 0) {
		read_look(&x);
		const struct calendar_query q = { .conn = c, .arena = req->arena, .by = p, .lang = p->lang, .from = x.from, .until = x.until };
		e = calendar_items(&q, x.kind, x.list);
	}
	if (e == 0 && p->kind == PRINCIPAL_ACCOUNT)
		e = feed_of(c, req->arena, p->account_id, &feed);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		work_fail(req, e, NOTE0(MSG_NONE));
		return;
	}
	struct page page = { .title = msg(p->lang, MSG_CALENDAR), .subtitle = msg(p->lang, MSG_CALENDAR_ABOUT) };
	work_page_begin(req, &x.h, &page);
	put_tabs(&x);
	if (x.view == VIEW_MONTH)
		put_month(&x);
	else if (x.view == VIEW_YEAR)
		put_year(&x);
	else
		put_list(&x);
	if (p->kind == PRINCIPAL_ACCOUNT)
		put_feed(&x, &feed, secret);
	page_end(&x.h);
}

static void page_calendar(struct http_req *req)
{
	put_calendar(req, STR(""));
}

struct feed_job {
	struct work_job j;
	struct str secret;
};

static int create_job(struct db_conn *c, void *arg)
{
	struct feed_job *x = arg;
	struct reg_ctx ctx = work_ctx(x->j.req, c);
	return feed_create(&ctx, &x->secret);
}

static int end_job(struct db_conn *c, void *arg)
{
	struct feed_job *x = arg;
	struct reg_ctx ctx = work_ctx(x->j.req, c);
	return feed_end(&ctx);
}

static void do_feed(struct http_req *req)
{
	struct feed_job x = { .j = { .req = req, .why = NOTE0(MSG_NONE) } };
	if (work_run(&x.j, create_job) == 0)
		put_calendar(req, x.secret);
}

static void do_feed_end(struct http_req *req)
{
	struct feed_job x = { .j = { .req = req, .why = NOTE0(MSG_NONE) } };
	if (work_run(&x.j, end_job) == 0)
		http_redirect(req, STR("/work/calendar?done=feed_end"));
}

/* ---- what the secret opens ---- */

struct use_job {
	struct arena *arena;
	int64_t feed;
};

static int use_job(struct db_conn *c, void *arg)
{
	struct use_job *x = arg;
	struct sql q;
	sql_init(&q, x->arena);
	sql_lit(&q, "UPDATE work_feed SET used = used + 1, used_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, x->feed);
	return db_exec(c, &q, NULL);
}

static void feed_ical(struct http_req *req)
{
	struct office *o = office_of(req);
	struct principal *p = ARENA_NEW(req->arena, struct principal);
	struct calendar_list *list = ARENA_NEW(req->arena, struct calendar_list);
	struct use_job use = { .arena = req->arena };
	int64_t account = 0;
	struct str base = o->public_url;
	struct db_conn *c = db_read_begin(o->db);
	int e = feed_open(c, req->arena, req->capture[0], &use.feed, &account);
	if (e == 0)
		e = auth_principal_load(c, req->arena, account, p);
	if (e == 0) {
		const struct date today = clock_today();
		const struct calendar_query q = { .conn = c, .arena = req->arena, .by = p, .lang = p->lang, .from = date_add_days(today, -FEED_BEFORE), .until = date_add_days(today, FEED_AFTER), .own = true };
		e = calendar_items(&q, STR(""), list);
	}
	db_read_end(o->db, &c);
	if (e == 0)
		e = db_write(o->db, use_job, &use);
	if (e < 0) {
		http_fail(req, e == ERR_NOT_FOUND ? 404 : 503, NOTE0(e == ERR_NOT_FOUND ? MSG_HTTP_NOT_FOUND : MSG_HTTP_BUSY));
		return;
	}
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	req->answer->type = STR("text/calendar; charset=utf-8");
	ical_put(&req->answer->body, req->arena, list, note_str(req->arena, p->lang, &NOTE(MSG_FEED_NAME, ARG_S(p->name))), base, clock_now());
}

static const struct param calendar_params[] = { { "view", PARAM_KEY, .max = 10 }, { "month", PARAM_KEY, .max = 7 }, { "year", PARAM_INT }, { "kind", PARAM_KEY, .max = 20 }, { "done", PARAM_KEY, .max = 20 } };

const struct route calendar_routes[] = {
	{ HTTP_GET, "/work/calendar", page_calendar, 0, NEED_OVERVIEW, .params = calendar_params, .param_count = COUNT_OF(calendar_params) },
	{ HTTP_POST, "/work/calendar/feed", do_feed, 0, NEED_OVERVIEW },
	{ HTTP_POST, "/work/calendar/feed/end", do_feed_end, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/ical/:secret", feed_ical, ROUTE_PUBLIC },
};
const size_t calendar_route_count = COUNT_OF(calendar_routes);
