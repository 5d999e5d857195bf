-- title: Which tools are used for the first time?
-- task: new and unused
-- answers: User agents, without their version, that a principal uses from a day on and did not before, within the
--   days looked at.
-- look at: a tool that does not fit the principal: a browser for a machine, a shell for a function. Then
--   `user-agent-activity`.
-- param: since_day day = 2026-11-01 : what was used before this day is not new
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
WITH used AS (
  SELECT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn) AS who,
    regexp_extract(useragent, '^[^/ (]+') AS tool, count(*) AS calls, min(eventtime) AS first, max(eventtime) AS last
  FROM cloudtrail_logs
  WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
    AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
    AND useridentity.type IN ('IAMUser', 'AssumedRole', 'Root', 'FederatedUser')
    AND useridentity.invokedby IS NULL
  GROUP BY 1, 2
)
SELECT who, tool, calls, first, last
FROM used
WHERE first >= :since_day
ORDER BY first, who, tool
LIMIT 1000
