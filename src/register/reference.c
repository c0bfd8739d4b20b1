/* Finding rows: what a reference names, what a record is. */
#include "base/num.h"
#include "base/text.h"
#include "register/engine.h"

/* " AND ..." for rows of t that this principal may point to: live, of no hidden batch, readable. */
static void pointable(struct sql *q, const struct principal *p, const struct reg *r)
{
	sql_lit(q, " AND t.archived = 0 AND t.batch NOT IN " BATCH_HIDDEN);
	if (p)
		auth_visible(q, p, reg_number(r), OP_READ, "t");
}

static int one_id(struct db_conn *c, struct sql *q, int64_t *ret_id)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(c, q, &s);
	if (e < 0)
		return e;
	int64_t id = stmt_i64(s, 0);
	e = stmt_step(s);
	if (e != 0)
		return e < 0 ? e : ERR_INVALID;
	*ret_id = id;
	return 0;
}

static int by_code(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, struct str name,
                   int64_t *ret_id)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id FROM record r JOIN ");
	sql_name(&q, r->table);
	sql_lit(&q, " t ON t.id = r.id WHERE r.code = ");
	sql_str(&q, name);
	pointable(&q, p, r);
	return one_id(c, &q, ret_id);
}

static int by_key(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, struct str key,
                  int64_t *ret_id)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t WHERE t.match_key = ");
	sql_str(&q, key);
	pointable(&q, p, r);
	return one_id(c, &q, ret_id);
}

static int by_title(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, struct str name,
                    int64_t *ret_id)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t WHERE t.");
	sql_name(&q, r->title);
	sql_lit(&q, " = ");
	sql_str(&q, name);
	pointable(&q, p, r);
	sql_lit(&q, " LIMIT 2");
	return one_id(c, &q, ret_id);
}

/* The last way: every title folded. Registers that are pointed to by name are those people keep by hand. */
static int by_folded_title(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, struct str key,
                           int64_t *ret_id)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id, t.");
	sql_name(&q, r->title);
	sql_lit(&q, " FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t WHERE t.id > 0");
	pointable(&q, p, r);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	int64_t found = 0;
	struct arena *fold = arena_new(LIMIT_ARENA);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		if (!str_eq(text_match_key(fold, stmt_str(s, 1)), key))
			continue;
		if (found) {
			e = ERR_INVALID;
			break;
		}
		found = stmt_i64(s, 0);
	}
	arena_free(fold);
	if (e < 0)
		return e;
	if (!found)
		return ERR_NOT_FOUND;
	*ret_id = found;
	return 0;
}

static struct str code_form(struct arena *a, const struct reg *r, struct str name)
{
	/* "ast-0001 Some title" as the product itself writes references: the code is the first word. */
	struct str rest = str_trim(text_fold(a, name)), word;
	if (!str_cut(&rest, ' ', &word) || word.n > 20)
		return STR_NULL;
	char *z = arena_copy(a, word.p, word.n);
	for (size_t i = 0; i < word.n; i++)
		if (z[i] >= 'a' && z[i] <= 'z')
			z[i] = (char)(z[i] - 'a' + 'A');
	struct str code = { z, word.n }, prefix = str_of(r->code);
	if (!str_starts(code, prefix) || code.n < prefix.n + 2 || code.p[prefix.n] != '-')
		return STR_NULL;
	return code;
}

int reference_find(struct db_conn *c, struct arena *a, const struct principal *p, const struct field *f, struct str name,
                   int64_t *ret_id)
{
	const struct reg *r = reg_find(str_of(f->target));
	if (!r)
		return ERR_NOT_FOUND;
	name = str_trim(name);
	if (name.n == 0)
		return ERR_NOT_FOUND;
	int64_t id = 0;
	if (name.p[0] == '#' && num_parse_i64(str_sub(name, 1, name.n), 1, INT64_MAX, &id) == 0) {
		struct sql q;
		sql_init(&q, a);
		sql_lit(&q, "SELECT t.id FROM ");
		sql_name(&q, r->table);
		sql_lit(&q, " t WHERE t.id = ");
		sql_i64(&q, id);
		pointable(&q, p, r);
		return one_id(c, &q, ret_id);
	}
	int e = ERR_NOT_FOUND;
	struct str code = code_form(a, r, name);
	if (code.n)
		e = by_code(c, a, p, r, code, ret_id);
	if (e != ERR_NOT_FOUND)
		return e;
	const struct reg_info *info = reg_info(r);
	struct str key = text_match_key(a, name);
	if (info->keys == 1 && r->field[info->key[0]].type == FIELD_TEXT)
		e = by_key(c, a, p, r, key, ret_id);
	if (e != ERR_NOT_FOUND || (info->keys == 1 && info->key[0] == info->title))
		return e;
	e = by_title(c, a, p, r, name, ret_id);
	return e == ERR_NOT_FOUND ? by_folded_title(c, a, p, r, key, ret_id) : e;
}

/* ---- records ---- */

int record_find(struct db_conn *c, struct arena *a, int64_t id, const struct reg **ret_reg, int64_t *ret_unit,
                enum record_state *ret_state)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT register, unit_id, state FROM record WHERE id = ");
	sql_i64(&q, id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(c, &q, &s);
	if (e < 0)
		return e;
	*ret_reg = reg_find(stmt_str(s, 0));
	*ret_unit = stmt_i64(s, 1);
	*ret_state = stmt_i64(s, 2) ? RECORD_ARCHIVED : RECORD_LIVE;
	return *ret_reg ? 0 : ERR_NOT_FOUND;
}

int record_require(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, enum op op,
                   const struct reg **ret_reg)
{
	int64_t unit = 0;
	enum record_state state;
	int e = record_find(c, a, id, ret_reg, &unit, &state);
	if (e < 0)
		return e;
	/* A row of a hidden batch is nobody's yet. */
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.batch IN " BATCH_HIDDEN " FROM ");
	sql_name(&q, (*ret_reg)->table);
	sql_lit(&q, " t WHERE t.id = ");
	sql_i64(&q, id);
	int64_t hidden = 0;
	e = db_get_i64(c, &q, &hidden);
	if (e < 0)
		return e;
	if (hidden || !auth_allows(c, p, reg_number(*ret_reg), OP_READ, unit, id))
		return ERR_NOT_FOUND;
	if (op != OP_READ && (p->read_only || !auth_allows(c, p, reg_number(*ret_reg), op, unit, id)))
		return ERR_DENIED;
	return 0;
}

int record_subject(struct db_conn *c, struct arena *a, const struct reg *r, int64_t id, struct str *ret)
{
	bool open = !(r->field[reg_info(r)->title].flags & (FIELD_PRIVATE | FIELD_SECRET));
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT r.code, ");
	if (open) {
		sql_lit(&q, "t.");
		sql_name(&q, r->title);
	} else {
		sql_lit(&q, "NULL");
	}
	sql_lit(&q, " FROM record r JOIN ");
	sql_name(&q, r->table);
	sql_lit(&q, " t ON t.id = r.id WHERE r.id = ");
	sql_i64(&q, id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	*ret = STR_NULL;
	if (e <= 0)
		return e;
	struct str code = stmt_str_dup(s, a, 0), title = stmt_str(s, 1);
	*ret = title.n ? str_printf(a, "%.*s %.*s", STR_FMT(code), STR_FMT(title)) : code;
	return 0;
}

struct str row_subject(struct arena *a, const struct reg *r, const struct row *row)
{
	int title = reg_info(r)->title;
	if (!row->v[title].known || r->field[title].flags & (FIELD_PRIVATE | FIELD_SECRET))
		return row->code;
	return str_printf(a, "%.*s %.*s", STR_FMT(row->code), STR_FMT(row->v[title].s));
}
