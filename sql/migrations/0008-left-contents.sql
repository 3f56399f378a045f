-- What a run left of text files is kept too.
ALTER TABLE change ADD COLUMN left_kept INTEGER;
CREATE INDEX change_by_left ON change (sha256_after, run_id) WHERE left_kept = 1;
