#include "risk/overview.h"

#include "register/batch.h"
#include "register/query.h"
#include "risk/risk.h"

#define MOVES_READ 40 /* re-computations looked at, so that the work has a bound */

/* Rows of the asset register that p may see, as " FROM asset_asset t WHERE ...". */
static void from_visible(struct sql *q, const struct principal *p)
{
	const struct reg *r = reg_find(STR("asset"));
	sql_lit(q, " FROM ");
	sql_name(q, r->table);
	sql_lit(q, " t WHERE t.archived = 0");
	batch_visible(q, "t");
	auth_visible(q, p, reg_number(r), OP_READ, "t");
}

static struct str day_before_today(struct arena *a, int64_t days)
{
	return date_iso(a, date_add_days(clock_today(), -days));
}

/* One look at every row for all that is counted over all of them. */
static int load_counts(struct db_conn *c, struct arena *a, const struct principal *p, struct risk_overview *o)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.importance, t.damage_likelihood, t.risk_band, count(*), SUM(t.confirmed_on IS NULL), SUM(t.confirmed_on < ");
	sql_str(&q, day_before_today(a, o->confirmed_days));
	sql_lit(&q, "), SUM(t.treatment IS NULL)");
	from_visible(&q, p);
	sql_lit(&q, " GROUP BY t.importance, t.damage_likelihood, t.risk_band");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		int64_t importance = stmt_is_null(s, 0) ? 3 : stmt_i64(s, 0), likelihood = stmt_i64(s, 1), band = stmt_i64(s, 2);
		int64_t n = stmt_i64(s, 3);
		if (importance >= 0 && importance <= 3 && likelihood >= 0 && likelihood <= 3 && band >= 0 && band <= 3) {
			o->heat[importance][likelihood] += n;
			o->band[band] += n;
		}
		o->total += n;
		o->never_confirmed += stmt_i64(s, 4);
		o->unconfirmed += stmt_i64(s, 4) + stmt_i64(s, 5);
		o->untreated += band == BAND_HIGH ? stmt_i64(s, 6) : 0;
		r = 0;
	}
	return r;
}

static int count(struct db_conn *c, struct sql *q, int64_t *ret)
{
	return db_get_i64(c, q, ret);
}

#define BECAME_HIGH " FROM recompute x JOIN moved m ON m.recompute_id = x.id AND m.field = 'risk_band'" \
	" WHERE x.register = 'asset' AND CAST(m.after AS TEXT) = '3'"

static void from_high(struct sql *q, const struct principal *p)
{
	sql_lit(q, " FROM (SELECT t.id");
	from_visible(q, p);
	sql_lit(q, " AND t.risk_band = 3 AND t.treatment IS NULL) c JOIN record r ON r.id = c.id");
}

/* High since the last re-computation that made it so, or else since it was registered: so it is overdue when it was there by then and
 * nothing has made it high since. Only what moved since then is looked at, not all that ever did. */
static void where_overdue(struct sql *q, int64_t days)
{
	const int64_t then = clock_now() - days * 86400000;
	sql_lit(q, " WHERE r.created_at < ");
	sql_i64(q, then);
	sql_lit(q, " AND c.id NOT IN (SELECT m.record_id" BECAME_HIGH " AND x.at >= ");
	sql_i64(q, then);
	sql_lit(q, ")");
}

int risk_overdue(struct db_conn *c, struct arena *a, const struct principal *p, size_t limit, int64_t *ret_id, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT c.id");
	from_high(&q, p);
	sql_lit(&q, " LEFT JOIN (SELECT m.record_id AS id, MAX(x.at) AS at" BECAME_HIGH " GROUP BY m.record_id) h ON h.id = c.id");
	where_overdue(&q, setting_i64(c, "signal.untreated_days"));
	sql_lit(&q, " ORDER BY COALESCE(h.at, r.created_at), c.id LIMIT ");
	sql_i64(&q, (int64_t)limit);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	for (*ret_n = 0; r == 0 && *ret_n < limit && (r = stmt_step(s)) == 1; r = 0)
		ret_id[(*ret_n)++] = stmt_i64(s, 0);
	return r < 0 ? r : 0;
}

/* Rows for which a constant condition holds; -1 for who may not read the register. */
static int count_readable(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, const char *condition, int64_t *ret)
{
	struct sql q;
	*ret = -1;
	if (!(auth_ops(p, reg_number(r)) & OP_READ))
		return 0;
	reg_select(&q, a, p, r, "count(*)");
	sql_const(&q, condition);
	return db_get_i64(c, &q, ret);
}

int risk_overview_load(struct db_conn *c, struct arena *a, const struct principal *p, struct risk_overview *ret)
{
	*ret = (struct risk_overview){
		.untreated_days = setting_i64(c, "signal.untreated_days"), .unknown_percent = setting_i64(c, "signal.unknown_percent"),
		.unconfirmed_percent = setting_i64(c, "signal.unconfirmed_percent"), .confirmed_days = setting_i64(c, "signal.confirmed_days"),
	};
	int r = load_counts(c, a, p, ret);
	struct sql q;
	if (r == 0 && ret->untreated) {
		sql_init(&q, a);
		sql_lit(&q, "SELECT count(*)");
		from_high(&q, p);
		where_overdue(&q, ret->untreated_days);
		r = count(c, &q, &ret->overdue);
	}
	if (r == 0)
		r = count_readable(c, a, p, &reg_threat_situation, " AND t.applicable IS NOT 0 AND t.frequency IS NULL", &ret->unanswered_threats);
	if (r == 0)
		r = count_readable(c, a, p, &reg_control_check, " AND t.answer IS NULL", &ret->unanswered_checks);
	if (r == 0)
		r = count_readable(c, a, p, reg_find(STR("place")), " AND t.kind IS NULL", &ret->kindless);
	return r;
}

int risk_groups(struct db_conn *c, struct arena *a, const struct principal *p, const char *field, size_t limit,
                struct risk_group **ret, size_t *ret_n)
{
	const struct reg *asset = reg_find(STR("asset"));
	const struct field *f = &asset->field[reg_field(asset, field)];
	const struct reg *target = reg_find(str_of(f->target));
	struct sql q;
	sql_init(&q, a);
	/* Counted by (band, group), which an index holds, and then turned round. */
	sql_lit(&q, "SELECT g.id, n.");
	sql_name(&q, target->title);
	sql_lit(&q, ", g.b0, g.b1, g.b2, g.b3 FROM (SELECT k.id, SUM(CASE WHEN k.band IS NULL THEN k.n ELSE 0 END) AS b0,"
	            " SUM(CASE WHEN k.band = 1 THEN k.n ELSE 0 END) AS b1, SUM(CASE WHEN k.band = 2 THEN k.n ELSE 0 END) AS b2,"
	            " SUM(CASE WHEN k.band = 3 THEN k.n ELSE 0 END) AS b3 FROM (SELECT t.");
	sql_name(&q, f->name);
	sql_lit(&q, " AS id, t.risk_band AS band, count(*) AS n");
	from_visible(&q, p);
	sql_lit(&q, " GROUP BY t.risk_band, t.");
	sql_name(&q, f->name);
	sql_lit(&q, ") k");
	sql_lit(&q, " GROUP BY 1) g LEFT JOIN ");
	sql_name(&q, target->table);
	sql_lit(&q, " n ON n.id = g.id ORDER BY g.b3 DESC, g.b2 DESC, g.b0 DESC, g.id LIMIT ");
	sql_i64(&q, (int64_t)limit);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	struct risk_group *g = ARENA_ARRAY(a, limit + 1, struct risk_group);
	size_t n = 0;
	int r = db_query(c, &q, &s);
	while (r == 0 && n < limit && (r = stmt_step(s)) == 1) {
		g[n].id = stmt_i64(s, 0);
		g[n].name = stmt_str_dup(s, a, 1);
		for (int b = 0; b < 4; b++)
			g[n].band[b] = stmt_i64(s, 2 + b);
		n++;
		r = 0;
	}
	*ret = g;
	*ret_n = n;
	return r;
}

int risk_moves(struct db_conn *c, struct arena *a, const struct principal *p, int64_t since_ms, size_t limit, struct risk_move **ret,
               size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT x.id, x.at, x.why, SUM(m.field = 'risk_band' AND m.after > m.before), SUM(m.field = 'risk_band' AND m.after < m.before),"
	            " SUM(m.field = 'risk_value' OR NOT EXISTS (SELECT 1 FROM moved o WHERE o.recompute_id = m.recompute_id"
	            " AND o.record_id = m.record_id AND o.field = 'risk_value'))"
	            " FROM recompute x JOIN moved m ON m.recompute_id = x.id AND m.field IN ('risk_band', 'risk_value')"
	            " WHERE x.id IN (SELECT id FROM recompute WHERE register = ");
	sql_str(&q, STR("asset"));
	sql_lit(&q, " AND at >= ");
	sql_i64(&q, since_ms);
	sql_lit(&q, " ORDER BY at DESC LIMIT ");
	sql_i64(&q, MOVES_READ);
	sql_lit(&q, ") AND m.record_id IN (SELECT t.id");
	from_visible(&q, p);
	sql_lit(&q, ") GROUP BY x.id ORDER BY x.id DESC LIMIT ");
	sql_i64(&q, (int64_t)limit);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	struct risk_move *m = ARENA_ARRAY(a, limit + 1, struct risk_move);
	size_t n = 0;
	int r = db_query(c, &q, &s);
	while (r == 0 && n < limit && (r = stmt_step(s)) == 1) {
		m[n++] = (struct risk_move){ .id = stmt_i64(s, 0), .at = stmt_i64(s, 1), .why = stmt_str_dup(s, a, 2), .up = stmt_i64(s, 3),
		                             .down = stmt_i64(s, 4), .rows = stmt_i64(s, 5) };
		r = 0;
	}
	*ret = m;
	*ret_n = n;
	return r;
}
