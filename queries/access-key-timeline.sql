-- title: What did this access key change, and what was it refused?
-- task: triage of a key
-- answers: Every call of the key that changes something or failed, in order, with its parameters. Plain reads are
--   left out.
-- look at: the first denied call, and what comes after it. Keys it made: `access-key-history`; objects it read:
--   `objects-read-by-key`.
-- param: access_key string = AKIANPAIB7TANEXAMPLE : the access key id, long-lived (AKIA…) or of a session (ASIA…)
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, eventsource, eventname, coalesce(errorcode, errormessage) AS error, sourceipaddress,
  awsregion AS region, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.accesskeyid = :access_key
  AND (readonly = 'false' OR errorcode IS NOT NULL)
ORDER BY eventtime, eventsource, eventname
LIMIT 1000
