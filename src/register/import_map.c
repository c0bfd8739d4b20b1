/* What each column means: proposed from headings, remembered once a person has decided. */
#include "base/hash.h"
#include "base/num.h"
#include "base/text/import.h"
#include "register/import_internal.h"

#include <unistd.h>

const char import_schema[] =
	"CREATE TABLE import_mapping (\n"
	"\tregister TEXT NOT NULL,\n"
	"\theadings TEXT NOT NULL,\n"
	"\tcontent TEXT NOT NULL,\n"
	"\tPRIMARY KEY (register, headings)\n"
	") STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE import_job (\n"
	"\ttoken TEXT PRIMARY KEY,\n"
	"\tregister TEXT NOT NULL,\n"
	"\towner TEXT NOT NULL,\n"
	"\tfile_name TEXT NOT NULL,\n"
	"\tat INTEGER NOT NULL,\n"
	"\tstate INTEGER NOT NULL,\n"
	"\tcontent TEXT NOT NULL\n"
	") STRICT, WITHOUT ROWID;\n"
	"CREATE INDEX import_job_at ON import_job(at);\n";

void import_map_propose(struct arena *a, const struct reg_view *view, const struct import_names *names, struct import_plan *plan)
{
	bool *taken = ARENA_ARRAY(a, view->fields + 1, bool), code = false;
	for (size_t i = 0; i < plan->columns; i++) {
		struct import_column *c = &plan->column[i];
		int f = import_names_exact(names, a, c->heading);
		if ((f >= 0 && taken[f]) || (f == IMPORT_CODE && code))
			f = IMPORT_LEFT_OUT; /* the first column of a name has it */
		if (f >= 0)
			taken[f] = true;
		code |= f == IMPORT_CODE;
		c->field = f;
	}
	for (size_t i = 0; i < plan->columns; i++) {
		struct import_column *c = &plan->column[i];
		if (c->field != IMPORT_LEFT_OUT || import_names_exact(names, a, c->heading) != IMPORT_LEFT_OUT)
			continue;
		int f = import_names_loose(names, a, c->heading, taken);
		if (f < 0 || view->field[f]->flags & FIELD_ENGINE)
			continue;
		taken[f] = true;
		c->field = f;
		c->guessed = true;
	}
}

static struct str headings_hash(struct arena *a, const struct import_plan *plan)
{
	struct hash h;
	uint8_t out[HASH_SIZE];
	hash_begin(&h);
	for (size_t i = 0; i < plan->columns; i++) {
		char at[24];
		int n = snprintf(at, sizeof at, "\n%zu:", plan->column[i].column);
		hash_add(&h, at, (size_t)n);
		hash_add(&h, plan->column[i].heading.p, plan->column[i].heading.n);
	}
	hash_end(&h, out);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 2 * HASH_SIZE + 1);
	hash_put_hex(&b, out, sizeof out);
	return str_dup(a, buf_view(&b));
}

/* "3=department\n4=-\n5=+\n": the column in the file, and a field's name, left out, or kept. */
int import_map_recall(struct db_conn *c, struct arena *a, const struct reg_view *view, struct import_plan *plan)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT content FROM import_mapping WHERE register = ");
	sql_str(&q, str_of(view->reg->name));
	sql_lit(&q, " AND headings = ");
	sql_str(&q, headings_hash(a, plan));
	struct str content, line;
	int e = db_get_str(c, &q, &content);
	if (e < 0)
		return e == ERR_NOT_FOUND ? 0 : e;
	while (str_cut(&content, '\n', &line)) {
		ptrdiff_t eq = str_find_char(line, '=');
		int64_t column;
		if (eq <= 0 || num_parse_i64(str_sub(line, 0, (size_t)eq), 0, LIMIT_IMPORT_COLUMNS, &column) < 0)
			continue;
		struct str name = str_sub(line, (size_t)eq + 1, line.n);
		int field = str_eq(name, STR("+")) ? IMPORT_KEEP : str_eq(name, STR("-")) ? IMPORT_LEFT_OUT : reg_view_field(view, name);
		for (size_t i = 0; i < plan->columns; i++)
			if (plan->column[i].column == (size_t)column && plan->column[i].field > IMPORT_CODE) {
				plan->column[i].field = field >= 0 || field == IMPORT_KEEP ? field : IMPORT_LEFT_OUT;
				plan->column[i].guessed = false;
			}
	}
	plan->remembered = true;
	return 0;
}

int import_map_remember(struct db_conn *writer, struct arena *a, const struct reg_view *view, const struct import_plan *plan)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_CELL);
	for (size_t i = 0; i < plan->columns; i++) {
		int f = plan->column[i].field;
		if (f <= IMPORT_CODE)
			continue;
		buf_i64(&b, (int64_t)plan->column[i].column);
		buf_char(&b, '=');
		buf_z(&b, f >= 0 ? view->field[f]->name : f == IMPORT_KEEP ? "+" : "-");
		buf_char(&b, '\n');
	}
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO import_mapping (register, headings, content) VALUES (");
	sql_str(&q, str_of(view->reg->name));
	sql_lit(&q, ", ");
	sql_str(&q, headings_hash(a, plan));
	sql_lit(&q, ", ");
	sql_str(&q, buf_view(&b));
	sql_lit(&q, ") ON CONFLICT (register, headings) DO UPDATE SET content = excluded.content");
	return db_exec(writer, &q, NULL);
}

/* ---- the plan ---- */

static int head_of(struct arena *a, const struct import_names *names, int fd, ptrdiff_t sheet, struct import_plan *ret,
                   int *ret_score, struct note *ret_why)
{
	struct import_reader *r = NULL;
	int e = import_reader_open(a, fd, sheet, &r, ret_why);
	if (e < 0)
		return e;
	struct import_line *line = ARENA_ARRAY(a, IMPORT_HEAD_ROWS, struct import_line);
	size_t lines = 0;
	while (lines < IMPORT_HEAD_ROWS && (e = import_reader_next(r, a, &line[lines], ret_why)) == 1)
		lines++;
	if (e >= 0) {
		size_t merges;
		const struct import_merge *merge = import_reader_merges(r, &merges);
		import_header_find(a, names, line, lines, merge, merges, import_reader_book(r), ret, ret_score);
	}
	import_reader_close(&r);
	return e < 0 ? e : 0;
}

static int sheet_by_name(const struct import_book *book, struct str name)
{
	for (size_t i = 0; i < book->sheets; i++)
		if (str_eq(book->sheet[i], name))
			return (int)i;
	return -1;
}

/* A mapping that a person chose, column by column. */
static void take_choices(const struct reg_view *view, const struct import_plan *chosen, struct import_plan *plan)
{
	for (size_t i = 0; i < plan->columns; i++)
		for (size_t k = 0; k < chosen->columns; k++)
			if (chosen->column[k].column == plan->column[i].column && chosen->column[k].field < (int)view->fields) {
				plan->column[i].field = chosen->column[k].field;
				plan->column[i].guessed = false;
			}
}

int import_plan_make(struct db_conn *c, struct arena *a, const struct reg_view *view, const struct import_options *o, int fd,
                     struct import_plan *ret, struct note *ret_why)
{
	struct import_reader *r = NULL;
	int e = import_reader_open(a, fd, -1, &r, ret_why);
	if (e < 0)
		return e;
	struct import_book book = *import_reader_book(r);
	import_reader_close(&r);
	*ret = (struct import_plan){ .file_name = str_dup(a, o->file_name), .sheet_names = book.sheet, .sheets = book.sheets };
	ptrdiff_t sheet = o->plan ? (ptrdiff_t)o->plan->sheet : o->sheet;
	if (sheet < 0 && o->sheet_named.n && (sheet = sheet_by_name(&book, o->sheet_named)) < 0) {
		*ret_why = NOTE(MSG_IMPORT_NO_SHEET, ARG_S(o->sheet_named));
		return ERR_HELPER;
	}
	if (sheet >= (ptrdiff_t)book.sheets) {
		*ret_why = NOTE(MSG_IMPORT_NO_SHEET, ARG_S(str_printf(a, "%td", sheet + 1)));
		return ERR_HELPER;
	}
	const struct import_names *names = import_names_make(a, view);
	/* The sheet that was asked for; or the first shown one with a header, a hidden one only when no other has any. */
	int score = 0;
	if (sheet >= 0) {
		ret->sheet = (size_t)sheet;
		e = head_of(a, names, fd, sheet, ret, &score, ret_why);
	} else {
		for (int hidden = 0; e == 0 && score == 0 && hidden < 2; hidden++)
			for (size_t i = 0; e == 0 && score == 0 && i < book.sheets; i++)
				if (book.hidden[i] == (hidden == 1)) {
					ret->sheet = i;
					e = head_of(a, names, fd, (ptrdiff_t)i, ret, &score, ret_why);
				}
		if (score == 0)
			ret->sheet = 0;
	}
	if (e < 0)
		return e;
	if (book.sheets)
		ret->sheet_name = book.sheet[ret->sheet];
	if (score == 0)
		return 0;
	import_map_propose(a, view, names, ret);
	if (o->plan)
		take_choices(view, o->plan, ret);
	else if ((e = import_map_recall(c, a, view, ret)) < 0)
		return e;
	if (o->keep_own_fields)
		for (size_t i = 0; i < ret->columns; i++)
			if (ret->column[i].field == IMPORT_LEFT_OUT)
				ret->column[i].field = IMPORT_KEEP;
	return 0;
}

int import_plan(struct db *db, struct reg_ctx *ctx, const struct import_options *o, struct import_plan *ret, struct note *ret_why)
{
	if (!(auth_ops(ctx->by, reg_number(o->reg)) & OP_IMPORT) || ctx->by->read_only)
		return ERR_DENIED;
	int fd;
	bool own;
	int e = import_regular_fd(o->fd, &fd, &own, ret_why);
	if (e < 0)
		return e;
	struct db_conn *c = db_read_begin(db);
	struct reg_view view;
	e = reg_view_load(c, ctx->arena, o->reg, &view);
	if (e == 0)
		e = import_plan_make(c, ctx->arena, &view, o, fd, ret, ret_why);
	db_read_end(db, &c);
	if (own)
		close(fd);
	return e;
}
