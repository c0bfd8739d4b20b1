#include "report/signal.h"

#include "base/text/base.h"
#include "base/text/report.h"
#include "register/register.h"
#include "report/document.h"

static const struct signal_area *areas;
static size_t area_count;

void signal_declare(const struct signal_area *a, size_t n)
{
	if (n > SIGNAL_AREAS)
		die("more than %d areas of the signal", SIGNAL_AREAS);
	areas = a;
	area_count = n;
}

size_t signal_area_count(void)
{
	return area_count;
}

const struct signal_area *signal_area_at(size_t i)
{
	return &areas[i];
}

static int rank(enum tone t)
{
	return t == TONE_RED ? 3 : t == TONE_YELLOW ? 2 : t == TONE_GREEN ? 0 : 1;
}

enum tone signal_worse(enum tone a, enum tone b)
{
	return rank(b) > rank(a) ? b : a;
}

static void add(struct signal *s, struct signal_reason one)
{
	if (s->reasons < SIGNAL_REASONS) {
		s->reason[s->reasons++] = one;
		return;
	}
	/* Full: it takes the place of the mildest, if it is worse. */
	size_t mild = 0;
	for (size_t i = 1; i < s->reasons; i++)
		if (rank(s->reason[i].tone) < rank(s->reason[mild].tone))
			mild = i;
	if (rank(one.tone) > rank(s->reason[mild].tone))
		s->reason[mild] = one;
}

void signal_add(struct signal *s, enum tone tone, struct note why, struct str path)
{
	int64_t rows = 0;
	for (size_t i = COUNT_OF(why.arg); i-- > 0;)
		if (why.arg[i].kind == MSG_ARG_I64)
			rows = why.arg[i].i;
	add(s, (struct signal_reason){ .tone = tone, .why = why, .path = path, .rows = rows });
}

void signal_add_page(struct signal *s, enum tone tone, struct note why, struct str path)
{
	add(s, (struct signal_reason){ .tone = tone, .why = why, .path = path, .rows = -1 });
}

void signal_add_figure(struct signal *s, const char *key, msg_id label, int64_t value, struct str path, enum tone tone)
{
	if (s->figures < SIGNAL_FIGURES)
		s->figure[s->figures++] = (struct signal_figure){ .key = key, .label = label, .value = value, .path = path, .tone = tone };
}

void signal_add_yen(struct signal *s, const char *key, msg_id label, int64_t value, struct str path)
{
	if (s->figures < SIGNAL_FIGURES)
		s->figure[s->figures++] = (struct signal_figure){ .key = key, .label = label, .value = value, .path = path, .tone = TONE_NEUTRAL, .yen = true };
}

int64_t signal_value(const struct signal *s, const char *key)
{
	for (size_t i = 0; i < s->figures; i++)
		if (strcmp(s->figure[i].key, key) == 0)
			return s->figure[i].value < 0 ? -1 : s->figure[i].value;
	return -1;
}

bool signal_may(const struct principal *p, const struct signal_area *area)
{
	const struct reg *r = reg_find(str_of(area->reg));
	return r && (auth_ops(p, reg_number(r)) & OP_READ);
}

int signal_load(struct db_conn *c, struct arena *a, const struct principal *p, const struct signal_area *area, struct signal *ret)
{
	*ret = (struct signal){ 0 };
	int r = area->load(c, a, p, ret);
	if (r == 0)
		signal_settle(ret);
	return r;
}

void signal_settle(struct signal *s)
{
	if (s->reasons == 0)
		signal_add(s, TONE_GREY, NOTE0(MSG_REPORT_NOTHING_KNOWN), STR(""));
	/* Worst first, otherwise in the area's own order. */
	for (size_t i = 1; i < s->reasons; i++)
		for (size_t k = i; k > 0 && rank(s->reason[k].tone) > rank(s->reason[k - 1].tone); k--) {
			struct signal_reason swap = s->reason[k];
			s->reason[k] = s->reason[k - 1];
			s->reason[k - 1] = swap;
		}
	s->tone = s->reason[0].tone;
}

struct str signal_reasons(struct arena *a, enum lang lang, const struct signal *s)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64 << 10);
	for (size_t i = 0; i < s->reasons; i++) {
		if (i)
			buf_char(&b, '\n');
		if (s->reasons > 1) {
			struct str word = tone_str(lang, s->reason[i].tone);
			buf_str(&b, lang == LANG_JA ? STR("［") : STR("["));
			buf_str(&b, word);
			buf_str(&b, lang == LANG_JA ? STR("］") : STR("] "));
		}
		if (s->reason[i].text.n)
			buf_str(&b, s->reason[i].text);
		else
			note_put(&b, lang, &s->reason[i].why);
	}
	return str_dup(a, buf_view(&b));
}

/* ---- Today ---- */

#define MONTHS_SHOWN 3

static void light(struct html *h, enum tone t)
{
	html_badge(h, t, tone_str(h->lang, t));
}

static void figures(struct html *h, const struct signal *s)
{
	static const char *const class[] = { [TONE_NEUTRAL] = "stat tone-neutral", [TONE_GREEN] = "stat tone-green", [TONE_BLUE] = "stat tone-blue",
	                                     [TONE_YELLOW] = "stat tone-yellow", [TONE_RED] = "stat tone-red", [TONE_GREY] = "stat tone-grey" };
	bool open = false;
	for (size_t i = 0; i < s->figures; i++) {
		const struct signal_figure *f = &s->figure[i];
		if (f->label == MSG_NONE)
			continue;
		if (!open)
			html_lit(h, "<ul class=\"cards figures list-unstyled\">");
		open = true;
		if (f->path.n)
			html_lit(h, "<li><a");
		else
			html_lit(h, "<li><div");
		html_attr(h, "class", str_of(class[f->value == 0 ? TONE_GREEN : f->value < 0 ? TONE_GREY : f->tone]));
		if (f->path.n)
			html_href(h, f->path);
		html_lit(h, "><span class=\"stat-number\">");
		if (f->value < 0)
			html_msg(h, MSG_UNKNOWN);
		else if (f->yen)
			html_text(h, cell_str(h->arena, h->lang, &(struct doc_cell){ .kind = DOC_MONEY, .i = f->value }));
		else
			html_i64(h, f->value);
		html_lit(h, "</span><span class=\"stat-label\">");
		html_msg(h, f->label);
		html_lit(h, "</span>");
		if (f->path.n)
			html_lit(h, "</a></li>");
		else
			html_lit(h, "</div></li>");
	}
	if (open)
		html_lit(h, "</ul>");
}

void signal_put(struct html *h, struct label label, const struct signal *s)
{
	html_signal(h, s->tone, label_of(label, h->lang), STR(""));
	html_lit(h, "<ul class=\"reasons\">");
	for (size_t i = 0; i < s->reasons; i++) {
		html_lit(h, "<li>");
		light(h, s->reason[i].tone);
		html_lit(h, " ");
		if (s->reason[i].path.n) {
			html_lit(h, "<a");
			html_href(h, s->reason[i].path);
			html_lit(h, ">");
		}
		if (s->reason[i].text.n)
			html_text(h, s->reason[i].text);
		else
			html_note(h, &s->reason[i].why);
		if (s->reason[i].path.n)
			html_lit(h, "</a>");
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
	figures(h, s);
}

void signal_put_areas(struct html *h, struct db_conn *c, const struct principal *p, const char *const *names)
{
	for (; *names; names++)
		for (size_t i = 0; i < area_count; i++) {
			struct signal s;
			if (strcmp(areas[i].name, *names) == 0 && signal_may(p, &areas[i]) && signal_load(c, h->arena, p, &areas[i], &s) == 0)
				signal_put(h, areas[i].label, &s);
		}
}

static void months_head(struct html *h, const struct frozen *f, const bool *there)
{
	html_lit(h, "<thead><tr><th scope=\"col\">");
	html_msg(h, MSG_REPORT_AREA);
	html_lit(h, "</th>");
	struct month now = month_of(clock_today());
	for (int m = MONTHS_SHOWN; m >= 1; m--) {
		html_lit(h, "<th scope=\"col\">");
		html_text(h, month_str(h->arena, month_add(now, -m)));
		if (there[m - 1] && f[m - 1].late) {
			html_lit(h, " <span class=\"muted small\">");
			html_msg(h, MSG_REPORT_LATE);
			html_lit(h, "</span>");
		}
		html_lit(h, "</th>");
	}
	html_lit(h, "<th scope=\"col\">");
	html_msg(h, MSG_REPORT_NOW);
	html_lit(h, "</th></tr></thead>");
}

/* A light for each month-end; a dash where nothing was frozen, which is not the same as grey. */
static void months(struct html *h, struct db_conn *c, const struct principal *p, const struct signal *now, const bool *shown)
{
	struct frozen *f = ARENA_ARRAY(h->arena, MONTHS_SHOWN, struct frozen);
	bool there[MONTHS_SHOWN], any = false;
	for (int m = 1; m <= MONTHS_SHOWN; m++) {
		there[m - 1] = month_load(c, h->arena, p, month_add(month_of(clock_today()), -m), h->lang, &f[m - 1]) == 0;
		any = any || there[m - 1];
	}
	if (!any)
		return;
	html_lit(h, "<table class=\"table signal-months\"><caption>");
	html_msg(h, MSG_REPORT_THREE_MONTHS);
	html_lit(h, "</caption>");
	months_head(h, f, there);
	html_lit(h, "<tbody>");
	for (size_t i = 0; i < area_count; i++) {
		if (!shown[i])
			continue;
		html_lit(h, "<tr><th scope=\"row\">");
		html_label(h, areas[i].label);
		html_lit(h, "</th>");
		for (int m = MONTHS_SHOWN; m >= 1; m--) {
			const struct frozen *one = &f[m - 1];
			bool found = false;
			html_lit(h, "<td>");
			for (size_t k = 0; there[m - 1] && !found && k < one->areas; k++)
				if (strcmp(one->name[k], areas[i].name) == 0) {
					light(h, one->signal[k].tone);
					found = true;
				}
			if (!found)
				html_lit(h, "–");
			html_lit(h, "</td>");
		}
		html_lit(h, "<td>");
		light(h, now[i].tone);
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table>");
}

void signal_today(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	struct signal *s = ARENA_ARRAY(h->arena, SIGNAL_AREAS, struct signal);
	bool shown[SIGNAL_AREAS] = { false }, any = false;
	enum tone worst = TONE_GREEN;
	for (size_t i = 0; i < area_count; i++) {
		shown[i] = signal_may(p, &areas[i]) && signal_load(c, h->arena, p, &areas[i], &s[i]) == 0;
		any = any || shown[i];
		if (shown[i])
			worst = signal_worse(worst, s[i].tone);
	}
	if (!any)
		return;
	html_section_begin(h, MSG_REPORT_SIGNAL);
	html_signal(h, worst, msg(h->lang, MSG_REPORT_OVERALL), msg(h->lang, MSG_REPORT_OVERALL_HOW));
	months(h, c, p, s, shown);
	for (size_t i = 0; i < area_count; i++)
		if (shown[i]) {
			html_lit(h, "<section class=\"signal-area\"><h3 class=\"visually-hidden\">");
			html_label(h, areas[i].label);
			html_lit(h, "</h3>");
			signal_put(h, areas[i].label, &s[i]);
			html_lit(h, "</section>");
		}
	html_section_end(h);
}
