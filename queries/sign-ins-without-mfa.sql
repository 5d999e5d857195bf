-- title: Who signed in to the console without MFA?
-- look at: IAM users and root; federated users bring their MFA with them, and CloudTrail can't see it.
SELECT eventtime, useridentity.type AS kind, coalesce(useridentity.username, useridentity.arn) AS who,
  sourceipaddress, awsregion
FROM cloudtrail_logs
WHERE eventname = 'ConsoleLogin'
  AND json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Success'
  AND json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'No'
  AND useridentity.type IN ('IAMUser', 'Root')
ORDER BY eventtime DESC
LIMIT 5
