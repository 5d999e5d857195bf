-- title: Whose calls were denied, and how many?
-- task: errors
-- answers: Principals with denied calls, and how many different calls they were denied.
-- look at: a principal that tries many different calls: somebody is finding out what a credential can do. Which
--   calls: `denied-calls`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT useridentity.accountid AS account, regexp_extract(useridentity.arn, '[^:]+$') AS principal,
  count(*) AS denied, count(DISTINCT eventname) AS different, min(eventtime) AS first
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND (errorcode LIKE 'AccessDenied%' OR errorcode LIKE '%UnauthorizedOperation')
GROUP BY useridentity.accountid, useridentity.arn
ORDER BY different DESC, denied DESC, principal, account
LIMIT 1000
