-- title: Who signed in to the console without MFA?
-- task: sign-ins
-- answers: Successful console sign-ins of IAM users and root with a password alone.
-- look at: IAM users and root; federated users bring their MFA with them, and CloudTrail can't see it. What they did
--   then: `user-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, useridentity.type AS kind, coalesce(useridentity.username, useridentity.arn) AS who,
  sourceipaddress, awsregion
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname = 'ConsoleLogin'
  AND json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Success'
  AND json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'No'
  AND useridentity.type IN ('IAMUser', 'Root')
ORDER BY eventtime DESC, who
LIMIT 1000
