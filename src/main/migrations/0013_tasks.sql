-- Tasks
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
	done_on TEXT CHECK (done_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	evidence TEXT CHECK (length(evidence) BETWEEN 1 AND 1000)
) STRICT;
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
CREATE VIRTUAL TABLE work_task_search USING fts5(f_name, f_note, f_evidence, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO work_task_search(work_task_search, rank) VALUES('crisismerge', 64);
