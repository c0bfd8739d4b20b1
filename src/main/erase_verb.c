/* `ishigaki erase REGISTER CODE`: the personal data of one row. What would go is said first; --yes does it. */
#include "base/text/main.h"
#include "auth/session.h"
#include "main/open.h"
#include "main/verbs.h"
#include "register/query.h"
#include "register/register.h"

struct erase_job {
	struct reg_ctx ctx;
	const struct reg_view *view;
	int64_t id;
	struct str reason;
	struct written w;
};

static int erase(struct db_conn *conn, void *arg)
{
	struct erase_job *j = arg;
	j->ctx.conn = conn;
	return reg_erase(&j->ctx, j->view, j->id, j->reason, &j->w);
}

/* The labels of what is there to erase, with commas between. */
static struct str filled(struct call *c, const struct reg *r, const struct row *row)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 8192);
	for (size_t i = 0; i < r->fields; i++)
		if (r->field[i].flags & (FIELD_PRIVATE | FIELD_SECRET) && !r->field[i].derived && row->v[i].known)
			buf_printf(&b, "%s%.*s", b.n ? (c->lang == LANG_EN ? ", " : "、") : "", STR_FMT(label_of(r->field[i].label, c->lang)));
	return str_dup(c->arena, buf_view(&b));
}

int verb_erase(struct office *o, struct call *c)
{
	struct reg_view view;
	struct row row;
	struct principal by;
	const struct reg *r = verb_register(c);
	int code = r ? verb_caller(o, c, &by) : EXIT_USE;
	if (code != EXIT_DONE)
		return code;
	struct erase_job j = { .ctx = { .arena = c->arena, .by = &by, .key = o->key }, .view = &view, .reason = str_trim(call_option(c, "reason")) };
	if (!reg_erasable(r) || !j.reason.n) {
		call_error(c, reg_erasable(r) ? &NOTE0(MSG_MAIN_USE_ERASE) : &NOTE(MSG_MAIN_ERASE_NO_FIELD, ARG_L(r->label)));
		return EXIT_USE;
	}
	/* By its code alone, archived or not: a name may be somebody else's. */
	struct db_conn *conn = db_read_begin(o->db);
	struct sql q;
	sql_init(&q, c->arena);
	sql_lit(&q, "SELECT id FROM record WHERE register = ");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, " AND code = ");
	sql_str(&q, c->word[1]);
	int e = db_get_i64(conn, &q, &j.id);
	if (e == 0)
		e = reg_view_load(conn, c->arena, r, &view);
	if (e == 0)
		e = reg_get(conn, c->arena, &by, &view, j.id, &row);
	if (e == 0 && (!auth_allows(conn, &by, reg_number(r), OP_PRIVATE, row.unit_id, row.id) ||
	               !auth_allows(conn, &by, reg_number(r), OP_ARCHIVE, row.unit_id, row.id))) {
		auth_record_refusal(o->db, &by, str_printf(c->arena, "erase %s %.*s", r->name, STR_FMT(c->word[1])));
		e = ERR_DENIED;
	}
	db_read_end(o->db, &conn);
	struct str what = e == 0 ? filled(c, r, &row) : STR_NULL;
	struct note said = NOTE0(MSG_NONE);
	if (e == 0 && !what.n) {
		said = NOTE(MSG_MAIN_ERASE_NOTHING, ARG_S(c->word[1]));
	} else if (e == 0 && !call_flag(c, "yes")) {
		said = NOTE(MSG_MAIN_ERASE_WOULD, ARG_S(c->word[1]), ARG_S(what));
	} else if (e == 0) {
		e = db_write(o->db, erase, &j);
		said = NOTE(MSG_MAIN_ERASE_DONE, ARG_S(c->word[1]), ARG_S(what));
	}
	if (e == ERR_NOT_FOUND || e == ERR_DENIED) {
		call_error(c, e == ERR_DENIED ? &NOTE(MSG_MAIN_ERASE_DENIED, ARG_S(c->word[1])) : &NOTE(MSG_MAIN_ERASE_NO_ROW, ARG_L(r->label), ARG_S(c->word[1])));
		return EXIT_COULD_NOT;
	}
	if (e < 0)
		return verb_failed(c, e);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 8192);
	note_put(&b, c->lang, &said);
	buf_char(&b, '\n');
	call_out(c, buf_view(&b));
	return EXIT_DONE;
}
