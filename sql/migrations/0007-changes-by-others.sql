-- What others have done at a run's request, or in a place that it watches, is told from what its processes did.
ALTER TABLE change ADD COLUMN via TEXT;
