-- People, departments, postings, and how they sign in.
CREATE TABLE department (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  parent_id TEXT REFERENCES department (id),
  opens_on TEXT NOT NULL,
  closes_on TEXT,
  successor_id TEXT REFERENCES department (id),
  CHECK (closes_on IS NULL OR closes_on >= opens_on)
);

CREATE TABLE department_name (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  department_id TEXT NOT NULL REFERENCES department (id),
  from_on TEXT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  UNIQUE (department_id, from_on)
);

CREATE TABLE person (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  email TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  active BOOLEAN NOT NULL
);

CREATE TABLE posting (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  person_id TEXT NOT NULL REFERENCES person (id),
  department_id TEXT REFERENCES department (id),
  role TEXT NOT NULL,
  from_on TEXT NOT NULL,
  to_on TEXT,
  CHECK ((role IN ('member', 'head', 'deputy')) = (department_id IS NOT NULL))
);
CREATE INDEX posting_person ON posting (person_id);

-- Signed-in browsers. Only the hash of the cookie's secret is kept.
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id),
  began_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);

-- One-time links: first set-up, and a person's first password.
CREATE TABLE invitation (
  id TEXT PRIMARY KEY,
  person_id TEXT,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE TABLE sign_in_failure (
  email TEXT PRIMARY KEY,
  count BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);

-- What the organisation says of itself: name, first month of the fiscal year, first month of records.
CREATE TABLE setting (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  value TEXT NOT NULL
);

CREATE TABLE holiday (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  on_date TEXT NOT NULL,
  name TEXT NOT NULL,
  in_force BOOLEAN NOT NULL
);

CREATE TABLE term (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  from_month TEXT NOT NULL UNIQUE,
  department_day BIGINT NOT NULL CHECK (department_day BETWEEN 1 AND 20),
  secretariat_day BIGINT NOT NULL CHECK (secretariat_day >= department_day AND secretariat_day <= 23)
);
