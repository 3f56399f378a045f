-- What stands for an earlier step has it already.
CREATE TEMP VIEW IF NOT EXISTS of_run AS SELECT *, NULL AS image_seq FROM main.of_run;
