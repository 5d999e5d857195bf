-- title: CIS 4.7: which KMS keys were disabled or scheduled for deletion?
-- task: CIS evidence
-- answers: Every customer managed key that was disabled or scheduled for deletion, tried ones too.
-- look at: a deletion can be cancelled within its waiting period. What else was changed on the key:
--   `resource-changes` with its id.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, awsregion AS region,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
  eventname, requestparameters, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'kms.amazonaws.com'
  AND eventname IN ('DisableKey', 'ScheduleKeyDeletion')
ORDER BY eventtime, eventname
