/* API tokens and personal links: secrets that are shown once and stored as hashes. */
#include "auth/store.h"

#include "base/text.h"

/* A prefix by which a scanner for leaked secrets, and a person, knows what it is. */
#define TOKEN_PREFIX "ishigaki_"

int auth_token_create(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id, struct str name,
                      bool scope_write, int64_t expires_ms, struct str *ret_token)
{
	if (!(by->needs & NEED_ADMIN) && !(by->kind == PRINCIPAL_ACCOUNT && by->id == account_id))
		return ERR_DENIED;
	int64_t now = clock_now();
	name = str_trim(text_clean(a, name));
	if (expires_ms == 0)
		expires_ms = now + 365 * DAY_MS;
	if (name.n == 0 || text_chars(name) > NAME_CHARS || expires_ms <= now || expires_ms > now + 3660 * DAY_MS)
		return ERR_RANGE;
	struct str subject;
	int r = account_subject(writer, a, account_id, &subject);
	if (r < 0)
		return ERR_NOT_FOUND;
	struct str secret = secret_new(a);
	struct str token = str_printf(a, TOKEN_PREFIX "%.*s", STR_FMT(secret));
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, token);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_token (hash, account_id, name, scope_write, created_at, expires_at) VALUES (");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, ", ");
	sql_i64(&q, account_id);
	sql_lit(&q, ", ");
	sql_str(&q, name);
	sql_lit(&q, ", ");
	sql_i64(&q, scope_write);
	sql_lit(&q, ", ");
	sql_i64(&q, now);
	sql_lit(&q, ", ");
	sql_i64(&q, expires_ms);
	sql_lit(&q, ")");
	r = db_exec(writer, &q, NULL);
	struct audit_change change[] = { CHANGED("token", STR_NULL, name),
		                             CHANGED("scope", STR_NULL, scope_write ? STR("write") : STR("read")) };
	if (r == 0)
		r = trail(writer, a, by, AUDIT_TOKEN, subject, change, COUNT_OF(change));
	if (r == 0)
		*ret_token = token;
	return r;
}

int auth_token_revoke(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t token_id)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT account_id FROM auth_token WHERE id = ");
	sql_i64(&q, token_id);
	int64_t account_id;
	int r = db_get_i64(writer, &q, &account_id);
	if (r < 0)
		return r;
	/* Whose it is, is not told to others. */
	if (!(by->needs & NEED_ADMIN) && !(by->kind == PRINCIPAL_ACCOUNT && by->id == account_id))
		return ERR_NOT_FOUND;
	struct str subject = STR_NULL, name = STR_NULL;
	sql_init(&q, a);
	sql_lit(&q, "SELECT name FROM auth_token WHERE id = ");
	sql_i64(&q, token_id);
	r = db_get_str(writer, &q, &name);
	if (r == 0)
		r = account_subject(writer, a, account_id, &subject);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_token SET revoked_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE revoked_at = 0 AND id = ");
	sql_i64(&q, token_id);
	int64_t changed = 0;
	r = db_exec(writer, &q, &changed);
	if (r < 0 || changed == 0)
		return r;
	struct audit_change change[] = { CHANGED("token", name, STR_NULL) };
	return trail(writer, a, by, AUDIT_TOKEN, subject, change, 1);
}

int auth_link_create(struct db_conn *writer, struct arena *a, const struct principal *by, struct str name, int64_t person_id,
                     const struct link_item *item, size_t n, int64_t expires_ms, int64_t *ret_id, struct str *ret_secret)
{
	if (!(by->needs & NEED_LINKS))
		return ERR_DENIED;
	int64_t now = clock_now();
	name = str_trim(text_clean(a, name));
	if (expires_ms == 0)
		expires_ms = now + 30 * DAY_MS;
	if (name.n == 0 || text_chars(name) > NAME_CHARS || expires_ms <= now || expires_ms > now + 370 * DAY_MS)
		return ERR_RANGE;
	if ((n == 0) != !item || n > LIMIT_LINK_ITEMS)
		return ERR_LIMIT;
	struct str secret = secret_new(a);
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, secret);
	struct audit_entry e = auth_entry(a, by, AUDIT_PERSONAL_LINK);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_link (hash, name, person_id, created_at, created_by, created_by_name, expires_at) VALUES (");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, ", ");
	sql_str(&q, name);
	sql_lit(&q, ", ");
	sql_i64(&q, person_id);
	sql_lit(&q, ", ");
	sql_i64(&q, now);
	sql_lit(&q, ", ");
	sql_str(&q, e.actor);
	sql_lit(&q, ", ");
	sql_str(&q, by->name);
	sql_lit(&q, ", ");
	sql_i64(&q, expires_ms);
	sql_lit(&q, ")");
	int r = db_exec(writer, &q, NULL);
	if (r < 0)
		return r;
	int64_t id = db_last_id(writer);
	CLEANUP(buf_release) struct buf ids;
	buf_init(&ids, 64u << 10);
	for (size_t i = 0; r == 0 && i < n; i++) {
		sql_init(&q, a);
		sql_lit(&q, "INSERT INTO auth_link_item (link_id, record_id, ops) VALUES (");
		sql_i64(&q, id);
		sql_lit(&q, ", ");
		sql_i64(&q, item[i].record_id);
		sql_lit(&q, ", ");
		sql_i64(&q, OP_READ | (item[i].ops & (OP_UPDATE | OP_COMMENT)));
		sql_lit(&q, ") ON CONFLICT DO NOTHING");
		r = db_exec(writer, &q, NULL);
		if (i)
			buf_lit(&ids, " ");
		buf_i64(&ids, item[i].record_id);
	}
	struct audit_change change[] = { CHANGED("link", STR_NULL, i64_str(a, id)), CHANGED("records", STR_NULL, buf_view(&ids)) };
	if (r == 0)
		r = trail(writer, a, by, AUDIT_PERSONAL_LINK, name, change, COUNT_OF(change));
	if (r == 0) {
		*ret_secret = secret;
		if (ret_id)
			*ret_id = id;
	}
	return r;
}

int auth_link_revoke(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t link_id)
{
	if (!(by->needs & NEED_LINKS))
		return ERR_DENIED;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT name FROM auth_link WHERE id = ");
	sql_i64(&q, link_id);
	/* Without the rights of the whole installation: one's own. */
	if (!(by->needs & NEED_SETTINGS)) {
		sql_lit(&q, " AND created_by = ");
		sql_str(&q, auth_entry(a, by, AUDIT_PERSONAL_LINK).actor);
	}
	struct str name;
	int r = db_get_str(writer, &q, &name);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_link SET revoked_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE revoked_at = 0 AND id = ");
	sql_i64(&q, link_id);
	int64_t changed = 0;
	r = db_exec(writer, &q, &changed);
	if (r < 0 || changed == 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_session WHERE link_id = ");
	sql_i64(&q, link_id);
	r = db_exec(writer, &q, NULL);
	struct audit_change change[] = { CHANGED("link", i64_str(a, link_id), STR_NULL) };
	return r < 0 ? r : trail(writer, a, by, AUDIT_PERSONAL_LINK, name, change, 1);
}
