-- What prune asks of each content and each path that a forgotten run leaves behind: does anybody refer to it?
-- The foreign keys on path ask the same for each that is deleted.
CREATE INDEX change_by_kept ON change (sha256_before, run_id) WHERE old_content = 'kept';
CREATE INDEX change_by_origin ON change (renamed_from_id) WHERE renamed_from_id IS NOT NULL;
CREATE INDEX notable_by_path ON notable_path (path_id);
CREATE INDEX outcome_by_path ON outcome (path_id);
