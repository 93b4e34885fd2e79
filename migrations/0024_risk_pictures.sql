-- The pictures of risk at a million rows: counted and ranked from an index, without the rows; an asset's judgements with all
-- that says how they stand and what another edition of the criteria would make of them.
CREATE INDEX risk_counted ON risk (fiscal_year, department_id, personal, importance, likelihood, level);
CREATE INDEX risk_ranked ON risk (fiscal_year, value, importance, id, department_id, level, likelihood, personal);
CREATE INDEX risk_kinds ON risk (fiscal_year, criteria_id, personal, threat_id, importance, threat, vulnerability);
CREATE INDEX risk_of_asset ON risk (asset_id, fiscal_year, criteria_id, asset_revision, value, threat, vulnerability, department_id);
