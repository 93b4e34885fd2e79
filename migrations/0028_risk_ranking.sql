-- A department's risks by value, so that its highest are looked up and not sorted out of those of all. It takes the place of
-- the index by department and year, which it begins with.
DROP INDEX risk_department;
CREATE INDEX risk_department ON risk (department_id, fiscal_year, value, importance, id, level, likelihood, personal);
