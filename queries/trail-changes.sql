-- title: Who touched the trails?
-- task: log tampering
-- answers: Changes to trails, event selectors, event data stores and log groups: what is recorded, and how long it is
--   kept.
-- look at: StopLogging and narrower selectors, refused ones too. Whether events are missing: `events-by-day`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventsource, eventname, errorcode,
  sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND (
    eventsource = 'cloudtrail.amazonaws.com' AND readonly = 'false'
    OR eventsource = 'logs.amazonaws.com'
      AND eventname IN ('DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteSubscriptionFilter')
    OR eventsource = 'ec2.amazonaws.com' AND eventname = 'DeleteFlowLogs'
  )
ORDER BY eventtime, eventsource, eventname
LIMIT 1000
