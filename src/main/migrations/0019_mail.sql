-- Mail and the daily digest
CREATE TABLE mail_server (id INTEGER PRIMARY KEY CHECK (id = 1), mode INTEGER NOT NULL CHECK (mode BETWEEN 0 AND 2), host TEXT NOT NULL, port INTEGER NOT NULL, tls INTEGER NOT NULL CHECK (tls BETWEEN 0 AND 2), user_name TEXT NOT NULL, password BLOB NOT NULL, from_address TEXT NOT NULL, from_name TEXT NOT NULL, ca TEXT NOT NULL) STRICT;
CREATE TABLE mail_queue (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, person_id INTEGER NOT NULL, to_address TEXT NOT NULL, to_name TEXT NOT NULL, lang INTEGER NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL, message_id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6), attempts INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, next_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX mail_queue_waiting ON mail_queue (next_at, id) WHERE state IN (1, 2);
CREATE INDEX mail_queue_state ON mail_queue (state, id);
CREATE TABLE work_lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE work_digest (account_id INTEGER NOT NULL, person_id INTEGER NOT NULL, day TEXT NOT NULL, at INTEGER NOT NULL, items INTEGER NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, read_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (account_id, person_id, day)) STRICT, WITHOUT ROWID;
CREATE INDEX work_digest_day ON work_digest (day);
