-- title: Who came from this address, and what for?
-- task: triage of a user or an address
-- answers: The principals and keys that called from an address, with their number of calls, failures and different
--   calls.
-- look at: several principals from one address that is not ours: one machine holds several credentials. Then
--   `access-key-timeline` for each key.
-- param: address string = 203.0.113.251 : an IP address, or the name of a service
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT coalesce(useridentity.arn, useridentity.principalid, useridentity.type) AS who,
  useridentity.accesskeyid AS access_key, useragent, count(*) AS calls, count(errorcode) AS failed,
  count(DISTINCT eventname) AS different, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND sourceipaddress = :address
GROUP BY 1, 2, 3
ORDER BY first, who, access_key, useragent
LIMIT 1000
