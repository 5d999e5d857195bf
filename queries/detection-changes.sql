-- title: Who touched what watches us?
-- task: log tampering
-- answers: Changes to GuardDuty, Security Hub, Config, Macie, Inspector, Detective and Access Analyzer.
-- look at: detectors that are switched off, findings that are archived by a filter, recorders that stop. Then
--   `user-changes`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventsource, eventname, errorcode,
  sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND readonly = 'false'
  AND eventsource IN (
    'guardduty.amazonaws.com', 'securityhub.amazonaws.com', 'config.amazonaws.com', 'macie2.amazonaws.com',
    'inspector2.amazonaws.com', 'detective.amazonaws.com', 'access-analyzer.amazonaws.com'
  )
  AND eventname NOT IN ('PutEvaluations', 'BatchImportFindings')
ORDER BY eventtime, eventsource, eventname
LIMIT 1000
