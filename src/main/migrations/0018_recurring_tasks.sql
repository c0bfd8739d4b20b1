-- Tasks that come back, and check lists of tasks
CREATE TABLE work_task_before AS SELECT * FROM work_task;
DROP TABLE work_task;
CREATE TABLE work_task (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	about TEXT CHECK (length(about) BETWEEN 1 AND 40),
	owner INTEGER,
	deputy INTEGER,
	unit INTEGER,
	due_on TEXT CHECK (due_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	state INTEGER CHECK (state IN (1, 2, 3, 4)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	repeat INTEGER CHECK (repeat IN (1, 2, 3)),
	repeat_every INTEGER CHECK (repeat_every BETWEEN 1 AND 240),
	repeat_day INTEGER CHECK (repeat_day BETWEEN 1 AND 31),
	shift INTEGER CHECK (shift IN (1, 2, 3)),
	repeat_from TEXT CHECK (repeat_from GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	done_on TEXT CHECK (done_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	evidence TEXT CHECK (length(evidence) BETWEEN 1 AND 1000)
) STRICT;
INSERT INTO work_task (id, unit_id, archived, batch, match_key, own, name, about, owner, deputy, unit, due_on, state, note, done_on, evidence) SELECT id, unit_id, archived, batch, match_key, own, name, about, owner, deputy, unit, due_on, state, note, done_on, evidence FROM work_task_before;
DROP TABLE work_task_before;
CREATE UNIQUE INDEX work_task_key ON work_task(match_key) WHERE archived = 0;
CREATE INDEX work_task_archived ON work_task(id) WHERE archived = 1;
CREATE INDEX work_task_batch ON work_task(batch, id) WHERE batch <> 0;
CREATE INDEX work_task_unit_id ON work_task(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX work_task_name ON work_task(name, id, batch, unit_id, owner, unit, due_on, state) WHERE archived = 0;
CREATE INDEX work_task_about ON work_task(about, id, batch) WHERE archived = 0;
CREATE INDEX work_task_owner ON work_task(owner, id, batch) WHERE archived = 0;
CREATE INDEX work_task_deputy ON work_task(deputy, id, batch) WHERE archived = 0;
CREATE INDEX work_task_unit ON work_task(unit, id, batch) WHERE archived = 0;
CREATE INDEX work_task_due_on ON work_task(due_on, id, batch, unit_id, about, owner, deputy, unit, state, done_on) WHERE archived = 0;
CREATE INDEX work_task_state ON work_task(state, id, batch, unit_id, owner, unit, due_on) WHERE archived = 0;
CREATE INDEX work_task_done_on ON work_task(done_on, id, batch, unit_id, owner, unit, due_on, state) WHERE archived = 0;
CREATE TABLE work_task_next (task_id INTEGER PRIMARY KEY REFERENCES record (id), next_id INTEGER NOT NULL) STRICT;
CREATE TABLE work_check (id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL REFERENCES record (id), text TEXT NOT NULL, done_at INTEGER NOT NULL DEFAULT 0, done_name TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX work_check_task ON work_check (task_id, id);
