/* /org/duties: who holds which security duty, what is missing, and the two charts: in peace and in an emergency. */
#include "base/text/http.h"
#include "base/text/org.h"
#include "org/duty.h"

#include "auth/office.h"
#include "org/org.h"
#include "register/batch.h"

#define DUTIES_SHOWN 200
#define CHART_DEPTH 16

struct duty {
	int64_t id, kind, above[2];  /* [0] in peace, [1] in an emergency */
	bool in[2], known[2];        /* part of the chart; known: somebody said so */
	int64_t mains, deputies;
	struct str name;
};
struct holder {
	int64_t duty, rank, person;
	struct str name, unit;       /* name empty: not the reader's to see */
};
struct team {
	struct http_req *req;
	const struct principal *by;
	struct arena *a;
	struct db_conn *conn;
	struct duty *duty;
	struct holder *holder;
	size_t duties, holders;
	struct str today;
};

static struct str today_text(struct arena *a)
{
	return date_iso(a, clock_today());
}

/* Holders of today: within their time, and still here. h is the holder, x the person, d the duty. */
static void from_holding(struct sql *q, struct str today)
{
	sql_lit(q, " FROM org_duty_holder h JOIN org_person x ON x.id = h.person JOIN org_duty d ON d.id = h.duty"
	           " WHERE h.archived = 0 AND d.archived = 0 AND x.archived = 0 AND (h.since IS NULL OR h.since <= ");
	sql_str(q, today);
	sql_lit(q, ") AND (h.until IS NULL OR h.until >= ");
	sql_str(q, today);
	sql_lit(q, ") AND (x.left_on IS NULL OR x.left_on >= ");
	sql_str(q, today);
	sql_lit(q, ")");
	batch_visible(q, "h");
}

static int load_duties(struct team *t)
{
	struct sql q;
	sql_init(&q, t->a);
	sql_lit(&q, "SELECT t.id, t.kind, t.above_peace, t.above_emergency, t.in_peace, t.in_emergency, t.name,"
	            " (SELECT count(*) FROM (SELECT h.duty, h.rank");
	from_holding(&q, t->today);
	sql_lit(&q, ") k WHERE k.duty = t.id AND k.rank = 1), (SELECT count(*) FROM (SELECT h.duty, h.rank");
	from_holding(&q, t->today);
	sql_lit(&q, ") k WHERE k.duty = t.id AND k.rank = 2) FROM org_duty t WHERE t.archived = 0");
	batch_visible(&q, "t");
	auth_visible(&q, t->by, reg_number(&reg_duty), OP_READ, "t");
	sql_lit(&q, " ORDER BY t.number IS NULL, t.number, t.id LIMIT ");
	sql_i64(&q, DUTIES_SHOWN);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(t->conn, &q, &s);
	t->duty = ARENA_ARRAY(t->a, DUTIES_SHOWN, struct duty);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		t->duty[t->duties++] = (struct duty){ .id = stmt_i64(s, 0), .kind = stmt_i64(s, 1), .above = { stmt_i64(s, 2), stmt_i64(s, 3) },
			.known = { !stmt_is_null(s, 4), !stmt_is_null(s, 5) }, .in = { stmt_i64(s, 4) == 1, stmt_i64(s, 5) == 1 },
			.name = stmt_str_dup(s, t->a, 6), .mains = stmt_i64(s, 7), .deputies = stmt_i64(s, 8) };
		r = 0;
	}
	return r;
}

/* People outside the reader's units stand there without a name. */
static int load_holders(struct team *t)
{
	struct sql q;
	sql_init(&q, t->a);
	sql_lit(&q, "SELECT h.duty, h.rank, h.person, (SELECT t.name FROM org_person t WHERE t.id = h.person");
	auth_visible(&q, t->by, reg_number(&reg_person), OP_READ, "t");
	sql_lit(&q, "), (SELECT u.name FROM org_unit u WHERE u.id = h.unit)");
	from_holding(&q, t->today);
	auth_visible(&q, t->by, reg_number(&reg_duty_holder), OP_READ, "h");
	sql_lit(&q, " ORDER BY h.rank, h.id LIMIT ");
	sql_i64(&q, LIMIT_PAGE_ROWS);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(t->conn, &q, &s);
	t->holder = ARENA_ARRAY(t->a, LIMIT_PAGE_ROWS, struct holder);
	while (r == 0 && t->holders < LIMIT_PAGE_ROWS && (r = stmt_step(s)) == 1) {
		t->holder[t->holders++] = (struct holder){ .duty = stmt_i64(s, 0), .rank = stmt_i64(s, 1), .person = stmt_i64(s, 2),
			.name = stmt_str_dup(s, t->a, 3), .unit = stmt_str_dup(s, t->a, 4) };
		r = 0;
	}
	return r;
}

/* ---- warnings ---- */

/* Without h they are only counted. */
static void warning(struct html *h, enum tone tone, struct str word, const struct note *why, struct str path)
{
	if (!h)
		return;
	html_lit(h, "<li>");
	html_badge(h, tone, word);
	html_lit(h, " <a");
	html_href(h, path);
	html_lit(h, ">");
	html_note(h, why);
	html_lit(h, "</a></li>");
}

static size_t missing_put(struct html *h, const struct team *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->duties; i++) {
		const struct duty *d = &t->duty[i];
		struct str path = str_printf(t->a, "/org/duty_holder?duty=%lld", (long long)d->id);
		/* Another duty may be left empty: that is a decision, not a gap. */
		if (!d->mains && (d->kind != 2 || d->deputies))
			warning(h, TONE_RED, msg(t->by->lang, MSG_ORG_DUTY_MISSING), &NOTE(MSG_ORG_DUTY_NO_HOLDER, ARG_S(d->name)), path), n++;
		else if (d->mains && !d->deputies)
			warning(h, TONE_YELLOW, msg(t->by->lang, MSG_ORG_DUTY_CAREFUL), &NOTE(MSG_ORG_DUTY_NO_DEPUTY, ARG_S(d->name)), path), n++;
	}
	return n;
}

static int overload_put(struct html *h, const struct team *t, size_t *n)
{
	const int64_t most = setting_i64(t->conn, "org.duties_per_person");
	struct sql q;
	sql_init(&q, t->a);
	sql_lit(&q, "SELECT h.person, x.name, count(DISTINCT h.duty) AS n");
	from_holding(&q, t->today);
	sql_lit(&q, " GROUP BY h.person, x.id HAVING count(DISTINCT h.duty) > ");
	sql_i64(&q, most);
	sql_lit(&q, " ORDER BY n DESC, h.person LIMIT 50");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(t->conn, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		warning(h, TONE_YELLOW, msg(t->by->lang, MSG_ORG_DUTY_CAREFUL),
		        &NOTE(MSG_ORG_DUTY_MANY, ARG_S(stmt_str_dup(s, t->a, 1)), ARG_I(stmt_i64(s, 2)), ARG_I(most)),
		        str_printf(t->a, "/org/duty_holder?person=%lld", (long long)stmt_i64(s, 0)));
		(*n)++;
		r = 0;
	}
	return r;
}

/*
 * An auditor whose part holds the own unit, while no auditor of another unit covers that unit (course digest 8-10, section 4.5:
 * the independence of auditors). Whoever belongs to no unit audits no unit of their own.
 */
static int own_unit_put(struct html *h, const struct team *t, size_t *n)
{
	struct sql q;
	sql_init(&q, t->a);
	sql_lit(&q, "WITH auditor AS (SELECT h.id, h.person, h.unit AS part, x.name, x.unit AS own");
	from_holding(&q, t->today);
	sql_lit(&q, " AND d.audits = 1) SELECT a.id, a.name, u.name FROM auditor a JOIN org_unit u ON u.id = a.own WHERE"
	            " (a.part IS NULL OR EXISTS (SELECT 1 FROM auth_unit_closure c WHERE c.ancestor = a.part AND c.descendant = a.own))"
	            " AND NOT EXISTS (SELECT 1 FROM auditor b WHERE b.own IS NOT a.own AND (b.part IS NULL OR EXISTS"
	            " (SELECT 1 FROM auth_unit_closure c WHERE c.ancestor = b.part AND c.descendant = a.own))) ORDER BY a.id LIMIT 50");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(t->conn, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		warning(h, TONE_RED, msg(t->by->lang, MSG_ORG_DUTY_MISSING),
		        &NOTE(MSG_ORG_DUTY_OWN_UNIT, ARG_S(stmt_str_dup(s, t->a, 1)), ARG_S(stmt_str_dup(s, t->a, 2))),
		        str_printf(t->a, "/org/duty_holder/%lld", (long long)stmt_i64(s, 0)));
		(*n)++;
		r = 0;
	}
	return r;
}

/* What is said about people is for those who look after the whole company. */
static int all_put(struct html *h, const struct team *t, size_t *n)
{
	const bool whole = t->by->needs & (NEED_SETTINGS | NEED_AUDIT);
	int r = 0;
	*n = missing_put(h, t);
	if (whole)
		r = overload_put(h, t, n);
	if (whole && r == 0)
		r = own_unit_put(h, t, n);
	return r;
}

int org_duty_warnings(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret)
{
	struct team t = { .by = p, .a = a, .conn = c, .today = today_text(a) };
	size_t n = 0;
	*ret = 0;
	if (!(auth_ops(p, reg_number(&reg_duty)) & OP_READ) || !(auth_ops(p, reg_number(&reg_duty_holder)) & OP_READ))
		return 0;
	int r = load_duties(&t);
	if (r == 0)
		r = all_put(NULL, &t, &n);
	*ret = (int64_t)n;
	return r;
}

static int warnings_put(struct html *h, const struct team *t)
{
	size_t n = 0;
	html_section_begin(h, MSG_ORG_DUTY_WARNINGS);
	html_lit(h, "<ul class=\"changes\">");
	int r = all_put(h, t, &n);
	html_lit(h, "</ul>");
	if (!n) {
		html_lit(h, "<p>");
		html_msg(h, t->duties ? MSG_ORG_DUTY_FINE : MSG_ORG_DUTY_NONE);
		html_lit(h, "</p>");
	}
	html_section_end(h);
	return r;
}

/* ---- the charts ---- */

static void holders_put(struct html *h, const struct team *t, int64_t duty)
{
	size_t n = 0;
	for (size_t i = 0; i < t->holders; i++) {
		const struct holder *p = &t->holder[i];
		if (p->duty != duty)
			continue;
		if (n++)
			html_lit(h, "、");
		if (p->rank == 2)
			html_badge(h, TONE_NEUTRAL, msg(h->lang, MSG_ORG_DUTY_DEPUTY));
		html_lit(h, " ");
		if (p->name.n) {
			html_lit(h, "<a");
			html_href(h, str_printf(h->arena, "/org/person/%lld", (long long)p->person));
			html_lit(h, ">");
			html_text(h, p->name);
			html_lit(h, "</a>");
		} else {
			html_msg(h, MSG_ORG_DUTY_HIDDEN);
		}
		if (p->unit.n) {
			html_lit(h, "<span class=\"muted small\">");
			html_note(h, &NOTE(MSG_ORG_DUTY_FOR_UNIT, ARG_S(p->unit)));
			html_lit(h, "</span>");
		}
	}
	if (!n)
		html_badge(h, TONE_GREY, msg(h->lang, MSG_ORG_DUTY_VACANT));
}

static bool stands_in(const struct team *t, int chart, int64_t id)
{
	for (size_t i = 0; i < t->duties; i++)
		if (t->duty[i].id == id)
			return t->duty[i].in[chart];
	return false;
}

/* Duties below one (0: those with nobody above them in this chart). */
static void level_put(struct html *h, const struct team *t, int chart, int64_t above, int depth)
{
	bool open = false;
	for (size_t i = 0; i < t->duties && depth < CHART_DEPTH; i++) {
		const struct duty *d = &t->duty[i];
		int64_t up = stands_in(t, chart, d->above[chart]) ? d->above[chart] : 0;
		if (!d->in[chart] || up != above)
			continue;
		if (!open)
			html_lit(h, "<ul>");
		open = true;
		html_lit(h, "<li><div class=\"unit-line\"><a class=\"unit-name\"");
		html_href(h, str_printf(h->arena, "/org/duty/%lld", (long long)d->id));
		html_lit(h, ">");
		html_text(h, d->name);
		html_lit(h, "</a><span>");
		holders_put(h, t, d->id);
		html_lit(h, "</span></div>");
		level_put(h, t, chart, d->id, depth + 1);
		html_lit(h, "</li>");
	}
	if (open)
		html_lit(h, "</ul>");
}

static void chart_put(struct html *h, const struct team *t, int chart)
{
	size_t unsaid = 0;
	html_section_begin(h, chart ? MSG_ORG_DUTY_EMERGENCY : MSG_ORG_DUTY_PEACE);
	html_lit(h, "<p class=\"muted\">");
	html_msg(h, chart ? MSG_ORG_DUTY_EMERGENCY_ABOUT : MSG_ORG_DUTY_PEACE_ABOUT);
	html_lit(h, "</p><div class=\"tree\">");
	level_put(h, t, chart, 0, 0);
	html_lit(h, "</div>");
	for (size_t i = 0; i < t->duties; i++)
		unsaid += !t->duty[i].known[chart];
	if (unsaid) {
		html_lit(h, "<p class=\"unknown\">");
		html_note(h, &NOTE(MSG_ORG_DUTY_UNSAID, ARG_I((int64_t)unsaid)));
		html_lit(h, "</p>");
	}
	html_section_end(h);
}

static void heading(struct html *h, void *ctx)
{
	(void)ctx;
	html_button_link(h, STR("/org/duty_holder"), "users", label_of(reg_duty_holder.label, h->lang), false);
	html_button_link(h, STR("/org/duty"), "shield", label_of(reg_duty.label, h->lang), false);
}

void org_duties_page(struct http_req *req)
{
	struct office *o = office_of(req);
	struct team t = { .req = req, .by = auth_principal(req), .a = req->arena, .today = today_text(req->arena) };
	if (!(auth_ops(t.by, reg_number(&reg_duty)) & OP_READ) || !(auth_ops(t.by, reg_number(&reg_duty_holder)) & OP_READ)) {
		http_fail(req, 404, NOTE0(MSG_HTTP_NOT_FOUND));
		return;
	}
	struct html h;
	html_init(&h, &req->answer->body, t.a, t.by->lang, req->csrf);
	struct page page = { .title = msg(t.by->lang, MSG_ORG_DUTIES), .subtitle = msg(t.by->lang, MSG_ORG_DUTIES_ABOUT), .actions = heading };
	o->frame(req, &page);
	page.help_path = STR("/help/org");
	page.breadcrumb_label[0] = msg(t.by->lang, MSG_ORG);
	page.breadcrumb_path[0] = STR("/org");
	page.breadcrumb_label[1] = page.title;
	page_begin(&h, &page);
	t.conn = db_read_begin(o->db);
	int r = load_duties(&t);
	if (r == 0)
		r = load_holders(&t);
	if (r == 0)
		r = warnings_put(&h, &t);
	for (int chart = 0; r == 0 && chart < 2; chart++)
		chart_put(&h, &t, chart);
	db_read_end(o->db, &t.conn);
	page_end(&h);
	if (r < 0)
		http_fail(req, 503, NOTE0(MSG_ORG_FAILED));
}

void org_duty_list(struct html *h, struct http_req *req, struct db_conn *c)
{
	(void)req, (void)c;
	html_lit(h, "<p class=\"hint-links\"><a href=\"/org/duties\">");
	html_msg(h, MSG_ORG_DUTIES_OPEN);
	html_lit(h, "</a></p>");
}
