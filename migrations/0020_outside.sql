-- To whom outside heads are mailed, and to whom one was handed on paper.
CREATE TABLE head_address (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  tongue TEXT NOT NULL,
  in_force BOOLEAN NOT NULL
);

CREATE TABLE handing_out (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  log_id TEXT NOT NULL,
  size BIGINT NOT NULL CHECK (size > 0),
  root TEXT NOT NULL,
  to_whom TEXT NOT NULL CHECK (to_whom <> ''),
  on_date TEXT NOT NULL
);
