-- The counts of the risk overview come from one index alone.
DROP INDEX asset_asset_damage_likelihood_importance_risk_band;
CREATE INDEX asset_asset_damage_likelihood_importance_risk_band_treatment_confirmed_on ON asset_asset(damage_likelihood, importance, risk_band, treatment, confirmed_on, id, batch) WHERE archived = 0;
