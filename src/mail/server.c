/* The mail server's settings: one row; the password is sealed. */
#include "mail/mail.h"

#include "base/seal.h"
#include "base/text.h"
#include "base/text/mail.h"

#define HOST_MAX 253
#define SECRET_MAX 255
#define PASSWORD_SEAL "mail server password"

const char mail_schema[] =
	"CREATE TABLE mail_server (id INTEGER PRIMARY KEY CHECK (id = 1), mode INTEGER NOT NULL CHECK (mode BETWEEN 0 AND 2), host TEXT NOT NULL, port INTEGER NOT NULL,"
	" tls INTEGER NOT NULL CHECK (tls BETWEEN 0 AND 2), user_name TEXT NOT NULL, password BLOB NOT NULL, from_address TEXT NOT NULL, from_name TEXT NOT NULL, ca TEXT NOT NULL) STRICT;"
	/* body: sealed, empty once it is no longer needed. note: what the server said last. */
	"CREATE TABLE mail_queue (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, person_id INTEGER NOT NULL, to_address TEXT NOT NULL,"
	" to_name TEXT NOT NULL, lang INTEGER NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL, message_id TEXT NOT NULL UNIQUE,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6), attempts INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, next_at INTEGER NOT NULL,"
	" changed_at INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE INDEX mail_queue_waiting ON mail_queue (next_at, id) WHERE state IN (1, 2);"
	"CREATE INDEX mail_queue_state ON mail_queue (state, id);";

int mail_server_load(struct db_conn *c, struct arena *a, const uint8_t key[32], struct mail_server *ret)
{
	struct sql q;
	struct mail_server m = { .mode = MAIL_OFF, .port = 587, .tls = MAIL_STARTTLS };
	sql_init(&q, a);
	sql_lit(&q, "SELECT mode, host, port, tls, user_name, password, from_address, from_name, ca FROM mail_server WHERE id = 1");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0 && (e = stmt_step(s)) == 1) {
		m = (struct mail_server){ .mode = (enum mail_mode)stmt_i64(s, 0), .host = stmt_str_dup(s, a, 1), .port = stmt_i64(s, 2), .tls = (enum mail_tls)stmt_i64(s, 3),
			.user = stmt_str_dup(s, a, 4), .from = stmt_str_dup(s, a, 6), .from_name = stmt_str_dup(s, a, 7), .ca = stmt_str_dup(s, a, 8) };
		e = stmt_str(s, 5).n ? seal_open(a, key, PASSWORD_SEAL, stmt_str(s, 5), &m.password) : 0;
	}
	if (e == 0)
		*ret = m;
	return e;
}

bool mail_is_on(struct db_conn *c, struct arena *a)
{
	struct sql q;
	int64_t mode = MAIL_OFF;
	sql_init(&q, a);
	sql_lit(&q, "SELECT mode FROM mail_server WHERE id = 1");
	return db_get_i64(c, &q, &mode) == 0 && mode != MAIL_OFF;
}

static int refuse(struct note *ret_why, msg_id why)
{
	*ret_why = NOTE0(why);
	return ERR_INVALID;
}

/* A name or an address; what it leads to is looked up when a letter is sent. */
static bool host_valid(struct str s)
{
	if (!s.n || s.n > HOST_MAX || s.p[0] == '-' || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
			return false;
	}
	return true;
}

/* A name that only begins like a number may be anybody's. */
static bool on_this_machine(struct str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9'))
			return str_eq(host, STR("localhost"));
	return str_starts(host, STR("127."));
}

/* What goes into a line of SMTP or a sign-in. */
static bool secret_valid(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n <= SECRET_MAX;
}

static int check(const struct mail_server *s, struct note *ret_why)
{
	if (s->mode == MAIL_OFF)
		return 0;
	if (!mail_address_valid(s->from))
		return refuse(ret_why, MSG_MAIL_FROM_BAD);
	if (s->from_name.n && (!text_valid(s->from_name) || text_chars(s->from_name) > 100))
		return refuse(ret_why, MSG_MAIL_NAME_LONG);
	if (s->mode == MAIL_FILES)
		return 0;
	if (!host_valid(s->host))
		return refuse(ret_why, MSG_MAIL_HOST_BAD);
	if (s->port < 1 || s->port > 65535)
		return refuse(ret_why, MSG_MAIL_PORT_BAD);
	if (!secret_valid(s->user) || !secret_valid(s->password) || (s->password.n && !s->user.n))
		return refuse(ret_why, MSG_MAIL_USER_BAD);
	if (s->password.n && s->tls == MAIL_PLAIN && !on_this_machine(s->host))
		return refuse(ret_why, MSG_MAIL_PASSWORD_PLAIN);
	if (s->ca.n > LIMIT_MAIL_CA || (s->ca.n && !str_contains(s->ca, STR("-----BEGIN CERTIFICATE-----"))))
		return refuse(ret_why, MSG_MAIL_CA_BAD);
	return 0;
}

int mail_server_save(struct db_conn *writer, struct arena *a, const uint8_t key[32], const struct mail_server *s, struct note *ret_why)
{
	int e = check(s, ret_why);
	if (e < 0)
		return e;
	CLEANUP(buf_release) struct buf box;
	buf_init(&box, 1024);
	if (s->password.n)
		seal_put(&box, key, PASSWORD_SEAL, s->password);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO mail_server (id, mode, host, port, tls, user_name, password, from_address, from_name, ca) VALUES (1, ");
	sql_i64(&q, s->mode);
	sql_lit(&q, ", ");
	sql_str(&q, s->host);
	sql_lit(&q, ", ");
	sql_i64(&q, s->port);
	sql_lit(&q, ", ");
	sql_i64(&q, s->tls);
	sql_lit(&q, ", ");
	sql_str(&q, s->user);
	sql_lit(&q, ", ");
	sql_blob(&q, box.n ? box.p : "", box.n);
	sql_lit(&q, ", ");
	sql_str(&q, s->from);
	sql_lit(&q, ", ");
	sql_str(&q, s->from_name);
	sql_lit(&q, ", ");
	sql_str(&q, s->ca);
	sql_lit(&q, ") ON CONFLICT (id) DO UPDATE SET mode = excluded.mode, host = excluded.host, port = excluded.port, tls = excluded.tls,"
	            " user_name = excluded.user_name, password = excluded.password, from_address = excluded.from_address, from_name = excluded.from_name,"
	            " ca = excluded.ca");
	return db_exec(writer, &q, NULL);
}
