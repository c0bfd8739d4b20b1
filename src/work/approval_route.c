/* Routes of approval (承認ルート): who reviews and who approves rows of a kind in a unit. One row is one step. */
#include "base/text/work.h"
#include "auth/auth.h"
#include "register/batch.h"
#include "work/approval.h"

#define SECTION_WHERE { "対象", "For what" }
#define SECTION_WHO { "だれが", "Who" }

static const struct choice acts[] = {
	{ ACT_REVIEW, "review", { "審査", "Review" }, { "内容が正しいかを確かめる。", "Checks that the content is right." }, NULL, TONE_NEUTRAL },
	{ ACT_APPROVE, "approve", { "承認", "Approval" }, { "会社として認める。", "Accepts it for the company." }, NULL, TONE_NEUTRAL },
	{ ACT_CIRCULATE, "circulate", { "回覧", "Circulation" }, { "承認のあとに読む。何も決めない。", "Reads it once it is approved; decides nothing." }, (const char *const[]){ "供覧", NULL }, TONE_NEUTRAL },
};
static const struct choice roles[] = {
	{ ROLE_ADMINISTRATOR + 1, "administrator", { "管理者", "Administrator" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ ROLE_LEAD + 1, "lead", { "セキュリティ担当", "Security lead" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ ROLE_CONTACT + 1, "contact", { "部門担当者", "Department contact" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ ROLE_EXECUTIVE + 1, "executive", { "経営層", "Executive" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ ROLE_AUDITOR + 1, "auditor", { "監査", "Auditor" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
};

static const struct field route_fields[] = {
	{ .name = "name", .label = { "段階の名前", "Step" }, .hint = { "例：規程の審査", "For example: review of rules" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_WHERE },
	{ .name = "kind", .label = { "対象の台帳", "Register" },
	  .hint = { "台帳の名前（例：情報資産、対応策）。空欄はすべての台帳。", "Its name, such as Information assets or Treatments. Blank: every register." },
	  .type = FIELD_TEXT, .max = 40, .flags = FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_WHERE },
	{ .name = "scope", .label = { "対象の組織", "Unit" },
	  .hint = { "この組織とその下の行に使います。空欄は全社。", "Used for rows of this unit and below it. Blank: the whole company." },
	  .type = FIELD_UNIT, .target = "unit", .flags = FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_WHERE },
	{ .name = "step", .label = { "順番", "Order" }, .hint = { "小さい順に進みます。", "Steps follow from the smallest." }, .type = FIELD_INTEGER,
	  .min = 1, .max = LIMIT_APPROVAL_STEPS, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT, .section = SECTION_WHERE },
	{ .name = "together", .label = { "前の段階と同時", "Together with the step before" },
	  .hint = { "「はい」にすると、前の順番の段階と並べて進めます。全員が終わると次へ進みます。", "Taken side by side with the step before it; the next begins when all are done." },
	  .type = FIELD_YES_NO, .section = SECTION_WHERE },
	{ .name = "act", .label = { "すること", "What" }, .type = FIELD_CHOICE, .choice = acts, .choices = COUNT_OF(acts),
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_WHO },
	{ .name = "role", .label = { "役割", "Access role" },
	  .hint = { "行の組織についてこの役割をもつ人なら、だれでもできます。", "Anyone with this role for the row's unit." }, .type = FIELD_CHOICE,
	  .choice = roles, .choices = COUNT_OF(roles), .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_WHO },
	{ .name = "person", .label = { "決まった人", "Person" }, .hint = { "入れると、役割ではなくこの人だけが行います。", "Given, only this person, whatever the role." },
	  .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST, .section = SECTION_WHO },
	{ .name = "amount_from", .label = { "この金額から", "From this amount" },
	  .hint = { "申請の費用がこの額以上か、分からないときだけ通ります。", "Asked for only when the cost reaches it or is not known." }, .type = FIELD_MONEY, .min = 0,
	  .max = INT64_C(1000000000000), .section = SECTION_WHO },
	{ .name = "leave_out", .label = { "省略", "May be left out" },
	  .hint = { "作成にかかわった人しかいないときは、この段階を省きます。", "Left out when nobody but the authors could take it." },
	  .type = FIELD_YES_NO, .section = SECTION_WHO },
};

/* As its heading calls it, or its address does. */
static bool is_named(const struct reg *r, struct str s)
{
	return str_eq_z(s, r->name) || str_eq_z(s, r->label.ja) || str_eq_z(s, r->label.en);
}

/* A route for a register that does not exist would never be used, and nobody would notice: the general one takes its place. */
static void route_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	int kind = reg_field(&reg_approval_route, "kind");
	const struct value *v = &after->v[kind];
	(void)before;
	if (!v->known || after->state == RECORD_ARCHIVED)
		return;
	CLEANUP(buf_release) struct buf names;
	buf_init(&names, LIMIT_TEXT);
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		if (!approval_takes(r))
			continue;
		if (is_named(r, v->s))
			return;
		if (names.n)
			buf_str(&names, ctx->by->lang == LANG_JA ? STR("、") : STR(", "));
		buf_str(&names, label_of(r->label, ctx->by->lang));
	}
	error_add(errors, kind, NOTE(MSG_WORK_ROUTE_KIND, ARG_S(v->s), ARG_S(str_dup(ctx->arena, buf_view(&names)))));
}
static const struct reg_hooks route_hooks = { .check = route_check };

const struct reg reg_approval_route = {
	.name = "approval_route", .room = "work", .table = "work_approval_route", .code = "RTE",
	.label = { "承認ルート", "Approval routes" },
	.about = { "台帳の種類と組織ごとに、だれが審査し、だれが承認するか。", "Who reviews and who approves, by register and unit." },
	.empty = { "登録がない間は、セキュリティ担当が審査し、経営層が承認します。変えたいときに追加します。",
	           "Without any, the security lead reviews and an executive approves. Add steps to change that." },
	.icon = "route", .help = "work", .field = route_fields, .fields = COUNT_OF(route_fields), .title = "name", .sort = "step",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ,
	                     [ROLE_EXECUTIVE] = OP_READ, [ROLE_AUDITOR] = OP_READ | OP_EXPORT } },
	.hooks = &route_hooks, .shared = true,
};

bool approval_takes(const struct reg *r)
{
	return strcmp(r->room, "work") != 0;
}

/* What holds while nobody has written a route. */
static const struct approval_step standard[] = {
	{ .number = 1, .stage = 1, .act = ACT_REVIEW, .role = ROLE_LEAD, .leave_out = true },
	{ .number = 2, .stage = 2, .act = ACT_APPROVE, .role = ROLE_EXECUTIVE },
};

static const struct own_route *own;
static size_t own_count;

void approval_declare_routes(const struct own_route *routes, size_t n)
{
	own = routes;
	own_count = n;
}

int approval_route_of(struct db_conn *c, struct arena *a, const struct reg *r, int64_t record_id, int64_t unit_id,
                      struct approval_step *ret, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.step, t.act, t.role, COALESCE(t.person, 0), COALESCE(t.amount_from, 0), COALESCE(t.leave_out, 0),"
	            " t.kind IS NULL AS general, COALESCE(u.depth, 1000000) AS far, COALESCE(t.together, 0) FROM work_approval_route t"
	            " LEFT JOIN auth_unit_closure u ON u.ancestor = t.scope AND u.descendant = ");
	sql_i64(&q, unit_id);
	sql_lit(&q, " WHERE t.archived = 0 AND (t.kind IS NULL OR t.kind IN (");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, ", ");
	sql_str(&q, str_of(r->label.ja));
	sql_lit(&q, ", ");
	sql_str(&q, str_of(r->label.en));
	sql_lit(&q, ")) AND (t.scope IS NULL OR u.depth IS NOT NULL)");
	batch_visible(&q, "t");
	sql_lit(&q, " ORDER BY general, far, t.step LIMIT 9");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	size_t n = 0;
	int64_t general = 0, far = 0;
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		if (n == 0) {
			general = stmt_i64(s, 6);
			far = stmt_i64(s, 7);
		} else if (stmt_i64(s, 6) != general || stmt_i64(s, 7) != far) {
			break;
		}
		ret[n] = (struct approval_step){ .number = stmt_i64(s, 0), .stage = stmt_i64(s, 8) && n ? ret[n - 1].stage : stmt_i64(s, 0), .act = (enum approval_act)stmt_i64(s, 1), .role = stmt_i64(s, 2) - 1,
			.person_id = stmt_i64(s, 3), .amount_from = stmt_i64(s, 4), .leave_out = stmt_i64(s, 5) != 0 };
		n++;
	}
	for (size_t i = 0; e == 0 && n == 0 && i < own_count; i++)
		if (own[i].reg == r)
			return own[i].steps(c, a, record_id, ret, ret_n);
	if (e == 0 && n == 0)
		for (; n < COUNT_OF(standard); n++)
			ret[n] = standard[n];
	*ret_n = n;
	return e;
}

int approval_holds(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval_step *s,
                   int64_t unit_id, bool *ret)
{
	*ret = false;
	if (s->person_id) {
		*ret = p->person_id == s->person_id;
		return 0;
	}
	int64_t unit[LIMIT_GRANTS];
	size_t n = 0;
	for (size_t i = 0; i < p->grants; i++) {
		if (p->grant[i].role != s->role)
			continue;
		if (!p->grant[i].unit_id) {
			*ret = true;
			return 0;
		}
		unit[n++] = p->grant[i].unit_id;
	}
	if (!n || !unit_id)
		return 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM auth_unit_closure WHERE descendant = ");
	sql_i64(&q, unit_id);
	sql_lit(&q, " AND ancestor IN ");
	sql_i64_list(&q, unit, n);
	int64_t found = 0;
	int e = db_get_i64(c, &q, &found);
	*ret = found > 0;
	return e;
}

struct str approval_who(struct db_conn *c, struct arena *a, const struct approval_step *s, enum lang lang)
{
	if (!s->person_id)
		return label_of(auth_role_label((enum access_role)s->role), lang);
	/* A person's name is known by the account that belongs to it: the approver has one. */
	struct sql q;
	struct str name = STR_NULL;
	sql_init(&q, a);
	sql_lit(&q, "SELECT name FROM auth_account WHERE person_id = ");
	sql_i64(&q, s->person_id);
	sql_lit(&q, " ORDER BY active DESC, id LIMIT 1");
	return db_get_str(c, &q, &name) == 0 ? name : msg(lang, MSG_WORK_SOMEBODY);
}
