-- Approvals: requests, steps, authors, deputies, and the register of routes.
CREATE TABLE work_request (id INTEGER PRIMARY KEY AUTOINCREMENT, record_id INTEGER NOT NULL REFERENCES record (id), revision INTEGER NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32), content TEXT NOT NULL, reason TEXT NOT NULL, cost INTEGER NOT NULL, state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5), step INTEGER NOT NULL, submitted_at INTEGER NOT NULL, submitted_by INTEGER NOT NULL REFERENCES auth_account (id), submitted_name TEXT NOT NULL, decided_at INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE UNIQUE INDEX work_request_waiting ON work_request (record_id) WHERE state = 1;
CREATE INDEX work_request_record ON work_request (record_id, id);
CREATE INDEX work_request_submitted ON work_request (submitted_by, id);
CREATE TABLE work_step (request_id INTEGER NOT NULL REFERENCES work_request (id), number INTEGER NOT NULL, act INTEGER NOT NULL, role INTEGER NOT NULL, person_id INTEGER NOT NULL, decision INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL DEFAULT 0, account_id INTEGER NOT NULL DEFAULT 0, account_person INTEGER NOT NULL DEFAULT 0, name TEXT NOT NULL DEFAULT '', for_account INTEGER NOT NULL DEFAULT 0, for_person INTEGER NOT NULL DEFAULT 0, for_name TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '', PRIMARY KEY (request_id, number)) STRICT, WITHOUT ROWID;
CREATE TABLE work_author (request_id INTEGER NOT NULL REFERENCES work_request (id), account_id INTEGER NOT NULL, person_id INTEGER NOT NULL, PRIMARY KEY (request_id, account_id, person_id)) STRICT, WITHOUT ROWID;
CREATE TABLE work_deputy (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id), deputy_id INTEGER NOT NULL REFERENCES auth_account (id), from_day TEXT NOT NULL, until_day TEXT NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX work_deputy_deputy ON work_deputy (deputy_id) WHERE ended_at = 0;
CREATE INDEX work_deputy_account ON work_deputy (account_id) WHERE ended_at = 0;
CREATE TABLE work_approval_route (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	kind TEXT CHECK (length(kind) BETWEEN 1 AND 40),
	scope INTEGER,
	step INTEGER CHECK (step BETWEEN 1 AND 9),
	act INTEGER CHECK (act IN (1, 2)),
	role INTEGER CHECK (role IN (1, 2, 3, 4, 5)),
	person INTEGER,
	amount_from INTEGER CHECK (amount_from BETWEEN 0 AND 1000000000000),
	leave_out INTEGER CHECK (leave_out IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX work_approval_route_key ON work_approval_route(match_key) WHERE archived = 0;
CREATE INDEX work_approval_route_archived ON work_approval_route(id) WHERE archived = 1;
CREATE INDEX work_approval_route_batch ON work_approval_route(batch, id) WHERE batch <> 0;
CREATE INDEX work_approval_route_name ON work_approval_route(name, id, batch, unit_id, scope, act, role) WHERE archived = 0;
CREATE INDEX work_approval_route_kind ON work_approval_route(kind, id, batch) WHERE archived = 0;
CREATE INDEX work_approval_route_scope ON work_approval_route(scope, id, batch) WHERE archived = 0;
CREATE INDEX work_approval_route_step ON work_approval_route(step, id, batch, unit_id, kind, scope, act, role) WHERE archived = 0;
CREATE INDEX work_approval_route_act ON work_approval_route(act, id, batch) WHERE archived = 0;
CREATE INDEX work_approval_route_role ON work_approval_route(role, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE work_approval_route_search USING fts5(f_name, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO work_approval_route_search(work_approval_route_search, rank) VALUES('crisismerge', 64);
