-- A second method for personal data in an edition of the criteria, and by which of them a risk was judged; where its answers
-- came from; threats that a department named itself, and what was shipped when somebody last looked at one; what a department
-- says is in place. Rows that were sealed before have none of it; the replay knows (record/src/database/replay.rs).
ALTER TABLE criteria ADD COLUMN personal TEXT;
ALTER TABLE risk ADD COLUMN personal BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE risk ADD COLUMN grounds TEXT NOT NULL DEFAULT 'judged';
ALTER TABLE threat ADD COLUMN department_id TEXT REFERENCES department (id);
ALTER TABLE threat ADD COLUMN shipped TEXT;

CREATE TABLE measure (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  fiscal_year BIGINT NOT NULL,
  control_id TEXT NOT NULL REFERENCES control (id),
  in_place TEXT NOT NULL,
  note TEXT NOT NULL,
  answered TEXT NOT NULL,
  UNIQUE (department_id, fiscal_year, control_id)
);
