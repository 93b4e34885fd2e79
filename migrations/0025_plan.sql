-- The plan in full: what a row takes, its tasks with planned and actual days (as one JSON list), when the next of them is due,
-- the second judgement after treatment (as one JSON object) with its value, and the risk that was answered when it was approved.
-- Rows that were sealed before have none of it; the replay knows.
ALTER TABLE plan_row ADD COLUMN resources TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_row ADD COLUMN tasks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE plan_row ADD COLUMN next_on TEXT;
ALTER TABLE plan_row ADD COLUMN second TEXT;
ALTER TABLE plan_row ADD COLUMN second_value BIGINT;
ALTER TABLE plan_row ADD COLUMN approved_value BIGINT;
ALTER TABLE plan_row ADD COLUMN approved_level TEXT;
