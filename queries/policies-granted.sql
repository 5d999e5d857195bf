-- title: Who was given which permissions?
-- task: privilege escalation
-- answers: Policies that were attached to or written into users, groups and roles, and new default versions of
--   policies.
-- look at: policies given to oneself (who and target alike), and by people who give none. Those that allow
--   everything: `admin-granted`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventname,
  coalesce(
    json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.roleName'),
    json_extract_scalar(requestparameters, '$.groupName')
  ) AS target,
  coalesce(
    json_extract_scalar(requestparameters, '$.policyArn'), json_extract_scalar(requestparameters, '$.policyName')
  ) AS policy,
  errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'iam.amazonaws.com'
  AND eventname IN (
    'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy',
    'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'AddUserToGroup', 'DeleteUserPermissionsBoundary',
    'DeleteRolePermissionsBoundary'
  )
ORDER BY eventtime, eventname, target, policy
LIMIT 1000
