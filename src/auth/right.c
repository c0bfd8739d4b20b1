/*
 * Masks and visibility: what an access role may do in a register, and on which rows a principal may do it. Built-in roles
 * have their masks in the registers' descriptions; custom ones are read from the database and kept here, under a lock,
 * together with the generation of auth_state they were read at.
 */
#include "base/text/auth.h"
#include "auth/store.h"

#include <pthread.h>

static struct auth_register_info registers[LIMIT_REGISTERS];

struct custom {
	int64_t id;
	uint32_t needs;
	uint32_t mask[LIMIT_REGISTERS];
};
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER; /* of the three below */
static struct custom custom[LIMIT_CUSTOM_ROLES];
static size_t customs;
static int64_t cached_generation = -1;

void auth_declare_register(int number, const char *name, struct label label, const struct access *defaults, bool shared)
{
	if (number >= 0 && number < LIMIT_REGISTERS)
		registers[number] = (struct auth_register_info){ .name = name, .label = label, .defaults = defaults, .shared = shared };
	else
		die("auth: register number %d of %s is out of range", number, name);
	/* Masks of custom roles are kept by register number: read them anew. */
	roles_forget();
}

const struct auth_register_info *auth_register_info(int number)
{
	if (number < 0 || number >= LIMIT_REGISTERS || !registers[number].name)
		return NULL;
	return &registers[number];
}

int auth_register_find(struct str name)
{
	for (int i = 0; i < LIMIT_REGISTERS; i++)
		if (registers[i].name && str_eq_z(name, registers[i].name))
			return i;
	return -1;
}

/* ---- access roles ---- */

void roles_forget(void)
{
	pthread_rwlock_wrlock(&lock);
	customs = 0;
	cached_generation = -1;
	pthread_rwlock_unlock(&lock);
}

int roles_refresh(struct db_conn *c, struct arena *a, int64_t generation)
{
	pthread_rwlock_rdlock(&lock);
	bool fresh = cached_generation == generation;
	pthread_rwlock_unlock(&lock);
	if (fresh)
		return 0;

	struct custom *read = ARENA_ARRAY(a, LIMIT_CUSTOM_ROLES, struct custom);
	size_t n = 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT r.id, r.needs, m.register, m.ops FROM auth_role r LEFT JOIN auth_role_mask m ON m.role_id = r.id "
	            "ORDER BY r.id");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		int64_t id = stmt_i64(s, 0);
		if (n == 0 || read[n - 1].id != id) {
			if (n == LIMIT_CUSTOM_ROLES)
				return ERR_LIMIT;
			read[n++] = (struct custom){ .id = id, .needs = (uint32_t)stmt_i64(s, 1) };
		}
		int reg = auth_register_find(stmt_str(s, 2));
		if (reg >= 0)
			read[n - 1].mask[reg] = (uint32_t)stmt_i64(s, 3) & OP_ALL;
	}
	if (r < 0)
		return r;
	pthread_rwlock_wrlock(&lock);
	/* A request with an older snapshot may bring back what was changed since: the next one sees a generation that is not
	 * its own and reads anew. */
	memcpy(custom, read, n * sizeof *read);
	customs = n;
	cached_generation = generation;
	pthread_rwlock_unlock(&lock);
	return 0;
}

static const struct custom *find_locked(int64_t role)
{
	for (size_t i = 0; i < customs; i++)
		if (custom[i].id == role)
			return &custom[i];
	return NULL;
}

static uint32_t role_ops_locked(int64_t role, int reg)
{
	if (role >= 0 && role < ROLE__BUILTIN)
		return registers[reg].defaults->ops[role];
	const struct custom *found = find_locked(role);
	return found ? found->mask[reg] : 0;
}

uint32_t auth_role_ops(int64_t role, int reg)
{
	if (!auth_register_info(reg))
		return 0;
	pthread_rwlock_rdlock(&lock);
	uint32_t ops = role_ops_locked(role, reg);
	pthread_rwlock_unlock(&lock);
	return ops;
}

bool role_exists(int64_t role)
{
	if (role >= 0 && role < ROLE__BUILTIN)
		return true;
	pthread_rwlock_rdlock(&lock);
	bool there = find_locked(role) != NULL;
	pthread_rwlock_unlock(&lock);
	return there;
}

static const uint32_t builtin_needs[ROLE__BUILTIN] = {
	[ROLE_ADMINISTRATOR] = NEED_SETTINGS | NEED_ADMIN | NEED_AUDIT | NEED_OVERVIEW | NEED_LINKS | NEED_REPORT,
	[ROLE_LEAD] = NEED_SETTINGS | NEED_AUDIT | NEED_OVERVIEW | NEED_LINKS | NEED_REPORT,
	[ROLE_CONTACT] = NEED_OVERVIEW,
	[ROLE_EXECUTIVE] = NEED_OVERVIEW | NEED_REPORT,
	[ROLE_AUDITOR] = NEED_AUDIT | NEED_OVERVIEW | NEED_REPORT,
};

uint32_t role_needs(int64_t role, int64_t unit_id)
{
	uint32_t needs = 0;
	if (role >= 0 && role < ROLE__BUILTIN) {
		needs = builtin_needs[role];
	} else {
		pthread_rwlock_rdlock(&lock);
		const struct custom *found = find_locked(role);
		if (found)
			needs = found->needs;
		pthread_rwlock_unlock(&lock);
	}
	if (unit_id != 0)
		needs &= ~(uint32_t)(NEED_ADMIN | NEED_SETTINGS | NEED_AUDIT);
	return needs;
}

struct label auth_role_label(enum access_role role)
{
	static const msg_id name[ROLE__BUILTIN] = {
		MSG_AUTH_ROLE_ADMINISTRATOR, MSG_AUTH_ROLE_LEAD, MSG_AUTH_ROLE_CONTACT, MSG_AUTH_ROLE_EXECUTIVE, MSG_AUTH_ROLE_AUDITOR,
	};
	if ((unsigned)role >= ROLE__BUILTIN)
		return (struct label){ "", "" };
	return (struct label){ msg(LANG_JA, name[role]).p, msg(LANG_EN, name[role]).p };
}

/* ---- what a principal may do ---- */

#define OPS_READING (OP_READ | OP_EXPORT | OP_PRIVATE)

/* The operations that are not taken away by the principal's kind. */
static uint32_t kind_ops(const struct principal *p)
{
	switch (p->kind) {
	case PRINCIPAL_OPERATOR:
	case PRINCIPAL_SYSTEM:
	case PRINCIPAL_ACCOUNT:
	case PRINCIPAL_TOKEN:
		return p->read_only ? OPS_READING : OP_ALL;
	case PRINCIPAL_LINK:
		return OP_READ | OP_UPDATE | OP_COMMENT;
	case PRINCIPAL_NONE:
		break;
	}
	return 0;
}

uint32_t auth_ops(const struct principal *p, int reg)
{
	if (!auth_register_info(reg))
		return 0;
	uint32_t ops = 0;
	switch (p->kind) {
	case PRINCIPAL_NONE:
		return 0;
	case PRINCIPAL_OPERATOR:
	case PRINCIPAL_SYSTEM:
		ops = OP_ALL;
		break;
	case PRINCIPAL_LINK:
		ops = p->link_ops;
		break;
	case PRINCIPAL_ACCOUNT:
	case PRINCIPAL_TOKEN:
		pthread_rwlock_rdlock(&lock);
		for (size_t i = 0; i < p->grants; i++)
			ops |= role_ops_locked(p->grant[i].role, reg);
		pthread_rwlock_unlock(&lock);
		break;
	}
	return ops & kind_ops(p);
}

/*
 * The units of the grants that give op in the register; *ret_everywhere when a grant on every unit does, or when any
 * grant does and the register is shared and op only reads.
 */
static size_t granted_units(const struct principal *p, int reg, enum op op, int64_t unit[LIMIT_GRANTS], bool *ret_everywhere)
{
	size_t n = 0;
	*ret_everywhere = false;
	if (!auth_register_info(reg) || !(kind_ops(p) & op))
		return 0;
	if (p->kind == PRINCIPAL_OPERATOR || p->kind == PRINCIPAL_SYSTEM) {
		*ret_everywhere = true;
		return 0;
	}
	bool shared = registers[reg].shared && (op == OP_READ || op == OP_EXPORT);
	pthread_rwlock_rdlock(&lock);
	for (size_t i = 0; i < p->grants; i++) {
		if (!(role_ops_locked(p->grant[i].role, reg) & op))
			continue;
		if (p->grant[i].unit_id == 0 || shared)
			*ret_everywhere = true;
		else
			unit[n++] = p->grant[i].unit_id;
	}
	pthread_rwlock_unlock(&lock);
	return n;
}

void auth_visible(struct sql *q, const struct principal *p, int reg, enum op op, const char *alias)
{
	if (p->kind == PRINCIPAL_LINK) {
		if (!auth_register_info(reg) || !(kind_ops(p) & op)) {
			sql_lit(q, " AND FALSE");
			return;
		}
		sql_lit(q, " AND ");
		sql_name(q, alias);
		sql_lit(q, ".id IN (SELECT record_id FROM auth_link_item WHERE link_id = ");
		sql_i64(q, p->id);
		sql_lit(q, " AND (ops & ");
		sql_i64(q, op);
		sql_lit(q, ") <> 0)");
		return;
	}
	int64_t unit[LIMIT_GRANTS];
	bool everywhere;
	size_t n = granted_units(p, reg, op, unit, &everywhere);
	if (everywhere)
		return;
	if (n == 0) {
		sql_lit(q, " AND FALSE");
		return;
	}
	sql_lit(q, " AND ");
	sql_name(q, alias);
	sql_lit(q, ".unit_id IN (SELECT descendant FROM auth_unit_closure WHERE ancestor IN ");
	sql_i64_list(q, unit, n);
	sql_lit(q, ")");
}

bool auth_allows(struct db_conn *c, const struct principal *p, int reg, enum op op, int64_t unit_id, int64_t record_id)
{
	int64_t unit[LIMIT_GRANTS];
	bool everywhere = false;
	size_t n = 0;
	if (p->kind == PRINCIPAL_LINK) {
		if (!auth_register_info(reg) || !(kind_ops(p) & op) || record_id == 0)
			return false;
	} else {
		n = granted_units(p, reg, op, unit, &everywhere);
		if (everywhere)
			return true;
		if (n == 0 || unit_id == 0)
			return false;
		for (size_t i = 0; i < n; i++)
			if (unit[i] == unit_id)
				return true;
	}
	CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
	struct sql q;
	sql_init(&q, a);
	if (p->kind == PRINCIPAL_LINK) {
		sql_lit(&q, "SELECT ops FROM auth_link_item WHERE link_id = ");
		sql_i64(&q, p->id);
		sql_lit(&q, " AND record_id = ");
		sql_i64(&q, record_id);
		int64_t ops = 0;
		return db_get_i64(c, &q, &ops) == 0 && (ops & op);
	}
	sql_lit(&q, "SELECT COUNT(*) FROM auth_unit_closure WHERE descendant = ");
	sql_i64(&q, unit_id);
	sql_lit(&q, " AND ancestor IN ");
	sql_i64_list(&q, unit, n);
	int64_t found = 0;
	return db_get_i64(c, &q, &found) == 0 && found > 0;
}

/* ---- the unit closure ---- */

int auth_unit_place(struct db_conn *writer, int64_t unit_id, int64_t parent_id)
{
	if (unit_id <= 0 || parent_id < 0 || unit_id == parent_id)
		return ERR_INVALID;
	CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_unit_closure WHERE ancestor = ");
	sql_i64(&q, unit_id);
	sql_lit(&q, " AND descendant = ");
	sql_i64(&q, parent_id);
	int64_t below = 0;
	int r = db_get_i64(writer, &q, &below);
	if (r < 0)
		return r;
	if (below)
		return ERR_INVALID;

	/* The parent may be placed later in the same import: it is a root until then. */
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_unit_closure (ancestor, descendant, depth) VALUES (");
	sql_i64(&q, unit_id);
	sql_lit(&q, ", ");
	sql_i64(&q, unit_id);
	sql_lit(&q, ", 0) ON CONFLICT DO NOTHING");
	r = db_exec(writer, &q, NULL);
	if (r == 0 && parent_id) {
		sql_init(&q, a);
		sql_lit(&q, "INSERT INTO auth_unit_closure (ancestor, descendant, depth) VALUES (");
		sql_i64(&q, parent_id);
		sql_lit(&q, ", ");
		sql_i64(&q, parent_id);
		sql_lit(&q, ", 0) ON CONFLICT DO NOTHING");
		r = db_exec(writer, &q, NULL);
	}
	if (r < 0)
		return r;

	/* Cut the subtree off everything above it ... */
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_unit_closure WHERE descendant IN (SELECT descendant FROM auth_unit_closure WHERE ancestor = ");
	sql_i64(&q, unit_id);
	sql_lit(&q, ") AND ancestor IN (SELECT ancestor FROM auth_unit_closure WHERE descendant = ");
	sql_i64(&q, unit_id);
	sql_lit(&q, " AND ancestor <> ");
	sql_i64(&q, unit_id);
	sql_lit(&q, ")");
	r = db_exec(writer, &q, NULL);
	if (r < 0 || parent_id == 0)
		return r;

	/* ... and hang it below the new parent. */
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_unit_closure (ancestor, descendant, depth) "
	            "SELECT up.ancestor, down.descendant, up.depth + down.depth + 1 "
	            "FROM auth_unit_closure up, auth_unit_closure down WHERE up.descendant = ");
	sql_i64(&q, parent_id);
	sql_lit(&q, " AND down.ancestor = ");
	sql_i64(&q, unit_id);
	return db_exec(writer, &q, NULL);
}
