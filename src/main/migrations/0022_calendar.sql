-- Calendar feeds
CREATE TABLE work_feed (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES auth_account (id), hash BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0, used_at INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE UNIQUE INDEX work_feed_account ON work_feed (account_id) WHERE ended_at = 0;
