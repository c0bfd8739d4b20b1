-- What the decisions table of a month said when it was frozen, and rows that a review called gone
CREATE TABLE report_decision (month TEXT PRIMARY KEY REFERENCES report_month (month), decisions TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER report_decision_no_update BEFORE UPDATE ON report_decision BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;
CREATE TRIGGER report_decision_no_delete BEFORE DELETE ON report_decision BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;
CREATE INDEX asset_campaign_item_gone ON asset_campaign_item (record_id) WHERE answer = 3;
