-- Treatments and acceptances of risks
CREATE TABLE risk_treatment (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	risk INTEGER,
	control INTEGER,
	unit INTEGER,
	factor INTEGER CHECK (factor IN (1, 2, 3, 4, 5, 6)),
	level INTEGER CHECK (level BETWEEN 0 AND 10),
	reduction INTEGER CHECK (reduction BETWEEN 0 AND 10000),
	control_state INTEGER CHECK (control_state IN (1, 2, 3, 4)),
	owner INTEGER,
	due_on TEXT CHECK (due_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	done_on TEXT CHECK (done_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	progress INTEGER CHECK (progress BETWEEN 0 AND 100),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX risk_treatment_key ON risk_treatment(match_key) WHERE archived = 0;
CREATE INDEX risk_treatment_archived ON risk_treatment(id) WHERE archived = 1;
CREATE INDEX risk_treatment_batch ON risk_treatment(batch, id) WHERE batch <> 0;
CREATE INDEX risk_treatment_unit_id ON risk_treatment(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX risk_treatment_name ON risk_treatment(name, id, batch, unit_id, risk, control, unit, factor, control_state, owner, due_on, done_on) WHERE archived = 0;
CREATE INDEX risk_treatment_risk ON risk_treatment(risk, id, batch) WHERE archived = 0;
CREATE INDEX risk_treatment_control ON risk_treatment(control, id, batch) WHERE archived = 0;
CREATE INDEX risk_treatment_unit ON risk_treatment(unit, id, batch) WHERE archived = 0;
CREATE INDEX risk_treatment_factor ON risk_treatment(factor, id, batch) WHERE archived = 0;
CREATE INDEX risk_treatment_control_state ON risk_treatment(control_state, id, batch) WHERE archived = 0;
CREATE INDEX risk_treatment_owner ON risk_treatment(owner, id, batch) WHERE archived = 0;
CREATE INDEX risk_treatment_due_on ON risk_treatment(due_on, id, batch, unit_id, risk, control, factor, owner) WHERE archived = 0;
CREATE INDEX risk_treatment_done_on ON risk_treatment(done_on, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_treatment_search USING fts5(f_name, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_acceptance (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	risk INTEGER,
	kind INTEGER CHECK (kind IN (1, 2, 3)),
	reason TEXT CHECK (length(reason) BETWEEN 1 AND 1000),
	accepted_by INTEGER,
	accepted_on TEXT CHECK (accepted_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	until TEXT CHECK (until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	unit INTEGER,
	residual_confirmed INTEGER CHECK (residual_confirmed IN (0, 1)),
	damage TEXT CHECK (length(damage) BETWEEN 1 AND 1000),
	damage_bearable INTEGER CHECK (damage_bearable IN (0, 1)),
	watch TEXT CHECK (length(watch) BETWEEN 1 AND 1000),
	occurrence_limit INTEGER CHECK (occurrence_limit BETWEEN 0 AND 100000),
	occurrences INTEGER CHECK (occurrences BETWEEN 0 AND 100000),
	state INTEGER CHECK (state IN (1, 2, 3, 5, 4)),
	ended INTEGER CHECK (ended IN (0, 2, 3, 4)),
	risk_revision INTEGER CHECK (risk_revision BETWEEN 0 AND 1000000000),
	risk_score INTEGER CHECK (risk_score BETWEEN 0 AND 1000000000000000000)
) STRICT;
CREATE UNIQUE INDEX risk_acceptance_key ON risk_acceptance(match_key) WHERE archived = 0;
CREATE INDEX risk_acceptance_archived ON risk_acceptance(id) WHERE archived = 1;
CREATE INDEX risk_acceptance_batch ON risk_acceptance(batch, id) WHERE batch <> 0;
CREATE INDEX risk_acceptance_unit_id ON risk_acceptance(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX risk_acceptance_risk ON risk_acceptance(risk, id, batch) WHERE archived = 0;
CREATE INDEX risk_acceptance_kind ON risk_acceptance(kind, id, batch) WHERE archived = 0;
CREATE INDEX risk_acceptance_accepted_by ON risk_acceptance(accepted_by, id, batch) WHERE archived = 0;
CREATE INDEX risk_acceptance_accepted_on ON risk_acceptance(accepted_on, id, batch, unit_id, risk, kind, accepted_by, until) WHERE archived = 0;
CREATE INDEX risk_acceptance_until ON risk_acceptance(until, id, batch, unit_id, risk, kind, accepted_by, accepted_on, unit, state) WHERE archived = 0;
CREATE INDEX risk_acceptance_unit ON risk_acceptance(unit, id, batch) WHERE archived = 0;
CREATE INDEX risk_acceptance_state ON risk_acceptance(state, id, batch, unit_id, risk, kind, accepted_by, until) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_acceptance_search USING fts5(f_reason, f_damage, f_watch, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO risk_treatment_search(risk_treatment_search, rank) VALUES('crisismerge', 64);
INSERT INTO risk_acceptance_search(risk_acceptance_search, rank) VALUES('crisismerge', 64);
