-- title: What did the access key that turned up at a second address do there?
-- look at: everything. A long-lived key belongs to one machine; a second address is how a leaked one shows first.
WITH addresses AS (
  SELECT useridentity.accesskeyid AS access_key, sourceipaddress AS address, count(*) AS calls
  FROM cloudtrail_logs
  WHERE useridentity.accesskeyid LIKE 'AKIA%'
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
ORDER BY eventtime
LIMIT 15
