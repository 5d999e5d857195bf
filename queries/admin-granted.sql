-- title: Who was made an administrator?
-- task: privilege escalation
-- answers: Grants of AdministratorAccess, IAMFullAccess or PowerUserAccess, and policies written in place that allow
--   every action.
-- look at: every line without a ticket, refused ones too. What the one who was given it did next: `user-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventname, errorcode, sourceipaddress,
  requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'iam.amazonaws.com'
  AND eventname IN (
    'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy',
    'CreatePolicy', 'CreatePolicyVersion'
  )
  AND (
    regexp_like(requestparameters, 'policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess)"')
    OR (
      regexp_like(requestparameters, 'Effect[\\" :]+Allow')
      AND regexp_like(requestparameters, 'Action[\\" :\[]+(\*|iam:\*)[\\"]')
    )
  )
ORDER BY eventtime, eventname
LIMIT 1000
