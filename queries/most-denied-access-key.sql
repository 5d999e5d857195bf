-- title: What did the access key with the most denied calls do?
-- look at: what succeeded. `trailseal lookup --access-key <id>` shows each event.
WITH suspect AS (
  SELECT useridentity.accesskeyid AS access_key
  FROM cloudtrail_logs
  WHERE errorcode = 'AccessDenied' AND useridentity.accesskeyid LIKE 'AKIA%'
  GROUP BY useridentity.accesskeyid
  ORDER BY count(*) DESC, useridentity.accesskeyid
  LIMIT 1
)
SELECT useridentity.accesskeyid AS access_key, useridentity.username AS username, eventname, sourceipaddress,
  count(*) AS calls, count(errorcode) AS failed, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE useridentity.accesskeyid IN (SELECT access_key FROM suspect)
GROUP BY useridentity.accesskeyid, useridentity.username, eventname, sourceipaddress
ORDER BY first
LIMIT 25
