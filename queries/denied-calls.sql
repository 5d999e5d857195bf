-- title: Which calls were denied most?
-- task: errors
-- answers: Denied calls by service and name, with how many principals were denied them.
-- look at: a call that many are denied may be a policy that went wrong; one that only one tries, a search. By
--   principal: `denied-by-principal`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventsource, eventname, count(*) AS denied, count(DISTINCT useridentity.principalid) AS principals,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND (errorcode LIKE 'AccessDenied%' OR errorcode LIKE '%UnauthorizedOperation')
GROUP BY 1, 2
ORDER BY denied DESC, eventsource, eventname
LIMIT 1000
