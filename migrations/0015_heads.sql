-- Signed heads of the record log, and what became of each outside; times in milliseconds since 1970, 0 for not yet.
CREATE TABLE head (
  log_id TEXT NOT NULL,
  size BIGINT NOT NULL,
  root TEXT NOT NULL,
  note TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  witnessed_at BIGINT NOT NULL,
  mailed_at BIGINT NOT NULL,
  paper_at BIGINT NOT NULL,
  PRIMARY KEY (log_id, size)
);

-- Where the current log begins in the index over all logs.
ALTER TABLE log ADD COLUMN first BIGINT NOT NULL DEFAULT 0;

-- A log that an administrator closed because it no longer went on from what lies outside; the next one begins with this row.
CREATE TABLE closed_log (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  first BIGINT NOT NULL,
  size BIGINT NOT NULL,
  root TEXT NOT NULL,
  outside TEXT NOT NULL,
  reason TEXT NOT NULL,
  person_id TEXT NOT NULL
);

-- The keys that signed heads, so that old heads can be checked for ever.
CREATE TABLE log_key (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  vkey TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  retired_at BIGINT NOT NULL
);
