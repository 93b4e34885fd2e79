-- Files that were taken into the register: known again by their hash, and undone as new versions.
CREATE TABLE import (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  person_id TEXT NOT NULL,
  file_name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  applied_on TEXT NOT NULL,
  departments TEXT NOT NULL,
  added BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  state TEXT NOT NULL,
  remaining BIGINT NOT NULL,
  CHECK (state = 'undone' OR remaining = 0)
);
CREATE INDEX import_file ON import (sha256);

-- What the rows were before an import, so that it can be undone; let go after some months.
CREATE TABLE import_undo (
  import_id TEXT PRIMARY KEY REFERENCES import (id),
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- Which column is which field, by the fingerprint of a layout: the next file of the same layout comes mapped.
CREATE TABLE import_mapping (
  fingerprint TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- The bytes of a file that waits, apart from its rows, which are written anew with every mended cell.
ALTER TABLE import_draft ADD COLUMN file TEXT NOT NULL DEFAULT '';
