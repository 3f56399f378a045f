-- What stands for an earlier step has it already.
CREATE TEMP VIEW IF NOT EXISTS notable_path AS SELECT *, NULL AS rank FROM main.notable_path;
