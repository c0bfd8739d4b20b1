/*
 * The pages of an import. The upload is kept, and a dry run is made of it in the background; its page shows how far it is,
 * then what would happen and which column is read as what; from there the import runs in the background as well, and the
 * page becomes that of its result.
 */
#include "register/import_pages.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/import.h"
#include "register/import_job.h"
#include "register/page_common.h"

#define ERRORS_SHOWN 200

static struct str job_path(const struct face *f, const struct import_job *j, const char *rest)
{
	return face_path(f, str_z(f->a, str_printf(f->a, "/import/%s%s", j->token, rest)));
}

static void page_head(struct face *f, struct str here)
{
	struct page p = { 0 };
	face_page(f, &p, face_say(f, MSG_IMPORT_PAGE_TITLE, ARG_L(f->reg->label)), here);
}

/* ---- upload ---- */

static void upload_page(struct http_req *req)
{
	FACE(f);
	if (face_open(req, &f, OP_IMPORT) < 0)
		return;
	struct html *h = &f.h;
	page_head(&f, face_text(&f, MSG_IMPORT_PAGE_IMPORT));
	html_form_begin(h, face_path(&f, "/import"), true);
	html_lit(h, "<div class=\"drop\"><label for=\"file\">");
	html_msg(h, MSG_IMPORT_PAGE_CHOOSE);
	html_lit(h, "</label><input class=\"form-control\" type=\"file\" id=\"file\" name=\"file\" required accept=\".xlsx,.csv,.txt,.tsv\">"
	            "<p class=\"field-hint\">");
	html_msg(h, MSG_IMPORT_PAGE_HINT);
	html_lit(h, "</p></div><div class=\"actions\"><button class=\"btn btn-primary\" type=\"submit\">");
	html_icon(h, "upload");
	html_msg(h, MSG_IMPORT_PAGE_READ);
	html_lit(h, "</button>");
	html_button_link(h, face_path(&f, ""), "x", face_text(&f, MSG_CANCEL), false);
	html_lit(h, "</div>");
	html_form_end(h);
	html_lit(h, "<p>");
	html_msg(h, MSG_IMPORT_PAGE_SAFE);
	html_lit(h, "</p>");
	page_end(h);
}

static void upload(struct http_req *req)
{
	FACE(f);
	if (face_open(req, &f, OP_IMPORT) < 0)
		return;
	const struct http_file *file = http_upload(req, "file");
	if (!file) {
		http_fail(req, 422, NOTE0(MSG_IMPORT_PAGE_NO_FILE));
		return;
	}
	face_release(&f);
	struct str token, name = file->name.n ? file->name : STR("upload");
	struct principal by = *f.by;
	by.lang = f.lang;
	int e = import_job_new(f.office, &by, f.reg, name, file->data, &token, f.a);
	if (e == ERR_BUSY) /* too many asked for, not something wrong here */
		http_fail(req, 429, NOTE0(MSG_IMPORT_PAGE_BUSY));
	else if (e < 0)
		face_fail(&f, e);
	else
		http_redirect(req, face_path(&f, str_z(f.a, str_printf(f.a, "/import/%.*s", STR_FMT(token)))));
}

/* ---- parts of the job's page ---- */

static void count(struct html *h, enum tone tone, int64_t n, msg_id label)
{
	switch (tone) {
	case TONE_GREEN:
		html_lit(h, "<div class=\"stat tone-green\">");
		break;
	case TONE_BLUE:
		html_lit(h, "<div class=\"stat tone-blue\">");
		break;
	case TONE_RED:
		html_lit(h, "<div class=\"stat tone-red\">");
		break;
	default:
		html_lit(h, "<div class=\"stat tone-grey\">");
		break;
	}
	html_lit(h, "<span class=\"stat-number\">");
	html_i64(h, n);
	html_lit(h, "</span><span class=\"stat-label\">");
	html_msg(h, label);
	html_lit(h, "</span></div>");
}

static void put_counts(struct html *h, const struct import_report *r)
{
	html_lit(h, "<div class=\"cards\">");
	count(h, TONE_GREEN, r->created, MSG_IMPORT_PAGE_CREATED);
	count(h, TONE_BLUE, r->updated, MSG_IMPORT_PAGE_UPDATED);
	count(h, TONE_GREY, r->unchanged, MSG_IMPORT_PAGE_UNCHANGED);
	count(h, r->refused ? TONE_RED : TONE_GREY, r->refused, MSG_IMPORT_PAGE_REFUSED);
	html_lit(h, "</div>");
}

static void put_names(struct html *h, msg_id title, const struct str *name, size_t n)
{
	if (n == 0)
		return;
	html_lit(h, "<h2>");
	html_msg(h, title);
	html_lit(h, "</h2><ul class=\"chips\">");
	for (size_t i = 0; i < n && i < ERRORS_SHOWN; i++) {
		html_lit(h, "<li class=\"chip\">");
		html_text(h, name[i]);
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
}

static void put_errors(struct face *f, const struct import_job *j)
{
	struct html *h = &f->h;
	const struct import_report *r = &j->report;
	if (r->errors == 0)
		return;
	html_lit(h, "<h2>");
	html_msg(h, MSG_IMPORT_PAGE_ERRORS);
	html_lit(h, "</h2><div class=\"table-responsive\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", MSG_IMPORT_PAGE_ERRORS);
	html_lit(h, "><table class=\"table\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_IMPORT_PAGE_ROW);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_IMPORT_PAGE_COLUMN);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_IMPORT_PAGE_KIND);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_IMPORT_PAGE_WHY);
	html_lit(h, "</th></tr></thead><tbody>");
	size_t shown = r->errors < ERRORS_SHOWN ? r->errors : ERRORS_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		const struct import_error *e = &r->error[i];
		html_lit(h, "<tr><td class=\"number\">");
		html_i64(h, e->row);
		html_lit(h, "</td><td class=\"nowrap\">");
		html_text(h, e->column);
		html_lit(h, "</td><td>");
		html_badge(h, e->notice ? TONE_YELLOW : TONE_RED, face_text(f, e->notice ? MSG_IMPORT_PAGE_WARNING : MSG_IMPORT_PAGE_IS_REFUSED));
		html_lit(h, "</td><td>");
		html_text(h, e->message);
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table></div>");
	if (r->errors_total + r->notices_total > (int64_t)shown) {
		html_lit(h, "<p>");
		html_note(h, &NOTE(MSG_IMPORT_MORE_ERRORS, ARG_I(r->errors_total + r->notices_total - (int64_t)shown)));
		html_lit(h, "</p>");
	}
	if (r->refused_workbook.n) {
		html_lit(h, "<p>");
		html_button_link(h, job_path(f, j, "/refused"), "download", face_text(f, MSG_IMPORT_PAGE_DOWNLOAD), false);
		html_lit(h, "</p>");
	}
}

static void put_sheets(struct face *f, const struct import_plan *p)
{
	struct html *h = &f->h;
	if (p->sheets < 2)
		return;
	html_lit(h, "<div class=\"field\"><label for=\"sheet\">");
	html_msg(h, MSG_IMPORT_PAGE_SHEET);
	html_lit(h, "</label><select class=\"form-select\" id=\"sheet\" name=\"sheet\">");
	for (size_t i = 0; i < p->sheets; i++) {
		html_lit(h, "<option");
		html_attr_i64(h, "value", (int64_t)i);
		html_flag(h, "selected", i == p->sheet);
		html_lit(h, ">");
		html_text(h, p->sheet_names[i]);
		html_lit(h, "</option>");
	}
	html_lit(h, "</select></div>");
}

static void option(struct html *h, struct str value, struct str label, bool selected)
{
	html_lit(h, "<option");
	html_attr(h, "value", value);
	html_flag(h, "selected", selected);
	html_lit(h, ">");
	html_text(h, label);
	html_lit(h, "</option>");
}

static void put_choice(struct face *f, const struct import_column *c)
{
	struct html *h = &f->h;
	struct str name = str_printf(f->a, "m%zu", c->column);
	html_lit(h, "<select class=\"form-select\"");
	html_attr(h, "name", name);
	html_attr(h, "aria-label", face_say(f, MSG_IMPORT_PAGE_READ_AS, ARG_S(c->heading)));
	html_lit(h, ">");
	option(h, STR("-"), face_text(f, MSG_IMPORT_PAGE_LEAVE_OUT), c->field == IMPORT_LEFT_OUT);
	if (f->by->needs & NEED_SETTINGS)
		option(h, STR(":keep"), face_text(f, MSG_IMPORT_PAGE_KEEP), c->field == IMPORT_KEEP);
	for (size_t i = 0; i < f->view.fields; i++) {
		const struct field *field = f->view.field[i];
		if (field->flags & FIELD_ENGINE || (!field->derived && !reg_field_writable(f->by, f->reg, field)))
			continue;
		option(h, str_of(field->name), label_of(field->label, f->lang), c->field == (int)i);
	}
	html_lit(h, "</select>");
}

static void put_mapping(struct face *f, const struct import_plan *p)
{
	struct html *h = &f->h;
	html_lit(h, "<h2>");
	html_msg(h, MSG_IMPORT_PAGE_MAPPING);
	html_lit(h, "</h2><p>");
	if (p->sheet_name.n)
		html_note(h, &NOTE(MSG_IMPORT_PAGE_HEADER, ARG_S(p->sheet_name), ARG_I((int64_t)p->header_row + 1), ARG_I((int64_t)p->header_rows)));
	else
		html_note(h, &NOTE(MSG_IMPORT_PAGE_HEADER_CSV, ARG_I((int64_t)p->header_row + 1), ARG_I((int64_t)p->header_rows)));
	if (p->remembered)
		html_msg(h, MSG_IMPORT_PAGE_REMEMBERED);
	html_lit(h, "</p><div class=\"table-responsive\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", MSG_IMPORT_PAGE_MAPPING);
	html_lit(h, "><table class=\"table\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_IMPORT_PAGE_HEADING);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_IMPORT_PAGE_SAMPLE);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_IMPORT_PAGE_FIELD);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < p->columns; i++) {
		const struct import_column *c = &p->column[i];
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, c->heading);
		html_lit(h, "</th><td>");
		html_text(h, c->sample);
		html_lit(h, "</td><td>");
		if (c->field <= IMPORT_CODE)
			html_msg(h, c->field == IMPORT_CODE ? MSG_IMPORT_PAGE_CODE : MSG_IMPORT_PAGE_OWN_COLUMN);
		else
			put_choice(f, c);
		if (c->guessed) {
			html_lit(h, " ");
			html_badge(h, TONE_YELLOW, face_text(f, MSG_IMPORT_PAGE_GUESSED));
		}
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table></div>");
}

static void do_button(struct html *h, const char *value, msg_id label, bool primary, bool on)
{
	if (primary)
		html_lit(h, "<button type=\"submit\" class=\"btn btn-primary\" name=\"do\"");
	else
		html_lit(h, "<button type=\"submit\" class=\"btn\" name=\"do\"");
	html_attr(h, "value", str_of(value));
	html_flag(h, "disabled", !on);
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</button>");
}

static void preview(struct face *f, const struct import_job *j)
{
	struct html *h = &f->h;
	const struct import_report *r = &j->report;
	html_form_begin(h, job_path(f, j, ""), false);
	if (r->refusal.n) {
		html_alert(h, TONE_RED, face_text(f, MSG_IMPORT_PAGE_NOT_READ), r->refusal);
		put_sheets(f, &r->plan);
		html_lit(h, "<div class=\"actions\">");
		if (r->plan.sheets > 1)
			do_button(h, "sheet", MSG_IMPORT_PAGE_OTHER_SHEET, true, true);
		do_button(h, "drop", MSG_IMPORT_PAGE_OTHER_FILE, r->plan.sheets < 2, true);
		html_lit(h, "</div>");
		html_form_end(h);
		return;
	}
	if (j->interrupted)
		html_alert(h, TONE_YELLOW, face_text(f, MSG_IMPORT_PAGE_STOPPED), face_text(f, MSG_IMPORT_PAGE_INTERRUPTED));
	if (!j->dry)
		html_alert(h, TONE_RED, face_text(f, MSG_IMPORT_PAGE_NOTHING), face_text(f, MSG_IMPORT_NOT_APPLIED));
	else
		html_alert(h, TONE_BLUE, face_text(f, MSG_IMPORT_PAGE_PREVIEW),
		           face_text(f, r->refused ? MSG_IMPORT_PAGE_PREVIEW_REFUSED : MSG_IMPORT_PAGE_PREVIEW_TEXT));
	put_counts(h, r);
	put_errors(f, j);
	put_names(h, MSG_IMPORT_PAGE_WILL_GROW, r->created_reference, r->created_references);
	put_names(h, MSG_IMPORT_PAGE_LEFT_OUT, r->left_out, r->left_outs);
	if (!j->dry) { /* everything was asked for and nothing taken: what is left is to decide about the rest */
		if (j->strict)
			html_hidden(h, "strict", STR("1"));
		html_lit(h, "<div class=\"actions\">");
		do_button(h, "good", MSG_IMPORT_PAGE_GOOD, true, r->rows > r->refused + r->unchanged);
		do_button(h, "drop", MSG_IMPORT_PAGE_DROP, false, true);
		html_lit(h, "</div>");
		html_form_end(h);
		return;
	}
	put_mapping(f, &r->plan);
	put_sheets(f, &r->plan);
	html_lit(h, "<label class=\"check\"><input type=\"checkbox\" name=\"strict\" value=\"1\"");
	html_flag(h, "checked", j->strict);
	html_lit(h, "><span>");
	html_msg(h, MSG_IMPORT_PAGE_STRICT);
	html_lit(h, "</span></label><div class=\"actions\">");
	if (r->refused)
		do_button(h, "good", MSG_IMPORT_PAGE_GOOD, true, r->created + r->updated > 0);
	else
		do_button(h, "all", MSG_IMPORT_PAGE_ALL, true, true);
	do_button(h, "check", MSG_IMPORT_PAGE_AGAIN, false, true);
	if (r->plan.sheets > 1)
		do_button(h, "sheet", MSG_IMPORT_PAGE_OTHER_SHEET, false, true);
	do_button(h, "drop", MSG_IMPORT_PAGE_DROP, false, true);
	html_lit(h, "</div>");
	html_form_end(h);
}

static void result(struct face *f, const struct import_job *j)
{
	struct html *h = &f->h;
	const struct import_report *r = &j->report;
	if (r->refusal.n)
		html_alert(h, TONE_RED, face_text(f, MSG_IMPORT_PAGE_NOTHING), r->refusal);
	else
		html_alert(h, TONE_GREEN, face_text(f, MSG_IMPORT_PAGE_DONE), j->file_name);
	put_counts(h, r);
	put_errors(f, j);
	put_names(h, MSG_IMPORT_PAGE_GREW, r->created_reference, r->created_references);
	put_names(h, MSG_IMPORT_PAGE_LEFT_OUT, r->left_out, r->left_outs);
	html_lit(h, "<div class=\"actions\">");
	html_button_link(h, face_path(f, ""), "arrow-left", face_text(f, MSG_IMPORT_PAGE_TO_LIST), true);
	html_button_link(h, face_path(f, "/import"), "upload", face_text(f, MSG_IMPORT_PAGE_OTHER_FILE), false);
	html_lit(h, "</div>");
}

/*
 * A job that is not in memory: the server was started again since. What was not decided, or not finished, is taken up again;
 * true then. Otherwise it has answered: with the result that was kept, or that the file is gone.
 */
static bool take_up(struct face *f)
{
	struct import_stored x;
	struct html *h = &f->h;
	const struct str token = f->req->capture[2];
	int e = import_job_stored(f->office, f->conn, f->a, f->by, f->reg, token, &x);
	if (e == 0 && x.state != IMPORT_STORED_DONE) {
		struct principal by = *f->by;
		by.lang = f->lang;
		e = import_job_revive(f->office, &by, f->reg, token, &x);
		if (e == 0)
			return true;
		if (e != ERR_NOT_FOUND) {
			face_fail(f, e);
			return false;
		}
		page_head(f, text_clip(x.file_name, 60));
		html_alert(h, TONE_YELLOW, face_text(f, MSG_IMPORT_PAGE_NOTHING), face_text(f, MSG_IMPORT_PAGE_FILE_GONE));
		html_button_link(h, face_path(f, "/import"), "upload", face_text(f, MSG_IMPORT_PAGE_OTHER_FILE), true);
		page_end(h);
		return false;
	}
	if (e < 0) {
		face_fail(f, e);
		return false;
	}
	page_head(f, text_clip(x.file_name, 60));
	html_lit(h, "<p>");
	html_lines(h, x.text);
	html_lit(h, "</p><div class=\"actions\">");
	html_button_link(h, face_path(f, ""), "arrow-left", face_text(f, MSG_IMPORT_PAGE_TO_LIST), true);
	if (access(str_z(f->a, x.refused_path), R_OK) == 0)
		html_button_link(h, face_path(f, str_z(f->a, str_printf(f->a, "/import/%.*s/refused", STR_FMT(token)))), "download",
		                 face_text(f, MSG_IMPORT_PAGE_DOWNLOAD), false);
	html_lit(h, "</div>");
	page_end(h);
	return false;
}

static void job_page(struct http_req *req)
{
	FACE(f);
	if (face_open(req, &f, OP_IMPORT) < 0)
		return;
	struct import_job *j = import_job_take(f.by, f.reg, req->capture[2]);
	if (!j) {
		if (!take_up(&f))
			return;
		j = import_job_take(f.by, f.reg, req->capture[2]);
	}
	if (!j) { /* it made room for another one at once */
		face_fail(&f, ERR_BUSY);
		return;
	}
	struct html *h = &f.h;
	page_head(&f, text_clip(j->file_name, 60));
	switch (j->state) {
	case IMPORT_JOB_CHECKING:
		html_progress(h, face_say(&f, MSG_IMPORT_PAGE_CHECKING, ARG_S(j->file_name)), j->done, j->total, job_path(&f, j, ""));
		break;
	case IMPORT_JOB_RUNNING:
		html_progress(h, face_say(&f, MSG_IMPORT_PAGE_RUNNING, ARG_S(j->file_name)), j->done, j->total, job_path(&f, j, ""));
		break;
	case IMPORT_JOB_READY:
		preview(&f, j);
		break;
	case IMPORT_JOB_DONE:
		result(&f, j);
		break;
	case IMPORT_JOB_FAILED:
		html_alert(h, TONE_RED, face_text(&f, MSG_IMPORT_PAGE_NOTHING), face_text(&f, MSG_IMPORT_PAGE_FAILED));
		html_button_link(h, face_path(&f, "/import"), "upload", face_text(&f, MSG_IMPORT_PAGE_OTHER_FILE), true);
		break;
	}
	import_job_give();
	page_end(h);
}

/* ---- what the person decided ---- */

/* The mapping of the form into the job. False when it has answered. */
static bool take_mapping(struct face *f, struct import_job *j)
{
	const struct import_plan *shown = &j->report.plan;
	struct import_plan *p = ARENA_NEW(j->keep, struct import_plan);
	bool *taken = ARENA_ARRAY(f->a, f->view.fields + 1, bool);
	*p = (struct import_plan){ .sheet = shown->sheet, .column = ARENA_ARRAY(j->keep, shown->columns + 1, struct import_column),
		.columns = shown->columns };
	for (size_t i = 0; i < shown->columns; i++) {
		const struct import_column *c = &shown->column[i];
		p->column[i] = (struct import_column){ .column = c->column, .field = c->field };
		struct str chosen = http_form(f->req, str_z(f->a, str_printf(f->a, "m%zu", c->column)));
		if (!chosen.p || c->field <= IMPORT_CODE)
			continue;
		int field = str_eq(chosen, STR(":keep")) ? IMPORT_KEEP : str_eq(chosen, STR("-")) ? IMPORT_LEFT_OUT : reg_view_field(&f->view, chosen);
		if (field >= 0 && taken[field]) {
			http_fail(f->req, 422, NOTE(MSG_IMPORT_PAGE_TWICE, ARG_L(f->view.field[field]->label)));
			return false;
		}
		if (field >= 0)
			taken[field] = true;
		p->column[i].field = field;
	}
	j->plan = p;
	return true;
}

static void decide(struct http_req *req)
{
	FACE(f);
	if (face_open(req, &f, OP_IMPORT) < 0)
		return;
	struct import_job *j = import_job_take(f.by, f.reg, req->capture[2]);
	if (!j) {
		/* Decided about a preview that went with the server: it is made again, and looked at again. */
		if (take_up(&f))
			http_redirect(req, face_path(&f, str_z(f.a, str_printf(f.a, "/import/%.*s", STR_FMT(req->capture[2])))));
		return;
	}
	struct str what = http_form(req, "do");
	struct str back = job_path(&f, j, "");
	int64_t sheet;
	/* A second press while it runs changes nothing. */
	if (j->state != IMPORT_JOB_READY) {
		import_job_give();
		http_redirect(req, back);
		return;
	}
	if (str_eq(what, STR("drop"))) {
		import_job_forget(j);
		import_job_give();
		face_release(&f);
		import_job_unstore(f.office, f.a, req->capture[2]);
		http_redirect(req, face_path(&f, "/import"));
		return;
	}
	/* With the rights of now: those of the upload may have been taken back since. */
	memcpy(j->by.grant, f.by->grant, sizeof j->by.grant);
	j->by.grants = f.by->grants;
	j->by.needs = f.by->needs;
	j->by.read_only = f.by->read_only;
	j->strict = http_form(req, "strict").n > 0;
	if (str_eq(what, STR("sheet")) && num_parse_i64(http_form(req, "sheet"), 0, LIMIT_IMPORT_SHEETS, &sheet) == 0) {
		j->plan = NULL;
		j->sheet = (ptrdiff_t)sheet;
		import_job_start(j, true);
	} else if (take_mapping(&f, j)) {
		bool go = str_eq(what, STR("all")) || str_eq(what, STR("good"));
		j->take_good_rows = str_eq(what, STR("good"));
		import_job_start(j, !go);
	} else {
		import_job_give();
		return;
	}
	import_job_give();
	http_redirect(req, back);
}

static void refused_file(struct http_req *req)
{
	FACE(f);
	if (face_open(req, &f, OP_IMPORT) < 0)
		return;
	struct import_job *j = import_job_take(f.by, f.reg, req->capture[2]);
	int fd = j && j->report.refused_workbook.n ? open(str_z(f.a, j->refused_path), O_RDONLY | O_CLOEXEC) : -1;
	struct import_stored x;
	if (j)
		import_job_give();
	else if (import_job_stored(f.office, f.conn, f.a, f.by, f.reg, req->capture[2], &x) == 0 && x.state == IMPORT_STORED_DONE)
		fd = open(str_z(f.a, x.refused_path), O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size > LIMIT_PAGE / 2) {
		face_fail(&f, fd < 0 ? ERR_NOT_FOUND : ERR_LIMIT);
		if (fd >= 0)
			close(fd);
		return;
	}
	char *room = buf_room(&req->answer->body, (size_t)st.st_size);
	size_t n = 0;
	ssize_t got = 1;
	while (room && n < (size_t)st.st_size && (got = read(fd, room + n, (size_t)st.st_size - n)) > 0)
		n += (size_t)got;
	buf_advance(&req->answer->body, n);
	close(fd);
	http_download(req, face_say(&f, MSG_IMPORT_PAGE_REFUSED_NAME, ARG_L(f.reg->label)),
	              "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

/* "m3": how the column 3 is read. */
static const struct param *column_param(const struct http_req *req, struct str name)
{
	static const struct param one = { .name = "m", .type = PARAM_KEY, .max = 80 };
	int64_t n;
	(void)req;
	return str_starts(name, STR("m")) && num_parse_i64(str_sub(name, 1, name.n), 0, LIMIT_IMPORT_COLUMNS, &n) == 0 ? &one : NULL;
}

static const struct param upload_params[] = { { .name = "file", .type = PARAM_FILE, .max = LIMIT_UPLOAD } };
static const struct param decide_params[] = {
	{ .name = "do", .type = PARAM_KEY, .max = 10 }, { .name = "sheet", .type = PARAM_INT }, { .name = "strict", .type = PARAM_FLAG },
};

const struct route import_page_routes[] = {
	{ .methods = HTTP_GET, .path = "/:room/:register/import", .handler = upload_page, .need = NEED_REGISTER },
	{ .methods = HTTP_POST, .path = "/:room/:register/import", .handler = upload, .flags = ROUTE_UPLOAD, .need = NEED_REGISTER,
	  .params = upload_params, .param_count = COUNT_OF(upload_params) },
	{ .methods = HTTP_GET, .path = "/:room/:register/import/:job", .handler = job_page, .need = NEED_REGISTER },
	{ .methods = HTTP_POST, .path = "/:room/:register/import/:job", .handler = decide, .flags = ROUTE_OWN_PARAMS, .need = NEED_REGISTER,
	  .params = decide_params, .param_count = COUNT_OF(decide_params), .params_of = column_param },
	{ .methods = HTTP_GET, .path = "/:room/:register/import/:job/refused", .handler = refused_file, .need = NEED_REGISTER },
};
const size_t import_page_route_count = COUNT_OF(import_page_routes);
