/* Today (今日): what is due, what is missing, what changed. Rooms above bring their parts; the last block is what people
 * did, read from the trail and limited to rows that the reader may see. */
#include "base/text/work.h"
#include "work/work.h"

#include "auth/office.h"
#include "register/batch.h"
#include "register/faces.h"
#include "register/register.h"
#include "work/digest.h"
#include "work/inbox.h"
#include "work/task.h"

#define CHANGES_READ 200 /* entries looked at */
#define CHANGES_SHOWN 12

static const struct today_part *parts;
static size_t part_count;

void today_declare(const struct today_part *p, size_t n)
{
	parts = p;
	part_count = n;
}

void work_declare(void)
{
	static const struct detail_part detail_parts[] = { { approval_detail }, { task_on_row } };
	detail_declare(detail_parts, COUNT_OF(detail_parts));
}

static msg_id verb_of(enum audit_kind k)
{
	switch (k) {
	case AUDIT_CREATE: return MSG_WORK_CREATED;
	case AUDIT_UPDATE: return MSG_WORK_UPDATED;
	case AUDIT_ARCHIVE: return MSG_WORK_ARCHIVED;
	case AUDIT_RESTORE: return MSG_WORK_RESTORED;
	case AUDIT_MERGE: return MSG_WORK_MERGED;
	case AUDIT_COMMENT: return MSG_WORK_COMMENTED;
	case AUDIT_ATTACH: return MSG_WORK_ATTACHED;
	default: return MSG_NONE;
	}
}

/* May the reader see the row the entry is about? */
static bool visible(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, int64_t record_id)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t WHERE t.id = ");
	sql_i64(&q, record_id);
	batch_visible(&q, "t"); /* what an import brings is news when it is decided */
	auth_visible(&q, p, reg_number(r), OP_READ, "t");
	return db_get_i64(c, &q, &n) == 0 && n > 0;
}

static void changes(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	struct audit_filter f = { .limit = CHANGES_READ };
	struct audit_entry *e;
	size_t n, shown = 0;
	if (audit_list(c, req->arena, &f, &e, &n) < 0)
		return;
	html_section_begin(h, MSG_WORK_CHANGES);
	html_lit(h, "<ul class=\"changes\">");
	for (size_t i = 0; i < n && shown < CHANGES_SHOWN; i++) {
		const struct reg *r = e[i].reg.n ? reg_find(e[i].reg) : NULL;
		msg_id verb = verb_of(e[i].kind);
		if (!r || verb == MSG_NONE || !e[i].record_id || str_eq(e[i].actor, STR("system")) || !visible(c, req->arena, p, r, e[i].record_id))
			continue;
		struct buf at;
		buf_init(&at, 64);
		clock_put_local(&at, e[i].at);
		html_lit(h, "<li><time>");
		html_text(h, buf_view(&at));
		html_lit(h, "</time> ");
		buf_release(&at);
		html_text(h, e[i].actor_name);
		html_lit(h, " ");
		html_msg(h, verb);
		html_lit(h, " <a");
		html_href(h, str_printf(req->arena, "/%s/%s/%lld", r->room, r->name, (long long)e[i].record_id));
		html_lit(h, ">");
		html_text(h, e[i].subject);
		html_lit(h, "</a></li>");
		shown++;
	}
	html_lit(h, "</ul>");
	if (!shown) {
		html_lit(h, "<p>");
		html_msg(h, MSG_WORK_NO_CHANGES);
		html_lit(h, "</p>");
	}
	html_section_end(h);
}

static void to_lists(struct html *h, void *ctx)
{
	const struct principal *p = ctx;
	if (auth_ops(p, reg_number(&reg_task)) & OP_READ)
		html_button_link(h, STR("/work/task"), reg_task.icon, label_of(reg_task.label, h->lang), false);
	html_button_link(h, STR("/work/calendar"), "calendar", msg(h->lang, MSG_CALENDAR), false);
	html_button_link(h, STR("/work/approval"), "writing-sign", msg(h->lang, MSG_WORK_APPROVALS), false);
}

static void page_today(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct date today = clock_today();
	struct buf day;
	buf_init(&day, 64);
	if (p->lang == LANG_JA)
		date_put_era(&day, today);
	else
		date_put_iso(&day, today);
	struct page page = { .title = msg(p->lang, MSG_WORK_TODAY),
	                     .subtitle = note_str(req->arena, p->lang, &NOTE(MSG_WORK_TODAY_ABOUT, ARG_S(buf_view(&day)))),
	                     .help_path = STR("/help/today"), .actions = to_lists, .actions_ctx = (void *)(uintptr_t)p };
	buf_release(&day);
	o->frame(req, &page);
	page_begin(&h, &page);
	html_lit(&h, "<div class=\"row-cards dashboard\">");
	struct db_conn *c = db_read_begin(o->db);
	notice_inbox(&h, req, c);
	inbox_put(&h, req, c);
	task_inbox(&h, req, c);
	for (size_t i = 0; i < part_count; i++)
		parts[i].put(&h, req, c);
	changes(&h, req, c);
	db_read_end(o->db, &c);
	html_lit(&h, "</div>");
	page_end(&h);
}

static void page_work(struct http_req *req)
{
	http_redirect(req, STR("/today"));
}

const struct route work_routes[] = {
	{ HTTP_GET, "/work", page_work, ROUTE_QUICK, NEED_OVERVIEW },
	{ HTTP_GET, "/today", page_today, 0, NEED_OVERVIEW },
};
const size_t work_route_count = COUNT_OF(work_routes);
