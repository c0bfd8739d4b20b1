#include "report/render.h"

#include "base/limits.h"
#include "base/text.h"
#include "base/text/report.h"
#include "register/export.h"

#include <unistd.h>

static const struct { const char *name, *type; } formats[] = {
	[DOC_HTML] = { "html", "text/html; charset=utf-8" },
	[DOC_PDF] = { "pdf", "application/pdf" },
	[DOC_XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	[DOC_DOCX] = { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
};

bool doc_format_of(struct str s, enum doc_format *ret)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (str_eq_z(s, formats[i].name)) {
			*ret = (enum doc_format)i;
			return true;
		}
	return false;
}

const char *doc_format_name(enum doc_format f)
{
	return formats[f].name;
}

const char *doc_format_type(enum doc_format f)
{
	return formats[f].type;
}

size_t doc_print_rows(const struct doc_table *t)
{
	return t->rows < DOC_PRINT_ROWS ? t->rows : DOC_PRINT_ROWS;
}

struct str doc_print_cell(struct arena *a, enum lang lang, const struct doc_cell *c)
{
	struct str s = cell_str(a, lang, c), cut = text_clip(s, DOC_PRINT_CHARS);
	return cut.n < s.n ? str_printf(a, "%.*s…", STR_FMT(cut)) : s;
}

struct str doc_left_out(const struct doc *d, const struct doc_table *t)
{
	if (t->rows <= DOC_PRINT_ROWS)
		return STR("");
	return note_str(d->arena, d->lang, &NOTE(MSG_REPORT_LEFT_OUT, ARG_I((int64_t)t->rows), ARG_I(DOC_PRINT_ROWS)));
}

struct str doc_chart_words(const struct doc *d, const struct doc_block *k)
{
	const bool lines = k->kind == DOC_LINES;
	CLEANUP(buf_release) struct buf b, item;
	buf_init(&b, LIMIT_PAGE);
	buf_init(&item, LIMIT_PAGE);
	buf_str(&b, note_str(d->arena, d->lang, &NOTE(lines ? MSG_REPORT_WORDS_LINES : MSG_REPORT_WORDS_BARS, ARG_S(k->text))));
	for (size_t i = 0; i < k->items && b.n < DOC_WORDS_CHARS * 4; i++) {
		buf_clear(&item);
		for (size_t p = 0; p < k->parts; p++) {
			struct doc_cell c = cell_i64(lines ? k->point[i].value[p] : k->bar[i].part[p]);
			if (lines && c.i < 0)
				c = cell_unknown();
			buf_printf(&item, "%s%.*s %.*s", p ? ", " : "", STR_FMT(k->label[p]), STR_FMT(cell_str(d->arena, d->lang, &c)));
		}
		buf_char(&b, ' ');
		buf_str(&b, note_str(d->arena, d->lang, &NOTE(MSG_REPORT_WORDS_ITEM, ARG_S(lines ? k->point[i].label : k->bar[i].label), ARG_S(buf_view(&item)))));
	}
	struct str all = buf_view(&b), cut = text_clip(all, DOC_WORDS_CHARS);
	return cut.n < all.n ? str_printf(d->arena, "%.*s…", STR_FMT(cut)) : str_dup(d->arena, all);
}

/* A page that stands alone in a file: no script, no style sheet of the office; a few rules of its own. */
static void alone(const struct doc *d, struct buf *b)
{
	struct html h;
	html_init(&h, b, d->arena, d->lang, STR(""));
	html_lit(&h, "<!DOCTYPE html><html");
	html_attr(&h, "lang", d->lang == LANG_JA ? STR("ja") : STR("en"));
	html_lit(&h, "><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
	html_text(&h, d->title);
	html_lit(&h, "</title><style>body{font:15px/1.6 sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem;color:#17202a;background:#fff}"
	             "table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{border:1px solid #ccd3da;padding:.3rem .5rem;text-align:left;"
	             "vertical-align:top;overflow-wrap:anywhere}td.number,th.number{text-align:right}caption{text-align:left;font-weight:bold}"
	             ".signal{display:flex;gap:1rem;align-items:center;margin:.5rem 0}.signal-light{flex:none;width:4rem;height:4rem;border-radius:50%;"
	             "display:flex;flex-direction:column;align-items:center;justify-content:center;background:var(--f);color:var(--o);font-weight:bold}"
	             ".tone-red{--f:#c4262c;--o:#fff}.tone-yellow{--f:#e6b422;--o:#261c00}.tone-green{--f:#217a4b;--o:#fff}.tone-blue{--f:#2a6cb5;--o:#fff}"
	             ".tone-grey{--f:#66717d;--o:#fff}.tone-neutral{--f:#edf0f4;--o:#17202a}svg.bar .fill{fill:var(--f)}svg.bar text{fill:var(--o)}"
	             "svg.plot line{stroke:#ccd3da}svg.plot .series line,svg.plot .series path,svg.plot .series circle{stroke:var(--f);fill:var(--f)}"
	             ".heat td{background:var(--f);color:var(--o);text-align:center}.heat td.none{background:none;color:inherit}"
	             ".doc-figures{display:flex;flex-wrap:wrap;gap:.75rem;list-style:none;padding:0}.doc-figures li{flex:1 1 10rem;border-left:4px solid var(--f);"
	             "background:#f3f5f8;padding:.5rem .75rem;color:#17202a}.stat-number{display:block;font-size:1.4rem;font-weight:bold}"
	             ".stat-label,.stat-note{display:block;font-size:.85rem}.doc-footnote{font-size:.85rem;color:#455}"
	             ".visually-hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}.legend{display:flex;gap:1rem;list-style:none;padding:0}"
	             ".badge{background:var(--f);color:var(--o);border-radius:3px;padding:0 .4em}@media print{.doc-break{break-after:page}}");
	if (d->landscape)
		html_lit(&h, "@page{size:A4 landscape}@media print{body{max-width:none}}");
	html_lit(&h, "</style></head><body><header><p>");
	html_text(&h, d->company);
	html_lit(&h, " — ");
	html_text(&h, d->made);
	html_lit(&h, "</p></header><main>");
	doc_html_alone(&h, d);
	html_lit(&h, "</main></body></html>\n");
}

static int put(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);
		if (n <= 0)
			return ERR_IO;
		s = str_sub(s, (size_t)n, s.n);
	}
	return 0;
}

int doc_write(const struct doc *d, enum doc_format f, int out_fd, struct note *ret_why)
{
	int r;
	*ret_why = NOTE0(MSG_REPORT_FAILED);
	switch (f) {
	case DOC_PDF:
		return doc_pdf(d, out_fd, ret_why);
	case DOC_XLSX:
		return doc_xlsx(d, out_fd);
	case DOC_DOCX:
		return doc_docx(d, out_fd);
	default: {
		CLEANUP(buf_release) struct buf b;
		/* Paths would lead from a file on somebody's disk to nowhere. */
		struct doc copy = *d;
		buf_init(&b, LIMIT_PAGE);
		doc_unlink(&copy);
		alone(&copy, &b);
		r = buf_error(&b);
		return r < 0 ? r : put(out_fd, buf_view(&b));
	}
	}
}

int doc_bytes(const struct doc *d, enum doc_format f, struct buf *b, struct note *ret_why)
{
	int fd = export_scratch();
	if (fd < 0)
		return ERR_IO;
	int r = doc_write(d, f, fd, ret_why);
	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0)
		r = ERR_IO;
	while (r == 0) {
		char *to = buf_room(b, 64 << 10);
		ssize_t n = to ? read(fd, to, 64 << 10) : -1;
		if (n <= 0) {
			r = n < 0 ? ERR_IO : 0;
			break;
		}
		buf_advance(b, (size_t)n);
	}
	close(fd);
	return r;
}
