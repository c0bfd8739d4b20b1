CREATE TABLE audit_entry (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	actor TEXT NOT NULL,
	register TEXT NOT NULL,
	record_id INTEGER NOT NULL,
	body BLOB NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_entry_record ON audit_entry(record_id, seq) WHERE record_id > 0;
CREATE INDEX audit_entry_kind ON audit_entry(kind, seq);
CREATE INDEX audit_entry_actor ON audit_entry(actor, seq);
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN
	SELECT RAISE(ABORT, 'the audit trail is never changed');
END;
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN
	SELECT RAISE(ABORT, 'the audit trail is never cut');
END;
CREATE TABLE auth_state (id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL) STRICT;INSERT INTO auth_state (id, generation) VALUES (1, 1);CREATE TABLE auth_account (id INTEGER PRIMARY KEY, login TEXT NOT NULL, login_key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, person_id INTEGER NOT NULL DEFAULT 0, password_hash TEXT NOT NULL DEFAULT '', password_at INTEGER NOT NULL DEFAULT 0, lang INTEGER NOT NULL DEFAULT 0, active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), created_at INTEGER NOT NULL, signed_in_at INTEGER NOT NULL DEFAULT 0) STRICT;CREATE INDEX auth_account_person ON auth_account (person_id);CREATE TABLE auth_grant (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id), role INTEGER NOT NULL, unit_id INTEGER NOT NULL, until TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, UNIQUE (account_id, role, unit_id)) STRICT;CREATE INDEX auth_grant_role ON auth_grant (role);CREATE TABLE auth_role (id INTEGER PRIMARY KEY CHECK (id >= 100), name_ja TEXT NOT NULL, name_en TEXT NOT NULL, needs INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT;CREATE TABLE auth_role_mask (role_id INTEGER NOT NULL REFERENCES auth_role (id), register TEXT NOT NULL, ops INTEGER NOT NULL, PRIMARY KEY (role_id, register)) STRICT, WITHOUT ROWID;CREATE TABLE auth_session (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, account_id INTEGER NOT NULL DEFAULT 0, link_id INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, address TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL DEFAULT '') STRICT;CREATE INDEX auth_session_account ON auth_session (account_id);CREATE INDEX auth_session_link ON auth_session (link_id);CREATE INDEX auth_session_expires ON auth_session (expires_at);CREATE TABLE auth_pending (hash BLOB PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id), expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;CREATE TABLE auth_token (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, account_id INTEGER NOT NULL REFERENCES auth_account (id), name TEXT NOT NULL, scope_write INTEGER NOT NULL CHECK (scope_write IN (0, 1)), created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER NOT NULL DEFAULT 0, revoked_at INTEGER NOT NULL DEFAULT 0) STRICT;CREATE INDEX auth_token_account ON auth_token (account_id);CREATE TABLE auth_invitation (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, account_id INTEGER NOT NULL REFERENCES auth_account (id), created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER NOT NULL DEFAULT 0, created_by TEXT NOT NULL) STRICT;CREATE INDEX auth_invitation_account ON auth_invitation (account_id);CREATE TABLE auth_link (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, person_id INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, created_by_name TEXT NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER NOT NULL DEFAULT 0, opened_at INTEGER NOT NULL DEFAULT 0, opened INTEGER NOT NULL DEFAULT 0) STRICT;CREATE TABLE auth_link_item (link_id INTEGER NOT NULL REFERENCES auth_link (id), record_id INTEGER NOT NULL, ops INTEGER NOT NULL, PRIMARY KEY (link_id, record_id)) STRICT, WITHOUT ROWID;CREATE TABLE auth_unit_closure (ancestor INTEGER NOT NULL, descendant INTEGER NOT NULL, depth INTEGER NOT NULL, PRIMARY KEY (ancestor, descendant)) STRICT, WITHOUT ROWID;CREATE INDEX auth_unit_closure_descendant ON auth_unit_closure (descendant, depth);CREATE TABLE auth_attempt (key BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;CREATE INDEX auth_attempt_last ON auth_attempt (last_at);CREATE TABLE auth_place (account_id INTEGER NOT NULL REFERENCES auth_account (id), place BLOB NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (account_id, place)) STRICT, WITHOUT ROWID;CREATE TABLE auth_factor (account_id INTEGER PRIMARY KEY REFERENCES auth_account (id), secret BLOB NOT NULL, confirmed_at INTEGER NOT NULL DEFAULT 0, last_step INTEGER NOT NULL DEFAULT 0) STRICT;CREATE TABLE auth_recovery (account_id INTEGER NOT NULL REFERENCES auth_account (id), hash BLOB NOT NULL, used_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (account_id, hash)) STRICT, WITHOUT ROWID;CREATE TABLE record (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	register TEXT NOT NULL,
	unit_id INTEGER NOT NULL DEFAULT 0,
	revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0),
	state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1)),
	code TEXT NOT NULL UNIQUE,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	updated_at INTEGER NOT NULL,
	updated_by TEXT NOT NULL,
	merged_into INTEGER REFERENCES record(id)
) STRICT;
CREATE INDEX record_merged_into ON record(merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE record_counter (
	register TEXT PRIMARY KEY,
	last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE batch (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
	file_name TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	by_kind INTEGER NOT NULL,
	by_id INTEGER NOT NULL,
	by_account INTEGER NOT NULL,
	by_name TEXT NOT NULL,
	by_address TEXT NOT NULL
) STRICT;
CREATE INDEX batch_state ON batch(state) WHERE state IN (0, 1, 3);
CREATE TABLE batch_change (
	id INTEGER PRIMARY KEY,
	batch INTEGER NOT NULL REFERENCES batch(id),
	record_id INTEGER NOT NULL REFERENCES record(id),
	seen_revision INTEGER NOT NULL,
	reason TEXT NOT NULL,
	content TEXT NOT NULL
) STRICT;
CREATE INDEX batch_change_batch ON batch_change(batch, id);
CREATE INDEX batch_change_record ON batch_change(record_id);
CREATE TABLE recompute (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	register TEXT NOT NULL,
	moved_rows INTEGER NOT NULL,
	why TEXT NOT NULL
) STRICT;
CREATE INDEX recompute_register ON recompute(register, at);
CREATE TABLE moved (
	recompute_id INTEGER NOT NULL REFERENCES recompute(id),
	record_id INTEGER NOT NULL,
	field TEXT NOT NULL,
	before ANY,
	after ANY,
	PRIMARY KEY (recompute_id, field, record_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE derive_work (
	id INTEGER PRIMARY KEY,
	v0 ANY, v1 ANY, v2 ANY, v3 ANY, v4 ANY, v5 ANY, v6 ANY, v7 ANY,
	v8 ANY, v9 ANY, v10 ANY, v11 ANY, v12 ANY, v13 ANY, v14 ANY, v15 ANY
) STRICT;
CREATE TABLE own_field (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	register TEXT NOT NULL,
	name TEXT NOT NULL,
	type INTEGER NOT NULL,
	label_ja TEXT NOT NULL,
	label_en TEXT NOT NULL,
	decimals INTEGER NOT NULL DEFAULT 0,
	retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
	UNIQUE (register, name)
) STRICT;
CREATE TABLE own_choice (
	field_id INTEGER NOT NULL REFERENCES own_field(id),
	number INTEGER NOT NULL,
	label_ja TEXT NOT NULL,
	label_en TEXT NOT NULL,
	PRIMARY KEY (field_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE link (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	from_id INTEGER NOT NULL REFERENCES record(id),
	to_id INTEGER NOT NULL REFERENCES record(id),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	UNIQUE (kind, from_id, to_id)
) STRICT;
CREATE INDEX link_from ON link(from_id, kind);
CREATE INDEX link_to ON link(to_id, kind);
CREATE TABLE remark_comment (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	record_id INTEGER NOT NULL REFERENCES record(id),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	text TEXT NOT NULL
) STRICT;
CREATE INDEX remark_comment_record ON remark_comment(record_id, id);
CREATE TABLE remark_attachment (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	record_id INTEGER NOT NULL REFERENCES record(id),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	size INTEGER NOT NULL,
	hash TEXT NOT NULL
) STRICT;
CREATE INDEX remark_attachment_record ON remark_attachment(record_id, id);
CREATE TABLE remark_chunk (
	attachment_id INTEGER NOT NULL REFERENCES remark_attachment(id),
	piece INTEGER NOT NULL,
	bytes BLOB NOT NULL,
	PRIMARY KEY (attachment_id, piece)
) STRICT;
CREATE TABLE saved_view (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	register TEXT NOT NULL,
	account_id INTEGER NOT NULL,
	shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
	name TEXT NOT NULL,
	query TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (register, account_id, name)
) STRICT;
CREATE TABLE draft (
	owner TEXT NOT NULL,
	form TEXT NOT NULL,
	at INTEGER NOT NULL,
	content TEXT NOT NULL,
	PRIMARY KEY (owner, form)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_at ON draft(at);
CREATE TABLE setting (
	key TEXT PRIMARY KEY,
	number INTEGER,
	text TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE import_mapping (
	register TEXT NOT NULL,
	headings TEXT NOT NULL,
	content TEXT NOT NULL,
	PRIMARY KEY (register, headings)
) STRICT, WITHOUT ROWID;
CREATE TABLE import_job (
	token TEXT PRIMARY KEY,
	register TEXT NOT NULL,
	owner TEXT NOT NULL,
	file_name TEXT NOT NULL,
	at INTEGER NOT NULL,
	state INTEGER NOT NULL,
	content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX import_job_at ON import_job(at);
CREATE TABLE org_company (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	trade TEXT CHECK (length(trade) BETWEEN 1 AND 100),
	size INTEGER CHECK (size BETWEEN 1 AND 1000000),
	unit INTEGER,
	note TEXT CHECK (length(note) BETWEEN 1 AND 50000),
	fiscal_year_start INTEGER CHECK (fiscal_year_start IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
	busy_months INTEGER CHECK (busy_months BETWEEN 1 AND 8190),
	holidays TEXT CHECK (length(holidays) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX org_company_key ON org_company(match_key) WHERE archived = 0;
CREATE INDEX org_company_archived ON org_company(id) WHERE archived = 1;
CREATE INDEX org_company_batch ON org_company(batch, id) WHERE batch <> 0;
CREATE INDEX org_company_name ON org_company(name, id, batch, unit_id, unit) WHERE archived = 0;
CREATE INDEX org_company_size ON org_company(size, id, batch, unit_id) WHERE archived = 0;
CREATE INDEX org_company_unit ON org_company(unit, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE org_company_search USING fts5(f_name, f_trade, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE org_unit (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	parent INTEGER,
	kind INTEGER CHECK (kind IN (1, 2, 3, 4, 5)),
	head INTEGER,
	contact INTEGER,
	note TEXT CHECK (length(note) BETWEEN 1 AND 50000),
	established_on TEXT CHECK (established_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	abolished_on TEXT CHECK (abolished_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	successor INTEGER
) STRICT;
CREATE UNIQUE INDEX org_unit_key ON org_unit(match_key) WHERE archived = 0;
CREATE INDEX org_unit_archived ON org_unit(id) WHERE archived = 1;
CREATE INDEX org_unit_batch ON org_unit(batch, id) WHERE batch <> 0;
CREATE INDEX org_unit_name ON org_unit(name, id, batch, unit_id, parent, kind, head, contact, established_on, abolished_on) WHERE archived = 0;
CREATE INDEX org_unit_parent ON org_unit(parent, id, batch) WHERE archived = 0;
CREATE INDEX org_unit_kind ON org_unit(kind, id, batch) WHERE archived = 0;
CREATE INDEX org_unit_head ON org_unit(head, id, batch) WHERE archived = 0;
CREATE INDEX org_unit_contact ON org_unit(contact, id, batch) WHERE archived = 0;
CREATE INDEX org_unit_established_on ON org_unit(established_on, id, batch, unit_id, parent, kind, head, contact, abolished_on) WHERE archived = 0;
CREATE INDEX org_unit_abolished_on ON org_unit(abolished_on, id, batch, unit_id, parent, kind, head, contact) WHERE archived = 0;
CREATE VIRTUAL TABLE org_unit_search USING fts5(f_name, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE org_person (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	name_kana TEXT CHECK (length(name_kana) BETWEEN 1 AND 100),
	number TEXT CHECK (length(number) BETWEEN 1 AND 40),
	kind INTEGER CHECK (kind IN (1, 2, 3, 4)),
	unit INTEGER,
	job_title TEXT CHECK (length(job_title) BETWEEN 1 AND 100),
	note TEXT CHECK (length(note) BETWEEN 1 AND 50000),
	email TEXT CHECK (length(email) BETWEEN 1 AND 254),
	phone TEXT CHECK (length(phone) BETWEEN 1 AND 40),
	joined_on TEXT CHECK (joined_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	moved_on TEXT CHECK (moved_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	left_on TEXT CHECK (left_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX org_person_key ON org_person(match_key) WHERE archived = 0;
CREATE INDEX org_person_archived ON org_person(id) WHERE archived = 1;
CREATE INDEX org_person_batch ON org_person(batch, id) WHERE batch <> 0;
CREATE INDEX org_person_unit_id ON org_person(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX org_person_name ON org_person(name, id, batch, unit_id, kind, unit, joined_on, moved_on, left_on) WHERE archived = 0;
CREATE INDEX org_person_name_kana ON org_person(name_kana, id, batch, unit_id, kind, unit, left_on) WHERE archived = 0;
CREATE INDEX org_person_number ON org_person(number, id, batch, unit_id, kind, unit, left_on) WHERE archived = 0;
CREATE INDEX org_person_kind ON org_person(kind, id, batch) WHERE archived = 0;
CREATE INDEX org_person_unit ON org_person(unit, id, batch) WHERE archived = 0;
CREATE INDEX org_person_joined_on ON org_person(joined_on, id, batch, unit_id, kind, unit, left_on) WHERE archived = 0;
CREATE INDEX org_person_moved_on ON org_person(moved_on, id, batch) WHERE archived = 0;
CREATE INDEX org_person_left_on ON org_person(left_on, id, batch, unit_id, kind, unit) WHERE archived = 0;
CREATE VIRTUAL TABLE org_person_search USING fts5(f_name, f_name_kana, f_number, f_job_title, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE asset_asset (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	business_category TEXT CHECK (length(business_category) BETWEEN 1 AND 100),
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	user_scope TEXT CHECK (length(user_scope) BETWEEN 1 AND 200),
	department INTEGER,
	storage INTEGER,
	custodian TEXT CHECK (length(custodian) BETWEEN 1 AND 200),
	owner INTEGER,
	personal INTEGER CHECK (personal IN (0, 1)),
	special_care INTEGER CHECK (special_care IN (0, 1)),
	my_number INTEGER CHECK (my_number IN (0, 1)),
	subjects INTEGER CHECK (subjects BETWEEN 0 AND 1000000000),
	confidentiality INTEGER CHECK (confidentiality BETWEEN 0 AND 2),
	integrity INTEGER CHECK (integrity BETWEEN 0 AND 2),
	availability INTEGER CHECK (availability BETWEEN 0 AND 2),
	importance INTEGER CHECK (importance BETWEEN 0 AND 2),
	importance_rated INTEGER CHECK (importance_rated BETWEEN 0 AND 2),
	importance_settled INTEGER CHECK (importance_settled BETWEEN 0 AND 2),
	importance_reason TEXT CHECK (length(importance_reason) BETWEEN 1 AND 500),
	retention TEXT CHECK (length(retention) BETWEEN 1 AND 100),
	registered_on TEXT CHECK (registered_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	stage INTEGER CHECK (stage IN (1, 2, 3, 4, 5, 6)),
	keep_until TEXT CHECK (keep_until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	confirmed_on TEXT CHECK (confirmed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	confirmed_by TEXT CHECK (length(confirmed_by) BETWEEN 1 AND 200),
	threat_frequency INTEGER CHECK (threat_frequency BETWEEN 1 AND 3),
	vulnerability INTEGER CHECK (vulnerability BETWEEN 1 AND 3),
	damage_likelihood INTEGER CHECK (damage_likelihood BETWEEN 1 AND 3),
	risk_value INTEGER CHECK (risk_value BETWEEN 0 AND 6),
	risk_band INTEGER CHECK (risk_band IN (1, 2, 3)),
	threat_frequency_computed INTEGER CHECK (threat_frequency_computed BETWEEN 1 AND 3),
	threat_frequency_set INTEGER CHECK (threat_frequency_set BETWEEN 1 AND 3),
	threat_frequency_reason TEXT CHECK (length(threat_frequency_reason) BETWEEN 1 AND 500),
	vulnerability_computed INTEGER CHECK (vulnerability_computed BETWEEN 1 AND 3),
	vulnerability_set INTEGER CHECK (vulnerability_set BETWEEN 1 AND 3),
	vulnerability_reason TEXT CHECK (length(vulnerability_reason) BETWEEN 1 AND 500),
	control_state INTEGER CHECK (control_state IN (1, 2, 3, 9)),
	treatment INTEGER CHECK (treatment IN (1, 2, 3, 4))
) STRICT;
CREATE UNIQUE INDEX asset_asset_key ON asset_asset(match_key) WHERE archived = 0;
CREATE INDEX asset_asset_archived ON asset_asset(id) WHERE archived = 1;
CREATE INDEX asset_asset_batch ON asset_asset(batch, id) WHERE batch <> 0;
CREATE INDEX asset_asset_unit_id ON asset_asset(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_business_category ON asset_asset(business_category, id, batch, unit_id, department, storage, confirmed_on) WHERE archived = 0;
CREATE INDEX asset_asset_name ON asset_asset(name, id, batch, unit_id, business_category, department, storage, custodian, owner, personal, special_care, my_number, confidentiality, integrity, availability, registered_on, stage, confirmed_on, control_state, treatment) WHERE archived = 0;
CREATE INDEX asset_asset_department ON asset_asset(department, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_storage ON asset_asset(storage, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_custodian ON asset_asset(custodian, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_owner ON asset_asset(owner, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_personal ON asset_asset(personal, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_special_care ON asset_asset(special_care, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_my_number ON asset_asset(my_number, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_confidentiality ON asset_asset(confidentiality, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_integrity ON asset_asset(integrity, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_availability ON asset_asset(availability, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_importance ON asset_asset(importance, id, batch, unit_id, department, storage, confirmed_on) WHERE archived = 0;
CREATE INDEX asset_asset_registered_on ON asset_asset(registered_on, id, batch, unit_id, department, storage, confirmed_on) WHERE archived = 0;
CREATE INDEX asset_asset_stage ON asset_asset(stage, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_keep_until ON asset_asset(keep_until, id, batch, unit_id, department, storage, confirmed_on) WHERE archived = 0;
CREATE INDEX asset_asset_confirmed_on ON asset_asset(confirmed_on, id, batch, unit_id, department, storage) WHERE archived = 0;
CREATE INDEX asset_asset_threat_frequency ON asset_asset(threat_frequency, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_vulnerability ON asset_asset(vulnerability, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_damage_likelihood ON asset_asset(damage_likelihood, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_risk_value ON asset_asset(risk_value, id, batch, unit_id, department, storage, confirmed_on) WHERE archived = 0;
CREATE INDEX asset_asset_risk_band ON asset_asset(risk_band, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_control_state ON asset_asset(control_state, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_treatment ON asset_asset(treatment, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_risk_band_department ON asset_asset(risk_band, department, id, batch) WHERE archived = 0;
CREATE INDEX asset_asset_importance_damage_likelihood_risk_band ON asset_asset(importance, damage_likelihood, risk_band, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE asset_asset_search USING fts5(f_business_category, f_name, f_note, f_user_scope, f_custodian, f_retention, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE asset_place (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	kind INTEGER CHECK (kind IN (1, 2, 3, 4, 5, 6)),
	outside INTEGER CHECK (outside IN (0, 1)),
	location TEXT CHECK (length(location) BETWEEN 1 AND 200),
	note TEXT CHECK (length(note) BETWEEN 1 AND 50000),
	threat_frequency INTEGER CHECK (threat_frequency BETWEEN 1 AND 3),
	vulnerability INTEGER CHECK (vulnerability BETWEEN 1 AND 3),
	threat_frequency_computed INTEGER CHECK (threat_frequency_computed BETWEEN 1 AND 3),
	threat_frequency_set INTEGER CHECK (threat_frequency_set BETWEEN 1 AND 3),
	threat_frequency_reason TEXT CHECK (length(threat_frequency_reason) BETWEEN 1 AND 500),
	vulnerability_computed INTEGER CHECK (vulnerability_computed BETWEEN 1 AND 3),
	vulnerability_set INTEGER CHECK (vulnerability_set BETWEEN 1 AND 3),
	vulnerability_reason TEXT CHECK (length(vulnerability_reason) BETWEEN 1 AND 500)
) STRICT;
CREATE UNIQUE INDEX asset_place_key ON asset_place(match_key) WHERE archived = 0;
CREATE INDEX asset_place_archived ON asset_place(id) WHERE archived = 1;
CREATE INDEX asset_place_batch ON asset_place(batch, id) WHERE batch <> 0;
CREATE INDEX asset_place_name ON asset_place(name, id, batch, unit_id, kind, outside) WHERE archived = 0;
CREATE INDEX asset_place_kind ON asset_place(kind, id, batch, unit_id, outside) WHERE archived = 0;
CREATE INDEX asset_place_outside ON asset_place(outside, id, batch) WHERE archived = 0;
CREATE INDEX asset_place_threat_frequency ON asset_place(threat_frequency, id, batch, unit_id, kind, outside) WHERE archived = 0;
CREATE INDEX asset_place_vulnerability ON asset_place(vulnerability, id, batch, unit_id, kind, outside) WHERE archived = 0;
CREATE VIRTUAL TABLE asset_place_search USING fts5(f_name, f_location, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_threat_situation (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	place_kind INTEGER CHECK (place_kind IN (1, 2, 3, 4, 5, 6)),
	threat TEXT CHECK (length(threat) BETWEEN 1 AND 200),
	applicable INTEGER CHECK (applicable IN (0, 1)),
	frequency INTEGER CHECK (frequency BETWEEN 1 AND 3),
	note TEXT CHECK (length(note) BETWEEN 1 AND 2000)
) STRICT;
CREATE UNIQUE INDEX risk_threat_situation_key ON risk_threat_situation(match_key) WHERE archived = 0;
CREATE INDEX risk_threat_situation_archived ON risk_threat_situation(id) WHERE archived = 1;
CREATE INDEX risk_threat_situation_batch ON risk_threat_situation(batch, id) WHERE batch <> 0;
CREATE INDEX risk_threat_situation_place_kind ON risk_threat_situation(place_kind, id, batch, unit_id, applicable, frequency) WHERE archived = 0;
CREATE INDEX risk_threat_situation_applicable ON risk_threat_situation(applicable, id, batch) WHERE archived = 0;
CREATE INDEX risk_threat_situation_frequency ON risk_threat_situation(frequency, id, batch, unit_id, place_kind, applicable) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_threat_situation_search USING fts5(f_threat, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_control_check (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	number INTEGER CHECK (number BETWEEN 1 AND 999),
	item TEXT CHECK (length(item) BETWEEN 1 AND 300),
	places INTEGER CHECK (places BETWEEN 1 AND 126),
	answer INTEGER CHECK (answer IN (1, 2, 3, 9)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 2000)
) STRICT;
CREATE UNIQUE INDEX risk_control_check_key ON risk_control_check(match_key) WHERE archived = 0;
CREATE INDEX risk_control_check_archived ON risk_control_check(id) WHERE archived = 1;
CREATE INDEX risk_control_check_batch ON risk_control_check(batch, id) WHERE batch <> 0;
CREATE INDEX risk_control_check_number ON risk_control_check(number, id, batch, unit_id, answer) WHERE archived = 0;
CREATE INDEX risk_control_check_answer ON risk_control_check(answer, id, batch, unit_id) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_control_check_search USING fts5(f_item, f_note, content='', tokenize='unicode61 remove_diacritics 0');
