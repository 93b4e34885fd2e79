-- The layout of the sheet a department brought last, so that its register goes out in the same one.
CREATE TABLE origin (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL UNIQUE REFERENCES department (id),
  file_name TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout <> '')
);

-- Who took the register, or a part of it, out of the house as a file.
CREATE TABLE export (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  person_id TEXT NOT NULL REFERENCES person (id),
  layout TEXT NOT NULL,
  format TEXT NOT NULL,
  filter TEXT NOT NULL,
  row_count BIGINT NOT NULL CHECK (row_count >= 0),
  personal_count BIGINT NOT NULL CHECK (personal_count >= 0 AND personal_count <= row_count),
  made_at BIGINT NOT NULL
);
