/* `ishigaki user create|invite|list`: accounts from the machine itself, for the first one and for a lost password. */
#include "base/text/main.h"
#include "auth/auth.h"
#include "main/open.h"
#include "main/verbs.h"

static const char *const role_names[ROLE__BUILTIN] = { "administrator", "lead", "contact", "executive", "auditor" };

struct user_job {
	struct call *c;
	struct principal by;
	struct str login, name;
	int role;
	bool create;
	struct str secret;
};

static int user_write(struct db_conn *conn, void *ctx)
{
	struct user_job *j = ctx;
	struct arena *a = j->c->arena;
	int64_t id = 0;
	int r = 0;
	if (j->create) {
		struct account_new n = { .login = j->login, .name = j->name.n ? j->name : j->login, .lang = j->c->lang };
		r = auth_account_create(conn, a, &j->by, &n, &id);
		if (r == 0)
			r = auth_grant(conn, a, &j->by, id, j->role, 0, STR_NULL);
	} else {
		r = auth_account_find(conn, j->login, &id);
	}
	return r == 0 ? auth_invite(conn, a, &j->by, id, &j->secret) : r;
}

static int list(struct office *o, struct call *c)
{
	struct db_conn *conn = db_read_begin(o->db);
	struct sql q;
	sql_init(&q, c->arena);
	sql_lit(&q, "SELECT login, name, active FROM auth_account ORDER BY login");
	struct stmt *s = NULL;
	int r = db_query(conn, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		struct str login = stmt_str_dup(s, c->arena, 0), name = stmt_str_dup(s, c->arena, 1);
		call_out(c, str_printf(c->arena, "%.*s\t%.*s\t%s\n", STR_FMT(login), STR_FMT(name), stmt_i64(s, 2) ? "active" : "off"));
		r = 0;
	}
	stmt_done(&s);
	db_read_end(o->db, &conn);
	return r < 0 ? EXIT_COULD_NOT : EXIT_DONE;
}

int verb_user(struct office *o, struct call *c)
{
	struct user_job j = { .c = c, .by = auth_operator(), .login = call_option(c, "login"), .name = call_option(c, "name"), .role = -1 };
	struct str role = call_option(c, "role");
	if (str_eq(c->word[0], STR("list")))
		return list(o, c);
	j.create = str_eq(c->word[0], STR("create"));
	if ((!j.create && !str_eq(c->word[0], STR("invite"))) || !j.login.n || (j.create && !role.n)) {
		call_error(c, &NOTE0(MSG_MAIN_USE_USER));
		return EXIT_USE;
	}
	for (int i = 0; i < ROLE__BUILTIN; i++)
		if (str_eq_z(role, role_names[i]))
			j.role = i;
	if (j.create && j.role < 0) {
		call_error(c, &NOTE(MSG_MAIN_USE_ROLE, ARG_S(role)));
		return EXIT_USE;
	}
	int r = db_write(o->db, user_write, &j);
	if (r < 0) {
		call_error(c, r == ERR_EXISTS ? &NOTE(MSG_MAIN_USER_EXISTS, ARG_S(j.login)) : &NOTE(MSG_MAIN_NO_ACCOUNT, ARG_S(j.login)));
		return EXIT_COULD_NOT;
	}
	call_out(c, str_printf(c->arena, "/invitation/%.*s\n", STR_FMT(j.secret)));
	return EXIT_DONE;
}
