-- How personal data is handled: what the ledger of personal data says of an asset, as one JSON object.
-- Rows that were sealed before have none of it; the replay knows (record/verify.rs).
ALTER TABLE asset ADD COLUMN handling TEXT NOT NULL DEFAULT '{}';
