-- What the company says of a control: its effort and what it does to threats. Controls without a row have the shipped numbers.
CREATE TABLE control_effect (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  effort BIGINT NOT NULL CHECK (effort >= 1),
  main_steps BIGINT NOT NULL CHECK (main_steps >= 0),
  other_steps BIGINT NOT NULL CHECK (other_steps >= 0),
  threat_steps BIGINT NOT NULL CHECK (threat_steps >= 0)
);
