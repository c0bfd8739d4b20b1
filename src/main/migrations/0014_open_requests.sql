-- Requests that wait are found without reading those that are decided
CREATE INDEX work_request_open ON work_request (id) WHERE state = 1;
