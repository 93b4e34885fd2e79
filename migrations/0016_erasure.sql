-- Private payloads are sealed: each state under a key of its own, which lies in the keystore and not here.
-- Nothing was released before: a database that already holds payloads is refused, see docs/decisions/0016.
DROP TABLE payload;

CREATE TABLE payload (
  idx BIGINT NOT NULL REFERENCES entry (idx),
  seq BIGINT NOT NULL,
  object TEXT NOT NULL,
  key_no BIGINT NOT NULL,
  sealed TEXT NOT NULL,
  erased_by BIGINT,
  PRIMARY KEY (idx, seq),
  CHECK ((sealed = '') = (erased_by IS NOT NULL))
);
CREATE INDEX payload_object ON payload (object, idx);

-- The slot of the keystore that comes next.
ALTER TABLE log ADD COLUMN next_key BIGINT NOT NULL DEFAULT 0;

-- What was asked to be erased, by whom, and who decided.
CREATE TABLE erasure (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  object TEXT NOT NULL,
  ground TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''),
  state TEXT NOT NULL,
  asked TEXT NOT NULL,
  decided TEXT,
  answer TEXT NOT NULL,
  taken TEXT,
  CHECK ((state = 'approved') = (taken IS NOT NULL))
);

-- Erasures that were approved and of which keys, files and traces are not cleared away yet.
CREATE TABLE erasing (
  erasure_id TEXT PRIMARY KEY
);
