/*
 * Typed HTML. Run-time strings enter a page only through functions that escape them for the place where they stand;
 * markup enters only as string literals. There is no way to write a run-time string unescaped, except struct safe_html,
 * which only the Markdown renderer and the SVG writer make.
 *
 *	html_lit(h, "<td>"); html_text(h, name); html_lit(h, "</td>");
 *	html_lit(h, "<a"); html_href(h, url); html_lit(h, ">"); html_text(h, title); html_lit(h, "</a>");
 *
 * No inline script, no inline style, no event attributes: the content security policy forbids them and a test looks.
 */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/msg.h"

struct html {
	struct buf *out;
	struct arena *arena;
	enum lang lang;
	struct str csrf; /* written into every form */
};

void html_init(struct html *h, struct buf *out, struct arena *a, enum lang lang, struct str csrf);

void html_lit_(struct html *h, const char *p, size_t n);
#define html_lit(h, lit) html_lit_((h), "" lit "", sizeof(lit) - 1)
void html_text(struct html *h, struct str s);            /* escaped; valid between tags */
void html_msg(struct html *h, msg_id id);              /* a message without arguments */
void html_note(struct html *h, const struct note *n);
void html_label(struct html *h, struct label l);
void html_i64(struct html *h, int64_t v);                /* with thousands separators */
void html_attr(struct html *h, const char *name, struct str value);  /* ` name="escaped"` */
void html_attr_i64(struct html *h, const char *name, int64_t value);
void html_attr_msg(struct html *h, const char *name, msg_id id);
void html_flag(struct html *h, const char *name, bool on);           /* ` name` when on */
/* Attribute names are literals; style and on... end the process, and href, src, action go through html_url_attr(). */
/* ` href="..."`: http, https, mailto, a path of this site, "?..." or "#..." of this page; anything else (another scheme,
 * //host, a backslash, a control character) becomes href="#". */
void html_href(struct html *h, struct str url);
void html_url_attr(struct html *h, const char *name, struct str url);
/* Text with line breaks kept as <br>. */
void html_lines(struct html *h, struct str s);

struct safe_html {
	struct str html;
};
void html_safe(struct html *h, struct safe_html s);
/* Markdown (no raw HTML, links only of html_href's kind, 256 KB at most) to HTML. */
struct safe_html markdown_render(struct arena *a, struct str source);

/* ---- the page frame ---- */

struct menu_item {
	struct label label;
	const char *path;   /* "/asset" */
	const char *icon;   /* name of a Tabler icon built into the binary */
	bool visible;
	int64_t waiting;          /* a number beside it; none when it is 0, "99+" from 100 on */
	struct str waiting_words; /* what it counts, for its tip and for readers of screens */
};

struct page {
	struct str title;           /* of the document and the heading */
	struct str subtitle;        /* "what is this", one sentence; may be empty */
	const struct menu_item *menu; size_t menus;
	const char *current;        /* path of the current menu item */
	struct str user_name;       /* empty: not signed in (no menu) */
	struct str company_name;
	struct str account_path;    /* the user's own settings; may be empty */
	struct str help_path;       /* manual page for this page; "/help/..." */
	struct str return_path;     /* this page's path, for the language switch */
	struct str search;          /* text in the search box */
	struct str notice;          /* one-line success message after a redirect; may be empty */
	bool plain_lan_banner, demo_banner;
	struct str breadcrumb_label[4], breadcrumb_path[4];
	/* Written by a callback into the heading's right side (buttons); may be NULL. */
	void (*actions)(struct html *h, void *ctx);
	void *actions_ctx;
};

/* Everything up to and including the opening of <main>; page_end closes. Skip link, landmark roles, print header,
 * language switch, dark mode by preference, help link, sign-out form. */
void page_begin(struct html *h, const struct page *p);
void page_end(struct html *h);
/* The bare frame of sign-in, error and personal-link pages: logo, title, content; no menu. */
void page_bare_begin(struct html *h, struct str title, struct str company_name);
/* The language switch, as the last thing of a bare page: for who has no session and so no menu. */
void page_bare_language(struct html *h, struct str return_path);
void page_bare_end(struct html *h);

/* ---- widgets ---- */

/* POST, with the field "csrf" inside. The same value stands in <meta name="csrf"> for scripts, which send it as the
 * header X-CSRF-Token. */
void html_form_begin(struct html *h, struct str action, bool upload);
/* The same; what is typed is kept as a draft: app.js sends POST /draft with key=<draft_key> and data=<the form's fields,
 * URL-encoded, without csrf, files and passwords> two seconds after the last change. */
void html_form_begin_draft(struct html *h, struct str action, bool upload, struct str draft_key);
void html_form_end(struct html *h);
void html_hidden(struct html *h, const char *name, struct str value);
enum tone { TONE_NEUTRAL, TONE_GREEN, TONE_BLUE, TONE_YELLOW, TONE_RED, TONE_GREY };
void html_badge(struct html *h, enum tone tone, struct str text);
void html_alert(struct html *h, enum tone tone, struct str title, struct str text); /* role=alert for red */
void html_icon(struct html *h, const char *name); /* inline SVG from the built-in set, aria-hidden */
void html_button_link(struct html *h, struct str path, const char *icon, struct str label, bool primary);
/* A form of one button: POST to action. Red is for what is hard to undo, blue for the page's main action. With confirm
 * not empty, the question is asked first (where scripts run). */
void html_post_button(struct html *h, struct str action, const char *icon, struct str label, enum tone tone, struct str confirm);
/* The light of the signal report: large and round, with its word inside, a label and the reason beside it. */
void html_signal(struct html *h, enum tone tone, struct str label, struct str reason);
/* A card with its heading. */
void html_section_begin(struct html *h, msg_id title);
void html_section_end(struct html *h);
/* A table that becomes cards on a phone: caption names it for readers of screens, head is a message for each column, MSG_NONE for one without
 * a name (buttons). */
void html_table_begin(struct html *h, msg_id caption, const msg_id *head, size_t n);
void html_table_end(struct html *h);
/* A cell of it; label is the column's message, which stands before it on a phone. */
void html_cell_begin(struct html *h, msg_id label);
void html_cell_end(struct html *h);
void html_cell(struct html *h, msg_id label, struct str text);
void html_cell_i64(struct html *h, msg_id label, int64_t v);
void html_empty(struct html *h, struct str title, struct str text, struct str path, struct str button);
/* A progress bar for long work; reloads <main> from reload_path every 2 s by htmx (which must answer with the whole page
 * or redirect to the result), and a plain link without JavaScript. total 0: not known yet. */
void html_progress(struct html *h, struct str label, int64_t done, int64_t total, struct str reload_path);

/* ---- charts: server-side SVG ---- */

struct heat_cell {
	int64_t count;
	enum tone tone;
	struct str path; /* where the cell leads */
};
/* Rows top to bottom, columns left to right; every cell with count > 0 is a link; drawn as an accessible table. */
void chart_heatmap(struct html *h, struct str caption, const struct str *row_labels, size_t rows,
                   const struct str *column_labels, size_t columns, const struct heat_cell *cells);
struct bar {
	struct str label, path;
	int64_t part[5];     /* stacked, one per tone below */
};
/* Horizontal stacked bars with numbers and links; legend of part labels. */
void chart_bars(struct html *h, struct str caption, const struct str *part_labels, const enum tone *tones, size_t parts,
                const struct bar *bars, size_t n);
struct point {
	struct str label; /* "2026-09" */
	int64_t value[5]; /* negative: not known; no point is drawn, and the table says so */
};
/* Lines over time with points, axis and a data table for screen readers. */
void chart_lines(struct html *h, struct str caption, const struct str *series, const enum tone *tones, size_t series_n,
                 const struct point *points, size_t n);
/* The same over something else than time: over is its name. */
void chart_lines_over(struct html *h, struct str caption, struct str over, const struct str *series, const enum tone *tones, size_t series_n,
                      const struct point *points, size_t n);
struct curve_point {
	int64_t x, per_mille; /* per_mille: 0-1000 */
};
struct curve_mark {
	struct str label;
	int64_t x;
	enum tone tone;
};
/*
 * A falling curve of shares over amounts, with at most 4 upright marks (a limit, a point estimate): x rising from 0, the
 * vertical axis 0-100 %. Amounts are written divided by unit (1 or 10000; the caption says which). The data stands in a
 * table below it.
 */
void chart_curve(struct html *h, struct str caption, struct str x_label, int64_t unit, enum tone tone, const struct curve_point *points,
                 size_t n, const struct curve_mark *marks, size_t marks_n);

struct gantt_month {
	struct str label;
	int64_t from, until; /* per mille of the whole span */
	bool shaded;         /* a busy month */
};
struct gantt_row {
	struct str label, path, span; /* span: its days in words */
	int64_t from, until;          /* per mille; what lies outside is cut */
	enum tone tone;
};
/* Bars over the months of a year, a line at today (negative: none). A table: each row is named, linked and says its days. */
void chart_gantt(struct html *h, struct str caption, struct str row_label, struct str span_label, const struct gantt_month *m, size_t months, int64_t today,
                 const struct gantt_row *rows, size_t n);

/* ---- built-in static files ---- */

struct asset_file {
	const char *path;      /* "app.css" */
	const char *type;
	const char *hash;      /* of the content, in the URL: /static/<hash>/app.css may be cached for ever */
	const unsigned char *data;
	size_t size;
};
const struct asset_file *asset_find(struct str path);
struct str asset_url(struct arena *a, const char *path);

#endif
