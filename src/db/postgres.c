/* The PostgreSQL backend: connections, transactions, leases, and what an error of the server means. */
#include "base/num.h"
#include "base/text/db.h"
#include "db/postgres.h"

static int error_of(const char *state)
{
	static const struct {
		const char *begins;
		int error;
	} known[] = {
		{ "23505", ERR_EXISTS }, /* unique_violation */
		{ "42501", ERR_DENIED }, /* insufficient_privilege */
		{ "54", ERR_LIMIT },     /* program limits */
		{ "40", ERR_BUSY },      /* serialization, deadlock */
		{ "55P03", ERR_BUSY },   /* lock not available */
		{ "08", ERR_IO },        /* connection */
		{ "53", ERR_IO },        /* disk full, too many connections */
		{ "57", ERR_IO },        /* shut down, ended by an operator */
		{ "58", ERR_IO },        /* the server's operating system */
		{ "XX", ERR_CORRUPT },
	};
	for (size_t i = 0; state && i < COUNT_OF(known); i++)
		if (strncmp(state, known[i].begins, strlen(known[i].begins)) == 0)
			return known[i].error;
	return state ? ERR_DB : ERR_IO; /* without a state nobody answered */
}

static void remember(struct postgres_conn *own, const char *why)
{
	size_t n = strcspn(why, "\n");
	snprintf(own->why, sizeof own->why, "%.*s", (int)n, why);
}

int postgres_take(struct db_conn *c, PGresult *result, PGresult **keep)
{
	struct postgres_conn *own = c->own;
	const ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
		if (keep)
			*keep = result;
		else
			PQclear(result);
		return 0;
	}
	remember(own, result ? PQresultErrorMessage(result) : PQerrorMessage(own->h));
	int r = error_of(result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL);
	PQclear(result);
	return r;
}

int postgres_run(struct db_conn *c, const char *text)
{
	return postgres_take(c, PQexec(postgres_of(c)->h, text), NULL);
}

static const char *error_text(struct db_conn *c)
{
	return postgres_of(c)->why;
}

/* ---- connections ---- */

static void no_notice(void *ctx, const PGresult *result)
{
	(void)ctx;
	(void)result;
}

/* Our functions come before the server's of the same name (postgres_schema.c). One text has one plan, whatever is bound. */
static int set_up(struct db_conn *c)
{
	int r = postgres_run(c, "SELECT set_config('search_path', current_setting('search_path') || ', pg_catalog', false)");
	if (r == 0 && c->writer)
		r = postgres_run(c, "SET synchronous_commit = on");
	if (r == 0 && !c->writer)
		r = postgres_run(c, "SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read'");
	return r == 0 ? postgres_run(c, "SET client_min_messages = error; SET bytea_output = hex; SET jit = off; SET plan_cache_mode = force_generic_plan") : r;
}

static int connect_to(struct db_conn *c)
{
	struct postgres_conn *own = calloc(1, sizeof *own);
	if (!own)
		die("out of memory for a connection");
	c->own = own;
	own->h = PQconnectdb(c->db->path);
	if (!own->h)
		die("out of memory for a connection");
	PQsetNoticeReceiver(own->h, no_notice, NULL);
	if (PQstatus(own->h) != CONNECTION_OK) {
		remember(own, PQerrorMessage(own->h));
		return ERR_IO;
	}
	return set_up(c);
}

/* A connection that broke is made anew before a transaction begins, never within one. */
static int revive(struct db_conn *c)
{
	struct postgres_conn *own = c->own;
	PQreset(own->h);
	own->session++;
	if (PQstatus(own->h) != CONNECTION_OK) {
		remember(own, PQerrorMessage(own->h));
		return ERR_IO;
	}
	return set_up(c);
}

static int open_writer(struct db *db, const struct db_options *options, struct note *ret_why)
{
	struct db_conn *c = db->writer;
	int r = connect_to(c);
	if (r == 0)
		return postgres_claim(c, options, ret_why);
	snprintf(db->why, sizeof db->why, "%.299s", postgres_of(c)->why);
	*ret_why = NOTE(MSG_DB_CANNOT_REACH, ARG_S(str_of(db->why)));
	return r;
}

static void close_conn(struct db_conn *c)
{
	struct postgres_conn *own = c->own;
	if (!own)
		return;
	PQfinish(own->h);
	free(own);
}

/* ---- transactions ---- */

static bool in_transaction(struct db_conn *c)
{
	const PGTransactionStatusType status = PQtransactionStatus(postgres_of(c)->h);
	return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static int begin_with(struct db_conn *c, const char *text)
{
	int r = PQstatus(postgres_of(c)->h) == CONNECTION_OK ? postgres_run(c, text) : ERR_IO;
	if (r < 0 && PQstatus(postgres_of(c)->h) != CONNECTION_OK && (r = revive(c)) == 0)
		r = postgres_run(c, text);
	return r;
}

/* One batch at a time, whoever writes it; and what another process has appended to the trail since must be seen. */
static int begin(struct db_conn *c)
{
	c->head_known = false;
	return begin_with(c, "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 0))");
}

static int commit(struct db_conn *c)
{
	struct postgres_conn *own = c->own;
	PGresult *result = NULL;
	int r = postgres_take(c, PQexec(own->h, "COMMIT"), &result);
	if (r < 0)
		return r;
	/* A transaction that had failed is answered with "ROLLBACK", and no error. */
	const bool stands = strcmp(PQcmdStatus(result), "COMMIT") == 0;
	PQclear(result);
	return stands ? 0 : ERR_DB;
}

static int roll_back(struct db_conn *c)
{
	return postgres_run(c, "ROLLBACK");
}

static int savepoint(struct db_conn *c)
{
	return postgres_run(c, "SAVEPOINT job");
}

static int release(struct db_conn *c)
{
	return postgres_run(c, "RELEASE job");
}

static int roll_back_to(struct db_conn *c)
{
	return postgres_run(c, "ROLLBACK TO job; RELEASE job; SAVEPOINT job");
}

/* After a failed statement nothing of the transaction can stand; what is checked at COMMIT is checked now. */
static int job_end(struct db_conn *c)
{
	const PGconn *h = postgres_of(c)->h;
	if (PQtransactionStatus(h) == PQTRANS_INTRANS &&
	    postgres_run(c, "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED") == 0)
		return 0;
	return PQstatus(h) == CONNECTION_OK ? ERR_DB : ERR_IO;
}

/* The server undoes what it could not commit. */
static void commit_failed(struct db_conn *c)
{
	(void)c;
}

static int64_t changes(struct db_conn *c)
{
	return postgres_of(c)->changes;
}

/* The server sees to its log itself. */
static void checkpoint(struct db_conn *c)
{
	c->wal_pages = 0;
}

static int lease_begin(struct db_conn *c)
{
	return begin_with(c, "BEGIN; SELECT 1"); /* BEGIN alone takes no snapshot */
}

static void lease_end(struct db_conn *c)
{
	if (in_transaction(c))
		(void)!postgres_run(c, "COMMIT");
}

static int64_t last_id(struct db_conn *c)
{
	PGresult *result = NULL;
	int64_t id = 0;
	if (postgres_take(c, PQexec(postgres_of(c)->h, "SELECT db_last_id()"), &result) < 0)
		return 0;
	if (num_parse_i64(str_of(PQgetvalue(result, 0, 0)), INT64_MIN, INT64_MAX, &id) < 0)
		id = 0;
	PQclear(result);
	return id;
}

/* ---- what a file has and a server has not ---- */

const struct backend postgres_backend = {
	.open = open_writer,
	.conn_open = connect_to,
	.conn_close = close_conn,
	.error = error_text,
	.begin = begin,
	.commit = commit,
	.roll_back = roll_back,
	.in_transaction = in_transaction,
	.savepoint = savepoint,
	.release = release,
	.roll_back_to = roll_back_to,
	.job_end = job_end,
	.commit_failed = commit_failed,
	.changes = changes,
	.checkpoint = checkpoint,
	.lease_begin = lease_begin,
	.lease_end = lease_end,
	.prepare = postgres_prepare,
	.finalize = postgres_finalize,
	.bind = postgres_bind,
	.step = postgres_step,
	.reset = postgres_reset,
	.i64 = postgres_i64,
	.is_null = postgres_is_null,
	.str = postgres_str,
	.changed = postgres_changed,
	.last_id = last_id,
	.explain = postgres_explain,
	.script = postgres_script,
	.mend = postgres_mend,
	.has_table = "SELECT 1 WHERE to_regclass(?) IS NOT NULL",
	.schema_text = postgres_schema_text,
};
