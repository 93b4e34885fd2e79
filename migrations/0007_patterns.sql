-- Patterns: assets of a department that are handled alike, and are judged once. What its members agree in is one
-- JSON object. Assets that were sealed before belong to none; the replay knows (record/verify.rs).
CREATE TABLE pattern (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  name TEXT NOT NULL CHECK (name <> ''),
  likeness TEXT NOT NULL,
  state TEXT NOT NULL
);
CREATE INDEX pattern_department ON pattern (department_id);

ALTER TABLE asset ADD COLUMN pattern_id TEXT REFERENCES pattern (id);
CREATE INDEX asset_pattern ON asset (pattern_id);

-- What a row said when it was confirmed, as one JSON object, so that the next inventory can be laid beside it.
ALTER TABLE confirmation ADD COLUMN contents TEXT;
