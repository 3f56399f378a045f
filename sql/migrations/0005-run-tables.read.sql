-- A list that is none has one row without a number.
CREATE TEMP VIEW of_run AS
SELECT r.id AS run_id, n.key AS seq, n.value AS of_run_id, NULL AS image_seq
  FROM run AS r, json_each(CASE WHEN json_valid('[' || r.of_run || ']') THEN '[' || r.of_run || ']' ELSE '[null]' END) AS n
 WHERE r.of_run IS NOT NULL;
CREATE TEMP VIEW unseen_end AS
SELECT DISTINCT run_id FROM blind_spot
 WHERE kind = 'race' AND detail = 'nobody saw this run end: the states after it are those found later';
