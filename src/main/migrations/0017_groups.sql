-- Risks by storage place are counted from this index too
DROP INDEX asset_asset_risk_band_department;
CREATE INDEX asset_asset_risk_band_department_storage ON asset_asset(risk_band, department, storage, id, batch) WHERE archived = 0;
