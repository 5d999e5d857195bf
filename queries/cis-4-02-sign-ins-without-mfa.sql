-- title: CIS 4.2: which IAM users signed in to the console without MFA?
-- task: CIS evidence
-- answers: Every successful console sign-in of an IAM user whose record does not say that MFA was used.
-- look at: users that come back: each needs a device. What a session did afterwards: `user-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, useridentity.username AS who,
  json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa, sourceipaddress, useragent
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname = 'ConsoleLogin'
  AND useridentity.type = 'IAMUser'
  AND json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Success'
  AND coalesce(json_extract_scalar(additionaleventdata, '$.MFAUsed'), 'No') <> 'Yes'
ORDER BY eventtime, who
