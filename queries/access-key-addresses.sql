-- title: From where was this access key used, and with what?
-- task: triage of a key
-- answers: The addresses and user agents that used the key, with the first and the last time of each.
-- look at: an address or a tool that came late: that is where a leaked key shows. What else came from there:
--   `address-activity`.
-- param: access_key string = AKIANPAIB7TANEXAMPLE : the access key id, long-lived (AKIA…) or of a session (ASIA…)
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT sourceipaddress, useragent, count(*) AS calls, count(errorcode) AS failed,
  count(DISTINCT eventname) AS different, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.accesskeyid = :access_key
GROUP BY 1, 2
ORDER BY first, sourceipaddress, useragent
