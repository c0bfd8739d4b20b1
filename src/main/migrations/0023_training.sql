-- Training: plans, courses, questions, sessions, what people did in them, surveys, drills, skills
CREATE TABLE training_assignment (id INTEGER PRIMARY KEY, session_id INTEGER NOT NULL REFERENCES record (id), person_id INTEGER NOT NULL, occasion_on TEXT NOT NULL DEFAULT '', due_on TEXT NOT NULL, allowed INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 5), link_id INTEGER NOT NULL DEFAULT 0, issued INTEGER NOT NULL DEFAULT 0, issued_at INTEGER NOT NULL DEFAULT 0, reminded_on TEXT NOT NULL DEFAULT '', read_at INTEGER NOT NULL DEFAULT 0, attended_at INTEGER NOT NULL DEFAULT 0, attended_by TEXT NOT NULL DEFAULT '', done_at INTEGER NOT NULL DEFAULT 0, UNIQUE (session_id, person_id, occasion_on)) STRICT;
CREATE INDEX training_assignment_person ON training_assignment (person_id);
CREATE INDEX training_assignment_link ON training_assignment (link_id) WHERE link_id <> 0;
CREATE INDEX training_assignment_due ON training_assignment (due_on) WHERE done_at = 0;
CREATE TABLE training_question_text (id INTEGER PRIMARY KEY, question_id INTEGER NOT NULL REFERENCES record (id), revision INTEGER NOT NULL, kind INTEGER NOT NULL, body TEXT NOT NULL, option_1 TEXT NOT NULL, option_2 TEXT NOT NULL, option_3 TEXT NOT NULL, option_4 TEXT NOT NULL, answer_mask INTEGER NOT NULL, explanation TEXT NOT NULL, UNIQUE (question_id, revision)) STRICT;
CREATE TABLE training_attempt (id INTEGER PRIMARY KEY, assignment_id INTEGER NOT NULL REFERENCES training_assignment (id), number INTEGER NOT NULL, begun_at INTEGER NOT NULL, submitted_at INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3), pass_mark INTEGER NOT NULL, points INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0, UNIQUE (assignment_id, number)) STRICT;
CREATE INDEX training_attempt_marking ON training_attempt (id) WHERE state = 1;
CREATE TABLE training_attempt_item (attempt_id INTEGER NOT NULL REFERENCES training_attempt (id), position INTEGER NOT NULL, text_id INTEGER NOT NULL REFERENCES training_question_text (id), answer INTEGER NOT NULL DEFAULT 0, answer_text TEXT NOT NULL DEFAULT '', verdict INTEGER NOT NULL DEFAULT 0 CHECK (verdict BETWEEN 0 AND 2), verdict_by TEXT NOT NULL DEFAULT '', PRIMARY KEY (attempt_id, position)) STRICT, WITHOUT ROWID;
CREATE TABLE training_survey_answer (assignment_id INTEGER NOT NULL REFERENCES training_assignment (id), round INTEGER NOT NULL CHECK (round IN (1, 2)), item INTEGER NOT NULL, value INTEGER NOT NULL CHECK (value BETWEEN 0 AND 5), PRIMARY KEY (assignment_id, round, item)) STRICT, WITHOUT ROWID;
CREATE TABLE training_plan (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	previous INTEGER,
	learnt TEXT CHECK (length(learnt) BETWEEN 1 AND 4000),
	purpose TEXT CHECK (length(purpose) BETWEEN 1 AND 2000),
	goal TEXT CHECK (length(goal) BETWEEN 1 AND 2000),
	starts_on TEXT CHECK (starts_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	ends_on TEXT CHECK (ends_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	lecturer TEXT CHECK (length(lecturer) BETWEEN 1 AND 200),
	content TEXT CHECK (length(content) BETWEEN 1 AND 4000),
	methods INTEGER CHECK (methods BETWEEN 1 AND 63),
	measure TEXT CHECK (length(measure) BETWEEN 1 AND 2000),
	occasions INTEGER CHECK (occasions BETWEEN 1 AND 31),
	groups INTEGER CHECK (groups BETWEEN 1 AND 31),
	goal_finished INTEGER CHECK (goal_finished BETWEEN 0 AND 100),
	goal_right INTEGER CHECK (goal_right BETWEEN 0 AND 100),
	evaluated_on TEXT CHECK (evaluated_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	evaluation TEXT CHECK (length(evaluation) BETWEEN 1 AND 4000),
	next TEXT CHECK (length(next) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX training_plan_key ON training_plan(match_key) WHERE archived = 0;
CREATE INDEX training_plan_archived ON training_plan(id) WHERE archived = 1;
CREATE INDEX training_plan_batch ON training_plan(batch, id) WHERE batch <> 0;
CREATE INDEX training_plan_name ON training_plan(name, id, batch, unit_id, starts_on, ends_on) WHERE archived = 0;
CREATE INDEX training_plan_starts_on ON training_plan(starts_on, id, batch, unit_id, ends_on) WHERE archived = 0;
CREATE INDEX training_plan_ends_on ON training_plan(ends_on, id, batch, unit_id, starts_on) WHERE archived = 0;
CREATE INDEX training_plan_evaluated_on ON training_plan(evaluated_on, id, batch, unit_id, starts_on, ends_on) WHERE archived = 0;
CREATE VIRTUAL TABLE training_plan_search USING fts5(f_name, f_purpose, f_goal, f_content, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO training_plan_search(training_plan_search, rank) VALUES('crisismerge', 64);
CREATE TABLE training_session (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	course INTEGER,
	plan INTEGER,
	target INTEGER CHECK (target BETWEEN 1 AND 6),
	unit INTEGER,
	duty INTEGER,
	due_on TEXT CHECK (due_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	from_on TEXT CHECK (from_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	days INTEGER CHECK (days BETWEEN 1 AND 365),
	message TEXT CHECK (length(message) BETWEEN 1 AND 2000),
	survey INTEGER,
	state INTEGER CHECK (state BETWEEN 1 AND 3),
	started_on TEXT CHECK (started_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	closed_on TEXT CHECK (closed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')
) STRICT;
CREATE UNIQUE INDEX training_session_key ON training_session(match_key) WHERE archived = 0;
CREATE INDEX training_session_archived ON training_session(id) WHERE archived = 1;
CREATE INDEX training_session_batch ON training_session(batch, id) WHERE batch <> 0;
CREATE INDEX training_session_name ON training_session(name, id, batch, unit_id, course, target, due_on, state) WHERE archived = 0;
CREATE INDEX training_session_course ON training_session(course, id, batch) WHERE archived = 0;
CREATE INDEX training_session_plan ON training_session(plan, id, batch) WHERE archived = 0;
CREATE INDEX training_session_target ON training_session(target, id, batch) WHERE archived = 0;
CREATE INDEX training_session_due_on ON training_session(due_on, id, batch, unit_id, course, plan, target, state) WHERE archived = 0;
CREATE INDEX training_session_state ON training_session(state, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE training_session_search USING fts5(f_name, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO training_session_search(training_session_search, rank) VALUES('crisismerge', 64);
CREATE TABLE training_course (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	about TEXT CHECK (length(about) BETWEEN 1 AND 300),
	minutes INTEGER CHECK (minutes BETWEEN 1 AND 600),
	text TEXT CHECK (length(text) BETWEEN 1 AND 40000),
	link TEXT CHECK (length(link) BETWEEN 1 AND 2000),
	pass_mark INTEGER CHECK (pass_mark BETWEEN 0 AND 100),
	draw INTEGER CHECK (draw BETWEEN 1 AND 30),
	attempts INTEGER CHECK (attempts BETWEEN 1 AND 10)
) STRICT;
CREATE UNIQUE INDEX training_course_key ON training_course(match_key) WHERE archived = 0;
CREATE INDEX training_course_archived ON training_course(id) WHERE archived = 1;
CREATE INDEX training_course_batch ON training_course(batch, id) WHERE batch <> 0;
CREATE INDEX training_course_name ON training_course(name, id, batch, unit_id) WHERE archived = 0;
CREATE INDEX training_course_minutes ON training_course(minutes, id, batch, unit_id) WHERE archived = 0;
CREATE VIRTUAL TABLE training_course_search USING fts5(f_name, f_about, f_text, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO training_course_search(training_course_search, rank) VALUES('crisismerge', 64);
CREATE TABLE training_question (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	course INTEGER,
	name TEXT CHECK (length(name) BETWEEN 1 AND 500),
	kind INTEGER CHECK (kind BETWEEN 1 AND 4),
	option_1 TEXT CHECK (length(option_1) BETWEEN 1 AND 300),
	option_2 TEXT CHECK (length(option_2) BETWEEN 1 AND 300),
	option_3 TEXT CHECK (length(option_3) BETWEEN 1 AND 300),
	option_4 TEXT CHECK (length(option_4) BETWEEN 1 AND 300),
	answers INTEGER CHECK (answers BETWEEN 1 AND 15),
	explanation TEXT CHECK (length(explanation) BETWEEN 1 AND 1000)
) STRICT;
CREATE UNIQUE INDEX training_question_key ON training_question(match_key) WHERE archived = 0;
CREATE INDEX training_question_archived ON training_question(id) WHERE archived = 1;
CREATE INDEX training_question_batch ON training_question(batch, id) WHERE batch <> 0;
CREATE INDEX training_question_course ON training_question(course, id, batch) WHERE archived = 0;
CREATE INDEX training_question_name ON training_question(name, id, batch, unit_id, course, kind) WHERE archived = 0;
CREATE INDEX training_question_kind ON training_question(kind, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE training_question_search USING fts5(f_name, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO training_question_search(training_question_search, rank) VALUES('crisismerge', 64);
CREATE TABLE training_survey (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	items TEXT CHECK (length(items) BETWEEN 1 AND 2000)
) STRICT;
CREATE UNIQUE INDEX training_survey_key ON training_survey(match_key) WHERE archived = 0;
CREATE INDEX training_survey_archived ON training_survey(id) WHERE archived = 1;
CREATE INDEX training_survey_batch ON training_survey(batch, id) WHERE batch <> 0;
CREATE INDEX training_survey_name ON training_survey(name, id, batch, unit_id) WHERE archived = 0;
CREATE VIRTUAL TABLE training_survey_search USING fts5(f_name, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO training_survey_search(training_survey_search, rank) VALUES('crisismerge', 64);
CREATE TABLE training_phishing (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	name TEXT CHECK (length(name) BETWEEN 1 AND 100),
	sent_on TEXT CHECK (sent_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	plan INTEGER,
	about TEXT CHECK (length(about) BETWEEN 1 AND 4000),
	delivered INTEGER,
	opened INTEGER,
	reported INTEGER,
	open_rate INTEGER,
	open_stands INTEGER CHECK (open_stands BETWEEN 1 AND 2),
	report_rate INTEGER,
	report_stands INTEGER CHECK (report_stands BETWEEN 1 AND 3)
) STRICT;
CREATE UNIQUE INDEX training_phishing_key ON training_phishing(match_key) WHERE archived = 0;
CREATE INDEX training_phishing_archived ON training_phishing(id) WHERE archived = 1;
CREATE INDEX training_phishing_batch ON training_phishing(batch, id) WHERE batch <> 0;
CREATE INDEX training_phishing_name ON training_phishing(name, id, batch, unit_id, sent_on) WHERE archived = 0;
CREATE INDEX training_phishing_sent_on ON training_phishing(sent_on, id, batch, unit_id, plan, open_stands, report_stands) WHERE archived = 0;
CREATE INDEX training_phishing_plan ON training_phishing(plan, id, batch) WHERE archived = 0;
CREATE INDEX training_phishing_open_stands ON training_phishing(open_stands, id, batch) WHERE archived = 0;
CREATE INDEX training_phishing_report_stands ON training_phishing(report_stands, id, batch) WHERE archived = 0;
CREATE VIRTUAL TABLE training_phishing_search USING fts5(f_name, f_about, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO training_phishing_search(training_phishing_search, rank) VALUES('crisismerge', 64);
CREATE TABLE training_phishing_result (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	phishing INTEGER,
	recipient TEXT CHECK (length(recipient) BETWEEN 1 AND 254),
	unit INTEGER,
	delivered INTEGER CHECK (delivered IN (0, 1)),
	opened INTEGER CHECK (opened IN (0, 1)),
	reported INTEGER CHECK (reported IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX training_phishing_result_key ON training_phishing_result(match_key) WHERE archived = 0;
CREATE INDEX training_phishing_result_archived ON training_phishing_result(id) WHERE archived = 1;
CREATE INDEX training_phishing_result_batch ON training_phishing_result(batch, id) WHERE batch <> 0;
CREATE INDEX training_phishing_result_phishing ON training_phishing_result(phishing, id, batch) WHERE archived = 0;
CREATE INDEX training_phishing_result_recipient ON training_phishing_result(recipient, id, batch, unit_id, phishing, unit, delivered, opened, reported) WHERE archived = 0;
CREATE INDEX training_phishing_result_unit ON training_phishing_result(unit, id, batch) WHERE archived = 0;
CREATE INDEX training_phishing_result_delivered ON training_phishing_result(delivered, id, batch) WHERE archived = 0;
CREATE INDEX training_phishing_result_opened ON training_phishing_result(opened, id, batch) WHERE archived = 0;
CREATE INDEX training_phishing_result_reported ON training_phishing_result(reported, id, batch) WHERE archived = 0;
CREATE TABLE training_skill (
	id INTEGER PRIMARY KEY REFERENCES record(id),
	unit_id INTEGER NOT NULL DEFAULT 0,
	archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
	batch INTEGER NOT NULL DEFAULT 0,
	match_key TEXT,
	own TEXT NOT NULL DEFAULT '{}',
	person INTEGER,
	area TEXT CHECK (length(area) BETWEEN 1 AND 100),
	role INTEGER CHECK (role BETWEEN 1 AND 2),
	strong TEXT CHECK (length(strong) BETWEEN 1 AND 500),
	weak TEXT CHECK (length(weak) BETWEEN 1 AND 500),
	level INTEGER CHECK (level BETWEEN 1 AND 7),
	wanted INTEGER CHECK (wanted BETWEEN 1 AND 7),
	until_on TEXT CHECK (until_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	steps TEXT CHECK (length(steps) BETWEEN 1 AND 4000),
	qualifications TEXT CHECK (length(qualifications) BETWEEN 1 AND 300),
	talk_on TEXT CHECK (talk_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	found TEXT CHECK (length(found) BETWEEN 1 AND 4000)
) STRICT;
CREATE UNIQUE INDEX training_skill_key ON training_skill(match_key) WHERE archived = 0;
CREATE INDEX training_skill_archived ON training_skill(id) WHERE archived = 1;
CREATE INDEX training_skill_batch ON training_skill(batch, id) WHERE batch <> 0;
CREATE INDEX training_skill_person ON training_skill(person, id, batch) WHERE archived = 0;
CREATE INDEX training_skill_area ON training_skill(area, id, batch, unit_id, person, role, level, wanted, until_on, talk_on) WHERE archived = 0;
CREATE INDEX training_skill_role ON training_skill(role, id, batch) WHERE archived = 0;
CREATE INDEX training_skill_level ON training_skill(level, id, batch, unit_id, person, role, wanted, until_on, talk_on) WHERE archived = 0;
CREATE INDEX training_skill_wanted ON training_skill(wanted, id, batch, unit_id, person, role, level, until_on, talk_on) WHERE archived = 0;
CREATE INDEX training_skill_until_on ON training_skill(until_on, id, batch, unit_id, person, role, level, wanted, talk_on) WHERE archived = 0;
CREATE INDEX training_skill_talk_on ON training_skill(talk_on, id, batch, unit_id, person, role, level, wanted, until_on) WHERE archived = 0;
CREATE VIRTUAL TABLE training_skill_search USING fts5(f_area, f_qualifications, content='', tokenize='unicode61 remove_diacritics 0');
INSERT INTO training_skill_search(training_skill_search, rank) VALUES('crisismerge', 64);
