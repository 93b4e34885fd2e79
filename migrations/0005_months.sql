-- What comes back every month: objectives and reviews, items and inspections, corrections, closings.
CREATE TABLE objective (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  plan_row_id TEXT REFERENCES plan_row (id),
  title TEXT NOT NULL CHECK (title <> ''),
  measure TEXT NOT NULL,
  target TEXT NOT NULL,
  method TEXT NOT NULL,
  owner TEXT NOT NULL,
  from_month TEXT NOT NULL,
  to_month TEXT NOT NULL,
  state TEXT NOT NULL,
  CHECK (to_month >= from_month)
);
CREATE INDEX objective_department ON objective (department_id);

CREATE TABLE review (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  objective_id TEXT NOT NULL REFERENCES objective (id),
  month TEXT NOT NULL,
  discussed TEXT NOT NULL,
  decided TEXT NOT NULL,
  next TEXT NOT NULL,
  figure TEXT NOT NULL,
  progress TEXT NOT NULL,
  late_reason TEXT NOT NULL,
  flow TEXT NOT NULL,
  state TEXT NOT NULL,
  UNIQUE (objective_id, month)
);
CREATE INDEX review_month ON review (month, department_id);

CREATE TABLE check_item (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  text_ja TEXT NOT NULL CHECK (text_ja <> ''),
  text_en TEXT NOT NULL,
  measure TEXT NOT NULL,
  controls TEXT NOT NULL,
  evidence_hint TEXT NOT NULL,
  plan_row_id TEXT REFERENCES plan_row (id)
);

CREATE TABLE assignment (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  item_id TEXT NOT NULL REFERENCES check_item (id),
  department_id TEXT NOT NULL REFERENCES department (id),
  rhythm TEXT NOT NULL,
  from_month TEXT NOT NULL,
  to_month TEXT,
  UNIQUE (item_id, department_id, from_month)
);
CREATE INDEX assignment_department ON assignment (department_id);

CREATE TABLE inspection (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  month TEXT NOT NULL,
  late_reason TEXT NOT NULL,
  flow TEXT NOT NULL,
  state TEXT NOT NULL,
  UNIQUE (department_id, month)
);
CREATE INDEX inspection_month ON inspection (month, department_id);

CREATE TABLE answer (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  inspection_id TEXT NOT NULL REFERENCES inspection (id),
  month TEXT NOT NULL,
  item_id TEXT NOT NULL REFERENCES check_item (id),
  mark TEXT NOT NULL,
  note TEXT NOT NULL,
  cause TEXT NOT NULL,
  fix TEXT NOT NULL,
  owner TEXT NOT NULL,
  due_on TEXT,
  UNIQUE (inspection_id, item_id)
);
CREATE INDEX answer_month ON answer (month, department_id);

CREATE TABLE evidence (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  subject_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL CHECK (label <> ''),
  sha256 TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  in_force BOOLEAN NOT NULL,
  CHECK ((kind = 'file') = (sha256 <> ''))
);
CREATE INDEX evidence_subject ON evidence (subject_id);

CREATE TABLE correction (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  answer_id TEXT NOT NULL UNIQUE REFERENCES answer (id),
  item_id TEXT NOT NULL REFERENCES check_item (id),
  found_month TEXT NOT NULL,
  what TEXT NOT NULL,
  cause TEXT NOT NULL,
  fix TEXT NOT NULL,
  owner TEXT NOT NULL,
  due_on TEXT,
  state TEXT NOT NULL,
  done_note TEXT NOT NULL,
  done TEXT,
  effect TEXT NOT NULL,
  verified TEXT,
  CHECK ((state = 'verified') = (verified IS NOT NULL))
);
CREATE INDEX correction_department ON correction (department_id);

CREATE TABLE closing (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  month TEXT NOT NULL,
  state TEXT NOT NULL,
  outcomes TEXT NOT NULL,
  closed TEXT NOT NULL,
  reason TEXT NOT NULL,
  UNIQUE (department_id, month)
);
