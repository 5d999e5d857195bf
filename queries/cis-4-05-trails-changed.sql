-- title: CIS 4.5: which trails were changed?
-- task: CIS evidence
-- answers: Every trail that was made, changed, deleted, started or stopped, tried ones too.
-- look at: StopLogging, DeleteTrail and fewer regions: `events-by-day` shows whether events are missing,
--   `trail-changes` what else was turned off.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, awsregion AS region,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
  eventname, requestparameters, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname IN ('CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging')
ORDER BY eventtime, eventname
