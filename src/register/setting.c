/* Settings: described in the rooms, kept in one table. */
#include "register/setting.h"

#include "base/text.h"
#include "base/text/register.h"
#include "register/engine.h"
#include "register/moved.h"

#define SETTINGS_MAX 512

static struct {
	const struct setting *at[SETTINGS_MAX];
	size_t n;
} declared;

void setting_declare(const struct setting *const *tables, const size_t *counts, size_t n)
{
	declared.n = 0;
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < counts[t]; i++) {
			const struct setting *s = &tables[t][i];
			if (declared.n == SETTINGS_MAX || setting_find(str_of(s->key)))
				die("settings: too many, or %s stands twice", s->key);
			if (s->type != FIELD_INTEGER && s->type != FIELD_TEXT && s->type != FIELD_YES_NO && s->type != FIELD_CHOICE)
				die("settings: %s is of a type that settings do not have", s->key);
			declared.at[declared.n++] = s;
		}
}

size_t setting_count(void)
{
	return declared.n;
}

const struct setting *setting_at(size_t i)
{
	return i < declared.n ? declared.at[i] : NULL;
}

const struct setting *setting_find(struct str key)
{
	for (size_t i = 0; i < declared.n; i++)
		if (str_eq_z(key, declared.at[i]->key))
			return declared.at[i];
	return NULL;
}

static struct field as_field(const struct setting *s)
{
	return (struct field){ .name = "setting", .label = s->label, .type = s->type, .min = s->min, .max = s->max, .choice = s->choice,
		.choices = s->choices };
}

/* ---- reading ---- */

int64_t setting_i64(struct db_conn *c, const char *key)
{
	const struct setting *s = setting_find(str_of(key));
	if (!s)
		die("no setting is named %s", key);
	struct arena *a = arena_new(64u << 10);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT number FROM setting WHERE key = ");
	sql_str(&q, str_of(key));
	int64_t v = s->value;
	if (db_get_i64(c, &q, &v) < 0)
		v = s->value;
	arena_free(a);
	return v;
}

struct str setting_str(struct db_conn *c, struct arena *a, const char *key)
{
	const struct setting *s = setting_find(str_of(key));
	if (!s)
		die("no setting is named %s", key);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT text FROM setting WHERE key = ");
	sql_str(&q, str_of(key));
	struct str v;
	return db_get_str(c, &q, &v) < 0 ? str_of(s->text) : v;
}

/* ---- writing ---- */

static int put(struct db_conn *writer, struct arena *a, const struct setting *s, const struct value *v, bool keep)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO setting(key, number, text) VALUES (");
	sql_str(&q, str_of(s->key));
	sql_lit(&q, ", ");
	if (s->type == FIELD_TEXT || !v->known)
		sql_null(&q);
	else
		sql_i64(&q, v->i);
	sql_lit(&q, ", ");
	if (s->type != FIELD_TEXT)
		sql_null(&q);
	else
		sql_str(&q, v->s);
	if (keep)
		sql_lit(&q, ") ON CONFLICT (key) DO NOTHING");
	else
		sql_lit(&q, ") ON CONFLICT (key) DO UPDATE SET number = excluded.number, text = excluded.text");
	return db_exec(writer, &q, NULL);
}

int setting_seed(struct db_conn *writer, struct arena *a)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < declared.n; i++) {
		const struct setting *s = declared.at[i];
		struct value v = { .known = true, .i = s->value, .s = str_of(s->text) };
		e = put(writer, a, s, &v, true);
	}
	return e;
}

static int current(struct reg_ctx *ctx, const struct setting *s, struct value *ret)
{
	*ret = (struct value){ .known = true };
	if (s->type == FIELD_TEXT)
		ret->s = setting_str(ctx->conn, ctx->arena, s->key);
	else
		ret->i = setting_i64(ctx->conn, s->key);
	return 0;
}

static int read_value(struct reg_ctx *ctx, struct str key, struct str text, const struct setting **ret, struct value *ret_value,
                      struct note *ret_why)
{
	const struct setting *s = setting_find(key);
	if (!s) {
		*ret_why = NOTE(MSG_SETTING_NONE, ARG_S(key));
		return ERR_NOT_FOUND;
	}
	if (!(ctx->by->needs & s->need) || ctx->by->read_only) {
		*ret_why = NOTE(MSG_SETTING_DENIED, ARG_L(s->label));
		return ERR_DENIED;
	}
	struct field f = as_field(s);
	int e = value_parse(&f, ctx->arena, text, ctx->by->lang, ret_value, ret_why);
	if (e < 0)
		return e;
	if (!ret_value->known && s->type != FIELD_TEXT) {
		*ret_why = NOTE0(MSG_FIELD_REQUIRED);
		return ERR_INVALID;
	}
	*ret = s;
	return 0;
}

static int write_one(struct reg_ctx *ctx, struct str key, struct str text, bool record, bool *recompute, struct note *ret_why)
{
	const struct setting *s = NULL;
	struct value before, after;
	int e = read_value(ctx, key, text, &s, &after, ret_why);
	if (e == 0)
		e = current(ctx, s, &before);
	if (e < 0)
		return e;
	struct field f = as_field(s);
	if (s->type == FIELD_TEXT ? str_eq(before.s, after.s) : before.i == after.i)
		return 0;
	e = put(ctx->conn, ctx->arena, s, &after, false);
	if (e < 0)
		return e;
	*recompute = *recompute || s->recompute;
	if (!record)
		return 0;
	struct audit_change change = { .field = str_of(s->key), .has_before = true, .has_after = true,
		.before = value_str(ctx->arena, &f, &before, FORM_API, LANG_JA), .after = value_str(ctx->arena, &f, &after, FORM_API, LANG_JA) };
	struct audit_entry entry = auth_entry(ctx->arena, ctx->by, AUDIT_SETTING);
	entry.subject = str_of(s->key);
	entry.change = &change;
	entry.changes = 1;
	return audit_append(ctx->conn, &entry);
}

int setting_write(struct reg_ctx *ctx, struct str key, struct str value, struct note *ret_why, int64_t *ret_moved)
{
	return setting_write_many(ctx, &key, &value, 1, ret_why, ret_moved);
}

int setting_write_many(struct reg_ctx *ctx, const struct str *keys, const struct str *values, size_t n, struct note *ret_why,
                       int64_t *ret_moved)
{
	struct str why = STR_NULL;
	int64_t moved = 0;
	int e = 0;
	for (size_t i = 0; e == 0 && i < n; i++) {
		bool recompute = false;
		e = write_one(ctx, keys[i], values[i], true, &recompute, ret_why);
		if (e == 0 && recompute)
			why = why.n ? str_printf(ctx->arena, "%.*s, %.*s", STR_FMT(why), STR_FMT(keys[i])) : keys[i];
	}
	if (e == 0 && why.n)
		e = reg_recompute_all(ctx, why, &moved);
	if (e == 0 && ret_moved)
		*ret_moved = moved;
	return e;
}

/* ---- what would move ---- */

struct preview {
	struct reg_ctx ctx;
	const struct str *keys, *values;
	size_t n;
	setting_look_fn *look;
	void *arg;
	int64_t moved;
	struct note *why;
	bool done;
};

static int preview_job(struct db_conn *c, void *arg)
{
	struct preview *p = arg;
	p->ctx.conn = c;
	bool recompute = false;
	int64_t newest = 0;
	int e = moved_newest(c, p->ctx.arena, &newest);
	for (size_t i = 0; e == 0 && i < p->n; i++)
		e = write_one(&p->ctx, p->keys[i], p->values[i], false, &recompute, p->why);
	if (e == 0 && recompute)
		e = reg_recompute_all(&p->ctx, STR("preview"), &p->moved);
	if (e == 0 && p->look)
		e = p->look(c, p->arg, newest);
	p->done = e == 0;
	return e < 0 ? e : ERR_BUSY; /* whatever was written is undone with the job */
}

int setting_preview(struct db *db, struct reg_ctx *ctx, const struct str *keys, const struct str *values, size_t n,
                    setting_look_fn *look, void *arg, int64_t *ret_moved, struct note *ret_why)
{
	struct preview p = { .ctx = *ctx, .keys = keys, .values = values, .n = n, .look = look, .arg = arg, .why = ret_why };
	int e = db_write(db, preview_job, &p);
	if (!p.done)
		return e;
	*ret_moved = p.moved;
	return 0;
}
