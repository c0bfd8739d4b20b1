/* `ishigaki init`: a new company's data directory, empty or with the demo company. */
#include "base/file.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/text/main.h"
#include "main/demo.h"
#include "main/first_run.h"
#include "main/open.h"
#include "main/verbs.h"
#include "org/duty.h"
#include "risk/risk.h"

static int seed(struct db_conn *conn, void *ctx)
{
	struct reg_ctx *rc = ctx;
	rc->conn = conn;
	int r = risk_seed_questionnaires(rc);
	if (r == 0)
		r = risk_seed_lists(rc);
	return r < 0 ? r : org_seed_duties(rc);
}

int verb_init(struct call *c)
{
	struct str dir = call_option(c, "data");
	struct opened *o = NULL;
	struct note why = NOTE0(MSG_MAIN_OPEN_FAILED);
	if (office_open(dir, OPEN_CREATE, &o, &why) < 0) {
		call_error(c, &why);
		return EXIT_COULD_NOT;
	}
	struct office *office = opened_office(o);
	struct principal system = auth_system();
	struct reg_ctx ctx = { .arena = c->arena, .by = &system, .key = office->key };
	/* The demo fills the questionnaires itself, on its first day. */
	int r = call_flag(c, "demo") ? demo_build(office, c->arena) : db_write(office->db, seed, &ctx);
	struct str code;
	if (r == 0 && !call_flag(c, "demo"))
		r = first_run_code(office, c->arena, &code);
	office_close(o);
	if (r < 0) {
		call_error(c, &NOTE(MSG_MAIN_FAILED, ARG_S(STR("init")), ARG_S(str_of(err_name(r)))));
		return EXIT_COULD_NOT;
	}
	struct note done = call_flag(c, "demo") ? NOTE(MSG_MAIN_INIT_DEMO, ARG_S(dir)) : NOTE(MSG_MAIN_INIT_EMPTY, ARG_S(dir), ARG_S(code));
	call_out(c, str_printf(c->arena, "%.*s\n", STR_FMT(note_str(c->arena, c->lang, &done))));
	return EXIT_DONE;
}
