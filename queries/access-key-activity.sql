-- title: What did this access key do?
-- task: triage of a key
-- answers: The calls made with an access key, by service and name, with how many failed and when the first and the
--   last was.
-- look at: calls that the key's owner never makes, and errors. In order, with what was asked for:
--   `access-key-timeline`; from where: `access-key-addresses`.
-- param: access_key string = AKIANPAIB7TANEXAMPLE : the access key id, long-lived (AKIA…) or of a session (ASIA…)
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventsource, eventname, awsregion AS region, count(*) AS calls, count(errorcode) AS failed,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.accesskeyid = :access_key
GROUP BY 1, 2, 3
ORDER BY calls DESC, eventsource, eventname, region
