CREATE TEMP VIEW change AS
SELECT *, NULL AS birth_before, NULL AS birth_after, NULL AS ctime_after_ns, NULL AS disturbed, NULL AS caller_log,
       NULL AS doubtful, NULL AS via, NULL AS left_kept
  FROM main.change;
CREATE TEMP VIEW run AS SELECT *, NULL AS n_kept_back FROM main.run;
