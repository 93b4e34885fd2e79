-- A package of the whole log belongs to no audit.
CREATE TABLE package_of_any (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  audit_id TEXT REFERENCES audit (id),
  person_id TEXT NOT NULL REFERENCES person (id),
  head_size BIGINT NOT NULL,
  entry_count BIGINT NOT NULL CHECK (entry_count <= head_size),
  record_count BIGINT NOT NULL,
  file_count BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  taken_at BIGINT NOT NULL
);
INSERT INTO package_of_any SELECT * FROM package;
DROP TABLE package;
ALTER TABLE package_of_any RENAME TO package;
CREATE INDEX package_audit ON package (audit_id);
