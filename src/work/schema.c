/* The tables of work/ that are no registers. */
#include "work/work.h"

const char work_schema[] =
	/* step: the stage that waits, or was decided last. content: the frozen snapshot. cost -1: not given. */
	"CREATE TABLE work_request (id INTEGER PRIMARY KEY AUTOINCREMENT, record_id INTEGER NOT NULL REFERENCES record (id),"
	" revision INTEGER NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32), content TEXT NOT NULL, reason TEXT NOT NULL,"
	" cost INTEGER NOT NULL, state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5), step INTEGER NOT NULL,"
	" submitted_at INTEGER NOT NULL, submitted_by INTEGER NOT NULL REFERENCES auth_account (id), submitted_name TEXT NOT NULL,"
	" decided_at INTEGER NOT NULL DEFAULT 0) STRICT;"
	/* One request waits per row. */
	"CREATE UNIQUE INDEX work_request_waiting ON work_request (record_id) WHERE state = 1;"
	/* What waits is read on every Today; what was decided stays for good. */
	"CREATE INDEX work_request_open ON work_request (id) WHERE state = 1;"
	"CREATE INDEX work_request_record ON work_request (record_id, id);"
	"CREATE INDEX work_request_submitted ON work_request (submitted_by, id);"

	/* decision: 0 waits, 2 approved, 3 sent back. for_account: whom a deputy stood in for. */
	"CREATE TABLE work_step (request_id INTEGER NOT NULL REFERENCES work_request (id), number INTEGER NOT NULL, stage INTEGER NOT NULL,"
	" act INTEGER NOT NULL, role INTEGER NOT NULL, person_id INTEGER NOT NULL, decision INTEGER NOT NULL DEFAULT 0,"
	" at INTEGER NOT NULL DEFAULT 0, account_id INTEGER NOT NULL DEFAULT 0, account_person INTEGER NOT NULL DEFAULT 0,"
	" name TEXT NOT NULL DEFAULT '', for_account INTEGER NOT NULL DEFAULT 0, for_person INTEGER NOT NULL DEFAULT 0,"
	" for_name TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '', PRIMARY KEY (request_id, number)) STRICT, WITHOUT ROWID;"

	/* What circulates and was not read yet. */
	"CREATE INDEX work_step_circulating ON work_step (request_id) WHERE act = 3 AND decision = 0;"

	/* Who wrote or submitted it, as accounts and as people. */
	"CREATE TABLE work_author (request_id INTEGER NOT NULL REFERENCES work_request (id), account_id INTEGER NOT NULL,"
	" person_id INTEGER NOT NULL, PRIMARY KEY (request_id, account_id, person_id)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE work_deputy (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id),"
	" deputy_id INTEGER NOT NULL REFERENCES auth_account (id), from_day TEXT NOT NULL, until_day TEXT NOT NULL,"
	" ended_at INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX work_deputy_deputy ON work_deputy (deputy_id) WHERE ended_at = 0;"
	"CREATE INDEX work_deputy_account ON work_deputy (account_id) WHERE ended_at = 0;"

	/* The task that came after; 0: none was to be made. */
	"CREATE TABLE work_task_next (task_id INTEGER PRIMARY KEY REFERENCES record (id), next_id INTEGER NOT NULL) STRICT;"
	"CREATE TABLE work_check (id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL REFERENCES record (id), text TEXT NOT NULL,"
	" done_at INTEGER NOT NULL DEFAULT 0, done_name TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE INDEX work_check_task ON work_check (task_id, id);"

	/* Who does a job of the day, until when. */
	"CREATE TABLE work_lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	/* One a day and person: for an account, or (account 0) for a person without one, whose text is not kept. items 0: nothing was to be told. */
	"CREATE TABLE work_digest (account_id INTEGER NOT NULL, person_id INTEGER NOT NULL, day TEXT NOT NULL, at INTEGER NOT NULL, items INTEGER NOT NULL,"
	" subject TEXT NOT NULL, text TEXT NOT NULL, read_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (account_id, person_id, day)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX work_digest_day ON work_digest (day);"

	/* Calendar feeds: of the secret only the digest. */
	"CREATE TABLE work_feed (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id), hash BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL,"
	" ended_at INTEGER NOT NULL DEFAULT 0, used_at INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE UNIQUE INDEX work_feed_account ON work_feed (account_id) WHERE ended_at = 0;";
