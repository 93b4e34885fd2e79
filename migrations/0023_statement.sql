-- The statement of applicability: what is declared of each control, and the versions that were submitted and approved.
CREATE TABLE statement_line (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  control_id TEXT NOT NULL UNIQUE REFERENCES control (id),
  decision TEXT NOT NULL,
  inclusions TEXT NOT NULL,
  reason TEXT NOT NULL,
  exclusion TEXT NOT NULL,
  implementation TEXT NOT NULL,
  rule TEXT NOT NULL,
  recorded TEXT NOT NULL,
  CHECK (decision <> 'excluded' OR exclusion <> '')
);

CREATE TABLE statement (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  number BIGINT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  lines TEXT NOT NULL,
  recorded TEXT NOT NULL,
  submitted TEXT NOT NULL,
  approved TEXT,
  returned TEXT,
  CHECK ((state = 'approved') = (approved IS NOT NULL)),
  CHECK (state <> 'returned' OR returned IS NOT NULL)
);
