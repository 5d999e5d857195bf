-- title: Which services are used for the first time?
-- task: new and unused
-- answers: Services that an account calls from a day on and did not before, within the days looked at.
-- look at: services that need a decision first (Bedrock, SES, WorkMail…), and who started. Then `user-activity`.
-- param: since_day day = 2026-11-01 : what was used before this day is not new
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
WITH used AS (
  SELECT recipientaccountid AS account, eventsource, count(*) AS calls, min(eventtime) AS first,
    min_by(coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby, useridentity.type), eventtime)
      AS first_by
  FROM cloudtrail_logs
  WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
    AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
    AND errorcode IS NULL
    AND errormessage IS NULL
  GROUP BY 1, 2
)
SELECT account, eventsource, first, first_by, calls
FROM used
WHERE first >= :since_day
ORDER BY first, account, eventsource
LIMIT 1000
