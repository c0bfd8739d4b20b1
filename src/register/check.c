/* What a change gives, and everything that can refuse it: rights on fields, values, references, the unit, the keys. */
#include "base/text.h"
#include "base/text/register.h"
#include "register/writing.h"

static void wrong(struct writing *w, int field, struct note why)
{
	for (size_t i = 0; i < w->ret->errors.n; i++)
		if (field >= 0 && w->ret->errors.error[i].field == field)
			return; /* one complaint a field */
	error_add(&w->ret->errors, field, why);
}

/* ---- what is given ---- */

/* A value for a derived field goes to the field that overrides it, when it says something new. */
static void take_derived(struct writing *w, size_t i)
{
	const struct field *f = w->view->field[i];
	const struct value *v = &w->change->v[i];
	if (!v->known || value_eq(f, v, writing_before(w, i)))
		return;
	int s = f->settled_by ? reg_field(w->reg, f->settled_by) : -1;
	if (s < 0) {
		/* A file's column that differs is the importer's to report; anybody else is told. */
		if (!w->change->from_file)
			wrong(w, (int)i, NOTE0(MSG_FIELD_DERIVED));
		return;
	}
	if (w->take[s])
		return; /* given by itself: that one counts */
	w->after.v[s] = *v;
	w->take[s] = true;
}

static void take_reasons(struct writing *w)
{
	for (size_t i = 0; i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		int s = f->settled_by ? reg_field(w->reg, f->settled_by) : -1, reason = f->reason_field ? reg_field(w->reg, f->reason_field) : -1;
		if (s < 0 || reason < 0)
			continue;
		bool overrides = w->after.v[s].known && !value_eq(f, &w->after.v[s], writing_before(w, (size_t)s));
		if (overrides && !w->take[reason] && w->change->from_file && w->change->reason.n) {
			struct str text = text_clip(w->change->reason, (size_t)(w->reg->field[reason].max ? w->reg->field[reason].max : LIMIT_TEXT));
			w->after.v[reason] = (struct value){ .known = true, .s = text };
			w->take[reason] = true;
		}
		if (overrides && !w->after.v[reason].known)
			wrong(w, reason, NOTE0(MSG_FIELD_REASON));
		/* An override taken back takes its reason along. */
		if (!w->after.v[s].known && writing_before(w, (size_t)s)->known && !w->take[reason])
			w->after.v[reason] = (struct value){ .known = false };
	}
}

static void check_field_right(struct writing *w, size_t i)
{
	const struct field *f = w->view->field[i];
	if (w->trusted)
		return;
	/* Whether a guess is right must not show: a private field is refused without looking at it. */
	if (f->flags & (FIELD_PRIVATE | FIELD_SECRET) && !writing_may(w, OP_PRIVATE, w->after.unit_id)) {
		wrong(w, (int)i, NOTE0(MSG_FIELD_PRIVATE));
		return;
	}
	if (value_eq(f, &w->after.v[i], writing_before(w, i)))
		return;
	if (f->flags & FIELD_SETTLE && !writing_may(w, OP_SETTLE, w->after.unit_id))
		wrong(w, (int)i, NOTE0(MSG_FIELD_SETTLE));
	else if (f->flags & FIELD_ENGINE && !w->change->by_engine)
		wrong(w, (int)i, NOTE0(MSG_FIELD_ENGINE));
}

static void take_given(struct writing *w)
{
	const struct change *c = w->change;
	if (c->kind != CHANGE_SAVE)
		return;
	for (size_t i = 0; i < w->view->fields; i++)
		if (c->given[i] && !w->view->field[i]->derived) {
			w->after.v[i] = c->v[i];
			w->take[i] = true;
		}
	for (size_t i = 0; i < w->reg->fields; i++)
		if (c->given[i] && w->reg->field[i].derived)
			take_derived(w, i);
}

/* A file's override that equals the computed value is none. What the other inputs of this change make of the computed
 * value is known only behind the derivation: drop_overrides() looks again there. */
static void drop_known_overrides(struct writing *w)
{
	if (!w->change->from_file || !w->exists)
		return;
	bool others = false;
	for (size_t i = 0; i < w->view->fields; i++) {
		bool settles = false;
		for (size_t k = 0; k < w->reg->fields; k++) {
			const struct field *f = &w->reg->field[k];
			settles = settles || (f->settled_by && (reg_field(w->reg, f->settled_by) == (int)i ||
			                                        reg_field(w->reg, f->reason_field) == (int)i));
		}
		others = others || (!settles && w->take[i] && !value_eq(w->view->field[i], &w->after.v[i], &w->before.v[i]));
	}
	for (size_t i = 0; !others && i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		int s = f->settled_by ? reg_field(w->reg, f->settled_by) : -1, c = f->computed ? reg_field(w->reg, f->computed) : -1;
		if (s < 0 || c < 0 || !w->take[s] || !w->after.v[s].known || value_eq(f, &w->after.v[s], &w->before.v[s]) ||
		    !value_eq(f, &w->after.v[s], &w->before.v[c]))
			continue;
		int reason = reg_field(w->reg, f->reason_field);
		w->after.v[s] = (struct value){ .known = false };
		if (reason >= 0)
			w->after.v[reason] = w->before.v[reason];
		if (reason >= 0 && w->before.v[s].known)
			w->after.v[reason].known = false;
	}
}

static void check_values(struct writing *w)
{
	for (size_t i = 0; i < w->view->fields; i++) {
		const struct field *f = w->view->field[i];
		if (f->derived)
			continue;
		struct value *v = &w->after.v[i];
		struct note why;
		if (w->take[i] && v->known && field_is_text(f) && v->s.n == 0)
			v->known = false;
		if (w->take[i] && value_check(f, w->ctx->arena, v, &why) < 0)
			wrong(w, (int)i, why);
		/* A field that was not asked for is not held against the change of another. */
		if (f->flags & FIELD_REQUIRED && !v->known && (w->take[i] || !w->exists))
			wrong(w, (int)i, NOTE0(MSG_FIELD_REQUIRED));
	}
}

/* ---- references ---- */

/* The row pointed to: live, visible, and of this batch or of no hidden one. Gives its name. */
static int reference_check(struct writing *w, const struct field *f, int64_t id, struct str *ret_code, struct str *ret_title)
{
	const struct reg *r = reg_find(str_of(f->target));
	bool open = !(r->field[reg_info(r)->title].flags & (FIELD_PRIVATE | FIELD_SECRET));
	struct sql q;
	sql_init(&q, w->ctx->arena);
	sql_lit(&q, "SELECT r.code, ");
	if (open) {
		sql_lit(&q, "t.");
		sql_name(&q, r->title);
	} else {
		sql_lit(&q, "NULL");
	}
	sql_lit(&q, " FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t JOIN record r ON r.id = t.id WHERE t.id = ");
	sql_i64(&q, id);
	sql_lit(&q, " AND t.archived = 0 AND (t.batch = 0 OR t.batch = ");
	sql_i64(&q, w->change->batch ? w->change->batch : w->after.batch);
	sql_lit(&q, " OR t.batch NOT IN " BATCH_HIDDEN ")");
	if (!w->trusted)
		auth_visible(&q, w->ctx->by, reg_number(r), OP_READ, "t");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(w->ctx->conn, &q, &s);
	if (e < 0)
		return e;
	*ret_code = stmt_str_dup(s, w->ctx->arena, 0);
	*ret_title = stmt_str_dup(s, w->ctx->arena, 1);
	return 0;
}

/* The rows that given names mean; what fills a new row may look at them. */
static int find_references(struct writing *w)
{
	for (size_t i = 0; i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		struct value *v = &w->after.v[i];
		if (!field_is_reference(f) || !w->take[i] || !v->known || v->i)
			continue;
		const struct reg *target = reg_find(str_of(f->target));
		int e = reference_find(w->ctx->conn, w->ctx->arena, w->trusted ? NULL : w->ctx->by, f, v->s, &v->i);
		if (e == ERR_NOT_FOUND)
			wrong(w, (int)i, NOTE(MSG_REFERENCE_NONE, ARG_L(target->label), ARG_S(v->s)));
		else if (e == ERR_INVALID)
			wrong(w, (int)i, NOTE(MSG_REFERENCE_SEVERAL, ARG_L(target->label), ARG_S(v->s), ARG_S(str_of(target->code))));
		else if (e < 0)
			return e;
	}
	return 0;
}

static int check_references(struct writing *w)
{
	for (size_t i = 0; i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		struct value *v = &w->after.v[i];
		const bool filled = !w->exists && !w->take[i];
		if (!field_is_reference(f) || !(w->take[i] || filled) || !v->known || !v->i)
			continue;
		if (value_eq(f, v, writing_before(w, i)))
			continue; /* what stands may point to a row that was archived since */
		struct str code = STR_NULL, title = STR_NULL;
		int e = reference_check(w, f, v->i, &code, &title);
		if (e == ERR_NOT_FOUND) {
			if (!filled) /* the register's own rule put it there; its name is not the writer's to read */
				wrong(w, (int)i, NOTE(MSG_REFERENCE_GONE, ARG_L(reg_find(str_of(f->target))->label)));
			continue;
		}
		if (e < 0)
			return e;
		v->s = title.n ? title : code;
		w->name_after[i] = title.n ? str_printf(w->ctx->arena, "%.*s %.*s", STR_FMT(code), STR_FMT(title)) : code;
	}
	return 0;
}

/* ---- the unit, the keys ---- */

static int check_unit(struct writing *w)
{
	int owner = w->info->owner;
	if (owner >= 0)
		w->after.unit_id = w->after.v[owner].known ? w->after.v[owner].i : 0;
	if (w->exists && w->after.unit_id == w->before.unit_id)
		return 0;
	for (size_t i = 0; i < w->ret->errors.n; i++)
		if (w->ret->errors.error[i].field == owner && owner >= 0)
			return 0; /* there is no unit to look at */
	enum op op = w->exists ? OP_UPDATE : OP_CREATE;
	/* A personal link is for its items where they are: taking them out of somebody's sight is not in it. */
	if ((w->trusted || w->ctx->by->kind != PRINCIPAL_LINK) && writing_may(w, op, w->after.unit_id))
		return 0;
	if (owner >= 0)
		wrong(w, owner, w->after.unit_id ? NOTE0(MSG_FIELD_UNIT_OUTSIDE) : NOTE0(MSG_FIELD_UNIT_NEEDED));
	return ERR_DENIED;
}

/* A live row with the same value: who has it, if the principal may know. */
static int taken(struct writing *w, int field, struct str key, bool *ret_taken)
{
	struct reg_ctx *ctx = w->ctx;
	const struct reg *r = w->reg;
	*ret_taken = false;
	for (unsigned round = 0; round < 8; round++) {
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT t.id, t.unit_id, t.batch, (SELECT b.state FROM batch b WHERE b.id = t.batch) FROM ");
		sql_name(&q, r->table);
		sql_lit(&q, " t WHERE t.archived = 0 AND t.id <> ");
		sql_i64(&q, w->change->id);
		if (field < 0) {
			sql_lit(&q, " AND t.match_key = ");
			sql_str(&q, key);
		} else {
			sql_lit(&q, " AND t.");
			sql_name(&q, r->field[field].name);
			sql_lit(&q, " = ");
			value_bind(&q, &r->field[field], &w->after.v[field]);
		}
		CLEANUP(stmt_done) struct stmt *s = NULL;
		int e = db_query(ctx->conn, &q, &s);
		if (e == 0)
			e = stmt_step(s);
		if (e <= 0)
			return e;
		int64_t id = stmt_i64(s, 0), unit = stmt_i64(s, 1), batch = stmt_i64(s, 2);
		int state = stmt_is_null(s, 3) ? -1 : (int)stmt_i64(s, 3);
		stmt_done(&s);
		if (state == BATCH_DROPPING) {
			/* What a dropped import left behind stands in nobody's way. */
			e = batch_remove_row(ctx, w->view, id);
			if (e < 0)
				return e;
			continue;
		}
		*ret_taken = true;
		if (state == BATCH_PENDING && batch != w->change->batch) {
			wrong(w, field, NOTE0(MSG_ROW_EXISTS_IMPORT));
			return 0;
		}
		struct str name = STR_NULL;
		if (w->trusted || auth_allows(ctx->conn, ctx->by, w->info->number, OP_READ, unit, id)) {
			e = record_subject(ctx->conn, ctx->arena, r, id, &name);
			if (e < 0)
				return e;
		}
		if (field < 0)
			wrong(w, -1, name.n ? NOTE(MSG_ROW_EXISTS, ARG_S(name)) : NOTE0(MSG_ROW_EXISTS_HIDDEN));
		else
			wrong(w, field, name.n ? NOTE(MSG_FIELD_TAKEN, ARG_S(name)) : NOTE0(MSG_FIELD_TAKEN_HIDDEN));
		return 0;
	}
	return ERR_CORRUPT;
}

int writing_check_keys(struct writing *w, struct str key)
{
	if (w->after.state == RECORD_ARCHIVED)
		return 0;
	bool revived = w->exists && w->before.state == RECORD_ARCHIVED;
	bool is_taken = false;
	for (size_t i = 0; i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		if (!(f->flags & FIELD_UNIQUE) || !w->after.v[i].known || (!revived && value_eq(f, &w->after.v[i], writing_before(w, i))))
			continue;
		int e = taken(w, (int)i, STR_NULL, &is_taken);
		if (e < 0 || is_taken)
			return e < 0 ? e : ERR_EXISTS;
	}
	if (!key.n || (w->exists && !revived && str_eq(key, w->key_before)))
		return 0;
	int e = taken(w, -1, key, &is_taken);
	return e < 0 ? e : is_taken ? ERR_EXISTS : 0;
}

/* ---- in their order ---- */

int writing_check(struct writing *w)
{
	const struct reg_hooks *hooks = w->reg->hooks;
	take_given(w);
	int e = find_references(w);
	if (e < 0)
		return e;
	if (!w->exists && hooks && hooks->fill)
		hooks->fill(w->ctx, &w->after);
	if (w->change->kind == CHANGE_SAVE) {
		if (w->exists && w->before.state == RECORD_ARCHIVED) {
			wrong(w, -1, NOTE0(MSG_ROW_ARCHIVED));
			return ERR_INVALID;
		}
		drop_known_overrides(w);
		take_reasons(w);
	}
	check_values(w);
	e = check_references(w);
	if (e == 0)
		e = check_unit(w);
	if (e < 0)
		return e;
	for (size_t i = 0; i < w->view->fields; i++)
		if (w->take[i])
			check_field_right(w, i);
	derive_local(w->reg, w->ctx->arena, &w->after);
	return 0;
}
