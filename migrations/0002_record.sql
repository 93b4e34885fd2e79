-- The record log: exact bytes of each entry, and the private payloads that its commitments name.
CREATE TABLE log (
  id TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  frontier TEXT NOT NULL,
  root TEXT NOT NULL
);

CREATE TABLE entry (
  idx BIGINT PRIMARY KEY,
  bytes TEXT NOT NULL,
  leaf TEXT NOT NULL
);

CREATE TABLE payload (
  idx BIGINT NOT NULL REFERENCES entry (idx),
  seq BIGINT NOT NULL,
  salt TEXT NOT NULL,
  bytes TEXT NOT NULL,
  PRIMARY KEY (idx, seq)
);

-- A write that was done already is not done again.
CREATE TABLE request (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  led_to TEXT NOT NULL,
  at BIGINT NOT NULL
);
