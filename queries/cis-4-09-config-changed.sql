-- title: CIS 4.9: was AWS Config changed?
-- task: CIS evidence
-- answers: Every change of AWS Config's recorder or delivery channel, tried ones too.
-- look at: a recorder that stopped: `detection-changes` shows what else stopped watching.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, awsregion AS region,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
  eventname, requestparameters, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'config.amazonaws.com'
  AND eventname IN ('StopConfigurationRecorder', 'DeleteDeliveryChannel', 'PutDeliveryChannel', 'PutConfigurationRecorder')
ORDER BY eventtime, eventname
