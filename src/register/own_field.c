/* Own fields: kept as rows, handed out as the same struct field that constant descriptions use. */
#include "register/own_field.h"

#include <jansson.h>

#include "base/json.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/register.h"
#include "register/engine.h"
#include "register/warn.h"

static bool type_allowed(enum field_type t)
{
	return t == FIELD_TEXT || t == FIELD_LONG_TEXT || t == FIELD_INTEGER || t == FIELD_DECIMAL || t == FIELD_MONEY ||
	       t == FIELD_DATE || t == FIELD_CHOICE || t == FIELD_YES_NO || t == FIELD_URL;
}

/* ---- the view ---- */

static int load_choices(struct db_conn *c, struct arena *a, int64_t field_id, struct field *f)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT number, label_ja, label_en FROM own_choice WHERE field_id = ");
	sql_i64(&q, field_id);
	sql_lit(&q, " ORDER BY number LIMIT 50");
	struct choice *choice = ARENA_ARRAY(a, OWN_CHOICES, struct choice);
	size_t n = 0;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		if (n == OWN_CHOICES)
			break;
		int number = (int)stmt_i64(s, 0);
		choice[n++] = (struct choice){ .number = number, .key = str_printf(a, "%d", number).p,
			.label = { str_z(a, stmt_str(s, 1)), str_z(a, stmt_str(s, 2)) } };
	}
	f->choice = choice;
	f->choices = n;
	return e;
}

int reg_view_load(struct db_conn *c, struct arena *a, const struct reg *r, struct reg_view *ret)
{
	const struct field **field = ARENA_ARRAY(a, r->fields + LIMIT_OWN_FIELDS, const struct field *);
	for (size_t i = 0; i < r->fields; i++)
		field[i] = &r->field[i];
	struct reg_view view = { .reg = r, .field = field, .fields = r->fields, .own_from = r->fields };
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, name, type, label_ja, label_en, decimals FROM own_field WHERE register = ");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, " AND retired = 0 ORDER BY id LIMIT 30");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		struct field *f = ARENA_NEW(a, struct field);
		*f = (struct field){ .name = str_z(a, stmt_str(s, 1)), .type = (enum field_type)stmt_i64(s, 2),
			.label = { str_z(a, stmt_str(s, 3)), str_z(a, stmt_str(s, 4)) }, .decimals = (unsigned)stmt_i64(s, 5),
			.section = { "自社の項目", "Own fields" } };
		e = f->type == FIELD_CHOICE ? load_choices(c, a, stmt_i64(s, 0), f) : 0;
		field[view.fields++] = f;
	}
	view.warn_days = e == 0 ? warn_days_load(c, a, r) : NULL;
	if (e == 0)
		*ret = view;
	return e;
}

/* ---- the JSON column ---- */

void own_read(struct arena *a, const struct reg_view *view, struct str json, struct value *v)
{
	for (size_t i = view->own_from; i < view->fields; i++)
		v[i] = (struct value){ .known = false };
	if (view->own_from == view->fields || json.n <= 2)
		return;
	json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	for (size_t i = view->own_from; i < view->fields; i++) {
		const struct field *f = view->field[i];
		json_t *at = json_object_get(root, f->name);
		if (field_is_text(f) && json_is_string(at))
			v[i] = (struct value){ .known = true,
				.s = str_dup(a, (struct str){ json_string_value(at), json_string_length(at) }) };
		else if (!field_is_text(f) && json_is_integer(at))
			v[i] = (struct value){ .known = true, .i = json_integer_value(at) };
	}
	json_decref(root);
}

void own_values_read(struct arena *a, const struct reg_view *view, struct str json, struct value *v)
{
	own_read(a, view, json, v);
}

static void put_value(struct json *j, const struct field *f, const struct value *v)
{
	if (field_is_text(f))
		json_put_str(j, f->name, v->s);
	else
		json_put_i64(j, f->name, v->i);
}

/* Values of retired fields stay as they were. */
static void put_rest(struct json *j, const struct reg_view *view, struct str before)
{
	json_t *root = before.n > 2 ? json_loadb(before.p, before.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
	const char *key;
	json_t *at;
	json_object_foreach(root, key, at)
	{
		if (reg_view_field(view, str_of(key)) >= 0)
			continue;
		if (json_is_string(at))
			json_put_str(j, key, (struct str){ json_string_value(at), json_string_length(at) });
		else if (json_is_integer(at))
			json_put_i64(j, key, json_integer_value(at));
	}
	json_decref(root);
}

struct str own_write(struct arena *a, const struct reg_view *view, const struct value *v, struct str before)
{
	if (view->own_from == view->fields)
		return before.n ? before : STR("{}");
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	struct json j;
	json_init(&j, &b);
	json_object_begin(&j);
	for (size_t i = view->own_from; i < view->fields; i++)
		if (v[i].known)
			put_value(&j, view->field[i], &v[i]);
	put_rest(&j, view, before);
	json_object_end(&j);
	return str_dup(a, buf_view(&b));
}

/* ---- keeping them ---- */

int own_field_list(struct db_conn *c, struct arena *a, const struct reg *r, struct own_field **ret, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT f.name, f.type, f.label_ja, f.label_en, f.decimals, c.number, c.label_ja, c.label_en, f.retired FROM own_field f "
	            "LEFT JOIN own_choice c ON c.field_id = f.id WHERE f.register = ");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, " ORDER BY f.retired, f.id, c.number LIMIT 5000");
	size_t n = 0, cap = 8;
	struct own_field *list = ARENA_ARRAY(a, cap, struct own_field);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		struct str name = stmt_str_dup(s, a, 0);
		if (n == 0 || !str_eq(list[n - 1].name, name)) {
			if (n == cap) {
				struct own_field *grown = ARENA_ARRAY(a, cap * 2, struct own_field);
				memcpy(grown, list, n * sizeof *list);
				list = grown;
				cap *= 2;
			}
			list[n++] = (struct own_field){ .name = name, .type = (enum field_type)stmt_i64(s, 1),
				.label_ja = stmt_str_dup(s, a, 2), .label_en = stmt_str_dup(s, a, 3), .decimals = (unsigned)stmt_i64(s, 4),
				.retired = stmt_i64(s, 8) != 0 };
		}
		struct own_field *f = &list[n - 1];
		if (!stmt_is_null(s, 5) && f->choices < OWN_CHOICES) {
			f->choice[f->choices].ja = stmt_str_dup(s, a, 6);
			f->choice[f->choices++].en = stmt_str_dup(s, a, 7);
		}
	}
	if (e < 0)
		return e;
	*ret = list;
	*ret_n = n;
	return 0;
}

static int refuse(struct note *ret_why, struct note why, int e)
{
	*ret_why = why;
	return e;
}

static int own_id(struct reg_ctx *ctx, const struct reg *r, struct str name, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT id FROM own_field WHERE register = ");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, " AND name = ");
	sql_str(&q, name);
	return db_get_i64(ctx->conn, &q, ret);
}

/* Labels that stand: trimmed, of useful length, no other field's. */
static int check_labels(struct reg_ctx *ctx, const struct reg *r, struct own_field *n, struct note *ret_why)
{
	n->label_ja = str_trim(n->label_ja);
	n->label_en = str_trim(n->label_en);
	if (n->label_en.n == 0)
		n->label_en = n->label_ja;
	if (n->label_ja.n == 0 || text_chars(n->label_ja) > 60 || text_chars(n->label_en) > 60 || !text_valid(n->label_ja) ||
	    !text_valid(n->label_en))
		return refuse(ret_why, NOTE0(MSG_OWN_LABEL), ERR_INVALID);
	struct reg_view view;
	int e = reg_view_load(ctx->conn, ctx->arena, r, &view);
	if (e != 0)
		return e;
	struct str key = text_match_key(ctx->arena, n->label_ja);
	for (size_t i = 0; i < view.fields; i++)
		if (!str_eq_z(n->name, view.field[i]->name) &&
		    str_eq(key, text_match_key(ctx->arena, str_of(view.field[i]->label.ja))))
			return refuse(ret_why, NOTE(MSG_OWN_LABEL_TAKEN, ARG_S(n->label_ja)), ERR_INVALID);
	for (size_t i = 0; i < n->choices; i++) {
		n->choice[i].ja = str_trim(n->choice[i].ja);
		n->choice[i].en = str_trim(n->choice[i].en);
		if (n->choice[i].en.n == 0)
			n->choice[i].en = n->choice[i].ja;
		if (n->choice[i].ja.n == 0 || text_chars(n->choice[i].ja) > 100 || text_chars(n->choice[i].en) > 100)
			return refuse(ret_why, NOTE0(MSG_OWN_CHOICES), ERR_INVALID);
	}
	return 0;
}

static int put_choices(struct reg_ctx *ctx, int64_t id, const struct own_field *n)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < n->choices; i++) {
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "INSERT INTO own_choice(field_id, number, label_ja, label_en) VALUES (");
		sql_i64(&q, id);
		sql_lit(&q, ", ");
		sql_i64(&q, (int64_t)i + 1);
		sql_lit(&q, ", ");
		sql_str(&q, n->choice[i].ja);
		sql_lit(&q, ", ");
		sql_str(&q, n->choice[i].en);
		sql_lit(&q, ") ON CONFLICT (field_id, number) DO UPDATE SET label_ja = excluded.label_ja, label_en = excluded.label_en");
		e = db_exec(ctx->conn, &q, NULL);
	}
	return e;
}

static int record(struct reg_ctx *ctx, const struct reg *r, struct str name, struct str before, struct str after)
{
	struct audit_entry entry = auth_entry(ctx->arena, ctx->by, AUDIT_SETTING);
	struct audit_change change = { .field = name, .has_before = before.n > 0, .has_after = after.n > 0, .before = before,
		.after = after };
	entry.reg = str_of(r->name);
	entry.subject = str_printf(ctx->arena, "own_field %s.%.*s", r->name, STR_FMT(name));
	entry.change = &change;
	entry.changes = 1;
	return audit_append(ctx->conn, &entry);
}

int own_field_create(struct reg_ctx *ctx, const struct reg *r, const struct own_field *given, struct str *ret_name,
                     struct note *ret_why)
{
	if (!(ctx->by->needs & NEED_SETTINGS) || ctx->by->read_only)
		return refuse(ret_why, NOTE0(MSG_OWN_DENIED), ERR_DENIED);
	struct own_field n = *given;
	n.name = STR_NULL;
	if (!type_allowed(n.type))
		return refuse(ret_why, NOTE0(MSG_OWN_TYPE), ERR_INVALID);
	if ((n.type == FIELD_CHOICE) != (n.choices > 0) || n.choices > OWN_CHOICES)
		return refuse(ret_why, NOTE0(MSG_OWN_CHOICES), ERR_INVALID);
	if (n.type != FIELD_DECIMAL)
		n.decimals = 0;
	else if (n.decimals < 1 || n.decimals > OWN_DECIMALS)
		return refuse(ret_why, NOTE(MSG_OWN_DECIMALS, ARG_I(OWN_DECIMALS)), ERR_INVALID);
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM own_field WHERE retired = 0 AND register = ");
	sql_str(&q, str_of(r->name));
	int64_t live = 0, number = 0;
	int e = db_get_i64(ctx->conn, &q, &live);
	if (e == 0 && live >= LIMIT_OWN_FIELDS)
		return refuse(ret_why, NOTE(MSG_OWN_FULL, ARG_I(LIMIT_OWN_FIELDS)), ERR_LIMIT);
	if (e == 0)
		e = check_labels(ctx, r, &n, ret_why);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) + 1 FROM own_field WHERE register = ");
	sql_str(&q, str_of(r->name));
	e = db_get_i64(ctx->conn, &q, &number);
	struct str name = str_printf(ctx->arena, "own_%lld", (long long)number);
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "INSERT INTO own_field(register, name, type, label_ja, label_en, decimals) VALUES (");
		sql_str(&q, str_of(r->name));
		sql_lit(&q, ", ");
		sql_str(&q, name);
		sql_lit(&q, ", ");
		sql_i64(&q, n.type);
		sql_lit(&q, ", ");
		sql_str(&q, n.label_ja);
		sql_lit(&q, ", ");
		sql_str(&q, n.label_en);
		sql_lit(&q, ", ");
		sql_i64(&q, n.decimals);
		sql_lit(&q, ")");
		e = db_exec(ctx->conn, &q, NULL);
	}
	if (e == 0)
		e = put_choices(ctx, db_last_id(ctx->conn), &n);
	if (e == 0)
		e = record(ctx, r, name, STR_NULL, n.label_ja);
	if (e == 0)
		*ret_name = name;
	return e;
}

int own_field_change(struct reg_ctx *ctx, const struct reg *r, const struct own_field *given, struct note *ret_why)
{
	if (!(ctx->by->needs & NEED_SETTINGS) || ctx->by->read_only)
		return refuse(ret_why, NOTE0(MSG_OWN_DENIED), ERR_DENIED);
	struct own_field n = *given;
	int64_t id = 0;
	int e = own_id(ctx, r, n.name, &id);
	if (e == ERR_NOT_FOUND)
		return refuse(ret_why, NOTE0(MSG_OWN_NONE), e);
	if (e == 0)
		e = check_labels(ctx, r, &n, ret_why);
	struct sql q;
	struct str before = STR_NULL;
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT label_ja FROM own_field WHERE id = ");
		sql_i64(&q, id);
		e = db_get_str(ctx->conn, &q, &before);
	}
	int64_t choices = 0;
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT count(*) FROM own_choice WHERE field_id = ");
		sql_i64(&q, id);
		e = db_get_i64(ctx->conn, &q, &choices);
	}
	if (e == 0 && (n.choices > OWN_CHOICES || (int64_t)n.choices < choices || (choices == 0 && n.choices > 0)))
		return refuse(ret_why, NOTE0(MSG_OWN_CHOICES), ERR_INVALID);
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "UPDATE own_field SET label_ja = ");
		sql_str(&q, n.label_ja);
		sql_lit(&q, ", label_en = ");
		sql_str(&q, n.label_en);
		sql_lit(&q, " WHERE id = ");
		sql_i64(&q, id);
		e = db_exec(ctx->conn, &q, NULL);
	}
	if (e == 0)
		e = put_choices(ctx, id, &n);
	return e == 0 ? record(ctx, r, n.name, before, n.label_ja) : e;
}

int own_field_retire(struct reg_ctx *ctx, const struct reg *r, struct str name, bool retired, struct note *ret_why)
{
	if (!(ctx->by->needs & NEED_SETTINGS) || ctx->by->read_only)
		return refuse(ret_why, NOTE0(MSG_OWN_DENIED), ERR_DENIED);
	int64_t id = 0, live = 0;
	int e = own_id(ctx, r, name, &id);
	if (e == ERR_NOT_FOUND)
		return refuse(ret_why, NOTE0(MSG_OWN_NONE), e);
	struct sql q;
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT count(*) FROM own_field WHERE retired = 0 AND register = ");
		sql_str(&q, str_of(r->name));
		e = db_get_i64(ctx->conn, &q, &live);
	}
	if (e == 0 && !retired && live >= LIMIT_OWN_FIELDS)
		return refuse(ret_why, NOTE(MSG_OWN_FULL, ARG_I(LIMIT_OWN_FIELDS)), ERR_LIMIT);
	int64_t changed = 0;
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "UPDATE own_field SET retired = ");
		sql_i64(&q, retired);
		sql_lit(&q, " WHERE id = ");
		sql_i64(&q, id);
		sql_lit(&q, " AND retired <> ");
		sql_i64(&q, retired);
		e = db_exec(ctx->conn, &q, &changed);
	}
	if (e == 0 && changed)
		e = record(ctx, r, name, retired ? STR("in use") : STR("retired"), retired ? STR("retired") : STR("in use"));
	return e;
}
