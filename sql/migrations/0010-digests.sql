-- A content is found by its digest, whatever it was called.
CREATE INDEX change_by_digest_before ON change (sha256_before) WHERE sha256_before IS NOT NULL;
CREATE INDEX change_by_digest_after ON change (sha256_after) WHERE sha256_after IS NOT NULL;
