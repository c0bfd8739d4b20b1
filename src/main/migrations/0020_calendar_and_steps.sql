-- Calendar feeds; steps of approvals side by side, and circulation
CREATE TABLE work_feed (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id), hash BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0, used_at INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE UNIQUE INDEX work_feed_account ON work_feed (account_id) WHERE ended_at = 0;
CREATE TABLE work_step_before AS SELECT * FROM work_step;
DROP TABLE work_step;
CREATE TABLE work_step (request_id INTEGER NOT NULL REFERENCES work_request (id), number INTEGER NOT NULL, stage INTEGER NOT NULL, act INTEGER NOT NULL, role INTEGER NOT NULL, person_id INTEGER NOT NULL, decision INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL DEFAULT 0, account_id INTEGER NOT NULL DEFAULT 0, account_person INTEGER NOT NULL DEFAULT 0, name TEXT NOT NULL DEFAULT '', for_account INTEGER NOT NULL DEFAULT 0, for_person INTEGER NOT NULL DEFAULT 0, for_name TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '', PRIMARY KEY (request_id, number)) STRICT, WITHOUT ROWID;
INSERT INTO work_step (request_id, number, act, role, person_id, decision, at, account_id, account_person, name, for_account, for_person, for_name, comment, stage) SELECT request_id, number, act, role, person_id, decision, at, account_id, account_person, name, for_account, for_person, for_name, comment, number FROM work_step_before;
DROP TABLE work_step_before;
CREATE INDEX work_step_circulating ON work_step (request_id) WHERE act = 3 AND decision = 0;
CREATE TABLE work_approval_route_before AS SELECT * FROM work_approval_route;
DROP TABLE work_approval_route;
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
	together INTEGER CHECK (together IN (0, 1)),
	act INTEGER CHECK (act IN (1, 2, 3)),
	role INTEGER CHECK (role IN (1, 2, 3, 4, 5)),
	person INTEGER,
	amount_from INTEGER CHECK (amount_from BETWEEN 0 AND 1000000000000),
	leave_out INTEGER CHECK (leave_out IN (0, 1))
) STRICT;
INSERT INTO work_approval_route (id, unit_id, archived, batch, match_key, own, name, kind, scope, step, act, role, person, amount_from, leave_out) SELECT id, unit_id, archived, batch, match_key, own, name, kind, scope, step, act, role, person, amount_from, leave_out FROM work_approval_route_before;
DROP TABLE work_approval_route_before;
CREATE UNIQUE INDEX work_approval_route_key ON work_approval_route(match_key) WHERE archived = 0;
CREATE INDEX work_approval_route_archived ON work_approval_route(id) WHERE archived = 1;
CREATE INDEX work_approval_route_batch ON work_approval_route(batch, id) WHERE batch <> 0;
CREATE INDEX work_approval_route_name ON work_approval_route(name, id, batch, unit_id, scope, act, role) WHERE archived = 0;
CREATE INDEX work_approval_route_kind ON work_approval_route(kind, id, batch) WHERE archived = 0;
CREATE INDEX work_approval_route_scope ON work_approval_route(scope, id, batch) WHERE archived = 0;
CREATE INDEX work_approval_route_step ON work_approval_route(step, id, batch, unit_id, kind, scope, act, role) WHERE archived = 0;
CREATE INDEX work_approval_route_act ON work_approval_route(act, id, batch) WHERE archived = 0;
CREATE INDEX work_approval_route_role ON work_approval_route(role, id, batch) WHERE archived = 0;
