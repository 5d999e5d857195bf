-- title: What did this instance do with its role?
-- task: triage of an instance
-- answers: The calls made with the credentials of an EC2 instance (sessions named after it), by service and name.
-- look at: List and Describe calls of services the machine has no use for, and any change. Where the credentials were
--   used: `instance-addresses`.
-- param: instance string = i-06c441e0cd4307eac : the EC2 instance id
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventsource, eventname, count(*) AS calls, count(errorcode) AS failed, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND regexp_extract(useridentity.principalid, '[^:]+$') = :instance
GROUP BY 1, 2
ORDER BY calls DESC, eventsource, eventname
