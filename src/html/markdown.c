/*
 * Markdown by md4c's parser and a renderer of our own: everything passes the escaper, links pass html_href(), raw HTML
 * is text, and images become links, so that no text can make a reader's browser fetch from elsewhere.
 */
#include "base/text.h"
#include "html/internal.h"

#include <md4c.h>

#define MARKDOWN_MAX (256u << 10)
#define MARKDOWN_OUT_MAX (4u << 20)
#define HEADING_SHIFT 2u /* h1 and h2 belong to the page around the text */

struct render {
	struct html html;
	struct buf out;
	unsigned links; /* open <a> and what would be one inside it; links do not nest */
};

static int status(const struct render *r)
{
	return buf_error(&r->out) ? -1 : 0; /* ends the parse: a small text can ask for a huge table */
}

static void put_code_point(struct buf *b, uint32_t c)
{
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		buf_char(b, (char)c);
	} else if (c < 0x800) {
		buf_char(b, (char)(0xc0 | c >> 6));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_char(b, (char)(0xe0 | c >> 12));
		buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_char(b, (char)(0xf0 | c >> 18));
		buf_char(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	}
}

/* Decodes "&#58;", "&#x3a;" and the five names of the escaper; any other name stays as it was typed. Decoding comes
 * before the check of a link's scheme, and escaping after it. */
static void put_entity(struct buf *b, struct str e)
{
	static const struct {
		const char *name;
		char c;
	} named[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' } };
	bool hex;
	uint32_t c = 0;

	for (size_t i = 0; i < COUNT_OF(named); i++) {
		if (str_eq_z(e, named[i].name)) {
			buf_char(b, named[i].c);
			return;
		}
	}
	if (str_eq_z(e, "&nbsp;")) {
		put_code_point(b, 0xa0);
		return;
	}
	if (e.n < 4 || e.p[1] != '#') {
		buf_str(b, e);
		return;
	}
	hex = e.p[2] == 'x' || e.p[2] == 'X';
	for (size_t i = hex ? 3 : 2; i + 1 < e.n && c <= 0x10ffff; i++) {
		char d = e.p[i];
		uint32_t v = d >= '0' && d <= '9' ? (uint32_t)(d - '0') : (uint32_t)((d | 0x20) - 'a' + 10);

		c = c * (hex ? 16 : 10) + v;
	}
	put_code_point(b, c);
}

/* An attribute as md4c gives it, in pieces, with its entities decoded. */
static struct str attribute(struct render *r, const MD_ATTRIBUTE *a)
{
	CLEANUP(buf_release) struct buf b;

	buf_init(&b, MARKDOWN_MAX);
	for (size_t i = 0; a->text && a->substr_offsets[i] < a->size; i++) {
		struct str part = { a->text + a->substr_offsets[i], a->substr_offsets[i + 1] - a->substr_offsets[i] };

		if (a->substr_types[i] == MD_TEXT_ENTITY)
			put_entity(&b, part);
		else if (a->substr_types[i] == MD_TEXT_NULLCHAR)
			put_code_point(&b, 0);
		else
			buf_str(&b, part);
	}
	return buf_error(&b) ? STR_NULL : str_dup(r->html.arena, buf_view(&b));
}

static void heading(struct render *r, const MD_BLOCK_H_DETAIL *d, bool open)
{
	unsigned level = d->level + HEADING_SHIFT > 6 ? 6 : d->level + HEADING_SHIFT;

	buf_lit(&r->out, "<");
	if (!open)
		buf_lit(&r->out, "/");
	buf_char(&r->out, 'h');
	buf_i64(&r->out, level);
	buf_lit(&r->out, ">");
}

static void cell(struct render *r, const MD_BLOCK_TD_DETAIL *d, bool head)
{
	if (head)
		html_lit(&r->html, "<th scope=\"col\"");
	else
		html_lit(&r->html, "<td");
	if (d->align == MD_ALIGN_CENTER)
		html_lit(&r->html, " class=\"text-center\"");
	else if (d->align == MD_ALIGN_RIGHT)
		html_lit(&r->html, " class=\"text-end\"");
	html_lit(&r->html, ">");
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;
	struct html *h = &r->html;

	switch (type) {
	case MD_BLOCK_DOC:
	case MD_BLOCK_HTML:
		break;
	case MD_BLOCK_QUOTE:
		html_lit(h, "<blockquote>");
		break;
	case MD_BLOCK_UL:
		html_lit(h, "<ul>");
		break;
	case MD_BLOCK_OL:
		html_lit(h, "<ol");
		if (((const MD_BLOCK_OL_DETAIL *)detail)->start != 1)
			html_attr_i64(h, "start", ((const MD_BLOCK_OL_DETAIL *)detail)->start);
		html_lit(h, ">");
		break;
	case MD_BLOCK_LI: {
		const MD_BLOCK_LI_DETAIL *d = detail;

		if (!d->is_task)
			html_lit(h, "<li>");
		else if (d->task_mark == ' ')
			html_lit(h, "<li class=\"task\">☐ ");
		else
			html_lit(h, "<li class=\"task\">☑ ");
		break;
	}
	case MD_BLOCK_HR:
		html_lit(h, "<hr>");
		break;
	case MD_BLOCK_H:
		heading(r, detail, true);
		break;
	case MD_BLOCK_CODE:
		html_lit(h, "<pre tabindex=\"0\"><code>");
		break;
	case MD_BLOCK_P:
		html_lit(h, "<p>");
		break;
	case MD_BLOCK_TABLE:
		html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\"><table class=\"table\">");
		break;
	case MD_BLOCK_THEAD:
		html_lit(h, "<thead>");
		break;
	case MD_BLOCK_TBODY:
		html_lit(h, "<tbody>");
		break;
	case MD_BLOCK_TR:
		html_lit(h, "<tr>");
		break;
	case MD_BLOCK_TH:
		cell(r, detail, true);
		break;
	case MD_BLOCK_TD:
		cell(r, detail, false);
		break;
	}
	return status(r);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;
	struct html *h = &r->html;

	switch (type) {
	case MD_BLOCK_DOC:
	case MD_BLOCK_HTML:
	case MD_BLOCK_HR:
		break;
	case MD_BLOCK_QUOTE:
		html_lit(h, "</blockquote>");
		break;
	case MD_BLOCK_UL:
		html_lit(h, "</ul>");
		break;
	case MD_BLOCK_OL:
		html_lit(h, "</ol>");
		break;
	case MD_BLOCK_LI:
		html_lit(h, "</li>");
		break;
	case MD_BLOCK_H:
		heading(r, detail, false);
		break;
	case MD_BLOCK_CODE:
		html_lit(h, "</code></pre>");
		break;
	case MD_BLOCK_P:
		html_lit(h, "</p>");
		break;
	case MD_BLOCK_TABLE:
		html_lit(h, "</table></div>");
		break;
	case MD_BLOCK_THEAD:
		html_lit(h, "</thead>");
		break;
	case MD_BLOCK_TBODY:
		html_lit(h, "</tbody>");
		break;
	case MD_BLOCK_TR:
		html_lit(h, "</tr>");
		break;
	case MD_BLOCK_TH:
		html_lit(h, "</th>");
		break;
	case MD_BLOCK_TD:
		html_lit(h, "</td>");
		break;
	}
	return status(r);
}

static void link_begin(struct render *r, const MD_ATTRIBUTE *target)
{
	struct str url;

	if (r->links++)
		return;
	url = attribute(r, target);
	html_lit(&r->html, "<a");
	html_href(&r->html, url);
	html_lit(&r->html, " rel=\"noopener noreferrer\">");
}

static void link_end(struct render *r)
{
	if (--r->links == 0)
		html_lit(&r->html, "</a>");
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	switch (type) {
	case MD_SPAN_EM:
	case MD_SPAN_U:
		html_lit(&r->html, "<em>");
		break;
	case MD_SPAN_STRONG:
		html_lit(&r->html, "<strong>");
		break;
	case MD_SPAN_A:
		link_begin(r, &((const MD_SPAN_A_DETAIL *)detail)->href);
		break;
	case MD_SPAN_IMG:
		link_begin(r, &((const MD_SPAN_IMG_DETAIL *)detail)->src);
		break;
	case MD_SPAN_CODE:
		html_lit(&r->html, "<code>");
		break;
	case MD_SPAN_DEL:
		html_lit(&r->html, "<del>");
		break;
	case MD_SPAN_LATEXMATH:
	case MD_SPAN_LATEXMATH_DISPLAY:
	case MD_SPAN_WIKILINK:
		break; /* not switched on */
	}
	return status(r);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	(void)detail;
	switch (type) {
	case MD_SPAN_EM:
	case MD_SPAN_U:
		html_lit(&r->html, "</em>");
		break;
	case MD_SPAN_STRONG:
		html_lit(&r->html, "</strong>");
		break;
	case MD_SPAN_A:
	case MD_SPAN_IMG:
		link_end(r);
		break;
	case MD_SPAN_CODE:
		html_lit(&r->html, "</code>");
		break;
	case MD_SPAN_DEL:
		html_lit(&r->html, "</del>");
		break;
	case MD_SPAN_LATEXMATH:
	case MD_SPAN_LATEXMATH_DISPLAY:
	case MD_SPAN_WIKILINK:
		break;
	}
	return status(r);
}

static int text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE n, void *ctx)
{
	struct render *r = ctx;
	struct str s = { p, n };

	switch (type) {
	case MD_TEXT_BR:
	case MD_TEXT_SOFTBR: /* people who type a line break mean one */
		html_lit(&r->html, "<br>");
		break;
	case MD_TEXT_NULLCHAR:
		html_lit(&r->html, "\xef\xbf\xbd");
		break;
	case MD_TEXT_ENTITY: {
		CLEANUP(buf_release) struct buf b;

		buf_init(&b, 64);
		put_entity(&b, s);
		html_text(&r->html, buf_error(&b) ? s : buf_view(&b));
		break;
	}
	case MD_TEXT_NORMAL:
	case MD_TEXT_CODE:
	case MD_TEXT_HTML:
	case MD_TEXT_LATEXMATH:
		html_text(&r->html, s);
		break;
	}
	return status(r);
}

struct safe_html markdown_render(struct arena *a, struct str source)
{
	struct render r = { .links = 0 };
	struct safe_html result;
	bool parse;
	MD_PARSER parser = {
		.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS,
		.enter_block = enter_block, .leave_block = leave_block,
		.enter_span = enter_span, .leave_span = leave_span, .text = text,
	};

	if (source.n > MARKDOWN_MAX) {
		source.n = MARKDOWN_MAX;
		while (source.n && ((unsigned char)source.p[source.n] & 0xc0) == 0x80)
			source.n--; /* not in the middle of a character */
	}
	/* md4c 0.4.8 reads beyond the end of a text whose last character is cut off: it gets only valid text, and with
	 * bytes of its own behind it. Text that is not valid is shown as it is. */
	parse = source.n > 0 && text_valid(source);
	if (parse) {
		char *copy = arena_alloc(a, source.n + 16);

		memcpy(copy, source.p, source.n);
		source.p = copy;
	}
	buf_init(&r.out, MARKDOWN_OUT_MAX);
	html_init(&r.html, &r.out, a, LANG_JA, STR_NULL);
	html_lit(&r.html, "<div class=\"markdown\">");
	if (!parse) {
		html_lines(&r.html, source);
	} else if (md_parse(source.p, (MD_SIZE)source.n, &parser, &r) != 0 || buf_error(&r.out)) {
		/* Markup that grows out of all proportion is shown as it was typed. */
		buf_clear(&r.out);
		html_lit(&r.html, "<div class=\"markdown\">");
		html_lines(&r.html, source);
	}
	html_lit(&r.html, "</div>");
	result.html = str_dup(a, buf_view(&r.out));
	buf_release(&r.out);
	return result;
}
