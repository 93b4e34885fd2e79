-- The bytes of a file that waits, in pieces, so that nobody ever holds it whole; they go when their draft goes.
CREATE TABLE import_piece (
  draft_id TEXT NOT NULL REFERENCES import_draft (id) ON DELETE CASCADE,
  nth BIGINT NOT NULL,
  bytes TEXT NOT NULL,
  PRIMARY KEY (draft_id, nth)
);

-- A file that waits already becomes one piece.
INSERT INTO import_piece (draft_id, nth, bytes) SELECT id, 0, file FROM import_draft WHERE file <> '';
ALTER TABLE import_draft DROP COLUMN file;
