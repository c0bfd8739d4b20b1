/* Rights and personal links when units or rows become one: they follow, recorded, and only by the hand of who may give them. */
#include "auth/store.h"

struct held {
	int64_t account, role;
	struct str until;
};

int auth_grants_on(struct db_conn *c, struct arena *a, int64_t unit_id, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_grant WHERE unit_id = ");
	sql_i64(&q, unit_id);
	return db_get_i64(c, &q, ret);
}

static int grants_of(struct db_conn *c, struct arena *a, int64_t unit_id, struct held **ret, size_t *ret_n)
{
	int64_t all = 0;
	int r = auth_grants_on(c, a, unit_id, &all);
	if (r < 0)
		return r;
	struct held *held = ARENA_ARRAY(a, (size_t)all + 1, struct held);
	struct sql q;
	size_t n = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT account_id, role, until FROM auth_grant WHERE unit_id = ");
	sql_i64(&q, unit_id);
	sql_lit(&q, " ORDER BY id");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	r = db_query(c, &q, &s);
	while (r == 0 && n < (size_t)all && (r = stmt_step(s)) == 1) {
		held[n++] = (struct held){ stmt_i64(s, 0), stmt_i64(s, 1), stmt_str_dup(s, a, 2) };
		r = 0;
	}
	*ret = held;
	*ret_n = n;
	return r;
}

int auth_grants_move(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t from_unit, int64_t to_unit,
                     int64_t *ret_moved)
{
	if (!(by->needs & NEED_ADMIN))
		return ERR_DENIED;
	if (from_unit <= 0 || to_unit <= 0 || from_unit == to_unit)
		return ERR_INVALID;
	struct held *going, *there;
	size_t goings = 0, theres = 0;
	int r = grants_of(writer, a, from_unit, &going, &goings);
	if (r == 0)
		r = grants_of(writer, a, to_unit, &there, &theres);
	for (size_t i = 0; r == 0 && i < goings; i++) {
		struct str until = going[i].until;
		for (size_t k = 0; k < theres; k++) /* of two that become one the longer holds */
			if (there[k].account == going[i].account && there[k].role == going[i].role && until.n &&
			    (!there[k].until.n || str_cmp(there[k].until, until) > 0))
				until = there[k].until;
		r = auth_revoke(writer, a, by, going[i].account, going[i].role, from_unit);
		if (r == 0)
			r = auth_grant(writer, a, by, going[i].account, going[i].role, to_unit, until);
	}
	if (r == 0)
		*ret_moved = (int64_t)goings;
	return r;
}

int auth_record_merged(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t into, int64_t from)
{
	int64_t moved;
	if (by->needs & NEED_ADMIN) {
		int r = auth_grants_move(writer, a, by, from, into, &moved);
		if (r < 0)
			return r;
	}
	/* Who may not issue a link does not make one show another row either: it keeps the archived one. */
	if (!(by->needs & NEED_LINKS))
		return 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_link_item SET record_id = ");
	sql_i64(&q, into);
	sql_lit(&q, " WHERE record_id = ");
	sql_i64(&q, from);
	sql_lit(&q, " AND NOT EXISTS (SELECT 1 FROM auth_link_item o WHERE o.link_id = auth_link_item.link_id AND o.record_id = ");
	sql_i64(&q, into);
	sql_lit(&q, ")");
	return db_exec(writer, &q, NULL);
}
