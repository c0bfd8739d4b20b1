-- Documents, their revisions, what asks for a revision, rules against practice, and agreements not to disclose
CREATE TABLE document_document (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	number TEXT CHECK (length(number) BETWEEN 1 AND 40),
	title TEXT CHECK (length(title) BETWEEN 1 AND 200),
	tier INTEGER CHECK (tier BETWEEN 1 AND 5),
	kind INTEGER CHECK (kind BETWEEN 1 AND 3),
	parent INTEGER,
	form_number TEXT CHECK (length(form_number) BETWEEN 1 AND 40),
	owner INTEGER,
	author INTEGER,
	approver INTEGER,
	classification INTEGER CHECK (classification BETWEEN 1 AND 3),
	purpose TEXT CHECK (length(purpose) BETWEEN 1 AND 2000),
	scope TEXT CHECK (length(scope) BETWEEN 1 AND 200),
	audience TEXT CHECK (length(audience) BETWEEN 1 AND 200),
	law TEXT CHECK (length(law) BETWEEN 1 AND 200),
	retention INTEGER CHECK (retention BETWEEN 1 AND 100),
	review_on TEXT CHECK (review_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	in_force INTEGER CHECK (in_force BETWEEN 0 AND 9999),
	in_force_on TEXT CHECK (in_force_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX document_document_key ON document_document(match_key) WHERE archived = 0;
CREATE INDEX document_document_archived ON document_document(id) WHERE archived = 1;
CREATE INDEX document_document_batch ON document_document(batch, id) WHERE batch <> 0;
CREATE INDEX document_document_number ON document_document(number, id, batch, unit_id, tier, kind, parent, owner, author, approver, classification, review_on, in_force, in_force_on) WHERE archived = 0;
CREATE INDEX document_document_title ON document_document(title, id, batch, unit_id, tier, kind, owner, classification, review_on) WHERE archived = 0;
CREATE INDEX document_document_tier ON document_document(tier, id, batch, unit_id, kind, owner, classification, review_on) WHERE archived = 0;
CREATE INDEX document_document_kind ON document_document(kind, id, batch) WHERE archived = 0;
CREATE INDEX document_document_parent ON document_document(parent, id, batch) WHERE archived = 0;
CREATE INDEX document_document_owner ON document_document(owner, id, batch) WHERE archived = 0;
CREATE INDEX document_document_author ON document_document(author, id, batch) WHERE archived = 0;
CREATE INDEX document_document_approver ON document_document(approver, id, batch) WHERE archived = 0;
CREATE INDEX document_document_classification ON document_document(classification, id, batch) WHERE archived = 0;
CREATE INDEX document_document_review_on ON document_document(review_on, id, batch, unit_id, tier, kind, owner, classification) WHERE archived = 0;
CREATE INDEX document_document_in_force ON document_document(in_force, id, batch, unit_id, tier, kind, owner, classification, review_on) WHERE archived = 0;
CREATE INDEX document_document_in_force_on ON document_document(in_force_on, id, batch, unit_id, tier, kind, owner, classification, review_on) WHERE archived = 0;
CREATE VIRTUAL TABLE document_document_search USING fts5(f_number, f_title, f_form_number, f_purpose, f_law, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO document_document_search(document_document_search, rank) VALUES('crisismerge', 64);
CREATE TABLE document_revision (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	document INTEGER,
	number INTEGER CHECK (number BETWEEN 1 AND 9999),
	name TEXT CHECK (length(name) BETWEEN 1 AND 300),
	reason TEXT CHECK (length(reason) BETWEEN 1 AND 500),
	effective_on TEXT CHECK (effective_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	unit INTEGER,
	text TEXT CHECK (length(text) BETWEEN 1 AND 40000),
	state INTEGER CHECK (state BETWEEN 1 AND 3),
	ended_on TEXT CHECK (ended_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX document_revision_key ON document_revision(match_key) WHERE archived = 0;
CREATE INDEX document_revision_archived ON document_revision(id) WHERE archived = 1;
CREATE INDEX document_revision_batch ON document_revision(batch, id) WHERE batch <> 0;
CREATE INDEX document_revision_unit_id ON document_revision(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX document_revision_document ON document_revision(document, id, batch) WHERE archived = 0;
CREATE INDEX document_revision_number ON document_revision(number, id, batch, unit_id, document, effective_on, state) WHERE archived = 0;
CREATE INDEX document_revision_effective_on ON document_revision(effective_on, id, batch, unit_id, document, unit, state) WHERE archived = 0;
CREATE INDEX document_revision_unit ON document_revision(unit, id, batch) WHERE archived = 0;
CREATE INDEX document_revision_state ON document_revision(state, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE document_revision_search USING fts5(f_name, f_reason, f_text, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO document_revision_search(document_revision_search, rank) VALUES('crisismerge', 64);
CREATE TABLE document_revision_reason (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	document INTEGER,
	what TEXT CHECK (length(what) BETWEEN 1 AND 500),
	kind INTEGER CHECK (kind BETWEEN 1 AND 7),
	found_on TEXT CHECK (found_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	unit INTEGER,
	state INTEGER CHECK (state BETWEEN 1 AND 4),
	wanted_by TEXT CHECK (wanted_by GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	answer TEXT CHECK (length(answer) BETWEEN 1 AND 2000)
) STRICT;
CREATE UNIQUE INDEX document_revision_reason_key ON document_revision_reason(match_key) WHERE archived = 0;
CREATE INDEX document_revision_reason_archived ON document_revision_reason(id) WHERE archived = 1;
CREATE INDEX document_revision_reason_batch ON document_revision_reason(batch, id) WHERE batch <> 0;
CREATE INDEX document_revision_reason_unit_id ON document_revision_reason(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX document_revision_reason_document ON document_revision_reason(document, id, batch) WHERE archived = 0;
CREATE INDEX document_revision_reason_kind ON document_revision_reason(kind, id, batch) WHERE archived = 0;
CREATE INDEX document_revision_reason_found_on ON document_revision_reason(found_on, id, batch, unit_id, document, kind, unit, state, wanted_by) WHERE archived = 0;
CREATE INDEX document_revision_reason_unit ON document_revision_reason(unit, id, batch) WHERE archived = 0;
CREATE INDEX document_revision_reason_state ON document_revision_reason(state, id, batch) WHERE archived = 0;
CREATE INDEX document_revision_reason_wanted_by ON document_revision_reason(wanted_by, id, batch, unit_id, document, kind, found_on, state) WHERE archived = 0;
CREATE VIRTUAL TABLE document_revision_reason_search USING fts5(f_what, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO document_revision_reason_search(document_revision_reason_search, rank) VALUES('crisismerge', 64);
CREATE TABLE document_rule_review (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	document INTEGER,
	clause TEXT CHECK (length(clause) BETWEEN 1 AND 40),
	rule TEXT CHECK (length(rule) BETWEEN 1 AND 1000),
	practice TEXT CHECK (length(practice) BETWEEN 1 AND 1000),
	proposal TEXT CHECK (length(proposal) BETWEEN 1 AND 1000),
	difference INTEGER CHECK (difference BETWEEN 1 AND 5),
	unit INTEGER,
	reviewed_on TEXT CHECK (reviewed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX document_rule_review_key ON document_rule_review(match_key) WHERE archived = 0;
CREATE INDEX document_rule_review_archived ON document_rule_review(id) WHERE archived = 1;
CREATE INDEX document_rule_review_batch ON document_rule_review(batch, id) WHERE batch <> 0;
CREATE INDEX document_rule_review_unit_id ON document_rule_review(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX document_rule_review_document ON document_rule_review(document, id, batch) WHERE archived = 0;
CREATE INDEX document_rule_review_clause ON document_rule_review(clause, id, batch, unit_id, document, difference, reviewed_on) WHERE archived = 0;
CREATE INDEX document_rule_review_difference ON document_rule_review(difference, id, batch) WHERE archived = 0;
CREATE INDEX document_rule_review_unit ON document_rule_review(unit, id, batch) WHERE archived = 0;
CREATE INDEX document_rule_review_reviewed_on ON document_rule_review(reviewed_on, id, batch, unit_id, document, difference, unit) WHERE archived = 0;
CREATE VIRTUAL TABLE document_rule_review_search USING fts5(f_rule, f_practice, f_proposal, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO document_rule_review_search(document_rule_review_search, rank) VALUES('crisismerge', 64);
CREATE TABLE document_nda (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	person INTEGER,
	occasion INTEGER CHECK (occasion BETWEEN 1 AND 3),
	about TEXT CHECK (length(about) BETWEEN 1 AND 200),
	unit INTEGER,
	signed_on TEXT CHECK (signed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	until TEXT CHECK (until GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	returned INTEGER CHECK (returned IN (0, 1)),
	note TEXT CHECK (length(note) BETWEEN 1 AND 500)
) STRICT;
CREATE UNIQUE INDEX document_nda_key ON document_nda(match_key) WHERE archived = 0;
CREATE INDEX document_nda_archived ON document_nda(id) WHERE archived = 1;
CREATE INDEX document_nda_batch ON document_nda(batch, id) WHERE batch <> 0;
CREATE INDEX document_nda_unit_id ON document_nda(unit_id, id, batch) WHERE archived = 0;
CREATE INDEX document_nda_person ON document_nda(person, id, batch) WHERE archived = 0;
CREATE INDEX document_nda_occasion ON document_nda(occasion, id, batch) WHERE archived = 0;
CREATE INDEX document_nda_unit ON document_nda(unit, id, batch) WHERE archived = 0;
CREATE INDEX document_nda_signed_on ON document_nda(signed_on, id, batch, unit_id, person, occasion, unit, until, returned) WHERE archived = 0;
CREATE INDEX document_nda_until ON document_nda(until, id, batch, unit_id, person, occasion, unit, signed_on, returned) WHERE archived = 0;
CREATE INDEX document_nda_returned ON document_nda(returned, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE document_nda_search USING fts5(f_about, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO document_nda_search(document_nda_search, rank) VALUES('crisismerge', 64);
CREATE UNIQUE INDEX document_revision_in_force ON document_revision (document) WHERE state = 2 AND archived = 0;