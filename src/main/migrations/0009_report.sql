-- Month-ends of the signal: frozen once, never changed.
CREATE TABLE report_month (month TEXT PRIMARY KEY CHECK (month GLOB '2[0-9][0-9][0-9]-[01][0-9]'), frozen_at INTEGER NOT NULL, late INTEGER NOT NULL CHECK (late IN (0, 1))) STRICT, WITHOUT ROWID;
CREATE TABLE report_signal (month TEXT NOT NULL REFERENCES report_month (month), area TEXT NOT NULL, label_ja TEXT NOT NULL, label_en TEXT NOT NULL, tone INTEGER NOT NULL CHECK (tone BETWEEN 0 AND 5), reasons TEXT NOT NULL, figures TEXT NOT NULL, PRIMARY KEY (month, area)) STRICT, WITHOUT ROWID;
CREATE TRIGGER report_month_no_update BEFORE UPDATE ON report_month BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;
CREATE TRIGGER report_month_no_delete BEFORE DELETE ON report_month BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;
CREATE TRIGGER report_signal_no_update BEFORE UPDATE ON report_signal BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;
CREATE TRIGGER report_signal_no_delete BEFORE DELETE ON report_signal BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;
