/* Accounts, grants, invitations and custom access roles: the writes, each with its entry in the trail. */
#include "auth/store.h"

#include "base/text.h"

struct str secret_new(struct arena *a)
{
	uint8_t raw[32];
	random_bytes(raw, sizeof raw);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	hash_put_base64url(&b, raw, sizeof raw);
	return str_dup(a, buf_view(&b));
}

void secret_hash(uint8_t hash[HASH_SIZE], struct str secret)
{
	hash_blake2b(hash, secret.p ? secret.p : "", secret.n);
}

int generation_bump(struct db_conn *writer, struct arena *a)
{
	/* A step of random size: a generation that was rolled back never comes again with another meaning. */
	uint32_t step;
	random_bytes(&step, sizeof step);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_state SET generation = generation + ");
	sql_i64(&q, 1 + (int64_t)(step & 0xffffff));
	sql_lit(&q, " WHERE id = 1");
	return db_exec(writer, &q, NULL);
}

int trail(struct db_conn *writer, struct arena *a, const struct principal *by, enum audit_kind kind, struct str subject,
          const struct audit_change *change, size_t changes)
{
	struct audit_entry e = auth_entry(a, by, kind);
	e.subject = subject;
	e.change = change;
	e.changes = changes;
	return audit_append(writer, &e);
}

int account_subject(struct db_conn *c, struct arena *a, int64_t account_id, struct str *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT name || ' (' || login || ')' FROM auth_account WHERE id = ");
	sql_i64(&q, account_id);
	return db_get_str(c, &q, ret);
}

int auth_account_find(struct db_conn *c, struct str login, int64_t *ret_id)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
	struct str key = text_match_key(a, login);
	if (key.n == 0 || text_chars(login) > LOGIN_CHARS)
		return ERR_NOT_FOUND;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id FROM auth_account WHERE login_key = ");
	sql_str(&q, key);
	return db_get_i64(c, &q, ret_id);
}

static int64_t i64_or(struct db_conn *c, struct sql *q, int64_t otherwise)
{
	int64_t v;
	return db_get_i64(c, q, &v) == 0 ? v : otherwise;
}

static bool lives(struct db_conn *c, struct arena *a, int64_t account_id)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT 1 FROM auth_account WHERE id = ");
	sql_i64(&q, account_id);
	return i64_or(c, &q, 0) == 1;
}

int auth_account_create(struct db_conn *writer, struct arena *a, const struct principal *by, const struct account_new *n,
                        int64_t *ret_id)
{
	if (!(by->needs & NEED_ADMIN))
		return ERR_DENIED;
	struct str login = str_trim(text_clean(a, n->login)), name = str_trim(text_clean(a, n->name));
	struct str key = text_match_key(a, login);
	if (key.n == 0 || text_chars(login) > LOGIN_CHARS || name.n == 0 || text_chars(name) > NAME_CHARS)
		return ERR_RANGE;
	for (size_t i = 0; i < login.n; i++)
		if (login.p[i] == '\n' || login.p[i] == '\t')
			return ERR_RANGE;
	int64_t id;
	if (auth_account_find(writer, login, &id) == 0)
		return ERR_EXISTS;
	int64_t now = clock_now();
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_account (login, login_key, name, person_id, password_hash, password_at, lang, created_at) "
	            "VALUES (");
	sql_str(&q, login);
	sql_lit(&q, ", ");
	sql_str(&q, key);
	sql_lit(&q, ", ");
	sql_str(&q, name);
	sql_lit(&q, ", ");
	sql_i64(&q, n->person_id);
	sql_lit(&q, ", ");
	sql_str(&q, n->password_hash);
	sql_lit(&q, ", ");
	sql_i64(&q, n->password_hash.n ? now : 0);
	sql_lit(&q, ", ");
	sql_i64(&q, n->lang);
	sql_lit(&q, ", ");
	sql_i64(&q, now);
	sql_lit(&q, ")");
	int r = db_exec(writer, &q, NULL);
	if (r < 0)
		return r;
	id = db_last_id(writer);
	struct audit_change change[] = { CHANGED("account", STR_NULL, login), CHANGED("name", STR_NULL, name) };
	struct str subject;
	r = account_subject(writer, a, id, &subject);
	if (r == 0)
		r = trail(writer, a, by, AUDIT_ACCOUNT, subject, change, COUNT_OF(change));
	if (r == 0)
		r = generation_bump(writer, a);
	if (r == 0)
		*ret_id = id;
	return r;
}

int auth_first_account_missing(struct db_conn *c, bool *ret)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM (SELECT 1 FROM auth_account LIMIT 1) AS n");
	int64_t n;
	int r = db_get_i64(c, &q, &n);
	if (r == 0)
		*ret = n == 0;
	return r;
}

int auth_first_account_create(struct db_conn *writer, struct arena *a, const struct account_new *n, int64_t *ret_id)
{
	bool missing = false;
	int r = auth_first_account_missing(writer, &missing);
	if (r < 0)
		return r;
	if (!missing)
		return ERR_EXISTS;
	struct principal by = auth_system();
	int64_t id = 0;
	r = auth_account_create(writer, a, &by, n, &id);
	if (r == 0)
		r = auth_grant(writer, a, &by, id, ROLE_ADMINISTRATOR, 0, STR(""));
	if (r == 0)
		r = auth_grant(writer, a, &by, id, ROLE_LEAD, 0, STR(""));
	if (r == 0)
		*ret_id = id;
	return r;
}

/* ---- grants ---- */

static int load_roles(struct db_conn *writer, struct arena *a)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT generation FROM auth_state WHERE id = 1");
	int64_t generation;
	int r = db_get_i64(writer, &q, &generation);
	return r < 0 ? r : roles_refresh(writer, a, generation);
}

static int role_name(struct db_conn *c, struct arena *a, int64_t role, struct str *ret)
{
	if (role >= 0 && role < ROLE__BUILTIN) {
		*ret = str_of(auth_role_label((enum access_role)role).ja);
		return 0;
	}
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT name_ja FROM auth_role WHERE id = ");
	sql_i64(&q, role);
	return db_get_str(c, &q, ret);
}

static struct str unit_name(struct arena *a, int64_t unit_id)
{
	return unit_id ? str_printf(a, "#%lld", (long long)unit_id) : STR("*");
}

/* Does an active account but this one (0: none left out) administer the installation, now and without an end? */
static int other_administrator(struct db_conn *writer, struct arena *a, int64_t but, bool *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_grant g JOIN auth_account u ON u.id = g.account_id AND u.active = 1 WHERE g.role = ");
	sql_i64(&q, ROLE_ADMINISTRATOR);
	sql_lit(&q, " AND g.unit_id = 0 AND g.until = '' AND g.account_id <> ");
	sql_i64(&q, but);
	int64_t n;
	int r = db_get_i64(writer, &q, &n);
	if (r == 0)
		*ret = n > 0;
	return r;
}

static bool administers(struct db_conn *c, struct arena *a, int64_t account_id)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_grant WHERE unit_id = 0 AND until = '' AND role = ");
	sql_i64(&q, ROLE_ADMINISTRATOR);
	sql_lit(&q, " AND account_id = ");
	sql_i64(&q, account_id);
	return i64_or(c, &q, 0) > 0;
}

int auth_grant(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id, int64_t role,
               int64_t unit_id, struct str until)
{
	if (!(by->needs & NEED_ADMIN))
		return ERR_DENIED;
	struct date d;
	if (until.n && date_parse_iso(until, &d) < 0)
		return ERR_RANGE;
	int r = load_roles(writer, a);
	if (r < 0)
		return r;
	struct str subject, name;
	if (unit_id < 0 || !role_exists(role) || account_subject(writer, a, account_id, &subject) < 0 ||
	    role_name(writer, a, role, &name) < 0)
		return ERR_NOT_FOUND;
	struct sql q;
	bool other = true;
	if (role == ROLE_ADMINISTRATOR && unit_id == 0 && until.n && administers(writer, a, account_id)) {
		r = other_administrator(writer, a, account_id, &other);
		if (r < 0 || !other)
			return r < 0 ? r : ERR_CONFLICT;
	}
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_grant WHERE account_id = ");
	sql_i64(&q, account_id);
	if (i64_or(writer, &q, 0) >= LIMIT_GRANTS)
		return ERR_LIMIT;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_grant (account_id, role, unit_id, until, created_at) VALUES (");
	sql_i64(&q, account_id);
	sql_lit(&q, ", ");
	sql_i64(&q, role);
	sql_lit(&q, ", ");
	sql_i64(&q, unit_id);
	sql_lit(&q, ", ");
	sql_str(&q, until);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ") ON CONFLICT (account_id, role, unit_id) DO UPDATE SET until = excluded.until");
	r = db_exec(writer, &q, NULL);
	struct audit_change change[] = { CHANGED("role", STR_NULL, name), CHANGED("unit", STR_NULL, unit_name(a, unit_id)),
		                             CHANGED("until", STR_NULL, until) };
	if (r == 0)
		r = trail(writer, a, by, AUDIT_GRANT, subject, change, until.n ? 3 : 2);
	return r < 0 ? r : generation_bump(writer, a);
}

int auth_revoke(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id, int64_t role,
                int64_t unit_id)
{
	if (!(by->needs & NEED_ADMIN))
		return ERR_DENIED;
	struct str subject, name;
	if (account_subject(writer, a, account_id, &subject) < 0 || role_name(writer, a, role, &name) < 0)
		return ERR_NOT_FOUND;
	if (role == ROLE_ADMINISTRATOR && unit_id == 0 && administers(writer, a, account_id)) {
		bool other = false;
		int r = other_administrator(writer, a, account_id, &other);
		if (r < 0 || !other)
			return r < 0 ? r : ERR_CONFLICT;
	}
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_grant WHERE account_id = ");
	sql_i64(&q, account_id);
	sql_lit(&q, " AND role = ");
	sql_i64(&q, role);
	sql_lit(&q, " AND unit_id = ");
	sql_i64(&q, unit_id);
	int64_t gone = 0;
	int r = db_exec(writer, &q, &gone);
	if (r < 0)
		return r;
	if (gone == 0)
		return ERR_NOT_FOUND;
	struct audit_change change[] = { CHANGED("role", name, STR_NULL), CHANGED("unit", unit_name(a, unit_id), STR_NULL) };
	r = trail(writer, a, by, AUDIT_GRANT, subject, change, COUNT_OF(change));
	return r < 0 ? r : generation_bump(writer, a);
}

/* ---- switching off, passwords, second factor ---- */

/* The statement ends with "WHERE account_id = ": runs it for the account. */
static int for_account(struct db_conn *writer, struct sql *q, int64_t account_id)
{
	sql_i64(q, account_id);
	return db_exec(writer, q, NULL);
}

int auth_account_active(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id, bool active)
{
	if (!(by->needs & NEED_ADMIN))
		return ERR_DENIED;
	struct str subject;
	if (account_subject(writer, a, account_id, &subject) < 0)
		return ERR_NOT_FOUND;
	if (!active && administers(writer, a, account_id)) {
		bool other = false;
		int r = other_administrator(writer, a, account_id, &other);
		if (r < 0 || !other)
			return r < 0 ? r : ERR_CONFLICT;
	}
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_account SET active = ");
	sql_i64(&q, active);
	sql_lit(&q, " WHERE active <> ");
	sql_i64(&q, active);
	sql_lit(&q, " AND id = ");
	sql_i64(&q, account_id);
	int64_t changed = 0;
	int r = db_exec(writer, &q, &changed);
	if (r < 0 || changed == 0)
		return r;
	if (!active) {
		sql_init(&q, a);
		sql_lit(&q, "DELETE FROM auth_session WHERE account_id = ");
		r = for_account(writer, &q, account_id);
		if (r < 0)
			return r;
		sql_init(&q, a);
		sql_lit(&q, "DELETE FROM auth_pending WHERE account_id = ");
		r = for_account(writer, &q, account_id);
		if (r < 0)
			return r;
	}
	struct str was = active ? STR("0") : STR("1"), is = active ? STR("1") : STR("0");
	struct audit_change change[] = { CHANGED("active", was, is) };
	r = trail(writer, a, by, AUDIT_ACCOUNT, subject, change, 1);
	return r < 0 ? r : generation_bump(writer, a);
}

int auth_person_merged(struct db_conn *writer, struct arena *a, int64_t into, int64_t from)
{
	struct sql q;
	int64_t accounts = 0;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_account SET person_id = ");
	sql_i64(&q, into);
	sql_lit(&q, " WHERE person_id = ");
	sql_i64(&q, from);
	int r = db_exec(writer, &q, &accounts);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_link SET person_id = ");
	sql_i64(&q, into);
	sql_lit(&q, " WHERE person_id = ");
	sql_i64(&q, from);
	r = db_exec(writer, &q, NULL);
	return r < 0 || !accounts ? r : generation_bump(writer, a);
}

/* A secret changes: recorded without the values. */
static int trail_secret(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id,
                        struct str what, struct str how)
{
	struct str subject;
	int r = account_subject(writer, a, account_id, &subject);
	if (r < 0)
		return r;
	struct audit_change change = { .field = what, .has_after = true, .after = how };
	return trail(writer, a, by, AUDIT_ACCOUNT, subject, &change, 1);
}

int auth_password_set(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id,
                      struct str password_hash, int64_t keep_session)
{
	if (!(by->needs & NEED_ADMIN) && !(by->kind == PRINCIPAL_ACCOUNT && by->id == account_id))
		return ERR_DENIED;
	if (!lives(writer, a, account_id))
		return ERR_NOT_FOUND;
	if (password_hash.n == 0)
		return ERR_RANGE;
	int64_t now = clock_now();
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_account SET password_hash = ");
	sql_str(&q, password_hash);
	sql_lit(&q, ", password_at = ");
	sql_i64(&q, now);
	sql_lit(&q, " WHERE id = ");
	int r = for_account(writer, &q, account_id);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_session WHERE id <> ");
	sql_i64(&q, keep_session);
	sql_lit(&q, " AND account_id = ");
	r = for_account(writer, &q, account_id);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_pending WHERE account_id = ");
	r = for_account(writer, &q, account_id);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_invitation SET used_at = ");
	sql_i64(&q, now);
	sql_lit(&q, " WHERE used_at = 0 AND account_id = ");
	r = for_account(writer, &q, account_id);
	if (r == 0)
		r = trail_secret(writer, a, by, account_id, STR("password"), STR("changed"));
	return r < 0 ? r : generation_bump(writer, a);
}

int auth_factor_clear(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id)
{
	if (!(by->needs & NEED_ADMIN) && !(by->kind == PRINCIPAL_ACCOUNT && by->id == account_id))
		return ERR_DENIED;
	if (!lives(writer, a, account_id))
		return ERR_NOT_FOUND;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_factor WHERE account_id = ");
	int r = for_account(writer, &q, account_id);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_recovery WHERE account_id = ");
	r = for_account(writer, &q, account_id);
	return r < 0 ? r : trail_secret(writer, a, by, account_id, STR("second_factor"), STR("removed"));
}

int auth_invite(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id, struct str *ret_secret)
{
	if (!(by->needs & NEED_ADMIN))
		return ERR_DENIED;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT password_hash <> '' FROM auth_account WHERE active = 1 AND id = ");
	sql_i64(&q, account_id);
	int64_t reset;
	int r = db_get_i64(writer, &q, &reset);
	if (r < 0)
		return r;
	int64_t now = clock_now();
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_invitation SET used_at = ");
	sql_i64(&q, now);
	sql_lit(&q, " WHERE used_at = 0 AND account_id = ");
	r = for_account(writer, &q, account_id);
	if (r < 0)
		return r;
	struct str secret = secret_new(a);
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, secret);
	struct audit_entry e = auth_entry(a, by, AUDIT_ACCOUNT);
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_invitation (hash, account_id, created_at, expires_at, created_by) VALUES (");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, ", ");
	sql_i64(&q, account_id);
	sql_lit(&q, ", ");
	sql_i64(&q, now);
	sql_lit(&q, ", ");
	sql_i64(&q, now + (reset ? 1 : 7) * DAY_MS);
	sql_lit(&q, ", ");
	sql_str(&q, e.actor);
	sql_lit(&q, ")");
	r = db_exec(writer, &q, NULL);
	if (r == 0)
		r = trail_secret(writer, a, by, account_id, reset ? STR("reset_link") : STR("invitation"), STR("issued"));
	if (r == 0)
		*ret_secret = secret;
	return r;
}

/* ---- access roles ---- */

int auth_role_list(struct db_conn *c, struct arena *a, struct role_info **ret, size_t *ret_n)
{
	struct role_info *list = ARENA_ARRAY(a, ROLE__BUILTIN + LIMIT_CUSTOM_ROLES, struct role_info);
	size_t n = 0;
	for (int i = 0; i < ROLE__BUILTIN; i++) {
		struct label l = auth_role_label((enum access_role)i);
		list[n++] = (struct role_info){ .id = i, .name_ja = str_of(l.ja), .name_en = str_of(l.en), .needs = role_needs(i, 0),
			                            .builtin = true };
	}
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, name_ja, name_en, needs FROM auth_role ORDER BY id");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		if (n == ROLE__BUILTIN + LIMIT_CUSTOM_ROLES)
			break;
		list[n++] = (struct role_info){ .id = stmt_i64(s, 0), .name_ja = stmt_str_dup(s, a, 1),
			                            .name_en = stmt_str_dup(s, a, 2), .needs = (uint32_t)stmt_i64(s, 3) };
	}
	if (r < 0)
		return r;
	*ret = list;
	*ret_n = n;
	return 0;
}

struct str i64_str(struct arena *a, int64_t v)
{
	return str_printf(a, "%lld", (long long)v);
}

int auth_role_write(struct db_conn *writer, struct arena *a, const struct principal *by, const struct role_info *role,
                    const struct role_mask *mask, size_t masks, int64_t *ret_id)
{
	if (!(by->needs & NEED_ADMIN))
		return ERR_DENIED;
	struct str ja = str_trim(text_clean(a, role->name_ja)), en = str_trim(text_clean(a, role->name_en));
	uint32_t may = NEED_OVERVIEW | NEED_AUDIT | NEED_SETTINGS | NEED_LINKS | NEED_REPORT;
	if (ja.n == 0 || en.n == 0 || text_chars(ja) > NAME_CHARS || text_chars(en) > NAME_CHARS || (role->needs & ~may))
		return ERR_RANGE;
	for (size_t i = 0; i < masks; i++)
		if (auth_register_find(mask[i].reg) < 0 || (mask[i].ops & ~(uint32_t)OP_ALL))
			return ERR_RANGE;
	struct sql q;
	int64_t id = role->id;
	struct str was_ja = STR_NULL;
	uint32_t was_needs = 0;
	int r;
	if (id == 0) {
		sql_init(&q, a);
		sql_lit(&q, "SELECT COUNT(*) FROM auth_role");
		if (i64_or(writer, &q, 0) >= LIMIT_CUSTOM_ROLES)
			return ERR_LIMIT;
		sql_init(&q, a);
		sql_lit(&q, "SELECT MAX(id) FROM auth_role");
		id = i64_or(writer, &q, 0) + 1;
		if (id < ROLE_CUSTOM)
			id = ROLE_CUSTOM;
	} else {
		sql_init(&q, a);
		sql_lit(&q, "SELECT name_ja FROM auth_role WHERE id = ");
		sql_i64(&q, id);
		if (db_get_str(writer, &q, &was_ja) < 0)
			return ERR_NOT_FOUND;
		sql_init(&q, a);
		sql_lit(&q, "SELECT needs FROM auth_role WHERE id = ");
		sql_i64(&q, id);
		was_needs = (uint32_t)i64_or(writer, &q, 0);
	}
	struct audit_change *change = ARENA_ARRAY(a, masks + 2, struct audit_change);
	size_t changes = 0;
	if (!str_eq(was_ja, ja))
		change[changes++] = CHANGED("role", was_ja, ja);
	if (was_needs != role->needs)
		change[changes++] = CHANGED("needs", role->id ? i64_str(a, was_needs) : STR_NULL, i64_str(a, role->needs));

	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_role (id, name_ja, name_en, needs, created_at) VALUES (");
	sql_i64(&q, id);
	sql_lit(&q, ", ");
	sql_str(&q, ja);
	sql_lit(&q, ", ");
	sql_str(&q, en);
	sql_lit(&q, ", ");
	sql_i64(&q, role->needs);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ") ON CONFLICT (id) DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en, "
	            "needs = excluded.needs");
	r = db_exec(writer, &q, NULL);
	for (size_t i = 0; r == 0 && i < masks; i++) {
		sql_init(&q, a);
		sql_lit(&q, "SELECT ops FROM auth_role_mask WHERE role_id = ");
		sql_i64(&q, id);
		sql_lit(&q, " AND register = ");
		sql_str(&q, mask[i].reg);
		int64_t was = i64_or(writer, &q, 0);
		/* Whoever may do anything to a row may see it. */
		int64_t ops = mask[i].ops ? mask[i].ops | OP_READ : 0;
		if (was == ops)
			continue;
		change[changes++] = (struct audit_change){ .field = mask[i].reg, .has_before = true, .has_after = true,
			                                       .before = i64_str(a, was), .after = i64_str(a, ops) };
		sql_init(&q, a);
		sql_lit(&q, "INSERT INTO auth_role_mask (role_id, register, ops) VALUES (");
		sql_i64(&q, id);
		sql_lit(&q, ", ");
		sql_str(&q, mask[i].reg);
		sql_lit(&q, ", ");
		sql_i64(&q, ops);
		sql_lit(&q, ") ON CONFLICT (role_id, register) DO UPDATE SET ops = excluded.ops");
		r = db_exec(writer, &q, NULL);
	}
	if (r == 0 && changes)
		r = trail(writer, a, by, AUDIT_GRANT, str_printf(a, "%.*s", STR_FMT(ja)), change, changes);
	if (r == 0)
		r = generation_bump(writer, a);
	if (r == 0)
		*ret_id = id;
	return r;
}
