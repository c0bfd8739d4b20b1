-- Attack trees and STRIDE sheets
CREATE TABLE risk_attack_tree (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	asset INTEGER,
	outline TEXT CHECK (length(outline) BETWEEN 1 AND 20000),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	leaves INTEGER,
	possible INTEGER CHECK (possible IN (0, 1)),
	cheapest INTEGER,
	likeliest INTEGER
) STRICT;
CREATE UNIQUE INDEX risk_attack_tree_key ON risk_attack_tree(match_key) WHERE archived = 0;
CREATE INDEX risk_attack_tree_archived ON risk_attack_tree(id) WHERE archived = 1;
CREATE INDEX risk_attack_tree_batch ON risk_attack_tree(batch, id) WHERE batch <> 0;
CREATE INDEX risk_attack_tree_name ON risk_attack_tree(name, id, batch, unit_id, asset, possible) WHERE archived = 0;
CREATE INDEX risk_attack_tree_asset ON risk_attack_tree(asset, id, batch) WHERE archived = 0;
CREATE INDEX risk_attack_tree_possible ON risk_attack_tree(possible, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_attack_tree_search USING fts5(f_name, f_outline, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_stride_sheet (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 200),
	evidence TEXT CHECK (length(evidence) BETWEEN 1 AND 500),
	held_on TEXT CHECK (held_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	owner INTEGER,
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX risk_stride_sheet_key ON risk_stride_sheet(match_key) WHERE archived = 0;
CREATE INDEX risk_stride_sheet_archived ON risk_stride_sheet(id) WHERE archived = 1;
CREATE INDEX risk_stride_sheet_batch ON risk_stride_sheet(batch, id) WHERE batch <> 0;
CREATE INDEX risk_stride_sheet_name ON risk_stride_sheet(name, id, batch, unit_id, held_on, owner) WHERE archived = 0;
CREATE INDEX risk_stride_sheet_held_on ON risk_stride_sheet(held_on, id, batch, unit_id, owner) WHERE archived = 0;
CREATE INDEX risk_stride_sheet_owner ON risk_stride_sheet(owner, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_stride_sheet_search USING fts5(f_name, f_evidence, f_note, content='', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE risk_stride_part (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	sheet INTEGER,
	name TEXT CHECK (length(name) BETWEEN 1 AND 150),
	kind INTEGER CHECK (kind IN (1, 2, 3, 4)),
	spoofing INTEGER CHECK (spoofing IN (1, 2, 3, 9)),
	tampering INTEGER CHECK (tampering IN (1, 2, 3, 9)),
	repudiation INTEGER CHECK (repudiation IN (1, 2, 3, 9)),
	disclosure INTEGER CHECK (disclosure IN (1, 2, 3, 9)),
	denial INTEGER CHECK (denial IN (1, 2, 3, 9)),
	elevation INTEGER CHECK (elevation IN (1, 2, 3, 9)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX risk_stride_part_key ON risk_stride_part(match_key) WHERE archived = 0;
CREATE INDEX risk_stride_part_archived ON risk_stride_part(id) WHERE archived = 1;
CREATE INDEX risk_stride_part_batch ON risk_stride_part(batch, id) WHERE batch <> 0;
CREATE INDEX risk_stride_part_sheet ON risk_stride_part(sheet, id, batch) WHERE archived = 0;
CREATE INDEX risk_stride_part_name ON risk_stride_part(name, id, batch, unit_id, sheet, kind, spoofing, tampering, repudiation, disclosure, denial, elevation) WHERE archived = 0;
CREATE INDEX risk_stride_part_kind ON risk_stride_part(kind, id, batch) WHERE archived = 0;
CREATE INDEX risk_stride_part_spoofing ON risk_stride_part(spoofing, id, batch) WHERE archived = 0;
CREATE INDEX risk_stride_part_tampering ON risk_stride_part(tampering, id, batch) WHERE archived = 0;
CREATE INDEX risk_stride_part_repudiation ON risk_stride_part(repudiation, id, batch) WHERE archived = 0;
CREATE INDEX risk_stride_part_disclosure ON risk_stride_part(disclosure, id, batch) WHERE archived = 0;
CREATE INDEX risk_stride_part_denial ON risk_stride_part(denial, id, batch) WHERE archived = 0;
CREATE INDEX risk_stride_part_elevation ON risk_stride_part(elevation, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE risk_stride_part_search USING fts5(f_name, f_note, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO risk_attack_tree_search(risk_attack_tree_search, rank) VALUES('crisismerge', 64);
INSERT INTO risk_stride_sheet_search(risk_stride_sheet_search, rank) VALUES('crisismerge', 64);
INSERT INTO risk_stride_part_search(risk_stride_part_search, rank) VALUES('crisismerge', 64);
