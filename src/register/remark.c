/* Comments and attachments. */
#include "register/remark.h"

#include "base/hash.h"
#include "base/text.h"
#include "base/text/register.h"
#include "register/engine.h"

static int refuse(struct note *ret_why, struct note why)
{
	*ret_why = why;
	return ERR_INVALID;
}

static struct str actor_of(struct arena *a, const struct principal *p)
{
	return auth_entry(a, p, AUDIT_COMMENT).actor;
}

static int record(struct reg_ctx *ctx, enum audit_kind kind, const struct reg *r, int64_t record_id, const char *field,
                  struct str before, struct str after)
{
	struct audit_change c = { .field = str_of(field), .has_before = before.n > 0, .has_after = after.n > 0, .before = before,
		.after = after };
	struct audit_entry entry = auth_entry(ctx->arena, ctx->by, kind);
	entry.reg = str_of(r->name);
	entry.record_id = record_id;
	entry.change = &c;
	entry.changes = 1;
	int e = record_subject(ctx->conn, ctx->arena, r, record_id, &entry.subject);
	return e == 0 ? audit_append(ctx->conn, &entry) : e;
}

/* May everything at this row be removed by the principal, not only what is their own? */
static bool may_tidy(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id)
{
	const struct reg *r = NULL;
	return record_require(c, a, p, record_id, OP_ARCHIVE, &r) == 0;
}

/* ---- comments ---- */

int comment_add(struct reg_ctx *ctx, int64_t record_id, struct str text, int64_t *ret_id, struct note *ret_why)
{
	const struct reg *r = NULL;
	int e = record_require(ctx->conn, ctx->arena, ctx->by, record_id, OP_COMMENT, &r);
	if (e < 0)
		return e;
	struct field f = { .name = "comment", .type = FIELD_LONG_TEXT, .max = LIMIT_COMMENT };
	struct value v;
	e = value_parse(&f, ctx->arena, text, ctx->by->lang, &v, ret_why);
	if (e < 0)
		return e;
	if (!v.known)
		return refuse(ret_why, NOTE0(MSG_REMARK_EMPTY));
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM remark_comment WHERE record_id = ");
	sql_i64(&q, record_id);
	int64_t n = 0;
	e = db_get_i64(ctx->conn, &q, &n);
	if (e == 0 && n >= LIMIT_REMARKS)
		return refuse(ret_why, NOTE(MSG_REMARK_MANY, ARG_I(LIMIT_REMARKS)));
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO remark_comment(record_id, at, actor, actor_name, text) VALUES (");
	sql_i64(&q, record_id);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_str(&q, actor_of(ctx->arena, ctx->by));
	sql_lit(&q, ", ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ", ");
	sql_str(&q, v.s);
	sql_lit(&q, ")");
	e = db_exec(ctx->conn, &q, NULL);
	*ret_id = db_last_id(ctx->conn);
	/* What somebody writes about people may have to go one day: the trail keeps its digest. */
	return e == 0 ? record(ctx, AUDIT_COMMENT, r, record_id, "comment", STR_NULL, value_digest(ctx, &f, v.s)) : e;
}

int comment_remove(struct reg_ctx *ctx, int64_t comment_id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT record_id, actor, text FROM remark_comment WHERE id = ");
	sql_i64(&q, comment_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(ctx->conn, &q, &s);
	if (e < 0)
		return e;
	int64_t record_id = stmt_i64(s, 0);
	bool mine = str_eq(stmt_str(s, 1), actor_of(ctx->arena, ctx->by));
	struct str text = stmt_str_dup(s, ctx->arena, 2);
	stmt_done(&s);
	const struct reg *r = NULL;
	e = record_require(ctx->conn, ctx->arena, ctx->by, record_id, mine ? OP_COMMENT : OP_ARCHIVE, &r);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM remark_comment WHERE id = ");
	sql_i64(&q, comment_id);
	e = db_exec(ctx->conn, &q, NULL);
	struct field f = { .name = "comment", .type = FIELD_LONG_TEXT };
	return e == 0 ? record(ctx, AUDIT_COMMENT, r, record_id, "comment", value_digest(ctx, &f, text), STR_NULL) : e;
}

int comment_list(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id, struct comment **ret,
                 size_t *ret_n)
{
	const struct reg *r = NULL;
	int e = record_require(c, a, p, record_id, OP_READ, &r);
	if (e < 0)
		return e;
	bool tidy = may_tidy(c, a, p, record_id);
	struct str me = actor_of(a, p);
	struct comment *list = ARENA_ARRAY(a, LIMIT_REMARKS, struct comment);
	size_t n = 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, at, actor, actor_name, text FROM remark_comment WHERE record_id = ");
	sql_i64(&q, record_id);
	sql_lit(&q, " ORDER BY id LIMIT 500");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		struct str actor = stmt_str_dup(s, a, 2);
		list[n++] = (struct comment){ .id = stmt_i64(s, 0), .at = stmt_i64(s, 1), .actor = actor, .actor_name = stmt_str_dup(s, a, 3),
			.text = stmt_str_dup(s, a, 4), .removable = tidy || str_eq(actor, me) };
	}
	*ret = list;
	*ret_n = n;
	return e;
}

/* ---- attachments ---- */

/* The last part of a path of any system, without control characters. */
static struct str file_name(struct arena *a, struct str name)
{
	for (size_t i = name.n; i-- > 0;)
		if (name.p[i] == '/' || name.p[i] == '\\') {
			name = str_sub(name, i + 1, name.n);
			break;
		}
	name = str_trim(name);
	if (!text_valid(name) || memchr(name.p ? name.p : "", '\n', name.n) || str_eq(name, STR("..")) || str_eq(name, STR(".")))
		return STR_NULL;
	return str_dup(a, text_clip(name, 200));
}

static int put_pieces(struct reg_ctx *ctx, int64_t id, struct str content)
{
	int e = 0;
	for (size_t piece = 0; e == 0 && piece * ATTACHMENT_PIECE < content.n; piece++) {
		struct str part = str_sub(content, piece * ATTACHMENT_PIECE, ATTACHMENT_PIECE);
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "INSERT INTO remark_chunk(attachment_id, piece, bytes) VALUES (");
		sql_i64(&q, id);
		sql_lit(&q, ", ");
		sql_i64(&q, (int64_t)piece);
		sql_lit(&q, ", ");
		sql_blob(&q, part.p, part.n);
		sql_lit(&q, ")");
		e = db_exec(ctx->conn, &q, NULL);
	}
	return e;
}

/* A row that is settled keeps its files as they were when it was. */
static bool takes_files(struct reg_ctx *ctx, const struct reg *r, int64_t id)
{
	return !r->hooks || !r->hooks->takes_files || r->hooks->takes_files(ctx, id);
}

int attachment_add(struct reg_ctx *ctx, int64_t record_id, struct str name, struct str type, struct str content, int64_t *ret_id,
                   struct note *ret_why)
{
	const struct reg *r = NULL;
	int e = record_require(ctx->conn, ctx->arena, ctx->by, record_id, OP_COMMENT, &r);
	if (e < 0)
		return e;
	if (!takes_files(ctx, r, record_id))
		return refuse(ret_why, NOTE0(MSG_ATTACH_SETTLED));
	name = file_name(ctx->arena, name);
	if (name.n == 0)
		return refuse(ret_why, NOTE0(MSG_ATTACH_NAME));
	if (content.n == 0)
		return refuse(ret_why, NOTE(MSG_ATTACH_EMPTY, ARG_S(name)));
	if (content.n > LIMIT_ATTACHMENT)
		return refuse(ret_why, NOTE(MSG_ATTACH_LARGE, ARG_S(name), ARG_I(LIMIT_ATTACHMENT >> 20)));
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM remark_attachment WHERE record_id = ");
	sql_i64(&q, record_id);
	int64_t n = 0;
	e = db_get_i64(ctx->conn, &q, &n);
	if (e == 0 && n >= LIMIT_REMARKS)
		return refuse(ret_why, NOTE(MSG_REMARK_MANY, ARG_I(LIMIT_REMARKS)));
	if (e < 0)
		return e;
	uint8_t hash[HASH_SIZE];
	hash_blake2b(hash, content.p, content.n);
	CLEANUP(buf_release) struct buf hex;
	buf_init(&hex, 100);
	hash_put_hex(&hex, hash, sizeof hash);
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO remark_attachment(record_id, at, actor, actor_name, name, type, size, hash) VALUES (");
	sql_i64(&q, record_id);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_str(&q, actor_of(ctx->arena, ctx->by));
	sql_lit(&q, ", ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ", ");
	sql_str(&q, name);
	sql_lit(&q, ", ");
	sql_str(&q, text_valid(type) && type.n ? text_clip(type, 100) : STR("application/octet-stream"));
	sql_lit(&q, ", ");
	sql_i64(&q, (int64_t)content.n);
	sql_lit(&q, ", ");
	sql_str(&q, buf_view(&hex));
	sql_lit(&q, ")");
	e = db_exec(ctx->conn, &q, NULL);
	*ret_id = db_last_id(ctx->conn);
	if (e == 0)
		e = put_pieces(ctx, *ret_id, content);
	struct str told = str_printf(ctx->arena, "%.*s %.*s", STR_FMT(name), STR_FMT(buf_view(&hex)));
	return e == 0 ? record(ctx, AUDIT_ATTACH, r, record_id, "attachment", STR_NULL, told) : e;
}

static int select_attachments(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id, int64_t id,
                              struct attachment *list, size_t max, size_t *ret_n)
{
	struct str me = actor_of(a, p);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, record_id, at, actor, actor_name, name, type, size, hash FROM remark_attachment WHERE ");
	if (id)
		sql_lit(&q, "id = ");
	else
		sql_lit(&q, "record_id = ");
	sql_i64(&q, id ? id : record_id);
	sql_lit(&q, " ORDER BY id LIMIT ");
	sql_i64(&q, (int64_t)max);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	size_t n = 0;
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		struct str actor = stmt_str_dup(s, a, 3);
		list[n++] = (struct attachment){ .id = stmt_i64(s, 0), .record_id = stmt_i64(s, 1), .at = stmt_i64(s, 2), .actor = actor,
			.actor_name = stmt_str_dup(s, a, 4), .name = stmt_str_dup(s, a, 5), .type = stmt_str_dup(s, a, 6), .size = stmt_i64(s, 7),
			.hash = stmt_str_dup(s, a, 8), .removable = str_eq(actor, me) };
	}
	*ret_n = n;
	return e;
}

int attachment_list(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id, struct attachment **ret,
                    size_t *ret_n)
{
	const struct reg *r = NULL;
	int e = record_require(c, a, p, record_id, OP_READ, &r);
	if (e < 0)
		return e;
	struct attachment *list = ARENA_ARRAY(a, LIMIT_REMARKS, struct attachment);
	size_t n = 0;
	e = select_attachments(c, a, p, record_id, 0, list, LIMIT_REMARKS, &n);
	bool tidy = e == 0 && may_tidy(c, a, p, record_id);
	for (size_t i = 0; i < n; i++)
		list[i].removable = list[i].removable || tidy;
	*ret = list;
	*ret_n = n;
	return e;
}

int attachment_get(struct db_conn *c, struct arena *a, const struct principal *p, int64_t attachment_id, struct attachment *ret)
{
	struct attachment found;
	size_t n = 0;
	int e = attachment_id > 0 ? select_attachments(c, a, p, 0, attachment_id, &found, 1, &n) : 0;
	if (e == 0 && n == 0)
		e = ERR_NOT_FOUND;
	const struct reg *r = NULL;
	if (e == 0)
		e = record_require(c, a, p, found.record_id, OP_READ, &r);
	if (e != 0)
		return e;
	found.removable = found.removable || may_tidy(c, a, p, found.record_id);
	*ret = found;
	return 0;
}

int attachment_piece(struct db_conn *c, struct arena *a, int64_t attachment_id, size_t piece, struct str *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT bytes FROM remark_chunk WHERE attachment_id = ");
	sql_i64(&q, attachment_id);
	sql_lit(&q, " AND piece = ");
	sql_i64(&q, (int64_t)piece);
	return db_get_str(c, &q, ret);
}

int attachment_magic(struct db_conn *c, struct arena *a, int64_t attachment_id, struct str *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT substr(bytes, 1, 16) FROM remark_chunk WHERE piece = 0 AND attachment_id = ");
	sql_i64(&q, attachment_id);
	return db_get_str(c, &q, ret);
}

int attachment_remove(struct reg_ctx *ctx, int64_t attachment_id)
{
	struct attachment at;
	int e = attachment_get(ctx->conn, ctx->arena, ctx->by, attachment_id, &at);
	if (e != 0)
		return e;
	bool mine = str_eq(at.actor, actor_of(ctx->arena, ctx->by));
	const struct reg *r = NULL;
	e = record_require(ctx->conn, ctx->arena, ctx->by, at.record_id, mine ? OP_COMMENT : OP_ARCHIVE, &r);
	if (e < 0)
		return e;
	if (!takes_files(ctx, r, at.record_id))
		return ERR_DENIED;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM remark_chunk WHERE attachment_id = ");
	sql_i64(&q, attachment_id);
	e = db_exec(ctx->conn, &q, NULL);
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "DELETE FROM remark_attachment WHERE id = ");
		sql_i64(&q, attachment_id);
		e = db_exec(ctx->conn, &q, NULL);
	}
	struct str told = str_printf(ctx->arena, "%.*s %.*s", STR_FMT(at.name), STR_FMT(at.hash));
	return e == 0 ? record(ctx, AUDIT_DETACH, r, at.record_id, "attachment", told, STR_NULL) : e;
}
