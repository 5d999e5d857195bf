-- title: Who is throttled?
-- task: errors
-- answers: Callers that ran into request limits, by service and call.
-- look at: loops without back-off, and inventories that walk everything: the second also is how an intruder looks
--   around. Then `role-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn, useridentity.invokedby) AS who, eventsource,
  eventname, count(*) AS throttled, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND regexp_like(errorcode, 'Throttl|RequestLimitExceeded|TooManyRequests|SlowDown')
GROUP BY 1, 2, 3
ORDER BY throttled DESC, who, eventsource, eventname
LIMIT 1000
