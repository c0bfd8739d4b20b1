-- Controls, their effect, insurance
CREATE TABLE control_control (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	kind INTEGER CHECK (kind IN (1, 2, 3, 4)),
	unit INTEGER,
	owner INTEGER,
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	acts INTEGER CHECK (acts BETWEEN 1 AND 7),
	lowers INTEGER CHECK (lowers BETWEEN 1 AND 3),
	enforced INTEGER CHECK (enforced IN (1, 2)),
	caution INTEGER CHECK (caution IN (1, 2, 3)),
	state INTEGER CHECK (state IN (1, 2, 3, 4)),
	due_on TEXT CHECK (due_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	done_on TEXT CHECK (done_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	paid INTEGER CHECK (paid IN (0, 1)),
	budget INTEGER CHECK (budget IN (1, 2)),
	initial_cost INTEGER CHECK (initial_cost BETWEEN 0 AND 100000000000),
	running_cost INTEGER CHECK (running_cost BETWEEN 0 AND 100000000000),
	event_cost INTEGER CHECK (event_cost BETWEEN 0 AND 100000000000),
	life_years INTEGER CHECK (life_years BETWEEN 1 AND 100),
	yearly_cost INTEGER
) STRICT;
CREATE UNIQUE INDEX control_control_key ON control_control(match_key) WHERE archived = 0;
CREATE INDEX control_control_archived ON control_control(id) WHERE archived = 1;
CREATE INDEX control_control_batch ON control_control(batch, id) WHERE batch <> 0;
CREATE INDEX control_control_unit_id ON control_control(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX control_control_name ON control_control(name, id, batch, unit_id, kind, unit, owner, acts, lowers, enforced, caution, state, due_on, done_on, paid, budget, yearly_cost) WHERE archived = 0;
CREATE INDEX control_control_kind ON control_control(kind, id, batch) WHERE archived = 0;
CREATE INDEX control_control_unit ON control_control(unit, id, batch) WHERE archived = 0;
CREATE INDEX control_control_owner ON control_control(owner, id, batch) WHERE archived = 0;
CREATE INDEX control_control_acts ON control_control(acts, id, batch) WHERE archived = 0;
CREATE INDEX control_control_lowers ON control_control(lowers, id, batch) WHERE archived = 0;
CREATE INDEX control_control_enforced ON control_control(enforced, id, batch) WHERE archived = 0;
CREATE INDEX control_control_caution ON control_control(caution, id, batch) WHERE archived = 0;
CREATE INDEX control_control_state ON control_control(state, id, batch, unit_id, kind, unit, owner) WHERE archived = 0;
CREATE INDEX control_control_due_on ON control_control(due_on, id, batch, unit_id, kind, unit, owner, state) WHERE archived = 0;
CREATE INDEX control_control_done_on ON control_control(done_on, id, batch, unit_id, kind, unit, owner, state) WHERE archived = 0;
CREATE INDEX control_control_paid ON control_control(paid, id, batch) WHERE archived = 0;
CREATE INDEX control_control_budget ON control_control(budget, id, batch) WHERE archived = 0;
CREATE INDEX control_control_yearly_cost ON control_control(yearly_cost, id, batch, unit_id, kind, unit, owner, state) WHERE archived = 0;
CREATE VIRTUAL TABLE control_control_search USING fts5(f_name, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE control_effect (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	control INTEGER,
	unit INTEGER,
	indicator INTEGER CHECK (indicator IN (1, 2, 3, 4, 5)),
	measure TEXT CHECK (length(measure) BETWEEN 1 AND 50),
	direction INTEGER CHECK (direction IN (1, 2)),
	method TEXT CHECK (length(method) BETWEEN 1 AND 2000),
	baseline INTEGER CHECK (baseline BETWEEN 0 AND 100000000000),
	baseline_on TEXT CHECK (baseline_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	after INTEGER CHECK (after BETWEEN 0 AND 100000000000),
	after_on TEXT CHECK (after_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	change INTEGER,
	change_rate INTEGER,
	verdict INTEGER CHECK (verdict IN (1, 2, 3))
) STRICT;
CREATE UNIQUE INDEX control_effect_key ON control_effect(match_key) WHERE archived = 0;
CREATE INDEX control_effect_archived ON control_effect(id) WHERE archived = 1;
CREATE INDEX control_effect_batch ON control_effect(batch, id) WHERE batch <> 0;
CREATE INDEX control_effect_unit_id ON control_effect(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX control_effect_name ON control_effect(name, id, batch, unit_id, control, unit, indicator, after_on, verdict) WHERE archived = 0;
CREATE INDEX control_effect_control ON control_effect(control, id, batch) WHERE archived = 0;
CREATE INDEX control_effect_unit ON control_effect(unit, id, batch) WHERE archived = 0;
CREATE INDEX control_effect_indicator ON control_effect(indicator, id, batch) WHERE archived = 0;
CREATE INDEX control_effect_after_on ON control_effect(after_on, id, batch, unit_id, control) WHERE archived = 0;
CREATE INDEX control_effect_verdict ON control_effect(verdict, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE control_effect_search USING fts5(f_name, f_method, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE control_insurance (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	insurer TEXT CHECK (length(insurer) BETWEEN 1 AND 200),
	number TEXT CHECK (length(number) BETWEEN 1 AND 100),
	unit INTEGER,
	owner INTEGER,
	starts_on TEXT CHECK (starts_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	renewal_on TEXT CHECK (renewal_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	premium INTEGER CHECK (premium BETWEEN 0 AND 100000000000),
	covers INTEGER CHECK (covers BETWEEN 1 AND 255),
	uncovered INTEGER CHECK (uncovered BETWEEN 1 AND 255),
	cover INTEGER CHECK (cover BETWEEN 0 AND 100000000000),
	deductible INTEGER CHECK (deductible BETWEEN 0 AND 100000000000),
	loss INTEGER CHECK (loss BETWEEN 0 AND 100000000000),
	gap INTEGER,
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX control_insurance_key ON control_insurance(match_key) WHERE archived = 0;
CREATE INDEX control_insurance_archived ON control_insurance(id) WHERE archived = 1;
CREATE INDEX control_insurance_batch ON control_insurance(batch, id) WHERE batch <> 0;
CREATE INDEX control_insurance_unit_id ON control_insurance(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX control_insurance_name ON control_insurance(name, id, batch, unit_id, unit, owner, renewal_on, covers) WHERE archived = 0;
CREATE INDEX control_insurance_unit ON control_insurance(unit, id, batch) WHERE archived = 0;
CREATE INDEX control_insurance_owner ON control_insurance(owner, id, batch) WHERE archived = 0;
CREATE INDEX control_insurance_renewal_on ON control_insurance(renewal_on, id, batch, unit_id) WHERE archived = 0;
CREATE INDEX control_insurance_covers ON control_insurance(covers, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE control_insurance_search USING fts5(f_name, f_insurer, f_number, f_note, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO control_control_search(control_control_search, rank) VALUES('crisismerge', 64);
INSERT INTO control_effect_search(control_effect_search, rank) VALUES('crisismerge', 64);
INSERT INTO control_insurance_search(control_insurance_search, rank) VALUES('crisismerge', 64);
