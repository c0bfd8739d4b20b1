-- Devices, applications, cloud services and the accounts on them
CREATE TABLE asset_device (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	number TEXT CHECK (length(number) BETWEEN 1 AND 60),
	kind INTEGER CHECK (kind IN (1, 2, 3, 4, 5, 6, 7, 9)),
	model TEXT CHECK (length(model) BETWEEN 1 AND 200),
	serial TEXT CHECK (length(serial) BETWEEN 1 AND 100),
	location TEXT CHECK (length(location) BETWEEN 1 AND 200),
	state INTEGER CHECK (state IN (1, 2, 3, 4, 5)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	unit INTEGER,
	administrator INTEGER,
	used_by INTEGER,
	os TEXT CHECK (length(os) BETWEEN 1 AND 100),
	os_version TEXT CHECK (length(os_version) BETWEEN 1 AND 100),
	middleware TEXT CHECK (length(middleware) BETWEEN 1 AND 2000),
	ip_address TEXT CHECK (length(ip_address) BETWEEN 1 AND 100),
	mac_address TEXT CHECK (length(mac_address) BETWEEN 1 AND 100),
	maintenance TEXT CHECK (length(maintenance) BETWEEN 1 AND 100),
	maintenance_from TEXT CHECK (maintenance_from GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	maintenance_until TEXT CHECK (maintenance_until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	os_support_until TEXT CHECK (os_support_until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	confirmed_on TEXT CHECK (confirmed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	confirmed_by TEXT CHECK (length(confirmed_by) BETWEEN 1 AND 200)
) STRICT;
CREATE UNIQUE INDEX asset_device_key ON asset_device(match_key) WHERE archived = 0;
CREATE INDEX asset_device_archived ON asset_device(id) WHERE archived = 1;
CREATE INDEX asset_device_batch ON asset_device(batch, id) WHERE batch <> 0;
CREATE INDEX asset_device_unit_id ON asset_device(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX asset_device_name ON asset_device(name, id, batch, unit_id, kind, state, unit, administrator, used_by, maintenance_until, os_support_until, confirmed_on) WHERE archived = 0;
CREATE INDEX asset_device_number ON asset_device(number, id, batch, unit_id, kind, state, unit, administrator, os_support_until) WHERE archived = 0;
CREATE INDEX asset_device_kind ON asset_device(kind, id, batch) WHERE archived = 0;
CREATE INDEX asset_device_state ON asset_device(state, id, batch) WHERE archived = 0;
CREATE INDEX asset_device_unit ON asset_device(unit, id, batch) WHERE archived = 0;
CREATE INDEX asset_device_administrator ON asset_device(administrator, id, batch) WHERE archived = 0;
CREATE INDEX asset_device_used_by ON asset_device(used_by, id, batch) WHERE archived = 0;
CREATE INDEX asset_device_maintenance_until ON asset_device(maintenance_until, id, batch, unit_id, kind, state, unit, administrator, os_support_until) WHERE archived = 0;
CREATE INDEX asset_device_os_support_until ON asset_device(os_support_until, id, batch, unit_id, kind, state, unit, administrator) WHERE archived = 0;
CREATE INDEX asset_device_confirmed_on ON asset_device(confirmed_on, id, batch, unit_id, kind, state, unit, administrator, os_support_until) WHERE archived = 0;
CREATE VIRTUAL TABLE asset_device_search USING fts5(f_name, f_number, f_model, f_serial, f_location, f_note, f_os, f_os_version, f_middleware, f_ip_address, f_mac_address, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE asset_application (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	version TEXT CHECK (length(version) BETWEEN 1 AND 60),
	kind INTEGER CHECK (kind IN (1, 2, 3, 4, 5, 6, 7, 9)),
	vendor TEXT CHECK (length(vendor) BETWEEN 1 AND 100),
	purpose TEXT CHECK (length(purpose) BETWEEN 1 AND 300),
	permission INTEGER CHECK (permission IN (1, 2, 3, 4)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	unit INTEGER,
	administrator INTEGER,
	users TEXT CHECK (length(users) BETWEEN 1 AND 500),
	licences INTEGER CHECK (licences BETWEEN 0 AND 10000000),
	licences_used INTEGER CHECK (licences_used BETWEEN 0 AND 10000000),
	contract_from TEXT CHECK (contract_from GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	contract_until TEXT CHECK (contract_until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	support_until TEXT CHECK (support_until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	confirmed_on TEXT CHECK (confirmed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	confirmed_by TEXT CHECK (length(confirmed_by) BETWEEN 1 AND 200)
) STRICT;
CREATE UNIQUE INDEX asset_application_key ON asset_application(match_key) WHERE archived = 0;
CREATE INDEX asset_application_archived ON asset_application(id) WHERE archived = 1;
CREATE INDEX asset_application_batch ON asset_application(batch, id) WHERE batch <> 0;
CREATE INDEX asset_application_unit_id ON asset_application(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX asset_application_name ON asset_application(name, id, batch, unit_id, kind, permission, unit, administrator, contract_until, support_until, confirmed_on) WHERE archived = 0;
CREATE INDEX asset_application_kind ON asset_application(kind, id, batch) WHERE archived = 0;
CREATE INDEX asset_application_permission ON asset_application(permission, id, batch) WHERE archived = 0;
CREATE INDEX asset_application_unit ON asset_application(unit, id, batch) WHERE archived = 0;
CREATE INDEX asset_application_administrator ON asset_application(administrator, id, batch) WHERE archived = 0;
CREATE INDEX asset_application_contract_until ON asset_application(contract_until, id, batch, unit_id, kind, permission, unit, administrator, support_until) WHERE archived = 0;
CREATE INDEX asset_application_support_until ON asset_application(support_until, id, batch, unit_id, kind, permission, unit, administrator, contract_until) WHERE archived = 0;
CREATE INDEX asset_application_confirmed_on ON asset_application(confirmed_on, id, batch, unit_id, kind, permission, unit, administrator, contract_until, support_until) WHERE archived = 0;
CREATE VIRTUAL TABLE asset_application_search USING fts5(f_name, f_version, f_vendor, f_purpose, f_note, f_users, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE asset_service (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	provider TEXT CHECK (length(provider) BETWEEN 1 AND 100),
	purpose TEXT CHECK (length(purpose) BETWEEN 1 AND 300),
	permission INTEGER CHECK (permission IN (1, 2, 3, 4)),
	url TEXT CHECK (length(url) BETWEEN 1 AND 2000),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	unit INTEGER,
	administrator INTEGER,
	mfa INTEGER CHECK (mfa IN (0, 1)),
	sso INTEGER CHECK (sso IN (0, 1)),
	backup INTEGER CHECK (backup IN (0, 1)),
	country TEXT CHECK (length(country) BETWEEN 1 AND 100),
	certification INTEGER CHECK (certification BETWEEN 1 AND 63),
	contract_from TEXT CHECK (contract_from GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	contract_until TEXT CHECK (contract_until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	confirmed_on TEXT CHECK (confirmed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	confirmed_by TEXT CHECK (length(confirmed_by) BETWEEN 1 AND 200)
) STRICT;
CREATE UNIQUE INDEX asset_service_key ON asset_service(match_key) WHERE archived = 0;
CREATE INDEX asset_service_archived ON asset_service(id) WHERE archived = 1;
CREATE INDEX asset_service_batch ON asset_service(batch, id) WHERE batch <> 0;
CREATE INDEX asset_service_unit_id ON asset_service(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_name ON asset_service(name, id, batch, unit_id, permission, unit, administrator, mfa, backup, contract_until, confirmed_on) WHERE archived = 0;
CREATE INDEX asset_service_permission ON asset_service(permission, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_unit ON asset_service(unit, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_administrator ON asset_service(administrator, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_mfa ON asset_service(mfa, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_backup ON asset_service(backup, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_contract_until ON asset_service(contract_until, id, batch, unit_id, permission, unit, administrator, mfa) WHERE archived = 0;
CREATE INDEX asset_service_confirmed_on ON asset_service(confirmed_on, id, batch, unit_id, permission, unit, administrator, mfa, contract_until) WHERE archived = 0;
CREATE VIRTUAL TABLE asset_service_search USING fts5(f_name, f_provider, f_purpose, f_note, f_country, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE asset_service_account (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	account TEXT CHECK (length(account) BETWEEN 1 AND 200),
	service INTEGER,
	person INTEGER,
	unit INTEGER,
	permissions TEXT CHECK (length(permissions) BETWEEN 1 AND 200),
	privileged INTEGER CHECK (privileged IN (0, 1)),
	mfa INTEGER CHECK (mfa IN (0, 1)),
	state INTEGER CHECK (state IN (1, 2, 3)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 2000),
	last_used_on TEXT CHECK (last_used_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	last_reviewed_on TEXT CHECK (last_reviewed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX asset_service_account_key ON asset_service_account(match_key) WHERE archived = 0;
CREATE INDEX asset_service_account_archived ON asset_service_account(id) WHERE archived = 1;
CREATE INDEX asset_service_account_batch ON asset_service_account(batch, id) WHERE batch <> 0;
CREATE INDEX asset_service_account_unit_id ON asset_service_account(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_account_account ON asset_service_account(account, id, batch, unit_id, service, person, unit, privileged, mfa, state, last_used_on, last_reviewed_on) WHERE archived = 0;
CREATE INDEX asset_service_account_service ON asset_service_account(service, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_account_person ON asset_service_account(person, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_account_unit ON asset_service_account(unit, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_account_privileged ON asset_service_account(privileged, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_account_mfa ON asset_service_account(mfa, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_account_state ON asset_service_account(state, id, batch) WHERE archived = 0;
CREATE INDEX asset_service_account_last_used_on ON asset_service_account(last_used_on, id, batch, unit_id, service, person, unit, privileged, mfa, state, last_reviewed_on) WHERE archived = 0;
CREATE INDEX asset_service_account_last_reviewed_on ON asset_service_account(last_reviewed_on, id, batch, unit_id, service, person, unit, privileged, mfa, state) WHERE archived = 0;
CREATE VIRTUAL TABLE asset_service_account_search USING fts5(f_account, f_permissions, f_note, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO asset_device_search(asset_device_search, rank) VALUES('crisismerge', 64);
INSERT INTO asset_application_search(asset_application_search, rank) VALUES('crisismerge', 64);
INSERT INTO asset_service_search(asset_service_search, rank) VALUES('crisismerge', 64);
INSERT INTO asset_service_account_search(asset_service_account_search, rank) VALUES('crisismerge', 64);
