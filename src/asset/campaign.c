/* The register of campaigns, and what happens to their parts and items. */
#include "asset/campaign.h"

#include "asset/asset.h"
#include "base/text.h"
#include "base/text/asset.h"
#include "register/batch.h"

#define PARTS_MAX 1000
#define FOUND_MAX 100
#define DAYS_AFTER_DUE 14 /* a link lives so long behind the due date: who is late must still be able to answer */

const char campaign_schema[] =
	"CREATE TABLE asset_campaign_part (id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES record (id),"
	" unit_id INTEGER NOT NULL, link_id INTEGER NOT NULL DEFAULT 0, issued INTEGER NOT NULL DEFAULT 0,"
	" issued_at INTEGER NOT NULL DEFAULT 0, left_out INTEGER NOT NULL DEFAULT 0, UNIQUE (campaign_id, unit_id)) STRICT;"
	"CREATE INDEX asset_campaign_part_link ON asset_campaign_part (link_id) WHERE link_id <> 0;"
	/* revision: of the row when it was answered; a row that was to be changed is done when it has a newer one. */
	"CREATE TABLE asset_campaign_item (part_id INTEGER NOT NULL REFERENCES asset_campaign_part (id),"
	" record_id INTEGER NOT NULL REFERENCES record (id), answer INTEGER NOT NULL DEFAULT 0 CHECK (answer BETWEEN 0 AND 3),"
	" revision INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', answered_at INTEGER NOT NULL DEFAULT 0,"
	" answered_by TEXT NOT NULL DEFAULT '', PRIMARY KEY (part_id, record_id)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE asset_campaign_found (id INTEGER PRIMARY KEY, part_id INTEGER NOT NULL REFERENCES asset_campaign_part (id),"
	" register TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL, found_at INTEGER NOT NULL, found_by TEXT NOT NULL) STRICT;"
	"CREATE INDEX asset_campaign_found_part ON asset_campaign_found (part_id);"
	"CREATE INDEX asset_campaign_item_gone ON asset_campaign_item (record_id) WHERE answer = 3;";

/* ---- the register ---- */

#define SECTION_CAMPAIGN { "棚卸し", "Review" }
#define SECTION_STATE { "進み具合", "State" }

static const struct choice asked[] = {
	{ 0, "asset", { "情報資産", "Information assets" }, { 0 }, NULL, 0 }, { 1, "device", { "機器", "Devices" }, { 0 }, NULL, 0 },
	{ 2, "application", { "アプリケーション", "Applications" }, { 0 }, NULL, 0 },
	{ 3, "service", { "クラウドサービス", "Cloud services" }, { 0 }, NULL, 0 },
};
static const struct reg *const asked_reg[COUNT_OF(asked)] = { &reg_asset, &reg_device, &reg_application, &reg_service };
static const struct choice states[] = {
	{ CAMPAIGN_DRAFT, "draft", { "準備中", "Draft" }, { "まだ始めていない。", "Not begun yet." }, NULL, TONE_GREY },
	{ CAMPAIGN_RUNNING, "running", { "実施中", "Running" }, { "部門の答えを待っている。", "Waiting for the units' answers." }, NULL, TONE_BLUE },
	{ CAMPAIGN_CLOSED, "closed", { "終了", "Closed" }, { "締め切った。答えは残る。", "Over; the answers stay." }, NULL, TONE_GREEN },
};

static const struct field campaign_fields[] = {
	{ .name = "name", .label = { "棚卸しの名前", "Review" }, .hint = { "例：2026年度 情報資産の棚卸し", "For example: review of 2026" }, .type = FIELD_TEXT,
	  .max = 100, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_CAMPAIGN },
	{ .name = "due_on", .label = { "締切", "Due on" }, .type = FIELD_DATE, .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_CAMPAIGN },
	{ .name = "registers", .label = { "確かめる台帳", "Ledgers" }, .type = FIELD_MULTI, .choice = asked, .choices = COUNT_OF(asked),
	  .flags = FIELD_REQUIRED | FIELD_LIST, .section = SECTION_CAMPAIGN },
	{ .name = "unit", .label = { "対象の部門", "Units" }, .hint = { "この部門と、その下の部門。空欄は全社です。", "This unit and those below; blank means the whole company." },
	  .type = FIELD_UNIT, .target = "unit", .section = SECTION_CAMPAIGN },
	{ .name = "message", .label = { "部門へのお願い", "Message to the units" }, .type = FIELD_LONG_TEXT, .max = 2000, .section = SECTION_CAMPAIGN },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = states, .choices = COUNT_OF(states),
	  .flags = FIELD_ENGINE | FIELD_LIST | FIELD_FILTER, .section = SECTION_STATE },
	{ .name = "started_on", .label = { "始めた日", "Started on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_LIST, .section = SECTION_STATE },
	{ .name = "closed_on", .label = { "終えた日", "Closed on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_LIST, .section = SECTION_STATE },
};

static void campaign_fill(struct reg_ctx *ctx, struct row *row)
{
	(void)ctx;
	row->v[reg_field(&reg_campaign, "state")] = (struct value){ .known = true, .i = CAMPAIGN_DRAFT };
}

/* What was asked of whom stands when it was asked. */
static void campaign_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx;
	static const char *const fixed[] = { "registers", "unit" };
	if (!before || before->v[reg_field(&reg_campaign, "state")].i == CAMPAIGN_DRAFT)
		return;
	for (size_t i = 0; i < COUNT_OF(fixed); i++) {
		int f = reg_field(&reg_campaign, fixed[i]);
		if (!value_eq(&reg_campaign.field[f], &before->v[f], &after->v[f]))
			error_add(errors, f, NOTE0(MSG_CAMPAIGN_FIXED));
	}
}

static int end_links(struct reg_ctx *ctx, int64_t campaign_id)
{
	struct campaign_part *part;
	size_t n = 0;
	int r = campaign_parts(ctx->conn, ctx->arena, ctx->by, campaign_id, &part, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (part[i].link_id)
			r = auth_link_revoke(ctx->conn, ctx->arena, ctx->by, part[i].link_id);
	return r;
}

/* A campaign that is put away leaves no link open. */
static int campaign_after_write(struct reg_ctx *ctx, const struct row *before, const struct row *after)
{
	if (!before || before->state != RECORD_LIVE || after->state != RECORD_ARCHIVED)
		return 0;
	return end_links(ctx, after->id);
}
static const struct reg_hooks campaign_hooks = { .fill = campaign_fill, .check = campaign_check, .after_write = campaign_after_write, .detail = campaign_detail };

const struct reg reg_campaign = {
	.name = "campaign", .room = "asset", .table = "asset_campaign", .code = "CMP",
	.label = { "棚卸し", "Reviews" },
	.about = { "部門ごとに、台帳の行が実際と合っているかを確かめてもらいます。", "Units confirm their rows by a due date." },
	.empty = { "名前、締切、確かめる台帳を決めて「追加」します。始めると部門ごとの一覧ができます。",
	           "Add one with a name, a due date and the ledgers; starting it makes a list per unit." },
	.icon = "checklist", .help = "asset", .field = campaign_fields, .fields = COUNT_OF(campaign_fields), .title = "name", .sort = "due_on",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ,
	                     [ROLE_EXECUTIVE] = OP_READ, [ROLE_AUDITOR] = OP_READ | OP_EXPORT } },
	.hooks = &campaign_hooks, .shared = true,
};

bool campaign_asks(int64_t registers, const struct reg *r)
{
	for (size_t i = 0; i < COUNT_OF(asked_reg); i++)
		if (asked_reg[i] == r)
			return registers >> i & 1;
	return false;
}

/* ---- reading ---- */

static int load_parts(struct db_conn *c, struct sql *q, struct arena *a, struct campaign_part *part, size_t max, size_t *n)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	while (r == 0 && *n < max && (r = stmt_step(s)) == 1) {
		part[(*n)++] = (struct campaign_part){ .id = stmt_i64(s, 0), .campaign_id = stmt_i64(s, 1), .unit_id = stmt_i64(s, 2),
			.link_id = stmt_i64(s, 3), .issued = stmt_i64(s, 4), .issued_at = stmt_i64(s, 5), .left_out = stmt_i64(s, 6),
			.unit = stmt_str_dup(s, a, 7), .contact_id = stmt_i64(s, 8), .contact = stmt_str_dup(s, a, 9), .opened_at = stmt_i64(s, 10),
			.items = stmt_i64(s, 11), .done = stmt_i64(s, 12), .gone = stmt_i64(s, 13), .found = stmt_i64(s, 14) };
		r = 0;
	}
	return r;
}

static void select_parts(struct sql *q, const struct principal *p)
{
	sql_lit(q, "SELECT g.id, g.campaign_id, g.unit_id, g.link_id, g.issued, g.issued_at, g.left_out, u.name, u.contact,"
	           " (SELECT t.name FROM org_person t WHERE t.id = u.contact");
	if (p)
		auth_visible(q, p, reg_number(reg_find(STR("person"))), OP_READ, "t");
	else
		sql_lit(q, " AND FALSE");
	sql_lit(q, "), COALESCE(l.opened_at, 0), COUNT(k.record_id), COALESCE(SUM(" CAMPAIGN_IS_DONE "), 0), COALESCE(SUM(k.answer = 3), 0),"
	           " (SELECT COUNT(*) FROM asset_campaign_found f WHERE f.part_id = g.id)"
	           " FROM asset_campaign_part g JOIN org_unit u ON u.id = g.unit_id LEFT JOIN auth_link l ON l.id = g.link_id"
	           " LEFT JOIN asset_campaign_item k ON k.part_id = g.id LEFT JOIN record r ON r.id = k.record_id WHERE ");
}

int campaign_parts(struct db_conn *c, struct arena *a, const struct principal *p, int64_t campaign_id, struct campaign_part **ret,
                   size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	select_parts(&q, p);
	sql_lit(&q, "g.campaign_id = ");
	sql_i64(&q, campaign_id);
	sql_lit(&q, " GROUP BY g.id, u.id, l.id ORDER BY u.name, g.id LIMIT ");
	sql_i64(&q, PARTS_MAX);
	struct campaign_part *part = ARENA_ARRAY(a, PARTS_MAX, struct campaign_part);
	size_t n = 0;
	int r = load_parts(c, &q, a, part, PARTS_MAX, &n);
	if (r == 0) {
		*ret = part;
		*ret_n = n;
	}
	return r;
}

int campaign_part_of_link(struct db_conn *c, struct arena *a, int64_t link_id, struct campaign_part *ret)
{
	struct sql q;
	struct campaign_part part;
	size_t n = 0;
	if (link_id <= 0)
		return ERR_NOT_FOUND;
	sql_init(&q, a);
	select_parts(&q, NULL);
	sql_lit(&q, "g.link_id = ");
	sql_i64(&q, link_id);
	sql_lit(&q, " AND g.campaign_id IN (SELECT id FROM asset_campaign WHERE archived = 0 AND state = ");
	sql_i64(&q, CAMPAIGN_RUNNING);
	sql_lit(&q, ") GROUP BY g.id, u.id, l.id");
	int r = load_parts(c, &q, a, &part, 1, &n);
	if (r == 0 && n)
		*ret = part;
	return r < 0 ? r : n ? 0 : ERR_NOT_FOUND;
}

int campaign_part_to_answer(struct db_conn *c, struct arena *a, const struct principal *p, int64_t part_id, int64_t record_id,
                            struct campaign_part *ret)
{
	if (p->kind == PRINCIPAL_LINK)
		return campaign_part_of_link(c, a, p->id, ret);
	struct sql q;
	struct campaign_part *part = ARENA_ARRAY(a, PARTS_MAX, struct campaign_part);
	int64_t unit[LIMIT_GRANTS];
	size_t n = 0, units = 0, best = 0;
	if (p->kind != PRINCIPAL_ACCOUNT || p->read_only)
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < p->grants; i++)
		if (p->grant[i].unit_id)
			unit[units++] = p->grant[i].unit_id;
	sql_init(&q, a);
	select_parts(&q, NULL);
	sql_lit(&q, "g.campaign_id IN (SELECT id FROM asset_campaign WHERE archived = 0 AND state = ");
	sql_i64(&q, CAMPAIGN_RUNNING);
	sql_lit(&q, ") AND g.unit_id IN (SELECT descendant FROM auth_unit_closure WHERE ancestor IN ");
	sql_i64_list(&q, unit, units);
	sql_lit(&q, ")");
	if (part_id) {
		sql_lit(&q, " AND g.id = ");
		sql_i64(&q, part_id);
	}
	if (record_id) {
		sql_lit(&q, " AND EXISTS (SELECT 1 FROM asset_campaign_item o WHERE o.part_id = g.id AND o.record_id = ");
		sql_i64(&q, record_id);
		sql_lit(&q, ")");
	}
	sql_lit(&q, " GROUP BY g.id, u.id, l.id ORDER BY g.id LIMIT ");
	sql_i64(&q, PARTS_MAX);
	int r = load_parts(c, &q, a, part, PARTS_MAX, &n);
	while (best < n && part[best].done >= part[best].items)
		best++;
	if (r == 0 && n)
		*ret = part[best < n ? best : 0];
	return r < 0 ? r : n ? 0 : ERR_NOT_FOUND;
}

/* ---- the lead's steps ---- */

struct running {
	struct reg_view view;
	struct row row;
	int64_t state, registers, unit;
};

static int load_campaign(struct reg_ctx *ctx, int64_t id, enum campaign_state wanted, struct running *ret)
{
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_campaign, &ret->view);
	if (r == 0)
		r = reg_get(ctx->conn, ctx->arena, ctx->by, &ret->view, id, &ret->row);
	if (r < 0)
		return r;
	if (ctx->by->read_only || !auth_allows(ctx->conn, ctx->by, reg_number(&reg_campaign), OP_UPDATE, 0, id))
		return ERR_DENIED;
	ret->state = ret->row.v[reg_field(&reg_campaign, "state")].i;
	ret->registers = ret->row.v[reg_field(&reg_campaign, "registers")].i;
	const struct value *u = &ret->row.v[reg_field(&reg_campaign, "unit")];
	ret->unit = u->known ? u->i : 0;
	return ret->row.state == RECORD_LIVE && ret->state == (int64_t)wanted ? 0 : ERR_CONFLICT;
}

static int set_state(struct reg_ctx *ctx, const struct running *x, enum campaign_state state, const char *day_field)
{
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &x->view, x->row.id);
	struct written w;
	c.by_engine = true;
	change_set(&c, reg_field(&reg_campaign, "state"), (struct value){ .known = true, .i = state });
	change_set(&c, reg_field(&reg_campaign, day_field), (struct value){ .known = true, .s = date_iso(ctx->arena, clock_today()) });
	return reg_write(ctx, &c, &w);
}

static void rows_of(struct sql *q, const struct reg *r)
{
	sql_lit(q, " FROM ");
	sql_name(q, r->table);
	sql_lit(q, " t");
}

static void rows_where(struct sql *q, const struct running *x, const struct principal *p, const struct reg *r)
{
	sql_lit(q, " WHERE t.archived = 0 AND t.unit_id <> 0");
	if (x->unit) {
		sql_lit(q, " AND t.unit_id IN (SELECT descendant FROM auth_unit_closure WHERE ancestor = ");
		sql_i64(q, x->unit);
		sql_lit(q, ")");
	}
	batch_visible(q, "t");
	auth_visible(q, p, reg_number(r), OP_UPDATE, "t");
}

static int take_rows(struct reg_ctx *ctx, const struct running *x, const struct reg *r)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO asset_campaign_part (campaign_id, unit_id) SELECT DISTINCT ");
	sql_i64(&q, x->row.id);
	sql_lit(&q, ", t.unit_id");
	rows_of(&q, r);
	rows_where(&q, x, ctx->by, r);
	sql_lit(&q, " ON CONFLICT DO NOTHING");
	int e = db_exec(ctx->conn, &q, NULL);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO asset_campaign_item (part_id, record_id) SELECT g.id, t.id");
	rows_of(&q, r);
	sql_lit(&q, " JOIN asset_campaign_part g ON g.unit_id = t.unit_id AND g.campaign_id = ");
	sql_i64(&q, x->row.id);
	rows_where(&q, x, ctx->by, r);
	return db_exec(ctx->conn, &q, NULL);
}

/* No link opens more than LIMIT_LINK_ITEMS rows: the rest stays out, and is counted. */
static int cut_parts(struct reg_ctx *ctx, int64_t campaign_id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE asset_campaign_part SET left_out = MAX(0, (SELECT COUNT(*) FROM asset_campaign_item k WHERE k.part_id ="
	            " asset_campaign_part.id) - ");
	sql_i64(&q, LIMIT_LINK_ITEMS);
	sql_lit(&q, ") WHERE campaign_id = ");
	sql_i64(&q, campaign_id);
	int r = db_exec(ctx->conn, &q, NULL);
	if (r < 0)
		return r;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM asset_campaign_item WHERE (part_id, record_id) IN (SELECT part_id, record_id FROM (SELECT k.part_id,"
	            " k.record_id, ROW_NUMBER() OVER (PARTITION BY k.part_id ORDER BY k.record_id) AS n FROM asset_campaign_item k"
	            " JOIN asset_campaign_part g ON g.id = k.part_id WHERE g.campaign_id = ");
	sql_i64(&q, campaign_id);
	sql_lit(&q, ") x WHERE x.n > ");
	sql_i64(&q, LIMIT_LINK_ITEMS);
	sql_lit(&q, ")");
	return db_exec(ctx->conn, &q, NULL);
}

int campaign_start(struct reg_ctx *ctx, int64_t campaign_id)
{
	struct running x;
	int r = load_campaign(ctx, campaign_id, CAMPAIGN_DRAFT, &x);
	for (size_t i = 0; r == 0 && i < COUNT_OF(asked_reg); i++)
		if (campaign_asks(x.registers, asked_reg[i]))
			r = take_rows(ctx, &x, asked_reg[i]);
	if (r == 0)
		r = cut_parts(ctx, campaign_id);
	if (r < 0)
		return r;
	struct sql q;
	int64_t parts = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COUNT(*) FROM asset_campaign_part WHERE campaign_id = ");
	sql_i64(&q, campaign_id);
	r = db_get_i64(ctx->conn, &q, &parts);
	if (r == 0 && !parts)
		return ERR_INVALID;
	return r < 0 ? r : set_state(ctx, &x, CAMPAIGN_RUNNING, "started_on");
}

static int part_items(struct reg_ctx *ctx, int64_t part_id, struct link_item **ret, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT k.record_id, r.register, r.unit_id FROM asset_campaign_item k JOIN record r ON r.id = k.record_id WHERE k.part_id = ");
	sql_i64(&q, part_id);
	sql_lit(&q, " ORDER BY k.record_id");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	struct link_item *item = ARENA_ARRAY(ctx->arena, LIMIT_LINK_ITEMS, struct link_item);
	size_t n = 0;
	int e = db_query(ctx->conn, &q, &s);
	while (e == 0 && n < LIMIT_LINK_ITEMS && (e = stmt_step(s)) == 1) {
		e = 0;
		const struct reg *r = reg_find(stmt_str(s, 1));
		/* Nobody hands on a right that he has not. */
		if (!r || !auth_allows(ctx->conn, ctx->by, reg_number(r), OP_UPDATE, stmt_i64(s, 2), stmt_i64(s, 0)))
			return ERR_DENIED;
		item[n++] = (struct link_item){ .record_id = stmt_i64(s, 0), .ops = OP_READ | OP_UPDATE };
	}
	*ret = item;
	*ret_n = n;
	return e;
}

int campaign_issue(struct reg_ctx *ctx, int64_t campaign_id, int64_t part_id, struct str name, struct str *ret_secret)
{
	struct running x;
	struct link_item *item = NULL;
	struct campaign_part *part;
	size_t n = 0, parts = 0, at = 0;
	struct date due;
	int r = load_campaign(ctx, campaign_id, CAMPAIGN_RUNNING, &x);
	if (r == 0)
		r = campaign_parts(ctx->conn, ctx->arena, ctx->by, campaign_id, &part, &parts);
	if (r < 0)
		return r;
	while (at < parts && part[at].id != part_id)
		at++;
	if (at == parts)
		return ERR_NOT_FOUND;
	if (part[at].link_id)
		r = auth_link_revoke(ctx->conn, ctx->arena, ctx->by, part[at].link_id);
	if (r == 0)
		r = part_items(ctx, part_id, &item, &n);
	if (r < 0)
		return r;
	if (date_parse_iso(x.row.v[reg_field(&reg_campaign, "due_on")].s, &due) < 0)
		return ERR_CORRUPT;
	int64_t expires = clock_instant(date_add_days(due, DAYS_AFTER_DUE + 1)), link_id = 0;
	int64_t soonest = clock_now() + (int64_t)DAYS_AFTER_DUE * 86400000, latest = clock_now() + INT64_C(369) * 86400000;
	expires = expires < soonest ? soonest : expires > latest ? latest : expires;
	r = auth_link_create(ctx->conn, ctx->arena, ctx->by, name, part[at].contact_id, item, n, expires, &link_id, ret_secret);
	if (r < 0)
		return r;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE asset_campaign_part SET issued = issued + 1, issued_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", link_id = ");
	sql_i64(&q, link_id);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, part_id);
	return db_exec(ctx->conn, &q, NULL);
}

int campaign_close(struct reg_ctx *ctx, int64_t campaign_id)
{
	struct running x;
	int r = load_campaign(ctx, campaign_id, CAMPAIGN_RUNNING, &x);
	if (r == 0)
		r = end_links(ctx, campaign_id);
	return r < 0 ? r : set_state(ctx, &x, CAMPAIGN_CLOSED, "closed_on");
}

/* ---- the unit's answers ---- */

static int own_item(struct reg_ctx *ctx, int64_t record_id, struct campaign_part *part, const struct reg **reg, int64_t *before)
{
	int r = campaign_part_to_answer(ctx->conn, ctx->arena, ctx->by, 0, record_id, part);
	if (r < 0)
		return r;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT k.answer, r.register, r.unit_id FROM asset_campaign_item k JOIN record r ON r.id = k.record_id WHERE r.state = 0 AND k.part_id = ");
	sql_i64(&q, part->id);
	sql_lit(&q, " AND k.record_id = ");
	sql_i64(&q, record_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	r = db_query(ctx->conn, &q, &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		*before = stmt_i64(s, 0);
		*reg = reg_find(stmt_str(s, 1));
		/* A link was given no row that its maker could not write; a person may have lost the right since. */
		return *reg && auth_allows(ctx->conn, ctx->by, reg_number(*reg), OP_UPDATE, stmt_i64(s, 2), record_id) ? 0 : ERR_NOT_FOUND;
	}
	return r < 0 ? r : ERR_NOT_FOUND;
}

static int confirm_row(struct reg_ctx *ctx, const struct reg *reg, int64_t record_id)
{
	struct reg_view view;
	int r = reg_view_load(ctx->conn, ctx->arena, reg, &view);
	if (r < 0)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, record_id);
	struct written w;
	c.by_engine = true;
	change_set(&c, reg_field(reg, "confirmed_on"), (struct value){ .known = true, .s = date_iso(ctx->arena, clock_today()) });
	change_set(&c, reg_field(reg, "confirmed_by"), (struct value){ .known = true, .s = ctx->by->name });
	return reg_write(ctx, &c, &w);
}

/*
 * An answer stands in the history of the row it is about, under the campaign's code, so that only who may see the row reads
 * it. What is missing (reg NULL) has no row: it stands in the trail alone.
 */
static int record_answer(struct reg_ctx *ctx, const struct campaign_part *part, const struct reg *reg, int64_t record_id, const char *before,
                         struct str after, struct str reason)
{
	struct sql q;
	struct str subject = part->unit, code = STR_NULL;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT code FROM record WHERE id = ");
	sql_i64(&q, part->campaign_id);
	int r = db_get_str(ctx->conn, &q, &code);
	if (r == 0 && reg) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT code FROM record WHERE id = ");
		sql_i64(&q, record_id);
		r = db_get_str(ctx->conn, &q, &subject);
	}
	if (r < 0)
		return r;
	struct audit_change change = { .field = code, .has_before = *before != 0, .before = str_of(before), .has_after = true, .after = after };
	struct audit_entry e = auth_entry(ctx->arena, ctx->by, AUDIT_UPDATE);
	e.reg = str_of(reg ? reg->name : reg_campaign.name);
	e.record_id = reg ? record_id : 0;
	e.subject = subject;
	e.reason = reason;
	e.change = &change;
	e.changes = 1;
	return audit_append(ctx->conn, &e);
}

int campaign_answer(struct reg_ctx *ctx, int64_t record_id, enum campaign_answer answer, struct str reason)
{
	static const char *const word[] = { [ANSWER_NONE] = "", [ANSWER_SAME] = "same", [ANSWER_CHANGED] = "changed", [ANSWER_GONE] = "gone" };
	struct campaign_part part;
	const struct reg *reg;
	int64_t before = 0;
	int r = own_item(ctx, record_id, &part, &reg, &before);
	if (r < 0)
		return r;
	reason = str_trim(text_clean(ctx->arena, reason));
	if (answer < ANSWER_SAME || answer > ANSWER_GONE || before < 0 || before > ANSWER_GONE || text_chars(reason) > 500 ||
	    (answer == ANSWER_GONE && !reason.n))
		return ERR_RANGE;
	if (answer == ANSWER_SAME)
		r = confirm_row(ctx, reg, record_id);
	if (r < 0)
		return r;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE asset_campaign_item SET answer = ");
	sql_i64(&q, answer);
	sql_lit(&q, ", reason = ");
	sql_str(&q, answer == ANSWER_GONE ? reason : STR(""));
	sql_lit(&q, ", answered_by = ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ", answered_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", revision = (SELECT revision FROM record WHERE id = record_id) WHERE part_id = ");
	sql_i64(&q, part.id);
	sql_lit(&q, " AND record_id = ");
	sql_i64(&q, record_id);
	r = db_exec(ctx->conn, &q, NULL);
	return r < 0 ? r : record_answer(ctx, &part, reg, record_id, word[before], str_of(word[answer]), answer == ANSWER_GONE ? reason : STR_NULL);
}

int campaign_found(struct reg_ctx *ctx, struct str reg, struct str name, struct str note)
{
	return campaign_found_in(ctx, 0, reg, name, note);
}

int campaign_found_in(struct reg_ctx *ctx, int64_t part_id, struct str reg, struct str name, struct str note)
{
	struct campaign_part part = { 0 };
	const struct reg *r = reg_find(reg);
	int e = campaign_part_to_answer(ctx->conn, ctx->arena, ctx->by, part_id, 0, &part);
	if (e != 0)
		return e;
	struct sql q;
	int64_t registers = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT registers FROM asset_campaign WHERE id = ");
	sql_i64(&q, part.campaign_id);
	if ((e = db_get_i64(ctx->conn, &q, &registers)) < 0)
		return e;
	name = str_trim(text_clean(ctx->arena, name));
	note = str_trim(text_clean(ctx->arena, note));
	if (!r || !campaign_asks(registers, r) || !name.n || text_chars(name) > 100 || text_chars(note) > 500)
		return ERR_RANGE;
	if (part.found >= FOUND_MAX)
		return ERR_LIMIT;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO asset_campaign_found (part_id, register, name, note, found_at, found_by) VALUES (");
	sql_i64(&q, part.id);
	sql_lit(&q, ", ");
	sql_str(&q, reg);
	sql_lit(&q, ", ");
	sql_str(&q, name);
	sql_lit(&q, ", ");
	sql_str(&q, note);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ")");
	e = db_exec(ctx->conn, &q, NULL);
	return e < 0 ? e : record_answer(ctx, &part, NULL, 0, "", name, note);
}

bool campaign_say(struct arena *a, enum lang lang, struct str name, struct str recorded, struct str *ret_label, struct str *ret_text)
{
	static const struct { struct str key; msg_id text; } answers[] = {
		{ STR_INIT("same"), MSG_REVIEW_IS_SAME }, { STR_INIT("changed"), MSG_REVIEW_IS_TO_CHANGE }, { STR_INIT("gone"), MSG_REVIEW_IS_GONE },
	};
	if (!str_starts(name, STR("CMP-")))
		return false;
	*ret_label = str_printf(a, "%.*s %.*s", STR_FMT(label_of(reg_campaign.label, lang)), STR_FMT(name));
	for (size_t i = 0; i < COUNT_OF(answers); i++)
		if (str_eq(recorded, answers[i].key))
			*ret_text = msg(lang, answers[i].text);
	return true;
}
