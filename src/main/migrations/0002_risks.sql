-- Threats, weaknesses, risk assessments and risks
CREATE TABLE risk_threat (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 300),
	kind INTEGER CHECK (kind IN (1, 2, 3, 4)),
	stride INTEGER CHECK (stride IN (1, 2, 3, 4, 5, 6)),
	source INTEGER CHECK (source IN (1, 2, 3, 4, 5)),
	source_text TEXT CHECK (length(source_text) BETWEEN 1 AND 300),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX risk_threat_key ON risk_threat(match_key) WHERE archived = 0;
CREATE INDEX risk_threat_archived ON risk_threat(id) WHERE archived = 1;
CREATE INDEX risk_threat_batch ON risk_threat(batch, id) WHERE batch <> 0;
CREATE INDEX risk_threat_name ON risk_threat(name, id, batch, unit_id, kind, stride, source) WHERE archived = 0;
CREATE INDEX risk_threat_kind ON risk_threat(kind, id, batch, unit_id, stride, source) WHERE archived = 0;
CREATE INDEX risk_threat_stride ON risk_threat(stride, id, batch) WHERE archived = 0;
CREATE INDEX risk_threat_source ON risk_threat(source, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_threat_search USING fts5(f_name, f_source_text, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_device_check (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	number INTEGER CHECK (number BETWEEN 1 AND 999),
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	category INTEGER CHECK (category IN (1, 2, 3, 4, 5, 6)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 2000)
) STRICT;
CREATE UNIQUE INDEX risk_device_check_key ON risk_device_check(match_key) WHERE archived = 0;
CREATE INDEX risk_device_check_archived ON risk_device_check(id) WHERE archived = 1;
CREATE INDEX risk_device_check_batch ON risk_device_check(batch, id) WHERE batch <> 0;
CREATE INDEX risk_device_check_number ON risk_device_check(number, id, batch, unit_id, category) WHERE archived = 0;
CREATE INDEX risk_device_check_category ON risk_device_check(category, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_device_check_search USING fts5(f_name, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_weakness (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 300),
	subject TEXT CHECK (length(subject) BETWEEN 1 AND 200),
	asset INTEGER,
	kind INTEGER CHECK (kind IN (1, 2, 3, 4)),
	origin INTEGER CHECK (origin IN (1, 2, 3, 4)),
	item INTEGER,
	severity INTEGER CHECK (severity BETWEEN 1 AND 3),
	unit INTEGER,
	owner INTEGER,
	state INTEGER CHECK (state IN (1, 2, 3, 4)),
	found_on TEXT CHECK (found_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	fixed_on TEXT CHECK (fixed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX risk_weakness_key ON risk_weakness(match_key) WHERE archived = 0;
CREATE INDEX risk_weakness_archived ON risk_weakness(id) WHERE archived = 1;
CREATE INDEX risk_weakness_batch ON risk_weakness(batch, id) WHERE batch <> 0;
CREATE INDEX risk_weakness_unit_id ON risk_weakness(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_name ON risk_weakness(name, id, batch, unit_id, asset, kind, origin, item, severity, unit, owner, state, found_on, fixed_on) WHERE archived = 0;
CREATE INDEX risk_weakness_asset ON risk_weakness(asset, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_kind ON risk_weakness(kind, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_origin ON risk_weakness(origin, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_item ON risk_weakness(item, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_severity ON risk_weakness(severity, id, batch, unit_id, kind, unit, owner, state, found_on) WHERE archived = 0;
CREATE INDEX risk_weakness_unit ON risk_weakness(unit, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_owner ON risk_weakness(owner, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_state ON risk_weakness(state, id, batch, unit_id, kind, severity, unit, owner, found_on) WHERE archived = 0;
CREATE INDEX risk_weakness_found_on ON risk_weakness(found_on, id, batch, unit_id, kind, severity, unit, owner, state) WHERE archived = 0;
CREATE INDEX risk_weakness_fixed_on ON risk_weakness(fixed_on, id, batch, unit_id, kind, severity, unit, owner, state, found_on) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_weakness_search USING fts5(f_name, f_subject, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_assessment (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	method INTEGER CHECK (method IN (1, 2, 3, 4)),
	scope TEXT CHECK (length(scope) BETWEEN 1 AND 500),
	held_on TEXT CHECK (held_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	owner INTEGER,
	state INTEGER CHECK (state IN (1, 2)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	factor_max INTEGER CHECK (factor_max BETWEEN 1 AND 10),
	matrix_size INTEGER CHECK (matrix_size BETWEEN 3 AND 5),
	matrix_grid TEXT CHECK (length(matrix_grid) BETWEEN 1 AND 400),
	matrix_cells TEXT CHECK (length(matrix_cells) BETWEEN 1 AND 25),
	scale_words TEXT CHECK (length(scale_words) BETWEEN 1 AND 4000),
	acceptance_limit INTEGER CHECK (acceptance_limit BETWEEN 0 AND 1000000000000000),
	middle_limit INTEGER CHECK (middle_limit BETWEEN 0 AND 1000000000000000)
) STRICT;
CREATE UNIQUE INDEX risk_assessment_key ON risk_assessment(match_key) WHERE archived = 0;
CREATE INDEX risk_assessment_archived ON risk_assessment(id) WHERE archived = 1;
CREATE INDEX risk_assessment_batch ON risk_assessment(batch, id) WHERE batch <> 0;
CREATE INDEX risk_assessment_name ON risk_assessment(name, id, batch, unit_id, method, held_on, owner, state) WHERE archived = 0;
CREATE INDEX risk_assessment_method ON risk_assessment(method, id, batch) WHERE archived = 0;
CREATE INDEX risk_assessment_held_on ON risk_assessment(held_on, id, batch, unit_id, method, state) WHERE archived = 0;
CREATE INDEX risk_assessment_owner ON risk_assessment(owner, id, batch) WHERE archived = 0;
CREATE INDEX risk_assessment_state ON risk_assessment(state, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_assessment_search USING fts5(f_name, f_scope, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_loss_sheet (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	persons INTEGER CHECK (persons BETWEEN 0 AND 1000000000),
	rate INTEGER CHECK (rate BETWEEN 0 AND 1000000),
	concerned INTEGER,
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	staff INTEGER CHECK (staff BETWEEN 0 AND 100000000000000),
	damages INTEGER CHECK (damages BETWEEN 0 AND 100000000000000),
	lawyers INTEGER CHECK (lawyers BETWEEN 0 AND 100000000000000),
	gifts INTEGER CHECK (gifts BETWEEN 0 AND 100000000000000),
	visits INTEGER CHECK (visits BETWEEN 0 AND 100000000000000),
	notices INTEGER CHECK (notices BETWEEN 0 AND 100000000000000),
	pages INTEGER CHECK (pages BETWEEN 0 AND 100000000000000),
	call_centre INTEGER CHECK (call_centre BETWEEN 0 AND 100000000000000),
	desk INTEGER CHECK (desk BETWEEN 0 AND 100000000000000),
	other INTEGER CHECK (other BETWEEN 0 AND 10000000000000),
	total INTEGER
) STRICT;
CREATE UNIQUE INDEX risk_loss_sheet_key ON risk_loss_sheet(match_key) WHERE archived = 0;
CREATE INDEX risk_loss_sheet_archived ON risk_loss_sheet(id) WHERE archived = 1;
CREATE INDEX risk_loss_sheet_batch ON risk_loss_sheet(batch, id) WHERE batch <> 0;
CREATE INDEX risk_loss_sheet_name ON risk_loss_sheet(name, id, batch, unit_id) WHERE archived = 0;
CREATE INDEX risk_loss_sheet_total ON risk_loss_sheet(total, id, batch, unit_id) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_loss_sheet_search USING fts5(f_name, f_note, content='', tokenize='unicode61 remove_diacritics 0');
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
	reviewed_on TEXT CHECK (reviewed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	next_review TEXT CHECK (next_review GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX risk_risk_key ON risk_risk(match_key) WHERE archived = 0;
CREATE INDEX risk_risk_archived ON risk_risk(id) WHERE archived = 1;
CREATE INDEX risk_risk_batch ON risk_risk(batch, id) WHERE batch <> 0;
CREATE INDEX risk_risk_unit_id ON risk_risk(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX risk_risk_name ON risk_risk(name, id, batch, unit_id, assessment, unit, owner, asset, threat, weakness, loss_sheet, treatment, state, reviewed_on, next_review) WHERE archived = 0;
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
CREATE INDEX risk_risk_reviewed_on ON risk_risk(reviewed_on, id, batch, unit_id, assessment, unit, owner, treatment, state, next_review) WHERE archived = 0;
CREATE INDEX risk_risk_next_review ON risk_risk(next_review, id, batch, unit_id, assessment, unit, owner, treatment, state) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_risk_search USING fts5(f_name, f_scenario, f_treatment_reason, content='', tokenize='unicode61 remove_diacritics 0');
