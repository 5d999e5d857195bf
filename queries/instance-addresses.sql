-- title: Were the credentials of this instance used outside of it?
-- task: triage of an instance
-- answers: The addresses and user agents that used the credentials of an EC2 instance.
-- look at: more than one address: credentials were taken from the machine, often through its metadata service. Then
--   `address-activity`.
-- param: instance string = i-06c441e0cd4307eac : the EC2 instance id
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT sourceipaddress, useragent, count(DISTINCT useridentity.accesskeyid) AS sessions, count(*) AS calls,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND regexp_extract(useridentity.principalid, '[^:]+$') = :instance
GROUP BY 1, 2
ORDER BY first, sourceipaddress, useragent
