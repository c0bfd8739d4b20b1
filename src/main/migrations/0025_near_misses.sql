-- Near misses from everyone, their report pages, and incidents
CREATE TABLE incident_door (id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, salt BLOB NOT NULL CHECK (length(salt) = 16), hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), made_at INTEGER NOT NULL, made_by TEXT NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE UNIQUE INDEX incident_door_open ON incident_door (unit_id) WHERE ended_at = 0;
CREATE TABLE incident_follow (record_id INTEGER PRIMARY KEY REFERENCES record (id), door_id INTEGER NOT NULL, at INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), content BLOB NOT NULL CHECK (length(content) = 32), form BLOB NOT NULL, photos INTEGER NOT NULL DEFAULT 0, photo_bytes INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX incident_follow_door ON incident_follow (door_id, at);
CREATE TABLE incident_near_miss (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	what TEXT CHECK (length(what) BETWEEN 1 AND 2000),
	happened_on TEXT CHECK (happened_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	kind INTEGER CHECK (kind BETWEEN 1 AND 9),
	place TEXT CHECK (length(place) BETWEEN 1 AND 100),
	unit INTEGER,
	reporter TEXT CHECK (length(reporter) BETWEEN 1 AND 60),
	reported_on TEXT CHECK (reported_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	source INTEGER CHECK (source BETWEEN 1 AND 2),
	state INTEGER CHECK (state BETWEEN 1 AND 5),
	answer TEXT CHECK (length(answer) BETWEEN 1 AND 2000),
	note TEXT CHECK (length(note) BETWEEN 1 AND 4000),
	added INTEGER CHECK (added IN (0, 1)),
	triaged_on TEXT CHECK (triaged_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	triaged_by TEXT CHECK (length(triaged_by) BETWEEN 1 AND 200),
	training INTEGER CHECK (training IN (0, 1)),
	topic TEXT CHECK (length(topic) BETWEEN 1 AND 2000)
) STRICT;
CREATE UNIQUE INDEX incident_near_miss_key ON incident_near_miss(match_key) WHERE archived = 0;
CREATE INDEX incident_near_miss_archived ON incident_near_miss(id) WHERE archived = 1;
CREATE INDEX incident_near_miss_batch ON incident_near_miss(batch, id) WHERE batch <> 0;
CREATE INDEX incident_near_miss_unit_id ON incident_near_miss(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX incident_near_miss_name ON incident_near_miss(name, id, batch, unit_id, kind, unit, reported_on, state) WHERE archived = 0;
CREATE INDEX incident_near_miss_happened_on ON incident_near_miss(happened_on, id, batch, unit_id, kind, unit, reported_on, state) WHERE archived = 0;
CREATE INDEX incident_near_miss_kind ON incident_near_miss(kind, id, batch, unit_id, unit, reported_on, state) WHERE archived = 0;
CREATE INDEX incident_near_miss_unit ON incident_near_miss(unit, id, batch) WHERE archived = 0;
CREATE INDEX incident_near_miss_reported_on ON incident_near_miss(reported_on, id, batch, unit_id, happened_on, kind, unit, source, state, added, triaged_on, training) WHERE archived = 0;
CREATE INDEX incident_near_miss_source ON incident_near_miss(source, id, batch) WHERE archived = 0;
CREATE INDEX incident_near_miss_state ON incident_near_miss(state, id, batch, unit_id, kind, unit, reported_on) WHERE archived = 0;
CREATE INDEX incident_near_miss_added ON incident_near_miss(added, id, batch) WHERE archived = 0;
CREATE INDEX incident_near_miss_triaged_on ON incident_near_miss(triaged_on, id, batch) WHERE archived = 0;
CREATE INDEX incident_near_miss_training ON incident_near_miss(training, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE incident_near_miss_search USING fts5(f_name, f_what, f_place, f_topic, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO incident_near_miss_search(incident_near_miss_search, rank) VALUES('crisismerge', 64);
CREATE TABLE incident_incident (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	what TEXT CHECK (length(what) BETWEEN 1 AND 4000),
	severity INTEGER CHECK (severity BETWEEN 1 AND 2),
	noticed_on TEXT CHECK (noticed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	noticed_by TEXT CHECK (length(noticed_by) BETWEEN 1 AND 100),
	unit INTEGER,
	affected TEXT CHECK (length(affected) BETWEEN 1 AND 4000),
	measures TEXT CHECK (length(measures) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX incident_incident_key ON incident_incident(match_key) WHERE archived = 0;
CREATE INDEX incident_incident_archived ON incident_incident(id) WHERE archived = 1;
CREATE INDEX incident_incident_batch ON incident_incident(batch, id) WHERE batch <> 0;
CREATE INDEX incident_incident_unit_id ON incident_incident(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX incident_incident_name ON incident_incident(name, id, batch, unit_id, severity, noticed_on, unit) WHERE archived = 0;
CREATE INDEX incident_incident_severity ON incident_incident(severity, id, batch, unit_id, noticed_on, unit) WHERE archived = 0;
CREATE INDEX incident_incident_noticed_on ON incident_incident(noticed_on, id, batch, unit_id, severity, unit) WHERE archived = 0;
CREATE INDEX incident_incident_unit ON incident_incident(unit, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE incident_incident_search USING fts5(f_name, f_what, f_affected, f_measures, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO incident_incident_search(incident_incident_search, rank) VALUES('crisismerge', 64);
