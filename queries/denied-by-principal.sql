-- title: Whose calls were denied, and how many?
-- look at: a principal that tries many different calls: somebody is finding out what a credential can do.
SELECT useridentity.arn AS principal, count(*) AS denied, count(DISTINCT eventname) AS different_calls,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE errorcode LIKE 'AccessDenied%' OR errorcode LIKE '%UnauthorizedOperation'
GROUP BY useridentity.arn
ORDER BY denied DESC
LIMIT 10
