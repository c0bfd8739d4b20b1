-- The device that a weakness was found on
CREATE TABLE risk_weakness_before AS SELECT * FROM risk_weakness;
DROP TABLE risk_weakness;
CREATE TABLE risk_weakness (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 300),
	subject TEXT CHECK (length(subject) BETWEEN 1 AND 200),
	device INTEGER,
	asset INTEGER,
	kind INTEGER CHECK (kind BETWEEN 1 AND 4),
	origin INTEGER CHECK (origin BETWEEN 1 AND 4),
	item INTEGER,
	severity INTEGER CHECK (severity BETWEEN 1 AND 3),
	unit INTEGER,
	owner INTEGER,
	state INTEGER CHECK (state BETWEEN 1 AND 4),
	found_on TEXT CHECK (found_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	fixed_on TEXT CHECK (fixed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000)
) STRICT;
INSERT INTO risk_weakness (id, unit_id, archived, batch, match_key, own, name, subject, asset, kind, origin, item, severity, unit, owner, state, found_on, fixed_on, note) SELECT id, unit_id, archived, batch, match_key, own, name, subject, asset, kind, origin, item, severity, unit, owner, state, found_on, fixed_on, note FROM risk_weakness_before;
DROP TABLE risk_weakness_before;
CREATE UNIQUE INDEX risk_weakness_key ON risk_weakness(match_key) WHERE archived = 0;
CREATE INDEX risk_weakness_archived ON risk_weakness(id) WHERE archived = 1;
CREATE INDEX risk_weakness_batch ON risk_weakness(batch, id) WHERE batch <> 0;
CREATE INDEX risk_weakness_unit_id ON risk_weakness(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_name ON risk_weakness(name, id, batch, unit_id, device, asset, kind, origin, item, severity, unit, owner, state, found_on, fixed_on) WHERE archived = 0;
CREATE INDEX risk_weakness_device ON risk_weakness(device, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_asset ON risk_weakness(asset, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_kind ON risk_weakness(kind, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_origin ON risk_weakness(origin, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_item ON risk_weakness(item, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_severity ON risk_weakness(severity, id, batch, unit_id, device, kind, unit, owner, state, found_on) WHERE archived = 0;
CREATE INDEX risk_weakness_unit ON risk_weakness(unit, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_owner ON risk_weakness(owner, id, batch) WHERE archived = 0;
CREATE INDEX risk_weakness_state ON risk_weakness(state, id, batch, unit_id, device, kind, severity, unit, owner, found_on) WHERE archived = 0;
CREATE INDEX risk_weakness_found_on ON risk_weakness(found_on, id, batch, unit_id, device, kind, severity, unit, owner, state) WHERE archived = 0;
CREATE INDEX risk_weakness_fixed_on ON risk_weakness(fixed_on, id, batch, unit_id, device, kind, severity, unit, owner, state, found_on) WHERE archived = 0;
