-- title: What fails, and how often?
-- task: errors
-- answers: Error codes by service with how many calls and callers they concern.
-- look at: codes that are new, and services whose share of errors jumps. Refusals alone: `denied-calls`; throttling:
--   `throttled-callers`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventsource, errorcode, count(*) AS calls, count(DISTINCT eventname) AS different,
  count(DISTINCT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn)) AS principals,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND errorcode IS NOT NULL
GROUP BY 1, 2
ORDER BY calls DESC, eventsource, errorcode
LIMIT 1000
