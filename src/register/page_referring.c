/* On a row's page: the rows of other registers that name it. */
#include "base/text/faces.h"
#include "register/page_detail.h"
#include "register/query.h"

#define REFERRING_SHOWN 3 /* rows of one field; the rest is one link away */

/* Found by an index, and listed by the same filter; whom people and units answer for is told by their room. */
static bool is_listed_reference(const struct field *d)
{
	return d->type == FIELD_REFERENCE && d->flags & FIELD_FILTER;
}

struct referring_html {
	struct face *f;
	int64_t id;
	bool begun;
};

static int referring_html(void *ctx, const struct reg_view *view, int field, const struct listing *l)
{
	struct referring_html *x = ctx;
	struct face *f = x->f;
	struct html *h = &f->h;
	const struct reg *r = view->reg;
	if (!x->begun) {
		section_begin(h, MSG_FACE_REFERRING, "referring");
		html_lit(h, "<ul class=\"list-unstyled\">");
		x->begun = true;
	}
	html_lit(h, "<li><span class=\"muted\">");
	html_label(h, r->label);
	html_lit(h, "</span> ");
	for (size_t i = 0; i < l->rows; i++) {
		html_lit(h, " <a class=\"chip\"");
		html_href(h, str_printf(f->a, "/%s/%s/%lld", r->room, r->name, (long long)l->row[i].id));
		html_lit(h, ">");
		html_text(h, row_title(view, &l->row[i]));
		html_lit(h, "</a>");
	}
	if (l->next.n) {
		html_lit(h, " <a");
		html_href(h, str_printf(f->a, "/%s/%s?%s=%lld", r->room, r->name, r->field[field].name, (long long)x->id));
		html_lit(h, ">");
		html_note(h, &NOTE(l->count_capped ? MSG_FACE_REFERRING_MANY : MSG_FACE_REFERRING_ALL, ARG_I(l->count)));
		html_lit(h, "</a>");
	}
	html_lit(h, "</li>");
	return 0;
}

void referring_section(struct face *f, const struct row *row)
{
	struct referring_html x = { .f = f, .id = row->id };
	const struct referring all = { .target = f->reg, .id = row->id, .limit = REFERRING_SHOWN, .count = true, .wanted = is_listed_reference,
		.each = referring_html, .ctx = &x };
	int e = reg_referring(f->conn, f->a, f->by, &all);
	if (x.begun) {
		html_lit(&f->h, "</ul>");
		section_end(&f->h);
	}
	if (e < 0)
		html_alert(&f->h, TONE_YELLOW, face_text(f, MSG_FACE_REFERRING_FAILED), STR_NULL);
}
