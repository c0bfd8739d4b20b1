#include "base/text/html.h"
#include "html/internal.h"

static const struct {
	const char *class;
	const char *mark;
	msg_id word, signal;
} tones[] = {
	[TONE_NEUTRAL] = { "tone-neutral", "○", MSG_HTML_TONE_NEUTRAL, MSG_HTML_TONE_NEUTRAL },
	[TONE_GREEN] = { "tone-green", "●", MSG_HTML_TONE_GREEN, MSG_HTML_SIGNAL_GREEN },
	[TONE_BLUE] = { "tone-blue", "■", MSG_HTML_TONE_BLUE, MSG_HTML_SIGNAL_BLUE },
	[TONE_YELLOW] = { "tone-yellow", "◆", MSG_HTML_TONE_YELLOW, MSG_HTML_SIGNAL_YELLOW },
	[TONE_RED] = { "tone-red", "▲", MSG_HTML_TONE_RED, MSG_HTML_SIGNAL_RED },
	[TONE_GREY] = { "tone-grey", "－", MSG_HTML_TONE_GREY, MSG_HTML_SIGNAL_GREY },
};

/* A tone from outside the enumeration is shown as not known rather than as harmless. */
static enum tone known(enum tone t)
{
	return (size_t)t < COUNT_OF(tones) ? t : TONE_GREY;
}

const char *tone_class(enum tone t)
{
	return tones[known(t)].class;
}

msg_id tone_word(enum tone t)
{
	return tones[known(t)].word;
}

msg_id tone_signal(enum tone t)
{
	return tones[known(t)].signal;
}

void html_tone_mark(struct html *h, enum tone t)
{
	html_lit(h, "<span class=\"tone-mark\" aria-hidden=\"true\">");
	html_constant(h, tones[known(t)].mark);
	html_lit(h, "</span>");
}

static void form_begin(struct html *h, struct str action, bool upload, struct str draft_key, bool inline_form)
{
	html_lit(h, "<form method=\"post\"");
	html_url_attr(h, "action", action);
	if (upload)
		html_lit(h, " enctype=\"multipart/form-data\"");
	if (inline_form)
		html_lit(h, " class=\"form-inline\"");
	if (draft_key.n)
		html_attr(h, "data-draft-key", draft_key);
	html_lit(h, ">");
	html_hidden(h, "csrf", h->csrf);
}

void html_form_begin(struct html *h, struct str action, bool upload)
{
	form_begin(h, action, upload, STR_NULL, false);
}

void html_form_begin_draft(struct html *h, struct str action, bool upload, struct str draft_key)
{
	form_begin(h, action, upload, draft_key, false);
}

void html_form_end(struct html *h)
{
	html_lit(h, "</form>");
}

void html_hidden(struct html *h, const char *name, struct str value)
{
	html_lit(h, "<input type=\"hidden\"");
	html_attr(h, "name", str_of(name));
	html_attr(h, "value", value);
	html_lit(h, ">");
}

void html_badge(struct html *h, enum tone tone, struct str text)
{
	html_lit(h, "<span class=\"badge ");
	html_constant(h, tone_class(tone));
	html_lit(h, "\">");
	html_text(h, text);
	html_lit(h, "</span>");
}

static const char *tone_icon(enum tone t)
{
	switch (known(t)) {
	case TONE_GREEN:
		return "circle-check";
	case TONE_YELLOW:
	case TONE_RED:
		return "alert-triangle";
	case TONE_GREY:
		return "help";
	default:
		return "message";
	}
}

void html_alert(struct html *h, enum tone tone, struct str title, struct str text)
{
	html_lit(h, "<div class=\"alert ");
	html_constant(h, tone_class(tone));
	html_lit(h, "\"");
	if (tone == TONE_RED)
		html_lit(h, " role=\"alert\"");
	html_lit(h, ">");
	html_icon(h, tone_icon(tone));
	html_lit(h, "<div>");
	if (title.n) {
		html_lit(h, "<div class=\"alert-title\">");
		html_text(h, title);
		html_lit(h, "</div>");
	}
	if (text.n) {
		html_lit(h, "<div>");
		html_lines(h, text);
		html_lit(h, "</div>");
	}
	html_lit(h, "</div></div>");
}

void html_button_link(struct html *h, struct str path, const char *icon, struct str label, bool primary)
{
	html_lit(h, "<a class=\"btn");
	if (primary)
		html_lit(h, " btn-primary");
	html_lit(h, "\"");
	html_href(h, path);
	html_lit(h, ">");
	html_icon(h, icon);
	html_text(h, label);
	html_lit(h, "</a>");
}

void html_post_button(struct html *h, struct str action, const char *icon, struct str label, enum tone tone, struct str confirm)
{
	form_begin(h, action, false, STR_NULL, true);
	html_lit(h, "<button type=\"submit\" class=\"btn");
	if (tone == TONE_RED)
		html_lit(h, " btn-outline-danger");
	else if (tone == TONE_BLUE)
		html_lit(h, " btn-primary");
	html_lit(h, "\"");
	if (confirm.n)
		html_attr(h, "data-confirm", confirm);
	html_lit(h, ">");
	html_icon(h, icon);
	html_text(h, label);
	html_lit(h, "</button>");
	html_form_end(h);
}

void html_signal(struct html *h, enum tone tone, struct str label, struct str reason)
{
	html_lit(h, "<div class=\"signal ");
	html_constant(h, tone_class(tone));
	html_lit(h, "\"><div class=\"signal-light\">");
	html_tone_mark(h, tone);
	html_lit(h, "<span>");
	html_msg(h, tone_signal(tone));
	html_lit(h, "</span></div><div class=\"signal-text\"><div class=\"signal-label\">");
	html_text(h, label);
	html_lit(h, "</div>");
	if (reason.n) {
		html_lit(h, "<div class=\"signal-reason\">");
		html_lines(h, reason);
		html_lit(h, "</div>");
	}
	html_lit(h, "</div></div>");
}

void html_section_begin(struct html *h, msg_id title)
{
	html_lit(h, "<section class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(h, title);
	html_lit(h, "</h2>");
}

void html_section_end(struct html *h)
{
	html_lit(h, "</div></section>");
}

void html_table_begin(struct html *h, msg_id caption, const msg_id *head, size_t n)
{
	html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", caption);
	html_lit(h, "><table class=\"table table-cards\"><thead><tr>");
	for (size_t i = 0; i < n; i++) {
		if (head[i] == MSG_NONE) {
			html_lit(h, "<td></td>");
			continue;
		}
		html_lit(h, "<th scope=\"col\">");
		html_msg(h, head[i]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
}

void html_table_end(struct html *h)
{
	html_lit(h, "</tbody></table></div>");
}

void html_cell_begin(struct html *h, msg_id label)
{
	html_lit(h, "<td");
	if (label)
		html_attr_msg(h, "data-label", label);
	html_lit(h, ">");
}

void html_cell_end(struct html *h)
{
	html_lit(h, "</td>");
}

void html_cell(struct html *h, msg_id label, struct str text)
{
	html_cell_begin(h, label);
	html_text(h, text);
	html_cell_end(h);
}

void html_cell_i64(struct html *h, msg_id label, int64_t v)
{
	html_cell_begin(h, label);
	html_i64(h, v);
	html_cell_end(h);
}

void html_empty(struct html *h, struct str title, struct str text, struct str path, struct str button)
{
	html_lit(h, "<div class=\"empty\"><p class=\"empty-title\">");
	html_text(h, title);
	html_lit(h, "</p>");
	if (text.n) {
		html_lit(h, "<p class=\"empty-text\">");
		html_lines(h, text);
		html_lit(h, "</p>");
	}
	if (path.n) {
		html_lit(h, "<div class=\"actions\">");
		html_button_link(h, path, NULL, button, true);
		html_lit(h, "</div>");
	}
	html_lit(h, "</div>");
}

void html_progress(struct html *h, struct str label, int64_t done, int64_t total, struct str reload_path)
{
	html_lit(h, "<div class=\"progress-box\" role=\"status\" hx-trigger=\"every 2s\" hx-select=\"#main\" hx-target=\"#main\""
	            " hx-swap=\"outerHTML\" hx-replace-url=\"true\"");
	html_url_attr(h, "hx-get", reload_path);
	html_lit(h, "><p class=\"progress-label\">");
	html_text(h, label);
	html_lit(h, "</p><progress");
	html_attr(h, "aria-label", label);
	if (total > 0) {
		html_attr_i64(h, "max", total);
		html_attr_i64(h, "value", done < 0 ? 0 : done > total ? total : done);
	}
	html_lit(h, "></progress><p>");
	if (total > 0)
		html_note(h, &NOTE(MSG_HTML_PROGRESS, ARG_S(html_grouped(h, total)), ARG_S(html_grouped(h, done))));
	else
		html_msg(h, MSG_HTML_PROGRESS_START);
	html_lit(h, "</p><p class=\"field-hint\">");
	html_msg(h, MSG_HTML_PROGRESS_LEAVE);
	html_lit(h, " <a");
	html_href(h, reload_path);
	html_lit(h, ">");
	html_msg(h, MSG_HTML_RELOAD);
	html_lit(h, "</a></p></div>");
}
