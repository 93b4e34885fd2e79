-- The asset register and its yearly inventory.
CREATE TABLE asset (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  category TEXT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  note TEXT NOT NULL,
  users TEXT NOT NULL,
  risk_owner TEXT NOT NULL,
  medium TEXT NOT NULL,
  personal BOOLEAN NOT NULL,
  sensitive BOOLEAN NOT NULL,
  my_number BOOLEAN NOT NULL,
  confidentiality BIGINT NOT NULL,
  integrity BIGINT NOT NULL,
  availability BIGINT NOT NULL,
  importance BIGINT NOT NULL,
  retention TEXT NOT NULL,
  registered_on TEXT,
  state TEXT NOT NULL,
  retired_reason TEXT NOT NULL,
  folded TEXT NOT NULL,
  CHECK ((state = 'retired') = (retired_reason <> ''))
);
CREATE INDEX asset_department ON asset (department_id, name);
CREATE INDEX asset_name ON asset (name, id);

CREATE TABLE inventory (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  fiscal_year BIGINT NOT NULL UNIQUE,
  opened_on TEXT NOT NULL,
  due_on TEXT NOT NULL CHECK (due_on > opened_on)
);

CREATE TABLE inventory_sheet (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  inventory_id TEXT NOT NULL REFERENCES inventory (id),
  department_id TEXT NOT NULL REFERENCES department (id),
  none_held BOOLEAN NOT NULL,
  flow TEXT NOT NULL,
  state TEXT NOT NULL,
  UNIQUE (inventory_id, department_id)
);

CREATE TABLE confirmation (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  inventory_id TEXT NOT NULL REFERENCES inventory (id),
  department_id TEXT NOT NULL REFERENCES department (id),
  asset_id TEXT NOT NULL REFERENCES asset (id),
  outcome TEXT NOT NULL,
  asset_revision BIGINT NOT NULL,
  confirmed_on TEXT NOT NULL,
  UNIQUE (inventory_id, asset_id)
);

-- A workbook between upload and confirmation. It is nobody's record yet.
CREATE TABLE import_draft (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  file_name TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);
