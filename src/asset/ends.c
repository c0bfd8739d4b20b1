/* Ends that warn ahead: of support, maintenance and contracts. Today counts what is in use, and each number is the list. */
#include "base/text/asset.h"
#include "asset/asset.h"
#include "register/warn.h"

#define SECTION_ENDS { "終わりの知らせ", "Ends that warn" }

#define DAYS_AHEAD(key_, ja, en, days) \
	{ .key = key_, .label = { ja, en }, .hint = { "この日数より近づいたら知らせます。", "Warned about from so many days before." }, \
	  .section = SECTION_ENDS, .type = FIELD_INTEGER, .min = 0, .max = 1825, .value = days, .need = NEED_SETTINGS }
const struct setting asset_settings[] = {
	DAYS_AHEAD("asset.warn_support", "サポートの終わり：何日前から", "End of support: days ahead", 180),
	DAYS_AHEAD("asset.warn_maintenance", "保守の終わり：何日前から", "End of maintenance: days ahead", 90),
	DAYS_AHEAD("asset.warn_contract", "契約の終わり：何日前から", "End of contract: days ahead", 30),
};
const size_t asset_setting_count = COUNT_OF(asset_settings);

/* What is no longer in use (struct reg.use) needs no warning; what nobody decided about counts as in use. */
static const struct {
	const struct reg *reg;
	const char *ends[2];
} ledgers[] = {
	{ &reg_device, { "os_support_until", "maintenance_until" } },
	{ &reg_application, { "support_until", "contract_until" } },
	{ &reg_service, { "contract_until" } },
};

static struct query in_use(struct arena *a, const struct reg_view *view, const struct principal *p)
{
	struct query q = { .view = view, .by = p, .op = OP_READ, .sort = SORT_NEWEST, .limit = 1, .count = true,
	                   .columns = ARENA_ARRAY(a, view->fields, bool) };
	const int state = reg_field(view->reg, view->reg->use);
	struct filter f = { .field = state, .kind = FILTER_IN, .value = ARENA_ARRAY(a, view->reg->field[state].choices + 1, struct value) };
	for (const int64_t *n = view->reg->used; *n; n++)
		f.value[f.values++] = (struct value){ .known = true, .i = *n };
	f.value[f.values++] = (struct value){ .known = false };
	q.filter[q.filters++] = f;
	return q;
}

/* The list with just these rows. */
static struct str list_path(struct arena *a, struct query q, int field)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL);
	q.sort = field;
	q.limit = 0;
	q.columns = NULL;
	query_put(&b, &q, false);
	return str_printf(a, "/%s/%s?%.*s", q.view->reg->room, q.view->reg->name, STR_FMT(buf_view(&b)));
}

/* The number of the rows, and the list with just these rows. */
static int number_put(struct html *h, struct db_conn *c, struct query q, int field, enum warn_state state)
{
	static const msg_id label[] = { [WARN_PAST] = MSG_ASSET_ENDS_PAST, [WARN_SOON] = MSG_ASSET_ENDS_SOON, [WARN_UNKNOWN] = MSG_ASSET_ENDS_UNKNOWN };
	static const enum tone tone[] = { [WARN_PAST] = TONE_RED, [WARN_SOON] = TONE_YELLOW, [WARN_UNKNOWN] = TONE_GREY };
	struct listing l;
	warn_filter(h->arena, &q, field, state);
	int r = reg_list(c, h->arena, &q, &l);
	if (r < 0)
		return r;
	html_lit(h, "<td class=\"number\"");
	html_attr_msg(h, "data-label", label[state]);
	html_lit(h, ">");
	if (l.count) {
		html_lit(h, "<a");
		html_href(h, list_path(h->arena, q, field));
		html_lit(h, ">");
		struct str n = str_printf(h->arena, "%lld%s", (long long)l.count, l.count_capped ? "+" : "");
		html_badge(h, tone[state], n);
		html_lit(h, "</a>");
	} else {
		html_lit(h, "0");
	}
	html_lit(h, "</td>");
	return 0;
}

static int end_put(struct html *h, struct db_conn *c, const struct query *q, const char *name, bool any)
{
	const struct reg_view *view = q->view;
	const int field = reg_field(view->reg, name);
	int r = 0;
	html_lit(h, "<tr><th scope=\"row\">");
	html_note(h, &NOTE(MSG_ASSET_ENDS_OF, ARG_L(view->reg->label), ARG_L(view->field[field]->label)));
	html_lit(h, " <span class=\"muted small\">");
	html_note(h, &NOTE(MSG_ASSET_ENDS_DAYS, ARG_I(view->warn_days[field])));
	html_lit(h, "</span></th>");
	if (!any) {
		html_lit(h, "<td colspan=\"3\"><span class=\"unknown\">");
		html_msg(h, MSG_ASSET_ENDS_NO_ROWS);
		html_lit(h, "</span></td>");
	}
	for (int state = WARN_PAST; any && r == 0 && state <= WARN_UNKNOWN; state++)
		r = number_put(h, c, *q, field, (enum warn_state)state);
	html_lit(h, "</tr>");
	return r;
}

static int ledger_put(struct html *h, struct db_conn *c, const struct principal *p, size_t i)
{
	struct reg_view view;
	struct listing l;
	int r = reg_view_load(c, h->arena, ledgers[i].reg, &view);
	if (r < 0)
		return r;
	struct query q = in_use(h->arena, &view, p);
	r = reg_list(c, h->arena, &q, &l);
	for (size_t k = 0; r == 0 && k < COUNT_OF(ledgers[i].ends) && ledgers[i].ends[k]; k++)
		r = end_put(h, c, &q, ledgers[i].ends[k], l.rows > 0);
	return r;
}

void asset_ends_today(struct html *h, struct http_req *req, struct db_conn *c)
{
	static const msg_id head[] = { MSG_ASSET_ENDS_WHAT, MSG_ASSET_ENDS_PAST, MSG_ASSET_ENDS_SOON, MSG_ASSET_ENDS_UNKNOWN };
	const struct principal *p = auth_principal(req);
	if (!(auth_ops(p, reg_number(&reg_device)) & OP_READ))
		return;
	html_section_begin(h, MSG_ASSET_ENDS);
	html_lit(h, "<p class=\"muted\">");
	html_msg(h, MSG_ASSET_ENDS_ABOUT);
	html_lit(h, "</p><table class=\"table table-cards\"><thead><tr>");
	for (size_t i = 0; i < COUNT_OF(head); i++) {
		html_lit(h, "<th scope=\"col\"");
		if (i)
			html_lit(h, " class=\"number\"");
		html_lit(h, ">");
		html_msg(h, head[i]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(ledgers); i++)
		r = ledger_put(h, c, p, i);
	html_lit(h, "</tbody></table></div></section>");
}

int asset_ends_signal(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(ledgers); i++) {
		struct reg_view view;
		struct listing l;
		if (!(auth_ops(p, reg_number(ledgers[i].reg)) & OP_READ))
			continue;
		r = reg_view_load(c, a, ledgers[i].reg, &view);
		for (size_t k = 0; r == 0 && k < COUNT_OF(ledgers[i].ends) && ledgers[i].ends[k]; k++) {
			const int field = reg_field(ledgers[i].reg, ledgers[i].ends[k]);
			struct query q = in_use(a, &view, p);
			warn_filter(a, &q, field, WARN_PAST);
			r = reg_list(c, a, &q, &l);
			if (r == 0 && l.count)
				signal_add(ret, TONE_YELLOW, NOTE(MSG_ASSET_SIGNAL_ENDED, ARG_I(l.count), ARG_L(ledgers[i].reg->label), ARG_L(view.field[field]->label)),
				           list_path(a, q, field));
		}
	}
	return r;
}
