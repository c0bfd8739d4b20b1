/* Principals: loading them with their grants, and a small cache of those of accounts. */
#include "auth/store.h"

#include <pthread.h>

struct principal auth_operator(void)
{
	return (struct principal){ .kind = PRINCIPAL_OPERATOR, .name = STR("operator"), .lang = LANG_JA, .needs = UINT32_MAX };
}

struct principal auth_system(void)
{
	return (struct principal){ .kind = PRINCIPAL_SYSTEM, .name = STR("system"), .lang = LANG_JA, .needs = UINT32_MAX };
}

struct audit_entry auth_entry(struct arena *a, const struct principal *p, enum audit_kind kind)
{
	struct audit_entry e = { .kind = kind, .actor_name = p->name, .address = p->address };
	switch (p->kind) {
	case PRINCIPAL_ACCOUNT:
		e.actor = str_printf(a, "account:%lld", (long long)p->id);
		break;
	case PRINCIPAL_TOKEN:
		e.actor = str_printf(a, "token:%lld", (long long)p->id);
		break;
	case PRINCIPAL_LINK:
		e.actor = str_printf(a, "link:%lld", (long long)p->id);
		break;
	case PRINCIPAL_OPERATOR:
		e.actor = STR("operator");
		break;
	case PRINCIPAL_SYSTEM:
		e.actor = STR("system");
		break;
	case PRINCIPAL_NONE:
		e.actor = STR("anonymous");
		break;
	}
	return e;
}

/* Accounts with their grants as of one generation and one day. A slot holds the account used last of those that fall
 * into it. */
#define SLOTS 256
struct slot {
	int64_t generation, day;
	struct principal p; /* name points to memory of its own */
};
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct slot *slots[SLOTS];

void principals_forget(void)
{
	pthread_rwlock_wrlock(&lock);
	for (size_t i = 0; i < SLOTS; i++) {
		free(slots[i]);
		slots[i] = NULL;
	}
	pthread_rwlock_unlock(&lock);
}

static int load(struct db_conn *c, struct arena *a, int64_t account_id, struct principal *ret)
{
	struct principal p = { .kind = PRINCIPAL_ACCOUNT, .id = account_id, .account_id = account_id };
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT name, person_id, lang FROM auth_account WHERE active = 1 AND id = ");
	sql_i64(&q, account_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r <= 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	p.name = stmt_str_dup(s, a, 0);
	p.person_id = stmt_i64(s, 1);
	p.lang = stmt_i64(s, 2) == LANG_EN ? LANG_EN : LANG_JA;
	stmt_done(&s);

	CLEANUP(buf_release) struct buf today;
	buf_init(&today, 32);
	date_put_iso(&today, clock_today());
	p.needs = NEED_SIGNED_IN | NEED_REGISTER;
	sql_init(&q, a);
	sql_lit(&q, "SELECT role, unit_id FROM auth_grant WHERE account_id = ");
	sql_i64(&q, account_id);
	sql_lit(&q, " AND (until = '' OR until >= ");
	sql_str(&q, buf_view(&today));
	sql_lit(&q, ") ORDER BY id");
	r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		if (p.grants == LIMIT_GRANTS)
			break;
		struct grant g = { .role = stmt_i64(s, 0), .unit_id = stmt_i64(s, 1) };
		p.grant[p.grants++] = g;
		p.needs |= role_needs(g.role, g.unit_id);
	}
	if (r < 0)
		return r;
	*ret = p;
	return 0;
}

int principal_cached(struct db_conn *c, struct arena *a, int64_t account_id, int64_t generation, struct principal *ret)
{
	int64_t day = date_days(clock_today());
	size_t at = (size_t)account_id % SLOTS;
	bool found = false;
	pthread_rwlock_rdlock(&lock);
	const struct slot *s = slots[at];
	if (s && s->p.id == account_id && s->generation == generation && s->day == day) {
		*ret = s->p;
		ret->name = str_dup(a, s->p.name);
		found = true;
	}
	pthread_rwlock_unlock(&lock);
	int r = roles_refresh(c, a, generation);
	if (found && r == 0)
		return 0;
	if (r == 0)
		r = load(c, a, account_id, ret);
	if (r < 0)
		return r;
	struct slot *fresh = malloc(sizeof *fresh + ret->name.n + 1);
	if (!fresh)
		return 0; /* not kept, then */
	*fresh = (struct slot){ .generation = generation, .day = day, .p = *ret };
	char *name = (char *)(fresh + 1);
	memcpy(name, ret->name.p, ret->name.n);
	name[ret->name.n] = '\0';
	fresh->p.name = (struct str){ name, ret->name.n };
	pthread_rwlock_wrlock(&lock);
	free(slots[at]);
	slots[at] = fresh;
	pthread_rwlock_unlock(&lock);
	return 0;
}

int auth_principal_load(struct db_conn *c, struct arena *a, int64_t account_id, struct principal *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT generation FROM auth_state WHERE id = 1");
	int64_t generation;
	int r = db_get_i64(c, &q, &generation);
	if (r == 0)
		r = roles_refresh(c, a, generation);
	return r < 0 ? r : load(c, a, account_id, ret);
}

int auth_principal_link(struct db_conn *c, struct arena *a, int64_t link_id, struct principal *ret)
{
	struct principal p = { .kind = PRINCIPAL_LINK, .id = link_id, .needs = NEED_REGISTER };
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT l.name, l.person_id, (SELECT MAX(ops & 1) + MAX(ops & 4) + MAX(ops & 256) FROM auth_link_item i "
	            "WHERE i.link_id = l.id) FROM auth_link l WHERE l.revoked_at = 0 AND l.expires_at > ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " AND l.id = ");
	sql_i64(&q, link_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r <= 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	p.name = stmt_str_dup(s, a, 0);
	p.person_id = stmt_i64(s, 1);
	p.link_ops = (uint32_t)stmt_i64(s, 2);
	*ret = p;
	return 0;
}

static const struct auth_world nothing;
static const struct auth_world *above = &nothing;

void auth_set_world(const struct auth_world *w)
{
	above = w ? w : &nothing;
}

int auth_reach(struct db_conn *c, struct arena *a, int64_t person_id, struct str *ret_address)
{
	struct str address = STR("");
	int r = person_id > 0 && above->reach ? above->reach(c, a, person_id, &address) : ERR_NOT_FOUND;
	if (r == 0 && !address.n)
		r = ERR_NOT_FOUND;
	if (r == 0)
		*ret_address = address;
	return r;
}

const struct auth_world *world(void)
{
	return above;
}
