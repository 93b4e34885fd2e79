-- How a person looks at the register: which columns, and the filters that were given a name. Nobody's record.
CREATE TABLE column_choice (
  person_id TEXT NOT NULL,
  view_code TEXT NOT NULL,
  columns TEXT NOT NULL,
  PRIMARY KEY (person_id, view_code)
);
CREATE TABLE saved_filter (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  view_code TEXT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  query TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (person_id, view_code, name)
);

-- The ledger of personal data is a part of the register, and what clients have entrusted is a part of the ledger. Both
-- conditions stand word for word in asset/store.rs; a quotation mark inside a JSON text is always escaped, so the
-- patterns meet keys only, never what somebody typed.
CREATE INDEX asset_ledger ON asset (name, id) WHERE personal OR sensitive OR my_number;
CREATE INDEX asset_entrusted ON asset (name, id) WHERE handling LIKE '%"entrusted":true%';
