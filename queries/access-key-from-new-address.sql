-- title: What did the access key that turned up at a second address do there?
-- task: triage of a key
-- answers: Of the long-lived keys used from more than one address, the one with the most: its calls from the address
--   it used least.
-- look at: everything. A long-lived key belongs to one machine; a second address is how a leaked one shows first. All
--   of the key: `access-key-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
WITH addresses AS (
  SELECT useridentity.accesskeyid AS access_key, sourceipaddress AS address, count(*) AS calls
  FROM cloudtrail_logs
  WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
    AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
    AND useridentity.accesskeyid LIKE 'AKIA%'
  GROUP BY useridentity.accesskeyid, sourceipaddress
),
suspect AS (
  SELECT access_key, min_by(address, calls) AS new_address
  FROM addresses
  GROUP BY access_key
  HAVING count(*) > 1
  ORDER BY count(*) DESC, access_key
  LIMIT 1
)
SELECT eventtime, access_key, useridentity.username AS username, new_address, eventname, errorcode
FROM cloudtrail_logs
JOIN suspect ON useridentity.accesskeyid = access_key AND sourceipaddress = new_address
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
ORDER BY eventtime
LIMIT 15
