-- Security duties and who holds them
CREATE TABLE org_duty (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	number INTEGER CHECK (number BETWEEN 1 AND 999),
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	kind INTEGER CHECK (kind IN (1, 2)),
	mission TEXT CHECK (length(mission) BETWEEN 1 AND 4000),
	audits INTEGER CHECK (audits IN (0, 1)),
	in_peace INTEGER CHECK (in_peace IN (0, 1)),
	above_peace INTEGER,
	in_emergency INTEGER CHECK (in_emergency IN (0, 1)),
	above_emergency INTEGER
) STRICT;
CREATE UNIQUE INDEX org_duty_key ON org_duty(match_key) WHERE archived = 0;
CREATE INDEX org_duty_archived ON org_duty(id) WHERE archived = 1;
CREATE INDEX org_duty_batch ON org_duty(batch, id) WHERE batch <> 0;
CREATE INDEX org_duty_number ON org_duty(number, id, batch, unit_id, kind) WHERE archived = 0;
CREATE INDEX org_duty_name ON org_duty(name, id, batch, unit_id, kind) WHERE archived = 0;
CREATE INDEX org_duty_kind ON org_duty(kind, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE org_duty_search USING fts5(f_name, f_mission, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE org_duty_holder (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	duty INTEGER,
	person INTEGER,
	rank INTEGER CHECK (rank IN (1, 2)),
	unit INTEGER,
	remark TEXT CHECK (length(remark) BETWEEN 1 AND 200),
	since TEXT CHECK (since GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	until TEXT CHECK (until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX org_duty_holder_key ON org_duty_holder(match_key) WHERE archived = 0;
CREATE INDEX org_duty_holder_archived ON org_duty_holder(id) WHERE archived = 1;
CREATE INDEX org_duty_holder_batch ON org_duty_holder(batch, id) WHERE batch <> 0;
CREATE INDEX org_duty_holder_duty ON org_duty_holder(duty, id, batch) WHERE archived = 0;
CREATE INDEX org_duty_holder_person ON org_duty_holder(person, id, batch) WHERE archived = 0;
CREATE INDEX org_duty_holder_rank ON org_duty_holder(rank, id, batch) WHERE archived = 0;
CREATE INDEX org_duty_holder_unit ON org_duty_holder(unit, id, batch) WHERE archived = 0;
CREATE INDEX org_duty_holder_since ON org_duty_holder(since, id, batch, unit_id, duty, person, rank, unit, until) WHERE archived = 0;
CREATE INDEX org_duty_holder_until ON org_duty_holder(until, id, batch, unit_id, duty, person, rank, unit, since) WHERE archived = 0;
CREATE VIRTUAL TABLE org_duty_holder_search USING fts5(f_remark, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO org_duty_search(org_duty_search, rank) VALUES('crisismerge', 64);
INSERT INTO org_duty_holder_search(org_duty_holder_search, rank) VALUES('crisismerge', 64);
