-- Mails on their way out; times in milliseconds since 1970, 0 for not yet.
CREATE TABLE mail (
  id TEXT PRIMARY KEY,
  about TEXT NOT NULL,
  recipient TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  unsure BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  given_up BOOLEAN NOT NULL,
  said_ja TEXT NOT NULL,
  said_en TEXT NOT NULL
);
CREATE INDEX mail_next ON mail (next_at);
