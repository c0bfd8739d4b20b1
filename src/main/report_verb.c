/* `ishigaki report monthly`: the monthly report as a file, for the executives' meeting or a nightly job. */
#include "base/text/main.h"
#include "base/text/report.h"
#include "main/verbs.h"
#include "report/evidence.h"
#include "report/monthly.h"
#include "report/render.h"

int verb_report(struct office *o, struct call *c)
{
	struct str month = call_option(c, "month"), format = call_option(c, "format");
	struct month m = month_add(month_of(clock_today()), -1);
	enum doc_format f;
	struct principal by;
	struct doc d;
	if (!str_eq(c->word[0], STR("monthly")) || !doc_format_of(format, &f)) {
		call_error(c, &NOTE0(MSG_MAIN_USE_REPORT));
		return EXIT_USE;
	}
	if (month.n && month_parse(month, &m) < 0) {
		call_error(c, &NOTE0(MSG_REPORT_BAD_MONTH));
		return EXIT_USE;
	}
	int code = verb_caller(o, c, &by);
	if (code != EXIT_DONE)
		return code;
	struct db_conn *conn = db_read_begin(o->db);
	int r = report_monthly(conn, c->arena, &by, c->lang, m, &d);
	db_read_end(o->db, &conn);
	struct note why = NOTE0(r == ERR_RANGE ? MSG_REPORT_BAD_MONTH : r == ERR_DENIED ? MSG_MAIN_REPORT_DENIED : MSG_REPORT_FAILED);
	if (r == 0) {
		struct audit_entry e = auth_entry(c->arena, &by, AUDIT_EXPORT);
		e.subject = str_printf(c->arena, "%.*s (%s)", STR_FMT(d.title), doc_format_name(f));
		r = db_write(o->db, report_record, &e);
	}
	if (r == 0)
		r = doc_write(&d, f, c->out_fd, &why);
	if (r < 0)
		call_error(c, &why);
	return r == ERR_RANGE ? EXIT_USE : r < 0 ? EXIT_COULD_NOT : EXIT_DONE;
}
