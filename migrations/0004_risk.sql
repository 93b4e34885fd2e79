-- Catalogues, criteria, assessments, risks and the treatment plan.
CREATE TABLE threat (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  name_ja TEXT NOT NULL,
  name_en TEXT NOT NULL,
  medium TEXT NOT NULL,
  stage TEXT NOT NULL,
  cia TEXT NOT NULL,
  vulnerability_ja TEXT NOT NULL,
  vulnerability_en TEXT NOT NULL,
  controls TEXT NOT NULL,
  policy_ja TEXT NOT NULL
);

CREATE TABLE control (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  annex_group TEXT NOT NULL,
  title_ja TEXT NOT NULL,
  title_en TEXT NOT NULL,
  confirmed BOOLEAN NOT NULL,
  note TEXT NOT NULL
);

CREATE TABLE criteria (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  number BIGINT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  method TEXT NOT NULL,
  state TEXT NOT NULL,
  drafted TEXT NOT NULL,
  approved TEXT,
  CHECK ((state = 'draft') = (approved IS NULL))
);

CREATE TABLE assessment (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  fiscal_year BIGINT NOT NULL,
  criteria_id TEXT NOT NULL REFERENCES criteria (id),
  flow TEXT NOT NULL,
  state TEXT NOT NULL,
  UNIQUE (department_id, fiscal_year)
);

CREATE TABLE risk (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  fiscal_year BIGINT NOT NULL,
  asset_id TEXT NOT NULL REFERENCES asset (id),
  asset_revision BIGINT NOT NULL,
  criteria_id TEXT NOT NULL REFERENCES criteria (id),
  threat_id TEXT NOT NULL REFERENCES threat (id),
  threat BIGINT NOT NULL,
  vulnerability BIGINT NOT NULL,
  importance BIGINT NOT NULL,
  likelihood BIGINT NOT NULL,
  value BIGINT NOT NULL CHECK (value = importance * likelihood),
  level TEXT NOT NULL,
  note TEXT NOT NULL,
  answerable BOOLEAN NOT NULL,
  approval TEXT,
  UNIQUE (asset_id, threat_id, fiscal_year)
);
CREATE INDEX risk_department ON risk (department_id, fiscal_year);

CREATE TABLE plan_row (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  fiscal_year BIGINT NOT NULL,
  risk_id TEXT NOT NULL UNIQUE REFERENCES risk (id),
  policy TEXT NOT NULL,
  controls TEXT NOT NULL,
  task TEXT NOT NULL CHECK (task <> ''),
  owner TEXT NOT NULL CHECK (owner <> ''),
  due_on TEXT NOT NULL,
  second_threat BIGINT NOT NULL,
  second_vulnerability BIGINT NOT NULL,
  residual BIGINT NOT NULL,
  destination TEXT NOT NULL,
  destination_id TEXT,
  done_on TEXT,
  approval TEXT,
  CHECK (destination_id IS NULL OR destination IN ('objective', 'check_item')),
  CHECK (done_on IS NULL OR destination = 'task')
);
CREATE INDEX plan_row_department ON plan_row (department_id, fiscal_year);
