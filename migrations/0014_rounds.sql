-- What the running program does by itself: when it last went, when it last went well, and what it said.
CREATE TABLE round (
  name TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  good_at BIGINT NOT NULL,
  good BOOLEAN NOT NULL,
  said_ja TEXT NOT NULL,
  said_en TEXT NOT NULL
);
