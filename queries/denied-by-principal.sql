-- title: Whose calls were denied, and how many?
-- look at: a principal that tries many different calls: somebody is finding out what a credential can do.
SELECT useridentity.accountid AS account, regexp_extract(useridentity.arn, '[^:]+$') AS principal,
  count(*) AS denied, count(DISTINCT eventname) AS different, min(eventtime) AS first
FROM cloudtrail_logs
WHERE errorcode LIKE 'AccessDenied%' OR errorcode LIKE '%UnauthorizedOperation'
GROUP BY useridentity.accountid, useridentity.arn
ORDER BY different DESC, denied DESC, principal
LIMIT 5
