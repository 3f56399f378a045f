-- What stands for an earlier step has it already.
CREATE TEMP VIEW IF NOT EXISTS change AS SELECT *, NULL AS left_kept FROM main.change;
