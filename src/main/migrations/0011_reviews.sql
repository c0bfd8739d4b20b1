-- Asset reviews: the campaigns, and what units answer
CREATE TABLE asset_campaign_part (id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES record (id), unit_id INTEGER NOT NULL, link_id INTEGER NOT NULL DEFAULT 0, issued INTEGER NOT NULL DEFAULT 0, issued_at INTEGER NOT NULL DEFAULT 0, left_out INTEGER NOT NULL DEFAULT 0, UNIQUE (campaign_id, unit_id)) STRICT;
CREATE INDEX asset_campaign_part_link ON asset_campaign_part (link_id) WHERE link_id <> 0;
CREATE TABLE asset_campaign_item (part_id INTEGER NOT NULL REFERENCES asset_campaign_part (id), record_id INTEGER NOT NULL REFERENCES record (id), answer INTEGER NOT NULL DEFAULT 0 CHECK (answer BETWEEN 0 AND 3), revision INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', answered_at INTEGER NOT NULL DEFAULT 0, answered_by TEXT NOT NULL DEFAULT '', PRIMARY KEY (part_id, record_id)) STRICT, WITHOUT ROWID;
CREATE TABLE asset_campaign_found (id INTEGER PRIMARY KEY, part_id INTEGER NOT NULL REFERENCES asset_campaign_part (id), register TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL, found_at INTEGER NOT NULL, found_by TEXT NOT NULL) STRICT;
CREATE INDEX asset_campaign_found_part ON asset_campaign_found (part_id);
CREATE TABLE asset_campaign (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	due_on TEXT CHECK (due_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	registers INTEGER CHECK (registers BETWEEN 1 AND 15),
	unit INTEGER,
	message TEXT CHECK (length(message) BETWEEN 1 AND 2000),
	state INTEGER CHECK (state IN (1, 2, 3)),
	started_on TEXT CHECK (started_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	closed_on TEXT CHECK (closed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX asset_campaign_key ON asset_campaign(match_key) WHERE archived = 0;
CREATE INDEX asset_campaign_archived ON asset_campaign(id) WHERE archived = 1;
CREATE INDEX asset_campaign_batch ON asset_campaign(batch, id) WHERE batch <> 0;
CREATE INDEX asset_campaign_name ON asset_campaign(name, id, batch, unit_id, due_on, state) WHERE archived = 0;
CREATE INDEX asset_campaign_due_on ON asset_campaign(due_on, id, batch, unit_id, state) WHERE archived = 0;
CREATE INDEX asset_campaign_state ON asset_campaign(state, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE asset_campaign_search USING fts5(f_name, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO asset_campaign_search(asset_campaign_search, rank) VALUES('crisismerge', 64);
