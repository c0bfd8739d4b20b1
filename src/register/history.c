/* The trail of a row made readable, and the undo that reads it back. */
#include "register/history.h"

#include "base/text.h"
#include "base/text/register.h"
#include "register/engine.h"
#include "register/link.h"
#include "register/query.h"

static history_say *const *say;
static size_t say_count;

void history_declare(history_say *const *s, size_t n)
{
	say = s;
	say_count = n;
}

/* A line that is no field, in its room's words. */
static void say_line(struct arena *a, enum lang lang, struct str name, struct history_line *l)
{
	struct str *const sides[] = { &l->before, &l->after };
	for (size_t k = 0; k < COUNT_OF(sides); k++)
		for (size_t i = 0; sides[k]->n && i < say_count; i++)
			if (say[i](a, lang, name, *sides[k], &l->label, sides[k]))
				break;
}

static struct str shown(struct arena *a, const struct field *f, struct str recorded, enum lang lang)
{
	if (!f || field_is_text(f) || field_is_reference(f))
		return recorded; /* references are recorded as code and title */
	struct value v;
	struct note why;
	if (value_parse(f, a, recorded, lang, &v, &why) < 0 || !v.known)
		return recorded;
	return value_str(a, f, &v, FORM_VIEW, lang);
}

/* What is no field of the register: a link, a comment, an attachment, the other row of a merge. */
static struct str other_label(const struct reg_view *view, struct str name, enum lang lang)
{
	const struct link_kind *k = link_find(name);
	if (k)
		return label_of(strcmp(k->from, view->reg->name) == 0 ? k->forward : k->backward, lang);
	if (str_eq(name, STR("comment")))
		return msg(lang, MSG_HISTORY_COMMENT);
	if (str_eq(name, STR("attachment")))
		return msg(lang, MSG_HISTORY_ATTACHMENT);
	if (str_eq(name, STR("merged_from")))
		return msg(lang, MSG_HISTORY_MERGED);
	if (str_eq(name, STR("approval")))
		return msg(lang, MSG_HISTORY_APPROVAL);
	return name;
}

/* The register of the row that a line names: what a reference points to, the other end of a link, the other row of a
 * merge. NULL for lines that name none. */
static const struct reg *named_register(const struct reg_view *view, const struct field *f, struct str name)
{
	if (f)
		return field_is_reference(f) ? reg_find(str_of(f->target)) : NULL;
	const struct link_kind *k = link_find(name);
	if (k)
		return reg_find(str_of(strcmp(k->from, view->reg->name) == 0 ? k->to : k->from));
	return str_eq(name, STR("merged_from")) ? view->reg : NULL;
}

/* May the reader know the row recorded as "AST-0001 Title"? The trail keeps its title whoever asks. */
static int name_readable(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, struct str recorded,
                         bool *ret)
{
	struct sql visible;
	sql_init(&visible, a);
	auth_visible(&visible, p, reg_number(r), OP_READ, "t");
	bool all = visible.text.n == 0;
	sql_release(&visible);
	*ret = all;
	if (all)
		return 0;
	ptrdiff_t blank = str_find_char(recorded, ' ');
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM record r JOIN ");
	sql_name(&q, r->table);
	sql_lit(&q, " t ON t.id = r.id WHERE r.code = ");
	sql_str(&q, blank < 0 ? recorded : str_sub(recorded, 0, (size_t)blank));
	auth_visible(&q, p, reg_number(r), OP_READ, "t");
	int64_t n = 0;
	int e = db_get_i64(c, &q, &n);
	*ret = n > 0;
	return e;
}

static int lines(struct db_conn *conn, struct arena *a, const struct principal *p, const struct reg_view *view,
                 const struct audit_entry *from, enum lang lang, struct history_entry *to)
{
	to->line = ARENA_ARRAY(a, from->changes + 1, struct history_line);
	for (size_t i = 0; i < from->changes; i++) {
		const struct audit_change *c = &from->change[i];
		int at = reg_view_field(view, c->field);
		const struct field *f = at >= 0 ? view->field[at] : NULL;
		if (f && !reg_field_readable(p, view->reg, f))
			continue;
		struct history_line *l = &to->line[to->lines++];
		*l = (struct history_line){ .label = f ? label_of(f->label, lang) : other_label(view, c->field, lang), .field = at, .has_before = c->has_before,
			.has_after = c->has_after };
		l->hidden = (c->has_before && str_starts(c->before, STR(DIGEST_PREFIX))) ||
		            (c->has_after && str_starts(c->after, STR(DIGEST_PREFIX)));
		const struct reg *named = l->hidden ? NULL : named_register(view, f, c->field);
		const struct str side[] = { c->has_before ? c->before : STR_NULL, c->has_after ? c->after : STR_NULL };
		for (size_t k = 0; named && !l->hidden && k < COUNT_OF(side); k++) {
			bool readable = true;
			int e = side[k].n ? name_readable(conn, a, p, named, side[k], &readable) : 0;
			if (e < 0)
				return e;
			l->hidden = !readable;
		}
		if (l->hidden)
			continue;
		if (c->has_before)
			l->before = shown(a, f, c->before, lang);
		if (c->has_after)
			l->after = shown(a, f, c->after, lang);
		if (!f)
			say_line(a, lang, c->field, l);
	}
	return 0;
}

int history_of(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg_view *view, int64_t id,
               int64_t before_seq, size_t limit, enum lang lang, struct history_entry **ret, size_t *ret_n)
{
	const struct reg *r = NULL;
	int e = record_require(c, a, p, id, OP_READ, &r);
	if (e == 0 && r != view->reg)
		e = ERR_NOT_FOUND;
	struct audit_filter f = { .record_id = id, .reg = str_of(view->reg->name), .before_seq = before_seq, .limit = limit };
	struct audit_entry *entry = NULL;
	size_t n = 0;
	if (e == 0)
		e = audit_list(c, a, &f, &entry, &n);
	if (e < 0)
		return e;
	struct history_entry *list = ARENA_ARRAY(a, n + 1, struct history_entry);
	for (size_t i = 0; i < n; i++) {
		list[i] = (struct history_entry){ .seq = entry[i].seq, .at = entry[i].at, .revision = entry[i].revision, .kind = entry[i].kind,
			.actor_name = entry[i].actor_name, .subject = entry[i].subject, .reason = entry[i].reason };
		e = lines(c, a, p, view, &entry[i], lang, &list[i]);
		if (e < 0)
			return e;
	}
	*ret = list;
	*ret_n = n;
	return 0;
}

/* ---- undo ---- */

static int cannot(struct reg_ctx *ctx, struct written *ret, msg_id why)
{
	if (!ret->errors.arena)
		ret->errors.arena = ctx->arena;
	error_add(&ret->errors, -1, NOTE0(why));
	return ERR_INVALID;
}

/* What was recorded, back into a value. References come back by the code they were recorded with. */
static int value_back(struct reg_ctx *ctx, const struct field *f, const struct audit_change *c, struct value *ret)
{
	*ret = (struct value){ .known = false };
	if (!c->has_before)
		return 0;
	if (str_starts(c->before, STR(DIGEST_PREFIX)))
		return ERR_INVALID;
	struct note why;
	return value_parse(f, ctx->arena, c->before, LANG_JA, ret, &why) < 0 ? ERR_INVALID : 0;
}

/* The entry that made the row what it is, or NULL. Comments and refusals leave its revision alone; a merge does, too, of the row
 * that stays, but changes what hangs on it. */
static int last_change(struct db_conn *c, struct arena *a, const struct reg_view *view, int64_t id, const struct audit_entry **ret)
{
	struct audit_filter filter = { .record_id = id, .reg = str_of(view->reg->name), .limit = 50 };
	struct audit_entry *list = NULL;
	size_t n = 0;
	int e = audit_list(c, a, &filter, &list, &n);
	*ret = NULL;
	for (size_t i = 0; e == 0 && !*ret && i < n; i++)
		if (list[i].revision > 0 || list[i].kind == AUDIT_MERGE)
			*ret = &list[i];
	return e;
}

static bool can_be_undone(const struct audit_entry *e)
{
	return e && (e->kind == AUDIT_UPDATE || e->kind == AUDIT_ARCHIVE || e->kind == AUDIT_RESTORE);
}

int reg_undoable(struct db_conn *c, struct arena *a, const struct reg_view *view, int64_t id, bool *ret)
{
	const struct audit_entry *last;
	int e = last_change(c, a, view, id, &last);
	if (e == 0)
		*ret = can_be_undone(last);
	return e;
}

int reg_undo(struct reg_ctx *ctx, const struct reg_view *view, int64_t id, int64_t revision, struct written *ret)
{
	*ret = (struct written){ .id = id, .errors = { .arena = ctx->arena } };
	const struct reg *r = NULL;
	int e = record_require(ctx->conn, ctx->arena, ctx->by, id, OP_READ, &r);
	if (e == 0 && r != view->reg)
		e = ERR_NOT_FOUND;
	const struct audit_entry *last = NULL;
	if (e == 0)
		e = last_change(ctx->conn, ctx->arena, view, id, &last);
	if (e < 0)
		return e;
	if (last && last->kind == AUDIT_MERGE)
		return cannot(ctx, ret, MSG_UNDO_MERGE);
	if (last && last->revision != revision)
		return ERR_CONFLICT;
	if (!can_be_undone(last))
		return cannot(ctx, ret, MSG_UNDO_NOTHING);
	const enum change_kind kind = last->kind == AUDIT_ARCHIVE ? CHANGE_RESTORE : last->kind == AUDIT_RESTORE ? CHANGE_ARCHIVE : CHANGE_SAVE;
	struct change change = change_new(ctx->arena, kind, view, id);
	change.revision = revision;
	change.reason = label_of((struct label){ "直前の変更の取り消し", "Undo of the last change" }, ctx->by->lang);
	for (size_t i = 0; kind == CHANGE_SAVE && i < last->changes; i++) {
		int at = reg_view_field(view, last->change[i].field);
		if (at < 0 || view->field[at]->derived)
			continue;
		struct value v;
		if (value_back(ctx, view->field[at], &last->change[i], &v) < 0)
			return cannot(ctx, ret, MSG_UNDO_SECRET);
		change_set(&change, at, v);
	}
	return reg_write(ctx, &change, ret);
}
