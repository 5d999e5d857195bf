-- title: CIS 4.1: which calls were refused?
-- task: CIS evidence
-- answers: Calls refused for want of a permission, by day, principal and call, with how many.
-- look at: a principal with many different calls: ask `denied-by-principal`, then `denied-then-allowed`. One call
--   again and again is a missing permission.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT year || '-' || month || '-' || day AS on_day, recipientaccountid AS account,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
  eventsource, eventname, errorcode, count(*) AS events, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND (errorcode LIKE '%UnauthorizedOperation' OR errorcode LIKE 'AccessDenied%')
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY on_day, events DESC, who, eventname, eventsource, errorcode
