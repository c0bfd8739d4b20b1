-- Risks know when their acceptance ended and nobody has decided since; versions of the treatment plan
CREATE TABLE risk_risk_before AS SELECT * FROM risk_risk;
DROP TABLE risk_risk;
CREATE TABLE risk_risk (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 300),
	scenario TEXT CHECK (length(scenario) BETWEEN 1 AND 4000),
	assessment INTEGER,
	unit INTEGER,
	owner INTEGER,
	asset INTEGER,
	threat INTEGER,
	weakness INTEGER,
	asset_value INTEGER CHECK (asset_value BETWEEN 0 AND 10),
	threat_level INTEGER CHECK (threat_level BETWEEN 0 AND 10),
	vulnerability_level INTEGER CHECK (vulnerability_level BETWEEN 0 AND 10),
	likelihood INTEGER CHECK (likelihood BETWEEN 0 AND 10),
	impact INTEGER CHECK (impact BETWEEN 0 AND 10),
	loss_kind INTEGER CHECK (loss_kind IN (1, 2, 3)),
	value_yen INTEGER CHECK (value_yen BETWEEN 0 AND 100000000000000),
	exposure INTEGER CHECK (exposure BETWEEN 0 AND 1000000),
	loss_sheet INTEGER,
	persons INTEGER CHECK (persons BETWEEN 0 AND 1000000000),
	persons_rate INTEGER CHECK (persons_rate BETWEEN 0 AND 1000000),
	yen_per_person INTEGER CHECK (yen_per_person BETWEEN 0 AND 1000000000),
	aro_times INTEGER CHECK (aro_times BETWEEN 0 AND 1000),
	aro_years INTEGER CHECK (aro_years BETWEEN 1 AND 1000),
	loss_own INTEGER,
	after_likelihood INTEGER CHECK (after_likelihood BETWEEN 0 AND 10),
	after_value INTEGER CHECK (after_value BETWEEN 0 AND 10),
	after_threat INTEGER CHECK (after_threat BETWEEN 0 AND 10),
	after_vulnerability INTEGER CHECK (after_vulnerability BETWEEN 0 AND 10),
	after_impact INTEGER CHECK (after_impact BETWEEN 0 AND 10),
	after_loss INTEGER CHECK (after_loss BETWEEN 0 AND 100000000000000),
	after_times INTEGER CHECK (after_times BETWEEN 0 AND 1000),
	after_years INTEGER CHECK (after_years BETWEEN 1 AND 1000),
	often_low INTEGER CHECK (often_low BETWEEN 0 AND 10000000),
	often_likely INTEGER CHECK (often_likely BETWEEN 0 AND 10000000),
	often_high INTEGER CHECK (often_high BETWEEN 0 AND 10000000),
	loss_low INTEGER CHECK (loss_low BETWEEN 0 AND 100000000000000),
	loss_likely INTEGER CHECK (loss_likely BETWEEN 0 AND 100000000000000),
	loss_high INTEGER CHECK (loss_high BETWEEN 0 AND 100000000000000),
	method INTEGER CHECK (method IN (1, 2, 3, 4)),
	loss INTEGER,
	inherent_score INTEGER CHECK (inherent_score BETWEEN 0 AND 1000000000000000000),
	inherent_band INTEGER CHECK (inherent_band IN (1, 2, 3)),
	residual_score INTEGER CHECK (residual_score BETWEEN 0 AND 1000000000000000000),
	residual_band INTEGER CHECK (residual_band IN (1, 2, 3)),
	band INTEGER CHECK (band IN (1, 2, 3)),
	treatment INTEGER CHECK (treatment IN (1, 2, 3, 4)),
	treatment_reason TEXT CHECK (length(treatment_reason) BETWEEN 1 AND 1000),
	state INTEGER CHECK (state IN (1, 2, 3, 4, 5)),
	lapsed INTEGER CHECK (lapsed IN (0, 1)),
	reviewed_on TEXT CHECK (reviewed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	next_review TEXT CHECK (next_review GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
INSERT INTO risk_risk(id, unit_id, archived, batch, match_key, own, name, scenario, assessment, unit, owner, asset, threat, weakness, asset_value, threat_level, vulnerability_level, likelihood, impact, loss_kind, value_yen, exposure, loss_sheet, persons, persons_rate, yen_per_person, aro_times, aro_years, loss_own, after_likelihood, after_value, after_threat, after_vulnerability, after_impact, after_loss, after_times, after_years, often_low, often_likely, often_high, loss_low, loss_likely, loss_high, method, loss, inherent_score, inherent_band, residual_score, residual_band, band, treatment, treatment_reason, state, reviewed_on, next_review)
	SELECT id, unit_id, archived, batch, match_key, own, name, scenario, assessment, unit, owner, asset, threat, weakness, asset_value, threat_level, vulnerability_level, likelihood, impact, loss_kind, value_yen, exposure, loss_sheet, persons, persons_rate, yen_per_person, aro_times, aro_years, loss_own, after_likelihood, after_value, after_threat, after_vulnerability, after_impact, after_loss, after_times, after_years, often_low, often_likely, often_high, loss_low, loss_likely, loss_high, method, loss, inherent_score, inherent_band, residual_score, residual_band, band, treatment, treatment_reason, state, reviewed_on, next_review FROM risk_risk_before;
DROP TABLE risk_risk_before;
CREATE UNIQUE INDEX risk_risk_key ON risk_risk(match_key) WHERE archived = 0;
CREATE INDEX risk_risk_archived ON risk_risk(id) WHERE archived = 1;
CREATE INDEX risk_risk_batch ON risk_risk(batch, id) WHERE batch <> 0;
CREATE INDEX risk_risk_unit_id ON risk_risk(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_name ON risk_risk(name, id, batch, unit_id, assessment, unit, owner, asset, threat, weakness, loss_sheet, method, inherent_score, inherent_band, residual_score, residual_band, band, treatment, state, lapsed, reviewed_on, next_review) WHERE archived = 0;
CREATE INDEX risk_risk_assessment ON risk_risk(assessment, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_unit ON risk_risk(unit, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_owner ON risk_risk(owner, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_asset ON risk_risk(asset, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_threat ON risk_risk(threat, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_weakness ON risk_risk(weakness, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_loss_sheet ON risk_risk(loss_sheet, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_method ON risk_risk(method, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_inherent_score ON risk_risk(inherent_score, id, batch, unit_id, assessment, unit, owner, treatment, state, next_review) WHERE archived = 0;
CREATE INDEX risk_risk_inherent_band ON risk_risk(inherent_band, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_residual_score ON risk_risk(residual_score, id, batch, unit_id, assessment, unit, owner, treatment, state, next_review) WHERE archived = 0;
CREATE INDEX risk_risk_residual_band ON risk_risk(residual_band, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_band ON risk_risk(band, id, batch, unit_id, assessment, unit, owner, treatment, state, next_review) WHERE archived = 0;
CREATE INDEX risk_risk_treatment ON risk_risk(treatment, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_state ON risk_risk(state, id, batch, unit_id, assessment, unit, owner, treatment, next_review) WHERE archived = 0;
CREATE INDEX risk_risk_lapsed ON risk_risk(lapsed, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_reviewed_on ON risk_risk(reviewed_on, id, batch, unit_id, assessment, unit, owner, treatment, state, next_review) WHERE archived = 0;
CREATE INDEX risk_risk_next_review ON risk_risk(next_review, id, batch, unit_id, assessment, unit, owner, treatment, state) WHERE archived = 0;
CREATE TABLE risk_treatment_plan (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	summary TEXT CHECK (length(summary) BETWEEN 1 AND 500),
	initial_cost INTEGER CHECK (initial_cost BETWEEN 0 AND 1000000000000000000),
	running_cost INTEGER CHECK (running_cost BETWEEN 0 AND 1000000000000000000),
	loss_now INTEGER CHECK (loss_now BETWEEN 0 AND 1000000000000000000),
	loss_planned INTEGER CHECK (loss_planned BETWEEN 0 AND 1000000000000000000),
	above_now INTEGER CHECK (above_now BETWEEN 0 AND 1000000000000000000),
	above_planned INTEGER CHECK (above_planned BETWEEN 0 AND 1000000000000000000),
	risks INTEGER CHECK (risks BETWEEN 0 AND 1000000000000000000),
	cost_unknown INTEGER CHECK (cost_unknown BETWEEN 0 AND 1000000000000000000),
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	fiscal_year INTEGER CHECK (fiscal_year BETWEEN 2000 AND 2999),
	number INTEGER CHECK (number BETWEEN 1 AND 100000),
	made_on TEXT CHECK (made_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	content TEXT CHECK (length(content) BETWEEN 1 AND 50000),
	content_hash TEXT CHECK (length(content_hash) BETWEEN 1 AND 64)
) STRICT;
CREATE UNIQUE INDEX risk_treatment_plan_key ON risk_treatment_plan(match_key) WHERE archived = 0;
CREATE INDEX risk_treatment_plan_archived ON risk_treatment_plan(id) WHERE archived = 1;
CREATE INDEX risk_treatment_plan_batch ON risk_treatment_plan(batch, id) WHERE batch <> 0;
CREATE INDEX risk_treatment_plan_name ON risk_treatment_plan(name, id, batch, unit_id, fiscal_year) WHERE archived = 0;
CREATE INDEX risk_treatment_plan_fiscal_year ON risk_treatment_plan(fiscal_year, id, batch, unit_id) WHERE archived = 0;
CREATE INDEX risk_treatment_plan_made_on ON risk_treatment_plan(made_on, id, batch, unit_id, fiscal_year) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_treatment_plan_search USING fts5(f_name, f_note, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO risk_treatment_plan_search(risk_treatment_plan_search, rank) VALUES('crisismerge', 64);
