/* The tables of auth/. Of every secret only the BLAKE2b hash is stored; a second factor's secret is encrypted. */
#include "auth/auth.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"

const char auth_schema[] =
	/* Grows with every change of accounts, grants and access roles: what is cached of them is compared with it. */
	"CREATE TABLE auth_state (id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL) STRICT;"
	"INSERT INTO auth_state (id, generation) VALUES (1, 1);"

	"CREATE TABLE auth_account (id INTEGER PRIMARY KEY, login TEXT NOT NULL, login_key TEXT NOT NULL UNIQUE,"
	" name TEXT NOT NULL, person_id INTEGER NOT NULL DEFAULT 0, password_hash TEXT NOT NULL DEFAULT '',"
	" password_at INTEGER NOT NULL DEFAULT 0, lang INTEGER NOT NULL DEFAULT 0,"
	" active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), created_at INTEGER NOT NULL,"
	" signed_in_at INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX auth_account_person ON auth_account (person_id);"

	/* role: enum access_role, or auth_role.id. unit_id 0: every unit. until: the last day, or ''. */
	"CREATE TABLE auth_grant (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id),"
	" role INTEGER NOT NULL, unit_id INTEGER NOT NULL, until TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL,"
	" UNIQUE (account_id, role, unit_id)) STRICT;"
	"CREATE INDEX auth_grant_role ON auth_grant (role);"

	"CREATE TABLE auth_role (id INTEGER PRIMARY KEY CHECK (id >= 100), name_ja TEXT NOT NULL, name_en TEXT NOT NULL,"
	" needs INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE auth_role_mask (role_id INTEGER NOT NULL REFERENCES auth_role (id), register TEXT NOT NULL,"
	" ops INTEGER NOT NULL, PRIMARY KEY (role_id, register)) STRICT, WITHOUT ROWID;"

	/* Exactly one of account_id and link_id is not 0. */
	"CREATE TABLE auth_session (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, account_id INTEGER NOT NULL DEFAULT 0,"
	" link_id INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,"
	" expires_at INTEGER NOT NULL, address TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE INDEX auth_session_account ON auth_session (account_id);"
	"CREATE INDEX auth_session_link ON auth_session (link_id);"
	"CREATE INDEX auth_session_expires ON auth_session (expires_at);"

	/* Between the password and the second factor. */
	"CREATE TABLE auth_pending (hash BLOB PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id),"
	" expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"

	"CREATE TABLE auth_token (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE,"
	" account_id INTEGER NOT NULL REFERENCES auth_account (id), name TEXT NOT NULL,"
	" scope_write INTEGER NOT NULL CHECK (scope_write IN (0, 1)), created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
	" used_at INTEGER NOT NULL DEFAULT 0, revoked_at INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX auth_token_account ON auth_token (account_id);"

	"CREATE TABLE auth_invitation (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE,"
	" account_id INTEGER NOT NULL REFERENCES auth_account (id), created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
	" used_at INTEGER NOT NULL DEFAULT 0, created_by TEXT NOT NULL) STRICT;"
	"CREATE INDEX auth_invitation_account ON auth_invitation (account_id);"

	"CREATE TABLE auth_link (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL,"
	" person_id INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, created_by TEXT NOT NULL,"
	" created_by_name TEXT NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER NOT NULL DEFAULT 0,"
	" opened_at INTEGER NOT NULL DEFAULT 0, opened INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE TABLE auth_link_item (link_id INTEGER NOT NULL REFERENCES auth_link (id), record_id INTEGER NOT NULL,"
	" ops INTEGER NOT NULL, PRIMARY KEY (link_id, record_id)) STRICT, WITHOUT ROWID;"

	/* Every unit is its own ancestor at depth 0. */
	"CREATE TABLE auth_unit_closure (ancestor INTEGER NOT NULL, descendant INTEGER NOT NULL, depth INTEGER NOT NULL,"
	" PRIMARY KEY (ancestor, descendant)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX auth_unit_closure_descendant ON auth_unit_closure (descendant, depth);"

	/* Failed attempts, by the digest of who tried what from where (auth/attempt.c). */
	"CREATE TABLE auth_attempt (key BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE INDEX auth_attempt_last ON auth_attempt (last_at);"
	/* Places from which an account signed in before: guessing elsewhere does not slow it there. */
	"CREATE TABLE auth_place (account_id INTEGER NOT NULL REFERENCES auth_account (id), place BLOB NOT NULL,"
	" seen_at INTEGER NOT NULL, PRIMARY KEY (account_id, place)) STRICT, WITHOUT ROWID;"

	/* secret: nonce and secretbox. last_step: the newest time step that was accepted, so that no code works twice. */
	"CREATE TABLE auth_factor (account_id INTEGER PRIMARY KEY REFERENCES auth_account (id), secret BLOB NOT NULL,"
	" confirmed_at INTEGER NOT NULL DEFAULT 0, last_step INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE TABLE auth_recovery (account_id INTEGER NOT NULL REFERENCES auth_account (id), hash BLOB NOT NULL,"
	" used_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (account_id, hash)) STRICT, WITHOUT ROWID;";
