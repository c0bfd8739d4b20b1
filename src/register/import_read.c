/* The helper's records into rows. Nothing of what it says is trusted: lengths, orders and kinds are looked at again. */
#include "base/helper.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/import.h"
#include "register/import_internal.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A value that stands over several rows: the workbook has it in the first one only. */
struct tall {
	int64_t row0, row1;
	size_t column;
};
struct standing {
	int64_t row1;            /* the last row it stands over; below the current row: none */
	enum file_cell_kind kind;
	struct buf text;
};

struct import_reader {
	struct helper *helper;
	struct arena *arena;
	struct import_book book;
	struct import_merge *merge; size_t merges;
	struct str pending;      /* a first row that was read ahead */
	bool has_pending, ended;
	int64_t last_row;
	struct tall *tall; size_t talls, tall_cap, next_tall; /* by row0 once the rows begin */
	struct standing *standing; /* by column; NULL when no range is tall */
};

static uint32_t u32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static uint32_t u16(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint32_t)u[0] | (uint32_t)u[1] << 8;
}

struct note import_refusal_note(struct arena *a, unsigned refusal, struct str place)
{
	static const msg_id why[] = {
		[IMPORT_REFUSED_NOT_A_FILE] = MSG_IMPORT_NOT_A_FILE, [IMPORT_REFUSED_OLD_XLS] = MSG_IMPORT_OLD_XLS,
		[IMPORT_REFUSED_ENCRYPTED] = MSG_IMPORT_ENCRYPTED, [IMPORT_REFUSED_MACRO] = MSG_IMPORT_MACRO,
		[IMPORT_REFUSED_ZIP_BOMB] = MSG_IMPORT_ZIP_BOMB, [IMPORT_REFUSED_XML_BOMB] = MSG_IMPORT_XML_BOMB,
		[IMPORT_REFUSED_XML] = MSG_IMPORT_XML, [IMPORT_REFUSED_TOO_LARGE] = MSG_IMPORT_TOO_LARGE,
		[IMPORT_REFUSED_PATHS] = MSG_IMPORT_PATHS, [IMPORT_REFUSED_ENCODING] = MSG_IMPORT_ENCODING,
		[IMPORT_REFUSED_CSV] = MSG_IMPORT_CSV, [IMPORT_REFUSED_EMPTY] = MSG_IMPORT_EMPTY,
		[IMPORT_REFUSED_MEMORY] = MSG_IMPORT_MEMORY, [IMPORT_REFUSED_NO_SHEET] = MSG_IMPORT_NO_SHEET,
	};
	if (!text_valid(place) || place.n > IMPORT_PLACE_MAX)
		place = STR_NULL;
	/* "line 12", "byte 3": the helper's words, for every language. */
	static const struct { struct str word; const char *ja, *en; } counted[] = { { STR_INIT("line "), "行目", "line" }, { STR_INIT("byte "), "バイト目", "byte" } };
	for (size_t i = 0; i < COUNT_OF(counted) && refusal < COUNT_OF(why) && why[refusal] != MSG_NONE; i++) {
		const ptrdiff_t found = str_find(place, counted[i].word);
		int64_t n;
		if (found < 0 || num_parse_i64(str_sub(place, (size_t)found + counted[i].word.n, place.n), 0, INT64_MAX, &n) < 0)
			continue;
		const struct str before = str_sub(place, 0, (size_t)found); /* "xl/workbook.xml " */
		const struct label at = { str_printf(a, "%.*s%lld%s", STR_FMT(before), (long long)n, counted[i].ja).p,
			str_printf(a, "%.*s%s %lld", STR_FMT(before), counted[i].en, (long long)n).p };
		return NOTE(why[refusal], ARG_L(at));
	}
	if (refusal >= COUNT_OF(why) || why[refusal] == MSG_NONE)
		return NOTE(MSG_IMPORT_HELPER_FAILED, ARG_S(STR("?")));
	return NOTE(why[refusal], ARG_S(place.n ? str_dup(a, place) : STR("-")));
}

/* Negative: the reader's end, with the reason. */
static int broken(struct import_reader *r, int e, struct note *why)
{
	r->ended = true;
	switch (e) {
	case ERR_TIMEOUT:
		*why = NOTE0(MSG_IMPORT_SLOW);
		break;
	case ERR_LIMIT:
		*why = NOTE(MSG_IMPORT_TOO_LARGE, ARG_S(STR("-")));
		break;
	default:
		*why = NOTE(MSG_IMPORT_HELPER_FAILED, ARG_S(str_of(err_name(e))));
		break;
	}
	return ERR_HELPER;
}

static int take_sheet(struct import_reader *r, struct str p)
{
	if (p.n < 1 || r->book.sheets >= LIMIT_IMPORT_SHEETS)
		return ERR_SYNTAX;
	struct str name = str_sub(p, 1, p.n);
	if (!text_valid(name))
		return ERR_SYNTAX;
	r->book.hidden[r->book.sheets] = p.p[0] != 0;
	r->book.sheet[r->book.sheets++] = str_dup(r->arena, name);
	return 0;
}

static int take_merge(struct import_reader *r, struct str p)
{
	if (p.n != 12)
		return ERR_SYNTAX;
	struct import_merge m = { .row0 = u32(p.p), .col0 = u16(p.p + 4), .row1 = u32(p.p + 6), .col1 = u16(p.p + 10) };
	if (m.row1 < m.row0 || m.col1 < m.col0)
		return ERR_SYNTAX;
	if (m.row0 < IMPORT_HEAD_ROWS * 4 && r->merges < IMPORT_MERGES)
		r->merge[r->merges++] = m;
	if (m.row1 == m.row0 || m.col0 >= LIMIT_IMPORT_COLUMNS || r->talls == IMPORT_TALL)
		return 0;
	if (r->talls == r->tall_cap) {
		size_t cap = r->tall_cap ? r->tall_cap * 2 : 64;
		struct tall *more = ARENA_ARRAY(r->arena, cap, struct tall);
		if (r->talls)
			memcpy(more, r->tall, r->talls * sizeof *more);
		r->tall = more;
		r->tall_cap = cap;
	}
	r->tall[r->talls++] = (struct tall){ .row0 = m.row0, .row1 = m.row1, .column = m.col0 };
	return 0;
}

static int by_first_row(const void *a, const void *b)
{
	const struct tall *x = a, *y = b;
	return x->row0 < y->row0 ? -1 : x->row0 > y->row0;
}

/* Reads records until a row (1), the end (0), or a failure. */
static int next_row(struct import_reader *r, struct str *ret, struct note *why)
{
	if (r->ended)
		return 0;
	for (;;) {
		uint8_t kind = 0;
		struct str p = STR_NULL;
		int e = helper_next(r->helper, &kind, &p);
		if (e <= 0) /* an end without IMPORT_END is no end */
			return broken(r, e < 0 ? e : ERR_HELPER, why);
		switch (kind) {
		case IMPORT_SHEET:
			e = take_sheet(r, p);
			break;
		case IMPORT_MERGE:
			e = take_merge(r, p);
			break;
		case IMPORT_FORMAT:
			e = p.n == 2 ? 1 : ERR_SYNTAX;
			if (e > 0) {
				r->book.csv = p.p[0] != 0;
				r->book.system_1904 = p.p[0] == 0 && p.p[1] == 1;
			}
			break;
		case IMPORT_ROW:
			*ret = p;
			return 1;
		case IMPORT_END:
			r->ended = true;
			return 0;
		case IMPORT_REFUSED:
			r->ended = true;
			*why = import_refusal_note(r->arena, p.n >= 2 ? u16(p.p) : 0, str_sub(p, 2, p.n));
			return ERR_HELPER;
		default:
			e = ERR_SYNTAX;
			break;
		}
		if (e < 0)
			return broken(r, e, why);
	}
}

int import_reader_open(struct arena *a, int fd, ptrdiff_t sheet, struct import_reader **ret, struct note *ret_why)
{
	/* A workbook of a hundred thousand rows takes a few seconds; the deadline is for files made to be slow. The reader
	 * waits while its caller writes to the database, so the wall clock is generous and the processor's time is not. */
	static const struct helper_limits limits = {
		.memory = 384u << 20, .cpu_seconds = 120, .deadline_ms = 1200 * 1000, .record_max = IMPORT_RECORD_MAX,
		.total_max = (size_t)2 << 30,
	};
	struct import_reader *r = ARENA_NEW(a, struct import_reader);
	*r = (struct import_reader){ .arena = a, .last_row = -1 };
	r->book.sheet = ARENA_ARRAY(a, LIMIT_IMPORT_SHEETS, struct str);
	r->book.hidden = ARENA_ARRAY(a, LIMIT_IMPORT_SHEETS, bool);
	if (sheet >= 0)
		r->merge = ARENA_ARRAY(a, IMPORT_MERGES, struct import_merge);
	char number[24];
	snprintf(number, sizeof number, "%td", sheet);
	const char *const list[] = { "auto", NULL }, *const rows[] = { "auto", "--sheet", number, NULL };
	int e = helper_start("import", sheet >= 0 ? rows : list, fd, &limits, &r->helper);
	if (e < 0) {
		*ret_why = NOTE(MSG_IMPORT_HELPER_FAILED, ARG_S(str_of(err_name(e))));
		return ERR_HELPER;
	}
	struct str first;
	e = next_row(r, &first, ret_why);
	if (e < 0) {
		import_reader_close(&r);
		return e;
	}
	if (e == 1) {
		r->pending = first; /* valid until helper_next() is called again */
		r->has_pending = true;
	}
	*ret = r;
	return 0;
}

const struct import_book *import_reader_book(const struct import_reader *r)
{
	return &r->book;
}

const struct import_merge *import_reader_merges(const struct import_reader *r, size_t *ret_n)
{
	*ret_n = r->merges;
	return r->merge;
}

static int parse_line(struct import_reader *r, struct arena *a, struct str p, struct import_line *ret)
{
	if (p.n < 6)
		return ERR_SYNTAX;
	*ret = (struct import_line){ .row = u32(p.p), .cells = u16(p.p + 4) };
	if (ret->row <= r->last_row || ret->cells > LIMIT_IMPORT_COLUMNS)
		return ERR_SYNTAX;
	r->last_row = ret->row;
	/* One copy for all cells: the payload is gone at the next call. */
	const char *bytes = arena_copy(a, p.p, p.n);
	ret->cell = ARENA_ARRAY(a, ret->cells ? ret->cells : 1, struct file_cell);
	size_t at = 6;
	for (size_t i = 0; i < ret->cells; i++) {
		if (p.n - at < 7)
			return ERR_SYNTAX;
		struct file_cell *c = &ret->cell[i];
		uint32_t n = u32(bytes + at + 3);
		unsigned kind = (unsigned char)bytes[at + 2];
		c->column = u16(bytes + at);
		at += 7;
		if (n > p.n - at || n > LIMIT_CELL || c->column >= LIMIT_IMPORT_COLUMNS || kind < CELL_TEXT || kind > CELL_ERROR ||
		    (i && c->column <= ret->cell[i - 1].column))
			return ERR_SYNTAX;
		c->kind = (enum file_cell_kind)kind;
		c->text = (struct str){ bytes + at, n };
		if (!text_valid(c->text))
			return ERR_SYNTAX;
		at += n;
	}
	return at == p.n ? 0 : ERR_SYNTAX;
}

/* The first time: all ranges are known, and none was used. */
static void standing_begin(struct import_reader *r)
{
	if (r->standing || !r->talls)
		return;
	qsort(r->tall, r->talls, sizeof *r->tall, by_first_row);
	r->standing = ARENA_ARRAY(r->arena, LIMIT_IMPORT_COLUMNS, struct standing);
	for (size_t i = 0; i < LIMIT_IMPORT_COLUMNS; i++) {
		r->standing[i].row1 = -1;
		buf_init(&r->standing[i].text, LIMIT_CELL);
	}
}

static void standing_end(struct import_reader *r)
{
	for (size_t i = 0; r->standing && i < LIMIT_IMPORT_COLUMNS; i++)
		buf_release(&r->standing[i].text);
}

/* What the ranges that end above or begin below this row say about it. */
static void standing_move(struct import_reader *r, const struct import_line *line)
{
	for (; r->next_tall < r->talls && r->tall[r->next_tall].row0 <= line->row; r->next_tall++) {
		const struct tall *t = &r->tall[r->next_tall];
		struct standing *s = &r->standing[t->column];
		s->row1 = -1;
		for (size_t i = 0; t->row0 == line->row && i < line->cells; i++)
			if (line->cell[i].column == t->column) {
				s->row1 = t->row1;
				s->kind = line->cell[i].kind;
				buf_clear(&s->text);
				buf_str(&s->text, line->cell[i].text);
			}
	}
}

/* A row that has cells of its own has those that stand over it, too. */
static void standing_fill(struct import_reader *r, struct arena *a, struct import_line *line)
{
	struct file_cell *all = NULL;
	size_t n = 0, at = 0;
	for (size_t c = 0; c < LIMIT_IMPORT_COLUMNS; c++) {
		bool there = at < line->cells && line->cell[at].column == c;
		const struct standing *s = &r->standing[c];
		if (!there && s->row1 >= line->row) {
			if (!all) {
				all = ARENA_ARRAY(a, LIMIT_IMPORT_COLUMNS, struct file_cell);
				if (n)
					memcpy(all, line->cell, n * sizeof *all);
			}
			all[n++] = (struct file_cell){ .column = c, .kind = s->kind, .text = str_dup(a, buf_view(&s->text)) };
		} else if (there) {
			if (all)
				all[n] = line->cell[at];
			n++;
			at++;
		}
	}
	if (all) {
		line->cell = all;
		line->cells = n;
	}
}

int import_reader_next(struct import_reader *r, struct arena *line_arena, struct import_line *ret, struct note *ret_why)
{
	struct str p;
	int e = 1;
	if (r->has_pending)
		p = r->pending;
	else
		e = next_row(r, &p, ret_why);
	r->has_pending = false;
	if (e <= 0)
		return e;
	if ((e = parse_line(r, line_arena, p, ret)) < 0)
		return broken(r, e, ret_why);
	standing_begin(r);
	if (r->standing) {
		standing_move(r, ret);
		if (ret->cells)
			standing_fill(r, line_arena, ret);
	}
	return 1;
}

void import_reader_close(struct import_reader **r)
{
	if (*r) {
		standing_end(*r);
		helper_freep(&(*r)->helper);
	}
	*r = NULL;
}

int import_regular_fd(int fd, int *ret_fd, bool *ret_own, struct note *ret_why)
{
	struct stat st;
	*ret_own = false;
	*ret_fd = fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	int copy = memfd_create("import", MFD_CLOEXEC);
	char piece[65536];
	size_t n = 0;
	while (copy >= 0) {
		ssize_t got = read(fd, piece, sizeof piece);
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0) {
			*ret_fd = copy;
			*ret_own = true;
			return 0;
		}
		/* One byte beyond the limit is enough for the helper to say so. */
		if (got < 0 || write(copy, piece, (size_t)got) != got)
			break;
		n += (size_t)got;
		if (n > LIMIT_UPLOAD) {
			*ret_fd = copy;
			*ret_own = true;
			return 0;
		}
	}
	if (copy >= 0)
		close(copy);
	*ret_why = NOTE(MSG_IMPORT_HELPER_FAILED, ARG_S(str_of(err_name(ERR_IO))));
	return ERR_HELPER;
}
