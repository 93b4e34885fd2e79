-- The register at a million rows: a department's rows in their order, the gravest first, and the count without the rows.
DROP INDEX asset_department;
CREATE INDEX asset_of_department ON asset (department_id, name, id);
CREATE INDEX asset_importance ON asset (importance, name, id);
CREATE INDEX asset_count ON asset (state, department_id, importance, personal, sensitive, my_number);
