-- title: Who assumed this role?
-- task: triage of a role
-- answers: The sessions of a role as STS gave them out: who asked, from which account and address, under which
--   session name.
-- look at: callers from accounts that are not ours, and session names nobody uses. What a session did:
--   `access-key-activity` with its key.
-- param: role string = deploy : the role's name, without its path
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, eventname, coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS caller,
  useridentity.accountid AS from_account, sourceipaddress, errorcode,
  json_extract_scalar(requestparameters, '$.roleSessionName') AS session_name,
  json_extract_scalar(responseelements, '$.credentials.accessKeyId') AS access_key
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'sts.amazonaws.com'
  AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')
  AND regexp_extract(json_extract_scalar(requestparameters, '$.roleArn'), '[^/]+$') = :role
ORDER BY eventtime, caller, session_name
LIMIT 1000
