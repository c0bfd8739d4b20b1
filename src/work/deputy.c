/* Deputies (代理): an account names another one for a time; that one may then decide in its place. Not passed on. */
#include "base/text/work.h"
#include "auth/auth.h"
#include "work/approval.h"

#define LONGEST_DAYS 366

static int refuse(struct note *ret_why, struct note why)
{
	*ret_why = why;
	return ERR_INVALID;
}

static struct str account_name(struct db_conn *c, struct arena *a, int64_t id, int64_t *ret_person)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT name, person_id FROM auth_account WHERE active = 1 AND id = ");
	sql_i64(&q, id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	if (db_query(c, &q, &s) < 0 || stmt_step(s) != 1)
		return STR_NULL;
	*ret_person = stmt_i64(s, 1);
	return stmt_str_dup(s, a, 0);
}

static int tell(struct reg_ctx *ctx, struct str whose, struct str before, struct str after)
{
	struct audit_change c = { .field = STR("deputy"), .has_before = before.n > 0, .before = before, .has_after = after.n > 0, .after = after };
	struct audit_entry e = auth_entry(ctx->arena, ctx->by, AUDIT_APPROVAL);
	e.subject = whose;
	e.change = &c;
	e.changes = 1;
	return audit_append(ctx->conn, &e);
}

int deputy_name(struct reg_ctx *ctx, int64_t account_id, int64_t deputy_id, struct str from_day, struct str until_day, struct note *ret_why)
{
	const struct principal *p = ctx->by;
	struct date from, until;
	int64_t person = 0, own_person = p->person_id, n = 0;
	struct str whose = p->name;
	*ret_why = NOTE0(MSG_NONE);
	if (p->kind != PRINCIPAL_ACCOUNT || (account_id && account_id != p->account_id && !(p->needs & NEED_ADMIN)))
		return ERR_DENIED;
	if (!account_id)
		account_id = p->account_id;
	if (account_id != p->account_id) {
		whose = account_name(ctx->conn, ctx->arena, account_id, &own_person);
		if (!whose.n)
			return refuse(ret_why, NOTE0(MSG_WORK_DEPUTY_WHO));
		/* Who may name deputies must not get to decide by it. */
		if (deputy_id == p->account_id)
			return refuse(ret_why, NOTE0(MSG_WORK_DEPUTY_SELF));
	}
	if (date_parse_iso(from_day, &from) < 0 || date_parse_iso(until_day, &until) < 0 || date_cmp(from, until) > 0 ||
	    date_cmp(until, clock_today()) < 0 || date_days(until) - date_days(from) > LONGEST_DAYS)
		return refuse(ret_why, NOTE(MSG_WORK_DEPUTY_DAYS, ARG_I(LONGEST_DAYS)));
	struct str name = account_name(ctx->conn, ctx->arena, deputy_id, &person);
	if (!name.n || deputy_id == account_id || (person && person == own_person))
		return refuse(ret_why, NOTE0(MSG_WORK_DEPUTY_WHO));
	/* By another account of the same person they would decide all the same. */
	if (account_id != p->account_id && person && person == p->person_id)
		return refuse(ret_why, NOTE0(MSG_WORK_DEPUTY_SELF));
	struct principal deputy;
	bool audits_only = auth_principal_load(ctx->conn, ctx->arena, deputy_id, &deputy) == 0 && deputy.grants > 0;
	for (size_t i = 0; audits_only && i < deputy.grants; i++)
		audits_only = deputy.grant[i].role == ROLE_AUDITOR;
	if (audits_only)
		return refuse(ret_why, NOTE0(MSG_WORK_DEPUTY_AUDITOR));
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT MAX((SELECT count(*) FROM work_deputy WHERE ended_at = 0 AND until_day >= ");
	struct buf today;
	buf_init(&today, 32);
	date_put_iso(&today, clock_today());
	sql_str(&q, buf_view(&today));
	sql_lit(&q, " AND account_id = ");
	sql_i64(&q, account_id);
	sql_lit(&q, "), (SELECT count(*) FROM work_deputy WHERE ended_at = 0 AND until_day >= ");
	sql_str(&q, buf_view(&today));
	buf_release(&today);
	sql_lit(&q, " AND deputy_id = ");
	sql_i64(&q, deputy_id);
	sql_lit(&q, "))");
	int e = db_get_i64(ctx->conn, &q, &n);
	if (e == 0 && n >= LIMIT_DEPUTIES)
		return refuse(ret_why, NOTE(MSG_WORK_DEPUTY_MANY, ARG_I(LIMIT_DEPUTIES)));
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO work_deputy (account_id, deputy_id, from_day, until_day) VALUES (");
	sql_i64(&q, account_id);
	sql_lit(&q, ", ");
	sql_i64(&q, deputy_id);
	sql_lit(&q, ", ");
	sql_str(&q, from_day);
	sql_lit(&q, ", ");
	sql_str(&q, until_day);
	sql_lit(&q, ")");
	e = db_exec(ctx->conn, &q, NULL);
	struct str told = str_printf(ctx->arena, "%.*s %.*s..%.*s", STR_FMT(name), STR_FMT(from_day), STR_FMT(until_day));
	return e == 0 ? tell(ctx, whose, STR_NULL, told) : e;
}

int deputy_end(struct reg_ctx *ctx, int64_t id)
{
	struct sql q;
	struct str told, whose;
	if (ctx->by->kind != PRINCIPAL_ACCOUNT)
		return ERR_DENIED;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT a.name || ' ' || d.from_day || '..' || d.until_day FROM work_deputy d JOIN auth_account a ON a.id = d.deputy_id"
	            " WHERE d.ended_at = 0 AND d.id = ");
	sql_i64(&q, id);
	if (!(ctx->by->needs & NEED_ADMIN)) {
		sql_lit(&q, " AND d.account_id = ");
		sql_i64(&q, ctx->by->account_id);
	}
	int e = db_get_str(ctx->conn, &q, &told);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT a.name FROM work_deputy d JOIN auth_account a ON a.id = d.account_id WHERE d.id = ");
	sql_i64(&q, id);
	if ((e = db_get_str(ctx->conn, &q, &whose)) < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE work_deputy SET ended_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, id);
	e = db_exec(ctx->conn, &q, NULL);
	return e == 0 ? tell(ctx, whose, told, STR_NULL) : e;
}

int deputy_hats(struct db_conn *c, struct arena *a, int64_t account_id, struct principal *ret, size_t *ret_n)
{
	int64_t id[LIMIT_DEPUTIES];
	size_t n = 0;
	*ret_n = 0;
	struct buf today;
	buf_init(&today, 32);
	date_put_iso(&today, clock_today());
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT DISTINCT account_id FROM work_deputy WHERE ended_at = 0 AND deputy_id = ");
	sql_i64(&q, account_id);
	sql_lit(&q, " AND from_day <= ");
	sql_str(&q, buf_view(&today));
	sql_lit(&q, " AND until_day >= ");
	sql_str(&q, buf_view(&today));
	sql_lit(&q, " ORDER BY account_id LIMIT 20");
	buf_release(&today);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		id[n++] = stmt_i64(s, 0);
	}
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i < n; i++) {
		e = auth_principal_load(c, a, id[i], &ret[*ret_n]);
		if (e == 0)
			(*ret_n)++;
		else if (e == ERR_NOT_FOUND)
			e = 0; /* switched off: nobody acts for them */
	}
	return e;
}
