-- Audits for which records are laid out, and the packages that were made for them.
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  stage TEXT NOT NULL,
  departments TEXT NOT NULL,
  from_month TEXT NOT NULL,
  to_month TEXT NOT NULL,
  until_on TEXT NOT NULL,
  auditors TEXT NOT NULL,
  state TEXT NOT NULL,
  CHECK (to_month >= from_month)
);

CREATE TABLE package (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  audit_id TEXT NOT NULL REFERENCES audit (id),
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
CREATE INDEX package_audit ON package (audit_id);
