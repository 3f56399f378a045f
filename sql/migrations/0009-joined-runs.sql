-- A run that is begun within another one is part of that one's record.
ALTER TABLE of_run ADD COLUMN image_seq INTEGER;
