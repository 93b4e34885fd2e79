-- Files of risks beside files of assets: what a file that waits holds, and what one that was taken in held. Imports that were
-- sealed before held assets; the replay knows.
ALTER TABLE import_draft ADD COLUMN kind TEXT NOT NULL DEFAULT 'assets';
ALTER TABLE import ADD COLUMN kind TEXT NOT NULL DEFAULT 'assets';
